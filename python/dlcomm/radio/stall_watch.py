# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Noticing that a device gives or takes nothing any more."""

from __future__ import annotations

import time
from collections.abc import Callable

LOST_S = 3.0
"""A radio that has moved no sample for so many seconds is taken for lost."""


class StallWatch:
    """Notices that a count has stopped growing."""

    def __init__(
        self,
        count: Callable[[], int],
        limit_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin to watch.

        Args:
            count: the number that should grow.
            limit_s: seconds that it may stand still.
            clock: gives the time in seconds.
        """
        self._count, self._limit, self._clock = count, limit_s, clock
        self._latest, self._since = count(), clock()

    def standstill_s(self) -> float:
        """Seconds since the count has grown, as far as calls of this have seen."""
        now, count = self._clock(), self._count()
        if count != self._latest:
            self._latest, self._since = count, now
        return now - self._since

    def stalled(self) -> bool:
        """Whether it has stood still for too long."""
        return self.standstill_s() > self._limit
