# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Streams that go through a block, and what comes out."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from gnuradio import blocks, gr


def run(block: gr.basic_block, samples: np.ndarray, tags: tuple = ()) -> tuple:
    """What a block makes of `samples`, and the tags that come out."""
    graph = gr.top_block()
    source = blocks.vector_source_c(samples.astype(np.complex64), False, 1, list(tags))
    sink = blocks.vector_sink_c()
    graph.connect(source, block, sink)
    graph.run()
    return np.array(sink.data()), sink.tags()


def tone(frequency: float, rate: float, count: int = 200_000) -> np.ndarray:
    """A complex tone of unit power."""
    return np.exp(2j * np.pi * frequency / rate * np.arange(count))


def level_db(samples: np.ndarray) -> float:
    """Mean power in dB."""
    return float(10.0 * np.log10(np.mean(np.abs(samples) ** 2)))


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for something that a running flowgraph brings about."""
    end = time.monotonic() + 60.0
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
