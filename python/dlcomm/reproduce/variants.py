# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Several models of one (n, k) on one channel: measured, compared, drawn over a setting.

They receive the same messages and the same noise, so a ratio of two error rates is known
better than their intervals say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..measurement.results import Row
from .campaign import Lane
from .context import Context
from .drawing import COLOURS, new_figure
from .item import Finding
from .rates import bler_text, row_at

_MARKERS = "osD^vP"
_STYLES = ("-", "-", "-", "-", "--", "--", "--", "--")


def measure_models(
    context: Context, models: Mapping[str, str], channel: str, ebn0_db: Sequence[float]
) -> dict[str, list[Row]]:
    """Measure models on one channel.

    Args:
        context: of the item.
        models: what to measure, by what people call it; a model may occur twice.
        channel: canonical text of the channel.
        ebn0_db: Eb/N0 in dB.

    Returns:
        The rows of every model, by what people call it.
    """
    lanes = {label: Lane(model, channel, tuple(ebn0_db)) for label, model in models.items()}
    measured = context.measure(list(dict.fromkeys(lanes.values())))
    return {label: measured[lane] for label, lane in lanes.items()}


def ratio_text(row: Row, reference: Row | None) -> str:
    """A block error rate with interval and counts, and its ratio to that of `reference`."""
    if reference is None or reference is row or not reference.block_errors:
        return bler_text(row)
    return f"{bler_text(row)}; ratio {row.bler / reference.bler:.3f}"


def ratio_findings(
    rows: Mapping[str, Sequence[Row]],
    reference: str,
    ebn0_db: Sequence[float],
    known: Mapping[tuple[str, float], str] | None = None,
) -> list[Finding]:
    """A finding for every model and Eb/N0: its rate, and its ratio to that of `reference`.

    Args:
        rows: points by model.
        reference: the model, of those in `rows`, that all are compared with.
        ebn0_db: which points.
        known: the thesis's value by model and Eb/N0, where there is one.
    """
    known = known or {}
    return [
        Finding(
            f"{label}, BLER at {ebn0:g} dB",
            known.get((label, ebn0), ""),
            ratio_text(row, row_at(rows[reference], ebn0)),
        )
        for ebn0 in ebn0_db
        for label, found in rows.items()
        if (row := row_at(found, ebn0)) is not None
    ]


@dataclass(frozen=True)
class Setting:
    """One point of a curve over a setting.

    Attributes:
        value: of the setting, such as bits per weight.
        row: what was measured.
    """

    value: float
    row: Row


def draw_settings(
    axes: Axes,
    curves: Mapping[str, Sequence[Setting]],
    levels: Mapping[str, Row],
    known: Mapping[str, Sequence[tuple[float, float]]],
    label: str,
) -> None:
    """Draw block error rates over a setting, with their intervals.

    Args:
        axes: where.
        curves: points by what the legend calls them.
        levels: rates that do not depend on the setting, by what the legend calls them.
        known: the thesis's points, value and rate, by what the legend calls them.
        label: of the setting, for the axis.
    """
    for index, (name, points) in enumerate(curves.items()):
        seen = [point for point in points if point.row.block_errors]
        rates = np.array([point.row.bler for point in seen])
        low = np.array([point.row.bler_low for point in seen])
        high = np.array([point.row.bler_high for point in seen])
        axes.errorbar(
            [point.value for point in seen],
            rates,
            yerr=np.stack([rates - low, high - rates]),
            color=COLOURS[index % len(COLOURS)],
            ls=_STYLES[index % len(_STYLES)],
            marker=_MARKERS[index % len(_MARKERS)],
            ms=4.5,
            lw=1.4,
            elinewidth=1.1,
            capsize=2.5,
            label=name,
        )
    for name, row in levels.items():
        axes.axhspan(row.bler_low, row.bler_high, color="0.5", alpha=0.25, lw=0)
        axes.axhline(row.bler, color="0.35", ls=":", lw=1.3, label=name)
    for name, found in known.items():
        axes.plot(*zip(*found, strict=True), "x", color="0.1", ms=8, mew=1.8, label=name)
    axes.set_yscale("log")
    axes.set_xlabel(label)
    axes.set_ylabel("block error rate")
    axes.grid(which="major", color="0.85", lw=0.8)
    axes.grid(which="minor", axis="y", color="0.93", lw=0.5)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=9)


def draw_models(rows: Mapping[str, Row], known: Mapping[str, float], title: str) -> Figure:
    """Block error rates of a few models beside each other, with their intervals.

    Args:
        rows: one point of every model, by what people call it.
        known: the thesis's rate of some of them.
        title: heading.
    """
    figure = new_figure(9.2, 1.7 + 0.36 * len(rows), title)
    axes = figure.subplots()
    places = range(len(rows))
    for place, row in zip(places, rows.values(), strict=True):
        margins = [[row.bler - row.bler_low], [row.bler_high - row.bler]]
        axes.errorbar(
            row.bler,
            place,
            xerr=margins,
            fmt="o",
            color=COLOURS[0],
            capsize=3,
            label="here, 95 % interval" if place == 0 else None,
        )
    found = [(known[name], place) for place, name in enumerate(rows) if name in known]
    if found:
        axes.plot(*zip(*found, strict=True), "x", color=COLOURS[1], ms=8, mew=2, label="thesis")
    axes.set_yticks(places, list(rows))
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xscale("log")
    axes.set_xlabel("block error rate")
    axes.grid(which="both", axis="x", color="0.9", lw=0.8)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return figure
