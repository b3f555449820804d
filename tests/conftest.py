# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What all tests share: repeatable property tests, no settings of the user, a data set.

The environment is set before GNU Radio is first imported; ``scripts/test.sh`` sets the
same, so a folder of tests that is run by itself behaves as in the whole suite.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from dlcomm_train.datasets.dataset import Dataset

os.environ.setdefault("GR_DONT_LOAD_PREFS", "1")
os.environ.setdefault("VOLK_GENERIC", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Examples follow from the test's own text, not from the clock, and are not remembered.
# A flowgraph takes as long as the machine's load lets it: no deadline.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("repeatable")


@pytest.fixture(scope="session")
def small_classifier() -> dict[str, Any]:
    """Settings of a classifier that learns the tones in a second."""
    return {
        "channels": (8, 8, 8),
        "strides": (2, 2, 2),
        "taps": 2,
        "epochs": 4,
        "batch": 64,
        "learning_rate": 0.02,
    }


@pytest.fixture(scope="session")
def tones(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Tones of three frequencies in noise: ten bursts of ten windows each."""
    from dlcomm_train.datasets.dataset import INDEX_TYPE, Dataset, write_dataset
    from dlcomm_train.datasets.manifest import Manifest

    rng = np.random.default_rng(1)
    rows = [
        (label, snr, (label * 2 + i) * 10 + burst, 64 * place)
        for label in range(3)
        for i, snr in enumerate((0, 10))
        for burst in range(10)
        for place in range(10)
    ]
    index = np.array(rows, INDEX_TYPE)
    phase = np.arange(64) * (index["modulation"][:, None] + 1.0) / 4.0
    phase = phase + rng.uniform(0.0, 2.0 * np.pi, (len(index), 1))
    noise = rng.normal(0.0, np.sqrt(0.5), (len(index), 64, 2)).view(np.complex128)[..., 0]
    iq = np.exp(1j * phase) + noise * 10.0 ** (-index["snr_db"][:, None] / 20.0)
    windows = iq.astype(np.complex64).view(np.float32).reshape(-1, 64, 2)
    manifest = Manifest(
        profile="calibrated",
        modulations=("low", "middle", "high"),
        snrs_db=(0, 10),
        window=64,
        windows_per_cell=100,
        bursts=60,
    )
    folder = tmp_path_factory.mktemp("data") / "tones"
    write_dataset(folder, manifest, windows, index)
    return Dataset.open(folder)
