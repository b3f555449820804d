# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How points lie: the square they are nearest to, the codeword they are nearest to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class SquareFit:
    """Four points beside the nearest square around the origin.

    Attributes:
        angle: of the square's first corner, in degrees, 0 to 90.
        radius: of the square.
        deviation: root mean square distance of the points from their corners, in radii.
        corners: complex [4], the corner of each point.
    """

    angle: float
    radius: float
    deviation: float
    corners: np.ndarray


def fit_square(points: np.ndarray) -> SquareFit:
    """The square around the origin that four complex points are nearest to.

    The points are taken in the order of their angle; a square's corners are then
    r e^{j(t + m pi/2)}, and the least squares fit of r e^{jt} is the mean of the points
    turned back by m quarters.
    """
    order = np.argsort(np.angle(points))
    quarters = np.exp(0.5j * np.pi * np.arange(4))
    corner = complex(np.mean(points[order] / quarters))
    corners = np.empty(4, dtype=complex)
    corners[order] = corner * quarters
    radius = abs(corner)
    deviation = np.sqrt(np.mean(np.abs(points - corners) ** 2)) / radius
    angle = float(np.degrees(np.angle(corner)) % 90.0)
    return SquareFit(angle, radius, float(deviation), corners)


def nearest_codeword(symbols: np.ndarray, codebook: np.ndarray) -> np.ndarray:
    """Index of the codeword that each row of `symbols` is nearest to, [b].

    Args:
        symbols: real [b, n].
        codebook: real [M, n].
    """
    # |y - c|^2 without |y|^2, which is the same for all codewords.
    return np.argmin(
        np.sum(codebook**2, axis=1) - 2.0 * symbols.astype(float) @ codebook.T, axis=1
    )
