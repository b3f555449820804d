# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Running a flowgraph that talks to a device, which may vanish."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from gnuradio import gr

from .. import stopping
from ..interrupts import uninterrupted
from .device_string import DeviceError

_START_S = 10.0
_GRACE_S = 2.0
"""How long a start goes on after Ctrl-C: most are over by then."""
_PERIOD_S = 0.1
_unstarted: list[Any] = []


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


@contextmanager
def running(graph: gr.top_block, *blocks: Any) -> Iterator[threading.Event]:
    """Start a flowgraph, and stop it at the end, without hanging with a device that hangs.

    Ctrl-C ends it as well when it comes while the flowgraph starts or stops: a process that
    ends with a flowgraph at work crashes.

    Args:
        graph: the flowgraph.
        blocks: its blocks that have Python code.

    Yields:
        An event that is set when the flowgraph has ended.
    """
    end = None
    try:
        with uninterrupted() as pressed:
            _start(graph, blocks, pressed)
            end = stopping.ended(graph)
        if pressed:
            raise KeyboardInterrupt
        yield end
    finally:
        if end is not None:
            with uninterrupted():
                stopping.stop(graph, end, *blocks)


def _start(graph: gr.top_block, blocks: tuple[Any, ...], pressed: list[int]) -> None:
    """Start a flowgraph, or give up.

    A block that cannot start, say because a device refuses, ends its own thread, and GNU Radio
    waits for it for ever.
    """
    started, trouble = threading.Event(), []

    def start() -> None:
        """Start in C++."""
        try:
            graph.start()
        except RuntimeError as error:
            trouble.append(error)
        started.set()

    threading.Thread(target=start, daemon=True).start()
    until = time.monotonic() + _START_S
    while not started.wait(_PERIOD_S):
        now = time.monotonic()
        if pressed:
            until = min(until, now + _GRACE_S)
        if now > until:
            # What hangs in there needs its Python parts to the end.
            _unstarted.append((graph, blocks))
            if pressed:
                raise KeyboardInterrupt
            raise DeviceError(f"the device has not started in {_START_S:g} s: is it busy?")
    if trouble:
        raise trouble[0]
