# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Everything that decides what the training of a classifier produces, but the data set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from torch import nn

from dlcomm_train.datasets.splits import Kind
from dlcomm_train.networks.classifiers import CompactNetwork, vtcnn2, vtcnn2_teacher
from dlcomm_train.training.config import NAME_PATTERN

Architecture = Literal["compact", "vtcnn2", "vtcnn2_teacher"]


class Teaching(BaseModel):
    """How a teacher's soft targets are used.

    They are those for every window as the student sees it: turned and mirrored alike.

    G. Hinton et al., "Distilling the knowledge in a neural network", 2015.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    models: tuple[str, ...] = Field(min_length=1)
    """Names of the classifiers that teach; of several the mean of the log-probabilities. They
    are recorded here, and given to the training as files."""
    temperature: float = Field(default=2.0, gt=0.0)
    """Temperature of both sides' probabilities in the soft loss."""
    weight: float = Field(default=0.3, ge=0.0, le=1.0)
    """Share of the ordinary loss, that of the true classes."""


class ClassifierConfig(BaseModel):
    """Recipe of one classifier.

    Two runs with the same config on the same data set, processor and library versions give
    the same file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str = Field(pattern=NAME_PATTERN)
    """Name of the model."""
    architecture: Architecture = "compact"
    """``compact``: separable convolutions; ``vtcnn2`` and ``vtcnn2_teacher``: the thesis's."""
    channels: tuple[int, ...] = Field(default=(16, 16, 16, 16, 24, 24, 32), min_length=2)
    """Channels of the first convolution and of every block of a compact network."""
    strides: tuple[int, ...] = Field(default=(1, 2, 2, 2, 2, 2, 2), min_length=2)
    """Their strides."""
    kernels: tuple[int, int] = (7, 5)
    """Odd lengths of the filters of its first convolution and of its blocks."""
    taps: int = Field(default=3, ge=1)
    """So many of its last blocks are pooled."""
    dropout: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Share of features left out in training."""
    dense_dropout: float | None = Field(default=None, ge=0.0, lt=1.0)
    """The same between dense layers of the thesis's networks; None: as behind convolutions."""
    split: Kind = "burst"
    """``window`` leaks (see :mod:`~dlcomm_train.datasets.splits`)."""
    split_seed: int = 1
    """Seed of the split."""
    train_windows: int | None = Field(default=None, ge=1)
    """Train on so many windows of the training part, drawn at random; None: on all."""
    epochs: int = Field(default=30, ge=1)
    """Passes over them."""
    batch: int = Field(default=256, ge=1)
    """Windows per step."""
    learning_rate: float = Field(default=0.005, gt=0.0)
    """Peak of the one-cycle schedule (AdamW)."""
    weight_decay: float = Field(default=1e-4, ge=0.0)
    """Decoupled weight decay."""
    label_smoothing: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Share of the target that is spread over all classes."""
    rotate: bool = True
    """Turn every window by a random phase each time it is seen."""
    mirror: bool = False
    """Mirror the spectrum of every second window, and reverse time of every second one."""
    teaching: Teaching | None = None
    """Learn from teachers as well; None: from the true classes alone."""
    bfloat16: bool = False
    """Compute with bfloat16 where torch finds it safe: twice as fast where the processor has
    the instructions."""
    average: float = Field(default=0.0, ge=0.0, lt=1.0)
    """Keep an exponential moving average of the weights with this factor per step; 0: none."""
    seed: int = 1
    """Of weights, batches, augmentation and dropout."""
    patience: int = Field(default=1000, ge=1)
    """Stop after so many epochs in a row without a better one on the validation part."""

    @model_validator(mode="after")
    def _check(self) -> ClassifierConfig:
        if len(self.channels) != len(self.strides):
            raise ValueError(
                f"channels has {len(self.channels)} entries and strides {len(self.strides)}, "
                "expected as many"
            )
        if self.architecture == "compact" and self.dense_dropout is not None:
            raise ValueError("dense_dropout is for the thesis's networks, expected null")
        if self.taps >= len(self.channels):
            raise ValueError(
                f"taps is {self.taps}, expected at most {len(self.channels) - 1}, the blocks"
            )
        if min(self.channels) < 1 or min(self.strides) < 1:
            raise ValueError("channels and strides must all be at least 1")
        if any(kernel < 1 or kernel % 2 == 0 for kernel in self.kernels):
            raise ValueError(f"kernels is {list(self.kernels)}, expected odd numbers")
        return self

    def network(self, window: int, classes: int) -> nn.Module:
        """A network of this architecture with random weights.

        Args:
            window: complex samples of a window.
            classes: number of classes.
        """
        if self.architecture == "compact":
            return CompactNetwork(
                classes, self.channels, self.strides, self.kernels, self.taps, self.dropout
            )
        make = vtcnn2 if self.architecture == "vtcnn2" else vtcnn2_teacher
        dense = self.dropout if self.dense_dropout is None else self.dense_dropout
        return make(window, classes, self.dropout, dense)


def recorded_config(recipe: Mapping[str, Any], name: str) -> ClassifierConfig | None:
    """The config in the recipe of a model's file; settings that are newer have defaults.

    Args:
        recipe: of the model contract.
        name: of the model, which the recipe leaves out.

    Returns:
        The config; None where there is none, or an unusable one.
    """
    try:
        return ClassifierConfig(name=name, **recipe["config"])
    except (KeyError, TypeError, ValidationError):
        return None
