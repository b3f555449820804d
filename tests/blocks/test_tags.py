# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Stream tags keep their place through encoder and decoders, with odd n as well."""

import numpy as np
import pytest
from harness import (
    collected,
    connect_receiver,
    finish,
    random_messages,
    random_samples,
    sink,
    source,
    through,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from model_files import random_codebook, write_csi_decoder, write_pair

from gnuradio import dlcomm, gr


def sample_of(message: int, n: int) -> int:
    """The sample on which a message begins, maybe on its Q rail."""
    return message * n // 2


def message_of(sample: int, n: int) -> int:
    """The first message that begins on a sample, or the one it lies in."""
    inside = 2 * sample // n
    begins = [m for m in (inside, inside + 1) if sample_of(m, n) == sample]
    return begins[0] if begins else inside


def numbered(offsets) -> list:
    """A tag at each offset, whose value tells them apart."""
    return [(offset, "mark", index) for index, offset in enumerate(sorted(offsets))]


def places(output) -> list:
    return sorted((tag[2], tag[0]) for tag in output.tags)


OFFSETS = st.lists(st.integers(0, 699), min_size=1, max_size=60)
CUT = st.one_of(st.none(), st.integers(1, 200))


@settings(max_examples=40)
@given(n=st.integers(1, 16), offsets=OFFSETS, cut=CUT)
def test_encoder(tmp_path_factory, n, offsets, cut):
    rng = np.random.default_rng(n)
    path, _ = write_pair(tmp_path_factory.mktemp("pair"), random_codebook(rng, n, 4))
    tags = numbered(offsets)
    (output,) = through(
        dlcomm.neural_encoder_bc(path), random_messages(rng, 700, 4),
        out=np.complex64, tags=tags, max_noutput_items=cut,
    )
    assert places(output) == [(value, sample_of(offset, n)) for offset, _, value in tags]


@settings(max_examples=40)
@given(n=st.integers(1, 16), offsets=OFFSETS, cut=CUT, soft=st.booleans())
def test_decoders(tmp_path_factory, n, offsets, cut, soft):
    rng = np.random.default_rng(n)
    k = 3
    _, path = write_pair(tmp_path_factory.mktemp("pair"), random_codebook(rng, n, k))
    tags = numbered(offsets)
    make = dlcomm.neural_decoder_cf if soft else dlcomm.neural_decoder_cb
    (output,) = through(
        make(path), random_samples(rng, 700 // n * n + n),
        out=np.float32 if soft else np.uint8, tags=tags, max_noutput_items=cut,
    )
    per_message = k if soft else 1
    assert places(output) == [
        (value, message_of(offset, n) * per_message) for offset, _, value in tags
    ]


@pytest.mark.parametrize("model", dlcomm.models("decoder"))
def test_a_tag_on_a_message_comes_back_on_it(model, rng):
    """But for n = 1, where two messages begin on one sample and the first gets the tag."""
    link = dlcomm.link(model)
    tags = numbered(range(0, 1000, 3))
    graph = gr.top_block()
    end = sink(np.uint8)
    encoder = dlcomm.neural_encoder_bc(link.encoder)
    decoder = dlcomm.neural_decoder_cb(link.decoder)
    graph.connect(source(random_messages(rng, 1000, link.k), tags), encoder)
    connect_receiver(graph, encoder, decoder)
    graph.connect(decoder, end)
    finish(graph, 50)
    expected = [
        (value, offset // 2 * 2 if link.n == 1 else offset) for offset, _, value in tags
    ]
    assert places(collected(end, np.uint8)) == expected


def test_tags_of_the_gain_stream_arrive_too(tmp_path, rng):
    path = write_csi_decoder(tmp_path / "decoder.onnx", random_codebook(rng, 4, 3))
    graph = gr.top_block()
    decoder, end = dlcomm.neural_decoder_cb(path), sink(np.uint8)
    graph.connect(source(random_samples(rng, 100), [(3, "on_samples", 1)]), decoder, end)
    graph.connect(source(random_samples(rng, 100), [(4, "on_gains", 2)]), (decoder, 1))
    finish(graph)
    assert collected(end, np.uint8).tags == [(1, "on_samples", 1), (2, "on_gains", 2)]


def test_fading_tags_reach_the_message_once(tmp_path, rng):
    """The channel tags its signal alone, so a decoder of both streams sees each tag once."""
    codebook = random_codebook(rng, 8, 4)
    encoder, _ = write_pair(tmp_path, codebook)
    path = write_csi_decoder(tmp_path / "csi.onnx", codebook)
    graph = gr.top_block()
    channel = dlcomm.rayleigh_block_fading_channel_cc(40, 60.0, 1.0)
    decoder, end = dlcomm.neural_decoder_cb(path), sink(np.uint8)
    begin = source(random_messages(rng, 100, 4), [(55, "mark", 1)])
    graph.connect(begin, dlcomm.neural_encoder_bc(encoder), channel, decoder, end)
    graph.connect((channel, 1), (decoder, 1))
    finish(graph)
    tags = collected(end, np.uint8).tags
    assert [tag[:2] for tag in tags] == sorted(
        [(offset, "fading_gain") for offset in range(0, 100, 10)] + [(55, "mark")]
    )
