# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 5.3: error rate over fading, over the bits of the weights."""

from __future__ import annotations

from ..bits import BITS, QUANTIZER, THESIS, UNIFORM, measure_bits, width_findings
from ..context import Context
from ..drawing import new_figure
from ..item import Finding, Item
from ..recipes import training_ebn0
from ..variants import draw_settings

COMPLEX, REAL = "ae_8_8_fading", "ae_8_8_fading_real"
_CHANNELS = {COMPLEX: "rayleigh", REAL: "rayleigh:real_positive=1"}
_KNOWN = {bits: "no loss" for bits in BITS if bits >= 7}


def run(context: Context) -> list[Finding]:
    """Measure every number of bits on the channel of each link."""
    ebn0 = training_ebn0(context.link(COMPLEX))
    figure = new_figure(9.2, 5.2, f"(8,8) over block Rayleigh fading at {ebn0:g} dB")
    findings = []
    measured = measure_bits(context, _CHANNELS, ebn0, (UNIFORM, THESIS))
    for axes, (model, found) in zip(
        figure.subplots(1, 2, sharey=True), measured.items(), strict=True
    ):
        draw_settings(axes, found.curves, {"float32": found.full}, {}, "bits per weight")
        axes.set_title(model, fontsize=10)
        findings += width_findings(model, found, _KNOWN)
    context.save_picture(figure)
    return findings


ITEM = Item(
    id="fig5.3",
    title="error rate of (8,8) links over fading over the bits of their weights",
    shows="Down to 7 bits nothing is lost, although the receiver divides by an estimate of the "
    "gain.",
    convention="The thesis's fading experiments are 6 dB harsher than their label, and this "
    "sweep runs 6 dB easier than the training of its link; it prints no number. Here all is "
    "measured at the Eb/N0 of the training, the mean over the fading. The thesis's gain is "
    f"real and positive: {REAL}; {COMPLEX} has a complex one. The small network that "
    "estimates the gain stays in float32. " + QUANTIZER,
    models=(COMPLEX, REAL),
    run=run,
    packages={"torch": "torch"},
)
