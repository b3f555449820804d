# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Everything that decides what a training run produces."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dlcomm_train.contract import MAX_K
from dlcomm_train.losses import Loss
from dlcomm_train.networks import Form
from dlcomm_train.normalisation import PowerNorm

_WARM_UP = {"symbolwise": 0, "bitwise": 1000}


class LinkConfig(BaseModel):
    """Recipe of one learned link on an AWGN channel.

    Two runs with the same config on the same processor and library versions give the
    same files. An unknown field is an error. A recipe written before a field existed
    means the field's default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    """Name of the link, shared by encoder and decoder."""
    n: int = Field(ge=1, le=64)
    """Real channel uses per message."""
    k: int = Field(ge=1, le=MAX_K)
    """Bits per message."""
    form: Form = "compact"
    """``thesis`` (one hidden layer of M units each side) or ``compact``."""
    power_norm: PowerNorm = "average"
    """Whether the mean over the codebook or every codeword has unit sample power."""
    loss: Loss = "symbolwise"
    """``symbolwise`` (fewest block errors; labels are chosen after training) or
    ``bitwise`` (fewest bit errors; labels are learned, the bits' LLRs are calibrated)."""
    ebn0_db: float = Field(default=5.0, ge=-20.0, le=40.0)
    """Eb/N0 of the training channel, in dB."""
    warm_up_steps: int = Field(
        ge=0, default_factory=lambda earlier: _WARM_UP[earlier.get("loss", "symbolwise")]
    )
    """Steps per seed before the others, with loss ``bitwise`` only, that train symbol-wise.
    The labels are then chosen as without ``bitwise``, and bit-wise training improves on
    them. Left to itself, it finds good labels for few messages only (k of 4, say)."""
    batch: int = Field(default=4096, ge=1)
    """Messages per step; every message equally often, so a multiple of 2^k."""
    steps: int = Field(default=2000, ge=2)
    """Optimiser steps per seed that train encoder and decoder together."""
    learning_rate: float = Field(default=0.01, gt=0.0)
    """Peak of the one-cycle schedule (Adam)."""
    receiver_steps: int = Field(default=0, ge=0)
    """Further steps per seed that train the decoder alone, codebook fixed; 0: none."""
    receiver_ebn0_db: float = Field(default=4.0, ge=-20.0, le=40.0)
    """Eb/N0 of those steps. The best decision regions on AWGN are the same at every
    noise level, and more noise puts more samples on their borders."""
    receiver_learning_rate: float = Field(default=0.01, gt=0.0)
    """Peak of the one-cycle schedule of those steps."""
    seeds: tuple[int, ...] = Field(default=(1,), min_length=1)
    """Restarts: each seed trains a link, the best on the validation stream is kept."""
    validation_seed: int = 1_000_003
    """Seed of the validation stream; the same stream judges every seed."""
    validation_messages: int = Field(default=1 << 17, ge=1)
    """Messages in the validation stream, rounded up to whole sets of 2^k."""
    validate_every: int = Field(default=250, ge=1)
    """Steps between validations; the best state seen is what a seed yields."""
    patience: int = Field(default=8, ge=1)
    """Stop a seed after so many validations in a row without a better one."""

    @model_validator(mode="after")
    def _check(self) -> LinkConfig:
        if self.batch % self.messages:
            raise ValueError(
                f"batch is {self.batch}, expected a multiple of 2^k = {self.messages}"
            )
        for field in ("warm_up_steps", "receiver_steps"):
            if getattr(self, field) == 1:
                raise ValueError(f"{field} is 1, expected 0 or at least 2")
        if self.warm_up_steps and self.loss != "bitwise":
            raise ValueError(
                f"warm_up_steps is {self.warm_up_steps}, expected 0 with loss {self.loss}"
            )
        if self._rescales_bits():
            raise ValueError(
                f"receiver_ebn0_db is {self.receiver_ebn0_db:g}, expected ebn0_db = "
                f"{self.ebn0_db:g} with loss bitwise: bit LLRs are not proportional to 1/N0"
            )
        if len(set(self.seeds)) != len(self.seeds) or self.validation_seed in self.seeds:
            raise ValueError(
                "seeds and validation_seed must all differ, "
                f"found {list(self.seeds)} and {self.validation_seed}"
            )
        return self

    def _rescales_bits(self) -> bool:
        # Only the likelihoods of messages can be moved to another noise level by a factor.
        other = self.receiver_ebn0_db != self.ebn0_db
        return self.loss == "bitwise" and self.receiver_steps > 0 and other

    @property
    def messages(self) -> int:
        """Number of different messages, M = 2^k."""
        return 1 << self.k

    @property
    def steps_per_seed(self) -> int:
        """Optimiser steps of one seed, all stages."""
        return self.warm_up_steps + self.steps + self.receiver_steps
