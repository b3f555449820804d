# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Pictures of trainings and of points, all in one style."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from .training_curves import TrainingCurve

COLOURS = ("#0b5fa5", "#e07b00", "#1b8a5a", "#b3261e")


@dataclass(frozen=True)
class Level:
    """An error rate to compare a training with.

    Attributes:
        value: the rate.
        low, high: its 95 % interval.
    """

    value: float
    low: float
    high: float


def new_figure(width: float, height: float, title: str) -> Figure:
    """An empty picture of this size in inches."""
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=12)
    return figure


def plane(axes: Axes, limit: float, title: str) -> None:
    """Make `axes` a square piece of the complex plane, -limit to limit."""
    axes.set_aspect("equal")
    axes.set_xlim(-limit, limit)
    axes.set_ylim(-limit, limit)
    axes.axhline(0, color="0.85", lw=0.8, zorder=0)
    axes.axvline(0, color="0.85", lw=0.8, zorder=0)
    axes.set_title(title, fontsize=10)


def draw_training(
    curves: Mapping[str, TrainingCurve], levels: Mapping[str, Level], title: str
) -> Figure:
    """Loss and block error rate over training steps, side by side.

    The seed that was kept is drawn strongly, the others faintly.

    Args:
        curves: trainings by what the legend calls them.
        levels: error rates to compare with, by what the legend calls them.
        title: heading.
    """
    figure = new_figure(9.2, 4.6, title)
    loss, bler = figure.subplots(1, 2)
    for index, (label, curve) in enumerate(curves.items()):
        colour = COLOURS[index % len(COLOURS)]
        for seed, rows in curve.by_seed().items():
            kept = seed == curve.seed
            style = {"lw": 1.8, "zorder": 3} if kept else {"lw": 0.8, "alpha": 0.4}
            steps = [row.step for row in rows]
            name = label if kept else None
            loss.plot(steps, [row.loss for row in rows], color=colour, label=name, **style)
            # A logarithmic axis has no place for validations without an error.
            rates = [row.bler or math.nan for row in rows]
            bler.plot(steps, rates, color=colour, **style)
    for index, (label, level) in enumerate(levels.items()):
        colour = COLOURS[(len(curves) + index) % len(COLOURS)]
        bler.axhspan(level.low, level.high, color=colour, alpha=0.2, lw=0)
        bler.axhline(level.value, color=colour, ls="--", lw=1.3, label=label)
    loss.set_ylabel("validation loss, nats")
    bler.set_ylabel("validation block error rate")
    for axes in (loss, bler):
        axes.set_yscale("log")
        axes.set_xlabel("training steps")
        axes.grid(which="major", color="0.88", lw=0.8)
        axes.set_axisbelow(True)
        axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    return figure
