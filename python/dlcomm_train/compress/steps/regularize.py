# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training on with a penalty on the weights, before they are pruned or quantized.

Small weights can be pruned (S. Han et al., "Learning both weights and connections for
efficient neural networks", 2015, section 3.1), and a small range has fine levels.
"""

from __future__ import annotations

import math
from typing import Any, Literal

import numpy as np
import torch
from pydantic import Field, model_validator

from dlcomm_train.channels.models import Channel
from dlcomm_train.compress.layers.layer import Layer
from dlcomm_train.compress.link import Link, Progress, Side, Step, sides
from dlcomm_train.compress.training.network import TrainableDecoder, TrainableEncoder
from dlcomm_train.compress.training.retrain import Retraining, StageMaker, retrain
from dlcomm_train.networks.normalisation import POWER_PER_REAL
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.stage import Stage

NEAR_ZERO = 0.1
"""A weight is called near zero when it is smaller than this times its layer's root mean
square."""


class Regularize(Step):
    """Train on with a penalty on the weights: what the weights are is changed, not how many.

    Biases are free. Normalisation takes away every factor of the encoder's last layer: a
    penalty on it as it stands would shrink it without end and without effect. It counts with
    the factor that its normalisation would give it (see :func:`penalty`). Between the layers
    around hidden ReLU units, factors can move without effect as well; there the penalty has
    a minimum, where both sides are of one size.
    """

    kind: Literal["regularize"] = "regularize"
    norm: Literal["l1", "l2"] = "l1"
    """``l1``: coefficient times the sum of magnitudes, before pruning; ``l2``: half the
    coefficient times the sum of squares, whose gradient is that of Adam's weight decay in
    the thesis, before quantization."""
    coefficient: float = Field(default=3e-4, gt=0.0)
    """Factor of the penalty beside the loss, which is in nats per message or per bit. By
    default as in the thesis, for (7,4) at 4 dB, where the loss is about 0.04."""
    side: Side = "both"
    """Which network's weights."""
    retraining: Retraining = Retraining()
    """How to train. Not the state with the least loss is kept, but the last one."""

    @model_validator(mode="after")
    def _check(self) -> Regularize:
        if not self.retraining.total_steps:
            raise ValueError("retraining has no steps, expected some")
        return self

    def apply(self, link: Link, progress: Progress) -> Link:
        """The link with smaller weights; as the base class."""
        link.trainable(self.kind)
        make = self._stages()
        found = retrain(link, self.retraining, self.kind, progress, make)
        weights = [
            {"network": name, "layer": number}
            | {key + "_before": value for key, value in _spread(before).items()}
            | {key + "_after": value for key, value in _spread(after).items()}
            for name in sides("both")
            for number, (before, after) in enumerate(
                zip(getattr(link, name).layers, getattr(found, name).layers, strict=True)
            )
        ]
        return found.noted(**self.model_dump(mode="json"), weights=weights)

    def _stages(self) -> StageMaker:
        def make(
            config: LinkConfig,
            link: tuple[TrainableEncoder, TrainableDecoder, Channel],
            steps: int,
            learning_rate: float,
            generator: torch.Generator,
        ) -> Stage:
            stage = RegularizedStage(
                config, config.loss, link, (steps, learning_rate), generator
            )
            stage.penalise(self.norm, self.coefficient, self.side)
            return stage

        return make


class RegularizedStage(Stage):
    """A stage of training with a penalty on the weights."""

    def penalise(self, norm: Literal["l1", "l2"], coefficient: float, side: Side) -> None:
        """Set the penalty, as in :class:`Regularize`."""
        self._norm, self._coefficient, self._side = norm, coefficient, side

    def finish(self) -> None:
        """Keep the last state: validation knows nothing of the penalty."""

    def _batch_loss(self) -> torch.Tensor:
        loss = super()._batch_loss()
        for name in sides(self._side):
            module = self._encoder if name == "encoder" else self._decoder
            loss = loss + self._coefficient * penalty(module, self._norm)
        return loss


def penalty(
    module: TrainableEncoder | TrainableDecoder, norm: Literal["l1", "l2"]
) -> torch.Tensor:
    """Sum of magnitudes, or half the sum of squares, of a network's weights; a scalar.

    The last layer of an encoder is first divided by the factor that its output exceeds the
    transmit amplitude by (root mean square over all messages). So the penalty does not
    change when that layer is multiplied by a number, just as what is sent does not.
    """
    weights = [layer.weight for layer in module.layers]
    if isinstance(module, TrainableEncoder):
        power = module.layers(module.one_hot).square().mean()
        weights[-1] = weights[-1] * torch.sqrt(POWER_PER_REAL / power)
    if norm == "l1":
        return sum(weight.abs().sum() for weight in weights)
    return sum(weight.square().sum() for weight in weights) / 2.0


def _spread(layer: Layer) -> dict[str, Any]:
    """Share of weights near zero, and the largest relative to the root mean square."""
    weights = np.abs(layer.weight if layer.mask is None else layer.weight[layer.mask])
    size = math.sqrt(np.square(weights.astype(np.float64)).mean())
    return {
        "near_zero": float((weights < NEAR_ZERO * size).mean()),
        "peak_to_rms": float(weights.max() / size) if size else 0.0,
    }
