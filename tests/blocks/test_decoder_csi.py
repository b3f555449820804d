# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Decoders that know the channel gain: two inputs, and the right gain for each message."""

import numpy as np
import pytest
from harness import (
    collected,
    finish,
    items_through,
    random_messages,
    random_samples,
    sink,
    source,
)
from model_files import random_codebook, wheel, write_csi_decoder, write_pair

from gnuradio import blocks, dlcomm, gr

N, K = 8, 4
SAMPLES = N // 2
MAKERS = {dlcomm.neural_decoder_cb: np.uint8, dlcomm.neural_decoder_cf: np.float32}


@pytest.fixture(scope="module")
def codebook():
    return random_codebook(np.random.default_rng(3), N, K)


@pytest.fixture(scope="module")
def decoder_file(codebook, tmp_path_factory):
    return write_csi_decoder(tmp_path_factory.mktemp("csi") / "decoder.onnx", codebook)


def test_it_says_so(decoder_file):
    decoder = dlcomm.neural_decoder_cb(decoder_file)
    assert decoder.uses_csi()
    assert decoder.input_signature().min_streams() == 2
    assert dlcomm.read_contract(decoder_file)["uses_csi"]


@pytest.mark.parametrize("make", MAKERS)
def test_without_a_gain_the_graph_does_not_start(make, decoder_file):
    graph = gr.top_block()
    end = blocks.null_sink(np.dtype(MAKERS[make]).itemsize)
    graph.connect(source(np.zeros(100, np.complex64)), make(decoder_file), end)
    with pytest.raises(RuntimeError, match="insufficient connected input ports"):
        graph.start()


def test_a_decoder_without_csi_has_no_second_input():
    graph = gr.top_block()
    decoder = dlcomm.neural_decoder_cb("ae_7_4")
    with pytest.raises(ValueError, match="port number 1 exceeds max"):
        graph.connect(source(np.zeros(10, np.complex64)), (decoder, 1))


@pytest.mark.parametrize("chunk", [None, 1, 37])
def test_each_message_gets_the_gain_of_its_first_sample(decoder_file, rng, chunk):
    messages = 5000
    samples = random_samples(rng, messages * SAMPLES)
    gains = random_samples(rng, messages * SAMPLES)  # another at every sample
    csi = gains[::SAMPLES].copy().view(np.float32).reshape(-1, 2)
    logits = wheel(decoder_file, symbols=samples.view(np.float32).reshape(-1, N), csi=csi)
    decoder = dlcomm.neural_decoder_cb(decoder_file)
    decided = items_through(decoder, samples, gains, out=np.uint8, max_noutput_items=chunk)
    np.testing.assert_array_equal(decided, np.argmax(logits, axis=1))


@pytest.mark.parametrize("samples", [0, 3, 4, 7, 4001])
@pytest.mark.parametrize("gains", [0, 3, 4, 7, 4001])
def test_streams_that_end_mid_frame(decoder_file, samples, gains, rng):
    decoder = dlcomm.neural_decoder_cb(decoder_file)
    ins = random_samples(rng, samples), random_samples(rng, gains)
    assert len(items_through(decoder, *ins, out=np.uint8)) == min(samples, gains) // SAMPLES


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_gain_that_is_not_finite(decoder_file, bad, rng):
    messages = 3000
    samples = random_samples(rng, messages * SAMPLES)
    gains = random_samples(rng, messages * SAMPLES)
    good = items_through(
        dlcomm.neural_decoder_cb(decoder_file), samples, gains, out=np.uint8
    )
    gains[::SAMPLES][5::10] = complex(1.0, bad)
    gains[1::SAMPLES][3::10] = bad  # not a first sample: nobody looks at it
    decoder = dlcomm.neural_decoder_cb(decoder_file)
    decided = items_through(decoder, samples, gains, out=np.uint8)
    good[5::10] = 0
    np.testing.assert_array_equal(decided, good)
    assert decoder.nonfinite_messages() == messages // 10
    soft = dlcomm.neural_decoder_cf(decoder_file)
    llrs = items_through(soft, samples, gains, out=np.float32).reshape(-1, K)
    np.testing.assert_array_equal((llrs == 0).all(axis=1), np.arange(messages) % 10 == 5)
    assert soft.nonfinite_messages() == messages // 10


def test_a_fading_link_without_noise_has_no_errors(codebook, decoder_file, tmp_path, rng):
    """One fading block per message; the gain stream of the channel feeds the decoder."""
    encoder, blind_decoder = write_pair(tmp_path, codebook)
    messages = random_messages(rng, 20_000, K)
    graph = gr.top_block()
    channel = dlcomm.rayleigh_block_fading_channel_cc(SAMPLES, 80.0, 2 * K / N, seed=5)
    decoder = dlcomm.neural_decoder_cb(decoder_file)
    blind = dlcomm.neural_decoder_cb(blind_decoder)
    ends = sink(np.uint8), sink(np.uint8)
    graph.connect(source(messages), dlcomm.neural_encoder_bc(encoder), channel, decoder)
    graph.connect((channel, 1), (decoder, 1))
    graph.connect(decoder, ends[0])
    graph.connect(channel, blind, ends[1])
    finish(graph)
    np.testing.assert_array_equal(collected(ends[0], np.uint8).items, messages)
    # Without the gain the phase is unknown, and most messages are lost.
    assert np.mean(collected(ends[1], np.uint8).items != messages) > 0.5


def test_a_model_of_the_other_kind_is_refused(codebook, decoder_file, tmp_path):
    _, plain_file = write_pair(tmp_path, codebook)
    decoder = dlcomm.neural_decoder_cb(decoder_file)
    with pytest.raises(RuntimeError, match=r"\(8, 4\) without csi, expected \(8, 4\) with csi"):
        decoder.set_model(plain_file)
    assert decoder.model() == decoder_file
    plain = dlcomm.neural_decoder_cf(plain_file)
    with pytest.raises(RuntimeError, match=r"\(8, 4\) with csi, expected \(8, 4\) without csi"):
        plain.set_model(decoder_file)
    assert plain.model() == plain_file
