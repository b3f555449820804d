# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Accuracies whose counts are known, and the weights of a classifier of the small set."""

from __future__ import annotations

import numpy as np
from classifier_files import weights
from sets import MODULATIONS, WINDOW

from gnuradio.dlcomm.recognition.accuracy import Accuracy
from gnuradio.dlcomm.recognition.confusion import Confusion

LABELS = ("BPSK", "QPSK", "WBFM")
WEIGHTS = weights(3, len(MODULATIONS), WINDOW)


def confusion(draw: int = 1, snrs_db: tuple[float, ...] = (-2, 0, 4.5)) -> Confusion:
    """Random counts and clusters, different at every label."""
    rng = np.random.default_rng(draw)
    counts = rng.integers(0, 50, (len(snrs_db), 3, 4))
    return Confusion(LABELS, snrs_db, counts, tuple(rng.uniform(1.0, 3.0, len(snrs_db))))


def accuracy(draw: int = 1, **changes: object) -> Accuracy:
    """An accuracy with random counts and these changes."""
    fields = {
        "model": "amc_made", "profile": "regenerated, historical", "part": "test",
        "split": "burst", "seed": 1, "windows_per_second": 12345.678,
        "confusion": confusion(draw),
    }  # fmt: skip
    return Accuracy(**(fields | changes))
