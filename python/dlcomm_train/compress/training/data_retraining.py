# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training a classifier again, on a data set, after a step has taken something away."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import nn

from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.layers.stack import DenseStack
from dlcomm_train.compress.training.material import Material
from dlcomm_train.compress.training.network import TrainableStack
from dlcomm_train.models.run_classifier import tensor_of
from dlcomm_train.networks.classifiers import unit_power
from dlcomm_train.recognition.config import ClassifierConfig, Teaching
from dlcomm_train.recognition.run import ClassifierRun

_PROBES = 8


class DataRetraining(BaseModel):
    """How to train a classifier again.

    What is not said here is as in the recipe of its training: augmentation, label smoothing.
    The state that does best on the validation part is kept.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    epochs: int = Field(default=5, ge=1)
    """Passes over the training windows."""
    learning_rate: float = Field(default=0.002, gt=0.0)
    """Peak of the one-cycle schedule."""
    batch: int = Field(default=256, ge=1)
    """Windows per step."""
    train_windows: int | None = Field(default=None, ge=1)
    """Train on so many windows of the training part; None: on as many as the recipe says."""
    teachers: tuple[str, ...] = ()
    """Files, or folders, of classifiers to learn from as well; of several the mean of the
    log-probabilities. ``self``: the classifier as it was before it was compressed."""
    temperature: float = Field(default=2.0, gt=0.0)
    """With teachers, temperature of both sides' probabilities in the soft loss."""
    weight: float = Field(default=0.3, ge=0.0, le=1.0)
    """With teachers, share of the ordinary loss, that of the true classes."""
    seed: int = 1
    """Of batches and augmentation."""

    def recipe(self, config: ClassifierConfig) -> ClassifierConfig:
        """The recipe of a classifier with these settings, nothing decayed or averaged."""
        teaching = None
        if self.teachers:
            names = tuple(Path(teacher).name for teacher in self.teachers)
            teaching = Teaching(models=names, temperature=self.temperature, weight=self.weight)
        update = {
            "epochs": self.epochs,
            "learning_rate": self.learning_rate,
            "batch": self.batch,
            "teaching": teaching,
            "seed": self.seed,
            "weight_decay": 0.0,
            "average": 0.0,
            "patience": self.epochs,
        }
        if self.train_windows is not None:
            update["train_windows"] = self.train_windows
        return config.model_copy(update=update)


class TrainableClassifier(nn.Module):
    """A classifier whose layers obey masks and levels while they are trained."""

    def __init__(self, stack: DenseStack) -> None:
        """Start from `stack`.

        Raises:
            CompressError: its layers read something else than windows of unit power.
        """
        super().__init__()
        self.layers = TrainableStack.start(stack.layers)
        _check_source(stack)

    def forward(self, iq: torch.Tensor) -> torch.Tensor:
        """Logits [b, classes] of windows [b, window, 2]."""
        return self.layers(_first_input(iq))


def retrain_on_data(
    stack: DenseStack,
    material: Material,
    settings: DataRetraining,
    report: Callable[[float], None],
) -> DenseStack:
    """Train a classifier again under all that earlier steps demand of its layers.

    Args:
        stack: the classifier.
        material: what to learn from.
        settings: how.
        report: told the share that is done.

    Raises:
        ContractError: a teacher is unusable or knows other classes.
        DivergedError: the loss became infinite or NaN.
    """
    config = settings.recipe(material.config)
    lesson = material.lesson(config, settings.teachers)
    run = ClassifierRun(config, lesson, torch.device("cpu"), TrainableClassifier(stack))
    while not run.finished:
        run.epoch(lambda step: report(step / (config.epochs * run.steps)))
    network = run.finish()
    return stack.with_layers([module.layer() for module in network.layers])


def _first_input(iq: torch.Tensor) -> torch.Tensor:
    """What the first layer reads of windows [b, window, 2]: I, then Q, [b, 2 * window]."""
    return unit_power(iq).transpose(1, 2).flatten(1)


def _check_source(stack: DenseStack) -> None:
    """Hold what the layers of a file read to what they get in training.

    Raises:
        CompressError: it is something else.
    """
    size = int(np.prod(stack.source_shape)) // 2
    iq = np.random.default_rng(1).normal(size=(_PROBES, size, 2)).astype(np.float32)
    try:
        found = tensor_of(stack.model, stack.source, iq).reshape(_PROBES, -1)
    except ValueError:
        found = np.zeros((0, 0))
    expected = _first_input(torch.from_numpy(iq)).numpy()
    if found.shape != expected.shape or not np.allclose(found, expected, atol=1e-5):
        raise CompressError(
            "classifier: its first layer reads something else than windows of unit power, I "
            "and then Q; expected that to train it again"
        )
