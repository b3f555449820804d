# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A (7,4) link with weights in 4 bits, by several ways to get there."""

from __future__ import annotations

from .compressed import compressed_link, training
from .context import Context
from .preparation import MODEL, l2_link

FLOAT = "float32"
NINE, NINE_L2 = "4 bits, 9 levels", "4 bits, 9 levels, after l2"
SIXTEEN, SIXTEEN_L2 = "4 bits, 16 levels", "4 bits, 16 levels, after l2"
AWARE = "4 bits, 16 levels, quantization-aware"
LEVELS = (
    'The thesis\'s "4 bits" are 9 levels, 2^(b-1)+1: those of its program; 2^b are 16. Both '
    "are measured."
)


def four_bit_models(context: Context) -> dict[str, str]:
    """The models, by what people call them."""
    from dlcomm_train.compress import Quantize, QuantizeAware

    nine, sixteen = Quantize(bits=4, levels="thesis"), Quantize(bits=4)
    aware = QuantizeAware(bits=4, retraining=training(context, 3000, 1500))
    prepared = l2_link(context)
    made = {
        NINE: (MODEL, f"{MODEL}_t4", nine),
        NINE_L2: (prepared, f"{MODEL}_l2_t4", nine),
        SIXTEEN: (MODEL, f"{MODEL}_u4", sixteen),
        SIXTEEN_L2: (prepared, f"{MODEL}_l2_u4", sixteen),
        AWARE: (MODEL, f"{MODEL}_a4", aware),
    }
    return {FLOAT: MODEL} | {
        label: compressed_link(context, source, name, [step]).model
        for label, (source, name, step) in made.items()
    }
