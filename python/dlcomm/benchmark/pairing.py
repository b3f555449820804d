# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measuring the sides of a comparison in turns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from .rows import Metric, Row, Spread

_FIRST_ITEMS = 500  # a fifth of a second of the slowest network
_MOST_GROWTH = 50.0
_MAX_WARM_UPS = 8


class Timing(NamedTuple):
    """Work that was done and the wall time it took, in seconds."""

    items: int
    seconds: float


class Contestant(Protocol):
    """One side of a comparison."""

    name: str

    def warm_up(self, seconds: float) -> None:
        """Get ready for measurements of about `seconds` each."""

    def measure(self) -> Sequence[float]:
        """One value for every metric of the contest."""


class Throughput:
    """A side that works off a number of items: measures items per second.

    The number is found by the warm-up and then stays, so that every repeat is the same
    work.
    """

    def __init__(self, name: str, run: Callable[[int], Timing]) -> None:
        """Make the side.

        Args:
            name: what it is, for people.
            run: works off at least so many items and tells how many and how long.
        """
        self.name = name
        self._run = run
        self._items = _FIRST_ITEMS

    def warm_up(self, seconds: float) -> None:
        """Run, longer each time, until a run takes at least half of `seconds`."""
        for _ in range(_MAX_WARM_UPS):
            items, taken = self._run(self._items)
            wanted = items / max(taken, 1e-6) * seconds
            most = _MOST_GROWTH * self._items
            self._items = int(max(1, min(most, wanted)))
            if taken >= seconds / 2:
                break

    def measure(self) -> tuple[float]:
        """Items per second of one run."""
        items, seconds = self._run(self._items)
        return (items / seconds,)


@dataclass(frozen=True)
class Missing:
    """An alternative that cannot run here.

    Attributes:
        name: what it is.
        reason: why it cannot run.
    """

    name: str
    reason: str


@dataclass(frozen=True)
class Contest:
    """Our side and the alternatives that are measured together with it.

    Attributes:
        group: name of the group of comparisons.
        what: what our side does, and on which model.
        metrics: the quantities that every side measures.
        ours: our side.
        others: the alternatives.
        check: raises RuntimeError unless all sides do the same work; runs first.
        notes: remarks by name of the alternative.
    """

    group: str
    what: str
    metrics: tuple[Metric, ...]
    ours: Contestant
    others: tuple[Contestant | Missing, ...]
    check: Callable[[], None] | None = None
    notes: dict[str, str] = field(default_factory=dict)


def run_contest(
    contest: Contest,
    repeats: int,
    seconds: float,
    watch: Callable[[str], None] = lambda state: None,
) -> list[Row]:
    """Measure all sides `repeats` times, in turns.

    Odd rounds go through the sides backwards: a steady drift then cancels to first
    order, also between sides that are not neighbours.

    Args:
        contest: what to measure.
        repeats: number of rounds, at least 1.
        seconds: about how long one measurement of one side takes.
        watch: is told what happens next, in a few words.

    Returns:
        A row for every alternative and metric, missing ones with their reason.

    Raises:
        RuntimeError: the sides do not do the same work, or one of them failed.
    """
    if contest.check is not None:
        watch("checking that all sides do the same work")
        contest.check()
    present = [side for side in contest.others if not isinstance(side, Missing)]
    sides: list[Contestant] = [contest.ours, *present]
    for side in sides:
        watch(f"warming up: {side.name}")
        side.warm_up(seconds)
    values: list[list[Sequence[float]]] = [[] for _ in sides]
    for round_ in range(repeats):
        watch(f"round {round_ + 1} of {repeats}")
        order = range(len(sides)) if round_ % 2 == 0 else reversed(range(len(sides)))
        for index in order:
            values[index].append(sides[index].measure())

    def spread(side: Contestant, metric: int) -> Spread:
        """The repeats of one side."""
        return Spread(tuple(found[metric] for found in values[sides.index(side)]))

    rows = []
    for other in contest.others:
        for index, metric in enumerate(contest.metrics):
            head = (contest.group, contest.what, other.name, metric)
            note = contest.notes.get(other.name, "")
            if isinstance(other, Missing):
                rows.append(Row(*head, note=note, skipped=other.reason))
            else:
                ours, theirs = spread(contest.ours, index), spread(other, index)
                rows.append(Row(*head, ours=ours, theirs=theirs, note=note))
    return rows
