# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 2.10: two transmitters and two receivers on one channel."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.optimize import brentq

from ...measurement.curves import Curve, Rate
from ...measurement.results import Row
from ...measurement.time_sharing import time_sharing_bler
from ..campaign import Lane
from ..chains import codewords
from ..context import Context
from ..crossings import crossing, told
from ..drawing import COLOURS, new_figure, plane
from ..item import Finding, Item
from ..rates import bler_text, draw_rates, nearest_row

_SIZES = ((2, 1), (4, 2), (8, 4), (8, 8))
_HIGHEST_DB = {(2, 1): 9, (4, 2): 9, (8, 4): 9, (8, 8): 12}
"""Eb/N0 up to which each size is measured; beyond, hardly an error is left to count."""
_PAPER = {(8, 4): "about 0.7 dB", (8, 8): "about 1 dB"}
"""Gains over time sharing at BLER 1e-3 that O'Shea and Hoydis (2017, III-B) state."""
_LEVEL = 1e-3
_BRACKET = (-5.0, 20.0)
"""In dB; time sharing reaches the level in between."""
_USERS = ("a", "b")


def model_name(n: int, k: int, user: str) -> str:
    """Name of the model of user ``a`` or ``b``."""
    return f"two_user_{n}_{k}_{user}"


def run(context: Context) -> list[Finding]:
    """Draw the codebooks; measure each user while the other one sends."""
    names = [model_name(n, k, user) for n, k in _SIZES for user in _USERS]
    books = {model: codewords(context.link(model)) for model in names}
    _save_codebooks(context, books)
    context.save_picture(_draw(books))
    # While one user is measured, the other one sends messages of its own.
    lanes = {
        model_name(n, k, user): _lane(model_name(n, k, user), _HIGHEST_DB[n, k])
        for n, k in _SIZES
        for user in _USERS
    }
    measured = context.measure(list(lanes.values()))
    findings = []
    for n, k in _SIZES:
        users = [model_name(n, k, user) for user in _USERS]
        rows = {model: measured[lanes[model]] for model in users}
        findings += _overlap_findings(n, k, *(books[model] for model in users))
        findings += _rate_findings(n, k, rows)
        figure = draw_rates(
            rows,
            [Curve("time sharing, closed form", _time_sharing(n, k), None)],
            context.rule.min_errors,
            f"Two users, {k} bit{'s' * (k > 1)} each on the same {n} real channel uses",
        )
        context.save_picture(figure, f"{n}_{k}")
    return findings


def _lane(model: str, highest_db: int) -> Lane:
    """The curve of a user whom the other one interferes with."""
    other = model[:-1] + ("b" if model.endswith("a") else "a")
    ebn0_db = tuple(float(db) for db in range(highest_db + 1))
    return Lane(model, f"interference:{other}", ebn0_db)


def _time_sharing(n: int, k: int) -> Rate:
    """Block error rate of time sharing over Eb/N0 in dB."""
    return lambda ebn0_db: time_sharing_bler(n, k, ebn0_db)


def _save_codebooks(context: Context, books: dict[str, np.ndarray]) -> None:
    """All codewords, one a row."""
    uses = max(n for n, _ in _SIZES)
    context.save_table(
        ("model", "message", *(f"x{use}" for use in range(uses))),
        [
            (model, message, *(f"{x:.6g}" for x in word), *("",) * (uses - len(word)))
            for model, book in books.items()
            for message, word in enumerate(book)
        ],
        "codebooks",
    )


def _overlap_findings(n: int, k: int, first: np.ndarray, second: np.ndarray) -> list[Finding]:
    """How perpendicular two codebooks are."""
    from dlcomm_train.two_user.geometry import geometry

    found = geometry(first, second)
    dimensions = " and ".join(map(str, found.dimensions))
    if sum(found.dimensions) > n:
        dimensions += f" dimensions, so that some of the {n} must be shared"
    else:
        dimensions += f" of {n} dimensions"
    return [
        Finding(
            f"({n},{k}): mean principal angle between the users' constellations",
            "perpendicular",
            f"{found.mean_principal_angle_deg:.1f} degrees ({dimensions})",
        ),
        Finding(
            f"({n},{k}): overlap, the cosine between the users' covariances",
            "perpendicular: 0",
            f"{found.overlap:.4f}",
        ),
    ]


def _rate_findings(n: int, k: int, rows: dict[str, list[Row]]) -> list[Finding]:
    """Each user beside time sharing."""
    shared = _time_sharing(n, k)
    limit = brentq(lambda db: np.log(shared(db) / _LEVEL), *_BRACKET)
    paper = f"; gain in the paper followed: {_PAPER[n, k]}" if (n, k) in _PAPER else ""
    findings = []
    for model, found in rows.items():
        own = crossing(found, _LEVEL)
        gain = "" if own is None else f"; gain {limit - own.ebn0_db:+.2f} dB"
        no_worse = sum(row.bler_low <= shared(row.ebn0_db) for row in found)
        findings += [
            Finding(
                f"{model}: Eb/N0 for BLER {_LEVEL:g}",
                f"time sharing: {limit:.2f} dB{paper}",
                told(own) + gain,
            ),
            Finding(
                f"{model}: points where BLER is at most that of time sharing, or it lies in "
                "the interval",
                "",
                f"{no_worse} of {len(found)}",
            ),
        ]
        near = nearest_row(found, _LEVEL)
        if near is not None:
            findings.append(
                Finding(
                    f"{model}: BLER at {near.ebn0_db:g} dB",
                    f"time sharing: {shared(near.ebn0_db):.3e}",
                    bler_text(near),
                )
            )
    return findings


def _draw(books: dict[str, np.ndarray]) -> Figure:
    """A row for each size: principal axes of both users, then every complex sample."""
    from dlcomm_train.two_user.geometry import span

    samples = max(n for n, _ in _SIZES) // 2
    figure = new_figure(9.2, 7.8, "Codewords of two users that share a channel")
    grid = figure.subplots(len(_SIZES), samples + 1)
    for line, (n, k) in zip(grid, _SIZES, strict=True):
        pair = [books[model_name(n, k, user)].astype(float) for user in _USERS]
        limit = 1.15 * max(float(np.abs(book).max()) for book in pair)
        leading = np.stack([span(book)[:, 0] for book in pair], axis=1)
        projected = [(book - book.mean(axis=0)) @ leading for book in pair]
        reach = 1.15 * max(float(np.abs(points).max()) for points in projected)
        _scatter(line[0], projected, reach, f"({n},{k}): first axes of a, b")
        for index, axes in enumerate(line[1:]):
            if index < n // 2:
                points = [book[:, 2 * index : 2 * index + 2] for book in pair]
                _scatter(axes, points, limit, f"sample {index + 1}")
            else:
                axes.set_axis_off()
    handles = list(grid[0, 0].collections[: len(_USERS)])
    figure.legend(
        handles,
        [f"user {user}" for user in _USERS],
        loc="outside lower center",
        ncols=2,
        frameon=False,
        fontsize=10,
        markerscale=2,
    )
    return figure


def _scatter(axes: Axes, pair: list[np.ndarray], limit: float, title: str) -> None:
    """The points [M, 2] of both users."""
    plane(axes, limit, title)
    axes.title.set_fontsize(9)
    axes.tick_params(labelsize=7)
    for points, colour, marker in zip(pair, COLOURS[:2], "os", strict=True):
        size = 26 if len(points) <= 16 else 7
        axes.scatter(*points.T, color=colour, marker=marker, s=size, alpha=0.8, linewidths=0)


ITEM = Item(
    id="fig2.10",
    title="two transmitters and two receivers on one channel",
    shows="The constellations of the two users come out perpendicular to each other, so "
    "that noise alone causes errors.",
    convention="The picture has no noise. The thesis's (n, k) counts complex channel uses: "
    "its (1,1), (2,2), (4,4), (4,8) are (2,1), (4,2), (8,4), (8,8) here. Eb/N0 "
    "is of each user's own energy. Time sharing (each user silent half of the "
    "time, with twice the power in the other half) is what orthogonal signals "
    "reach.",
    models=tuple(model_name(n, k, user) for n, k in _SIZES for user in _USERS),
    run=run,
)
