# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""All that is known of the candidates, with the fronts marked, as rows for people and files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..benchmark.rows import Spread
from ..measurement.files import write_atomic
from .front import non_dominated
from .run import Outcome
from .subject import Words


@dataclass(frozen=True)
class Design:
    """A candidate beside all others.

    Attributes:
        outcome: counts and costs.
        speed: messages or windows per second; None: not timed.
        ratio: its share of errors over that of the source; None where that had no error.
        on_front: whether no other is better in one of the share of errors and all costs, and
            worse in none.
        fronts: those of costs and speed that, with the share of errors alone, nobody beats it
            in; by the names that `Words` has for them.
    """

    outcome: Outcome
    speed: Spread | None
    ratio: float | None
    on_front: bool
    fronts: tuple[str, ...]

    def to_json(self, words: Words) -> dict[str, Any]:
        """As plain values by the columns of `words`; of the speed the median."""
        costs = self.outcome.costs
        speed = {} if self.speed is None else self.speed.to_json()
        return {
            "id": self.outcome.candidate.id,
            "label": self.outcome.candidate.label,
            "steps": json.loads(self.outcome.candidate.steps),
            "on_front": self.on_front,
            "fronts": list(self.fronts),
            **self.outcome.counts.columns,
            words.ratio: self.ratio,
            **asdict(costs),
            **{name: getattr(costs, name) for name in words.costs},
            words.speed: speed.get("median"),
            f"{words.speed}_min": speed.get("min"),
            f"{words.speed}_max": speed.get("max"),
        }


def front_candidates(outcomes: Sequence[Outcome], words: Words) -> list[Outcome]:
    """Those on the front of the share of errors and all costs of `words`."""
    on = non_dominated([_point(outcome, tuple(words.costs)) for outcome in outcomes])
    return [outcome for outcome, first in zip(outcomes, on, strict=True) if first]


def designs(
    outcomes: Sequence[Outcome], speeds: Mapping[str, Spread], words: Words
) -> list[Design]:
    """Hold all outcomes against each other; the largest files first.

    Args:
        outcomes: of all candidates, that of the source among them.
        speeds: of those timed, by id; the front of speed is that of those.
        words: names of the costs.
    """
    fronts: dict[str, list[str]] = {outcome.candidate.id: [] for outcome in outcomes}
    for cost in words.costs:
        on = non_dominated([_point(outcome, (cost,)) for outcome in outcomes])
        for outcome, first in zip(outcomes, on, strict=True):
            if first:
                fronts[outcome.candidate.id].append(cost)
    timed = [outcome for outcome in outcomes if outcome.candidate.id in speeds]
    slowness = [
        (outcome.counts.judged.value, -speeds[outcome.candidate.id].median)
        for outcome in timed
    ]
    for outcome, first in zip(timed, non_dominated(slowness), strict=True):
        if first:
            fronts[outcome.candidate.id].append(words.speed)
    best = {outcome.candidate.id for outcome in front_candidates(outcomes, words)}
    source = next(one for one in outcomes if one.candidate.is_source).counts.shown.value
    found = [
        Design(
            outcome,
            speeds.get(outcome.candidate.id),
            outcome.counts.shown.value / source if source else None,
            outcome.candidate.id in best,
            tuple(fronts[outcome.candidate.id]),
        )
        for outcome in outcomes
    ]
    return sorted(
        found, key=lambda one: (-one.outcome.costs.file_bytes, one.outcome.counts.judged.value)
    )


def write_json(
    path: Path, about: Mapping[str, Any], found: Sequence[Design], words: Words
) -> None:
    """Write designs as JSON: `about`, and a list ``designs``; atomically.

    Raises:
        OSError: the folder or the disk does not take the file.
    """
    content = {**about, "designs": [design.to_json(words) for design in found]}
    text = json.dumps(content, indent=1, allow_nan=False) + "\n"
    write_atomic(path, lambda file: file.write(text.encode()))


def write_csv(path: Path, found: Sequence[Design], words: Words) -> None:
    """Write designs as CSV with a header line; steps and fronts as JSON; atomically.

    Raises:
        OSError: the folder or the disk does not take the file.
    """
    text = io.StringIO(newline="")
    rows = [design.to_json(words) for design in found]
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        lists = {key: json.dumps(row[key]) for key in ("steps", "fronts")}
        writer.writerow(row | lists)
    write_atomic(path, lambda file: file.write(text.getvalue().encode()))


def _point(outcome: Outcome, costs: Sequence[str]) -> tuple[float, ...]:
    values = (float(getattr(outcome.costs, cost)) for cost in costs)
    return (outcome.counts.judged.value, *values)
