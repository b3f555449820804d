# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 6.5: a (7,4) link without 80 % of its weights, with and without l1 training."""

from __future__ import annotations

from ...channel_specs import parse_channel
from ...measurement.curves import theory_curves
from ..context import Context
from ..item import Finding, Item
from ..preparation import MODEL, PREPARATION
from ..pruned import HOW
from ..pruning_rates import Treatment
from ..rates import draw_rates
from ..variants import measure_models, ratio_findings

_RATE = 0.8
_EBN0 = tuple(float(db) for db in range(8))
_NONE, _L1 = "no pruning", "after l1, retrained"
_TREATMENTS = {
    "not retrained": Treatment(l1=False, retrained=False),
    "retrained": Treatment(l1=False, retrained=True),
    "after l1, not retrained": Treatment(l1=True, retrained=False),
    _L1: Treatment(l1=True, retrained=True),
}
_AT = (4.0, 7.0)
_KNOWN = {(_L1, ebn0): "clearly better than without l1" for ebn0 in _AT}


def run(context: Context) -> list[Finding]:
    """Measure the pruned links over Eb/N0."""
    models = {_NONE: MODEL} | {
        label: treatment.pruned(context, _RATE) for label, treatment in _TREATMENTS.items()
    }
    rows = measure_models(context, models, "awgn", _EBN0)
    context.save_picture(
        draw_rates(
            rows,
            theory_curves(parse_channel("awgn"), [context.link(MODEL)]),
            context.rule.min_errors,
            f"{MODEL} without {_RATE:.0%} of its weights, AWGN",
        )
    )
    return ratio_findings(rows, _NONE, _AT, _KNOWN)


ITEM = Item(
    id="fig6.5",
    title="a (7,4) link without 80 % of its weights over Eb/N0, with and without l1 training",
    shows="With 80 % of the weights pruned, the link that was trained with an l1 penalty is "
    "clearly better, above all at high Eb/N0.",
    convention=f"The thesis's abscissa is Eb/N0 here: no conversion. {PREPARATION} {HOW}",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
