# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 6.4: pruning over its share, with and without l1 training before."""

from __future__ import annotations

from ..context import Context
from ..drawing import new_figure
from ..item import Finding, Item
from ..preparation import MODEL, PREPARATION
from ..pruned import HOW
from ..pruning_rates import EBN0_DB, Treatment, measure_rates, rate_findings
from ..variants import draw_settings

_PLAIN, _L1 = "retrained", "after l1, retrained"
_TREATMENTS = {
    "not retrained": Treatment(l1=False, retrained=False),
    _PLAIN: Treatment(l1=False, retrained=True),
    "after l1, not retrained": Treatment(l1=True, retrained=False),
    _L1: Treatment(l1=True, retrained=True),
}
_KNOWN = {
    (_L1, 10): "worse than without l1",
    (_L1, 90): "better than without l1",
    (_L1, 95): 'text: "maintains its peak performance"; its plot collapses',
}


def run(context: Context) -> list[Finding]:
    """Measure every share, with and without training before and afterwards."""
    full, curves = measure_rates(context, _TREATMENTS)
    figure = new_figure(8.2, 5.4, f"{MODEL}: pruning with l1 training, {EBN0_DB:g} dB, AWGN")
    label = "pruned weights, %"
    draw_settings(figure.subplots(), curves, {"no pruning, no l1": full}, {}, label)
    context.save_picture(figure)
    return rate_findings(full, curves, _KNOWN)


ITEM = Item(
    id="fig6.4",
    title="pruning a (7,4) link over its share, with and without l1 training before",
    shows="At low shares l1 training is a little worse, above ~80 % it is better. The text "
    "says that peak performance is kept beyond 95 %; the plot collapses there.",
    convention=f"The thesis prints no Eb/N0 here; all is measured at {EBN0_DB:g} dB, where it "
    f"trains its (7,4) link. {PREPARATION} {HOW}",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
