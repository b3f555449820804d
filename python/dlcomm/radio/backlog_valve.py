# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A valve before a receiver whose decoder may fall behind."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from gnuradio import gr

MOST_WAITING = 64
"""Bursts that may wait for their decoder."""
_PAUSE = 0.005


class backlog_valve(gr.sync_block):
    """Passes samples on unchanged while no more than some bursts wait to be decoded.

    Messages between blocks are not held up by what is slow behind them: they pile up, and
    beyond some thousands GNU Radio drops them silently. A recording played as fast as it can be
    would lose packets so.
    """

    def __init__(self, waiting: Callable[[], int], most: int = MOST_WAITING) -> None:
        """Make the valve.

        Args:
            waiting: says how many bursts wait.
            most: how many may.
        """
        gr.sync_block.__init__(self, "backlog_valve", [np.complex64], [np.complex64])
        self._waiting, self._most = waiting, most

    def work(self, input_items: list[np.ndarray], output_items: list[np.ndarray]) -> int:
        """Pass samples on, or wait a little; called by the scheduler."""
        if self._waiting() > self._most:
            time.sleep(_PAUSE)
            return 0
        output_items[0][:] = input_items[0]
        return len(output_items[0])
