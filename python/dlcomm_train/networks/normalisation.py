# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Power normalisation of a codebook.

A link sends unit mean power per complex sample, which is 1/2 per real channel use.
``average`` holds the mean over the codebook to that; ``codeword`` holds every single
codeword to it. A codebook has at most 256 rows, so the mean is taken over all of
them, never estimated from a batch.
"""

from __future__ import annotations

from typing import Literal

import torch

PowerNorm = Literal["average", "codeword"]

POWER_PER_REAL = 0.5
"""Mean power of one real channel use: unit power per complex sample."""


def normalise(raw: torch.Tensor, power_norm: PowerNorm) -> torch.Tensor:
    """Scale a raw codebook to the project's transmit power.

    Args:
        raw: [M, n] float, the network's output for every message in order.
        power_norm: ``average`` or ``codeword``.

    Returns:
        [M, n] float of the same type; differentiable in `raw`.
    """
    dims = None if power_norm == "average" else 1
    power = raw.square().mean(dim=dims, keepdim=True)
    return raw * torch.sqrt(POWER_PER_REAL / power)


def average_scale(raw: torch.Tensor) -> float:
    """The one factor that ``average`` applies to the codebook `raw` [M, n]."""
    return float(torch.sqrt(POWER_PER_REAL / raw.double().square().mean()))
