# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Links whose smallest weights are gone, with and without training afterwards."""

from __future__ import annotations

from typing import Literal

from ..links import link_from_text
from .compressed import compressed_link, training
from .context import Context

_SMALL = {
    "steps": 1500,
    "receiver_steps": 1000,
    "learning_rate": 0.03,
    "receiver_learning_rate": 0.02,
}
_LARGE = _SMALL | {"receiver_learning_rate": 0.01, "ebn0_db": 5.0}
"""How a small and a large link are trained on; noise is stronger than where the large one is
measured, so that more samples lie where decisions change."""
_LARGE_K = 8
_ROUNDS = {"magnitude": 1, "fisher": 3}
HOW = (
    "As in the thesis one threshold on the magnitude of the weights holds for all layers, and "
    "biases stay; here every layer keeps at least a fifth of what even pruning would leave of "
    "it. Retraining takes some thousand steps of 2,048 messages; the thesis takes 2,000 of 64."
)
FISHER = (
    "Pruning by Fisher information, the growth of the loss that a weight's absence would "
    f"cause, in {_ROUNDS['fisher']} rounds, is not in the thesis."
)


def pruned_link(
    context: Context,
    source: str,
    name: str,
    rate: float,
    retrained: bool,
    saliency: Literal["magnitude", "fisher"] = "magnitude",
) -> str:
    """A link without a share of its weights.

    Args:
        context: of the item.
        source: name or folder of the link.
        name: what names of its pruned forms begin with.
        rate: share of its weights to prune.
        retrained: whether the others are trained on.
        saliency: what a weight matters by.

    Returns:
        The model, to be measured.
    """
    from dlcomm_train.compress import Prune

    settings = _LARGE if link_from_text(source).k == _LARGE_K else _SMALL
    retraining = training(context, **settings) if retrained else None
    rounds = _ROUNDS[saliency] if retrained else 1
    step = Prune(rate=rate, saliency=saliency, gradual=rounds, retraining=retraining)
    name = f"{name}_p{100 * rate:.0f}{saliency[0]}{'r' if retrained else ''}"
    return compressed_link(context, source, name, [step]).model
