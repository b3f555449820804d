# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Running a flowgraph that talks to a device, which may vanish."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from gnuradio import gr

from ..flowgraph_channel import stopping
from .device_string import DeviceError

_START_S = 10.0
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
def uninterrupted() -> Iterator[None]:
    """Pass over Ctrl-C while the block lasts: for what is over soon, and must not be half done.

    Python takes signals in the main thread only; in any other this does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


@contextmanager
def running(graph: gr.top_block, *blocks: Any) -> Iterator[Event]:
    """Start a flowgraph, and stop it at the end, without hanging with a device that hangs.

    Args:
        graph: the flowgraph.
        blocks: its blocks that have Python code.

    Yields:
        An event that is set when the flowgraph has ended.
    """
    _start(graph, blocks)
    end = stopping.ended(graph)
    try:
        yield end
    finally:
        with uninterrupted():
            stopping.stop(graph, end, *blocks)


def _start(graph: gr.top_block, blocks: tuple[Any, ...]) -> None:
    """Start a flowgraph, or give up.

    A block that cannot start, say because a device refuses, ends its own thread, and GNU Radio
    waits for it for ever, deaf to Ctrl-C.
    """
    started, trouble = Event(), []

    def start() -> None:
        """Start in C++."""
        try:
            graph.start()
        except RuntimeError as error:
            trouble.append(error)
        started.set()

    Thread(target=start, daemon=True).start()
    try:
        if not started.wait(_START_S):
            raise DeviceError(f"the device has not started in {_START_S:g} s: is it busy?")
    except BaseException:
        # What hangs in there needs its Python parts to the end.
        _unstarted.append((graph, blocks))
        raise
    if trouble:
        raise trouble[0]
