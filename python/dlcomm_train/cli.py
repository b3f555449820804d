# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The command line of the toolchain: ``ship``, ``link`` and ``record``.

Exit status: 0 done, 1 failed, 2 wrong usage. Errors are one line on stderr.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError
from rich.console import Console

from dlcomm_train import catalogue
from dlcomm_train.config import LinkConfig
from dlcomm_train.contract import ContractError
from dlcomm_train.measured import RowsError, read_rows
from dlcomm_train.measured import record as record_rows
from dlcomm_train.networks import Form
from dlcomm_train.normalisation import PowerNorm
from dlcomm_train.reporting import TrainingDisplay
from dlcomm_train.ship import make_link
from dlcomm_train.ship import ship as ship_models

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Train learned links, quantize them and export them for the blocks.",
)

OutOption = Annotated[Path, typer.Option(help="Folder that gets one folder per model.")]


@app.command()
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
    _check_writable(out)
    with TrainingDisplay() as display:
        ship_models(out, names, display.start, display.update)


@app.command()
def link(
    n: Annotated[int, typer.Option(help="Real channel uses per message.")],
    k: Annotated[int, typer.Option(help="Bits per message, 1 to 8.")],
    out: OutOption,
    form: Annotated[
        Form, typer.Option(help="thesis: one hidden layer each side; compact: none.")
    ] = "compact",
    name: Annotated[
        str | None, typer.Option(help="Name of the link [default: ae_N_K or ae_N_K_compact].")
    ] = None,
    ebn0: Annotated[
        float, typer.Option(help="Training Eb/N0 in dB.")
    ] = LinkConfig.model_fields["ebn0_db"].default,
    steps: Annotated[
        int, typer.Option(help="Optimiser steps per seed.")
    ] = LinkConfig.model_fields["steps"].default,
    batch: Annotated[
        int, typer.Option(help="Messages per step.")
    ] = LinkConfig.model_fields["batch"].default,
    learning_rate: Annotated[
        float, typer.Option(help="Peak of the one-cycle schedule.")
    ] = LinkConfig.model_fields["learning_rate"].default,
    seed: Annotated[
        list[int] | None,
        typer.Option(help="Seed (repeatable: the best is kept) [default: 1]."),
    ] = None,
    power_norm: Annotated[
        PowerNorm, typer.Option(help="Unit power on average or of every codeword.")
    ] = "average",
    int8: Annotated[bool, typer.Option(help="Write an int8 version as well.")] = False,
) -> None:
    """Train one link of your own."""
    suffix = "_compact" if form == "compact" else ""
    try:
        config = LinkConfig(
            name=name if name is not None else f"ae_{n}_{k}{suffix}",
            n=n,
            k=k,
            form=form,
            power_norm=power_norm,
            ebn0_db=ebn0,
            steps=steps,
            batch=batch,
            learning_rate=learning_rate,
            seeds=tuple(seed or [1]),
        )
    except ValidationError as error:
        raise typer.BadParameter(_first_problem(error)) from None
    _check_writable(out)
    with TrainingDisplay() as display:
        display.start(config.name, config)
        make_link(config, out, int8, display.update)


@app.command()
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


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every failure is one line and an exit status.

    Args:
        arguments: the words after the program's name; left out, those of the process.

    Raises:
        SystemExit: always, with the exit status.
    """
    try:
        app(arguments, prog_name="python -m dlcomm_train")
    except (ContractError, RowsError, RuntimeError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or 'file'}: {error.strerror or error}")


def _fail(message: str) -> None:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(1)


def _check_writable(out: Path) -> None:
    """Find out before the training, not after it, that nothing can be written.

    Raises:
        OSError: `out` is not a folder that can be written to.
    """
    out.mkdir(parents=True, exist_ok=True)
    if not os.access(out, os.W_OK | os.X_OK):
        raise PermissionError(13, "cannot be written to", str(out))


def _first_problem(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    text = first["msg"].removeprefix("Value error, ")
    if not where:
        return text
    return f"{where} is {first['input']!r}: {text[0].lower()}{text[1:]}"
