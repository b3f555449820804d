# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Settings of training without a channel model."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class PolicyGradient(BaseModel):
    """Settings of the policy-gradient stage; see :mod:`dlcomm_train.training.policy`.

    Steps, batch and the peak learning rate (of the receiver, and of the transmitter unless
    it has its own here) are those of the link's recipe.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    perturbation: float = Field(default=0.1, gt=0.0, lt=1.0)
    """Share of the transmit power that is perturbation, at the first step. More makes the
    gradient less noisy and what is optimised less like the link without perturbation. It
    should reach the receiver with less power than the channel's noise: a channel that
    amplifies what is added (Y = X^2 + N does) wants less of it."""
    final_perturbation: float = Field(default=0.02, gt=0.0, lt=1.0)
    """The same at the last step; in between, it goes down by a constant factor a step."""
    learning_rate: float | None = Field(default=None, gt=0.0)
    """Peak of the transmitter's one-cycle schedule; None: that of the receiver."""
    transmitter_steps: int = Field(default=0, ge=0, le=1000)
    """0: every batch is perturbed and teaches both sides, so that no exchange with the
    channel is spent on one of them alone. Otherwise the sides take turns: one batch without
    perturbation for the receiver, then so many perturbed ones for the transmitter, which is
    the recipe of the literature."""

    @model_validator(mode="after")
    def _check(self) -> PolicyGradient:
        if self.final_perturbation > self.perturbation:
            raise ValueError(
                f"final_perturbation is {self.final_perturbation:g}, expected at most "
                f"perturbation = {self.perturbation:g}"
            )
        return self
