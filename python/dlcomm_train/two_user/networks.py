# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The networks of two users and the medium between them."""

from __future__ import annotations

import torch
from torch import nn

from dlcomm_train.channels.models import Awgn, Received
from dlcomm_train.networks.link import Decoder, Encoder, relabel
from dlcomm_train.training.labelling import best_order, confusion
from dlcomm_train.two_user.config import TwoUserConfig


class TwoUsers(nn.Module):
    """Two links over one medium: y1 = x1 + x2 + w1, y2 = x1 + x2 + w2.

    Attributes:
        encoders: the users' transmitters.
        decoders: the users' receivers.
    """

    def __init__(self, config: TwoUserConfig, seed: torch.Generator) -> None:
        """Make them with weights drawn from `seed`: encoders first, user a first."""
        super().__init__()
        size = config.n, config.k, config.form
        self.encoders = nn.ModuleList(
            [Encoder(*size, config.power_norm, seed) for _ in range(2)]
        )
        self.decoders = nn.ModuleList(
            [Decoder(*size, seed, units=config.decoder_units) for _ in range(2)]
        )
        self._noise = Awgn(config.n, config.k, config.ebn0_db)

    def send(
        self, messages: tuple[torch.Tensor, torch.Tensor], generator: torch.Generator
    ) -> tuple[Received, Received]:
        """What the receivers get when the users send `messages` [b] each.

        The sum of the two signals for both, with noise of its own for each.
        """
        medium = self.encoders[0](messages[0]) + self.encoders[1](messages[1])
        return self._noise(medium, generator), self._noise(medium, generator)

    def decide(self, received: tuple[Received, Received]) -> list[torch.Tensor]:
        """The logits [b, M] of each user's receiver."""
        return [
            decoder(seen) for decoder, seen in zip(self.decoders, received, strict=True)
        ]

    @torch.no_grad()
    def posteriors(self, received: tuple[Received, Received]) -> list[torch.Tensor]:
        """P(own message | what a receiver got) for each user, [b, M] float32.

        The other user's messages are summed over. For own codewords c, the other's d and
        noise of variance s^2 per real channel use, p(y | c) is proportional to
        exp(a(c)) sum over d of exp(b(d)) exp(-<c, d> / s^2), with
        a(c) = (<y, c> - |c|^2 / 2) / s^2 and b(d) alike: one product of matrices, in
        double precision because of the wide range of the exponents.
        """
        books = [encoder.codebook().double() for encoder in self.encoders]
        variance = self._noise.sigma**2
        found = []
        for own, other, seen in zip(books, books[::-1], received, strict=True):
            symbols = seen.symbols.double()
            a, b = (
                (symbols @ book.T - book.square().sum(dim=1) / 2.0) / variance
                for book in (own, other)
            )
            together = -(other @ own.T) / variance
            largest = together.max(dim=0).values
            weights = torch.exp(b - b.max(dim=1, keepdim=True).values)
            marginals = torch.log(weights @ torch.exp(together - largest)) + largest
            found.append(torch.softmax(a + marginals, dim=1).float())
        return found

    @torch.no_grad()
    def label(self, seed: int) -> None:
        """Give every user's similar codewords similar bits."""
        for encoder, decoder in zip(self.encoders, self.decoders, strict=True):
            pairs = confusion(encoder.codebook().numpy(), self._noise.sigma)
            relabel(encoder, decoder, best_order(pairs, seed))
