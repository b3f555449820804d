# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The networks of a link: an encoder and a decoder in one of three forms.

``thesis``: one hidden ReLU layer of M units on both sides. ``compact``: no hidden
layer; the encoder is a free codebook and the decoder is linear, which is enough to
be maximum-likelihood on a Gaussian channel (weights = codewords / noise variance,
bias = -energy / 2 / noise variance). ``convolutional``: the encoder is a free codebook too;
the decoder slides filters along what is received, and one dense layer reads them. A front
end before the decoder's layers deals with the gain of a fading channel.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import nn

from dlcomm_train.channels.models import Received
from dlcomm_train.networks.frontends import (
    FrontEnd,
    FrontEndKind,
    Inverse,
    Matched,
    Plain,
    Quadratic,
)
from dlcomm_train.networks.normalisation import PowerNorm, normalise

Form = Literal["thesis", "compact", "convolutional"]

FILTERS = 16
"""Filters of a ``convolutional`` decoder, where nothing else is said."""
WINDOW = 3
"""Samples that its filters see at a time."""


def _dense(inputs: int, outputs: int, generator: torch.Generator) -> nn.Linear:
    layer = nn.Linear(inputs, outputs)
    nn.init.xavier_uniform_(layer.weight, generator=generator)
    nn.init.zeros_(layer.bias)
    return layer


def _layers(
    inputs: int, hidden: int, outputs: int, form: Form, generator: torch.Generator
) -> nn.Sequential:
    if form == "compact":
        return nn.Sequential(_dense(inputs, outputs, generator))
    return nn.Sequential(
        _dense(inputs, hidden, generator),
        nn.ReLU(),
        _dense(hidden, outputs, generator),
    )


def _convolution(
    inputs: int, filters: int, outputs: int, generator: torch.Generator
) -> nn.Sequential:
    """Filters along the inputs, with as many places as inputs, and a dense layer."""
    convolution = nn.Conv1d(1, filters, WINDOW, padding=WINDOW // 2)
    nn.init.xavier_uniform_(convolution.weight, generator=generator)
    nn.init.zeros_(convolution.bias)
    return nn.Sequential(
        nn.Unflatten(1, (1, inputs)),
        convolution,
        nn.ReLU(),
        nn.Flatten(),
        _dense(filters * inputs, outputs, generator),
    )


class Encoder(nn.Module):
    """Message -> symbols: dense layers on a one-hot message, then normalisation."""

    def __init__(
        self, n: int, k: int, form: Form, power_norm: PowerNorm, seed: torch.Generator
    ) -> None:
        """Make an (n, k) encoder with Xavier weights drawn from `seed`."""
        super().__init__()
        self.power_norm = power_norm
        form = "compact" if form == "convolutional" else form
        self.layers = _layers(1 << k, 1 << k, n, form, seed)
        self.register_buffer("one_hot", torch.eye(1 << k), persistent=False)

    def raw_codebook(self) -> torch.Tensor:
        """The dense layers' output [M, n] for every message, before normalisation."""
        return self.layers(self.one_hot)

    def codebook(self) -> torch.Tensor:
        """The symbols [M, n] of every message in order, normalised."""
        return normalise(self.raw_codebook(), self.power_norm)

    def forward(self, message: torch.Tensor) -> torch.Tensor:
        """Symbols [b, n] float32 of messages [b] int64."""
        return self.codebook()[message]


def front_end(
    kind: FrontEndKind, n: int, units: int, real_gain: bool, generator: torch.Generator
) -> FrontEnd:
    """Make a front end.

    Args:
        kind: which.
        n: real channel uses per message.
        units: hidden units of the estimator of ``inverse``.
        real_gain: whether that estimator takes the gain to be real.
        generator: of its weights.
    """
    if kind == "matched":
        return Matched(n)
    if kind == "quadratic":
        return Quadratic(n)
    if kind == "inverse":
        estimator = _layers(n, units, 1 if real_gain else 2, "thesis", generator)
        if real_gain:
            # A positive gain has a positive inverse. Estimates of either sign would hide
            # the sign of what was sent, and training would never find it again.
            nn.init.ones_(estimator[-1].bias)
        return Inverse(n, estimator)
    return Plain(n)


class Decoder(nn.Module):
    """What is received -> logits [b, M]: log-probabilities up to a constant."""

    def __init__(
        self,
        n: int,
        k: int,
        form: Form,
        seed: torch.Generator,
        front_end: FrontEnd | None = None,
        units: int | None = None,
    ) -> None:
        """Make an (n, k) decoder with Xavier weights drawn from `seed`.

        Args:
            n: real channel uses per message.
            k: bits per message.
            form: with or without a hidden layer, or with a convolution.
            seed: of the weights.
            front_end: what stands before the dense layers; left out, nothing.
            units: width of the hidden layer, or number of filters; left out, M units or
                16 filters.
        """
        super().__init__()
        self.front_end = front_end or Plain(n)
        messages, inputs = 1 << k, self.front_end.outputs
        if form == "convolutional":
            self.layers = _convolution(inputs, units or FILTERS, messages, seed)
        else:
            self.layers = _layers(inputs, units or messages, messages, form, seed)

    def forward(self, received: Received) -> torch.Tensor:
        """Logits [b, M] float32 of b received messages."""
        return self.layers(self.front_end(received))

    @torch.no_grad()
    def scale_logits(self, factor: float) -> None:
        """Multiply all logits by `factor`, in place; decisions stay the same."""
        self.layers[-1].weight.mul_(factor)
        self.layers[-1].bias.mul_(factor)


@torch.no_grad()
def relabel(encoder: Encoder, decoder: Decoder, order: torch.Tensor) -> None:
    """Give every codeword another message, in place.

    Message m afterwards uses the codeword that message `order[m]` used before; the
    decoder follows. Error rates of messages do not change, those of bits do.

    Args:
        order: [M] int64, a permutation of 0 .. M-1.
    """
    first = encoder.layers[0]
    first.weight.copy_(first.weight[:, order].clone())
    last = decoder.layers[-1]
    last.weight.copy_(last.weight[order].clone())
    last.bias.copy_(last.bias[order].clone())
