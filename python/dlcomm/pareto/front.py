# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Which of many designs are not dominated: none is better in one thing and worse in none."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def non_dominated(points: Sequence[Sequence[float]]) -> list[bool]:
    """Whether each point is on the front, all coordinates the smaller the better.

    Of equal points all are.
    """
    values = np.asarray(points, dtype=np.float64)
    if not len(values):
        return []
    no_worse = np.all(values[:, None, :] <= values[None, :, :], axis=2)
    better = np.any(values[:, None, :] < values[None, :, :], axis=2)
    return [not dominated for dominated in np.any(no_worse & better, axis=0)]


def ranks(points: Sequence[Sequence[float]]) -> list[int]:
    """The front that each point is on when those before it are taken away, from 0.

    K. Deb et al., "A fast and elitist multiobjective genetic algorithm: NSGA-II", 2002.
    """
    result = [0] * len(points)
    left, rank = list(range(len(points))), 0
    while left:
        on = non_dominated([points[index] for index in left])
        for index, first in zip(left, on, strict=True):
            if first:
                result[index] = rank
        left = [index for index, first in zip(left, on, strict=True) if not first]
        rank += 1
    return result


def crowding(points: Sequence[Sequence[float]]) -> list[float]:
    """How far the neighbours of each point are, summed over the coordinates (Deb et al.).

    Infinite at both ends of a coordinate.
    """
    values = np.asarray(points, dtype=np.float64)
    distance = np.zeros(len(values))
    for column in values.T:
        order = np.argsort(column, kind="stable")
        span = float(column[order[-1]] - column[order[0]]) or 1.0
        distance[order[[0, -1]]] = np.inf
        distance[order[1:-1]] += (column[order[2:]] - column[order[:-2]]) / span
    return distance.tolist()
