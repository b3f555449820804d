# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Normalisation, networks, channel and labelling."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcomm_train.channels.models import Awgn, Received, noise_variance
from dlcomm_train.networks.link import Decoder, Encoder, relabel
from dlcomm_train.networks.normalisation import normalise
from dlcomm_train.training.labelling import best_order, bit_distance, confusion


def _generator(seed: int = 1) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@settings(deadline=None, max_examples=30)
@given(
    n=st.integers(1, 16),
    k=st.integers(1, 8),
    scale=st.floats(1e-3, 1e3),
    power_norm=st.sampled_from(["average", "codeword"]),
    seed=st.integers(0, 1000),
)
def test_power(n, k, scale, power_norm, seed):
    raw = scale * torch.randn(1 << k, n, generator=_generator(seed))
    codebook = normalise(raw, power_norm).double()
    assert codebook.square().mean().item() == pytest.approx(0.5, abs=1e-5)
    if power_norm == "codeword":
        energies = codebook.square().mean(dim=1)
        assert torch.allclose(energies, torch.full_like(energies, 0.5), atol=1e-5)


@pytest.mark.parametrize("form", ["thesis", "compact", "convolutional"])
def test_shapes_and_sizes(form):
    encoder = Encoder(7, 4, form, "average", _generator())
    decoder = Decoder(7, 4, form, _generator())
    symbols = encoder(torch.tensor([3, 0, 15]))
    assert symbols.shape == (3, 7) and symbols.dtype == torch.float32
    assert torch.equal(symbols, encoder.codebook()[[3, 0, 15]])
    assert decoder(Received(symbols)).shape == (3, 16)
    sizes = [
        sum(weight.numel() for weight in module.parameters())
        for module in (encoder, decoder)
    ]
    expected = {
        "thesis": [391, 400],
        "compact": [119, 128],
        "convolutional": [119, 16 * 4 + 16 * 113],
    }
    assert sizes == expected[form]


def test_weights_depend_on_the_generator_only():
    torch.manual_seed(1)
    first = Decoder(7, 4, "thesis", _generator(5)).state_dict()
    torch.manual_seed(2)
    second = Decoder(7, 4, "thesis", _generator(5)).state_dict()
    assert all(torch.equal(first[name], second[name]) for name in first)


@pytest.mark.parametrize(("n", "k", "ebn0_db"), [(1, 1, 0.0), (7, 4, 4.0), (8, 8, 7.0)])
def test_noise_follows_the_definition_of_ebn0(n, k, ebn0_db):
    # Energy per bit: n/2 complex samples of unit power carry k bits.
    n0 = (n / 2) / k / 10 ** (ebn0_db / 10)
    assert noise_variance(n, k, ebn0_db) == pytest.approx(n0 / 2)
    silence = torch.zeros(1 << 18, n)
    noise = Awgn(n, k, ebn0_db)(silence, _generator(3)).symbols.double()
    # 6 standard errors of a variance estimate.
    tolerance = 6 * math.sqrt(2 / noise.numel())
    assert noise.square().mean().item() == pytest.approx(n0 / 2, rel=tolerance)


def test_channel_is_differentiable_and_seeded():
    symbols = torch.ones(4, 2, requires_grad=True)
    channel = Awgn(2, 2, 3.0)
    received = channel(symbols, _generator(9)).symbols
    received.sum().backward()
    assert torch.equal(symbols.grad, torch.ones(4, 2))
    assert torch.equal(received, channel(symbols, _generator(9)).symbols)


@pytest.mark.parametrize("form", ["thesis", "compact", "convolutional"])
def test_relabelling_moves_codewords_and_logits_together(form):
    encoder = Encoder(3, 2, form, "average", _generator(1))
    decoder = Decoder(3, 2, form, _generator(2))
    codebook = encoder.codebook().detach()
    points = Received(torch.randn(5, 3, generator=_generator(3)))
    logits = decoder(points).detach()
    order = torch.tensor([2, 0, 3, 1])
    relabel(encoder, decoder, order)
    assert torch.allclose(encoder.codebook(), codebook[order], atol=1e-6)
    assert torch.allclose(decoder(points), logits[:, order], atol=1e-6)


def test_qpsk_gets_gray_labels():
    points = torch.tensor([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    codebook = points[best_order(confusion(points.numpy(), 0.4), seed=1)]
    for first, second in itertools.combinations(range(4), 2):
        differing = (codebook[first] != codebook[second]).sum().item()
        assert differing == (first ^ second).bit_count()


def test_labelling_large_codebooks_saves_bits():
    codebook = torch.randn(64, 4, generator=_generator(4))
    bits, pairs = bit_distance(64), confusion(codebook.numpy(), 0.3)
    order = best_order(pairs, seed=1)
    assert sorted(order.tolist()) == list(range(64))
    after = (bits * pairs[np.ix_(order, order)]).sum()
    assert after < 0.6 * (bits * pairs).sum()


def test_posteriors_are_bayes_rule():
    codebook = torch.randn(4, 3, generator=_generator(5), dtype=torch.float64)
    received = torch.randn(50, 3, generator=_generator(6), dtype=torch.float64)
    channel = Awgn(3, 2, 2.0)
    deviations = (received[:, None, :] - codebook) / channel.sigma
    density = torch.exp(-deviations.square().sum(dim=2) / 2)
    expected = density / density.sum(dim=1, keepdim=True)
    torch.testing.assert_close(channel.posteriors(Received(received), codebook), expected)
