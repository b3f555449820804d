# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The command line of the toolchain: ``link``, ``two-users``, ``classifier``, ``ship``,
``record``, ``record-accuracy`` and ``compress``.

Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Errors are one line on stderr.
"""

from __future__ import annotations

import sys

import typer

from dlcomm_train.cli.classifier import classifier
from dlcomm_train.cli.compress import compress
from dlcomm_train.cli.link import link
from dlcomm_train.cli.ship import record, record_accuracy, ship
from dlcomm_train.cli.techniques import StepsCommand
from dlcomm_train.cli.two_users import two_users
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.contract import ContractError
from dlcomm_train.shipping.measured import RowsError


def _typer(text: str) -> typer.Typer:
    return typer.Typer(
        add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help=text
    )


app = _typer("Train learned links, compress them and export them for the blocks.")
training = _typer("Train learned links and export them for the blocks.")
"""What ``dlcomm train`` offers: the commands but ``compress``, which ``dlcomm`` has itself."""

for _command in (link, two_users, classifier, ship, record, record_accuracy):
    app.command()(_command)
    training.command()(_command)
app.command(cls=StepsCommand)(compress)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; every failure is one line and an exit status.

    Args:
        arguments: the words after the program's name; left out, those of the process.

    Raises:
        SystemExit: always, with the exit status.
    """
    try:
        app(arguments, prog_name="python -m dlcomm_train")
    except (CompressError, ContractError, RowsError, RuntimeError) as error:
        _fail(str(error))
    except OSError as error:
        _fail(f"{error.filename or 'file'}: {error.strerror or error}")


def _fail(message: str) -> None:
    print(f"error: {message}", file=sys.stderr)
    sys.exit(1)
