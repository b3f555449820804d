# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Chapter 8: removing ReLU units that never say anything."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...links import link_from_text
from ...measurement.results import Row
from ..chains import decisions, received
from ..compressed import CompressedLink, compressed_link, full_link, training
from ..context import Context
from ..drawing import COLOURS, new_figure
from ..item import Finding, Item
from ..preparation import LARGE_L1_COEFFICIENT, penalised_link
from ..rates import bler_text
from ..variants import measure_models

MODEL = "ae_8_8"
_EBN0_DB = 7.0
_MESSAGES, _QUICK_MESSAGES = 1_000_000, 20_000
_RATES = (0.0, 0.5, 0.8, 0.9)
"""Shares of the weights that are pruned before: what kills units."""


def run(context: Context) -> list[Finding]:
    """Remove dead units of links that are pruned more and more; compare every decision."""
    pairs = {rate: _with_and_without(context, rate) for rate in context.points(_RATES)}
    models = {
        _label(rate, kind): link.model
        for rate, pair in pairs.items()
        for kind, link in zip(("with", "without"), pair, strict=True)
    }
    rows = {
        label: found[0]
        for label, found in measure_models(context, models, "awgn", [_EBN0_DB]).items()
    }
    findings = []
    for rate, (before, after) in pairs.items():
        findings += _compared(context, rate, before, after, rows)
    _draw(context, pairs)
    return findings


def _with_and_without(context: Context, rate: float) -> tuple[CompressedLink, CompressedLink]:
    """A pruned link with its dead units, and the same link without them."""
    from dlcomm_train.compress import Prune, RemoveDeadUnits

    if not rate:
        name = f"{MODEL}_alive"
        return full_link(MODEL), compressed_link(context, MODEL, name, [RemoveDeadUnits()])
    source = penalised_link(context, MODEL, "l1", LARGE_L1_COEFFICIENT)
    retraining = training(context, 600, 600, ebn0_db=5.0, receiver_learning_rate=0.01)
    prune = Prune(rate=rate, retraining=retraining)
    name = f"{MODEL}_l1_p{100 * rate:.0f}"
    # The same steps from the same seeds: the pruned link in both is the same.
    return (
        compressed_link(context, source, name, [prune]),
        compressed_link(context, source, f"{name}_alive", [prune, RemoveDeadUnits()]),
    )


def _compared(
    context: Context,
    rate: float,
    before: CompressedLink,
    after: CompressedLink,
    rows: dict[str, Row],
) -> list[Finding]:
    """Units, bytes, decisions and error rates of a link with and without its dead units."""
    first, second = link_from_text(before.model), link_from_text(after.model)
    count = _QUICK_MESSAGES if context.quick else _MESSAGES
    generator = np.random.default_rng(context.seed)
    messages = generator.integers(first.messages, size=count, dtype=np.uint8)
    symbols = received(first, messages, _EBN0_DB, context.seed)
    same = int(np.count_nonzero(decisions(first, symbols) == decisions(second, symbols)))
    what = _pruned(rate)
    return [
        Finding(f"{what}: hidden units", "not in the thesis", _units_text(after)),
        Finding(
            f"{what}: bytes of both files with; without dead units",
            "not in the thesis",
            f"{before.file_bytes:,}; {after.file_bytes:,}",
        ),
        Finding(
            f"{what}: decisions at {_EBN0_DB:g} dB that stay the same",
            "all",
            f"{same:,} of {count:,}",
        ),
        Finding(
            f"{what}: BLER at {_EBN0_DB:g} dB with; without dead units",
            "the same",
            "; ".join(bler_text(rows[_label(rate, kind)]) for kind in ("with", "without")),
        ),
    ]


def _draw(context: Context, pairs: dict[float, tuple[CompressedLink, CompressedLink]]) -> None:
    """Units that are left of each network, over the share that is pruned."""
    figure = new_figure(8.2, 4.6, f"{MODEL}: hidden units that say something")
    axes = figure.subplots()
    places = np.arange(len(pairs))
    width = 0.38
    for index, network in enumerate(("encoder", "decoder")):
        left = [sum(_note(after)["units"][network]) for _, after in pairs.values()]
        bars = axes.bar(
            places + (index - 0.5) * width, left, width, color=COLOURS[index], label=network
        )
        axes.bar_label(bars, fontsize=9)
    axes.set_xticks(places, [_pruned(rate) for rate in pairs])
    axes.set_ylabel("hidden units")
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=2, frameon=False, fontsize=9)
    context.save_picture(figure)


def _units_text(link: CompressedLink) -> str:
    """Units before and after, of both networks."""
    note = _note(link)
    return "; ".join(
        f"{network} {sum(note['units_before'][network])} -> {sum(note['units'][network])}"
        for network in ("encoder", "decoder")
    )


def _note(link: CompressedLink) -> dict[str, Any]:
    """What the removal noted."""
    return link.notes[-1]


def _label(rate: float, kind: str) -> str:
    """What a measured link is called."""
    return f"{_pruned(rate)}, {kind} dead units"


def _pruned(rate: float) -> str:
    """How much is pruned, for people."""
    return f"{rate:.0%} pruned" if rate else "not pruned"


ITEM = Item(
    id="ch8.units",
    title="removing dead ReLU units of an (8,8) link",
    shows="Named as future work; nothing is measured.",
    convention=f"All is measured at {_EBN0_DB:g} dB of Eb/N0: nothing to convert. Units are "
    "dead for certain: no weight leads out of them, or they put out zero whatever comes in. "
    f"Training with an l1 penalty ({LARGE_L1_COEFFICIENT:g}), pruning by magnitude and "
    "training again makes them.",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
