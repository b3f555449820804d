# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How the scheduler cuts a stream must not show in it."""

import numpy as np
import pytest
from channel_kinds import CHANNELS, make, send
from harness import collected, finish, random_messages, random_samples, sink, source
from hypothesis import given, settings
from hypothesis import strategies as st

from gnuradio import dlcomm, gr

CUTS = [1, 2, 3, 7, 31, 32, 33, 1000, 4096, 100_000]
COUNT = 12_345


@pytest.fixture(scope="module")
def signal():
    return random_samples(np.random.default_rng(6), COUNT)


def inputs(kind: str, signal: np.ndarray) -> tuple[np.ndarray, ...]:
    return (signal, signal[::-1].copy()) if kind == "interference" else (signal,)


@pytest.fixture(scope="module")
def whole(signal):
    """What each channel makes of the signal without any limit."""
    return {kind: send(make(kind), *inputs(kind, signal)) for kind in CHANNELS}


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("kind", CHANNELS)
def test_a_limit_of_the_flowgraph(kind, cut, signal, whole):
    got = send(make(kind), *inputs(kind, signal), max_noutput_items=cut)
    np.testing.assert_array_equal(got, whole[kind])


@settings(max_examples=30)
@given(
    kind=st.sampled_from(list(CHANNELS)),
    of_source=st.integers(1, 3000),
    of_channel=st.integers(1, 3000),
    smallest=st.integers(1, 2000),
    extra=st.integers(0, 5000),
)
def test_limits_and_buffers_of_each_block(
    kind, of_source, of_channel, smallest, extra, signal, whole
):
    graph = gr.top_block()
    channel = make(kind)
    end = sink(np.complex64)
    for port, items in enumerate(inputs(kind, signal)):
        begin = source(items)
        begin.set_max_noutput_items(of_source)
        graph.connect(begin, (channel, port))
    channel.set_max_noutput_items(of_channel)
    channel.set_min_output_buffer(smallest)
    channel.set_max_output_buffer(smallest + extra)
    graph.connect(channel, end)
    if kind == "interference":
        graph.connect((channel, 1), sink(np.complex64))
    finish(graph)
    np.testing.assert_array_equal(collected(end, np.complex64).items, whole[kind])


def link_outcome(model: str, ebn0_db: float, cut: int | None, buffers: int | None):
    """Decisions, LLRs and counts of a link over AWGN."""
    link = dlcomm.link(model)
    messages = random_messages(np.random.default_rng(12), 6001, link.k)
    begin = source(messages)
    encoder = dlcomm.neural_encoder_bc(link.encoder)
    channel = dlcomm.awgn_channel_cc(ebn0_db, link.bits_per_sample, seed=3)
    hard = dlcomm.neural_decoder_cb(link.decoder)
    soft = dlcomm.neural_decoder_cf(link.decoder)
    counter = dlcomm.error_rate_sink_bb(link.k, max_messages=5000, stop_graph=False)
    ends = sink(np.uint8), sink(np.float32)
    graph = gr.top_block()
    if buffers:
        for block in (begin, encoder, channel, hard, soft):
            block.set_max_output_buffer(buffers)
    graph.connect(begin, encoder, channel, hard, ends[0])
    graph.connect(channel, soft, ends[1])
    graph.connect(begin, (counter, 0))
    graph.connect(hard, (counter, 1))
    finish(graph, cut)
    return (
        collected(ends[0], np.uint8).items,
        collected(ends[1], np.float32).items,
        (counter.messages(), counter.block_errors(), counter.bit_errors()),
    )


@pytest.mark.parametrize("model", ["ae_7_4", "ae_8_8_compact"])
def test_a_whole_link_with_buffers_of_1_to_100000_items(model):
    decided, llrs, counts = link_outcome(model, 1.0, None, None)
    assert counts[0] == 5000 and counts[1] > 100
    for cut, buffers in [(1, None), (2, 64), (7, None), (97, 100), (5000, 300), (100_000, None),
                         (None, 100_000)]:
        again = link_outcome(model, 1.0, cut, buffers)
        np.testing.assert_array_equal(again[0], decided)
        np.testing.assert_array_equal(again[1], llrs)
        assert again[2] == counts
