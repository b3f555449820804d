# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Values of options that several commands have."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

import typer

from .errors import usage_errors

MAX_SEED = 2**63 - 1
MAX_COUNT = 10**12
MAX_JOBS = 256


def count(text: str | int) -> int:
    """A whole number from 1 to `MAX_COUNT`, also written as 1e8."""
    try:
        value = Decimal(str(text).strip())
    except InvalidOperation:
        value = Decimal(0)
    whole = value.is_finite() and value == value.to_integral_value()
    if not whole or not 1 <= value <= MAX_COUNT:
        raise typer.BadParameter(
            f"found {str(text)!r}, expected a whole number from 1 to 1e12, such as 1e8"
        )
    return int(value)


def seed_number(text: str | int) -> int:
    """A whole number from 0 to `MAX_SEED`."""
    text = str(text).strip()
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_SEED):
        raise typer.BadParameter(
            f"found {text!r}, expected a whole number from 0 to {MAX_SEED}"
        )
    return int(text)


def usable_scheduler(scheduler: str | None) -> None:
    """Make sure that ``--scheduler``, where it is given, can be an address.

    Raises:
        click.UsageError: it cannot.
    """
    if scheduler is not None:
        from ..cluster.connect import check_address

        with usage_errors("--scheduler"):
            check_address(scheduler)
