# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 2.4: a link of one bit on one real channel use against BPSK."""

from __future__ import annotations

from ...channel_specs import parse_channel
from ...measurement.curves import theory_curves
from ...measurement.theory import bpsk_ber
from ..campaign import Lane
from ..context import Context
from ..item import Finding, Item
from ..rates import bler_text, draw_rates

MODELS = ("ae_1_1", "bpsk")
_EBN0 = tuple(float(db) for db in range(9))


def run(context: Context) -> list[Finding]:
    """Measure both links, and compare with the closed form."""
    lanes = [Lane(model, "awgn", _EBN0) for model in MODELS]
    measured = context.measure(lanes)
    learned = measured[lanes[0]]
    context.save_picture(
        draw_rates(
            {lane.model: measured[lane] for lane in lanes},
            theory_curves(parse_channel("awgn"), [context.link("ae_1_1")]),
            context.rule.min_errors,
            "One bit on one real channel use, AWGN",
        )
    )
    inside = sum(row.bler_low <= bpsk_ber(row.ebn0_db) <= row.bler_high for row in learned)
    return [
        Finding(
            "points whose 95 % interval holds the closed form of BPSK",
            "the curves coincide",
            f"{inside} of {len(learned)}",
        )
    ] + [
        Finding(
            f"ae_1_1, error rate at {row.ebn0_db:g} dB",
            f"BPSK, closed form: {bpsk_ber(row.ebn0_db):.3e}",
            bler_text(row),
        )
        for row in learned
    ]


ITEM = Item(
    id="fig2.4",
    title="a learned link of 1 bit on 1 real channel use against BPSK",
    shows="The learned link and BPSK have the same error rate at every Eb/N0.",
    convention="The thesis's abscissa is Eb/N0 here (noise variance N0/2 per real channel "
    "use), the definition of this project: no conversion. With one bit per "
    "message the bit and the block error rate are one.",
    models=MODELS,
    run=run,
)
