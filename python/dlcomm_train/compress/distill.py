# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Distillation: a small receiver learns from what a large one says.

G. Hinton et al., "Distilling the knowledge in a neural network", 2015, equation 1 and
section 2: soft targets of temperature T, their cross-entropy times T^2, and hard labels
beside them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np
import torch
from pydantic import Field
from torch.nn import functional

from dlcomm_train.channels.models import Channel
from dlcomm_train.compress.layer import CompressError, Layer
from dlcomm_train.compress.link import Link, Progress, Step, codebook
from dlcomm_train.compress.network import (
    TrainableDecoder,
    TrainableEncoder,
    fresh_layer,
    networks,
)
from dlcomm_train.compress.retrain import Retraining, retrain
from dlcomm_train.models.pairs import Pair
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.losses import loss_of
from dlcomm_train.training.stage import Stage, check_finite


class Distill(Step):
    """Replace both networks by small ones that do what a teacher does.

    The student's encoder is the teacher's codebook as one table-like dense layer, which is
    exact. Its decoder, one dense layer or one hidden layer of `units`, learns from the
    teacher's logits on the same received samples.
    """

    kind: Literal["distill"] = "distill"
    units: int | None = Field(default=None, ge=1, le=4096)
    """Hidden units of the student's decoder; None: no hidden layer."""
    teacher: str | None = None
    """Folder of the teacher's pair; None: the link as the earlier steps left it."""
    temperature: float = Field(default=2.0, gt=0.0)
    """Temperature of teacher's and student's probabilities in the soft loss."""
    weight: float = Field(default=0.5, ge=0.0, le=1.0)
    """Share of the hard labels' loss; the rest is that of the soft targets."""
    retraining: Retraining = Retraining(steps=0, receiver_steps=3000)
    """How to train; only the receiver is trained, so `steps` must be 0."""

    def apply(self, link: Link, progress: Progress) -> Link:
        """The student; as the base class.

        Raises:
            CompressError: the teacher is of another link, or joint steps are asked for.
        """
        config = link.trainable(self.kind)
        if self.retraining.steps:
            raise CompressError(
                f"{self.kind}: retraining.steps is {self.retraining.steps}, expected 0: the "
                "teacher's codebook is kept"
            )
        teacher = link if self.teacher is None else Link.read(Pair.load(self.teacher))
        mine, theirs = (
            (found.contracts[0].n, found.contracts[0].k) for found in (link, teacher)
        )
        if mine != theirs:
            raise CompressError(f"teacher: n and k are {theirs}, expected {mine}")
        student = self._student(link, codebook(teacher))
        taught = teacher.config or config
        encoder, decoder = networks(teacher, taught)
        decoder.requires_grad_(False)

        def make(
            found: LinkConfig,
            networks: tuple[TrainableEncoder, TrainableDecoder, Channel],
            steps: int,
            learning_rate: float,
            generator: torch.Generator,
        ) -> Stage:
            schedule = (steps, learning_rate)
            stage = DistillStage(found, found.loss, networks, schedule, generator)
            stage.teach(decoder, self.temperature, self.weight)
            return stage

        found = retrain(student, self.retraining, self.kind, progress, make)
        return found.noted(**self.model_dump(mode="json"))

    def _student(self, link: Link, points: np.ndarray) -> Link:
        generator = torch.Generator().manual_seed(self.retraining.seeds[0])
        messages = points.shape[0]
        inputs = link.decoder.layers[0].inputs
        table = Layer(np.ascontiguousarray(points.T), np.zeros(points.shape[1], np.float32))
        widths = [inputs, messages] if self.units is None else [inputs, self.units, messages]
        layers = [
            fresh_layer(
                Layer(np.zeros((b, a), np.float32), np.zeros(b, np.float32), b == self.units),
                generator,
            )
            for a, b in zip(widths[:-1], widths[1:], strict=True)
        ]
        if self.units is not None:
            layers[-1] = replace(layers[-1], relu=False)
        return replace(
            link,
            encoder=link.encoder.with_layers([table]),
            decoder=link.decoder.with_layers(layers),
        )


class DistillStage(Stage):
    """A stage of training whose loss asks a teacher as well."""

    def teach(self, teacher: TrainableDecoder, temperature: float, weight: float) -> None:
        """Set the teacher; weight and temperature as in :class:`Distill`."""
        self._teacher, self._temperature, self._weight = teacher, temperature, weight

    def _batch(self) -> None:
        received = self._channel(self._encoder(self._messages), self._generator)
        with torch.no_grad():
            soft = torch.softmax(self._teacher(received) / self._temperature, dim=1)
        logits = self._decoder(received)
        hard_loss = loss_of(self._loss, logits, self._messages)
        soft_loss = functional.cross_entropy(logits / self._temperature, soft)
        # Gradients of the soft loss shrink with 1/T^2.
        soft_loss = self._temperature**2 * soft_loss
        loss = self._weight * hard_loss + (1.0 - self._weight) * soft_loss
        check_finite(loss, self.step + 1)
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
