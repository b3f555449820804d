# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Arrays through blocks: what a test puts in, and what comes out.

The item type of a stream is that of its array: uint8, float32 or complex64; an array of
two dimensions is a stream of vectors.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pmt

from gnuradio import blocks, gr
from gnuradio.dlcomm.running import ended
from gnuradio.gr.gr_python import basic_block as Block

TIMEOUT = 120.0
"""Seconds after which a flowgraph is taken to hang."""

_SOURCES = {
    np.dtype(np.uint8): blocks.vector_source_b,
    np.dtype(np.float32): blocks.vector_source_f,
    np.dtype(np.complex64): blocks.vector_source_c,
}
_SINKS = {
    np.dtype(np.uint8): blocks.vector_sink_b,
    np.dtype(np.float32): blocks.vector_sink_f,
    np.dtype(np.complex64): blocks.vector_sink_c,
}

Tag = tuple[int, str, Any]
"""Offset, key and value of a stream tag."""


class Output(NamedTuple):
    """What arrived on one output: the items, and the tags in order of offset."""

    items: np.ndarray
    tags: list[Tag]


def source(items: np.ndarray, tags: Sequence[Tag] = (), repeat: bool = False) -> Block:
    """A source of the array's items, tagged at the given offsets."""
    vlen = items.shape[1] if items.ndim == 2 else 1
    return _SOURCES[items.dtype](
        items.ravel().tolist(), repeat, vlen, [_make_tag(*tag) for tag in tags]
    )


def sink(dtype: type, vlen: int = 1) -> Block:
    """A sink that keeps items of this type."""
    return _SINKS[np.dtype(dtype)](vlen)


def collected(vector_sink: Block, dtype: type, vlen: int = 1) -> Output:
    """What a vector sink holds."""
    items = np.array(vector_sink.data(), dtype=dtype)
    tags = [(t.offset, str(t.key), pmt.to_python(t.value)) for t in vector_sink.tags()]
    return Output(
        items.reshape(-1, vlen) if vlen > 1 else items,
        sorted(tags, key=lambda tag: (tag[0], tag[1], str(tag[2]))),
    )


def finish(
    graph: gr.top_block,
    max_noutput_items: int | None = None,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    """Run a flowgraph to its end, at most `TIMEOUT` seconds.

    ``run()`` of GNU Radio looks for the end ten times a second; this returns at once,
    which makes hundreds of short runs affordable.

    Args:
        graph: a flowgraph that ends by itself.
        max_noutput_items: the most items the scheduler may offer to a block's work.
        meanwhile: called in this thread once the graph has started.
    """
    graph.start(max_noutput_items) if max_noutput_items else graph.start()
    end = ended(graph)
    try:
        if meanwhile:
            meanwhile()
        in_time = end.wait(TIMEOUT)
    finally:
        if not end.is_set():
            graph.stop()
        end.wait(TIMEOUT)
    assert in_time, f"the flowgraph did not end within {TIMEOUT} s"


def through(
    block: Block,
    *inputs: np.ndarray,
    out: Sequence[type] | type,
    vlen_out: int = 1,
    tags: Sequence[Tag] = (),
    max_noutput_items: int | None = None,
) -> list[Output]:
    """Send arrays through a block and return what its outputs gave.

    Args:
        block: the block under test, unconnected.
        inputs: one array per input.
        out: item type of each output to connect.
        vlen_out: vector length of all outputs.
        tags: put on the first input.
        max_noutput_items: see `finish`.
    """
    types = list(out) if isinstance(out, (list, tuple)) else [out]
    graph = gr.top_block()
    for port, items in enumerate(inputs):
        graph.connect(source(items, tags if port == 0 else ()), (block, port))
    sinks = [sink(dtype, vlen_out) for dtype in types]
    for port, end in enumerate(sinks):
        graph.connect((block, port), end)
    finish(graph, max_noutput_items)
    graph.disconnect_all()
    return [collected(end, dtype, vlen_out) for end, dtype in zip(sinks, types, strict=True)]


def items_through(block: Block, *inputs: np.ndarray, out: type, **options: Any) -> np.ndarray:
    """The items of the first output; see `through`."""
    return through(block, *inputs, out=out, **options)[0].items


def connect_receiver(graph: gr.top_block, upstream: Block, decoder: Block) -> None:
    """Connect a decoder; one that uses channel knowledge is told a gain of one."""
    graph.connect(upstream, decoder)
    if decoder.uses_csi():
        gain = blocks.vector_source_c([1], True)
        graph.connect(gain, (decoder, 1))


def random_messages(rng: np.random.Generator, count: int, k: int) -> np.ndarray:
    """Uniform messages of k bits, uint8."""
    return rng.integers(0, 1 << k, count, dtype=np.uint8)


def random_samples(rng: np.random.Generator, count: int) -> np.ndarray:
    """Circular Gaussian samples of unit power, complex64."""
    rails = rng.standard_normal((count, 2)).astype(np.float32) * np.float32(0.5**0.5)
    return rails.view(np.complex64).ravel()


def as_reals(samples: np.ndarray, n: int) -> np.ndarray:
    """Complex samples as the real channel uses of messages, [messages, n] float32."""
    return samples.view(np.float32).reshape(-1, n)


def _make_tag(offset: int, key: str, value: Any) -> gr.tag_t:
    tag = gr.tag_t()
    tag.offset = offset
    tag.key = pmt.intern(key)
    tag.value = pmt.to_pmt(value)
    return tag
