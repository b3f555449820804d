# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How long a sweep will still take, judged by what has been measured so far."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from .point import Point, Progress, StopRule
from .results import Row
from .theory import bpsk_ber

_LOWEST_RATE = 1e-30
_ENOUGH_ERRORS = 10
"""Errors of a running point from which its rate is taken seriously."""


class Forecast:
    """Predicts messages and seconds of points from the points before them."""

    def __init__(self, rule: StopRule) -> None:
        """Begin with nothing known.

        Args:
            rule: when a point is done.
        """
        self._rule = rule
        self._rates: dict[str, dict[float, float]] = {}
        self._speeds: dict[str, float] = {}

    def learn(self, row: Row) -> None:
        """Take in a finished point."""
        self._speeds[row.model] = row.messages_per_second
        rates = self._rates.setdefault(row.model, {})
        rates[row.ebn0_db] = max(row.block_errors, 0.5) / row.messages

    def watch(self, point: Point, progress: Progress) -> None:
        """Take in how a running point does."""
        if progress.seconds > 0 and progress.messages > 0:
            self._speeds[point.model] = progress.messages / progress.seconds
        if progress.block_errors >= _ENOUGH_ERRORS:
            rates = self._rates.setdefault(point.model, {})
            rates[point.ebn0_db] = progress.block_errors / progress.messages

    def seconds_left(
        self,
        waiting: Iterable[Point],
        running: Mapping[Point, Progress],
        jobs: int = 1,
    ) -> float | None:
        """Seconds until all these points are done; None before any speed is known.

        Args:
            waiting: points not begun, each model's in ascending Eb/N0.
            running: points under way.
            jobs: points that run at a time.
        """
        if not self._speeds:
            return None
        seconds = 0.0
        ended: set[str] = set()
        for point, progress in running.items():
            left = self._messages(point) - progress.messages
            seconds += max(0.0, left) / self._speed(point.model)
        for point in waiting:
            if point.model in ended:
                continue
            seconds += self._messages(point) / self._speed(point.model)
            if self._rate(point) * self._rule.max_messages < 0.5:
                ended.add(point.model)
        return seconds / jobs

    def _speed(self, model: str) -> float:
        """Messages per second of `model`, or of the others while it has not run."""
        known = self._speeds.get(model)
        return known if known else sum(self._speeds.values()) / len(self._speeds)

    def _messages(self, point: Point) -> float:
        """Messages that `point` will take in all."""
        return min(self._rule.max_messages, self._rule.min_errors / self._rate(point))

    def _rate(self, point: Point) -> float:
        """Block error rate that `point` will have.

        From two known points: a straight line on the logarithmic scale. From one: the
        slope of uncoded BPSK. From none: uncoded BPSK.
        """
        rates = self._rates.get(point.model, {})
        if point.ebn0_db in rates:
            return rates[point.ebn0_db]
        near = sorted(rates, key=lambda ebn0: abs(ebn0 - point.ebn0_db))[:2]
        if not near:
            return max(_LOWEST_RATE, bpsk_ber(point.ebn0_db))
        logarithm = math.log(rates[near[0]])
        if len(near) == 2:
            rise = math.log(rates[near[1]]) - logarithm
            slope = min(0.0, rise / (near[1] - near[0]))
            logarithm += slope * (point.ebn0_db - near[0])
        else:
            logarithm += math.log(max(_LOWEST_RATE, bpsk_ber(point.ebn0_db)))
            logarithm -= math.log(max(_LOWEST_RATE, bpsk_ber(near[0])))
        return min(1.0, max(_LOWEST_RATE, math.exp(min(0.0, logarithm))))
