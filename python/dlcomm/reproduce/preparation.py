# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Links trained on with a penalty on their weights, before they are compressed."""

from __future__ import annotations

from typing import Literal

from .compressed import compressed_link, training
from .context import Context

MODEL = "ae_7_4"
L1_COEFFICIENT, L2_COEFFICIENT = 3e-3, 3e-4
LARGE_L1_COEFFICIENT = 1e-4
"""Of the (8,8) teacher, which has 180 times as many weights."""
PREPARATION = (
    "The thesis trains links with a penalty on the weights from the start, with coefficient "
    f"3e-4; here {MODEL} is trained on with one, {L1_COEFFICIENT:g} (l1) or "
    f"{L2_COEFFICIENT:g} (l2), and the encoder's last layer, whose scale the normalisation "
    "takes away, is penalised at the scale that it is sent with."
)


def l1_link(context: Context) -> str:
    """The link after training with the sum of its weights' magnitudes in the loss."""
    return penalised_link(context, MODEL, "l1", L1_COEFFICIENT)


def l2_link(context: Context) -> str:
    """The link after training with the sum of its weights' squares in the loss."""
    return penalised_link(context, MODEL, "l2", L2_COEFFICIENT)


def penalised_link(
    context: Context, model: str, norm: Literal["l1", "l2"], coefficient: float
) -> str:
    """A link that is trained on with a penalty on its weights.

    Args:
        context: of the item.
        model: name of the link.
        norm: ``l1`` or ``l2``.
        coefficient: factor of the penalty in the loss.

    Returns:
        The model, in float32 and of the same size, to be compressed.
    """
    from dlcomm_train.compress import Regularize

    step = Regularize(norm=norm, coefficient=coefficient, retraining=training(context, 2000))
    return compressed_link(context, model, f"{model}_{norm}", [step]).model
