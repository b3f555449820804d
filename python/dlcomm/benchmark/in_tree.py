# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Encoder, uncoded decisions and error counting beside GNU Radio's own blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from gnuradio import blocks, digital, fec, gr

from ..dlcomm_python import error_rate_sink_bb, neural_decoder_cb, neural_encoder_bc
from ..links import Link, link
from ..watched_flowgraph import WatchedFlowgraph
from .decoders import attach_decoder
from .pairing import Contest, Throughput, Timing
from .rows import THROUGHPUT, Metric
from .settings import MESSAGES, Settings, codebook, random_messages, received_symbols
from .timed_graphs import Attach, collect, run_to_end, timed

_METRICS = (Metric(THROUGHPUT, "messages/s"),)
_BITS = 8
_ERROR_RATE = 0.01


def encoder_contests(settings: Settings) -> Iterator[Contest]:
    """The encoder of every link beside a table look-up and, with odd n, packing."""
    for name, one in settings.links.items():
        yield _encoder(name, one)


def decision_contests(settings: Settings) -> Iterator[Contest]:
    """Uncoded decisions by the baseline models beside the constellation decoder."""
    yield _decisions("bpsk", digital.constellation_bpsk, "one bit per complex sample")
    yield _decisions("qpsk", digital.constellation_qpsk, "")


def counting_contests(settings: Settings) -> Iterator[Contest]:
    """Counting errors between two streams of bytes, one in a hundred of which differs."""
    generator = np.random.default_rng(1)
    sent = generator.integers(1 << _BITS, size=MESSAGES, dtype=np.uint8)
    flips = generator.integers(1, 1 << _BITS, size=MESSAGES, dtype=np.uint8)
    decided = sent ^ np.where(generator.random(MESSAGES) < _ERROR_RATE, flips, 0)

    def count(make: Callable[[], Any], has_output: bool) -> Callable[[int], Timing]:
        """A run that compares the two streams over a number of bytes."""

        def run(messages: int) -> Timing:
            """Build the flowgraph, run it, time the run alone."""
            flowgraph = WatchedFlowgraph("benchmark")
            sink = make()
            head = blocks.head(1, messages)
            flowgraph.connect(blocks.vector_source_b(sent.tolist(), True), head, sink)
            flowgraph.connect(
                blocks.vector_source_b(decided.tolist(), True), (sink, 1)
            )
            if has_output:
                flowgraph.connect(sink, blocks.null_sink(gr.sizeof_float))
            return Timing(messages, run_to_end(flowgraph))

        return run

    yield Contest(
        group="counting",
        what=f"error_rate_sink_bb, {_BITS} bits per message",
        metrics=_METRICS,
        ours=Throughput(
            "error_rate_sink_bb", count(lambda: error_rate_sink_bb(_BITS), False)
        ),
        others=(Throughput("fec.ber_bf", count(lambda: fec.ber_bf(), True)),),
        notes={"fec.ber_bf": "counts bit errors only"},
    )


def _encoder(name: str, one: Link) -> Contest:
    """The contest of one link's encoder."""
    table = codebook(one)
    messages = random_messages(one)
    source = "digital.chunks_to_symbols"
    if one.n % 2:
        source += " + packing two floats"

    def ours(flowgraph: gr.top_block) -> Any:
        """Source and neural encoder."""
        encoder = neural_encoder_bc(one.encoder)
        flowgraph.connect(blocks.vector_source_b(messages, True), encoder)
        return encoder

    def theirs(flowgraph: gr.top_block) -> Any:
        """Source and look-up; two floats in a row already are a complex sample."""
        if one.n % 2 == 0:
            points = table.view(np.complex64).reshape(-1).tolist()
            last = digital.chunks_to_symbols_bc(points, one.n // 2)
            flowgraph.connect(blocks.vector_source_b(messages, True), last)
            return last
        look_up = digital.chunks_to_symbols_bf(table.reshape(-1).tolist(), one.n)
        last = blocks.stream_to_vector(gr.sizeof_float, 2)
        flowgraph.connect(blocks.vector_source_b(messages, True), look_up, last)
        return last

    def check() -> None:
        """Both give the same samples, bit for bit."""
        count = MESSAGES * one.n // 2
        # The packed floats are collected as vectors of two floats.
        kinds = (np.complex64, np.float32 if one.n % 2 else np.complex64)
        found = [
            collect(attach, gr.sizeof_gr_complex, count, kind).view(np.float32)
            for attach, kind in zip((ours, theirs), kinds, strict=True)
        ]
        if not np.array_equal(*found):
            raise RuntimeError(f"{name}: {source} gives other samples than the encoder")

    def messages_run(attach: Attach) -> Callable[[int], Timing]:
        """Runs of so many messages, counted in samples where they leave."""
        run = timed(attach, gr.sizeof_gr_complex)

        def run_messages(items: int) -> Timing:
            """A message is n/2 samples."""
            samples, seconds = run(-(-items * one.n // 2))
            return Timing(2 * samples // one.n, seconds)

        return run_messages

    return Contest(
        group="encoder",
        what=f"neural_encoder_bc {name}",
        metrics=_METRICS,
        ours=Throughput("neural_encoder_bc", messages_run(ours)),
        others=(Throughput(source, messages_run(theirs)),),
        check=check,
    )


def _decisions(model: str, constellation: Callable[[], Any], note: str) -> Contest:
    """The contest of one uncoded modulation."""
    one = link(model)
    symbols = received_symbols(one)
    theirs_name = f"digital.constellation_decoder_cb, {model.upper()}"
    ours, theirs = (
        attach_decoder(make, one, symbols)
        for make in (
            lambda: neural_decoder_cb(one.decoder),
            lambda: digital.constellation_decoder_cb(constellation().base()),
        )
    )
    return Contest(
        group="decisions",
        what=f"neural_decoder_cb {model}",
        metrics=_METRICS,
        ours=Throughput("neural_decoder_cb", timed(ours, 1)),
        others=(Throughput(theirs_name, timed(theirs, 1)),),
        notes={theirs_name: note},
    )
