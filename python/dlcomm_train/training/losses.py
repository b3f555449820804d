# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What training minimises, computed from the logits over the M = 2^k messages.

``symbolwise``: cross-entropy over the messages (T. O'Shea, J. Hoydis, "An Introduction to
Deep Learning for the Physical Layer", 2017). It minimises block errors and leaves the
labels, which bits a codeword stands for, to chance.

``bitwise``: binary cross-entropy of each of the k bits (S. Cammerer et al., "Trainable
Communication Systems: Concepts and Prototype", 2020). It learns the labels together with
the codewords (here after a symbol-wise warm-up: from random labels, many messages get
stuck), and its minimum is reached by true bit log-likelihood ratios: minus the loss
is, up to a constant, a rate that a bit-interleaved outer code can reach.

The receiver there has one output for each bit. Here it keeps its M logits, and the ratios
come from them by the exact sum over messages that the block with soft output computes,
log sum exp over the messages with the bit set minus that over the others. So the loss sees
exactly the numbers that an outer decoder will see, one decoder file serves hard and soft
decisions, and a single dense layer still holds the optimal receiver of a Gaussian channel,
which one layer with k outputs cannot: a ratio is not a linear function of the samples.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch.nn import functional

Loss = Literal["symbolwise", "bitwise"]


def bit_table(k: int) -> torch.Tensor:
    """The bits [2^k, k] of every message in order, float32, most significant first."""
    shifts = torch.arange(k - 1, -1, -1)
    return ((torch.arange(1 << k)[:, None] >> shifts) & 1).float()


def bit_llrs(logits: torch.Tensor) -> torch.Tensor:
    """Log-likelihood ratios log P(1)/P(0) of the bits, exact and differentiable.

    Args:
        logits: [b, 2^k] finite log-probabilities of the messages, up to a constant.

    Returns:
        [b, k] of the same type, most significant bit first.
    """
    ratios = []
    # The first bit splits the messages into halves; summed over it, the next bit is the
    # first. The tables halve every time: all k ratios cost little more than one.
    while logits.shape[1] > 1:
        clear, set_ = logits.chunk(2, dim=1)
        ratios.append(torch.logsumexp(set_, dim=1) - torch.logsumexp(clear, dim=1))
        # log(exp a + exp b) = a - log sigmoid(a - b): exact, and the quickest form here.
        logits = clear - functional.logsigmoid(clear - set_)
    return torch.stack(ratios, dim=1)


def loss_of(
    kind: Loss, logits: torch.Tensor, messages: torch.Tensor, reduction: str = "mean"
) -> torch.Tensor:
    """Loss of `logits` when `messages` were sent.

    Args:
        kind: the loss.
        logits: [b, M] float.
        messages: [b] int64, or their probabilities [b, M] float.
        reduction: ``mean`` or ``sum`` over the b rows, or ``none``.

    Returns:
        A scalar in nats: per message for ``symbolwise``, per bit for ``bitwise``. With
        reduction ``none``, the loss of every message [b], or of every bit [b, k].
    """
    if kind == "symbolwise":
        return functional.cross_entropy(logits, messages, reduction=reduction)
    k = logits.shape[1].bit_length() - 1
    bits = bit_table(k).to(logits)
    # The expectation of each bit: a row of the table, or an average over its rows.
    target = messages @ bits if messages.is_floating_point() else bits[messages]
    loss = functional.binary_cross_entropy_with_logits(
        bit_llrs(logits), target, reduction=reduction
    )
    return loss / k if reduction == "sum" else loss
