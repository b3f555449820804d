# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Differentiable channels, with the project's definition of Eb/N0.

N0 is the noise variance per complex sample: at unit sample power
N0 = 1 / ((2k/n) Eb/N0), and the variance per real channel use is N0/2.
"""

from __future__ import annotations

import math

import torch


def noise_variance(n: int, k: int, ebn0_db: float) -> float:
    """Noise variance per **real** channel use, N0/2, of an (n, k) link at `ebn0_db`.

    Args:
        n: real channel uses per message.
        k: bits per message.
        ebn0_db: energy per bit over N0, in dB.
    """
    n0 = 1.0 / ((2.0 * k / n) * 10.0 ** (ebn0_db / 10.0))
    return n0 / 2.0


class Awgn:
    """Additive white Gaussian noise at a fixed Eb/N0.

    The noise comes from the generator that each call is given; the channel itself
    has no random state.
    """

    def __init__(self, n: int, k: int, ebn0_db: float) -> None:
        """Set up the channel of an (n, k) link at `ebn0_db`."""
        self.sigma = math.sqrt(noise_variance(n, k, ebn0_db))

    def __call__(
        self, symbols: torch.Tensor, generator: torch.Generator
    ) -> torch.Tensor:
        """Return `symbols` [b, n] float plus fresh noise of the same shape and type.

        `generator` is on the device of `symbols`.
        """
        noise = torch.randn(
            symbols.shape, generator=generator, dtype=symbols.dtype, device=symbols.device
        )
        return symbols + self.sigma * noise

    def posteriors(
        self, received: torch.Tensor, codebook: torch.Tensor
    ) -> torch.Tensor:
        """P(message | received), every message equally likely beforehand.

        Args:
            received: [b, n] float.
            codebook: [M, n] float.

        Returns:
            [b, M] float; rows sum to one. p(y|c) is proportional to
            exp(-|y - c|^2 / (2 sigma^2)); the term in |y|^2 cancels.
        """
        likelihood = received @ codebook.T - codebook.square().sum(dim=1) / 2.0
        return torch.softmax(likelihood / self.sigma**2, dim=1)
