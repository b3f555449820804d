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
from dlcomm_train.models.quantize import Method, QuantizationConfig
from dlcomm_train.models.quantize_classifier import ClassifierQuantization

WAYS: tuple[tuple[Method, float], ...] = (
    ("minmax", 100.0),
    ("percentile", 99.99),
    ("percentile", 99.9),
    ("entropy", 100.0),
)
"""Calibrations of a classifier that are tried, with their percentiles."""


class QuantizeActivations(Step, QuantizationConfig):
    """Store the finished models with int8 weights and int8 activations (QDQ).

    Settings are those of :class:`~dlcomm_train.models.quantize.QuantizationConfig`. Later
    steps still work on float weights; what they make is quantized.
    """

    kind: Literal["quantize_activations"] = "quantize_activations"
    bits: int = Field(default=8, ge=8, le=8)
    """Bits of weights and activations: the runtime has integer kernels for 8."""
    method: Method | None = Field(default=None, exclude_if=lambda value: value is None)
    """Of a classifier, calibrated on windows of its training part: how ranges follow from
    them; None: in the way that is most accurate on the validation part."""

    def _ways(self) -> tuple[ClassifierQuantization, ...]:
        """Settings for a classifier to choose from."""
        if self.method is not None:
            given = {"method": self.method, "percentile": self.percentile, "seed": self.seed}
            return (ClassifierQuantization(**given),)
        return tuple(
            ClassifierQuantization(method=method, percentile=percentile, seed=self.seed)
            for method, percentile in WAYS
        )

    def apply(self, link: Link, progress: Progress) -> Link:
        """The link, to be finished in int8; as the base class.

        Raises:
            CompressError: weights are on levels, or there is no calibration data for the
                link's channel.
        """
        progress(self.kind, 0.0)
        if link.material is not None:
            found = replace(link, int8=self._ways())
            return found.noted(**self.model_dump(mode="json"))
        if link.alone == "classifier":
            raise CompressError(
                f"{self.kind}: found no data set, expected one to calibrate a classifier with"
            )
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
