# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 6.2: error rate of a (7,4) link over the share of its weights that is pruned."""

from __future__ import annotations

from ..context import Context
from ..drawing import new_figure
from ..item import Finding, Item
from ..preparation import MODEL
from ..pruned import FISHER, HOW
from ..pruning_rates import EBN0_DB, RATES, Treatment, measure_rates, rate_findings
from ..variants import draw_settings

_RETRAINED = "retrained"
_TREATMENTS = {
    "not retrained": Treatment(l1=False, retrained=False),
    _RETRAINED: Treatment(l1=False, retrained=True),
    "by Fisher information, retrained": Treatment(l1=False, retrained=True, saliency="fisher"),
}
_KNOWN = {(_RETRAINED, 100 * rate): "as before" for rate in RATES if rate <= 0.5}


def run(context: Context) -> list[Finding]:
    """Measure every share, with and without training afterwards."""
    full, curves = measure_rates(context, _TREATMENTS)
    figure = new_figure(8.2, 5.4, f"{MODEL} without some of its weights, {EBN0_DB:g} dB, AWGN")
    label = "pruned weights, %"
    draw_settings(figure.subplots(), curves, {"no pruning": full}, {}, label)
    context.save_picture(figure)
    return rate_findings(full, curves, _KNOWN)


ITEM = Item(
    id="fig6.2",
    title="error rate of a (7,4) link over the share of its weights that is pruned",
    shows="Up to half of the weights can go without a loss; some links become a little better.",
    convention=f"The thesis prints no Eb/N0 here; all is measured at {EBN0_DB:g} dB, where it "
    f"trains its (7,4) link. {HOW} {FISHER}",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
