# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The command line of the toolchain: ``link``, ``two-users``, ``compress``,
``ship`` and ``record``.

Exit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted. Errors are one line on stderr.
"""

from __future__ import annotations

import sys

import typer

from dlcomm_train.cli.compress import compress
from dlcomm_train.cli.link import link
from dlcomm_train.cli.ship import record, ship
from dlcomm_train.cli.two_users import two_users
from dlcomm_train.contract import ContractError
from dlcomm_train.shipping.measured import RowsError

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Train learned links, quantize them and export them for the blocks.",
)

for _command in (link, two_users, compress, ship, record):
    app.command()(_command)


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
