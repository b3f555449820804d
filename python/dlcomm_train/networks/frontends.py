# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What stands before a decoder's dense layers: how it deals with the channel gain.

==============  =====================================================================
``plain``       the symbols as they are
``matched``     conj(h) y and |h|^2, of a gain h that the receiver is told; with one dense
                layer behind it this can be maximum likelihood
``inverse``     a small network estimates 1/h from y alone, clamped, and multiplies y by it
                (the inverse-channel estimator of the thesis, section 2.2)
``quadratic``   the products y_i conj(y_j) of all pairs of samples; the likelihood of a gain
                that nobody knows is linear in them, so that one dense layer behind it can
                be maximum likelihood (B. Hochwald, T. Marzetta, "Unitary space-time
                modulation", 2000)
==============  =====================================================================
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Literal

import torch
from torch import nn

from dlcomm_train.channels.models import Received, as_complex, as_reals

FrontEndKind = Literal["plain", "matched", "inverse", "quadratic"]

CLAMP = 20.0
"""Largest real or imaginary part of an estimated 1/h. Without a limit, the gradients of
deep fades drown all others."""


class FrontEnd(nn.Module, ABC):
    """Turns what is received into features [b, outputs] float for the dense layers."""

    def __init__(self, outputs: int) -> None:
        """Make a front end with so many outputs."""
        super().__init__()
        self.outputs = outputs

    @abstractmethod
    def forward(self, received: Received) -> torch.Tensor:
        """Features [b, outputs] of `received`."""


class Plain(FrontEnd):
    """The symbols as they are."""

    def forward(self, received: Received) -> torch.Tensor:
        """The symbols [b, n]."""
        return received.symbols


class Matched(FrontEnd):
    """The matched filter conj(h) y, and |h|^2, of a gain that is told."""

    def __init__(self, n: int) -> None:
        """Make the front end of n real channel uses, an even number."""
        super().__init__(n + 1)

    def forward(self, received: Received) -> torch.Tensor:
        """conj(h) y as reals and then |h|^2: [b, n + 1]."""
        gain = received.csi
        matched = as_complex(received.symbols) * as_complex(gain).conj()
        return torch.cat([as_reals(matched), gain.square().sum(dim=1, keepdim=True)], dim=1)


class Inverse(FrontEnd):
    """A small network estimates 1/h from the block itself and multiplies it away.

    Attributes:
        estimator: dense layer, ReLU, dense layer.
    """

    def __init__(self, n: int, estimator: nn.Sequential) -> None:
        """Make the front end; `estimator` has n inputs and 1 (real) or 2 outputs."""
        super().__init__(n)
        self.estimator = estimator

    def forward(self, received: Received) -> torch.Tensor:
        """The symbols [b, n] times the clamped estimate."""
        inverse = self.estimator(received.symbols).clamp(-CLAMP, CLAMP)
        if inverse.shape[1] == 1:
            return received.symbols * inverse
        return as_reals(as_complex(received.symbols) * as_complex(inverse))


class Quadratic(FrontEnd):
    """|y_i|^2, and real and imaginary part of y_i conj(y_j) for i < j.

    Attributes:
        n: real channel uses per message.
    """

    def __init__(self, n: int) -> None:
        """Make the front end of n real channel uses, an even number."""
        super().__init__((n // 2) ** 2)
        self.n = n
        rows = product_table(n)
        for name, column in zip(("first", "second", "third", "fourth"), rows[:4], strict=True):
            self.register_buffer(name, torch.tensor(column), persistent=False)
        self.register_buffer("sign", torch.tensor(rows[4], dtype=torch.float32), False)

    def forward(self, received: Received) -> torch.Tensor:
        """The products [b, (n/2)^2]."""
        y = received.symbols
        positive = y[:, self.first] * y[:, self.second]
        return positive + self.sign * (y[:, self.third] * y[:, self.fourth])


def product_table(n: int) -> tuple[list[int], list[int], list[int], list[int], list[float]]:
    """Columns a, b, c, d and sign s so that the features are y_a y_b + s y_c y_d.

    Args:
        n: real channel uses, an even number; sample i is the columns 2i and 2i + 1.
    """
    entries = []
    for i in range(n // 2):
        for j in range(i, n // 2):
            # Re y_i conj(y_j) = re re + im im; for i = j it is |y_i|^2.
            entries.append((2 * i, 2 * j, 2 * i + 1, 2 * j + 1, 1.0))
            if i != j:
                # Im y_i conj(y_j) = im re - re im
                entries.append((2 * i + 1, 2 * j, 2 * i, 2 * j + 1, -1.0))
    first, second, third, fourth, sign = zip(*entries, strict=True)
    return list(first), list(second), list(third), list(fourth), list(sign)
