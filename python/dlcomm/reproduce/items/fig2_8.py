# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 2.8: model-free training on AWGN, and the error rates that it reaches."""

from __future__ import annotations

import math

from ...channel_specs import parse_channel
from ...measurement.curves import theory_curves
from ...measurement.theory import hamming_ml
from ..campaign import Lane
from ..context import Context
from ..crossings import beside, crossing
from ..drawing import Level, draw_training
from ..item import Finding, Item
from ..rates import draw_rates, rate_findings
from ..recipes import training_ebn0
from ..training_curves import TABLE_COLUMNS, cells, read_training, steps_until

SUPERVISED, MODEL_FREE = "ae_7_4", "ae_7_4_modelfree"
_EBN0 = tuple(float(db) for db in range(9))
_LEVEL = 1e-2
_KNOWN = {
    4.0: "1.29e-2 (supervised, table 5.1)",
    6.0: "~8.5e-4",
    7.0: "~1.4e-4",
    8.0: "~1.6e-5",
}
"""The thesis's (7,4) link by true Eb/N0; read off its plots where there is a ``~``."""
_SHIFT_DB = 10.0 * math.log10(8 / 7)


def run(context: Context) -> list[Finding]:
    """Draw the training; measure the link beside the supervised one."""
    training = read_training(context.link(MODEL_FREE))
    ebn0 = training_ebn0(context.link(MODEL_FREE))
    lanes = {model: Lane(model, "awgn", _EBN0) for model in (MODEL_FREE, SUPERVISED)}
    measured = context.measure(list(lanes.values()))
    rows = {model: measured[lane] for model, lane in lanes.items()}
    context.save_table(TABLE_COLUMNS, cells({MODEL_FREE: training}), "training")
    best = hamming_ml(ebn0)[0].value
    context.save_picture(
        draw_training(
            {MODEL_FREE: training},
            {"Hamming(7,4), maximum likelihood": Level(best, best, best)},
            f"Model-free training on AWGN at {ebn0:g} dB",
        )
    )
    context.save_picture(
        draw_rates(
            rows,
            theory_curves(parse_channel("awgn"), [context.link(SUPERVISED)]),
            context.rule.min_errors,
            "(7,4) on AWGN: trained with and without a channel model",
        ),
        "rates",
    )
    last = training.kept()[-1]
    free, supervised = (crossing(rows[model], _LEVEL) for model in (MODEL_FREE, SUPERVISED))
    return [
        Finding(
            "training steps until the validation BLER is within 10 % of its smallest",
            "converges quickly; no number",
            f"{steps_until(training, 1.1):,} of {last.step:,} (all stages)",
        ),
        Finding(
            f"Eb/N0 for BLER {_LEVEL:g}: model-free; supervised; difference",
            "not in the thesis",
            beside(free, supervised),
        ),
        *rate_findings(MODEL_FREE, rows[MODEL_FREE], _KNOWN),
        *rate_findings(SUPERVISED, rows[SUPERVISED], _KNOWN),
    ]


ITEM = Item(
    id="fig2.8",
    title="model-free training on AWGN",
    shows="The loss of policy-gradient training falls and settles, sooner than in the paper "
    "that it follows (Aoudia and Hoydis, 2018).",
    convention="The thesis's model-free experiments set an SNR per real dimension, E[x^2] / "
    "sigma^2, and call it Eb/N0. With E[x^2] = 1/2 and sigma^2 = N0/2 that is "
    "1/N0 = (2k/n) Eb/N0: of a (7,4) link 8/7, so that s dB there are s - "
    f"{_SHIFT_DB:.2f} dB of Eb/N0. Everything here is Eb/N0. The thesis prints no "
    "number for this figure; its error rates in the table are of the supervised "
    "link, whose convention is Eb/N0, with ~ where read off a plot.",
    models=(SUPERVISED, MODEL_FREE),
    run=run,
)
