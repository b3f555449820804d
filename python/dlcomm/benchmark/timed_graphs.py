# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Flowgraphs of a fixed number of items, timed from start to end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from gnuradio import blocks, gr

from ..watched_flowgraph import WatchedFlowgraph
from .pairing import Timing

Attach = Callable[[gr.top_block], Any]
"""Connects what is measured into a flowgraph and returns its last block."""


def run_to_end(flowgraph: WatchedFlowgraph) -> float:
    """Run a flowgraph and return its wall time in seconds.

    Raises:
        KeyboardInterrupt: after the flowgraph has stopped.
    """
    begin = time.perf_counter()
    flowgraph.run_watched(lambda: True)
    return time.perf_counter() - begin


def timed(attach: Attach, item_size: int, per_item: int = 1) -> Callable[[int], Timing]:
    """A run of a flowgraph that ends after at least a number of items.

    The blocks in front of one that has ended go on until the buffer between them is
    full. That work takes time like all other, so it is counted as well.

    Args:
        attach: connects source and blocks; what they give goes into a ``blocks.head``
            that counts, copies nothing and ends the flowgraph.
        item_size: bytes of an item that comes out.
        per_item: what one such item counts, two messages for one.
    """

    def run(items: int) -> Timing:
        """Build the flowgraph, run it, time the run alone."""
        flowgraph = WatchedFlowgraph("benchmark")
        count = -(-items // per_item)
        last = attach(flowgraph)  # kept: GNU Radio does not own blocks written in Python
        head = blocks.head(item_size, count)
        flowgraph.connect(last, head)
        seconds = run_to_end(flowgraph)
        # Hierarchical blocks do not count what they give.
        counter = getattr(last, "nitems_written", head.nitems_read)
        return Timing(counter(0) * per_item, seconds)

    return run


def collect(attach: Attach, item_size: int, count: int, dtype: Any) -> np.ndarray:
    """What comes out of the same flowgraph: `count` items, as an array of `dtype`.

    Args:
        attach: as for `timed`.
        item_size: bytes of an item.
        count: number of items.
        dtype: ``numpy.uint8``, ``numpy.float32`` or ``numpy.complex64``.
    """
    sinks = {
        np.uint8: blocks.vector_sink_b,
        np.float32: blocks.vector_sink_f,
        np.complex64: blocks.vector_sink_c,
    }
    flowgraph = WatchedFlowgraph("benchmark check")
    last = attach(flowgraph)
    sink = sinks[dtype](item_size // np.dtype(dtype).itemsize)
    flowgraph.connect(last, blocks.head(item_size, count), sink)
    run_to_end(flowgraph)
    return np.array(sink.data(), dtype=dtype)
