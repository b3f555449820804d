# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Channel models: gradients flow, posteriors are Bayes' rule with the gain integrated out."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcomm_train.channels.models import Received, noise_variance
from dlcomm_train.channels.text import channel_model

N, K, EBN0_DB = 4, 2, 6.0
TEXTS = ["awgn", "rayleigh", "rayleigh:real_positive=1", "polynomial:0.1,0.5,0.3"]


def _codebook() -> torch.Tensor:
    generator = torch.Generator().manual_seed(3)
    return torch.randn(1 << K, N, generator=generator, dtype=torch.float64) * 0.7


def _channel(text: str, csi: bool = False):
    return channel_model(text, N, K, EBN0_DB, csi)


@pytest.mark.parametrize("text", TEXTS)
def test_differentiable_and_seeded(text):
    symbols = _codebook().float().requires_grad_()
    channel = _channel(text)
    first = channel(symbols, torch.Generator().manual_seed(1)).symbols
    first.square().sum().backward()
    assert torch.isfinite(symbols.grad).all() and (symbols.grad != 0).all()
    again = channel(symbols, torch.Generator().manual_seed(1)).symbols
    assert torch.equal(first, again) and first.dtype == torch.float32


@pytest.mark.parametrize("real_positive", [False, True])
def test_fading_posteriors_integrate_over_the_gain(real_positive):
    text = "rayleigh:real_positive=1" if real_positive else "rayleigh"
    codebook, n0 = _codebook(), 2 * noise_variance(N, K, EBN0_DB)
    generator = torch.Generator().manual_seed(5)
    received = _channel(text)(codebook.repeat(5, 1), generator)
    # Densities of the gain on a fine grid; the amplitude's is 2 r exp(-r^2).
    amplitude = np.linspace(1e-3, 6.0, 600)
    angle = np.array([0.0]) if real_positive else np.linspace(0, 2 * np.pi, 120, endpoint=False)
    gains = (amplitude[:, None] * np.exp(1j * angle)).ravel()
    weight = np.repeat(amplitude * np.exp(-(amplitude**2)), len(angle))
    y = received.symbols.numpy().view(np.complex128)
    points = codebook.numpy().view(np.complex128)
    density = np.empty((len(y), len(points)))
    for row, sample in enumerate(y):
        for column, point in enumerate(points):
            error = np.square(np.abs(sample - gains[:, None] * point)).sum(axis=1)
            density[row, column] = (weight * np.exp(-error / n0)).sum()
    expected = density / density.sum(axis=1, keepdims=True)
    found = _channel(text).posteriors(received, codebook).numpy()
    np.testing.assert_allclose(found, expected, rtol=2e-3, atol=1e-9)


@pytest.mark.parametrize("text", ["rayleigh", "rayleigh:real_positive=1"])
def test_posteriors_given_the_gain(text):
    codebook, n0 = _codebook(), 2 * noise_variance(N, K, EBN0_DB)
    received = _channel(text, csi=True)(codebook, torch.Generator().manual_seed(5))
    gain = received.csi.numpy().view(np.complex128)
    y = received.symbols.numpy().view(np.complex128)
    points = codebook.numpy().view(np.complex128)
    error = np.square(np.abs(y[:, None, :] - gain[:, :, None] * points)).sum(axis=2)
    density = np.exp(-error / n0)
    found = _channel(text, csi=True).posteriors(received, codebook).numpy()
    np.testing.assert_allclose(found, density / density.sum(axis=1, keepdims=True), rtol=1e-6)


def test_real_gain_posteriors_hold_far_out():
    # Strong signals of either sign: the two terms of the integral nearly cancel, or overflow.
    codebook = _codebook().float()
    received = Received(torch.cat([60.0 * codebook, -60.0 * codebook]))
    found = _channel("rayleigh:real_positive=1").posteriors(received, codebook)
    assert torch.isfinite(found).all()
    assert torch.equal(found[: len(codebook)].argmax(dim=1), torch.arange(len(codebook)))


def test_polynomial_is_the_polynomial():
    symbols = torch.linspace(-2.0, 2.0, 4 * N).reshape(4, N)
    channel = channel_model("polynomial:0.1,0.5,0.3", N, K, 200.0, False)
    found = channel(symbols, torch.Generator().manual_seed(1)).symbols
    torch.testing.assert_close(found, 0.1 + 0.5 * symbols + 0.3 * symbols**2)


def test_polynomial_posteriors_know_the_polynomial():
    codebook = _codebook()
    channel = _channel("polynomial:0,0,1")
    received = channel(codebook, torch.Generator().manual_seed(2))
    direct = _channel("awgn").posteriors(received, codebook.square())
    torch.testing.assert_close(channel.posteriors(received, codebook), direct)
