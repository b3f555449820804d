# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Waiting for the end of a flowgraph without hanging with it."""

from __future__ import annotations

import threading
from typing import Any

from gnuradio import gr

GRACE_S = 5.0
"""How long a flowgraph that was told to stop may take."""
_unstopped: list[Any] = []
"""What still runs although it was told to stop. GNU Radio's threads do not own the Python
objects that they call; these must outlive them."""


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
        _unstopped.append((graph, blocks))
