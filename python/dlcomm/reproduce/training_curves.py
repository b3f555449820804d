# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training curves: the validations that a model's ``training.csv`` holds."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..links import Link
from .recipes import shipped_seed

FILE = "training.csv"
_COLUMNS = ("seed", "phase", "step", "loss", "bler")
TABLE_COLUMNS = ("model", *_COLUMNS)


@dataclass(frozen=True)
class Validation:
    """One validation during training.

    Attributes:
        seed: the seed that was trained.
        phase: name of the stage of the training.
        step: training steps of this seed so far, over all stages.
        loss: mean loss on the validation messages, in nats.
        bler: share of wrong validation messages.
    """

    seed: int
    phase: str
    step: int
    loss: float
    bler: float


@dataclass(frozen=True)
class TrainingCurve:
    """The training of one model.

    Attributes:
        validations: of all seeds, in the order in which they were made.
        seed: the seed whose result was kept.
    """

    validations: tuple[Validation, ...]
    seed: int

    def by_seed(self) -> dict[int, list[Validation]]:
        """The validations of each seed."""
        found: dict[int, list[Validation]] = {}
        for validation in self.validations:
            found.setdefault(validation.seed, []).append(validation)
        return found

    def kept(self) -> list[Validation]:
        """The validations of the seed whose result was kept."""
        return self.by_seed()[self.seed]


def read_training(link: Link) -> TrainingCurve:
    """The training that made `link`.

    The file counts the steps of every stage from 0; here they go on.

    Raises:
        ValueError: one line, when the file is missing or holds something else.
    """
    path = Path(link.encoder).with_name(FILE)
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    except FileNotFoundError:
        raise ValueError(
            f"{path}: found no training curve, expected the file that training writes beside "
            f"the model (python -m dlcomm_train ship --only {link.name})"
        ) from None
    except UnicodeDecodeError:
        raise ValueError(f"{path}: found binary data, expected a CSV text") from None
    if not lines or tuple(lines[0]) != _COLUMNS:
        raise ValueError(f"{path}: found other columns, expected {','.join(_COLUMNS)}")
    try:
        rows = [
            Validation(int(seed), phase, int(step), float(loss), float(bler))
            for seed, phase, step, loss, bler in lines[1:]
        ]
    except ValueError:
        raise ValueError(f"{path}: found a row that is no validation") from None
    curve = TrainingCurve(tuple(_steps_over_all_stages(rows)), shipped_seed(link))
    if curve.seed not in curve.by_seed():
        raise ValueError(f"{path}: found no row of seed {curve.seed}, which was kept")
    return curve


def steps_until(curve: TrainingCurve, factor: float) -> int:
    """Steps of the kept seed until it is within `factor` of its smallest error rate."""
    goal = factor * min(row.bler for row in curve.kept())
    return next(row.step for row in curve.kept() if row.bler <= goal)


def cells(curves: Mapping[str, TrainingCurve]) -> list[tuple[str, ...]]:
    """All validations as rows of a table with `TABLE_COLUMNS`."""
    return [
        (model, str(v.seed), v.phase, str(v.step), f"{v.loss:.6g}", f"{v.bler:.6g}")
        for model, curve in curves.items()
        for v in curve.validations
    ]


def _steps_over_all_stages(rows: Sequence[Validation]) -> list[Validation]:
    """The same validations with steps that go on from stage to stage of a seed."""
    result: list[Validation] = []
    before: dict[int, int] = {}
    last: dict[int, Validation] = {}
    for row in rows:
        previous = last.get(row.seed)
        if previous is not None and previous.phase != row.phase:
            before[row.seed] = before.get(row.seed, 0) + previous.step
        last[row.seed] = row
        step = before.get(row.seed, 0) + row.step
        result.append(Validation(row.seed, row.phase, step, row.loss, row.bler))
    return result
