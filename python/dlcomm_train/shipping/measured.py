# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Recording measured error rates in the models they belong to."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import onnx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from dlcomm_train import contract
from dlcomm_train.contract import Contract
from dlcomm_train.files import write_together
from dlcomm_train.models.cards import model_files
from dlcomm_train.models.pairs import Pair


class Row(BaseModel):
    """One point of a flowgraph measurement, as ``dlcomm ber --json`` writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    channel: str
    ebn0_db: float
    messages: int = Field(ge=1)
    block_errors: int = Field(ge=0)
    bler: float = Field(ge=0.0, le=1.0)
    bler_low: float = Field(ge=0.0, le=1.0)
    bler_high: float = Field(ge=0.0, le=1.0)
    bits: int = Field(ge=1)
    bit_errors: int = Field(ge=0)
    ber: float = Field(ge=0.0, le=1.0)
    ber_low: float = Field(ge=0.0, le=1.0)
    ber_high: float = Field(ge=0.0, le=1.0)
    messages_per_second: float = Field(ge=0.0)
    stop_reason: str
    seed: int


class RowsError(ValueError):
    """A file of measured rows cannot be used; the message is one line for people."""


def read_rows(path: str | os.PathLike[str]) -> list[Row]:
    """Read rows from a JSON list, or from a file with one JSON object a line.

    Raises:
        RowsError: the file cannot be read, is not JSON, or a row has missing,
            unknown or impossible entries.
    """
    name = os.fspath(path)
    try:
        text = Path(path).read_text(encoding="utf-8")
        if text.lstrip().startswith("["):
            found = json.loads(text)
        else:
            found = [json.loads(line) for line in text.splitlines() if line.strip()]
    except OSError as error:
        raise RowsError(f"{name}: cannot be read: {error.strerror}") from None
    except ValueError:
        raise RowsError(f"{name}: is not JSON, expected measured rows") from None
    try:
        return TypeAdapter(list[Row]).validate_python(found)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RowsError(f"{name}: row {where}: {first['msg'].lower()}") from None


def record(
    models: Path, rows: Sequence[Row], min_errors: int, max_messages: int
) -> list[str]:
    """Write `rows` into the files of their models and renew the cards.

    A row replaces an earlier one of the same channel, Eb/N0 and seed, unless all that it
    brings is another speed: a model's files do not change for that.

    Args:
        models: folder with one folder per model.
        rows: measured points of any number of models.
        min_errors: the stop rule they were measured with, in block errors; written
            beside each row, so that the command which gives it is known.
        max_messages: the stop rule's other half.

    Returns:
        Names of the models that were written.

    Raises:
        ContractError: a model of the rows is not in `models`; nothing is written.
        OSError: a file cannot be written.
    """
    by_model: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_model[row.model].append(row)
    pairs = {name: Pair.load(models / name) for name in by_model}
    for name, pair in pairs.items():
        sender, receiver = pair.contracts()
        rule = {"min_errors": min_errors, "max_messages": max_messages}
        new = [row.model_dump(mode="json") | rule for row in by_model[name]]
        for model, link in ((pair.encoder, sender), (pair.decoder, receiver)):
            _attach(model, link, new)
        write_together(model_files(models / name, pair))
    return list(pairs)


def _attach(model: onnx.ModelProto, link: Contract, new: list[dict]) -> None:
    def key(row: dict) -> tuple[str, float, int]:
        return row["channel"], row["ebn0_db"], row["seed"]

    merged = {key(row): row for row in link.measured}
    for row in new:
        speed = {"messages_per_second": row["messages_per_second"]}
        if merged.get(key(row), {}) | speed != row:
            merged[key(row)] = row
    measured = [merged[index] for index in sorted(merged)]
    contract.attach(model, replace(link, measured=measured))
