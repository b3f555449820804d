# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Lists of Eb/N0 as text: ``4``, ``0,2,4.5`` or ``START:STOP:STEP``."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

MAX_POINTS = 1000
LIMIT_DB = 100
FORMS = "a number, a list A,B,... or START:STOP:STEP, all in dB"


def parse_ebn0(text: str) -> tuple[float, ...]:
    """The values that `text` stands for, ascending, each once.

    A range includes STOP when STOP - START is a multiple of STEP. Numbers are decimal,
    so 0:1:0.1 is exactly 0, 0.1, ..., 1.

    Raises:
        ValueError: one line that says what was found and what was expected.
    """
    if ":" not in text:
        return tuple(sorted({float(_number(text, part)) for part in text.split(",")}))
    parts = text.split(":")
    if len(parts) != 3:
        raise _error(text, f"{len(parts)} parts", FORMS)
    start, stop, step = (_number(text, part) for part in parts)
    if step <= 0:
        raise _error(text, f"step {step}", "a step above 0")
    if stop < start:
        raise _error(text, f"stop {stop} below start {start}", "START <= STOP")
    if stop - start > step * (MAX_POINTS - 1):
        raise _error(text, f"more than {MAX_POINTS} points", "a larger step")
    count = int((stop - start) / step) + 1
    return tuple(float(start + index * step) for index in range(count))


def _number(text: str, part: str) -> Decimal:
    """The number `part` of `text`, within +/-100 dB."""
    try:
        value = Decimal(part.strip())
    except InvalidOperation:
        raise _error(text, repr(part), FORMS) from None
    if not value.is_finite() or abs(value) > LIMIT_DB:
        raise _error(text, repr(part), f"a number from -{LIMIT_DB} to {LIMIT_DB} dB")
    # Zero is one number, not two: -0 would be another row and another seed.
    return value or Decimal(0)


def _error(text: str, found: str, expected: str) -> ValueError:
    """The one-line error about the list `text`."""
    return ValueError(f"Eb/N0 {text!r}: found {found}, expected {expected}")
