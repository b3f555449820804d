# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Handing a command over to the training package, which needs torch."""

from __future__ import annotations

import click
import typer

from .errors import Failure

HANDED_OVER = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    # The training package answers --help itself.
    "help_option_names": [],
}
"""Settings of a command that hands all its arguments over."""


def hand_over(context: typer.Context, app: str, command: str | None = None) -> None:
    """Run a command line of the training package with the arguments of `context`.

    Without any argument, it shows its help.

    Args:
        context: of the command that hands over.
        app: name of the Typer application in ``dlcomm_train.cli``.
        command: the one command of it that is meant; None: the first argument names it.

    Raises:
        Failure: the training package, or what it needs, is not installed.
    """
    try:
        from dlcomm_train import cli
    except ModuleNotFoundError as error:
        raise Failure(
            f"{context.info_name}: the Python package {error.name!r} is missing; it needs the "
            "packages of requirements/train.txt"
        ) from error
    found = typer.main.get_command(getattr(cli, app))
    if command is not None:
        found = found.get_command(context, command)
    status = found.main(
        args=context.args or ["--help"], prog_name=context.command_path, standalone_mode=False
    )
    if isinstance(status, int) and status:
        raise click.exceptions.Exit(status)
