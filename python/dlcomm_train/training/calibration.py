# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The last touch of bit-wise training: the scale of the logits.

Decisions do not depend on it and the loss is flat around its minimum, so that a decoder
learns it last, while an outer decoder takes every log-likelihood ratio at its word. One
factor that minimises the loss is found in a moment (C. Guo et al., "On Calibration of
Modern Neural Networks", 2017, section 4.2: temperature scaling).
"""

from __future__ import annotations

import math

import torch
from scipy.optimize import minimize_scalar

from dlcomm_train.channels.models import Channel
from dlcomm_train.networks.link import Decoder, Encoder
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.losses import Loss, loss_of
from dlcomm_train.training.stage import received_logits

_LARGEST = 16.0
"""Factors are looked for between 1/16 and 16."""


@torch.no_grad()
def best_scale(
    config: LinkConfig, kind: Loss, link: tuple[Encoder, Decoder, Channel]
) -> float:
    """The factor on all logits that minimises the loss on the validation stream.

    Args:
        config: length and seed of the stream.
        kind: the loss.
        link: encoder, decoder and the channel between them; they are not changed.

    Returns:
        A factor between 1/16 and 16; 1 where the logits are not finite.
    """
    batches = list(received_logits(config, link))
    if not all(bool(torch.isfinite(logits).all()) for _, logits in batches):
        return 1.0

    def loss(exponent: float) -> float:
        factor = math.exp(exponent)
        return sum(
            float(loss_of(kind, factor * logits, messages, "sum").double())
            for messages, logits in batches
        )

    limit = math.log(_LARGEST)
    found = minimize_scalar(
        loss, bounds=(-limit, limit), method="bounded", options={"xatol": 1e-3}
    )
    return math.exp(found.x)
