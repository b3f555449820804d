# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The picture of a Pareto run: block error rate over everything that can be saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..measurement.files import write_atomic
from ..measurement.plot import plot_format
from .table import COSTS, SPEED, Design

_LABELS = {
    "file_bytes": "bytes of the two model files",
    "nonzero_macs": "multiply-accumulates per message, zero weights left out",
    "bit_operations": "bit operations per message",
    SPEED: "messages/s of the decoder in a flowgraph",
}
_FRONT, _OTHER, _SOURCE = "#0b5fa5", "0.72", "#b3261e"
_KEY_COLUMNS = 2
_LINE = 0.19
"""Height of a line of the key, in inches."""


def write_picture(path: Path, found: Sequence[Design], title: str) -> None:
    """Draw designs and write the picture, atomically.

    Args:
        path: file ending in .png, .pdf or .svg.
        found: the designs.
        title: heading of the picture.

    Raises:
        ValueError: the ending is another.
        OSError: the folder or the disk does not take the file.
    """
    ending = plot_format(path)
    figure = draw(found, title)
    write_atomic(
        path, lambda file: figure.savefig(file, format=ending, dpi=150, facecolor="white")
    )


def numbers(found: Sequence[Design]) -> dict[str, int]:
    """Numbers, by id, of the designs that are on a front, in their order, from 1."""
    on = [design.outcome.candidate.id for design in found if design.fronts]
    return {name: number for number, name in enumerate(on, start=1)}


def draw(found: Sequence[Design], title: str) -> Figure:
    """The picture; arguments as `write_picture`."""
    number = numbers(found)
    shown = [*COSTS, *([SPEED] if any(design.speed for design in found) else [])]
    lines = -(-len(number) // _KEY_COLUMNS)
    figure = Figure(figsize=(12.5, 8.6 + _LINE * lines), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=13)
    above, key = figure.subfigures(2, 1, height_ratios=[8.2, 0.4 + _LINE * lines])
    panels = above.subplots(2, 2, sharey=True).ravel()
    for axes, cost in zip(panels, shown, strict=False):
        _panel(axes, found, cost, number)
    for axes in panels[len(shown) :]:
        axes.set_visible(False)
    for axes in panels[::2]:
        axes.set_ylabel("block error rate")
    _key(key, found, number)
    return figure


def _panel(
    axes: Axes, found: Sequence[Design], cost: str, number: Mapping[str, int]
) -> None:
    """Block error rate over one cost, or over speed; the front as steps."""
    axes.set(xscale="log", yscale="log", xlabel=_LABELS[cost])
    axes.grid(which="major", color="0.88", lw=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    places = {}
    for design in found:
        x, row = _value(design, cost), design.outcome.row
        if x is None:
            continue
        on = cost in design.fronts
        colour = _FRONT if on else _OTHER
        # Without any error, the upper limit is all that is known.
        y = row.bler if row.block_errors else row.bler_high
        error = [[y - row.bler_low], [row.bler_high - y]] if row.block_errors else None
        axes.errorbar(
            x, y, yerr=error, color=colour, ecolor=colour, elinewidth=0.9, zorder=3 if on else 2,
            marker="o" if row.block_errors else r"$\downarrow$", markersize=5.5 if on else 4,
        )  # fmt: skip
        if design.outcome.candidate.is_source:
            axes.plot(x, y, marker="*", color=_SOURCE, markersize=13, zorder=4)
        if on:
            places[x, y] = [*places.get((x, y), []), number[design.outcome.candidate.id]]
    for (x, y), names in places.items():
        axes.annotate(
            ", ".join(map(str, names)), (x, y), textcoords="offset points", xytext=(5, 5),
            fontsize=8.5, color=_FRONT, zorder=5,
        )  # fmt: skip
    front = sorted(places)
    if front:
        # What the front gives up: from one point to the next nothing better is known.
        where = "pre" if cost == SPEED else "post"
        axes.step(*zip(*front, strict=True), where=where, color=_FRONT, lw=1.2, alpha=0.6)


def _value(design: Design, cost: str) -> float | None:
    """Where a design stands on the axis of `cost`; None: nowhere."""
    if cost == SPEED:
        return None if design.speed is None else design.speed.median
    return getattr(design.outcome.costs, cost)


def _key(figure: Figure, found: Sequence[Design], number: Mapping[str, int]) -> None:
    """What the marks and the numbers mean."""
    handles = [
        Line2D([], [], color=_FRONT, marker="o", lw=1.2, label="on the front of this panel"),
        Line2D([], [], color=_OTHER, marker="o", lw=0, label="dominated"),
        Line2D([], [], color=_SOURCE, marker="*", markersize=12, lw=0, label="as it is"),
        Line2D([], [], color="0.3", lw=0, marker="|", markersize=9, label="95 % interval"),
    ]
    if any(not design.outcome.row.block_errors for design in found):
        label = "no error seen: upper limit (95 %)"
        handles.append(
            Line2D([], [], color="0.3", lw=0, marker=r"$\downarrow$", label=label)
        )
    figure.legend(handles=handles, loc="upper center", ncols=5, frameon=False, fontsize=9)
    label = {one.outcome.candidate.id: one.outcome.candidate.label for one in found}
    texts = [f"{index}  {label[name]}" for name, index in number.items()]
    rows = -(-len(texts) // _KEY_COLUMNS)
    height = 0.4 + _LINE * rows
    for index, text in enumerate(texts):
        column, row = divmod(index, rows)
        place = (0.03 + column / _KEY_COLUMNS, 1.0 - (0.4 + _LINE * row) / height)
        figure.text(*place, text, fontsize=8.5, va="top", ha="left")
