# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Chapter 8: dense layers as products of thinner ones (SVD)."""

from __future__ import annotations

from ..compressed import CompressedLink, compressed_link, full_link, training
from ..context import Context
from ..drawing import new_figure
from ..item import Finding, Item
from ..sizes import bytes_text
from ..variants import Setting, draw_settings, measure_models, ratio_findings

MODEL = "ae_8_8"
_RANKS = (8, 12, 16, 24, 32, 64)
_EBN0_DB = 7.0
_FULL = "not factored"
_PLAIN, _RETRAINED = "not retrained", "retrained"


def run(context: Context) -> list[Finding]:
    """Measure the link with its two large layers factored, with and without retraining."""
    ranks = context.points(_RANKS)
    full = full_link(MODEL)
    links = {
        (label, rank): _factored(context, rank, label == _RETRAINED)
        for label in (_PLAIN, _RETRAINED)
        for rank in ranks
    }
    models = {_FULL: MODEL} | {
        f"rank {rank}, {label}": link.model for (label, rank), link in links.items()
    }
    rows = measure_models(context, models, "awgn", [_EBN0_DB])
    curves = {
        label: [Setting(rank, rows[f"rank {rank}, {label}"][0]) for rank in ranks]
        for label in (_PLAIN, _RETRAINED)
    }
    figure = new_figure(
        8.2, 5.4, f"{MODEL}: layers of 256 x 256 factored, {_EBN0_DB:g} dB, AWGN"
    )
    draw_settings(figure.subplots(), curves, {_FULL: rows[_FULL][0]}, {}, "rank")
    context.save_picture(figure)
    return ratio_findings(rows, _FULL, [_EBN0_DB]) + [
        Finding(
            f"rank {rank}, {label}, size",
            "",
            f"{bytes_text(link, full)}; {link.operations:,} multiply-accumulates per message, "
            f"of {full.operations:,}",
        )
        for (label, rank), link in links.items()
        if label == _RETRAINED
    ]


def _factored(context: Context, rank: int, retrained: bool) -> CompressedLink:
    """The link with products of this rank wherever they are smaller."""
    from dlcomm_train.compress import Factorize

    retraining = training(context, 1500, 1000, ebn0_db=5.0) if retrained else None
    name = f"{MODEL}_svd{rank}{'r' if retrained else ''}"
    return compressed_link(context, MODEL, name, [Factorize(rank=rank, retraining=retraining)])


ITEM = Item(
    id="ch8.svd",
    title="dense layers of an (8,8) link as products of thinner ones (SVD)",
    shows="Named as future work; nothing is measured.",
    convention=f"All is measured at {_EBN0_DB:g} dB of Eb/N0: nothing to convert.",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
