# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What came out of an item, kept beside its files so that a report can be written later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from ..links import link_from_text
from ..measurement.files import write_atomic
from ..measurement.model_marks import mark_of
from .context import Context
from .item import Finding, Item


@dataclass(frozen=True)
class Record:
    """One item's result.

    Attributes:
        item: its id.
        quick: it was a smoke run.
        seed: seed of every random choice.
        counted: errors were counted, so that the next two say something.
        min_errors, max_messages: when a point was done.
        findings: what was found.
        pictures, tables: names of the files in the same folder.
        marks: a mark of the files of every model of the item, see `model_marks`.
    """

    item: str
    quick: bool
    seed: int
    counted: bool
    min_errors: int
    max_messages: int
    findings: tuple[Finding, ...]
    pictures: tuple[str, ...]
    tables: tuple[str, ...]
    marks: Mapping[str, str]

    @property
    def command(self) -> str:
        """The command that gives this result again."""
        errors = f" --min-errors {self.min_errors}" if self.counted else ""
        return f"dlcomm reproduce {self.item}{errors} --seed {self.seed}"

    def changed_models(self) -> list[str]:
        """Models whose files are others than those of this result, or are gone."""
        return [model for model, mark in self.marks.items() if _mark(model) != mark]


def make_record(item: Item, context: Context, findings: list[Finding]) -> Record:
    """The result of an item that has run."""
    return Record(
        item=item.id,
        quick=context.quick,
        seed=context.seed,
        counted=context.counted,
        min_errors=context.rule.min_errors,
        max_messages=context.rule.max_messages,
        findings=tuple(findings),
        pictures=tuple(context.pictures),
        tables=tuple(context.tables),
        marks={model: mark_of(context.link(model)) for model in item.models},
    )


def record_file(folder: Path, item: str) -> Path:
    """Where the result of an item is kept."""
    return folder / f"{item}.json"


def write_record(folder: Path, record: Record) -> None:
    """Write `record` into `folder`, atomically.

    Raises:
        OSError: the folder or the disk does not take the file.
    """
    text = json.dumps(asdict(record), indent=1) + "\n"
    write_atomic(record_file(folder, record.item), lambda file: file.write(text.encode()))


def read_record(folder: Path, item: str) -> Record | None:
    """The result of an item; None when there is none.

    Raises:
        ValueError: one line, when the file holds something else.
        OSError: the file cannot be read.
    """
    path = record_file(folder, item)
    try:
        found = json.loads(path.read_bytes())
        found["findings"] = tuple(Finding(**finding) for finding in found["findings"])
        found["pictures"] = tuple(map(str, found["pictures"]))
        found["tables"] = tuple(map(str, found["tables"]))
        found["marks"] = dict(found["marks"])
        return Record(**found)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        raise ValueError(
            f"{path}: found other data, expected the result of an item; remove it and run "
            f"dlcomm reproduce {item}"
        ) from None


def _mark(model: str) -> str | None:
    """The mark of a model's files; None when it cannot be opened."""
    try:
        return mark_of(link_from_text(model))
    except (ValueError, RuntimeError, OSError):
        return None
