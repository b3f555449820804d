# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A flowgraph as a block of a link: without delay, and proven whole while it runs.

::

    in --> mux --> wait --> flowgraph --> skip --> gate --> out
    known pattern --^

Behind every `PERIOD` samples or so the known pattern is sent through the flowgraph; the
gate takes it out and lets no sample pass that was not followed by one in its place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from gnuradio import blocks, gr

from .exception_watch import ExceptionWatch
from .pattern_gate import PATIENCE, PatternGate
from .probe import LENGTH, MAX_LATENCY, measure_latency, pattern

PERIOD = 1 << 16
"""Fewest samples between two patterns: these take 3 % of the time then."""


class AlignedFlowgraph(gr.hier_block2):
    """A flowgraph whose first sample out belongs to the first sample in.

    Samples come out in bursts, after the pattern behind them. Where the flowgraph loses or
    adds samples, this block ends before it hands out any sample at a wrong place (a loss and
    an addition of as many samples between two patterns go unnoticed).

    Attributes:
        latency: complex samples by which the flowgraph alone is late; negative: early.
        holds: samples that may go in before one comes out; a path beside this block needs
            a buffer for as many.
    """

    def __init__(self, make: Callable[[], Any], name: str, frame: int = 1) -> None:
        """Measure the latency of a block and wrap another one that makes up for it.

        Args:
            make: makes the block, anew at every call.
            name: what messages call it.
            frame: samples of a frame; frames begin at multiples of it in the flowgraph.

        Raises:
            FlowgraphError: as `probe.measure_latency`.
            ValueError: from `make`.
        """
        stream = gr.io_signature(1, 1, gr.sizeof_gr_complex)
        super().__init__("aligned flowgraph", stream, stream)
        self.latency = measure_latency(make(), name)
        self._name = name
        self._flowgraph = make()
        self._watch = ExceptionWatch(self._flowgraph)
        data, slot = (length + -length % frame for length in (PERIOD, LENGTH))
        self.holds = PATIENCE * (data + slot) + 2 * MAX_LATENCY
        marks = np.zeros(slot, np.complex64)
        marks[:LENGTH] = pattern()
        source = blocks.vector_source_c(marks.tolist(), True)
        self._mux = blocks.stream_mux(gr.sizeof_gr_complex, [data, slot])
        self._wait = blocks.delay(gr.sizeof_gr_complex, max(-self.latency, 0))
        self._skip = blocks.skiphead(gr.sizeof_gr_complex, max(self.latency, 0))
        self._gate = PatternGate(data, slot)
        self.connect(self, (self._mux, 0))
        self.connect(source, (self._mux, 1))
        parts = self._mux, self._wait, self._flowgraph, self._skip, self._gate
        self.connect(*parts, self)

    def widen(self, samples: int) -> None:
        """Let no block's output buffer be smaller than so many samples. Before the start.

        Those around the gate, which is Python, are made larger still: few calls.
        """
        for block in (self._mux, self._wait, self._flowgraph):
            block.set_min_output_buffer(samples)
        for block in (self._skip, self._gate):
            block.set_min_output_buffer(max(samples, 4 * PERIOD))

    @property
    def failure(self) -> str:
        """Why the stream ended although more went in, on one line."""
        cause = self._watch.failure or self._gate.failure or "the flowgraph ended by itself"
        return f"{self._name}: {cause}"
