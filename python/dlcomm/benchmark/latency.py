# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How long one frame takes through the decoder block.

    write --> pipe --> file descriptor source --> decoder --> sink --> pipe --> read

Both ends are blocks written in C++, so that no Python runs between the write and the
read but that of a decoder written in Python.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np

from gnuradio import blocks, gr

from ..dlcomm_python import neural_decoder_cb
from ..links import Link
from .pairing import Contest, Missing
from .python_block import OnnxDecoderBlock
from .rows import Metric, median_and_tail
from .settings import Settings, not_installed, received_symbols

_METRICS = (
    Metric("latency, median", "us", higher_is_better=False),
    Metric("latency, 99 %", "us", higher_is_better=False),
)
_WARM_UP_FRAMES = 200
_PATIENCE_SECONDS = 10.0


class Latency:
    """A side that is sent one frame after another, each when the last has come out."""

    def __init__(
        self,
        name: str,
        make: Callable[[], Any],
        item_size: int,
        frames: list[bytes],
        answer_bytes: int,
        count: int,
    ) -> None:
        """Make the side.

        Args:
            name: what it is, for people.
            make: makes the block.
            item_size: bytes of an item that comes out of it.
            frames: samples of frames to send, in turns.
            answer_bytes: bytes that come out for a frame.
            count: frames that one measurement sends.
        """
        self.name = name
        self._make = make
        self._item_size = item_size
        self._frames = frames
        self._answer_bytes = answer_bytes
        self._count = count

    def warm_up(self, seconds: float) -> None:
        """Send some frames for nothing; every measurement does so itself as well."""
        self._send(_WARM_UP_FRAMES)

    def measure(self) -> tuple[float, float]:
        """Median and 99th percentile over the frames, in microseconds."""
        return median_and_tail(self._send(self._count))

    def _send(self, count: int) -> list[float]:
        """Send frames through a flowgraph made for it; microseconds of each."""
        with ExitStack() as ends:
            to_graph, our_in = os.pipe()
            from_graph, graph_out = os.pipe()
            # The blocks own, and close, the ends that they are given.
            source = blocks.file_descriptor_source(gr.sizeof_gr_complex, to_graph)
            sink = blocks.file_descriptor_sink(self._item_size, graph_out)
            ends.callback(os.close, from_graph)
            flowgraph = gr.top_block("latency")
            block = self._make()
            flowgraph.connect(source, block, sink)
            flowgraph.start()
            ends.callback(flowgraph.wait)
            ends.callback(os.close, our_in)  # the source takes it for the end
            times = [
                self._one(our_in, from_graph, self._frames[i % len(self._frames)])
                for i in range(_WARM_UP_FRAMES + count)
            ]
        return times[_WARM_UP_FRAMES:]

    def _one(self, to_graph: int, from_graph: int, frame: bytes) -> float:
        """Send a frame and wait for the decision; microseconds in between."""
        begin = time.perf_counter_ns()
        os.write(to_graph, frame)
        missing = self._answer_bytes
        while missing > 0:
            if not select.select([from_graph], [], [], _PATIENCE_SECONDS)[0]:
                raise RuntimeError(
                    f"{self.name}: no decision within {_PATIENCE_SECONDS:.0f} seconds"
                )
            missing -= len(os.read(from_graph, missing))
        return (time.perf_counter_ns() - begin) / 1000.0


def latency_contests(settings: Settings) -> Iterator[Contest]:
    """A contest for every link that needs no channel gain."""
    for name, link in settings.links.items():
        if not link.uses_csi:
            yield _contest(name, link, settings.frames)


def _contest(name: str, link: Link, count: int) -> Contest:
    """The contest of one link."""
    per_frame = link.messages_per_frame
    whole_frames = received_symbols(link).reshape(-1, per_frame * link.n)
    frames = [np.ascontiguousarray(row).tobytes() for row in whole_frames[:256]]

    def side(name: str, make: Callable[[], Any], item: int, answer: int) -> Latency:
        """One side of this contest."""
        return Latency(name, make, item, frames, answer, count)

    def nothing() -> Any:
        """A block that copies: what is left is the scheduler and the pipes."""
        return blocks.copy(gr.sizeof_gr_complex)

    idle = "no decoder (blocks.copy)"
    python_name = "Python block around onnxruntime"
    reason = not_installed("onnxruntime")
    python = (
        Missing(python_name, reason)
        if reason
        else side(python_name, lambda: OnnxDecoderBlock(link), per_frame, per_frame)
    )
    return Contest(
        group="latency",
        what=f"neural_decoder_cb {name}, one frame",
        metrics=_METRICS,
        ours=side(
            "neural_decoder_cb", lambda: neural_decoder_cb(link.decoder), 1, per_frame
        ),
        others=(
            python,
            side(idle, nothing, gr.sizeof_gr_complex, len(frames[0])),
        ),
        notes={idle: "the share of scheduler and pipes"},
    )
