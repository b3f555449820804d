# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The methods of chapter 7 on the (8,8) teacher, alone and one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .compressed import CompressedLink, compressed_link, training
from .context import Context

if TYPE_CHECKING:
    from dlcomm_train.compress.link import Step

MODEL = "ae_8_8"
EBN0_DB = 7.0
TEACHER = "teacher"
DISTILLED, EIGHT_BITS, FOUR_BITS = "distilled", "8 bits", "4 bits, trained so"
PRUNED, UNITS = "90 % pruned", "3/4 of the units removed"
DISTILLED_FOUR_BITS = "distilled, 4 bits"
PRUNED_FOUR_BITS = "90 % pruned, 4 bits"
DISTILLED_PRUNED_FOUR_BITS = "distilled, 30 % pruned, 4 bits"
PRUNED_SHARED = "90 % pruned, 16 shared values"
RECIPES = (
    f"All methods start from {MODEL}. Distilled: the teacher's codebook, and a receiver of one "
    "dense layer that learns from the teacher's logits. Pruned: by Fisher information, in "
    "rounds, trained after each. 4 bits: 16 levels, trained as such."
)


@dataclass(frozen=True)
class Method:
    """A way to compress the teacher.

    Attributes:
        name: how names of its models end.
        steps: what is done.
    """

    name: str
    steps: Sequence[Step]

    def apply(self, context: Context) -> CompressedLink:
        """The teacher compressed this way."""
        return compressed_link(context, MODEL, f"{MODEL}_{self.name}", self.steps)

    def messages(self) -> int:
        """Messages that its trainings send."""
        count = 0
        for step in self.steps:
            retraining = getattr(step, "retraining", None)
            if retraining is not None:
                # Rounds of pruning but for the last train both networks alone.
                rounds = getattr(step, "gradual", 1) - 1
                taken = retraining.total_steps + rounds * retraining.steps
                count += taken * retraining.batch * len(retraining.seeds)
        return count


def methods(context: Context) -> dict[str, Method]:
    """All methods, by what people call them."""
    from dlcomm_train.compress import (
        Distill,
        Prune,
        PruneUnits,
        Quantize,
        QuantizeAware,
        ShareWeights,
    )

    distil = Distill(retraining=training(context, 0, 2500, receiver_learning_rate=0.05))
    aware = QuantizeAware(
        bits=4, retraining=training(context, 1500, 1000, receiver_learning_rate=0.01)
    )
    prune = Prune(
        rate=0.9, saliency="fisher", gradual=3, retraining=training(context, 1000, 1500)
    )
    gentle = Prune(
        rate=0.3,
        saliency="fisher",
        retraining=training(
            context, 1000, 1000, learning_rate=0.02, receiver_learning_rate=0.02
        ),
    )
    units = PruneUnits(rate=0.75, retraining=training(context, 2000, 1000))
    share = ShareWeights(clusters=16, retraining=training(context, 800, 800))
    return {
        DISTILLED: Method("distilled", [distil]),
        EIGHT_BITS: Method("q8", [Quantize(bits=8)]),
        FOUR_BITS: Method("a4", [aware]),
        PRUNED: Method("p90", [prune]),
        UNITS: Method("units", [units]),
        DISTILLED_FOUR_BITS: Method("distilled_a4", [distil, aware]),
        PRUNED_FOUR_BITS: Method("p90_a4", [prune, aware]),
        DISTILLED_PRUNED_FOUR_BITS: Method("distilled_p30_a4", [distil, gentle, aware]),
        PRUNED_SHARED: Method("p90_shared", [prune, share]),
    }
