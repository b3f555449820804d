# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 6.1: a (7,4) link without half of its weights over Eb/N0."""

from __future__ import annotations

from ...channel_specs import parse_channel
from ...measurement.curves import theory_curves
from ..context import Context
from ..item import Finding, Item
from ..preparation import MODEL
from ..pruned import FISHER, HOW, pruned_link
from ..rates import draw_rates
from ..variants import measure_models, ratio_findings

_RATE = 0.5
_EBN0 = tuple(float(db) for db in range(8))
_NONE, _PRUNED, _RETRAINED = "no pruning", "pruned", "pruned, retrained"
_FISHER = "pruned by Fisher information, retrained"
_AT = (4.0, 7.0)
_KNOWN = {
    (_NONE, 4.0): "~1.2e-2",
    (_NONE, 7.0): "~1.4e-4",
    (_PRUNED, 7.0): "clearly worse",
    (_RETRAINED, 4.0): "as before",
    (_RETRAINED, 7.0): "as before",
}


def run(context: Context) -> list[Finding]:
    """Measure the link before, after, and after training on."""
    models = {
        _NONE: MODEL,
        _PRUNED: pruned_link(context, MODEL, MODEL, _RATE, False),
        _RETRAINED: pruned_link(context, MODEL, MODEL, _RATE, True),
        _FISHER: pruned_link(context, MODEL, MODEL, _RATE, True, "fisher"),
    }
    rows = measure_models(context, models, "awgn", _EBN0)
    context.save_picture(
        draw_rates(
            rows,
            theory_curves(parse_channel("awgn"), [context.link(MODEL)]),
            context.rule.min_errors,
            f"{MODEL} without half of its weights, AWGN",
        )
    )
    return ratio_findings(rows, _NONE, _AT, _KNOWN)


ITEM = Item(
    id="fig6.1",
    title="a (7,4) link without half of its weights over Eb/N0, as it is and retrained",
    shows="At low Eb/N0 pruning changes little, at high Eb/N0 much; after retraining the link "
    "is about as good as before at all.",
    convention=f"The thesis's abscissa is Eb/N0 here: no conversion. {HOW} {FISHER}",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
