# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a benchmark finds: rows of one comparison each, with every repeat kept."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Metric:
    """A quantity that is measured.

    Attributes:
        name: what it is, ``throughput`` for one.
        unit: its unit, ``messages/s`` for one.
        higher_is_better: False for times.
    """

    name: str
    unit: str
    higher_is_better: bool = True


THROUGHPUT = "throughput"


@dataclass(frozen=True)
class Spread:
    """Repeats of one quantity.

    Attributes:
        repeats: the values in the order in which they were measured, at least one.
    """

    repeats: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.repeats)

    def to_json(self) -> dict[str, Any]:
        """Median, smallest, largest and all values."""
        return {
            "median": self.median,
            "min": min(self.repeats),
            "max": max(self.repeats),
            "repeats": list(self.repeats),
        }


@dataclass(frozen=True)
class Row:
    """One comparison: ours beside one alternative.

    Attributes:
        group: name of the group of comparisons.
        what: what is measured, and on which model.
        alternative: what it is compared with.
        metric: the quantity.
        ours, theirs: the repeats of both sides; None where the row was skipped.
        note: what a reader has to know about this row, or empty.
        skipped: why there are no values, or empty.
    """

    group: str
    what: str
    alternative: str
    metric: Metric
    ours: Spread | None = None
    theirs: Spread | None = None
    note: str = ""
    skipped: str = ""

    @property
    def ratio(self) -> Spread | None:
        """How many times better ours is, repeat by repeat; above 1: ours is better.

        Repeat i of one side is divided by repeat i of the other, which ran next to it.
        """
        if self.ours is None or self.theirs is None:
            return None
        pairs = zip(self.ours.repeats, self.theirs.repeats, strict=True)
        if self.metric.higher_is_better:
            return Spread(tuple(ours / theirs for ours, theirs in pairs))
        return Spread(tuple(theirs / ours for ours, theirs in pairs))

    @property
    def difference(self) -> Spread | None:
        """Ours less theirs, repeat by repeat, in the unit of the metric."""
        if self.ours is None or self.theirs is None:
            return None
        pairs = zip(self.ours.repeats, self.theirs.repeats, strict=True)
        return Spread(tuple(ours - theirs for ours, theirs in pairs))

    def to_json(self) -> dict[str, Any]:
        """The row for programs to read; skipped rows have null for the values."""
        ratio, difference = self.ratio, self.difference
        return {
            "group": self.group,
            "what": self.what,
            "alternative": self.alternative,
            "metric": self.metric.name,
            "unit": self.metric.unit,
            "higher_is_better": self.metric.higher_is_better,
            "ours": self.ours.to_json() if self.ours else None,
            "theirs": self.theirs.to_json() if self.theirs else None,
            "ratio": ratio.to_json() if ratio else None,
            "difference": difference.to_json() if difference else None,
            "note": self.note,
            "skipped": self.skipped or None,
        }


def median_and_tail(values: Sequence[float]) -> tuple[float, float]:
    """The median and the 99th percentile (nearest rank) of at least one value."""
    ordered = sorted(values)
    return statistics.median(ordered), ordered[max(0, -(-99 * len(ordered) // 100) - 1)]
