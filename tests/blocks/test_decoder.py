# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""neural_decoder_cb and _cf: the network's decisions, and the sign and scale of its LLRs."""

import json

import numpy as np
import pytest
from harness import (
    as_reals,
    collected,
    connect_receiver,
    finish,
    items_through,
    random_messages,
    random_samples,
    sink,
    source,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from model_files import random_codebook, wheel, write_pair

from gnuradio import dlcomm, gr

MODELS = dlcomm.models("decoder")
MAKERS = [dlcomm.neural_decoder_cb, dlcomm.neural_decoder_cf]


def bits_of(messages: np.ndarray, k: int) -> np.ndarray:
    """[count, k] bits, most significant first."""
    return (messages[:, None] >> np.arange(k - 1, -1, -1)) & 1


def reference_llrs(logits: np.ndarray) -> np.ndarray:
    """log P(1)/P(0) of each bit from logits [count, 2^k], in float64."""
    logits = logits.astype(np.float64)
    k = logits.shape[1].bit_length() - 1
    ones = bits_of(np.arange(1 << k), k).astype(bool)
    return np.stack(
        [
            np.logaddexp.reduce(logits[:, ones[:, bit]], axis=1)
            - np.logaddexp.reduce(logits[:, ~ones[:, bit]], axis=1)
            for bit in range(k)
        ],
        axis=1,
    )


def random_input(decoder, rng: np.random.Generator, messages: int = 4096):
    """Random samples, and gains where the model wants them: for the block, for the wheel."""
    n = decoder.n()
    samples = random_samples(rng, messages * n // 2)
    if not decoder.uses_csi():
        return (samples,), {"symbols": as_reals(samples, n)}
    gains = np.repeat(random_samples(rng, messages), n // 2)
    first = gains[:: n // 2].copy().view(np.float32).reshape(-1, 2)
    return (samples, gains), {"symbols": as_reals(samples, n), "csi": first}


def clear_channel(link):
    """The channel that the link is for, without fading, at 30 dB."""
    recipe = json.loads(dlcomm.read_contract(link.decoder)["recipe"])
    text = recipe.get("config", {}).get("channel", "awgn")
    if text.startswith("polynomial:"):
        coefficients = [float(part) for part in text.removeprefix("polynomial:").split(",")]
        return dlcomm.polynomial_channel_cc(coefficients, 30.0, link.bits_per_sample, seed=1)
    return dlcomm.awgn_channel_cc(30.0, link.bits_per_sample, seed=1)


@pytest.mark.parametrize("model", MODELS)
def test_decoding_undoes_encoding_at_high_snr(model, rng):
    link = dlcomm.link(model)
    messages = random_messages(rng, 20_000, link.k)
    graph = gr.top_block()
    encoder = dlcomm.neural_encoder_bc(link.encoder)
    channel = clear_channel(link)
    hard, soft = (make(link.decoder) for make in MAKERS)
    ends = sink(np.uint8), sink(np.float32)
    graph.connect(source(messages), encoder, channel)
    for decoder, end in zip((hard, soft), ends, strict=True):
        connect_receiver(graph, channel, decoder)
        graph.connect(decoder, end)
    finish(graph)
    np.testing.assert_array_equal(collected(ends[0], np.uint8).items, messages)
    llrs = collected(ends[1], np.float32).items.reshape(-1, link.k)
    np.testing.assert_array_equal(llrs > 0, bits_of(messages, link.k) == 1)
    assert hard.nonfinite_messages() == soft.nonfinite_messages() == 0


@pytest.mark.parametrize("model", MODELS)
def test_decisions_are_the_largest_logits(model, rng):
    decoder = dlcomm.neural_decoder_cb(model)
    streams, tensors = random_input(decoder, rng)
    logits = wheel(decoder.model(), **tensors)
    decided = items_through(decoder, *streams, out=np.uint8)
    # Executors may round differently, so logits that agree to float32 are a tie.
    chosen = logits[np.arange(len(logits)), decided]
    slack = 1e-5 * np.abs(logits).max()
    assert np.all(chosen >= logits.max(axis=1) - slack)
    # Among exactly equal logits the first wins, as NumPy has it.
    if decoder.executor() == "onnxruntime":
        np.testing.assert_array_equal(decided, np.argmax(logits, axis=1))
    else:
        assert np.mean(decided == np.argmax(logits, axis=1)) > 0.999


@pytest.mark.parametrize("model", MODELS)
def test_llrs_are_the_exact_log_sum_exp(model, rng):
    decoder = dlcomm.neural_decoder_cf(model)
    streams, tensors = random_input(decoder, rng)
    logits = wheel(decoder.model(), **tensors)
    llrs = items_through(decoder, *streams, out=np.float32).reshape(-1, decoder.k())
    np.testing.assert_allclose(
        llrs, reference_llrs(logits), rtol=1e-5, atol=4e-6 * (1 + np.abs(logits).max())
    )


def test_of_equal_logits_the_first_wins_and_nothing_is_known(tmp_path):
    _, path = write_pair(tmp_path, np.zeros((16, 4), np.float32))
    samples = np.ones(2000, np.complex64)
    decided = items_through(dlcomm.neural_decoder_cb(path), samples, out=np.uint8)
    assert len(decided) == 1000 and not decided.any()
    llrs = items_through(dlcomm.neural_decoder_cf(path), samples, out=np.float32)
    assert len(llrs) == 4000 and not llrs.any()


def test_a_positive_llr_means_one():
    """BPSK sends bit 0 as + and bit 1 as -, so the LLR falls with the sample."""
    reals = np.array([1.0, 0.1, -0.1, -1.0], np.float32)
    decoder = dlcomm.neural_decoder_cf("bpsk")
    llrs = items_through(decoder, reals.view(np.complex64), out=np.float32)
    assert np.all(np.diff(llrs) > 0)
    np.testing.assert_array_equal(llrs > 0, [False, False, True, True])


@pytest.mark.parametrize("scale", [1e10, 1e18])
@pytest.mark.parametrize("model", ["ae_7_4_compact", "ae_7_4", "ae_8_8_compact"])
def test_huge_samples_keep_finite_llrs(model, scale, rng):
    decoder = dlcomm.neural_decoder_cf(model)
    samples = random_samples(rng, 56 * 100) * np.float32(scale)
    llrs = items_through(decoder, samples, out=np.float32)
    assert np.isfinite(llrs).all()
    hard = items_through(dlcomm.neural_decoder_cb(model), samples, out=np.uint8)
    np.testing.assert_array_equal(
        llrs.reshape(-1, decoder.k()) > 0, bits_of(hard, decoder.k()) == 1
    )


@settings(max_examples=40)
@given(
    n=st.integers(1, 24),
    k=st.integers(1, 8),
    seed=st.integers(0, 2**32 - 1),
    frames=st.integers(0, 150),
    left_over=st.integers(0, 23),
    chunk=st.one_of(st.none(), st.integers(1, 100)),
)
def test_any_link_any_length_any_chunks(
    tmp_path_factory, n, k, seed, frames, left_over, chunk
):
    """The right messages come out, and an incomplete frame at the end is dropped."""
    rng = np.random.default_rng(seed)
    codebook = random_codebook(rng, n, k)
    _, path = write_pair(tmp_path_factory.mktemp("pair"), codebook)
    samples_per_frame, messages_per_frame = (n, 2) if n % 2 else (n // 2, 1)
    messages = random_messages(rng, frames * messages_per_frame, k)
    sent = codebook[messages].ravel().view(np.complex64)
    samples = np.concatenate([sent, random_samples(rng, left_over % samples_per_frame)])
    options = {"max_noutput_items": chunk}
    decided = items_through(dlcomm.neural_decoder_cb(path), samples, out=np.uint8, **options)
    # Distances of a random codebook may be small, but without noise none is zero.
    logits = wheel(path, symbols=codebook[messages]) if len(messages) else None
    assert len(decided) == len(messages)
    if logits is not None:
        chosen = logits[np.arange(len(messages)), decided]
        assert np.all(chosen >= logits.max(axis=1) - 1e-5 * np.abs(logits).max())
    llrs = items_through(dlcomm.neural_decoder_cf(path), samples, out=np.float32, **options)
    assert len(llrs) == k * len(messages)
    if logits is not None:
        np.testing.assert_allclose(
            llrs.reshape(-1, k),
            reference_llrs(logits),
            rtol=1e-5,
            atol=4e-6 * (1 + np.abs(logits).max()),
        )


@pytest.mark.parametrize("make", MAKERS)
def test_what_the_getters_say(make):
    decoder = make("ae_7_4_compact")
    assert (decoder.n(), decoder.k(), decoder.uses_csi()) == (7, 4, False)
    assert decoder.model() == dlcomm.model_file("ae_7_4_compact", "decoder")
    assert decoder.executor() in ("onnxruntime", "dense")
    assert make("hamming_7_4_hard").executor() == "onnxruntime"
