# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Chapter 8: removing filters of a convolution."""

from __future__ import annotations

from ..compressed import (
    CompressedLink,
    compressed_link,
    full_link,
    trained_link,
    training,
)
from ..context import Context
from ..drawing import new_figure
from ..item import Finding, Item
from ..sizes import bytes_text
from ..variants import Setting, draw_settings, measure_models, ratio_findings

DENSE, NAME = "ae_7_4", "ae_7_4_convolutional"
_FILTERS = 16
_REMOVED = (4, 8, 10, 12, 14)
_EBN0_DB = 4.0
_FULL = f"all {_FILTERS} filters"
_PLAIN, _RETRAINED = "not retrained", "retrained"


def run(context: Context) -> list[Finding]:
    """Train a link with a convolution; measure it with fewer and fewer filters."""
    source = _trained(context)
    full = full_link(source)
    removed = context.points(_REMOVED)
    links = {
        (label, count): _fewer(context, source, count, label == _RETRAINED)
        for label in (_PLAIN, _RETRAINED)
        for count in removed
    }
    models = {_FULL: source, DENSE: DENSE} | {
        f"{_FILTERS - count} filters, {label}": link.model
        for (label, count), link in links.items()
    }
    rows = measure_models(context, models, "awgn", [_EBN0_DB])
    curves = {
        label: [
            Setting(_FILTERS - count, rows[f"{_FILTERS - count} filters, {label}"][0])
            for count in removed
        ]
        for label in (_PLAIN, _RETRAINED)
    }
    figure = new_figure(8.2, 5.4, f"(7,4) with a convolution, {_EBN0_DB:g} dB, AWGN")
    levels = {_FULL: rows[_FULL][0]}
    draw_settings(figure.subplots(), curves, levels, {}, "filters that are left")
    context.save_picture(figure)
    return ratio_findings(rows, _FULL, [_EBN0_DB]) + [
        Finding(
            f"{_FILTERS - count} filters, {label}, size",
            "",
            f"{bytes_text(link, full)}; {link.operations:,} multiply-accumulates per message, "
            f"of {full.operations:,}",
        )
        for (label, count), link in links.items()
        if label == _RETRAINED
    ]


def _trained(context: Context) -> str:
    """The (7,4) link with a convolution in its decoder; none is shipped."""
    from dlcomm_train.training.config import LinkConfig

    config = LinkConfig(
        name=NAME,
        n=7,
        k=4,
        form="convolutional",
        decoder_units=_FILTERS,
        ebn0_db=_EBN0_DB,
        steps=4000,
        receiver_steps=1500,
        seeds=(context.seed,),
    )
    return trained_link(context, config)


def _fewer(context: Context, source: str, count: int, retrained: bool) -> CompressedLink:
    """The link without so many filters."""
    from dlcomm_train.compress import RemoveFilters

    retraining = training(context, 2000, 1000) if retrained else None
    name = f"{NAME}_f{_FILTERS - count}{'r' if retrained else ''}"
    step = RemoveFilters(rate=count / _FILTERS, retraining=retraining)
    return compressed_link(context, source, name, [step])


ITEM = Item(
    id="ch8.filters",
    title="removing filters of a (7,4) link with a convolution in its decoder",
    shows="Named as future work; nothing is measured.",
    convention=f"All is measured at {_EBN0_DB:g} dB of Eb/N0: nothing to convert. The link is "
    f"trained by this item; {DENSE} stands beside it.",
    models=(DENSE,),
    run=run,
    packages={"torch": "torch"},
)
