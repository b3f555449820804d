# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training with a teacher: a link that is trained already says what it thinks.

Both get the same messages. Where the student sends the teacher's codewords, its decoder and
the teacher's hear the same. While the student learns codewords of its own, each sends over
noise of its own, and the teacher says which messages are alike (with the same noise for
both, most students of (7,4) did worse than alone). Once such codewords are fixed, their
exact posteriors say all there is to say, and the teacher is not asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch.nn import functional

from dlcomm_train.channels.models import Channel, Received
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.training.network import TrainableDecoder, TrainableEncoder, networks
from dlcomm_train.compress.training.retrain import StageMaker
from dlcomm_train.models.pairs import Pair
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.stage import Stage


@dataclass(frozen=True)
class Lesson:
    """How a student learns from a teacher.

    Attributes:
        temperature: T, of teacher's and student's probabilities in the soft loss.
        weight: share of the ordinary loss; the rest is T^2 times the cross-entropy with the
            teacher's soft targets (G. Hinton et al., "Distilling the knowledge in a neural
            network", 2015, section 2). With 1, the teacher's logits count for nothing.
        selectivity: weight of :func:`squared_mmd` of the last hidden units, which is added.
    """

    temperature: float
    weight: float
    selectivity: float = 0.0


class TaughtStage(Stage):
    """A stage of training whose loss asks a teacher as well, where it has something to say."""

    def teach(
        self,
        teacher: tuple[TrainableEncoder, TrainableDecoder],
        lesson: Lesson,
        hidden: tuple[int, int],
    ) -> None:
        """Set the teacher.

        Args:
            teacher: its encoder and decoder.
            lesson: what it teaches.
            hidden: numbers of layers of the student's and the teacher's decoder up to their
                last hidden units, as :func:`hidden_layers` counts them.
        """
        self._teacher, self._lesson, self._hidden = teacher, lesson, hidden
        self._hears_student = self._codebook is not None and torch.allclose(
            self._codebook, teacher[0].codebook(), atol=1e-4
        )
        matters = lesson.weight < 1.0 or lesson.selectivity > 0.0
        self._asked = matters and (self._codebook is None or self._hears_student)

    def _batch_loss(self) -> torch.Tensor:
        if not self._asked:
            return super()._batch_loss()
        lesson, (encoder, decoder) = self._lesson, self._teacher
        received = self._channel(self._encoder(self._messages), self._generator)
        units, logits = _outputs(self._decoder, received, self._hidden[0])
        with torch.no_grad():
            heard = received
            if not self._hears_student:
                heard = self._channel(encoder(self._messages), self._generator)
            their_units, their_logits = _outputs(decoder, heard, self._hidden[1])
            soft = torch.softmax(their_logits / lesson.temperature, dim=1)
        soft_loss = functional.cross_entropy(logits / lesson.temperature, soft)
        # Its gradients shrink with 1/T^2.
        soft_loss = lesson.temperature**2 * soft_loss
        loss = lesson.weight * self._loss_for(received, logits)
        loss = loss + (1.0 - lesson.weight) * soft_loss
        if lesson.selectivity:
            loss = loss + lesson.selectivity * squared_mmd(units, their_units)
        return loss


def squared_mmd(units: torch.Tensor, others: torch.Tensor) -> torch.Tensor:
    """Squared maximum mean discrepancy between two layers' units.

    Z. Huang, N. Wang, "Like what you like: knowledge distill via neuron selectivity
    transfer", 2017, with its polynomial kernel (x y)^2. A unit is a sample there, and the
    vector of its outputs, scaled to length one, what is observed of it: over the places of
    an image there, over the received vectors of a batch here. No unit is matched with any
    other one, so the numbers of units may differ.

    Args:
        units: [b, u] float, outputs of u units for b received vectors.
        others: [b, v] float, of v other units for the same messages.

    Returns:
        A scalar, zero where both layers do the same but for the order of their units.
    """
    units, others = (functional.normalize(value, dim=0) for value in (units, others))

    def mean_kernel(left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        return (left.T @ right).square().mean()

    within = mean_kernel(units, units) + mean_kernel(others, others)
    return within - 2.0 * mean_kernel(units, others)


def taught_by(teacher: Link, student: Link, config: LinkConfig, lesson: Lesson) -> StageMaker:
    """A maker of stages in which `teacher` is asked.

    Args:
        teacher: the link that is asked; it stays as it is.
        student: the link that is going to be trained.
        config: recipe of the student, and of a teacher that has none.
        lesson: what is taught.
    """
    asked = networks(teacher, teacher.config or config)
    for module in asked:
        module.requires_grad_(False)
    hidden = hidden_layers(student), hidden_layers(teacher)

    def make(
        found: LinkConfig,
        link: tuple[TrainableEncoder, TrainableDecoder, Channel],
        steps: int,
        learning_rate: float,
        generator: torch.Generator,
    ) -> Stage:
        stage = TaughtStage(found, found.loss, link, (steps, learning_rate), generator)
        stage.teach(asked, lesson, hidden)
        return stage

    return make


def read_teacher(folder: str, link: Link, what: str) -> Link:
    """The teacher in `folder`, for the student `link`.

    Raises:
        ContractError: there is no pair to the contract.
        CompressError: it is not float dense layers, or for another kind of link.
    """
    teacher = Link.read(Pair.load(folder))
    theirs, mine = teacher.contracts[0], link.contracts[0]
    if (theirs.n, theirs.k) != (mine.n, mine.k):
        raise CompressError(
            f"{what}: teacher {folder} has n {theirs.n} and k {theirs.k}, expected {mine.n} "
            f"and {mine.k}"
        )
    if teacher.config is not None and link.config is not None:
        found, expected = (
            f"channel {config.channel}" + (" and csi" if config.csi else "")
            for config in (teacher.config, link.config)
        )
        if found != expected:
            raise CompressError(f"{what}: teacher {folder} is for {found}, expected {expected}")
    return teacher


def hidden_layers(link: Link) -> int:
    """Number of the decoder's layers up to its last hidden ReLU units; 0: there are none."""
    numbers = [i for i, layer in enumerate(link.decoder.layers, start=1) if layer.relu]
    return numbers[-1] if numbers else 0


def _outputs(
    decoder: TrainableDecoder, received: Received, count: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Outputs of the first `count` layers, and the logits."""
    units = decoder.layers[:count](decoder.front_end(received))
    return units, decoder.layers[count:](units)
