# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Which message a codeword stands for.

Symbol-wise training finds good codewords and leaves their order to chance. The order
decides how many bits a wrong message costs (Gray labelling is the best order of a
QPSK constellation), so it is chosen after training: codewords that are easily
confused get messages that differ in few bits. That is a quadratic assignment problem.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import torch
from scipy.optimize import quadratic_assignment
from scipy.special import erfc

_STARTS = 10
_SMALL = 32


def confusion(codebook: np.ndarray, sigma: float) -> np.ndarray:
    """Pairwise error probabilities Q(d / 2 sigma) of a codebook, zero diagonal.

    Args:
        codebook: [M, n] symbols.
        sigma: standard deviation of the noise per real channel use.

    Returns:
        [M, M] float64.
    """
    points = np.asarray(codebook, dtype=np.float64)
    distance = np.linalg.norm(points[:, None, :] - points[None, :, :], axis=2)
    result = 0.5 * erfc(distance / (2.0 * sigma) / np.sqrt(2.0))
    np.fill_diagonal(result, 0.0)
    return result


def bit_distance(messages: int) -> np.ndarray:
    """Number of differing bits [M, M] of every pair of messages, float64."""
    index = np.arange(messages)
    difference = (index[:, None] ^ index[None, :]).astype(np.uint8)
    return np.unpackbits(difference[:, :, None], axis=2).sum(axis=2).astype(np.float64)


def best_order(pairs: np.ndarray, seed: int) -> torch.Tensor:
    """An order of the codewords with few expected bit errors (local optimum).

    Args:
        pairs: [M, M], how often codewords i and j are taken for one another, from
            `confusion` or `observed_confusion`.
        seed: of the optimiser's starting points.

    Returns:
        [M] int64: message m should use codeword `order[m]`.
    """
    bits = bit_distance(len(pairs))
    # Swapping pairs finds the optimum of small problems and is slow for large ones.
    method = "2opt" if len(pairs) <= _SMALL else "faq"
    extra = {} if method == "2opt" else {"P0": "randomized", "maxiter": 100}
    generator = np.random.default_rng(seed)
    results = [
        quadratic_assignment(
            bits, pairs, method=method, options={"rng": generator, **extra}
        )
        for _ in range(_STARTS)
    ]
    best = min(results, key=lambda result: result.fun)
    return torch.from_numpy(best.col_ind.astype(np.int64))


def observed_confusion(
    batches: Iterable[tuple[torch.Tensor, torch.Tensor]], messages: int
) -> np.ndarray:
    """How often a receiver takes messages for one another, by its own probabilities.

    For channels without a closed form. Probabilities say more than decisions: a message
    that came second counts as well.

    Args:
        batches: messages [b] int64 that were sent and the logits [b, M] for them.
        messages: M.

    Returns:
        [M, M] float64, symmetric, zero diagonal.
    """
    total = torch.zeros(messages, messages, dtype=torch.float64)
    for sent, logits in batches:
        found = torch.softmax(logits.detach().cpu().double(), dim=1)
        total.index_add_(0, sent.cpu(), found)
    pairs = (total + total.T).numpy()
    np.fill_diagonal(pairs, 0.0)
    return pairs
