# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""At which Eb/N0 a measured curve reaches an error rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..measurement.results import Row


@dataclass(frozen=True)
class Crossing:
    """Where a curve passes an error rate.

    Attributes:
        ebn0_db: Eb/N0 in dB.
        margin_db: half the width of its 95 % interval, in dB.
    """

    ebn0_db: float
    margin_db: float

    def __str__(self) -> str:
        """As people write it, with its margin."""
        return f"{self.ebn0_db:.2f} ± {self.margin_db:.2f} dB"


def crossing(rows: Sequence[Row], bler: float) -> Crossing | None:
    """Where the curve through `rows` falls to `bler`.

    Between two points the logarithm of the rate is taken as a straight line. The margin is
    that of the block error rate there, over the slope.

    Args:
        rows: points of one curve.
        bler: block error rate, above 0.

    Returns:
        None when the measured points do not enclose `bler`.
    """
    seen = sorted((row for row in rows if row.block_errors), key=lambda row: row.ebn0_db)
    for left, right in zip(seen, seen[1:], strict=False):
        if left.bler >= bler > right.bler:
            span = right.ebn0_db - left.ebn0_db
            slope = math.log(left.bler / right.bler) / span
            part = math.log(left.bler / bler) / slope / span
            widths = [math.log(row.bler_high / row.bler_low) / 2 for row in (left, right)]
            margin = float(np.interp(part, (0, 1), widths)) / slope
            return Crossing(left.ebn0_db + part * span, margin)
    return None


def gap(worse: Crossing | None, better: Crossing | None) -> Crossing | None:
    """How many dB `worse` needs more than `better`; None where one is not known.

    The margin takes both curves as independent; curves of one (n, k) share messages and
    noise, so the true margin is smaller.
    """
    if worse is None or better is None:
        return None
    return Crossing(
        worse.ebn0_db - better.ebn0_db, math.hypot(worse.margin_db, better.margin_db)
    )


def told(value: Crossing | None) -> str:
    """`value` as text, also where there is none."""
    return "not among the measured points" if value is None else str(value)


def beside(own: Crossing | None, other: Crossing | None) -> str:
    """Both as text, and how many dB `own` needs more, where both are known."""
    difference = gap(own, other)
    text = f"{told(own)}; {told(other)}"
    return text if difference is None else f"{text}; {difference}"
