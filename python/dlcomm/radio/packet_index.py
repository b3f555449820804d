# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Numbers of packets, kept as runs: memory grows with what is lost, not with what arrives."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""First and last of numbers that follow each other."""


@dataclass
class Run:
    """Packets of one length with numbers, and places in a file, that follow each other.

    Attributes:
        first: number of the first packet.
        count: how many there are.
        position: where the first one lies.
        length: bytes of each.
    """

    first: int
    count: int
    position: int
    length: int

    @property
    def end(self) -> int:
        """The number behind the last packet."""
        return self.first + self.count

    @property
    def behind(self) -> int:
        """The place behind the last packet."""
        return self.position + self.count * self.length


class PacketIndex:
    """Which packets are there, and where in a file each of them lies."""

    def __init__(self) -> None:
        """Begin with none."""
        self._runs: list[Run] = []
        self._count = 0

    def __len__(self) -> int:
        """How many packets are there."""
        return self._count

    @property
    def end(self) -> int:
        """The number behind the highest that is there."""
        return self._runs[-1].end if self._runs else 0

    def find(self, number: int) -> tuple[int, int] | None:
        """Place and length of a packet; None: it is not there."""
        at = self._at(number)
        if at < 0 or number >= self._runs[at].end:
            return None
        run = self._runs[at]
        return run.position + (number - run.first) * run.length, run.length

    def add(self, number: int, position: int, length: int) -> None:
        """Note a packet that is not there yet.

        Args:
            number: of the packet.
            position: where it lies.
            length: bytes of it.
        """
        at = self._at(number)
        self._count += 1
        if at >= 0:
            run = self._runs[at]
            if (run.end, run.behind, run.length) == (number, position, length):
                run.count += 1
                return
        self._runs.insert(at + 1, Run(number, 1, position, length))

    def runs(self) -> Sequence[Run]:
        """What is there, in the order of the numbers."""
        return self._runs

    def in_order(self) -> bool:
        """Whether the packets lie in the order of their numbers, without gaps."""
        place = 0
        for run in self._runs:
            if run.position != place:
                return False
            place = run.behind
        return True

    def missing(self, total: int) -> Iterator[Span]:
        """The numbers below `total` that are not there, as spans, lowest first."""
        expected = 0
        for run in self._runs:
            if run.first >= total:
                break
            if run.first > expected:
                yield expected, run.first - 1
            expected = run.end
        if expected < total:
            yield expected, total - 1

    def _at(self, number: int) -> int:
        """Which run begins at or before `number`; -1: none."""
        return bisect_right(self._runs, number, key=lambda run: run.first) - 1


def span_text(spans: Sequence[Span], most: int = 20) -> str:
    """Spans for people, such as ``3, 10-12``; no more than `most` of them."""
    text = ", ".join(
        f"{first}" if first == last else f"{first}-{last}" for first, last in spans[:most]
    )
    more = len(spans) - most
    return f"{text} and {more} more spans" if more > 0 else text
