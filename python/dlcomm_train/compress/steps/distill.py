# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Distillation: a small link learns from what a large one says.

G. Hinton et al., "Distilling the knowledge in a neural network", 2015; in stages, S.
Mirzadeh et al., "Improved knowledge distillation via teacher assistant", 2019; with hidden
units that react to the same things, Z. Huang, N. Wang, "Like what you like: knowledge
distill via neuron selectivity transfer", 2017.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

import numpy as np
import torch
from pydantic import Field, model_validator

from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.link import Link, Progress, Step, codebook
from dlcomm_train.compress.training.network import fresh_layer
from dlcomm_train.compress.training.retrain import Retraining, judge, retrain
from dlcomm_train.compress.training.teacher import (
    Lesson,
    hidden_layers,
    read_teacher,
    taught_by,
)

_Units = Annotated[int, Field(ge=1, le=4096)]


class Distill(Step):
    """Replace both networks by small ones that do what a teacher does.

    The student's encoder is one table-like dense layer. It holds the teacher's codebook,
    which is exact, and is trained with the decoder where `retraining` has `steps`; with
    `retraining.fresh` as well, the student learns a codebook of its own from random
    weights, as in the thesis. Its decoder has one dense layer, or one hidden layer of
    `units` before it, and starts from random weights.

    The thesis's loss, 0.5 CE + T^2 soft CE with T = 50, is `weight` 1/3 and `temperature`
    50, but for a factor that Adam does not see. The student alone is `weight` 1.
    """

    kind: Literal["distill"] = "distill"
    units: _Units | None = None
    """Hidden units of the student's decoder; None: no hidden layer."""
    teacher: str | None = None
    """Folder of the teacher's pair; None: the link as the earlier steps left it."""
    assistants: tuple[_Units, ...] = ()
    """Hidden units of the decoders of teacher assistants. The first one learns from the
    teacher, every other and at last the student from the one before."""
    temperature: float = Field(default=1.0, gt=0.0)
    """Temperature of teacher's and student's probabilities in the soft loss. The higher, the
    more counts what the teacher says of unlikely messages, of which it has seen few: good to
    find a codebook of one's own, bad for a receiver of many messages."""
    weight: float = Field(default=0.5, ge=0.0, le=1.0)
    """Share of the ordinary loss, that of the sent messages (where the codebook is kept, of
    their exact posteriors: the best of all teachers); the rest is that of the soft targets."""
    selectivity: float = Field(default=0.0, ge=0.0)
    """Weight of the squared maximum mean discrepancy between the hidden units of student and
    teacher (lambda / 2 in the paper); both need some."""
    retraining: Retraining = Retraining(steps=0, receiver_steps=3000)
    """How to train; every assistant is trained like the student."""

    @model_validator(mode="after")
    def _check(self) -> Distill:
        training = self.retraining
        if not training.total_steps:
            raise ValueError("retraining has no steps, expected some")
        if training.fresh and not training.soft_steps + training.steps:
            raise ValueError(
                "retraining.fresh is true and retraining.steps 0, expected some: the "
                "codebook would stay random"
            )
        return self

    def apply(self, link: Link, progress: Progress) -> Link:
        """The student; as the base class.

        Raises:
            CompressError: the teacher is of another link, or there are no hidden units whose
                selectivity could be transferred.
        """
        config = link.trainable(self.kind)
        taught = link
        if self.teacher is not None:
            taught = read_teacher(self.teacher, link, self.kind)
        lesson = Lesson(self.temperature, self.weight, self.selectivity)
        chain: list[dict[str, Any]] = []
        for units in (*self.assistants, self.units):
            student = self._student(link, codebook(taught), units)
            if self.selectivity and not (hidden_layers(student) and hidden_layers(taught)):
                who = "student" if hidden_layers(taught) else "teacher"
                raise CompressError(
                    f"{self.kind}: selectivity is {self.selectivity:g} and the {who} has no "
                    "hidden units, expected some in the decoders of teacher and student"
                )
            name = self.kind if units is None else f"{self.kind} {units} units"
            make = taught_by(taught, student, config, lesson)
            taught = retrain(student, self.retraining, name, progress, make)
            found = judge(taught, config)
            chain.append({"units": units, "loss": found.loss, "bler": found.bler})
        return taught.noted(**self.model_dump(mode="json"), chain=chain)

    def _student(self, link: Link, points: np.ndarray, units: int | None) -> Link:
        """A student that sends `points` [M, n], its decoder untrained."""
        generator = torch.Generator().manual_seed(self.retraining.seeds[0])
        messages, uses = points.shape
        inputs = link.decoder.layers[0].inputs
        table = Layer(np.ascontiguousarray(points.T), np.zeros(uses, np.float32))
        hidden = [] if units is None else [units]
        widths = [inputs, *hidden, messages]
        layers = [
            fresh_layer(Layer(np.zeros((b, a), np.float32), np.zeros(b, np.float32)), generator)
            for a, b in zip(widths[:-1], widths[1:], strict=True)
        ]
        layers[:-1] = [replace(layer, relu=True) for layer in layers[:-1]]
        return replace(
            link,
            encoder=link.encoder.with_layers([table]),
            decoder=link.decoder.with_layers(layers),
        )
