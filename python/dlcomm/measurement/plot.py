# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The picture of a sweep: block and bit error rate over Eb/N0."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from .curves import Curve, sample
from .files import write_atomic
from .results import Row

FORMATS = ("png", "pdf", "svg")
_THEORY_STYLES = ("--", ":", "-.", (0, (6, 1.5, 1, 1.5, 1, 1.5)), (0, (1, 3)), (0, (9, 2)))
MARKERS = "osD^vPX<>hp*"
COLOURS = (
    "#0b5fa5", "#e07b00", "#1b8a5a", "#b3261e", "#7a4fbf", "#8a5a2b",
    "#d0479c", "#4a4a4a", "#7f8f00", "#0099b0", "#f2b600", "#5c77a8",
)  # fmt: skip


def plot_format(path: Path) -> str:
    """The file format that the ending of `path` asks for.

    Raises:
        ValueError: one line, when it is none that can be drawn.
    """
    ending = path.suffix.lower().lstrip(".")
    if ending not in FORMATS:
        raise ValueError(
            f"{path}: found the ending {path.suffix!r}, expected one of "
            f"{', '.join('.' + name for name in FORMATS)}"
        )
    return ending


def write_plot(
    path: Path, rows: Sequence[Row], curves: Sequence[Curve], min_errors: int, title: str
) -> None:
    """Draw a sweep and write the picture, atomically.

    Args:
        path: file ending in .png, .pdf or .svg.
        rows: measured points.
        curves: known curves, drawn in grey behind the points.
        min_errors: points with fewer block errors get open markers.
        title: heading of the picture.

    Raises:
        ValueError: the ending is another.
        OSError: the folder or the disk does not take the file.
    """
    ending = plot_format(path)
    figure = draw(rows, curves, min_errors, title)
    write_atomic(
        path, lambda file: figure.savefig(file, format=ending, dpi=150, facecolor="white")
    )


def draw(rows: Sequence[Row], curves: Sequence[Curve], min_errors: int, title: str) -> Figure:
    """The picture of a sweep; arguments as `write_plot`."""
    figure = Figure(figsize=(11.5, 7.2), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=13)
    left, right = figure.subplots(1, 2, sharex=True)
    ebn0 = [row.ebn0_db for row in rows]
    # A single point gets a little curve to either side.
    margin = 0.5 if len(set(ebn0)) == 1 else 0.0
    grid = np.linspace(min(ebn0) - margin, max(ebn0) + margin, 41) if rows else np.empty(0)
    _panel(left, rows, "bler", min_errors)
    _panel(right, rows, "ber", min_errors)
    for style, curve in _styled(curves):
        for axes, rate in ((left, curve.bler), (right, curve.ber)):
            if rate is not None and len(grid) > 1:
                axes.plot(
                    grid, sample(rate, grid), color="0.45", linestyle=style, lw=1.2, zorder=1
                )
    left.set_ylabel("block error rate")
    right.set_ylabel("bit error rate")
    for axes, rate in ((left, "bler"), (right, "ber")):
        _finish(axes, rows, rate)
    figure.legend(
        handles=_legend(rows, curves, min_errors),
        loc="outside lower center",
        ncols=4,
        frameon=False,
        fontsize=9,
        handlelength=3.2,
    )
    return figure


def _panel(axes: Axes, rows: Sequence[Row], rate: str, min_errors: int) -> None:
    """Draw the measured points of `rate` (``bler`` or ``ber``), a line per model."""
    axes.set_yscale("log")
    for model, style in _styles(rows).items():
        points = [r for r in rows if r.model == model and r.block_errors > 0]
        x = [row.ebn0_db for row in points]
        y = np.array([getattr(row, rate) for row in points])
        low = np.array([getattr(row, rate + "_low") for row in points])
        high = np.array([getattr(row, rate + "_high") for row in points])
        if points:
            axes.errorbar(
                x, y, yerr=np.stack([y - low, high - y]),
                color=style.colour, lw=style.width, elinewidth=1.1, capsize=2.5, zorder=3,
            )  # fmt: skip
        for row in (row for row in rows if row.model == model):
            _marker(axes, row, rate, style, min_errors)


def _marker(axes: Axes, row: Row, rate: str, style: _Style, min_errors: int) -> None:
    """Mark one point: filled, open with few errors, an arrow down with none."""
    if row.block_errors == 0:
        axes.plot(
            row.ebn0_db, getattr(row, rate + "_high"),
            marker=r"$\downarrow$", color=style.colour, markersize=10, zorder=4,
        )  # fmt: skip
        return
    axes.plot(
        row.ebn0_db, getattr(row, rate),
        marker=style.marker, color=style.colour, markersize=style.size, zorder=4,
        markerfacecolor=style.colour if row.block_errors >= min_errors else "white",
    )  # fmt: skip


def _finish(axes: Axes, rows: Sequence[Row], rate: str) -> None:
    """Limits, grid and label of a panel: what was measured fills it."""
    axes.set_xlabel("$E_b/N_0$ in dB")
    axes.grid(which="major", color="0.85", lw=0.8)
    axes.grid(which="minor", color="0.93", lw=0.5)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    if not rows:
        return
    seen = [row for row in rows if row.block_errors > 0]
    bottom = min(
        [getattr(row, rate + "_low") for row in seen]
        + [getattr(row, rate + "_high") / 2 for row in rows if row not in seen]
    )
    top = max(getattr(row, rate + "_high") for row in rows)
    axes.set_ylim(0.7 * bottom, min(1.0, 1.8 * top))
    ebn0 = [row.ebn0_db for row in rows]
    margin = 0.03 * (max(ebn0) - min(ebn0)) or 0.5
    axes.set_xlim(min(ebn0) - margin, max(ebn0) + margin)


def _legend(rows: Sequence[Row], curves: Sequence[Curve], min_errors: int) -> list[Line2D]:
    """Legend entries: the models, the known curves, what open markers mean."""
    handles = [
        Line2D(
            [],
            [],
            color=style.colour,
            marker=style.marker,
            lw=style.width,
            markersize=style.size,
            label=model,
        )  # fmt: skip
        for model, style in _styles(rows).items()
    ]
    handles += [
        Line2D([], [], color="0.45", linestyle=style, lw=1.2, label=curve.label)
        for style, curve in _styled(curves)
    ]
    if any(0 < row.block_errors < min_errors for row in rows):
        handles.append(
            Line2D(
                [],
                [],
                color="0.2",
                marker="o",
                markerfacecolor="white",
                lw=0,
                label=f"open: fewer than {min_errors} block errors",
            )  # fmt: skip
        )
    if any(row.block_errors == 0 for row in rows):
        handles.append(
            Line2D(
                [],
                [],
                color="0.2",
                marker=r"$\downarrow$",
                markersize=10,
                lw=0,
                label="no error seen: upper limit (95 %)",
            )  # fmt: skip
        )
    return handles


@dataclass(frozen=True)
class _Style:
    """How a model is drawn.

    Attributes:
        colour: of line and marker.
        marker: shape of the marker.
        size: of the marker, in points.
        width: of the line, in points.
    """

    colour: str
    marker: str
    size: float
    width: float


def _styles(rows: Sequence[Row]) -> dict[str, _Style]:
    """The style of every model, in the order of the rows.

    Curves of one message length often lie on each other (a network and its int8 form,
    say). What is drawn first is drawn larger, so that it shows around what comes later.
    """
    bits = {row.model: row.bits // row.messages for row in rows}
    colours, markers = _cycle(COLOURS, len(bits)), _cycle(MARKERS, len(bits))
    styles = {}
    for model, colour, marker in zip(bits, colours, markers, strict=True):
        alike = [other for other in bits if bits[other] == bits[model]]
        above = (len(alike) - 1 - alike.index(model)) / max(2, len(alike) - 1)
        styles[model] = _Style(colour, marker, 5.5 + 6.0 * above, 1.3 + 2.2 * above)
    return styles


def _styled(curves: Sequence[Curve]) -> list[tuple[Any, Curve]]:
    """The known curves, each with its line style."""
    return list(zip(_cycle(_THEORY_STYLES, len(curves)), curves, strict=True))


def _cycle(values: Sequence[Any], count: int) -> list[Any]:
    """The first `count` of `values`, over and over."""
    return [values[index % len(values)] for index in range(count)]
