# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A recording as a stream that does not end, so that what was heard last comes through."""

from __future__ import annotations

import time

import numpy as np

from gnuradio import gr

from .recording import Recording

_PIECE = 1 << 15
_PAUSE = 0.01


class recording_player(gr.sync_block):
    """Plays a recording as fast as it is taken, and zeros after it until it is stopped.

    When a stream ends, GNU Radio does not wait for messages on their way; a flowgraph that goes
    on can.
    """

    def __init__(self, recording: Recording, samples: int) -> None:
        """Make the source.

        Args:
            recording: what to play.
            samples: how many of it to play before the zeros, at most all.
        """
        gr.sync_block.__init__(self, "recording_player", None, [np.complex64])
        self._recording, self._samples = recording, samples
        self._next = 0

    def work(self, input_items: list[np.ndarray], output_items: list[np.ndarray]) -> int:
        """Play some samples; called by the scheduler."""
        out = output_items[0][:_PIECE]
        left = self._samples - self._next
        if left <= 0:
            # Nothing is waited for but what comes after: zeros need not hurry.
            time.sleep(_PAUSE)
            out[:] = 0.0
            return len(out)
        count = min(len(out), left)
        out[:count] = self._recording.at(np.arange(self._next, self._next + count))
        self._next += count
        return count
