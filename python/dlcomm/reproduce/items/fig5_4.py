# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 5.4: a (7,4) link with weights in 4 bits over Eb/N0."""

from __future__ import annotations

from ...channel_specs import parse_channel
from ...measurement.curves import theory_curves
from ..context import Context
from ..crossings import beside, crossing
from ..four_bits import FLOAT, LEVELS, NINE, NINE_L2, four_bit_models
from ..item import Finding, Item
from ..preparation import MODEL, PREPARATION
from ..rates import draw_rates
from ..variants import measure_models, ratio_findings

_EBN0 = tuple(float(db) for db in range(8))
_AT_DB = 7.0
_LEVEL = 1e-2


def run(context: Context) -> list[Finding]:
    """Measure every way to 4 bits over Eb/N0."""
    rows = measure_models(context, four_bit_models(context), "awgn", _EBN0)
    context.save_picture(
        draw_rates(
            rows,
            theory_curves(parse_channel("awgn"), [context.link(MODEL)]),
            context.rule.min_errors,
            f"{MODEL}: weights in 4 bits, AWGN",
        )
    )
    full = crossing(rows[FLOAT], _LEVEL)
    known = {NINE: "more", NINE_L2: "less than without l2"}
    return [
        Finding(
            f"Eb/N0 for BLER {_LEVEL:g}: {label}; {FLOAT}; difference",
            known.get(label, "not in the thesis"),
            beside(crossing(found, _LEVEL), full),
        )
        for label, found in rows.items()
        if label != FLOAT
    ] + ratio_findings(rows, FLOAT, [_AT_DB])


ITEM = Item(
    id="fig5.4",
    title="a (7,4) link with weights in 4 bits over Eb/N0",
    shows="Over all Eb/N0, 4 bits cost error rate, and a little less after l2 training.",
    convention="The thesis's abscissa is Eb/N0 here: no conversion. It prints no number. "
    f"{LEVELS} {PREPARATION} Quantization-aware training is not in the thesis.",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
