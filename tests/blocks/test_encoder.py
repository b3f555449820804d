# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""neural_encoder_bc: exactly the network, framed onto complex samples."""

import numpy as np
import pytest
from harness import as_reals, items_through, random_messages
from hypothesis import given, settings
from hypothesis import strategies as st
from model_files import random_codebook, wheel, write_pair

from gnuradio import dlcomm


def test_there_are_shipped_models():
    assert {"ae_7_4", "ae_7_4_int8", "bpsk", "hamming_7_4"} <= set(dlcomm.models())


@pytest.mark.parametrize("model", dlcomm.models("encoder"))
def test_samples_are_exactly_the_networks(model, rng):
    encoder = dlcomm.neural_encoder_bc(model)
    messages = random_messages(rng, 4096, encoder.k())
    expected = wheel(encoder.model(), message=messages.astype(np.int64))
    samples = items_through(encoder, messages, out=np.complex64)
    np.testing.assert_array_equal(as_reals(samples, encoder.n()), expected)


@pytest.mark.parametrize("model", dlcomm.models("encoder"))
def test_codebook_is_the_network_at_unit_power(model):
    encoder = dlcomm.neural_encoder_bc(model)
    codebook = np.array(encoder.codebook(), np.float32).reshape(-1, encoder.n())
    every = np.arange(1 << encoder.k(), dtype=np.int64)
    np.testing.assert_array_equal(codebook, wheel(encoder.model(), message=every))
    # Two real channel uses make a complex sample.
    assert 2.0 * np.mean(codebook.astype(np.float64) ** 2) == pytest.approx(1.0, rel=0.01)


@pytest.mark.parametrize("model", ["bpsk", "ae_7_4", "hamming_7_4"])
@pytest.mark.parametrize("count", [0, 1, 2, 3, 1000, 1001])
def test_with_odd_n_a_single_message_at_the_end_is_not_sent(model, count, rng):
    encoder = dlcomm.neural_encoder_bc(model)
    assert encoder.n() % 2 == 1
    messages = random_messages(rng, count, encoder.k())
    samples = items_through(encoder, messages, out=np.complex64)
    sent = count - count % 2
    assert len(samples) == sent * encoder.n() // 2
    expected = wheel(encoder.model(), message=messages.astype(np.int64))[:sent]
    np.testing.assert_array_equal(as_reals(samples, encoder.n()), expected)


@settings(max_examples=40)
@given(
    n=st.integers(1, 24),
    k=st.integers(1, 8),
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(0, 300),
    chunk=st.one_of(st.none(), st.integers(1, 100)),
)
def test_any_link_any_length_any_chunks(tmp_path_factory, n, k, seed, count, chunk):
    rng = np.random.default_rng(seed)
    codebook = random_codebook(rng, n, k)
    path, _ = write_pair(tmp_path_factory.mktemp("pair"), codebook)
    messages = random_messages(rng, count, k)
    encoder = dlcomm.neural_encoder_bc(path)
    assert (encoder.n(), encoder.k()) == (n, k)
    samples = items_through(encoder, messages, out=np.complex64, max_noutput_items=chunk)
    sent = count - count % 2 if n % 2 else count
    np.testing.assert_array_equal(as_reals(samples, n), codebook[messages[:sent]])


@pytest.mark.parametrize("model", ["bpsk", "ae_2_2", "ae_7_4"])
def test_bytes_that_are_no_message_send_their_low_bits(model, rng):
    encoder = dlcomm.neural_encoder_bc(model)
    every = np.arange(256, dtype=np.uint8)
    messages = np.concatenate([every, rng.permutation(every)])
    samples = items_through(encoder, messages, out=np.complex64)
    low = messages & ((1 << encoder.k()) - 1)
    codebook = np.array(encoder.codebook(), np.float32).reshape(-1, encoder.n())
    np.testing.assert_array_equal(as_reals(samples, encoder.n()), codebook[low])
    assert encoder.out_of_range() == 2 * (256 - (1 << encoder.k()))


def test_with_k_8_every_byte_is_a_message():
    encoder = dlcomm.neural_encoder_bc("ae_8_8_compact")
    items_through(encoder, np.arange(256, dtype=np.uint8), out=np.complex64)
    assert encoder.out_of_range() == 0


def test_a_byte_out_of_range_is_said_once(capfd):
    encoder = dlcomm.neural_encoder_bc("ae_7_4")
    messages = np.full(100_000, 255, np.uint8)
    items_through(encoder, messages, out=np.complex64, max_noutput_items=70)
    assert encoder.out_of_range() == len(messages)
    written = "".join(capfd.readouterr())
    assert written.count("input byte above 15") == 1


def test_a_model_of_another_link_is_refused():
    encoder = dlcomm.neural_encoder_bc("ae_7_4")
    before = encoder.model()
    with pytest.raises(RuntimeError, match=r"\(n, k\) is \(8, 8\), expected \(7, 4\)") as error:
        encoder.set_model("ae_8_8_compact")
    assert "\n" not in str(error.value)
    assert encoder.model() == before
