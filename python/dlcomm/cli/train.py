# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm train``: hands its arguments to the training package."""

from __future__ import annotations

import click
import typer

from .errors import Failure

app = typer.Typer(add_completion=False)


@app.command(
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        # The training package answers --help itself.
        "help_option_names": [],
    },
)
def train(context: typer.Context) -> None:
    """Train, export and compress models (needs torch): dlcomm train --help."""
    try:
        from dlcomm_train.cli import app as training
    except ModuleNotFoundError as error:
        raise Failure(
            f"train: the Python package {error.name!r} is missing; training needs the "
            "packages of requirements/train.txt"
        ) from error
    command = typer.main.get_command(training)
    arguments = context.args
    if not arguments:
        arguments = ["--help"]
    status = command.main(args=arguments, prog_name=context.command_path, standalone_mode=False)
    if isinstance(status, int) and status:
        raise click.exceptions.Exit(status)
