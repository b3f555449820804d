# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 2.5: the constellation of a link of 2 bits on 2 real uses, and of a larger one."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ...links import Link
from ..chains import codewords, received
from ..context import Context
from ..drawing import COLOURS, new_figure, plane
from ..geometry import SquareFit, fit_square
from ..item import Finding, Item

MODEL, LARGER = "ae_2_2", "ae_7_4"
_EBN0_DB = 4.0
_COPIES, _QUICK_COPIES = 60, 12
_PERPLEXITY = 30.0
_QUICK_PERPLEXITY = 8.0


def run(context: Context) -> list[Finding]:
    """Read the codewords off the encoder block, and map noisy ones of the larger link."""
    link, larger = context.link(MODEL), context.link(LARGER)
    points = codewords(link).astype(float) @ (1, 1j)
    fit = fit_square(points)
    messages, flat = _map(larger, context)
    context.save_table(
        ("model", "message", "x", "y"),
        [(MODEL, m, f"{p.real:.6g}", f"{p.imag:.6g}") for m, p in enumerate(points)]
        + [
            (LARGER, m, f"{x:.6g}", f"{y:.6g}")
            for m, (x, y) in zip(messages, flat, strict=True)
        ],
    )
    figure = new_figure(9.2, 4.9, "Constellations, read off running blocks")
    left, right = figure.subplots(1, 2)
    _draw_square(left, points, fit)
    _draw_map(right, larger, messages, flat)
    context.save_picture(figure)
    alike = _neighbours_alike(messages, flat)
    return [
        Finding(
            "angle of the square, theta_0",
            "some theta_0: e^{j(theta_0 + k pi/2)}",
            f"{fit.angle:.2f} degrees (modulo 90)",
        ),
        Finding(
            "distance of the four points from a perfect square, root mean square",
            "none: QPSK up to rotation",
            f"{100 * fit.deviation:.3f} % of the radius",
        ),
        Finding(
            f"{LARGER}: received vectors at {_EBN0_DB:g} dB whose nearest neighbour in the "
            "t-SNE map is of the same message",
            "no number",
            f"{alike:,} of {len(messages):,}",
        ),
    ]


def _map(link: Link, context: Context) -> tuple[np.ndarray, np.ndarray]:
    """Messages [b] and the t-SNE map [b, 2] of their noisy received vectors."""
    from sklearn.manifold import TSNE

    copies = _QUICK_COPIES if context.quick else _COPIES
    messages = np.repeat(np.arange(link.messages, dtype=np.uint8), copies)
    vectors = received(link, messages, _EBN0_DB, context.seed)
    tsne = TSNE(
        perplexity=_QUICK_PERPLEXITY if context.quick else _PERPLEXITY,
        init="pca",
        random_state=context.seed % 2**32,
        n_jobs=1,
    )
    return messages, tsne.fit_transform(vectors)


def _neighbours_alike(messages: np.ndarray, flat: np.ndarray) -> int:
    """How many points of the map have a nearest neighbour of the same message."""
    distance = np.linalg.norm(flat[:, None] - flat[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    return int(np.count_nonzero(messages[distance.argmin(axis=1)] == messages))


def _draw_square(axes: Axes, points: np.ndarray, fit: SquareFit) -> None:
    """The four points on the square that fits them best."""
    plane(axes, 1.4, f"{MODEL}: QPSK turned by {fit.angle - 45:+.1f} degrees")
    outline = fit.corners[np.argsort(np.angle(fit.corners))]
    outline = np.append(outline, outline[0])
    axes.plot(outline.real, outline.imag, color="0.5", lw=1.0, ls="--", label="best square")
    axes.plot(points.real, points.imag, "o", color=COLOURS[0], markersize=9, label="codewords")
    for message, point in enumerate(points):
        axes.annotate(
            f"{message:02b}",
            (point.real, point.imag),
            xytext=(8, 6),
            textcoords="offset points",
            fontsize=11,
        )
    axes.set_xlabel("in-phase")
    axes.set_ylabel("quadrature")
    axes.legend(loc="center", frameon=False, fontsize=9)


def _draw_map(axes: Axes, link: Link, messages: np.ndarray, flat: np.ndarray) -> None:
    """The map, a colour for each message, its bits at the middle of its points."""
    axes.scatter(*flat.T, c=messages, cmap="tab20", s=8, linewidths=0)
    # The label stands above its cloud, not on it.
    height = float(np.ptp(flat[:, 1]))
    for message in range(link.messages):
        x, y = np.median(flat[messages == message], axis=0)
        axes.text(
            x, y + 0.045 * height, f"{message:0{link.k}b}", fontsize=9, ha="center", va="center"
        )
    axes.set_title(f"{link.name} at {_EBN0_DB:g} dB: t-SNE of received vectors", fontsize=10)
    axes.set_xticks([])
    axes.set_yticks([])


ITEM = Item(
    id="fig2.5",
    title="constellation of a 2-bit link on 2 real channel uses; t-SNE of a (7,4) link",
    shows="The constellation is QPSK up to a rotation; of higher dimensions the thesis "
    "draws t-SNE maps.",
    convention="The constellation has no noise: nothing to convert. The thesis maps the "
    f"codewords alone; here noisy received vectors at {_EBN0_DB:g} dB Eb/N0 are "
    "mapped, so that the map shows how far apart the messages are.",
    models=(MODEL, LARGER),
    run=run,
    packages={"sklearn": "scikit-learn"},
)
