# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The picture of a link that is being trained: what is sent, what comes back, how it does."""

from __future__ import annotations

import math
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

MAX_SAMPLES = 6
"""Complex samples of a message that are shown; the others are left out."""
LIMIT = 2.0
"""Half the width of the shown complex plane; unit mean power."""
GRID = 160
"""Points of the plane across, at which a decision is drawn."""
INCHES = (10.0, 3.6)
_TAB_COLOURS = 20


@dataclass(frozen=True)
class Frame:
    """The state of a link at one step.

    Attributes:
        title: what stands above.
        codebook: [M, n] float, what is sent.
        received: [p, n] float, what came back.
        messages: [p] int, what had been sent for it.
        decisions: [GRID, GRID] int, the message decided for at each point of the plane
            (rows from low to high Q), where a message is one complex sample.
        steps: optimiser steps of the validations so far.
        bler: their block error rates; NaN between two seeds.
    """

    title: str
    codebook: np.ndarray
    received: np.ndarray
    messages: np.ndarray
    decisions: np.ndarray | None
    steps: tuple[int, ...]
    bler: tuple[float, ...]


def plane() -> np.ndarray:
    """The points of the plane at which decisions are drawn: [GRID * GRID, 2] float32."""
    side = np.linspace(-LIMIT, LIMIT, GRID, dtype=np.float32)
    real, imaginary = np.meshgrid(side, side)
    return np.stack([real.ravel(), imaginary.ravel()], axis=1)


def colours(messages: int) -> np.ndarray:
    """A colour [M, 4] for every message."""
    if messages <= _TAB_COLOURS:
        # Dark shades first, then the light ones.
        order = [*range(0, _TAB_COLOURS, 2), *range(1, _TAB_COLOURS, 2)]
        return matplotlib.colormaps["tab20"](order[:messages])
    return matplotlib.colormaps["turbo"](np.linspace(0.0, 1.0, messages))


def complex_samples(symbols: np.ndarray) -> np.ndarray:
    """Complex samples [b, ceil(n/2)] of symbols [b, n]; with odd n, the last is real."""
    padded = np.pad(symbols, ((0, 0), (0, symbols.shape[1] % 2)))
    return padded[:, 0::2] + 1j * padded[:, 1::2]


class LiveFigure:
    """A matplotlib figure that shows one frame after the other.

    A message of one complex sample has two panels, sent and received, the second with the
    regions that the receiver decides by. A longer one has a column for each of its first
    complex samples. The validation curve stands at the right.
    """

    def __init__(self, figure: Figure, first: Frame, last: Frame | None = None) -> None:
        """Lay out `figure` for a link and draw its `first` frame.

        `last`, where it is known already, sets the limits of the curve.
        """
        self._palette = colours(len(first.codebook))
        columns = complex_samples(first.codebook).shape[1]
        self._shown = min(columns, MAX_SAMPLES)
        self._limits = last
        self._title = figure.suptitle("", fontsize=11)
        if self._shown == 1:
            grid = figure.add_gridspec(
                1, 3, width_ratios=[1, 1, 1.35], left=0.04, right=0.985, bottom=0.13, top=0.84
            )
            places = [(grid[0, 0], grid[0, 1])]
        else:
            grid = figure.add_gridspec(
                2, self._shown + 1, width_ratios=[1] * self._shown + [2.2], left=0.04,
                right=0.985, bottom=0.13, top=0.84, hspace=0.45,
            )
            places = [(grid[0, column], grid[1, column]) for column in range(self._shown)]
        large = self._shown == 1
        self._regions, self._sent, self._received = None, [], []
        for number, (above, below) in enumerate(places, start=1):
            name = "" if large else f", sample {number}"
            top, bottom = figure.add_subplot(above), figure.add_subplot(below)
            self._sent.append(_points(top, 60 if large else 18, "0.2", f"sent{name}"))
            self._received.append(_points(bottom, 5 if large else 2, "none", "received"))
        if first.decisions is not None and large:
            self._regions = _pale_image(bottom, self._palette)
        self._curve_axes = figure.add_subplot(grid[:, -1])
        (self._curve,) = self._curve_axes.semilogy([], [], color="tab:blue", marker=".", lw=1.2)
        self._curve_axes.grid(which="both", color="0.92", lw=0.6)
        self._curve_axes.tick_params(labelsize=7)
        self._curve_axes.set_xlabel("optimiser steps", fontsize=8)
        self._curve_axes.set_title("block error rate on the validation stream", fontsize=9)
        self.draw(first)

    def draw(self, frame: Frame) -> None:
        """Show `frame` in place of what was there."""
        self._title.set_text(frame.title)
        sent, received = complex_samples(frame.codebook), complex_samples(frame.received)
        for column in range(self._shown):
            _move(self._sent[column], sent[:, column], self._palette)
            colour = self._palette[frame.messages]
            _move(self._received[column], received[:, column], colour)
        if self._regions is not None and frame.decisions is not None:
            self._regions.set_data(frame.decisions)
        self._curve.set_data(frame.steps, frame.bler)
        whole = self._limits or frame
        rates = [rate for rate in whole.bler if rate > 0.0 and math.isfinite(rate)]
        if rates:
            self._curve_axes.set_ylim(min(rates) / 1.5, min(1.0, max(rates) * 1.5))
            self._curve_axes.set_xlim(0, max(whole.steps) * 1.02)


def _points(axes: Axes, size: float, edge: str, title: str) -> PathCollection:
    """An empty complex plane and the points that will be on it."""
    points = axes.scatter([], [], s=size, linewidths=0.3, edgecolors=edge, zorder=2)
    axes.set_xlim(-LIMIT, LIMIT)
    axes.set_ylim(-LIMIT, LIMIT)
    axes.set_aspect("equal")
    axes.set_xticks([-1, 0, 1])
    axes.set_yticks([-1, 0, 1])
    axes.tick_params(labelsize=7)
    axes.grid(color="0.9", lw=0.6)
    axes.set_axisbelow(True)
    axes.set_title(title, fontsize=9)
    return points


def _move(points: PathCollection, samples: np.ndarray, palette: np.ndarray) -> None:
    """Put points, each in its colour, where `samples` are."""
    points.set_offsets(np.stack([samples.real, samples.imag], axis=1))
    points.set_facecolor(palette)


def _pale_image(axes: Axes, palette: np.ndarray) -> AxesImage:
    """A picture of what is decided where, in the messages' colours, pale."""
    return axes.imshow(
        np.zeros((GRID, GRID)), origin="lower", extent=(-LIMIT, LIMIT, -LIMIT, LIMIT),
        alpha=0.3, cmap=ListedColormap(palette), vmin=-0.5, vmax=len(palette) - 0.5,
        interpolation="nearest", zorder=0,
    )
