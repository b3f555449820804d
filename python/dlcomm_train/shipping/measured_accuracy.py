# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Recording measured accuracies in the classifiers they belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from dlcomm_train import contract
from dlcomm_train.datasets.splits import Part
from dlcomm_train.files import write_together
from dlcomm_train.models.classifier_cards import classifier_files
from dlcomm_train.models.run_classifier import CLASSIFIER_FILE, load_classifier
from dlcomm_train.shipping.measured import RowsError

_Share = Field(ge=0.0, le=1.0)


class AccuracyRow(BaseModel):
    """What a model keeps of a measurement on one data set."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    set: str = Field(min_length=1)
    windows: int = Field(ge=1)
    right: int = Field(ge=0)
    overall: float = _Share
    overall_low: float = _Share
    overall_high: float = _Share
    peak: float = _Share
    peak_low: float = _Share
    peak_high: float = _Share
    peak_snr_db: int | float

    @model_validator(mode="after")
    def _check(self) -> AccuracyRow:
        fits = (
            self.right <= self.windows
            and self.overall_low <= self.overall <= self.overall_high
            and self.peak_low <= self.peak <= self.peak_high
            and self.overall <= self.peak + 1e-9
        )
        if not fits:
            raise ValueError("found counts and rates that contradict each other")
        return self


class MeasuredAccuracy(BaseModel):
    """What is read of a classifier in a file that ``dlcomm accuracy --json`` wrote."""

    model_config = ConfigDict(frozen=True)

    model: str
    part: Part
    split: Literal["burst", "window"]
    measured: AccuracyRow


def read_accuracies(path: Path) -> list[MeasuredAccuracy]:
    """Read measured accuracies.

    Raises:
        RowsError: the file cannot be read, is no such file, or holds what no model shall
            say of itself: a figure of the leaky split or of windows that were learned from.
    """
    try:
        found = TypeAdapter(list[MeasuredAccuracy]).validate_json(path.read_bytes())
    except OSError as error:
        raise RowsError(f"{path}: cannot be read: {error.strerror}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise RowsError(f"{path}: {where}: {first['msg']}") from None
    for one in found:
        if Path(one.model).name != one.model:
            raise RowsError(f"{path}: model is {one.model!r}, expected the name of a model")
        if (one.part, one.split) != ("test", "burst"):
            raise RowsError(
                f"{path}: {one.model} was measured on the {one.part} part of the split by "
                f"{one.split}s, expected the test part of the split by bursts"
            )
    return found


def record_accuracies(models: Path, found: Sequence[MeasuredAccuracy]) -> list[str]:
    """Write accuracies into the files of their classifiers and renew the cards.

    A row replaces an earlier one of the same data set.

    Args:
        models: folder with one folder per model.
        found: accuracies of any number of classifiers.

    Returns:
        Names of the models that were written.

    Raises:
        ContractError: a classifier is not in `models`; nothing is written.
        OSError: a file cannot be written; nothing is.
    """
    files: dict[Path, bytes] = {}
    names = list(dict.fromkeys(one.model for one in found))
    for name in names:
        model, about = load_classifier(models / name / CLASSIFIER_FILE)
        rows = {row["set"]: row for row in about.measured}
        rows |= {
            one.measured.set: one.measured.model_dump() for one in found if one.model == name
        }
        measured = [rows[key] for key in sorted(rows)]
        contract.attach(model, replace(about, measured=measured))
        files |= classifier_files(models / name, model)
    write_together(files)
    return names
