# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What ``dlcomm dataset generate`` is told, checked before long work begins."""

from __future__ import annotations

from dlcomm_train.datasets.manifest import MODULATIONS, SNRS_DB

LIMIT_DB = 100
FORMS = f"whole numbers from -{LIMIT_DB} to {LIMIT_DB}: A,B,... or START:STOP:STEP"


def chosen_modulations(text: str | None) -> tuple[str, ...]:
    """Classes that are named in a list, in their usual order; None: all.

    Raises:
        ValueError: one line, when a name is no class.
    """
    if text is None:
        return MODULATIONS
    names = {name.strip() for name in text.split(",")}
    for name in sorted(names - set(MODULATIONS)):
        raise ValueError(f"found {name!r}, expected some of {', '.join(MODULATIONS)}")
    return tuple(name for name in MODULATIONS if name in names)


def chosen_snrs(text: str | None) -> tuple[int, ...]:
    """SNR labels in dB that `text` stands for, ascending, each once; None: those of RadioML.

    Raises:
        ValueError: one line that says what was found and what was expected.
    """
    if text is None:
        return SNRS_DB
    wrong = ValueError(f"found {text!r}, expected {FORMS}")
    try:
        numbers = [int(part) for part in text.split(":" if ":" in text else ",")]
    except ValueError:
        raise wrong from None
    if any(abs(number) > LIMIT_DB for number in numbers):
        raise wrong
    if ":" not in text:
        return tuple(sorted(set(numbers)))
    if len(numbers) != 3 or numbers[2] < 1 or numbers[1] < numbers[0]:
        raise wrong
    start, stop, step = numbers
    return tuple(range(start, stop + 1, step))
