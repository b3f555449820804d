# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Sweeps whose models each have a channel and a list of Eb/N0 of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..measurement.point import Point, StopRule
from ..measurement.sweep import SweepPlan


@dataclass(frozen=True)
class Lane:
    """One curve to measure.

    Attributes:
        model: name, folder or ENCODER,DECODER.
        channel: canonical text of the channel.
        ebn0_db: Eb/N0 in dB, ascending.
    """

    model: str
    channel: str
    ebn0_db: tuple[float, ...]


@dataclass(frozen=True)
class Campaign(SweepPlan):
    """A sweep of several curves; runs wherever a `SweepPlan` runs.

    Attributes:
        curves: the curves, in the order of the result.
    """

    curves: tuple[Lane, ...] = ()

    def lanes(self) -> list[list[Point]]:
        """The points of each curve, from low to high Eb/N0."""
        return [
            [Point(curve.model, curve.channel, ebn0, self.seed) for ebn0 in curve.ebn0_db]
            for curve in self.curves
        ]


def plan_campaign(curves: Sequence[Lane], seed: int, rule: StopRule) -> Campaign:
    """The sweep that measures `curves`.

    Args:
        curves: at least one; every curve once.
        seed: seed of the sweep.
        rule: when a point is done.
    """
    return Campaign(
        models=tuple(dict.fromkeys(curve.model for curve in curves)),
        channel=" and ".join(dict.fromkeys(curve.channel for curve in curves)),
        ebn0_db=tuple(sorted({ebn0 for curve in curves for ebn0 in curve.ebn0_db})),
        seed=seed,
        rule=rule,
        curves=tuple(curves),
    )
