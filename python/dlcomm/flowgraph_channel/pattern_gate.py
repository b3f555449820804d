# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Letting samples of a stream through once a known pattern behind them has come back."""

from __future__ import annotations

from typing import Any

import numpy as np

from gnuradio import gr

from .probe import LENGTH, LEVEL, correlations, fits

PATIENCE = 16
"""Patterns in a row that may stay away, as in a deep fade, before samples count as lost."""


class PatternGate(gr.basic_block):
    """Takes the known pattern out of a stream; nothing passes that no pattern vouches for.

    The stream is, again and again, `data` samples and then `slot` samples that begin with
    the pattern. A pattern in its place proves that, of all before it, as much came back as
    went in. Samples are held until then, and one pattern will do for several that faded.
    After `PATIENCE` patterns without one in its place the block ends.

    Attributes:
        failure: why it ended by itself, on one line; empty if it did not.
    """

    def __init__(self, data: int, slot: int) -> None:
        """Make a gate.

        Args:
            data: samples between two patterns' slots, at least 1.
            slot: samples from a pattern's first to the next data, at least `LENGTH`.
        """
        super().__init__("pattern gate", [np.complex64], [np.complex64])
        self._data, self._period = data, data + slot
        self._held = np.empty((PATIENCE, self._period), np.complex64)
        self._rows, self._filled = 0, 0
        self._ready, self._passed = 0, 0
        self._proven = 0
        self.failure = ""

    def forecast(self, noutput_items: int, ninputs: int) -> list[int]:
        """No input is needed while there is something to hand out, else any."""
        return [0 if self._ready else 1] * ninputs

    def general_work(self, input_items: Any, output_items: Any) -> int:
        """Hand out what is proven, or else take more in."""
        if self.failure:
            return -1
        if not self._ready:
            arrived = input_items[0]
            count = min(len(arrived), self._period - self._filled)
            row = self._held[self._rows]
            row[self._filled : self._filled + count] = arrived[:count]
            self.consume(0, count)
            self._filled += count
            if self._filled == self._period:
                self._filled = 0
                self._rows += 1
                self._check()
        return self._hand_out(output_items[0])

    def _check(self) -> None:
        """After a whole period: let all that is held pass, go on holding, or give up."""
        place = self._data
        if fits(self._held[self._rows - 1, place : place + LENGTH]) > LEVEL:
            self._ready, self._rows = self._rows, 0
        elif self._rows == PATIENCE:
            self.failure = self._what_is_wrong()

    def _hand_out(self, room: np.ndarray) -> int:
        """Copy what is ready into `room`; returns how many samples."""
        done = 0
        while self._ready and done < len(room):
            row, first = divmod(self._passed, self._data)
            count = min(len(room) - done, self._data - first)
            room[done : done + count] = self._held[row, first : first + count]
            done += count
            self._passed += count
            if self._passed == self._ready * self._data:
                self._proven += self._ready
                self._ready = self._passed = 0
        return done

    def _what_is_wrong(self) -> str:
        """Where the last two patterns are instead of their places, if anywhere."""
        fit = correlations(self._held[-2:].reshape(-1))
        # Half a period to either side of where the first of the two belongs.
        first = max(self._data - self._period // 2, 0)
        near = fit[first : self._data + self._period // 2]
        shift = first + int(np.argmax(near)) - self._data
        behind = f"behind sample {self._proven * self._data} of the signal"
        if near.max() > LEVEL and shift:
            return (
                f"the known pattern comes {abs(shift)} samples too "
                f"{'late' if shift > 0 else 'early'} somewhere {behind}: the flowgraph "
                f"{'adds' if shift > 0 else 'loses'} samples"
            )
        return (
            f"the known pattern did not come back {PATIENCE} times in a row {behind}: is "
            "the signal lost in noise, or are samples?"
        )
