# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Receivers that read the channel gain."""

from __future__ import annotations

import numpy as np
import pytest

from dlcomm_train.models.baselines import baseline_models
from dlcomm_train.models.channel_knowledge import REFERENCE_EBN0_DB, with_channel_knowledge
from dlcomm_train.models.pairs import Pair, codebook_of, session


@pytest.fixture(scope="module")
def qpsk() -> Pair:
    return Pair(*baseline_models("qpsk"))


def test_logits_are_log_likelihoods_up_to_a_constant(qpsk):
    pair = with_channel_knowledge(qpsk, "q")
    codebook = codebook_of(pair.encoder).astype(np.float64).view(np.complex128)
    generator = np.random.default_rng(1)
    batch = 50
    gains = generator.normal(size=(batch, 2))
    received = generator.normal(size=(batch, 2))
    logits = session(pair.decoder).run(
        ["logits"],
        {"symbols": received.astype(np.float32), "csi": gains.astype(np.float32)},
    )[0]
    h, y = gains.view(np.complex128), received.view(np.complex128)
    n0 = 1.0 / (2.0 * 2 / 2 * 10 ** (REFERENCE_EBN0_DB / 10))
    expected = -(np.abs(y[:, None] - h[:, None] * codebook[None]) ** 2).sum(axis=2) / n0
    difference = logits - expected
    np.testing.assert_allclose(difference, difference[:, :1].repeat(4, 1), atol=1e-3)


def test_the_codebook_stays(qpsk):
    pair = with_channel_knowledge(qpsk, "q")
    np.testing.assert_array_equal(codebook_of(pair.encoder), codebook_of(qpsk.encoder))
    assert {contract.link for contract in pair.contracts()} == {"q"}


def test_odd_n_is_refused():
    with pytest.raises(ValueError, match=r"^hamming_7_4: n is 7, expected an even number$"):
        with_channel_knowledge(Pair(*baseline_models("hamming_7_4")), "h")
