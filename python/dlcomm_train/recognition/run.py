# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""One training run of a classifier, whose state can be taken out and put back."""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass
from typing import Any

import torch
from torch.nn import functional

from dlcomm_train.recognition.batches import Windows, logits_of, mirrored, rotated
from dlcomm_train.recognition.config import ClassifierConfig
from dlcomm_train.recognition.randomness import drawing_from
from dlcomm_train.recognition.teachers import Teachers
from dlcomm_train.training.stage import check_finite


@dataclass(frozen=True)
class Validation:
    """How a network does on the validation part.

    Attributes:
        loss: mean cross-entropy in nats.
        accuracy: mean over the SNR labels of the share of right decisions.
        peak: that share at the best SNR label.
    """

    loss: float
    accuracy: float
    peak: float


@dataclass(frozen=True)
class Lesson:
    """What is to be learned.

    Attributes:
        train: the windows to learn from.
        validation: those to stop by.
        classes: number of classes.
        teachers: who teaches; None: nobody.
        origin: what the data and the teachers are, for checkpoints: plain values by name.
    """

    train: Windows
    validation: Windows
    classes: int
    teachers: Teachers | None
    origin: dict[str, Any]


class ClassifierRun:
    """Trains one network; the best state on the validation part is kept.

    Attributes:
        config: the recipe, which a checkpoint must share.
        device: where it runs.
        total_steps: epochs so far; a checkpoint is due after each.
        network: the network as it is now.
        best, last: validations.
        history: every validation.
    """

    def __init__(
        self,
        config: ClassifierConfig,
        lesson: Lesson,
        device: torch.device,
        network: torch.nn.Module | None = None,
    ) -> None:
        """Begin.

        Args:
            config: the recipe.
            lesson: what is to be learned.
            device: where.
            network: the network to train on; left out, that of the recipe with random
                weights.
        """
        self.config, self.device, self._lesson = config, device, lesson
        self.origin = lesson.origin
        window = lesson.train.iq.shape[1]
        if network is None:
            with drawing_from(config.seed):
                network = config.network(window, lesson.classes)
        self.network = network.to(device)
        self._averaged = copy.deepcopy(self.network) if config.average else self.network
        self._optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self._steps = -(-len(lesson.train) // config.batch)
        self._cycle = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser,
            max_lr=config.learning_rate,
            total_steps=config.epochs * self._steps,
            pct_start=0.2,
        )
        self._generator = torch.Generator(device).manual_seed(config.seed)
        self.total_steps = 0
        self.best = self.last = Validation(math.inf, 0.0, 0.0)
        self.history: list[Validation] = []
        self._state = copy.deepcopy(self._averaged.state_dict())
        self._stale = 0

    @property
    def finished(self) -> bool:
        """Whether all epochs are done or validation stopped getting better."""
        return (
            self.total_steps == self.config.epochs or self._stale == self.config.patience
        )

    @property
    def healthy(self) -> bool:
        """Whether all weights are finite numbers."""
        weights = self.network.parameters()
        return all(bool(torch.isfinite(weight).all()) for weight in weights)

    @property
    def steps(self) -> int:
        """Batches of an epoch."""
        return self._steps

    def epoch(self, progress: Any = None) -> None:
        """Pass once over the training windows, then validate.

        Args:
            progress: called with the batches done so far.

        Raises:
            DivergedError: the loss became infinite or NaN.
        """
        count = len(self._lesson.train)
        order = torch.randperm(count, generator=self._generator, device=self.device)
        self.network.train()
        # A seed for each epoch, so that dropout goes on alike after an interruption.
        with drawing_from(self.config.seed * 1_000_003 + self.total_steps):
            for number, places in enumerate(order.split(self.config.batch)):
                self._step(places)
                if progress is not None:
                    progress(self.total_steps * self._steps + number + 1)
        self.total_steps += 1
        self.last = validate(self._averaged, self._lesson.validation, self.config.bfloat16)
        self.history.append(self.last)
        if self.last.accuracy > self.best.accuracy:
            self.best, self._stale = self.last, 0
            self._state = copy.deepcopy(self._averaged.state_dict())
        else:
            self._stale += 1

    def _step(self, places: torch.Tensor) -> None:
        config, train = self.config, self._lesson.train
        iq = train.iq[places]
        if config.rotate:
            iq = rotated(iq, self._generator)
        if config.mirror:
            iq = mirrored(iq, self._generator)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=config.bfloat16):
            logits = self.network(iq).float()
        loss = functional.cross_entropy(
            logits, train.target[places], label_smoothing=config.label_smoothing
        )
        if self._lesson.teachers is not None:
            loss = self._taught(loss, logits, self._lesson.teachers.log_probabilities(iq))
        check_finite(loss, self.total_steps * self._steps + 1)
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()
        self._cycle.step()
        if config.average:
            self._follow()

    def _taught(
        self, loss: torch.Tensor, logits: torch.Tensor, soft: torch.Tensor
    ) -> torch.Tensor:
        teaching = self.config.teaching
        heat = teaching.temperature
        distance = functional.kl_div(
            functional.log_softmax(logits / heat, dim=1),
            functional.log_softmax(soft / heat, dim=1),
            reduction="batchmean",
            log_target=True,
        )
        # T^2 keeps the gradient as large as that of the ordinary loss (Hinton, section 2).
        return teaching.weight * loss + (1.0 - teaching.weight) * heat**2 * distance

    @torch.no_grad()
    def _follow(self) -> None:
        """Move the averaged network towards the trained one; statistics are taken over."""
        keep = min(self.config.average, 1.0 - 1.0 / (1 + self._cycle.last_epoch))
        pairs = zip(self._averaged.parameters(), self.network.parameters(), strict=True)
        for mean, now in pairs:
            mean.lerp_(now, 1.0 - keep)
        pairs = zip(self._averaged.buffers(), self.network.buffers(), strict=True)
        for mean, now in pairs:
            if mean.is_floating_point():
                mean.lerp_(now, 1.0 - keep)
            else:
                mean.copy_(now)

    def finish(self) -> torch.nn.Module:
        """The network in its best state, ready for use, on the CPU."""
        self.network.load_state_dict(self._state)
        return self.network.eval().cpu()

    def state_dict(self) -> dict[str, Any]:
        """Everything that :meth:`epoch` depends on, as tensors and plain values."""
        return {
            "epochs": self.total_steps,
            "network": self.network.state_dict(),
            "averaged": self._averaged.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "cycle": self._cycle.state_dict(),
            "generator": self._generator.get_state(),
            "history": [[v.loss, v.accuracy, v.peak] for v in self.history],
            "best": [self.best.loss, self.best.accuracy, self.best.peak],
            "best_network": self._state,
            "stale": self._stale,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what :meth:`state_dict` of an equal run returned."""
        self.total_steps = state["epochs"]
        self.network.load_state_dict(state["network"])
        self._averaged.load_state_dict(state["averaged"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._cycle.load_state_dict(state["cycle"])
        self._generator.set_state(state["generator"].cpu())
        self.history = [Validation(*row) for row in state["history"]]
        self.last = self.history[-1]
        self.best = Validation(*state["best"])
        self._state = state["best_network"]
        self._stale = state["stale"]


def validate(
    network: torch.nn.Module, windows: Windows, bfloat16: bool = False
) -> Validation:
    """How a network does on labelled windows.

    Args:
        network: the classifier; left in evaluation mode.
        windows: what to decide.
        bfloat16: compute with bfloat16.
    """
    return judge(logits_of(network, windows.iq, bfloat16), windows)


def judge(logits: torch.Tensor, windows: Windows) -> Validation:
    """How good decisions are.

    Args:
        logits: [N, classes] of the windows.
        windows: labelled.
    """
    loss = float(functional.cross_entropy(logits, windows.target))
    right = (logits.argmax(dim=1) == windows.target).double()
    shares = [
        float(right[windows.snr_db == snr].mean()) for snr in windows.snr_db.unique()
    ]
    return Validation(loss, sum(shares) / len(shares), max(shares))
