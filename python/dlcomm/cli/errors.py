# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How the command line ends: one clear line and the right exit status."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence

import click

USAGE = 2
FAILURE = 1
INTERRUPTED = 130
TRACEBACK_VARIABLE = "DLCOMM_TRACEBACK"
"""Set this environment variable to see where an error comes from."""


class Failure(click.ClickException):
    """Something failed that was asked for correctly: exit status 1."""

    exit_code = FAILURE


class Interrupted(click.ClickException):
    """The person at the keyboard ended the work: exit status 130."""

    exit_code = INTERRUPTED


def run_guarded(command: click.Command, arguments: Sequence[str] | None) -> int:
    """Run a command; turn every exception into one line on standard error.

    Args:
        command: the command.
        arguments: its arguments; None: those of the process.

    Returns:
        The exit status.
    """
    name = "dlcomm"
    try:
        status = command.main(
            args=None if arguments is None else list(arguments),
            prog_name=name,
            standalone_mode=False,
        )
        sys.stdout.flush()
    except click.ClickException as error:
        if error.exit_code != INTERRUPTED and _stems_from_interrupt(error):
            return _tell(name, KeyboardInterrupt(), INTERRUPTED)
        context = getattr(error, "ctx", None)
        return _tell(context.command_path if context else name, error, error.exit_code)
    except (KeyboardInterrupt, click.Abort) as error:
        return _tell(name, error, INTERRUPTED)
    except BrokenPipeError:
        # The reader of our output has gone; there is nobody left to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILURE
    except Exception as error:
        status = INTERRUPTED if _stems_from_interrupt(error) else FAILURE
        return _tell(name, error, status)
    return status if isinstance(status, int) else 0


@contextlib.contextmanager
def usage_errors(option: str = "") -> Iterator[None]:
    """Turn a wrong value found inside into a usage error.

    Args:
        option: the option that the value belongs to, named in the message.
    """
    try:
        yield
    except (ValueError, RuntimeError, OSError) as error:
        text = one_line(error)
        raise click.UsageError(f"{option}: {text}" if option else text) from error


@contextlib.contextmanager
def failures() -> Iterator[None]:
    """Turn what goes wrong inside, in work asked for correctly, into a failure."""
    try:
        yield
    except (ValueError, RuntimeError, OSError) as error:
        raise Failure(one_line(error)) from error


def one_line(error: BaseException) -> str:
    """The text of an exception on one line; its kind when it has no text."""
    if isinstance(error, click.ClickException):
        text = error.format_message()
    elif isinstance(error, OSError) and error.filename and error.strerror:
        text = f"{error.filename}: {error.strerror}"
    else:
        text = str(error)
    return " ".join(text.split()) or type(error).__name__


def _stems_from_interrupt(error: BaseException) -> bool:
    """Whether Ctrl-C is behind an exception: in an import it becomes an ImportError."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, KeyboardInterrupt):
        cause = cause.__cause__ or cause.__context__
    return cause is not None


def _tell(name: str, error: BaseException, status: int) -> int:
    """Print the one line about `error` and give back `status`."""
    if os.environ.get(TRACEBACK_VARIABLE):
        raise error
    if status == INTERRUPTED and not isinstance(error, Interrupted):
        print(f"{name}: interrupted", file=sys.stderr)
    elif status == INTERRUPTED:
        print(f"{name}: interrupted: {one_line(error)}", file=sys.stderr)
    else:
        print(f"{name}: error: {one_line(error)}", file=sys.stderr)
    return status
