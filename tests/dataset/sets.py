# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Small data sets whose contents are known."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from dlcomm_train.datasets.dataset import INDEX_TYPE, Dataset, write_dataset
from dlcomm_train.datasets.manifest import Manifest

MODULATIONS = ("BPSK", "QAM16", "WBFM")
SNRS_DB = (-4, 0, 6)
WINDOW = 16
BURSTS, IN_A_BURST = 4, 5
"""Bursts of every class at every label, and windows of a burst."""


def random_arrays(seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """Windows of unit power and their index, class by class and label by label."""
    cells, windows = len(MODULATIONS) * len(SNRS_DB), BURSTS * IN_A_BURST
    rng = np.random.default_rng(seed)
    values = rng.normal(size=(cells * windows, WINDOW, 2))
    values /= np.sqrt((values**2).sum(axis=2).mean(axis=1))[:, None, None]
    index = np.zeros((len(MODULATIONS), len(SNRS_DB), BURSTS, IN_A_BURST), INDEX_TYPE)
    index["modulation"] = np.arange(len(MODULATIONS))[:, None, None, None]
    index["snr_db"] = np.array(SNRS_DB)[:, None, None]
    index["burst"] = np.arange(cells * BURSTS).reshape(*index.shape[:3], 1)
    index["start"] = 50 + 40 * np.arange(IN_A_BURST)
    return values.astype(np.float32), index.ravel()


def write(folder: Path, windows: np.ndarray, index: np.ndarray, **changes: object) -> Dataset:
    """Write a data set whose manifest is that of `random_arrays`, with these changes."""
    manifest = Manifest(
        profile="calibrated", modulations=MODULATIONS, snrs_db=SNRS_DB, window=WINDOW,
        windows_per_cell=BURSTS * IN_A_BURST, seed=1,
        bursts=len(MODULATIONS) * len(SNRS_DB) * BURSTS,
    )  # fmt: skip
    write_dataset(folder, manifest.model_copy(update=changes), windows, index)
    return Dataset.open(folder)
