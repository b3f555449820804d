# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The ends of a flowgraph that is fed batch by batch from Python and answers to it.

They hand arrays over and compute nothing; what is between them runs as always.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from gnuradio import gr


class BatchSource(gr.sync_block):
    """Source of what is put into it; waits for more, until the end."""

    def __init__(self) -> None:
        """Make an empty source."""
        super().__init__("batches", None, [np.complex64])
        self._change = threading.Condition()
        self._rest = np.empty(0, np.complex64)
        self._over = False

    def put(self, samples: np.ndarray) -> None:
        """Append complex64 samples."""
        with self._change:
            self._rest = np.concatenate([self._rest, samples])
            self._change.notify_all()

    def end(self) -> None:
        """Say that there is no more."""
        with self._change:
            self._over = True
            self._change.notify_all()

    def work(self, input_items: Any, output_items: Any) -> int:
        """Hand out what there is; -1 at the end."""
        with self._change:
            while not len(self._rest) and not self._over:
                self._change.wait()
            if self._over:
                return -1
            count = min(len(self._rest), len(output_items[0]))
            output_items[0][:count] = self._rest[:count]
            self._rest = self._rest[count:]
            return count


class StreamCollector(gr.sync_block):
    """Sink that keeps what comes until it is taken.

    Attributes:
        total: samples so far.
        ended: whether the flowgraph has ended.
    """

    def __init__(self) -> None:
        """Make an empty sink."""
        super().__init__("collector", [np.complex64], None)
        self._change = threading.Condition()
        self._parts: list[np.ndarray] = []
        self._begin = 0
        self.total = 0
        self.ended = False

    def take(
        self, first: int, last: int, timeout_s: float, trouble: Callable[[], str]
    ) -> np.ndarray | None:
        """Samples number `first` to `last` - 1 of the stream; earlier ones are dropped.

        Args:
            first: counted from the beginning of the stream, from 0.
            last: likewise.
            timeout_s: how long to wait for the last one.
            trouble: called meanwhile; any text that it returns ends the waiting.

        Returns:
            complex64 [last - first], or None where they did not come.
        """
        with self._change:
            came = self._change.wait_for(
                lambda: self.total >= last or trouble(), timeout=timeout_s
            )
            if not came or self.total < last:
                return None
            stream = np.concatenate(self._parts)
            begin, self._begin = self._begin, last
            self._parts = [stream[last - begin :]]
            return stream[first - begin : last - begin]

    def end(self) -> None:
        """Wake whoever waits."""
        with self._change:
            self.ended = True
            self._change.notify_all()

    def stop(self) -> bool:
        """Called by GNU Radio when the flowgraph ends."""
        self.end()
        return True

    def work(self, input_items: Any, output_items: Any) -> int:
        """Keep a copy."""
        count = len(input_items[0])
        with self._change:
            self._parts.append(input_items[0].copy())
            self.total += count
            self._change.notify_all()
        return count
