# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""All that is known of the candidates, with the fronts marked, as rows for people and files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..benchmark.rows import Spread
from ..measurement.files import write_atomic
from .front import non_dominated
from .run import Outcome

COSTS = ("file_bytes", "nonzero_macs", "bit_operations")
"""What is held against the block error rate, the less the better."""
SPEED = "messages_per_second"


@dataclass(frozen=True)
class Design:
    """A candidate beside all others.

    Attributes:
        outcome: counts and costs.
        speed: messages per second of its decoder; None: not timed.
        ratio: its block error rate over that of the source; None where that had no error.
        on_front: whether no other is better in one of block error rate and `COSTS`, and
            worse in none.
        fronts: those of `COSTS` and `SPEED` that, with the block error rate alone, nobody
            beats it in.
    """

    outcome: Outcome
    speed: Spread | None
    ratio: float | None
    on_front: bool
    fronts: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As plain values; `messages_per_second` is a median."""
        row, costs = self.outcome.row, self.outcome.costs
        speed = None if self.speed is None else self.speed.to_json()
        return {
            "id": self.outcome.candidate.id,
            "label": self.outcome.candidate.label,
            "steps": json.loads(self.outcome.candidate.steps),
            "on_front": self.on_front,
            "fronts": list(self.fronts),
            "channel": row.channel,
            "ebn0_db": row.ebn0_db,
            "seed": row.seed,
            "messages": row.messages,
            "block_errors": row.block_errors,
            "bler": row.bler,
            "bler_low": row.bler_low,
            "bler_high": row.bler_high,
            "bler_ratio": self.ratio,
            "file_bytes": costs.file_bytes,
            "macs": costs.macs,
            "nonzero_macs": costs.nonzero_macs,
            "bit_operations": costs.bit_operations,
            "messages_per_second": None if speed is None else speed["median"],
            "messages_per_second_min": None if speed is None else speed["min"],
            "messages_per_second_max": None if speed is None else speed["max"],
        }


def front_candidates(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those on the front of block error rate and all of `COSTS`."""
    on = non_dominated([_point(outcome, COSTS) for outcome in outcomes])
    return [outcome for outcome, first in zip(outcomes, on, strict=True) if first]


def designs(outcomes: Sequence[Outcome], speeds: Mapping[str, Spread]) -> list[Design]:
    """Hold all outcomes against each other; the largest files first.

    Args:
        outcomes: of all candidates, that of the source among them.
        speeds: messages per second by id; the front of speed is that of those timed.
    """
    fronts: dict[str, list[str]] = {outcome.candidate.id: [] for outcome in outcomes}
    for cost in COSTS:
        on = non_dominated([_point(outcome, (cost,)) for outcome in outcomes])
        for outcome, first in zip(outcomes, on, strict=True):
            if first:
                fronts[outcome.candidate.id].append(cost)
    timed = [outcome for outcome in outcomes if outcome.candidate.id in speeds]
    slowness = [
        (outcome.row.bler, -speeds[outcome.candidate.id].median) for outcome in timed
    ]
    for outcome, first in zip(timed, non_dominated(slowness), strict=True):
        if first:
            fronts[outcome.candidate.id].append(SPEED)
    best = {outcome.candidate.id for outcome in front_candidates(outcomes)}
    source = next(found for found in outcomes if found.candidate.is_source).row.bler
    found = [
        Design(
            outcome,
            speeds.get(outcome.candidate.id),
            outcome.row.bler / source if source else None,
            outcome.candidate.id in best,
            tuple(fronts[outcome.candidate.id]),
        )
        for outcome in outcomes
    ]
    return sorted(found, key=lambda one: (-one.outcome.costs.file_bytes, one.outcome.row.bler))


def write_json(path: Path, about: Mapping[str, Any], found: Sequence[Design]) -> None:
    """Write designs as JSON: `about`, and a list ``designs``; atomically.

    Raises:
        OSError: the folder or the disk does not take the file.
    """
    content = {**about, "designs": [design.to_json() for design in found]}
    text = json.dumps(content, indent=1, allow_nan=False) + "\n"
    write_atomic(path, lambda file: file.write(text.encode()))


def write_csv(path: Path, found: Sequence[Design]) -> None:
    """Write designs as CSV with a header line; steps and fronts as JSON; atomically.

    Raises:
        OSError: the folder or the disk does not take the file.
    """
    text = io.StringIO(newline="")
    rows = [design.to_json() for design in found]
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    for row in rows:
        lists = {key: json.dumps(row[key]) for key in ("steps", "fronts")}
        writer.writerow(row | lists)
    write_atomic(path, lambda file: file.write(text.getvalue().encode()))


def _point(outcome: Outcome, costs: Sequence[str]) -> tuple[float, ...]:
    return (outcome.row.bler, *(float(getattr(outcome.costs, cost)) for cost in costs))
