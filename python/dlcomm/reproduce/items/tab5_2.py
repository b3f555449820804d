# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Table 5.2: the weights of a (7,4) link in 4 bits, with and without l2 training."""

from __future__ import annotations

from ..context import Context
from ..four_bits import FLOAT, LEVELS, NINE, NINE_L2, four_bit_models
from ..item import Finding, Item
from ..preparation import MODEL, PREPARATION
from ..variants import draw_models, measure_models, ratio_findings

_EBN0_DB = 4.0
_KNOWN = {FLOAT: 1.30e-2, NINE: 2.77e-2, NINE_L2: 2.58e-2}


def run(context: Context) -> list[Finding]:
    """Measure every way to 4 bits."""
    rows = measure_models(context, four_bit_models(context), "awgn", [_EBN0_DB])
    points = {label: found[0] for label, found in rows.items()}
    title = f"{MODEL}: weights in 4 bits, {_EBN0_DB:g} dB, AWGN"
    context.save_picture(draw_models(points, _KNOWN, title))
    known = {(label, _EBN0_DB): f"{bler:.2e}" for label, bler in _KNOWN.items()}
    return ratio_findings(rows, FLOAT, [_EBN0_DB], known)


ITEM = Item(
    id="tab5.2",
    title="weights of a (7,4) link in 4 bits: after training, after l2 training, trained so",
    shows="4 bits double the error rate; training with an l2 penalty before makes it a little "
    "better.",
    convention="The thesis's SNR of 2.51 is 4 dB of Eb/N0: no conversion. "
    f"{LEVELS} {PREPARATION} Quantization-aware training is not in the thesis.",
    models=(MODEL,),
    run=run,
    packages={"torch": "torch"},
)
