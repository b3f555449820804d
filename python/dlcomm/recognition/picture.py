# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Pictures of accuracies: curves over SNR, and confusion matrices."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from ..measurement.files import write_atomic
from ..measurement.plot import COLOURS, MARKERS, plot_format
from .accuracy import Accuracy, whole
from .confusion import UNKNOWN, Confusion

_COLOUR_MAP = "Blues"
_LEGEND_ROW = 0.27
"""Inches of height for a line of the legend."""


def write_curves(path: Path, results: Sequence[Accuracy]) -> None:
    """Draw accuracies over SNR and write the picture, atomically.

    Args:
        path: file ending in .png, .pdf or .svg.
        results: one or more accuracies.

    Raises:
        ValueError: the ending is another.
        OSError: the folder or the disk does not take the file.
    """
    _write(path, draw_curves(results))


def write_confusions(path: Path, results: Sequence[Accuracy]) -> None:
    """Draw confusion matrices and write the picture, atomically; as `write_curves`."""
    _write(path, draw_confusions(results))


def draw_curves(results: Sequence[Accuracy]) -> Figure:
    """Accuracy over SNR with 95 % intervals, a curve a classifier."""
    height = 5.6 + _LEGEND_ROW * len(results)
    figure = Figure(figsize=(9.0, height), layout="constrained")
    FigureCanvasAgg(figure)
    sets = dict.fromkeys(result.set for result in results)
    alone = next(iter(sets)) if len(sets) == 1 else None
    figure.suptitle(
        "Accuracy over SNR, counted in GNU Radio flowgraphs"
        + (f"\n{alone}" if alone is not None else ""),
        fontsize=13,
    )
    axes = figure.subplots()
    for place, result in enumerate(results):
        overall, peak = result.confusion.overall(), result.confusion.peak()
        label = (
            f"{result.model}: overall {overall.value:.1%}, peak {peak.value:.1%} at "
            f"{whole(peak.snr_db)} dB"
        )
        plot_rates(
            axes, result.confusion, COLOURS[place % len(COLOURS)],
            MARKERS[place % len(MARKERS)],
            label if alone is not None else f"{label} ({result.set})",
        )  # fmt: skip
    classes = {len(result.confusion.labels) for result in results}
    for count in sorted(classes):
        axes.axhline(1.0 / count, color="0.5", lw=1.0, ls=":", zorder=1)
        axes.annotate(
            f"guessing among {count}", (1.0, 1.0 / count), (-4, 3), fontsize=8, color="0.4",
            xycoords=("axes fraction", "data"), textcoords="offset points", ha="right",
        )  # fmt: skip
    dress_rates(axes)
    figure.legend(loc="outside lower center", frameon=False, fontsize=9)
    return figure


def plot_rates(
    axes: Axes, confusion: Confusion, colour: str, marker: str = "o", label: str = ""
) -> None:
    """Draw the rates over SNR with their intervals as one curve."""
    rates = confusion.by_snr()
    values = np.array([(rate.value, rate.low, rate.high) for rate in rates])
    axes.errorbar(
        confusion.snrs_db, values[:, 0],
        yerr=np.stack([values[:, 0] - values[:, 1], values[:, 2] - values[:, 0]]),
        color=colour, marker=marker, markersize=4.5, lw=1.5, elinewidth=1.1, capsize=2.5,
        label=label, zorder=3,
    )  # fmt: skip


def dress_rates(axes: Axes) -> None:
    """Names, limits and grid of a panel with rates over SNR."""
    axes.set_xlabel("SNR label in dB")
    axes.set_ylabel("right decisions")
    axes.set_ylim(0.0, 1.0)
    axes.yaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.grid(color="0.88", lw=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)


def draw_confusions(results: Sequence[Accuracy]) -> Figure:
    """Confusion matrices: a row a classifier; at its best SNR label, from 0 dB on, at all."""
    size = 0.9 + 0.36 * max(len(result.confusion.labels) for result in results)
    figure = Figure(
        figsize=(3 * (size + 0.5), len(results) * (size + 0.7) + 0.5), layout="constrained"
    )
    FigureCanvasAgg(figure)
    figure.suptitle(
        "What was said of what was sent, in % of the windows of a class", fontsize=13
    )
    rows = figure.subfigures(len(results), 1, squeeze=False).ravel()
    for part, result in zip(rows, results, strict=True):
        part.suptitle(f"{result.model} ({result.set})", fontsize=11, fontweight="bold")
        confusion = result.confusion
        best = confusion.peak().snr_db
        panels = part.subplots(1, 3)
        draw_matrix(
            panels[0], confusion, confusion.matrix(best, best), f"{whole(best)} dB, the best"
        )
        above = confusion.matrix(0.0)
        if above.any():
            draw_matrix(panels[1], confusion, above, "0 dB and above")
        else:
            panels[1].set_axis_off()
        low, high = (whole(snr) for snr in (confusion.snrs_db[0], confusion.snrs_db[-1]))
        draw_matrix(panels[2], confusion, confusion.matrix(), f"all, {low} to {high} dB")
    return figure


def draw_matrix(axes: Axes, confusion: Confusion, matrix: np.ndarray, title: str) -> None:
    """Draw one confusion matrix in per cent of each true class.

    Args:
        axes: where.
        confusion: whose labels they are.
        matrix: counts [true class, said class and at last "unknown"]; that column is drawn
            where it is not empty.
        title: above it.
    """
    said = [*confusion.labels, UNKNOWN]
    if not matrix[:, -1].any():
        said, matrix = said[:-1], matrix[:, :-1]
    totals = matrix.sum(axis=1, keepdims=True)
    shares = matrix / np.maximum(totals, 1)
    axes.imshow(shares, cmap=_COLOUR_MAP, vmin=0.0, vmax=1.0, aspect="auto")
    for (row, column), value in np.ndenumerate(shares):
        if value >= 0.005:
            axes.text(
                column, row, f"{100.0 * value:.0f}", ha="center", va="center", fontsize=7,
                color="white" if value > 0.55 else "0.15",
            )  # fmt: skip
    axes.set_title(title, fontsize=10)
    axes.set_xticks(range(len(said)), said, rotation=90, fontsize=7.5)
    axes.set_yticks(range(len(confusion.labels)), confusion.labels, fontsize=7.5)
    axes.set_xlabel("said", fontsize=9)
    axes.set_ylabel("sent", fontsize=9)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)


def _write(path: Path, figure: Figure) -> None:
    """Write a picture, atomically."""
    ending = plot_format(path)
    write_atomic(
        path, lambda file: figure.savefig(file, format=ending, dpi=130, facecolor="white")
    )
