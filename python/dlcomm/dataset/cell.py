# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A cell: the windows of one class at one SNR label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dlcomm_train.datasets.manifest import MODULATIONS, WINDOW

from .burst import send
from .profiles import PROFILES
from .windows import cut


@dataclass(frozen=True)
class Cell:
    """What to make.

    Attributes:
        modulation: the class.
        snr_db: the SNR label.
    """

    modulation: str
    snr_db: int

    def rng(self, seed: int, burst: int) -> np.random.Generator:
        """What one burst of this cell is drawn from. It depends on nothing else that is made,
        so that cells can be made in any order, by any number of processes."""
        key = (MODULATIONS.index(self.modulation), self.snr_db + 128, burst)
        return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=key))


def make_cell(
    cell: Cell, profile: str, count: int, seed: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Make `count` windows from as many bursts as it takes.

    Args:
        cell: class and SNR label.
        profile: name of a profile.
        count: how many windows.
        seed: of the whole set.

    Returns:
        windows, complex64 [count, 128]; their bursts, int64 [count], from 0; their starts,
        int64 [count].
    """
    windows = np.empty((count, WINDOW), np.complex64)
    bursts, starts = np.empty(count, np.int64), np.empty(count, np.int64)
    done = burst = 0
    while done < count:
        rng = cell.rng(seed, burst)
        signal = send(cell.modulation, cell.snr_db, PROFILES[profile], rng)
        found, places = cut(signal, cell.snr_db, PROFILES[profile], rng)
        taken = slice(done, min(done + len(found), count))
        size = taken.stop - taken.start
        windows[taken], starts[taken], bursts[taken] = found[:size], places[:size], burst
        done = taken.stop
        # A burst in which nobody speaks gives no window, and still has a number.
        burst += 1
    return windows, bursts, starts
