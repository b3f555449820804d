# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A small data set, a classifier for it, and what it says of it, worked out by numpy."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from dlcomm_train.datasets.dataset import Dataset

HERE = Path(__file__).resolve().parent
# Small data sets and classifiers are made by helpers of other folders.
for folder in (HERE, HERE.parent / "blocks", HERE.parent / "dataset"):
    sys.path.insert(0, str(folder))

from classifier_files import write_classifier  # noqa: E402
from made import WEIGHTS  # noqa: E402
from sets import MODULATIONS, random_arrays, write  # noqa: E402


@pytest.fixture(scope="session")
def dataset(tmp_path_factory) -> Dataset:
    """Three classes at three SNR labels, 20 windows of 16 samples in each cell."""
    return write(tmp_path_factory.mktemp("data") / "set", *random_arrays())


@pytest.fixture(scope="session")
def model(tmp_path_factory) -> str:
    """The file of a classifier of these classes."""
    path = tmp_path_factory.mktemp("model") / "classifier.onnx"
    return write_classifier(path, WEIGHTS, list(MODULATIONS))


@pytest.fixture
def said(dataset) -> np.ndarray:
    """What the classifier says of every window of the set, int64 [N]."""
    flat = dataset.windows.reshape(len(dataset.windows), -1).astype(np.float64)
    return (flat @ WEIGHTS.T.astype(np.float64)).argmax(axis=1)
