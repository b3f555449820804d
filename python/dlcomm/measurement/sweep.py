# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Sweeps: several models over a list of Eb/N0, one flowgraph per point.

Points of a model are taken from low to high Eb/N0. Where a point reaches the largest
number of messages without an error, the higher ones of that model are skipped: they
would take as long and say as little. Points that are known already are not run again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .point import Point, Progress, StopRule, measure
from .results import Key, Row

Measure = Callable[[Point, StopRule, Callable[[Progress], bool]], Row | None]


@dataclass(frozen=True)
class SweepPlan:
    """What a sweep measures.

    Attributes:
        models: models, in the order of the result.
        channel: canonical text of the channel.
        ebn0_db: Eb/N0 in dB, ascending.
        seed: seed of the sweep.
        rule: when a point is done.
    """

    models: tuple[str, ...]
    channel: str
    ebn0_db: tuple[float, ...]
    seed: int
    rule: StopRule

    def lanes(self) -> list[list[Point]]:
        """The points of each model, from low to high Eb/N0."""
        return [
            [Point(model, self.channel, ebn0, self.seed) for ebn0 in self.ebn0_db]
            for model in self.models
        ]


class SweepListener:
    """Told what a sweep does; the methods do nothing until they are overridden."""

    def started(self, point: Point) -> None:
        """The flowgraph of `point` is about to run."""

    def advanced(self, point: Point, progress: Progress) -> None:
        """`point` runs and has come this far; about five times a second."""

    def finished(self, point: Point, row: Row, reused: bool) -> None:
        """`point` is done; `reused` when its row was known already."""

    def skipped(self, points: list[Point]) -> None:
        """These points are not measured, because a lower one had no errors."""


def run_sweep(
    plan: SweepPlan,
    known: Mapping[Key, Row],
    listener: SweepListener,
    measure: Measure = measure,
) -> list[Row]:
    """Run a sweep, one flowgraph after the other, in this process.

    Args:
        plan: what to measure.
        known: rows of earlier runs; those that meet the rule are taken over.
        listener: told of every step.
        measure: what measures a point.

    Returns:
        The rows in the order of the plan.

    Raises:
        Whatever `measure` and `listener` raise.
    """
    rows: list[Row] = []
    for lane in plan.lanes():
        for index, point in enumerate(lane):
            row = reusable(point, known, plan.rule)
            reused = row is not None
            if row is None:
                listener.started(point)
                row = measure(point, plan.rule, _reporter(listener, point))
                if row is None:
                    return rows
            listener.finished(point, row, reused)
            rows.append(row)
            if plan.rule.ends_sweep(row) and lane[index + 1 :]:
                listener.skipped(lane[index + 1 :])
                break
    return rows


def reusable(point: Point, known: Mapping[Key, Row], rule: StopRule) -> Row | None:
    """The row of an earlier run that answers `point` under `rule`, if there is one."""
    row = known.get(point.key)
    return row if row is not None and rule.is_met_by(row) else None


def _reporter(listener: SweepListener, point: Point) -> Callable[[Progress], bool]:
    """A `report` for `point` that tells `listener` and never breaks off."""

    def report(progress: Progress) -> bool:
        """Pass the progress on."""
        listener.advanced(point, progress)
        return True

    return report
