# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""NaN and infinity in the samples: a defined decision, counted, and nobody else's."""

import numpy as np
import pytest
from harness import items_through, random_messages, random_samples

from gnuradio import dlcomm

# Own kernels and ONNX Runtime, each with odd and with even n.
MODELS = ["hamming_7_4", "ae_7_4", "ae_8_8_compact", "ae_2_2", "bpsk", "hamming_7_4_hard",
          "ae_7_4_int8", "ae_8_8_compact_int8"]
BAD = [np.nan, np.inf, -np.inf]


def both(model: str, samples: np.ndarray):
    """Decisions, LLRs [messages, k] and the two counts of messages not finite."""
    hard, soft = dlcomm.neural_decoder_cb(model), dlcomm.neural_decoder_cf(model)
    decided = items_through(hard, samples, out=np.uint8)
    llrs = items_through(soft, samples, out=np.float32).reshape(-1, soft.k())
    return decided, llrs, hard.nonfinite_messages(), soft.nonfinite_messages()


@pytest.mark.parametrize("bad", BAD)
@pytest.mark.parametrize("model", MODELS)
def test_each_real_channel_use_touches_its_own_message_only(model, bad, rng):
    """With odd n two messages share a sample: a bad I is the one's, a bad Q the other's."""
    n = dlcomm.neural_decoder_cb(model).n()
    messages = 4 * n
    clean = random_samples(rng, messages * n // 2)
    good, good_llrs, *_ = both(model, clean)
    # Real use number i of message 2i + 1, and all are apart: every position once.
    hit = 2 * np.arange(n) + 1
    reals = clean.view(np.float32).reshape(messages, n).copy()
    reals[hit, np.arange(n)] = bad
    decided, llrs, hard_count, soft_count = both(model, reals.ravel().view(np.complex64))
    untouched = np.setdiff1d(np.arange(messages), hit)
    np.testing.assert_array_equal(decided[untouched], good[untouched])
    np.testing.assert_array_equal(llrs[untouched], good_llrs[untouched])
    assert not decided[hit].any()
    assert not llrs[hit].any()
    assert hard_count == soft_count == n


@pytest.mark.parametrize("model", MODELS)
def test_in_long_batches(model, rng):
    """Thousands of messages, a tenth of them bad, in batches as large as they come."""
    n = dlcomm.neural_decoder_cb(model).n()
    messages = 20_000
    clean = random_samples(rng, messages * n // 2)
    good, good_llrs, *_ = both(model, clean)
    hit = rng.random(messages) < 0.1
    reals = clean.view(np.float32).reshape(messages, n).copy()
    reals[hit, rng.integers(0, n, hit.sum())] = rng.choice(BAD, hit.sum())
    decided, llrs, hard_count, soft_count = both(model, reals.ravel().view(np.complex64))
    np.testing.assert_array_equal(decided, np.where(hit, 0, good))
    np.testing.assert_array_equal(llrs, np.where(hit[:, None], 0, good_llrs))
    assert hard_count == soft_count == hit.sum()


def test_a_link_with_bad_samples_loses_those_messages_alone(rng):
    encoder = dlcomm.neural_encoder_bc("ae_7_4")
    messages = random_messages(rng, 10_000, 4)
    samples = items_through(encoder, messages, out=np.complex64)
    samples[7::700] = complex(np.nan, 1.0)  # real use 14 and so on: message 2 of each 200
    decided, _, count, _ = both("ae_7_4", samples)
    expected = messages.copy()
    expected[2::200] = 0
    np.testing.assert_array_equal(decided, expected)
    assert count == 50


@pytest.mark.parametrize("make", [dlcomm.neural_decoder_cb, dlcomm.neural_decoder_cf])
def test_it_is_said_once(make, capfd):
    decoder = make("ae_7_4")
    out = np.uint8 if make is dlcomm.neural_decoder_cb else np.float32
    samples = np.full(70_000, np.nan, np.complex64)
    items_through(decoder, samples, out=out, max_noutput_items=100)
    assert decoder.nonfinite_messages() == 20_000
    assert "".join(capfd.readouterr()).count("NaN or infinity in the input") == 1
