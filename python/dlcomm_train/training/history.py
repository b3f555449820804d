# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The training curve: every validation of a run, in a CSV file beside the model."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields

HISTORY_FILE = "training.csv"


@dataclass(frozen=True)
class Entry:
    """One validation.

    Attributes:
        seed: the seed being trained.
        phase: stage of the training: ``warm-up``, ``link`` or ``receiver``.
        step: steps of that stage.
        loss: mean loss in nats on the validation stream.
        bler: share of wrong messages on it.
    """

    seed: int
    phase: str
    step: int
    loss: float
    bler: float


def curve(entries: Iterable[Entry]) -> tuple[str, bytes]:
    """Name and content of the file that holds `entries`: CSV, a column for each attribute."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(field.name for field in fields(Entry))
    for entry in entries:
        writer.writerow(
            f"{value:.6g}" if isinstance(value, float) else value
            for value in astuple(entry)
        )
    return HISTORY_FILE, stream.getvalue().encode("utf-8")
