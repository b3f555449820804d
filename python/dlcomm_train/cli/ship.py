# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``ship``, ``record``, ``record-accuracy``: shipped models and what was measured of them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dlcomm_train.cli.options import OutOption, check_writable
from dlcomm_train.cli.progress import TrainingDisplay
from dlcomm_train.shipping import catalogue
from dlcomm_train.shipping.measured import read_rows
from dlcomm_train.shipping.measured import record as record_rows
from dlcomm_train.shipping.measured_accuracy import read_accuracies, record_accuracies
from dlcomm_train.shipping.ship import ship as ship_models


def ship(
    out: OutOption = Path("models"),
    only: Annotated[
        list[str] | None,
        typer.Option(help="Make only this model (repeatable).", metavar="NAME"),
    ] = None,
) -> None:
    """Train, quantize and export the models that are shipped."""
    names = only or list(catalogue.NAMES)
    for name in names:
        if name not in catalogue.NAMES:
            raise typer.BadParameter(
                f"unknown model {name!r}, expected one of {', '.join(catalogue.NAMES)}",
                param_hint="--only",
            )
    check_writable(out)
    with TrainingDisplay() as display:
        ship_models(out, names, display.start, display.update, display.advance)


def record(
    rows: Annotated[
        Path, typer.Option(help="Rows that `dlcomm ber --json` wrote (JSON or JSON lines).")
    ],
    min_errors: Annotated[
        int, typer.Option(min=1, help="The --min-errors that they were measured with.")
    ],
    max_messages: Annotated[
        int, typer.Option(min=1, help="The --max-messages that they were measured with.")
    ],
    models: Annotated[
        Path, typer.Option(help="Folder with one folder per model.")
    ] = Path("models"),
) -> None:
    """Write measured error rates into models and renew their cards."""
    found = read_rows(rows)
    for name in record_rows(models, found, min_errors, max_messages):
        Console().print(f"recorded {name}", highlight=False)


def record_accuracy(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE...", help="Files that `dlcomm accuracy --json` wrote."),
    ],
    models: Annotated[
        Path, typer.Option(help="Folder with one folder per model.")
    ] = Path("models"),
) -> None:
    """Write measured accuracies into classifiers and renew their cards."""
    found = [one for path in files for one in read_accuracies(path)]
    for name in record_accuracies(models, found):
        Console().print(f"recorded {name}", highlight=False)
