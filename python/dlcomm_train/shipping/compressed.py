# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The compressed models that are shipped: what each is made from, and by which steps.

``q`` and a number: bits per weight; ``p`` and a number: percent of the weights that are gone,
of those in the model it comes from. Training noise is stronger than that of the point where
the models are compared (4 dB for (7,4), 7 dB for (8,8)): more samples lie where decisions
change.
"""

from __future__ import annotations

from dataclasses import dataclass

from dlcomm_train.compress import (
    Distill,
    MatchReceiver,
    Prune,
    PruneUnits,
    Quantize,
    QuantizeAware,
    Regularize,
    Retraining,
)
from dlcomm_train.compress.link import Step


@dataclass(frozen=True)
class Recipe:
    """How a compressed model is made.

    Attributes:
        source: name of the shipped model that it comes from.
        steps: techniques, in order.
    """

    source: str
    steps: tuple[Step, ...]


_FROM_SCRATCH = Retraining(
    soft_steps=1000,
    steps=500,
    receiver_steps=0,
    learning_rate=0.03,
    ebn0_db=1.0,
    batch=1024,
    fresh=True,
    seeds=(1, 2, 3, 4, 5, 6, 7, 8),
)
"""A search for a code whose weights have very few levels; about a second for each seed."""

_TABLE_8_8 = Retraining(
    steps=6000, receiver_steps=0, learning_rate=0.01, ebn0_db=5.0, batch=4096, seeds=(1, 2)
)
"""Training a codebook of (8,8) on its levels, beside its matched receiver."""

_PRUNED_7_4 = Retraining(
    steps=1500,
    receiver_steps=1000,
    learning_rate=0.03,
    receiver_learning_rate=0.02,
    ebn0_db=4.0,
    batch=2048,
    seeds=(1, 2),
)

_PENALISED_7_4 = Retraining(
    steps=2000, receiver_steps=0, learning_rate=0.01, ebn0_db=4.0, batch=2048
)

_AFTER_PENALTY_7_4 = Retraining(
    steps=1500,
    receiver_steps=1000,
    learning_rate=0.01,
    receiver_learning_rate=0.01,
    ebn0_db=4.0,
    batch=2048,
)

_PRUNED_8_8 = Retraining(
    steps=500, receiver_steps=0, learning_rate=0.03, ebn0_db=5.0, batch=2048
)
"""After every round of pruning."""

_AFTER_PRUNING_8_8 = Retraining(
    steps=2500,
    receiver_steps=2000,
    learning_rate=0.03,
    receiver_learning_rate=0.005,
    ebn0_db=5.0,
    batch=2048,
)
"""After the last one."""

_PENALISED_8_8 = Retraining(
    steps=2000, receiver_steps=0, learning_rate=0.01, ebn0_db=5.0, batch=2048
)

_AFTER_PENALTY_8_8 = Retraining(
    steps=2500,
    receiver_steps=2000,
    learning_rate=0.01,
    receiver_learning_rate=0.01,
    ebn0_db=5.0,
    batch=2048,
)

_FEWER_UNITS = Retraining(
    steps=2000,
    receiver_steps=1500,
    learning_rate=0.01,
    receiver_learning_rate=0.01,
    ebn0_db=5.0,
    batch=2048,
)

_STUDENT = Retraining(
    steps=0, receiver_steps=4000, receiver_learning_rate=0.1, ebn0_db=5.0, batch=2048
)


def _pruned(rate: float, rounds: int, settings: Retraining) -> Prune:
    return Prune(rate=rate, saliency="fisher", gradual=rounds, retraining=settings)


def _pruned_8_8(rate: float, rounds: int, learning_rate: float) -> tuple[Prune, Prune]:
    """Pruning in rounds; again at the same rate nothing goes, and what is left trains on."""
    first, last = (
        settings.model_copy(update={"learning_rate": learning_rate})
        for settings in (_PRUNED_8_8, _AFTER_PRUNING_8_8)
    )
    return _pruned(rate, rounds, first), _pruned(rate, 1, last)


RECIPES = {
    "ae_7_4_q8": Recipe("ae_7_4", (Quantize(bits=8, per_channel=True),)),
    "ae_7_4_q4": Recipe("ae_7_4_compact", (MatchReceiver(), QuantizeAware(bits=4))),
    "ae_7_4_q2": Recipe(
        "ae_7_4_compact", (MatchReceiver(), QuantizeAware(bits=2, retraining=_FROM_SCRATCH))
    ),
    "ae_7_4_q1": Recipe(
        "ae_7_4_compact", (MatchReceiver(), QuantizeAware(bits=1, retraining=_FROM_SCRATCH))
    ),
    "ae_7_4_p50": Recipe("ae_7_4", (_pruned(0.5, 4, _PRUNED_7_4),)),
    # After an l1 penalty the weights that can go are as good as gone.
    "ae_7_4_p80": Recipe(
        "ae_7_4",
        (
            Regularize(norm="l1", coefficient=3e-3, retraining=_PENALISED_7_4),
            Prune(rate=0.8, retraining=_AFTER_PENALTY_7_4),
        ),
    ),
    "ae_8_8_q8": Recipe("ae_8_8", (Quantize(bits=8, per_channel=True),)),
    "ae_8_8_q6": Recipe("ae_8_8", (Quantize(bits=6, per_channel=True),)),
    "ae_8_8_p50": Recipe("ae_8_8", _pruned_8_8(0.5, 2, 0.01)),
    "ae_8_8_p90": Recipe("ae_8_8", _pruned_8_8(0.9, 8, 0.03)),
    "ae_8_8_p95": Recipe(
        "ae_8_8",
        (
            Regularize(norm="l1", coefficient=1e-4, retraining=_PENALISED_8_8),
            Prune(rate=0.95, retraining=_AFTER_PENALTY_8_8),
        ),
    ),
    "ae_8_8_fast": Recipe(
        "ae_8_8",
        (
            PruneUnits(rate=0.75, retraining=_FEWER_UNITS),
            Distill(temperature=2.0, retraining=_STUDENT),
        ),
    ),
    "ae_8_8_tiny": Recipe(
        "ae_8_8_compact", (MatchReceiver(), QuantizeAware(bits=4, retraining=_TABLE_8_8))
    ),
}
"""Compressed models by name."""
