# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How the codebooks of two users lie to each other.

A codebook's *span* is the subspace that its signal occupies about its mean. Two users whose
spans are orthogonal do not disturb each other at all: a receiver that looks along its own
user's span does not see the other. Learned codebooks leave traces of energy in every
direction, so the span here is that of the strongest principal directions that hold
:data:`ENERGY` of the energy together.

Where two spans together have more dimensions than there are channel uses, they share
directions whatever they are, and some angles are zero: :func:`overlap` then says more.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import subspace_angles

ENERGY = 0.99
"""Share of a codebook's energy about its mean that its span holds."""


@dataclass(frozen=True)
class Geometry:
    """How two codebooks lie to each other.

    Attributes:
        dimensions: of each user's span.
        principal_angles_deg: angles between the spans in degrees, largest first; as many as
            the smaller span has dimensions. 90: orthogonal.
        overlap: cosine between the covariances, see :func:`overlap`.
    """

    dimensions: tuple[int, int]
    principal_angles_deg: tuple[float, ...]
    overlap: float

    @property
    def mean_principal_angle_deg(self) -> float:
        """Mean of the principal angles, in degrees."""
        return float(np.mean(self.principal_angles_deg))


def geometry(first: np.ndarray, second: np.ndarray) -> Geometry:
    """How the codebooks `first` and `second`, [M, n] each, lie to each other.

    Raises:
        ValueError: a codebook holds one point only, M times: it has no span.
    """
    spans = span(first), span(second)
    angles = np.degrees(subspace_angles(*spans))
    return Geometry(
        (spans[0].shape[1], spans[1].shape[1]),
        tuple(float(angle) for angle in angles),
        overlap(first, second),
    )


def span(codebook: np.ndarray, energy: float = ENERGY) -> np.ndarray:
    """An orthonormal basis [n, d] of the span of a codebook [M, n], strongest first.

    Args:
        codebook: [M, n] symbols.
        energy: share of the energy about the mean that the span holds at least.

    Raises:
        ValueError: all rows of the codebook are the same.
    """
    points = np.asarray(codebook, dtype=np.float64)
    _, values, directions = np.linalg.svd(points - points.mean(axis=0), full_matrices=False)
    held = np.cumsum(values**2)
    if not held[-1] > 0.0:
        raise ValueError("codebook: found one point only, expected different ones")
    return directions[: int(np.searchsorted(held, energy * held[-1])) + 1].T


def overlap(first: np.ndarray, second: np.ndarray) -> float:
    """Cosine of the angle between the covariances of two codebooks [M, n].

    tr(A B) / sqrt(tr(A A) tr(B B)): 0 where no signal of one user has a component along
    any of the other, 1 where both spread their energy over the channel uses alike.
    """
    one, other = _covariance(first), _covariance(second)
    return float(np.sum(one * other) / (np.linalg.norm(one) * np.linalg.norm(other)))


def _covariance(codebook: np.ndarray) -> np.ndarray:
    points = np.asarray(codebook, dtype=np.float64)
    return np.cov(points, rowvar=False, bias=True).reshape(points.shape[1], -1)
