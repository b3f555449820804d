# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Everything that decides what a training run produces."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from dlcomm_train.channels.models import ChannelModel
from dlcomm_train.channels.text import AWGN, RAYLEIGH, RAYLEIGH_REAL, channel_model
from dlcomm_train.contract import MAX_K
from dlcomm_train.networks.frontends import FrontEndKind
from dlcomm_train.networks.link import Form
from dlcomm_train.networks.normalisation import PowerNorm
from dlcomm_train.training.losses import Loss
from dlcomm_train.training.policy_config import PolicyGradient

NAME_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$"
"""What names of links look like."""

_WARM_UP = {"symbolwise": 0, "bitwise": 1000}


_LEARNING_RATE = 0.01
_FAST = {"matched": 0.3, "quadratic": 0.3}
"""Learning rates where the weights of an exact receiver grow with 1/N0."""


def _power_norm(earlier: dict[str, Any]) -> PowerNorm:
    """What suits the channel."""
    unknown = str(earlier.get("channel")).startswith(RAYLEIGH) and not earlier.get("csi")
    return "codeword" if unknown else "average"


def _front_end(earlier: dict[str, Any]) -> FrontEndKind:
    """What suits the channel and the form."""
    if earlier.get("csi"):
        return "matched"
    if not str(earlier.get("channel")).startswith(RAYLEIGH):
        return "plain"
    if earlier.get("form") == "thesis":
        return "inverse"
    # With a positive gain, the nearest direction is the best message: linear.
    return "plain" if earlier.get("channel") == RAYLEIGH_REAL else "quadratic"


class LinkConfig(BaseModel):
    """Recipe of one learned link.

    Two runs with the same config on the same processor and library versions give the
    same files. An unknown field is an error. A recipe written before a field existed
    means the field's default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(pattern=NAME_PATTERN)
    """Name of the link, shared by encoder and decoder."""
    n: int = Field(ge=1, le=64)
    """Real channel uses per message."""
    k: int = Field(ge=1, le=MAX_K)
    """Bits per message."""
    form: Form = "compact"
    """``thesis`` (one hidden layer each side, of M units), ``compact`` (none) or
    ``convolutional`` (a convolution and a dense layer in the decoder, none in the encoder)."""
    decoder_units: int | None = Field(default=None, ge=1, le=4096)
    """Width of the decoder's hidden layer with form ``thesis``, None: M; filters of its
    convolution with form ``convolutional``, None: 16."""
    channel: str = AWGN
    """Channel to train over: ``awgn``, ``rayleigh``, ``rayleigh:real_positive=1`` (one gain
    for each message) or ``polynomial:C0,C1,...``. Not used with `through`."""
    csi: bool = False
    """Whether the receiver is told the gain of a fading channel."""
    power_norm: PowerNorm = Field(default_factory=lambda earlier: _power_norm(earlier))
    """Whether the mean over the codebook or every codeword has unit sample power. By default
    the mean, and every codeword where the gain is unknown: a receiver could not tell a weak
    codeword from a strong one in a fade."""
    front_end: FrontEndKind = Field(default_factory=lambda earlier: _front_end(earlier))
    """What stands before the decoder's dense layers; by default what suits the channel."""
    estimator_units: int = Field(default=32, ge=1, le=4096)
    """Hidden units of the estimator in front end ``inverse``."""
    through: str | None = Field(default=None, min_length=1)
    """A GNU Radio flowgraph to train through instead of a channel model: a ``.grc`` file or
    ``FILE.py:CLASS`` of a hierarchical block."""
    through_parameters: dict[str, float | int | str] = Field(default_factory=dict)
    """Values of that block's parameters."""
    policy: PolicyGradient | None = None
    """How to train without a channel model; None: through the model's gradient."""
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
    learning_rate: float = Field(
        gt=0.0,
        default_factory=lambda earlier: _FAST.get(earlier.get("front_end"), _LEARNING_RATE),
    )
    """Peak of the one-cycle schedule (Adam). By default 0.01, and 0.3 behind the front ends
    ``matched`` and ``quadratic``."""
    receiver_steps: int = Field(
        ge=0, default_factory=lambda earlier: 0 if earlier.get("policy") is None else 1000
    )
    """Further steps per seed that train the decoder alone, codebook fixed; 0: none. By
    default none, and 1000 with `policy`: what the decoder has learned until then is right
    for perturbed codewords."""
    receiver_ebn0_db: float = Field(
        ge=-20.0, le=40.0, default_factory=lambda earlier: earlier["ebn0_db"]
    )
    """Eb/N0 of those steps. Where log-likelihoods are proportional to 1/N0 (not where an
    unknown gain is integrated over), the best decision regions are the same at every noise
    level, and more noise puts more samples on their borders."""
    receiver_learning_rate: float = Field(
        gt=0.0,
        default_factory=lambda earlier: (
            1.0 if earlier.get("front_end") in _FAST else _LEARNING_RATE
        ),
    )
    """Peak of the one-cycle schedule of those steps. By default 0.01, and 1 behind the same
    front ends."""
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
        self._check_channel()
        if self._rescales_receiver():
            raise ValueError(
                f"receiver_ebn0_db is {self.receiver_ebn0_db:g}, expected ebn0_db = "
                f"{self.ebn0_db:g} with loss {self.loss} over {self.through or self.channel}: "
                "its LLRs are not proportional to 1/N0"
            )
        if len(set(self.seeds)) != len(self.seeds) or self.validation_seed in self.seeds:
            raise ValueError(
                "seeds and validation_seed must all differ, "
                f"found {list(self.seeds)} and {self.validation_seed}"
            )
        return self

    def _check_channel(self) -> None:
        if self.through is not None:
            if self.policy is None:
                raise ValueError("policy is missing, expected with through: it has no gradient")
            if self.csi:
                raise ValueError("csi is true, expected false with through: no gain is told")
            if self.channel != AWGN:
                raise ValueError(f"channel is {self.channel}, expected none with through")
        elif self.through_parameters:
            raise ValueError("through_parameters are given, expected none without through")
        if self.policy is not None and self.batch < 2 * self.messages:
            raise ValueError(
                f"batch is {self.batch}, expected at least {2 * self.messages} with policy: "
                "two of each message"
            )
        if self.policy is not None and self.loss != "symbolwise":
            raise ValueError(f"loss is {self.loss}, expected symbolwise with policy")
        if self.n == 1 and self.k > 1 and self.power_norm == "codeword":
            raise ValueError(
                f"k is {self.k}, expected 1 with n 1 and power_norm codeword: only two symbols "
                "have that power"
            )
        self.channel_model(self.ebn0_db)
        if (self.front_end == "matched") != self.csi:
            raise ValueError(
                f"front_end is {self.front_end} and csi {str(self.csi).lower()}, expected "
                "front_end matched with csi and only with it"
            )
        if self.front_end in ("matched", "quadratic") and self.n % 2:
            raise ValueError(
                f"n is {self.n}, expected an even number with front_end {self.front_end}"
            )

    def _rescales_receiver(self) -> bool:
        if not self.receiver_steps or self.receiver_ebn0_db == self.ebn0_db:
            return False
        # Only the likelihoods of messages can be moved to another noise level by a factor,
        # and only where they are proportional to 1/N0.
        scales = self.channel_model(self.ebn0_db).likelihood_scales
        return self.loss == "bitwise" or self.through is not None or not scales

    def channel_model(self, ebn0_db: float) -> ChannelModel:
        """The channel of the link at `ebn0_db`; not used with `through`."""
        return channel_model(self.channel, self.n, self.k, ebn0_db, self.csi)

    @property
    def real_gain(self) -> bool:
        """Whether the gain of the channel is a positive real number."""
        return self.channel == RAYLEIGH_REAL

    @property
    def messages(self) -> int:
        """Number of different messages, M = 2^k."""
        return 1 << self.k

    @property
    def steps_per_seed(self) -> int:
        """Optimiser steps of one seed, all stages."""
        return self.warm_up_steps + self.steps + self.receiver_steps
