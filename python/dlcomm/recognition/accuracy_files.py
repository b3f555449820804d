# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measured accuracies as CSV and JSON files.

Both hold every count. The CSV file has a row for each class at each SNR label, for
spreadsheets; the JSON file an object for each classifier, with the rates beside the counts.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dlcomm_train.datasets.splits import Kind, Part

from ..measurement.files import write_atomic
from .accuracy import Accuracy, whole
from .confusion import UNKNOWN, Confusion, Rate, share

_ABOUT = ("model", "profile", "part", "split", "seed", "windows_per_second")
"""Fields of `Accuracy` that stand in files as they are."""
_RATES = ("windows", "right", "accuracy", "accuracy_low", "accuracy_high")
_SAID = "said "
"""What the columns of the CSV file that hold counts begin with."""


class _Stored(BaseModel):
    """What is read of an accuracy; rates follow from the counts."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    model: str
    profile: str
    part: Part
    split: Kind
    seed: int
    windows_per_second: float = Field(ge=0.0)
    labels: tuple[str, ...]
    snrs_db: tuple[float, ...]
    counts: list[list[list[int]]]
    clusters: tuple[float, ...] = ()

    def accuracy(self) -> Accuracy:
        """The accuracy; ValueError where the counts contradict the labels."""
        confusion = Confusion(
            self.labels, self.snrs_db, np.array(self.counts, np.int64), self.clusters
        )
        return Accuracy(
            **{name: getattr(self, name) for name in _ABOUT}, confusion=confusion
        )


def write_json(path: Path, results: Sequence[Accuracy]) -> None:
    """Write accuracies as a JSON list, atomically.

    Raises:
        OSError: the folder or the disk does not take the file.
    """
    objects = [_json_object(result) for result in results]
    text = json.dumps(objects, indent=1, allow_nan=False) + "\n"
    write_atomic(path, lambda file: file.write(text.encode()))


def read_json(path: Path) -> list[Accuracy]:
    """The accuracies in a file that `write_json` wrote.

    Raises:
        ValueError: one line, when it is no such file.
        OSError: it cannot be read.
    """
    try:
        stored = TypeAdapter(list[_Stored]).validate_json(path.read_bytes())
        return [one.accuracy() for one in stored]
    except ValidationError as error:
        raise ValueError(f"{path}: {_first(error)}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def write_csv(path: Path, results: Sequence[Accuracy]) -> None:
    """Write accuracies of classifiers of the same labels as CSV, atomically.

    Raises:
        ValueError: they have different labels.
        OSError: the folder or the disk does not take the file.
    """
    labels = results[0].confusion.labels
    for result in results:
        if result.confusion.labels != labels:
            raise ValueError(
                f"{path}: {result.model} has the labels {', '.join(result.confusion.labels)}, "
                f"expected {', '.join(labels)} as {results[0].model} has"
            )
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    said = [_SAID + label for label in (*labels, UNKNOWN)]
    writer.writerow([*_ABOUT, "leaky", "snr_db", "cluster", "modulation", *_RATES, *said])
    for result in results:
        about = [getattr(result, name) for name in _ABOUT]
        confusion = result.confusion
        for snr_db, cluster, matrix in zip(
            confusion.snrs_db, confusion.clusters, confusion.counts, strict=True
        ):
            for place, label in enumerate(labels):
                if windows := int(matrix[place].sum()):
                    rate = share(int(matrix[place, place]), windows, cluster=cluster)
                    writer.writerow(
                        [*about, result.leaky, whole(snr_db), cluster, label,
                         *_rate_object(rate).values(), *matrix[place].tolist()]
                    )  # fmt: skip
    write_atomic(path, lambda file: file.write(text.getvalue().encode()))


def read_csv(path: Path) -> list[Accuracy]:
    """The accuracies in a file that `write_csv` wrote.

    Raises:
        ValueError: one line, when it is no such file.
        OSError: it cannot be read.
    """
    try:
        reader = csv.DictReader(io.StringIO(path.read_text("utf-8"), newline=""), strict=True)
        rows = list(reader)
    except UnicodeDecodeError:
        raise ValueError(f"{path}: found binary data, expected a CSV text") from None
    except csv.Error as error:
        raise ValueError(f"{path}: not CSV: {error}") from None
    columns = list(reader.fieldnames or ())
    labels = [name.removeprefix(_SAID) for name in columns if name.startswith(_SAID)]
    missing = {*_ABOUT, "snr_db", "cluster", "modulation"} - set(columns)
    if missing or labels[-1:] != [UNKNOWN]:
        raise ValueError(f"{path}: found columns {columns!r:.80}, expected measured accuracies")
    results: dict[tuple[str, ...], dict[str, Any]] = {}
    for number, row in enumerate(rows, start=1):
        found = results.setdefault(
            tuple(row[name] for name in _ABOUT),
            {name: row[name] for name in _ABOUT}
            | {"labels": labels[:-1], "cells": {}, "clusters": {}},
        )
        try:
            place = labels.index(row["modulation"])
            matrix = found["cells"].setdefault(
                float(row["snr_db"]), np.zeros((len(labels) - 1, len(labels)), np.int64)
            )
            matrix[place] = [int(row[_SAID + label]) for label in labels]
            found["clusters"][float(row["snr_db"])] = float(row["cluster"])
        except (ValueError, TypeError, IndexError):
            raise ValueError(
                f"{path}, row {number}: found other entries, expected an SNR, a cluster, a "
                "label and counts"
            ) from None
    return [_of_cells(path, found) for found in results.values()]


def _of_cells(path: Path, found: dict[str, Any]) -> Accuracy:
    """An accuracy from what rows of a CSV file say."""
    cells, clusters = found.pop("cells"), found.pop("clusters")
    snrs = sorted(cells)
    found |= {
        "snrs_db": snrs,
        "counts": [cells[snr].tolist() for snr in snrs],
        "clusters": [clusters[snr] for snr in snrs],
    }
    try:
        return _Stored.model_validate(found).accuracy()
    except ValidationError as error:
        raise ValueError(f"{path}: {_first(error)}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None


def _json_object(result: Accuracy) -> dict[str, Any]:
    """An accuracy with its rates, for JSON."""
    confusion = result.confusion
    return {
        **{name: getattr(result, name) for name in _ABOUT},
        "leaky": result.leaky,
        "measured": result.row(),
        "labels": list(confusion.labels),
        "snrs_db": [whole(snr) for snr in confusion.snrs_db],
        "clusters": list(confusion.clusters),
        "by_snr": [
            {"snr_db": whole(rate.snr_db), **_rate_object(rate)} for rate in confusion.by_snr()
        ],
        "by_class": {
            label: _rate_object(rate) for label, rate in confusion.by_class().items()
        },
        "counts": confusion.counts.tolist(),
    }


def _rate_object(rate: Rate) -> dict[str, Any]:
    """A rate by the names that files have for it."""
    values = (rate.windows, rate.right, rate.value, rate.low, rate.high)
    return dict(zip(_RATES, values, strict=True))


def _first(error: ValidationError) -> str:
    """The first of the things that are wrong, and where."""
    first = error.errors()[0]
    where = ".".join(map(str, first["loc"])) or "the file"
    return f"{where}: {first['msg']}"
