# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Activations in int8, so that the runtime computes with integers."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from pydantic import Field

from dlcomm_train.channels.text import AWGN
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.link import Link, Progress, Step
from dlcomm_train.models.quantize import QuantizationConfig


class QuantizeActivations(Step, QuantizationConfig):
    """Store the finished models with int8 weights and int8 activations (QDQ).

    Settings are those of :class:`~dlcomm_train.models.quantize.QuantizationConfig`. Later
    steps still work on float weights; what they make is quantized.
    """

    kind: Literal["quantize_activations"] = "quantize_activations"
    bits: int = Field(default=8, ge=8, le=8)
    """Bits of weights and activations: the runtime has integer kernels for 8."""

    def apply(self, link: Link, progress: Progress) -> Link:
        """The link, to be finished in int8; as the base class.

        Raises:
            CompressError: weights are on levels, or there is no calibration data for the
                link's channel.
        """
        progress(self.kind, 0.0)
        config = link.config
        if config is not None and config.csi:
            raise CompressError(
                f"{self.kind}: {config.name} is told the channel gain, expected a decoder "
                "that reads symbols only"
            )
        known = config is None or (config.channel == AWGN and config.through is None)
        if self.calibration is None and not known:
            raise CompressError(
                f"{self.kind}: calibration is missing, expected a file of symbols received "
                f"over {config.through or config.channel}: noise is drawn for {AWGN} only"
            )
        settings = self.model_dump(include=set(QuantizationConfig.model_fields))
        found = replace(link, int8=QuantizationConfig(**settings))
        # Bad calibration data are found out now, not after the steps to come.
        found.to_pair(link.contracts[0].link, {})
        return found.noted(**self.model_dump(mode="json"))
