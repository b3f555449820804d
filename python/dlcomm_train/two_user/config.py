# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Everything that decides what the training of two links on one medium produces."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dlcomm_train.contract import MAX_K
from dlcomm_train.networks.link import Form
from dlcomm_train.networks.normalisation import PowerNorm

USERS = ("a", "b")
"""What is appended to the name for each user."""


class TwoUserConfig(BaseModel):
    """Recipe of two learned links that send at the same time over the same medium.

    n counts **real** channel uses of each user, as everywhere here. T. O'Shea and
    J. Hoydis (2017) count complex ones: their (1,1), (2,2), (4,4) and (4,8) are (2,1),
    (4,2), (8,4) and (8,8).

    Two runs with the same config on the same processor and library versions give the
    same files. An unknown field is an error.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")
    """What the names of both links begin with; ``_a`` and ``_b`` follow."""
    n: int = Field(ge=1, le=64)
    """Real channel uses per message of each user."""
    k: int = Field(ge=1, le=MAX_K)
    """Bits per message of each user."""
    form: Form = "compact"
    """``thesis`` (one hidden layer each side), ``compact`` (none) or ``convolutional`` (a
    convolution in the decoders). Users that have made room for each other need no more than
    ``compact``: where the other's signal is orthogonal, a linear receiver is optimal."""
    decoder_units: int | None = Field(default=None, ge=1, le=4096)
    """Width of the decoders' hidden layer with form ``thesis``, None: M; filters of their
    convolution with form ``convolutional``, None: 16."""
    power_norm: PowerNorm = "average"
    """Whether the mean over a codebook or every codeword has unit sample power."""
    ebn0_db: float = Field(default=6.5, ge=-20.0, le=40.0)
    """Training Eb/N0 in dB, by each user's own energy."""
    batch: int = Field(default=2048, ge=1)
    """Pairs of messages per step; each user sends every message equally often, so a
    multiple of 2^k."""
    steps: int = Field(default=2000, ge=2)
    """Optimiser steps per seed that train both links together."""
    learning_rate: float = Field(default=0.05, gt=0.0)
    """Peak of the one-cycle schedule (Adam)."""
    receiver_steps: int = Field(default=500, ge=0)
    """Further steps per seed that train the decoders alone, codebooks fixed; 0: none."""
    receiver_learning_rate: float = Field(default=0.02, gt=0.0)
    """Peak of the one-cycle schedule of those steps."""
    seeds: tuple[int, ...] = Field(default=(1,), min_length=1)
    """Restarts: each seed trains two links, the best two on the validation stream are
    kept."""
    validation_seed: int = 1_000_003
    """Seed of the validation stream; the same stream judges every seed."""
    validation_messages: int = Field(default=1 << 17, ge=1)
    """Pairs of messages in the validation stream, rounded up to whole sets of 2^k."""
    validate_every: int = Field(default=250, ge=1)
    """Steps between validations; the best state seen is what a seed yields."""
    patience: int = Field(default=8, ge=1)
    """Stop a seed after so many validations in a row without a better one."""

    @model_validator(mode="after")
    def _check(self) -> TwoUserConfig:
        if self.batch % self.messages:
            raise ValueError(
                f"batch is {self.batch}, expected a multiple of 2^k = {self.messages}"
            )
        if self.receiver_steps == 1:
            raise ValueError("receiver_steps is 1, expected 0 or at least 2")
        if self.n == 1 and self.k > 1 and self.power_norm == "codeword":
            raise ValueError(
                f"k is {self.k}, expected 1 with n 1 and power_norm codeword: only two symbols "
                "have that power"
            )
        if len(set(self.seeds)) != len(self.seeds) or self.validation_seed in self.seeds:
            raise ValueError(
                "seeds and validation_seed must all differ, "
                f"found {list(self.seeds)} and {self.validation_seed}"
            )
        return self

    @property
    def names(self) -> tuple[str, str]:
        """Names of the two links."""
        return self.name + "_" + USERS[0], self.name + "_" + USERS[1]

    @property
    def messages(self) -> int:
        """Number of different messages of a user, M = 2^k."""
        return 1 << self.k

    @property
    def steps_per_seed(self) -> int:
        """Optimiser steps of one seed, both stages."""
        return self.steps + self.receiver_steps
