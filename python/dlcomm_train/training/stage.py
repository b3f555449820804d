# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""One stage of training: the loop over batches, with validation and early stopping."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from dlcomm_train.channels.models import Channel, ChannelModel, Received
from dlcomm_train.networks.link import Decoder, Encoder
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.losses import Loss, loss_of

_VALIDATION_BATCH = 1 << 14


class DivergedError(RuntimeError):
    """A loss became infinite or NaN; the message is one line for people."""


def check_finite(loss: torch.Tensor, step: int) -> None:
    """Make sure that `loss` is a number before it spoils the weights.

    Raises:
        DivergedError: it is not; the message names `step`.
    """
    value = loss.item()
    if not math.isfinite(value):
        raise DivergedError(f"the loss is {value} at step {step}, expected a finite number")


@dataclass(frozen=True)
class Validation:
    """How a link does on the validation stream.

    Attributes:
        loss: mean loss in nats, per message or per bit as the loss counts.
        bler: share of wrong messages.
    """

    loss: float
    bler: float


class Stage:
    """Trains a link batch by batch and remembers the best validated state.

    With a fixed encoder and a known channel, the message in the loss is replaced by its
    expectation given what was received, the posterior over all messages: the expected
    gradient is the same, its variance much smaller (Rao-Blackwell).

    Attributes:
        step: batches done.
        best: validation of the best state so far.
        last: the latest validation.
    """

    def __init__(
        self,
        config: LinkConfig,
        loss: Loss,
        link: tuple[Encoder, Decoder, Channel],
        schedule: tuple[int, float],
        generator: torch.Generator,
    ) -> None:
        """Set up the stage; nothing is trained yet.

        Args:
            config: batch and validation settings.
            loss: what is minimised and validated.
            link: encoder, decoder and the channel between them; what requires no
                gradient stays as it is.
            schedule: steps, and peak learning rate of the one-cycle schedule.
            generator: of the noise, on the device of the link.
        """
        self._config, self._loss, self._generator = config, loss, generator
        self._encoder, self._decoder, self._channel = link
        self._modules = nn.ModuleList([self._encoder, self._decoder])
        self._steps, learning_rate = schedule
        trained = [weight for weight in self._modules.parameters() if weight.requires_grad]
        self._optimiser = torch.optim.Adam(trained, lr=learning_rate)
        self._cycle = torch.optim.lr_scheduler.OneCycleLR(
            self._optimiser, max_lr=learning_rate, total_steps=self._steps
        )
        # Every message equally often in every batch: same expectation, less variance.
        messages = torch.arange(config.batch, device=generator.device)
        self._messages = messages % config.messages
        fixed = not any(weight.requires_grad for weight in self._encoder.parameters())
        known = isinstance(self._channel, ChannelModel)
        self._codebook = self._encoder.codebook() if fixed and known else None
        self.step = 0
        self.best = self.last = Validation(math.inf, math.nan)
        self._state = copy.deepcopy(self._modules.state_dict())
        self._stale = 0

    @property
    def finished(self) -> bool:
        """Whether all steps are done or validation stopped getting better."""
        return self.step == self._steps or self._stale == self._config.patience

    @property
    def healthy(self) -> bool:
        """Whether all weights are finite numbers."""
        weights = self._modules.parameters()
        return all(bool(torch.isfinite(weight).all()) for weight in weights)

    def advance(self) -> bool:
        """Train on one batch; return whether a validation followed.

        Raises:
            DivergedError: the loss became infinite or NaN.
        """
        self._batch()
        self._cycle.step()
        self.step += 1
        if self.step % self._config.validate_every and self.step != self._steps:
            return False
        link = (self._encoder, self._decoder, self._channel)
        self.last = validate(self._config, self._loss, link)
        if self.last.loss < self.best.loss:
            self.best, self._stale = self.last, 0
            self._state = copy.deepcopy(self._modules.state_dict())
        else:
            self._stale += 1
        return True

    def _batch(self) -> None:
        """Send one batch and take the optimiser's step."""
        loss = self._batch_loss()
        check_finite(loss, self.step + 1)
        self._optimiser.zero_grad()
        loss.backward()
        self._optimiser.step()

    def _batch_loss(self) -> torch.Tensor:
        """Send one batch; what the step makes smaller."""
        received = self._channel(self._encoder(self._messages), self._generator)
        return self._loss_for(received, self._decoder(received))

    def _loss_for(self, received: Received, logits: torch.Tensor) -> torch.Tensor:
        """The loss of `logits` [b, M] for the batch that arrived as `received`."""
        target = self._messages
        if self._codebook is not None:
            target = self._channel.posteriors(received, self._codebook)
        return loss_of(self._loss, logits, target)

    def finish(self) -> None:
        """Put the best state into the link."""
        self._modules.load_state_dict(self._state)

    def state_dict(self) -> dict[str, Any]:
        """Everything that :meth:`advance` depends on, as tensors and plain values."""
        return {
            "step": self.step,
            "modules": self._modules.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "cycle": self._cycle.state_dict(),
            "best": [self.best.loss, self.best.bler],
            "best_modules": self._state,
            "stale": self._stale,
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what :meth:`state_dict` of an equal stage returned."""
        self.step = state["step"]
        self._modules.load_state_dict(state["modules"])
        self._optimiser.load_state_dict(state["optimiser"])
        self._cycle.load_state_dict(state["cycle"])
        self.best = Validation(*state["best"])
        self._state = state["best_modules"]
        self._stale = state["stale"]


@torch.no_grad()
def validate(
    config: LinkConfig, kind: Loss, link: tuple[Encoder, Decoder, Channel]
) -> Validation:
    """How the link does on the validation stream.

    The stream is the same at every call: same messages and, with a channel model, same noise.
    A flowgraph's noise runs on, so that there the best of several validations looks a little
    better than it is.
    """
    loss, errors, count = 0.0, 0, 0
    for messages, logits in received_logits(config, link):
        loss += float(loss_of(kind, logits, messages, "sum").double())
        errors += int((logits.argmax(dim=1) != messages).sum())
        count += len(messages)
    return Validation(loss / count, errors / count)


def received_logits(
    config: LinkConfig, link: tuple[Encoder, Decoder, Channel]
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Batches of messages [b] of the validation stream and the logits [b, M] for them."""
    encoder, decoder, channel = link
    codebook = encoder.codebook()
    generator = torch.Generator(codebook.device).manual_seed(config.validation_seed)
    sets = -(-config.validation_messages // config.messages)
    stream = torch.arange(config.messages, device=codebook.device).repeat(sets)
    for messages in stream.split(_VALIDATION_BATCH):
        yield messages, decoder(channel(codebook[messages], generator))
