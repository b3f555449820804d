# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a training run tells: where it is, how each seed went, and the link it ends with."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import asdict, dataclass

from dlcomm_train.networks.link import Decoder, Encoder
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.history import Entry
from dlcomm_train.training.stage import Validation


@dataclass(frozen=True)
class Report:
    """Where a search is, after a validation.

    Attributes:
        seed: the seed being trained.
        step: its optimiser steps so far, all stages.
        best: validation of the best state of the present stage.
        resumed: whether an earlier run took these steps.
        trouble: why the seed is given up, if it is: the loss became infinite or NaN.
    """

    seed: int
    step: int
    best: Validation
    resumed: bool = False
    trouble: str = ""


Progress = Callable[[Report], None]
"""Called after every validation, and once when a search goes on from a checkpoint."""


@dataclass(frozen=True)
class Attempt:
    """How one seed of a search went."""

    seed: int
    steps: int
    validation_loss: float
    """Mean loss in nats on the validation stream, at the kept state: per message with
    loss ``symbolwise``, per bit with ``bitwise``."""
    validation_bler: float
    """Share of wrong messages on the validation stream, at the kept state."""

    def summary(self) -> dict[str, float | int | None]:
        """The entries for a recipe; those of a seed that diverged are None."""
        return {
            key: value if math.isfinite(value) else None for key, value in asdict(self).items()
        }


@dataclass(frozen=True)
class TrainedLink:
    """The kept link of a search, on the CPU, and how every seed did."""

    config: LinkConfig
    encoder: Encoder
    decoder: Decoder
    seed: int
    attempts: tuple[Attempt, ...]
    history: tuple[Entry, ...]
    """Every validation on the way."""
    device: str = "cpu"
    """Where it was trained."""
