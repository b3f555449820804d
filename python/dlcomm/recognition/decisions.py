# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Decisions of a classifier, counted and strung together while a flowgraph runs."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
import pmt

from gnuradio import gr

UNKNOWN = 255
"""What the classifier says instead of an index."""

MOST_SEGMENTS = 100_000
"""Longest list of segments that is kept; an endless stream must not fill the memory."""


@dataclass(frozen=True)
class Segment:
    """Decisions in a row that are the same.

    Attributes:
        first: number of the first of them.
        count: how many there are.
        index: what they say, an index or :data:`UNKNOWN`.
    """

    first: int
    count: int
    index: int


@dataclass(frozen=True)
class Decisions:
    """Where a stream of decisions stands.

    Attributes:
        total: decisions so far.
        counts: int64 [256], how often each index was said.
        probability_sums: float64 [256], sums of the largest probabilities, by index.
        latest: the last index; :data:`UNKNOWN` before the first.
        truth: what the last decision should have said, of a stream with truth tags.
        segments: runs of equal decisions; the oldest are left out beyond
            :data:`MOST_SEGMENTS`.
        forgotten: segments left out.
    """

    total: int
    counts: np.ndarray
    probability_sums: np.ndarray
    latest: int
    truth: str | None
    segments: tuple[Segment, ...]
    forgotten: int


class decision_sink(gr.sync_block):
    """Takes the two output streams of a modulation classifier.

    It runs once for many decisions, which are a hundredth of the samples or fewer.
    """

    def __init__(self, classes: int) -> None:
        """Make the sink.

        Args:
            classes: length of the vectors of probabilities.
        """
        gr.sync_block.__init__(
            self, "decision_sink", [np.uint8, (np.float32, classes)], None
        )
        self._guard = threading.Lock()
        self._total = self._forgotten = 0
        self._counts = np.zeros(256, np.int64)
        self._sums = np.zeros(256)
        self._segments: list[Segment] = []
        self._truth: str | None = None

    def work(self, input_items: list[np.ndarray], output_items: list[np.ndarray]) -> int:
        """Count decisions; called by the scheduler."""
        said, largest = input_items[0], input_items[1].max(axis=1)
        edges = np.flatnonzero(np.diff(said)) + 1
        begins, ends = np.r_[0, edges], np.r_[edges, len(said)]
        truths = self.get_tags_in_window(0, 0, len(said), pmt.intern("truth"))
        with self._guard:
            if truths:
                self._truth = _modulation(max(truths, key=lambda tag: tag.offset).value)
            self._counts += np.bincount(said, minlength=256)
            self._sums += np.bincount(said, largest, minlength=256)
            for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
                self._append(int(said[begin]), self._total + begin, end - begin)
            surplus = len(self._segments) - MOST_SEGMENTS
            if surplus > 0:
                del self._segments[:surplus]
                self._forgotten += surplus
            self._total += len(said)
        return len(said)

    def decisions(self) -> Decisions:
        """All that is known so far."""
        with self._guard:
            return Decisions(
                self._total,
                self._counts.copy(),
                self._sums.copy(),
                self._segments[-1].index if self._segments else UNKNOWN,
                self._truth,
                tuple(self._segments),
                self._forgotten,
            )

    def _append(self, index: int, first: int, count: int) -> None:
        if self._segments and self._segments[-1].index == index:
            last = self._segments[-1]
            self._segments[-1] = Segment(last.first, last.count + count, index)
        else:
            self._segments.append(Segment(first, count, index))


def _modulation(truth: object) -> str | None:
    """The name in a truth; None: not known."""
    truth = pmt.to_python(truth)
    return str(truth.get("modulation")) if isinstance(truth, dict) else None
