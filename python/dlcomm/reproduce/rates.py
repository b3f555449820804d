# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measured rates as text and as pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure

from ..measurement.curves import Curve, Rate
from ..measurement.plot import draw
from ..measurement.results import Row
from .item import Finding

_LEGEND_WIDTH = 125
_HANDLE_WIDTH = 9
"""In letters."""
_SIZE = (9.2, 5.8)
"""Inches; small enough that the text is readable at the width of a page."""


def bler_text(row: Row) -> str:
    """The block error rate of a row with interval and counts."""
    return (
        f"{row.bler:.3e} [{row.bler_low:.2e}, {row.bler_high:.2e}], "
        f"{row.block_errors:,} / {row.messages:,}"
    )


def row_at(rows: Sequence[Row], ebn0_db: float) -> Row | None:
    """The row at this Eb/N0; None when it was not measured."""
    return next((row for row in rows if row.ebn0_db == ebn0_db), None)


def nearest_row(rows: Sequence[Row], bler: float) -> Row | None:
    """The row whose block error rate is nearest to `bler`, as a ratio; None: no errors."""
    seen = [row for row in rows if row.block_errors]
    return min(seen, key=lambda row: max(row.bler / bler, bler / row.bler), default=None)


def draw_rates(
    curves: Mapping[str, Sequence[Row]],
    known: Sequence[Curve],
    min_errors: int,
    title: str,
) -> Figure:
    """The picture of block and bit error rates over Eb/N0.

    Args:
        curves: rows by what the legend calls them, in its order.
        known: closed forms, drawn as lines.
        min_errors: points with fewer block errors get open markers.
        title: heading.
    """
    rows = [replace(row, model=label) for label, found in curves.items() for row in found]
    figure = draw(rows, known, min_errors, title)
    figure.set_size_inches(*_SIZE)
    _narrow_legend(figure)
    return figure


def _narrow_legend(figure: Figure) -> None:
    """Set the legend again, in as many columns as the narrower picture has room for."""
    (legend,) = figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    handles = list(legend.legend_handles)
    legend.remove()
    longest = max(map(len, labels), default=0)
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=max(1, min(4, _LEGEND_WIDTH // (longest + _HANDLE_WIDTH))),
        frameon=False,
        fontsize=9,
        handlelength=3.2,
    )


def rate_findings(
    label: str, rows: Sequence[Row], known: Mapping[float, str] | None = None
) -> list[Finding]:
    """A finding for every point of a curve.

    Args:
        label: what is measured.
        rows: the points.
        known: the thesis's value by Eb/N0, where there is one.
    """
    known = known or {}
    return [
        Finding(
            f"{label}, BLER at {row.ebn0_db:g} dB", known.get(row.ebn0_db, ""), bler_text(row)
        )
        for row in rows
    ]


def interpolated(label: str, rows: Sequence[Row]) -> Curve:
    """Measured rows as a line without markers; straight on the logarithmic scale.

    Args:
        label: what the legend calls it.
        rows: points of one curve; those without errors are left out.
    """
    seen = sorted((row for row in rows if row.block_errors), key=lambda row: row.ebn0_db)
    if not seen:
        return Curve(label, None, None)
    ebn0 = [row.ebn0_db for row in seen]

    def rate(name: str) -> Rate:
        """The line through one rate of the rows."""
        logarithms = np.log([getattr(row, name) for row in seen])
        return lambda db: float(
            np.exp(np.interp(db, ebn0, logarithms, left=np.nan, right=np.nan))
        )

    return Curve(label, rate("bler"), rate("ber"))


def pair_text(rows: Sequence[Row], reference: Sequence[Row], ebn0_db: float) -> str | None:
    """Two block error rates at one Eb/N0 and their ratio; None: one was not measured."""
    own, best = row_at(rows, ebn0_db), row_at(reference, ebn0_db)
    if own is None or best is None or not best.block_errors:
        return None
    return f"{bler_text(own)}; {bler_text(best)}; ratio {own.bler / best.bler:.3f}"
