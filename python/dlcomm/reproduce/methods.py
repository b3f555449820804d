# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The methods of chapter 7 on the (8,8) teacher, alone and one after the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .compressed import CompressedLink, compressed_link, training
from .context import Context
from .preparation import LARGE_L1_COEFFICIENT

if TYPE_CHECKING:
    from dlcomm_train.compress import Retraining
    from dlcomm_train.compress.link import Step

MODEL = "ae_8_8"
EBN0_DB = 7.0
TEACHER = "teacher"
DISTILLED, MATCHED = "distilled", "matched receiver"
EIGHT_BITS, INTEGERS, FOUR_BITS = "8 bits", "8 bits, activations too", "4 bits, trained so"
PRUNED, UNITS = "90 % pruned", "3/4 of the units removed"
DISTILLED_FOUR_BITS, MATCHED_FOUR_BITS = "distilled, 4 bits", "matched receiver, 4 bits"
PRUNED_FOUR_BITS = "90 % pruned, 4 bits"
DISTILLED_PRUNED_FOUR_BITS = "distilled, 20 % pruned, 4 bits"
MATCHED_PRUNED_FOUR_BITS = "matched receiver, 20 % pruned, 4 bits"
PRUNED_SHARED = "90 % pruned, 16 shared values"
RECIPES = (
    f"All methods start from {MODEL}. Distilled: the teacher's codebook, and a receiver of one "
    "dense layer that learns from the teacher's logits. Matched receiver (not in the thesis): "
    "the best receiver of that codebook on AWGN, which needs no training. 90 % pruned: after "
    f"training with an l1 penalty of {LARGE_L1_COEFFICIENT:g}, by magnitude, trained again, "
    "dead units removed; 20 %: by Fisher information. 4 bits: 16 levels, trained as such."
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
                count += retraining.total_steps * retraining.batch * len(retraining.seeds)
        return count


def methods(context: Context) -> dict[str, Method]:
    """All methods, by what people call them."""
    from dlcomm_train.compress import (
        Distill,
        MatchReceiver,
        Prune,
        PruneUnits,
        Quantize,
        QuantizeActivations,
        QuantizeAware,
        Regularize,
        RemoveDeadUnits,
        ShareWeights,
    )

    # Noise stronger than at `EBN0_DB`: more samples lie where decisions change.
    def trained(steps: int, receiver_steps: int, **settings: float) -> Retraining:
        return training(context, steps, receiver_steps, ebn0_db=5.0, **settings)

    learning = trained(0, 4000, receiver_learning_rate=0.1)
    distil = Distill(temperature=2.0, retraining=learning)
    aware = QuantizeAware(bits=4, retraining=trained(2000, 1500, receiver_learning_rate=0.01))
    # Without hidden layers the weights of a good receiver are large, and learn faster.
    student = {"learning_rate": 0.03, "receiver_learning_rate": 0.05}
    aware_student = QuantizeAware(bits=4, retraining=trained(2000, 1500, **student))
    aware_table = QuantizeAware(bits=4, retraining=trained(4000, 0))
    pruned = [
        Regularize(coefficient=LARGE_L1_COEFFICIENT, retraining=training(context, 2000)),
        Prune(rate=0.9, retraining=trained(1500, 1500, receiver_learning_rate=0.01)),
        RemoveDeadUnits(),
    ]
    gentle = Prune(rate=0.2, saliency="fisher", retraining=trained(1500, 1500, **student))
    units = PruneUnits(rate=0.75, retraining=trained(2000, 1500, receiver_learning_rate=0.01))
    share = ShareWeights(clusters=16, retraining=trained(800, 800, receiver_learning_rate=0.01))
    return {
        DISTILLED: Method("distilled", [distil]),
        MATCHED: Method("matched", [MatchReceiver()]),
        EIGHT_BITS: Method("q8", [Quantize(bits=8)]),
        INTEGERS: Method("integers", [QuantizeActivations()]),
        FOUR_BITS: Method("a4", [aware]),
        PRUNED: Method("p90", pruned),
        UNITS: Method("units", [units]),
        DISTILLED_FOUR_BITS: Method("distilled_a4", [distil, aware_student]),
        MATCHED_FOUR_BITS: Method("matched_a4", [MatchReceiver(), aware_table]),
        PRUNED_FOUR_BITS: Method("p90_a4", [*pruned, aware]),
        DISTILLED_PRUNED_FOUR_BITS: Method("distilled_p20_a4", [distil, gentle, aware_student]),
        MATCHED_PRUNED_FOUR_BITS: Method(
            "matched_p20_a4", [MatchReceiver(), gentle, aware_table]
        ),
        PRUNED_SHARED: Method("p90_shared", [*pruned, share]),
    }
