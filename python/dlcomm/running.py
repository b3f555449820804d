# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Running a flowgraph without hanging with it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from gnuradio import gr

from .interrupts import uninterrupted

START_S = 10.0
"""How long a flowgraph may take to start."""
GRACE_S = 5.0
"""How long one that was told to stop may take."""
_INTERRUPTED_START_S = 2.0
"""How long a start goes on after Ctrl-C: most are over by then."""
_PERIOD_S = 0.1
_kept: list[Any] = []
"""What hangs in its start, or still runs although it was told to stop. GNU Radio's threads do
not own the Python objects that they call; these must outlive them."""


class NotStartedError(RuntimeError):
    """A flowgraph hangs in its start."""


def ended(graph: gr.top_block) -> threading.Event:
    """An event that is set when a running flowgraph has ended.

    Unlike ``graph.wait()``, waiting for it with a timeout leaves the flowgraph alone.
    """
    event = threading.Event()

    def wait() -> None:
        """Block in C++ until the end."""
        gr.top_block_wait_unlocked(graph._impl)
        event.set()

    threading.Thread(target=wait, daemon=True).start()
    return event


def stop(graph: gr.top_block, end: threading.Event, *blocks: Any) -> None:
    """Stop a flowgraph and wait a while for its end.

    Args:
        graph: a flowgraph that was started.
        end: from `ended`.
        blocks: its blocks that have Python code; kept for good if it does not end.
    """
    graph.stop()
    if not end.wait(GRACE_S):
        _kept.append((graph, blocks))


@dataclass(frozen=True)
class Run:
    """A flowgraph at work.

    Attributes:
        end: set when it has ended.
        late: grows when Ctrl-C is pressed while it stops; its results are whole all the same.
    """

    end: threading.Event
    late: list[int]


@contextmanager
def running(graph: gr.top_block, *blocks: Any) -> Iterator[Run]:
    """Start a flowgraph, and stop it at the end, without hanging with a device that hangs.

    Ctrl-C ends it as well when it comes while the flowgraph starts, and waits while it stops:
    a process that ends with a flowgraph at work crashes.

    Args:
        graph: the flowgraph.
        blocks: its blocks that have Python code.

    Raises:
        NotStartedError: it hangs in its start.
    """
    run = None
    try:
        with uninterrupted() as pressed:
            _start(graph, blocks, pressed)
            run = Run(ended(graph), [])
        if pressed:
            raise KeyboardInterrupt
        yield run
    finally:
        if run is not None:
            with uninterrupted() as pressed:
                stop(graph, run.end, *blocks)
            run.late.extend(pressed)


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
    until = time.monotonic() + START_S
    while not started.wait(_PERIOD_S):
        now = time.monotonic()
        if pressed:
            until = min(until, now + _INTERRUPTED_START_S)
        if now > until:
            # What hangs in there needs its Python parts to the end.
            _kept.append((graph, blocks))
            if pressed:
                raise KeyboardInterrupt
            raise NotStartedError(
                f"the flowgraph has not started in {START_S:g} s: is a device busy?"
            )
    if trouble:
        raise trouble[0]
