# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Accuracies whose counts are known."""

from __future__ import annotations

import numpy as np

from gnuradio.dlcomm.recognition.accuracy import Accuracy
from gnuradio.dlcomm.recognition.confusion import Confusion

LABELS = ("BPSK", "QPSK", "WBFM")


def confusion(seed: int = 1, snrs_db: tuple[float, ...] = (-2, 0, 4.5)) -> Confusion:
    """Random counts, different at every label."""
    counts = np.random.default_rng(seed).integers(0, 50, (len(snrs_db), 3, 4))
    return Confusion(LABELS, snrs_db, counts)


def accuracy(seed: int = 1, **changes: object) -> Accuracy:
    """An accuracy with random counts and these changes."""
    fields = {
        "model": "amc_made", "profile": "regenerated, historical", "part": "test",
        "split": "burst", "seed": 1, "windows_per_second": 12345.678,
        "confusion": confusion(seed),
    }  # fmt: skip
    return Accuracy(**(fields | changes))
