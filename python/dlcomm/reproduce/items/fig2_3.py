# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 2.3: decision regions of a link with 3 bits on 2 real channel uses."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ...links import Link
from ..chains import codewords, decisions
from ..context import Context
from ..drawing import new_figure, plane
from ..geometry import nearest_codeword
from ..item import Finding, Item

MODEL = "ae_2_3"
_REACH = 1.35
"""Half the side of the grid, in distances of the outermost codeword."""
_SIDE, _QUICK_SIDE = 501, 101
_TINTS = (
    "#bcd7ee", "#ffd9a8", "#bfe3cf", "#f3c1bc", "#d9cbf0", "#e3d2bb", "#f5c9e3", "#d8d8d8",
)  # fmt: skip


def run(context: Context) -> list[Finding]:
    """Ask the decoder block about every point of a grid."""
    link = context.link(MODEL)
    book = codewords(link)
    limit = _REACH * float(np.abs(book).max())
    side = _QUICK_SIDE if context.quick else _SIDE
    axis = np.linspace(-limit, limit, side, dtype=np.float32)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    decided = decisions(link, grid)
    nearest = nearest_codeword(grid, book)
    agree = int(np.count_nonzero(decided == nearest))
    context.save_table(
        ("message", "i", "q", "grid_points_decided", "grid_points_nearest"),
        [
            (m, *(f"{x:.6g}" for x in word), np.sum(decided == m), np.sum(nearest == m))
            for m, word in enumerate(book)
        ],
    )
    context.save_picture(_draw(link, book, axis, decided, nearest))
    return [
        Finding(
            "points of the plane where the decoder chooses the nearest codeword",
            "all: the nearest codeword wins",
            f"{agree:,} of {grid.shape[0]:,} grid points ({100 * agree / len(grid):.2f} %)",
        ),
        Finding(
            "smallest distance of two codewords, mean power 1",
            "as far apart as the power allows; no number",
            f"{_smallest_distance(book):.3f}; 8-PSK: {2 * np.sin(np.pi / 8):.3f}",
        ),
    ]


def _smallest_distance(book: np.ndarray) -> float:
    """The smallest distance between two rows."""
    distance = np.linalg.norm(book[:, None] - book[None], axis=2)
    return float(distance[np.triu_indices(len(book), 1)].min())


def _draw(
    link: Link, book: np.ndarray, axis: np.ndarray, decided: np.ndarray, nearest: np.ndarray
) -> Figure:
    """Regions in colour, the borders of nearest-codeword decisions as lines."""
    limit = float(axis[-1])
    figure = new_figure(6.4, 6.4, f"Decision regions: {link.k} bits, 2 real uses ({link.name})")
    axes = figure.subplots()
    plane(axes, limit, "colour: the decoder block; lines: nearest codeword")
    side = len(axis)
    image = np.array([_rgb(tint) for tint in _TINTS])[decided % len(_TINTS)]
    axes.imshow(
        image.reshape(side, side, 3),
        origin="lower",
        extent=(-limit, limit, -limit, limit),
        interpolation="nearest",
    )
    for message, word in enumerate(book):
        inside = (nearest == message).reshape(side, side)
        axes.contour(axis, axis, inside, levels=[0.5], colors="0.25", linewidths=0.8)
        axes.plot(*word, "o", color="0.1", markersize=6)
        axes.annotate(
            f"{message:0{link.k}b}",
            word,
            xytext=(6, 5),
            textcoords="offset points",
            fontsize=11,
        )
    axes.set_xlabel("in-phase (first real use)")
    axes.set_ylabel("quadrature (second real use)")
    return figure


def _rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue, 0 to 255, of ``#rrggbb``."""
    red, green, blue = bytes.fromhex(colour[1:])
    return red, green, blue


ITEM = Item(
    id="fig2.3",
    title="decision regions of a 3-bit link on 2 real channel uses",
    shows="The decoder has learned to choose the nearest codeword, and the encoder to keep "
    "the codewords apart.",
    convention="No noise in the picture, so nothing to convert. The thesis normalises the "
    "mean power of the codewords, as here; its scale (energy per message) does "
    "not change the shape.",
    models=(MODEL,),
    run=run,
)
