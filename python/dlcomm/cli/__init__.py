# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The command line ``dlcomm``.

Every command is a module of this package that holds a Typer application called ``app``.
It is imported when it is used, and imports what is slow (plots, SciPy, training) inside
its functions, so that ``dlcomm --help`` answers at once.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence

import click
import typer
from typer.core import TyperCommand, TyperGroup

from .errors import run_guarded

_COMMANDS = {
    "models": "List the models, or tell all about one of them.",
    "ber": "Measure bit and block error rates by running flowgraphs.",
    "accuracy": "Measure how often classifiers are right over SNR by running flowgraphs.",
    "bench": "Measure throughput and latency beside what else could be used.",
    "pareto": "Compress a model in many ways and show what each costs.",
    "tx": "Send a file over a radio.",
    "rx": "Receive a file over a radio.",
    "classify": "Say which modulation a recording or a radio carries.",
    "dataset": "Make, load and look at data sets for modulation recognition.",
    "reproduce": "Make figures and tables of the thesis again.",
    "train": "Train and export models (needs torch).",
    "compress": "Make a model smaller: quantize, prune, factorize, distil (needs torch).",
}


class _LazyGroup(TyperGroup):
    """A group whose commands are modules, imported when they run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the commands, in the order of the help text."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A stand-in that has the name and the help line; None: no such command."""
        if cmd_name not in _COMMANDS:
            return None
        return TyperCommand(cmd_name, help=_COMMANDS[cmd_name])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is to run, imported, and its arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        if name in _COMMANDS:
            module = importlib.import_module(f"{__name__}.{name}")
            command = typer.main.get_command(module.app)
            command.name = name
        return name, command, rest


app = typer.Typer(
    cls=_LazyGroup,
    add_completion=False,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _root(context: typer.Context) -> None:
    """Learned radio links in GNU Radio: list models, measure, benchmark, train, compress."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: the arguments after the program's name; None: those of the process.

    Returns:
        Exit status: 0 done, 1 failure, 2 wrong usage, 130 interrupted. Errors have then
        been told on standard error, in one line.
    """
    return run_guarded(typer.main.get_command(app), arguments)
