# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A matched receiver is the best one, and stays it whatever is done to the transmitter."""

from __future__ import annotations

import numpy as np
import pytest

from dlcomm_train import contract
from dlcomm_train.channels.models import noise_variance
from dlcomm_train.compress import (
    CompressError,
    MatchReceiver,
    Prune,
    Quantize,
    QuantizeAware,
    Retraining,
    compress,
)
from dlcomm_train.compress.link import Link
from dlcomm_train.models.pairs import codebook_of, session


def _nearest(pair):
    """Nearest codewords, and the decoder's decisions, for 4,096 received vectors."""
    points = codebook_of(pair.encoder).astype(np.float64)
    received = np.random.default_rng(3).normal(size=(4096, points.shape[1]))
    distance = np.square(received[:, None] - points).sum(axis=2)
    logits = session(pair.decoder).run(["logits"], {"symbols": received.astype(np.float32)})
    return distance.argmin(axis=1), logits[0].argmax(axis=1)


@pytest.mark.parametrize("name", ["ae_7_4", "ae_7_4_compact", "ae_8_8_compact"])
@pytest.mark.parametrize(
    "steps", [[], [Quantize(bits=4)], [Prune(rate=0.3, retraining=None), Quantize(bits=3)]]
)
def test_decisions_are_the_nearest_codewords(shipped, name, steps):
    result = compress(shipped(name), [MatchReceiver(), *steps], "matched")
    nearest, decided = _nearest(result)
    # Float32 logits of received vectors on the border of two regions may go either way.
    assert np.mean(nearest == decided) > 0.999


@pytest.mark.parametrize("steps", [[], [Quantize(bits=4)]])
def test_logits_are_log_probabilities(shipped, steps):
    """At the Eb/N0 of the step: <y, c> / s^2 - |c|^2 / (2 s^2), up to a constant."""
    result = compress(shipped("ae_7_4"), [MatchReceiver(ebn0_db=3.0), *steps])
    points = codebook_of(result.encoder).astype(np.float64)
    received = np.random.default_rng(5).normal(size=(256, 7))
    exact = received @ points.T - np.square(points).sum(axis=1) / 2.0
    exact /= noise_variance(7, 4, 3.0)
    symbols = {"symbols": received.astype(np.float32)}
    logits = session(result.decoder).run(["logits"], symbols)[0]
    for values in (exact, logits):
        values -= values.mean(axis=1, keepdims=True)
    assert np.allclose(logits, exact, atol=1e-3)


def test_the_codebook_is_kept(shipped):
    pair = shipped("ae_7_4")
    result = compress(pair, [MatchReceiver()])
    assert np.allclose(codebook_of(result.encoder), codebook_of(pair.encoder), atol=1e-6)
    for model in (result.encoder, result.decoder):
        assert [x.op_type for x in model.graph.node].count("Gemm") == 1


def test_both_networks_have_the_same_codes(shipped):
    result = compress(shipped("ae_8_8"), [MatchReceiver(), Quantize(bits=4)])
    link = Link.read(compress(shipped("ae_8_8"), [MatchReceiver()]))
    assert link.decoder.layers[0].weight.shape == (256, 8)
    codes = [
        {x.name: x for x in model.graph.initializer}["weight_0_code"]
        for model in (result.encoder, result.decoder)
    ]
    sender, receiver = (contract.onnx.numpy_helper.to_array(x).astype(int) for x in codes)
    assert np.array_equal(sender.T, receiver)


def test_one_bit_holds_a_code_as_good_as_hamming_s(shipped, block_errors):
    """Binary weights from scratch: 773 errors of Hamming(7,4) here, standard deviation 28."""
    search = Retraining(
        soft_steps=1000,
        steps=200,
        receiver_steps=0,
        batch=1024,
        fresh=True,
        ebn0_db=1.0,
        learning_rate=0.03,
        seeds=(1, 2, 3, 4),
    )
    steps = [MatchReceiver(), QuantizeAware(bits=1, retraining=search)]
    result = compress(shipped("ae_7_4_compact"), steps, "binary")
    weights = Link.read(compress(shipped("hamming_7_4"), [MatchReceiver()])).encoder
    assert weights.layers[0].weight.shape == (7, 16)
    hamming = block_errors(shipped("hamming_7_4"), 4.0)
    # Other codewords, other errors: five standard deviations of the difference.
    assert abs(block_errors(result, 4.0) - hamming) < 5 * np.sqrt(2 * hamming)


def test_a_fading_link_has_no_matched_receiver(shipped):
    with pytest.raises(CompressError, match="expected awgn"):
        compress(shipped("ae_8_8_fading_compact"), [MatchReceiver()])


def test_levels_for_every_output_cannot_be_shared(shipped):
    with pytest.raises(CompressError, match="per_channel"):
        compress(shipped("ae_7_4"), [MatchReceiver(), Quantize(bits=4, per_channel=True)])
