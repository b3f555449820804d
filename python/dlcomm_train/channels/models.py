# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Channels that a link is trained over: what any channel is, and the models of some.

The models are torch twins of this module's channel blocks, with the project's definition
of Eb/N0: N0 is the noise variance per complex sample, at unit sample power
N0 = 1 / ((2k/n) Eb/N0), and the variance per real channel use is N0/2.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import NamedTuple

import torch


class Received(NamedTuple):
    """What a receiver gets.

    Attributes:
        symbols: [b, n] float.
        csi: [b, 2] float, real and imaginary part of the channel gain of every message,
            where the receiver is told; else None.
    """

    symbols: torch.Tensor
    csi: torch.Tensor | None = None


class Channel(ABC):
    """Anything that symbols can be sent through."""

    @abstractmethod
    def __call__(self, symbols: torch.Tensor, generator: torch.Generator) -> Received:
        """What is received when `symbols` [b, n] float are sent.

        Args:
            symbols: [b, n] float, unit mean power per complex sample.
            generator: source of the randomness of channels that have none of their own,
                on the device of `symbols`.
        """


class ChannelModel(Channel):
    """A channel that is known: differentiable in the symbols, with a likelihood.

    Attributes:
        likelihood_scales: whether all log-likelihoods are proportional to 1/N0, so that a
            receiver moves from one noise level to another by a factor.
    """

    likelihood_scales = True

    @abstractmethod
    def posteriors(self, received: Received, codebook: torch.Tensor) -> torch.Tensor:
        """P(message | received), every message equally likely beforehand.

        Args:
            received: b observations of this channel.
            codebook: [M, n] float.

        Returns:
            [b, M] float; rows sum to one.
        """


def noise_variance(n: int, k: int, ebn0_db: float) -> float:
    """Noise variance per **real** channel use, N0/2, of an (n, k) link at `ebn0_db`.

    Args:
        n: real channel uses per message.
        k: bits per message.
        ebn0_db: energy per bit over N0, in dB.
    """
    n0 = 1.0 / ((2.0 * k / n) * 10.0 ** (ebn0_db / 10.0))
    return n0 / 2.0


class Awgn(ChannelModel):
    """Additive white Gaussian noise at a fixed Eb/N0.

    The noise comes from the generator that each call is given; the channel itself
    has no random state.
    """

    def __init__(self, n: int, k: int, ebn0_db: float) -> None:
        """Set up the channel of an (n, k) link at `ebn0_db`."""
        self.sigma = math.sqrt(noise_variance(n, k, ebn0_db))

    def __call__(self, symbols: torch.Tensor, generator: torch.Generator) -> Received:
        """`symbols` [b, n] float plus fresh noise of the same shape and type."""
        return Received(symbols + self.sigma * _gaussian(symbols.shape, symbols, generator))

    def posteriors(self, received: Received, codebook: torch.Tensor) -> torch.Tensor:
        """As the base class; p(y|c) is proportional to exp(-|y - c|^2 / (2 sigma^2)).

        The term in |y|^2 cancels.
        """
        energy = codebook.square().sum(dim=1) / 2.0
        likelihood = received.symbols @ codebook.T - energy
        return torch.softmax(likelihood / self.sigma**2, dim=1)


class Polynomial(ChannelModel):
    """A memoryless polynomial on every real channel use, then noise: y = p(x) + w.

    Eb/N0 refers to the channel's input, whose power is one. (0, 0, 1) is Y = X^2 + N.
    """

    def __init__(self, n: int, k: int, ebn0_db: float, coefficients: Sequence[float]) -> None:
        """Set up the channel of an (n, k) link; `coefficients` are c0, c1, c2, ..."""
        self._noise = Awgn(n, k, ebn0_db)
        self._coefficients = tuple(coefficients)

    def __call__(self, symbols: torch.Tensor, generator: torch.Generator) -> Received:
        """p of `symbols` [b, n] float plus fresh noise."""
        return self._noise(self._evaluate(symbols), generator)

    def posteriors(self, received: Received, codebook: torch.Tensor) -> torch.Tensor:
        """As the base class: the codewords arrive as p(c) in white Gaussian noise."""
        return self._noise.posteriors(received, self._evaluate(codebook))

    def _evaluate(self, symbols: torch.Tensor) -> torch.Tensor:
        value = torch.full_like(symbols, self._coefficients[-1])
        for coefficient in reversed(self._coefficients[:-1]):
            value = value * symbols + coefficient
        return value


class Rayleigh(ChannelModel):
    """Block Rayleigh fading, y = h x + w, with a gain h ~ CN(0, 1) for every message.

    Attributes:
        csi: whether the receiver is told h.
    """

    def __init__(
        self, n: int, k: int, ebn0_db: float, real_positive: bool = False, csi: bool = False
    ) -> None:
        """Set up the channel of an (n, k) link at the mean Eb/N0 `ebn0_db`.

        Args:
            n: real channel uses per message.
            k: bits per message.
            ebn0_db: mean Eb/N0 in dB; the mean of |h|^2 is one.
            real_positive: the gain is |h| instead of h.
            csi: tell the receiver the gain.

        Raises:
            ValueError: n is odd and the gain complex: I and Q of a sample would belong to
                different messages.
        """
        if n % 2 and not real_positive:
            raise ValueError(f"n is {n}, expected an even number with a complex gain")
        self._noise = Awgn(n, k, ebn0_db)
        self._n0 = 2.0 * self._noise.sigma**2
        self._real_positive = real_positive
        self.csi = csi
        self.likelihood_scales = csi

    def __call__(self, symbols: torch.Tensor, generator: torch.Generator) -> Received:
        """A fresh gain times each of `symbols` [b, n] float, plus fresh noise."""
        gain = _gaussian((len(symbols), 2), symbols, generator) * math.sqrt(0.5)
        if self._real_positive:
            gain = torch.stack([gain.norm(dim=1), torch.zeros_like(gain[:, 0])], dim=1)
            faded = symbols * gain[:, :1]
        else:
            faded = as_reals(as_complex(symbols) * as_complex(gain))
        received = self._noise(faded, generator).symbols
        return Received(received, gain if self.csi else None)

    def posteriors(self, received: Received, codebook: torch.Tensor) -> torch.Tensor:
        """As the base class; where the gain is not told, it is integrated over."""
        if received.csi is not None:
            return torch.softmax(self._given_gain(received, codebook), dim=1)
        if self._real_positive:
            return torch.softmax(self._over_amplitude(received.symbols, codebook), dim=1)
        return torch.softmax(self._over_gain(received.symbols, codebook), dim=1)

    def _given_gain(self, received: Received, codebook: torch.Tensor) -> torch.Tensor:
        """(2 Re<h c, y> - |h|^2 |c|^2) / N0."""
        gain, symbols = received.csi, received.symbols
        if self._real_positive:
            matched = symbols * gain[:, :1]
        else:
            matched = as_reals(as_complex(symbols) * as_complex(gain).conj())
        power = gain.square().sum(dim=1, keepdim=True)
        return (2.0 * matched @ codebook.T - power * codebook.square().sum(dim=1)) / self._n0

    def _over_gain(self, symbols: torch.Tensor, codebook: torch.Tensor) -> torch.Tensor:
        """Given c, y is circular Gaussian with covariance N0 I + c c^H.

        By the matrix inversion and determinant lemmas, log p(y|c) is, but for terms without
        c, |c^H y|^2 / (N0 (N0 + |c|^2)) - log(1 + |c|^2 / N0).
        """
        energy = codebook.square().sum(dim=1)
        match = (as_complex(symbols) @ as_complex(codebook).conj().T).abs().square()
        return match / (self._n0 * (self._n0 + energy)) - torch.log1p(energy / self._n0)

    def _over_amplitude(self, symbols: torch.Tensor, codebook: torch.Tensor) -> torch.Tensor:
        """The integral over r of 2 r exp(-r^2) exp(-(r^2 |c|^2 - 2 r <c, y>) / N0).

        With a = 1 + |c|^2/N0 and z = <c, y> / (N0 sqrt(a)) it is
        (1 + sqrt(pi) z exp(z^2) (1 + erf z)) / a. Double precision: the two terms nearly
        cancel for negative z.
        """
        codebook = codebook.double()
        a = 1.0 + codebook.square().sum(dim=1) / self._n0
        z = symbols.double() @ codebook.T / (self._n0 * a.sqrt())
        root = math.sqrt(math.pi)
        # exp(z^2) (1 + erf z) is erfcx(-z); for positive z, exp(z^2) is taken out.
        below = torch.log1p(root * z.clamp(max=0.0) * torch.special.erfcx(-z.clamp(max=0.0)))
        up = z.clamp(min=0.0)
        above = up**2 + torch.log(torch.exp(-(up**2)) + root * up * (1.0 + torch.erf(up)))
        return (torch.where(z > 0.0, above, below) - torch.log(a)).to(symbols.dtype)


def as_complex(reals: torch.Tensor) -> torch.Tensor:
    """Pairs (re, im) in the columns of [b, 2m] as [b, m] complex."""
    return torch.view_as_complex(reals.reshape(len(reals), -1, 2).contiguous())


def as_reals(samples: torch.Tensor) -> torch.Tensor:
    """[b, m] complex as pairs (re, im) in the columns of [b, 2m]."""
    return torch.view_as_real(samples).flatten(start_dim=1)


def _gaussian(
    shape: Sequence[int], like: torch.Tensor, generator: torch.Generator
) -> torch.Tensor:
    return torch.randn(shape, generator=generator, dtype=like.dtype, device=like.device)
