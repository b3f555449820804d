# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 2.6: training for Y = X^2 + N with and without a wrong channel model."""

from __future__ import annotations

from ..campaign import Lane
from ..context import Context
from ..drawing import Level, draw_training
from ..item import Finding, Item
from ..rates import bler_text
from ..recipes import training_ebn0
from ..training_curves import TABLE_COLUMNS, cells, read_training, steps_until

SQUARE = "polynomial:0,0,1"
MISMATCHED, MODEL_FREE, TOLD = "ae_7_4", "ae_7_4_square_modelfree", "ae_7_4_square"
LABELS = {
    MISMATCHED: "supervised, believes Y = X + N",
    MODEL_FREE: "model-free",
    TOLD: "supervised, told Y = X² + N",
}
CONVENTION = (
    "The thesis labels its abscissa SNR and prints neither its definition nor a number, so "
    "no point of its plots is converted. Here Eb/N0 counts the energy sent, before "
    "squaring: 1/2 per real channel use, noise variance N0/2 with N0 = 1 / ((2k/n) Eb/N0)."
)


def run(context: Context) -> list[Finding]:
    """Draw both trainings, and what the mismatched link reaches on the true channel."""
    trainings = {model: read_training(context.link(model)) for model in (MODEL_FREE, TOLD)}
    ebn0 = training_ebn0(context.link(MODEL_FREE))
    lane = Lane(MISMATCHED, SQUARE, (ebn0,))
    row = context.measure([lane])[lane][0]
    context.save_table(TABLE_COLUMNS, cells(trainings), "training")
    level = Level(row.bler, row.bler_low, row.bler_high)
    context.save_picture(
        draw_training(
            {LABELS[model]: curve for model, curve in trainings.items()},
            {f"{LABELS[MISMATCHED]} (measured)": level},
            f"Training a (7,4) link for Y = X² + N at {ebn0:g} dB",
        )
    )
    return [
        Finding(
            f"{MISMATCHED} ({LABELS[MISMATCHED]}) on Y = X^2 + N, BLER at {ebn0:g} dB",
            "stays high: the supervised training fails",
            bler_text(row),
        )
    ] + [
        Finding(
            f"{model} ({LABELS[model]}), validation BLER at the end of its training",
            "falls clearly below" if model == MODEL_FREE else "not in the thesis",
            f"{curve.kept()[-1].bler:.3e} after {curve.kept()[-1].step:,} steps "
            f"(within a factor of 2 of its best after {steps_until(curve, 2.0):,})",
        )
        for model, curve in trainings.items()
    ]


ITEM = Item(
    id="fig2.6",
    title="training for Y = X^2 + N, with a wrong channel model and with none",
    shows="Supervised training that believes Y = X + N fails on Y = X^2 + N; the policy "
    "gradient, which believes nothing, converges.",
    convention=CONVENTION,
    models=(MISMATCHED, MODEL_FREE, TOLD),
    run=run,
)
