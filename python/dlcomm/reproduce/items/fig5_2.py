# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 5.2: error rate of a (7,4) link over the bits of its weights."""

from __future__ import annotations

from ..bits import (
    BITS,
    PER_CHANNEL,
    QUANTIZER,
    THESIS,
    UNIFORM,
    measure_bits,
    width_findings,
)
from ..context import Context
from ..drawing import new_figure
from ..item import Finding, Item
from ..variants import draw_settings

MODEL = "ae_7_4"
_EBN0_DB = 4.0
_KNOWN = {8: 1.29e-2, 4: 2.77e-2}
"""Tables 5.1 and 5.2 of the thesis, the same link at the same noise."""


def run(context: Context) -> list[Finding]:
    """Measure every number of bits, with the levels of both rules."""
    rules = (UNIFORM, THESIS, PER_CHANNEL)
    measured = measure_bits(context, {MODEL: "awgn"}, _EBN0_DB, rules)[MODEL]
    figure = new_figure(8.2, 5.4, f"{MODEL}: bits of the weights, {_EBN0_DB:g} dB, AWGN")
    draw_settings(
        figure.subplots(),
        measured.curves,
        {"float32": measured.full},
        {"thesis, tables 5.1 and 5.2": list(_KNOWN.items())},
        "bits per weight",
    )
    context.save_picture(figure)
    known = {bits: f"{bler:.2e}" for bits, bler in _KNOWN.items()}
    free = {bits: "no loss" for bits in BITS if bits >= 6}
    return width_findings(MODEL, measured, free | known)


ITEM = Item(
    id="fig5.2",
    title="error rate of a (7,4) link over the bits of its weights, rounded after training",
    shows="Down to 6 bits nothing is lost; with fewer, the error rate rises steeply.",
    convention="The thesis's SNR of 2.5119 is 4 dB of Eb/N0: no conversion. " + QUANTIZER,
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
