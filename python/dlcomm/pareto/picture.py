# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The picture of a Pareto run: the share of errors over everything that can be saved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import EngFormatter, LogLocator, NullFormatter

from ..measurement.files import write_atomic
from ..measurement.plot import plot_format
from .subject import Words
from .table import Design

_FRONT, _OTHER, _SOURCE = "#0b5fa5", "0.72", "#b3261e"
_TICKS = (1.0, 2.0, 3.0, 5.0, 7.0)
_HALF = 78
"""Letters of the key that fit into half of the picture's width."""
_LINE = 0.19
"""Height of a line of the key, in inches."""
_PANEL_HEIGHT = 4.1
_PANEL_COLUMNS = 2


def write_picture(path: Path, found: Sequence[Design], title: str, words: Words) -> None:
    """Draw designs and write the picture, atomically.

    Args:
        path: file ending in .png, .pdf or .svg.
        found: the designs.
        title: heading of the picture.
        words: what is drawn, and what it is called.

    Raises:
        ValueError: the ending is another.
        OSError: the folder or the disk does not take the file.
    """
    ending = plot_format(path)
    figure = draw(found, title, words)
    write_atomic(
        path, lambda file: figure.savefig(file, format=ending, dpi=150, facecolor="white")
    )


def numbers(found: Sequence[Design]) -> dict[str, int]:
    """Numbers, by id, of the designs that are on a front, in their order, from 1."""
    on = [design.outcome.candidate.id for design in found if design.fronts]
    return {name: number for number, name in enumerate(on, start=1)}


def draw(found: Sequence[Design], title: str, words: Words) -> Figure:
    """The picture; arguments as `write_picture`."""
    number = numbers(found)
    labels = dict(words.costs)
    if any(design.speed for design in found):
        labels[words.speed] = words.speed_label
    texts, rows = _key_columns(found, number), -(-len(labels) // _PANEL_COLUMNS)
    heights = [_PANEL_HEIGHT * rows, 0.4 + _LINE * len(texts[0])]
    figure = Figure(figsize=(12.5, sum(heights)), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=13)
    above, key = figure.subfigures(2, 1, height_ratios=heights)
    panels = above.subplots(rows, _PANEL_COLUMNS, sharey=True, squeeze=False).ravel()
    for axes, (cost, label) in zip(panels, labels.items(), strict=False):
        _panel(axes, found, (cost, label), words, number)
    for axes in panels[len(labels) :]:
        axes.set_visible(False)
    for axes in panels[::_PANEL_COLUMNS]:
        axes.set_ylabel(words.error)
    panels[0].set_ylim(*_limits(found, words.logarithmic))
    _key(key, found, texts)
    return figure


def _limits(found: Sequence[Design], logarithmic: bool) -> tuple[float, float]:
    """Limits of the share of errors."""
    shown = [design.outcome.counts.shown for design in found]
    low = min(share.low if share.errors else share.high / 2 for share in shown)
    high = max(share.high for share in shown)
    if logarithmic:
        return 0.8 * low, min(1.1, 1.25 * high)
    return max(0.0, low - 0.08 * (high - low)), min(1.0, high + 0.08 * (high - low))


def _panel(
    axes: Axes,
    found: Sequence[Design],
    cost_and_label: tuple[str, str],
    words: Words,
    number: Mapping[str, int],
) -> None:
    """The share of errors over one cost, or over speed; the front as steps."""
    cost, label = cost_and_label
    speed = cost == words.speed
    front: list[tuple[float, float, int]] = []
    values: list[float] = []
    for design in found:
        x, share = _value(design, cost, speed), design.outcome.counts.shown
        if x is None:
            continue
        on = cost in design.fronts
        colour = _FRONT if on else _OTHER
        # Without any error, the upper limit is all that is known.
        y = share.value if share.errors else share.high
        error = [[y - share.low], [share.high - y]] if share.errors else None
        axes.errorbar(
            x, y, yerr=error, color=colour, ecolor=colour, elinewidth=0.9,
            marker="o" if share.errors else r"$\downarrow$", markersize=5.5 if on else 4,
            zorder=3 if on else 2,
        )  # fmt: skip
        values.append(x)
        if design.outcome.candidate.is_source:
            axes.plot(x, y, marker="*", color=_SOURCE, markersize=13, zorder=4)
        if on:
            front.append((x, y, number[design.outcome.candidate.id]))
    _dress(axes, values, label, "log" if words.logarithmic else "linear")
    if not front:
        return
    front.sort()
    # From one point of the front to the next, nothing better is known.
    where = "pre" if speed else "post"
    x, y, _ = zip(*front, strict=True)
    axes.step(x, y, where=where, color=_FRONT, lw=1.2, alpha=0.6)
    for x, y, names in _labels(front, values):
        axes.annotate(
            names, (x, y), textcoords="offset points", xytext=(5, 5), fontsize=8.5,
            color=_FRONT, zorder=5,
        )  # fmt: skip


def _dress(axes: Axes, values: Sequence[float], label: str, scale: str) -> None:
    """Scales, limits and grid of a panel; `scale` is that of the share of errors."""
    axes.set(xscale="log", yscale=scale, xlabel=label)
    if values:
        low, high = min(values), max(values)
        margin = 1.06 * (high / low) ** 0.06
        axes.set_xlim(low / margin, high * margin)
    axes.xaxis.set_major_locator(LogLocator(subs=_TICKS if _narrow(values) else (1.0,)))
    axes.xaxis.set_major_formatter(EngFormatter(sep=""))
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.grid(which="major", color="0.88", lw=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _narrow(values: Sequence[float]) -> bool:
    """Whether values lie so close that powers of ten alone are too few marks."""
    return not values or max(values) < 100.0 * min(values)


def _labels(
    front: Sequence[tuple[float, float, int]], values: Sequence[float]
) -> list[tuple[float, float, str]]:
    """Places and texts of the numbers on a front; those of close neighbours are one."""
    width = math.log(max(values) / min(values)) or 1.0
    height = math.log(max(y for _, y, _ in front) / min(y for _, y, _ in front)) or 1.0
    groups: list[list[tuple[float, float, int]]] = []
    for point in front:
        x, y, _ = groups[-1][0] if groups else (0.0, 0.0, 0)
        near = (
            bool(groups)
            and abs(math.log(point[0] / x)) < 0.04 * width
            and abs(math.log(point[1] / y)) < 0.05 * height
        )
        groups[-1].append(point) if near else groups.append([point])
    return [
        (*max(group)[:2], ", ".join(str(number) for *_, number in group)) for group in groups
    ]


def _value(design: Design, cost: str, speed: bool) -> float | None:
    """Where a design stands on the axis of a cost or of speed; None: nowhere."""
    if speed:
        return None if design.speed is None else design.speed.median
    return getattr(design.outcome.costs, cost)


def _key_columns(
    found: Sequence[Design], number: Mapping[str, int]
) -> list[Sequence[str]]:
    """What the numbers mean, in two columns, or in one where two are too narrow."""
    label = {one.outcome.candidate.id: one.outcome.candidate.label for one in found}
    texts = [f"{index}  {label[name]}" for name, index in number.items()]
    columns = 2 if all(len(text) <= _HALF for text in texts) else 1
    rows = -(-len(texts) // columns)
    return [texts[rows * column : rows * (column + 1)] for column in range(columns)]


def _key(figure: Figure, found: Sequence[Design], texts: Sequence[Sequence[str]]) -> None:
    """What the marks and the numbers mean."""
    handles = [
        Line2D([], [], color=_FRONT, marker="o", lw=1.2, label="on the front of this panel"),
        Line2D([], [], color=_OTHER, marker="o", lw=0, label="dominated"),
        Line2D([], [], color=_SOURCE, marker="*", markersize=12, lw=0, label="as it is"),
        Line2D([], [], color="0.3", lw=0, marker="|", markersize=9, label="95 % interval"),
    ]
    if any(not design.outcome.counts.shown.errors for design in found):
        label = "no error seen: upper limit (95 %)"
        handles.append(
            Line2D([], [], color="0.3", lw=0, marker=r"$\downarrow$", label=label)
        )
    figure.legend(handles=handles, loc="upper center", ncols=5, frameon=False, fontsize=9)
    height = 0.4 + _LINE * len(texts[0])
    for column, lines in enumerate(texts):
        for row, text in enumerate(lines):
            place = (0.03 + column / len(texts), 1.0 - (0.4 + _LINE * row) / height)
            figure.text(*place, text, fontsize=8.5, va="top", ha="left")
