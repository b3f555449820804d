# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training two links that disturb each other: y1 = x1 + x2 + w1, y2 = x1 + x2 + w2.

Both transmitters and both receivers learn together; each receiver decides for its own
user's message only. The loss is a L1 + (1 - a) L2 with a = L1 / (L1 + L2), taken anew
after every step and 1/2 before the first, so that the worse user counts more (T. O'Shea,
J. Hoydis, "An Introduction to Deep Learning for the Physical Layer", 2017, section III-B).

The receivers then learn on alone. With fixed codebooks, the message in the loss is replaced
by its expectation given what was received, the exact posterior over all messages: the
expected gradient is the same, its variance much smaller (Rao-Blackwell).
"""

from __future__ import annotations

import copy
import math
from dataclasses import asdict, dataclass

import torch
from torch.nn import functional

from dlcomm_train.networks.link import Decoder, Encoder
from dlcomm_train.training.history import Entry
from dlcomm_train.training.outcome import Progress, Report
from dlcomm_train.training.stage import DivergedError, Validation, check_finite
from dlcomm_train.training.train import one_thread
from dlcomm_train.two_user.config import TwoUserConfig
from dlcomm_train.two_user.networks import TwoUsers

_VALIDATION_BATCH = 1 << 14
_LINK, _RECEIVER = "link", "receiver"


@dataclass(frozen=True)
class PairValidation:
    """How two users do on the validation stream.

    Attributes:
        users: loss and share of wrong messages of each user.
    """

    users: tuple[Validation, Validation]

    @property
    def joint(self) -> Validation:
        """What is compared: a L1 + (1 - a) L2 with a = L1 / (L1 + L2), and the worse BLER."""
        losses = [user.loss for user in self.users]
        share = user_share(*losses)
        loss = share * losses[0] + (1.0 - share) * losses[1]
        return Validation(loss, max(user.bler for user in self.users))


@dataclass(frozen=True)
class PairAttempt:
    """How one seed of a search went; losses and error rates are one for each user.

    Attributes:
        seed: the seed.
        steps: its optimiser steps.
        validation_loss: mean loss in nats per message at the kept state.
        validation_bler: share of wrong messages at the kept state.
    """

    seed: int
    steps: int
    validation_loss: tuple[float, float]
    validation_bler: tuple[float, float]

    def summary(self) -> dict[str, int | list[float | None]]:
        """The entries for a recipe; those of a seed that diverged are None."""
        return {
            key: [entry if math.isfinite(entry) else None for entry in value]
            if isinstance(value, tuple)
            else value
            for key, value in asdict(self).items()
        }


@dataclass(frozen=True)
class TrainedPairOfLinks:
    """The two kept links of a search, and how every seed did; user a comes first.

    Attributes:
        config: the recipe.
        encoders: the users' transmitters.
        decoders: the users' receivers.
        seed: the seed that they come from.
        attempts: every seed.
        histories: every validation on the way, for each user.
    """

    config: TwoUserConfig
    encoders: tuple[Encoder, Encoder]
    decoders: tuple[Decoder, Decoder]
    seed: int
    attempts: tuple[PairAttempt, ...]
    histories: tuple[tuple[Entry, ...], tuple[Entry, ...]]


def user_share(first: float, second: float) -> float:
    """The weight a = L1 / (L1 + L2) of the first user's loss.

    1/2 where that is not a number: both losses are zero, or one is infinite.
    """
    total = first + second
    return first / total if total and math.isfinite(total) else 0.5


def train_two_users(
    config: TwoUserConfig, progress: Progress | None = None
) -> TrainedPairOfLinks:
    """Train two links with every seed of `config` and keep the best two of one seed.

    The result depends on `config` alone (for one machine and one set of library
    versions): training runs on one thread and every draw has its own generator.

    Args:
        config: the recipe.
        progress: told after every validation; its loss is the weighted one, its BLER that
            of the worse user.

    Raises:
        DivergedError: the loss of every seed became infinite or NaN; the message names the
            last one's step.
    """
    with one_thread():
        runs: list[_Run] = []
        for seed in config.seeds:
            run = _Run(config, seed)
            run.train(progress or (lambda _: None))
            runs.append(run)
        winner = min(runs, key=lambda run: run.best.joint.loss)
        if not math.isfinite(winner.best.joint.loss):
            reason = runs[-1].failure or "the validation loss is not a finite number"
            raise DivergedError(f"{config.name}, seed {runs[-1].seed}, {reason}")
        users = winner.result()
    return TrainedPairOfLinks(
        config,
        tuple(users.encoders),
        tuple(users.decoders),
        winner.seed,
        tuple(run.attempt() for run in runs),
        tuple(tuple(entry for run in runs for entry in run.histories[u]) for u in (0, 1)),
    )


class _Run:
    """The training of one seed.

    Attributes:
        seed: the seed.
        best: validation of the best state so far.
        histories: every validation, for each user.
        failure: why it was given up; empty where it was not.
    """

    def __init__(self, config: TwoUserConfig, seed: int) -> None:
        self._config, self.seed = config, seed
        self._generator = torch.Generator().manual_seed(seed)
        self._users = TwoUsers(config, self._generator)
        self._state = copy.deepcopy(self._users.state_dict())
        nothing = Validation(math.inf, math.nan)
        self.best = PairValidation((nothing, nothing))
        self.histories: tuple[list[Entry], list[Entry]] = ([], [])
        self.failure = ""
        self._steps = 0

    def train(self, progress: Progress) -> None:
        """Take all steps, or stop where validation gets no better or the loss diverges."""
        config = self._config
        stages = {
            _LINK: (config.steps, config.learning_rate),
            _RECEIVER: (config.receiver_steps, config.receiver_learning_rate),
        }
        for name, (steps, rate) in stages.items():
            if steps:
                self._users.load_state_dict(self._state)
                self._users.encoders.requires_grad_(name == _LINK)
                try:
                    self._stage(name, steps, rate, progress)
                except DivergedError as error:
                    self.failure = f"stage {name}: {error}"
                    return

    def _stage(self, name: str, steps: int, rate: float, progress: Progress) -> None:
        """Train whatever requires a gradient."""
        config = self._config
        trained = [weight for weight in self._users.parameters() if weight.requires_grad]
        optimiser = torch.optim.Adam(trained, lr=rate)
        cycle = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, max_lr=rate, total_steps=steps
        )
        share, step, stale = 0.5, 0, 0
        while step < steps and stale < config.patience:
            losses = self._losses(exact=name == _RECEIVER)
            loss = share * losses[0] + (1.0 - share) * losses[1]
            check_finite(loss, step + 1)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            cycle.step()
            share = user_share(*(loss.item() for loss in losses))
            step += 1
            self._steps += 1
            if step % config.validate_every == 0 or step == steps:
                stale = 0 if self._validate(name, step) else stale + 1
                progress(Report(self.seed, self._steps, self.best.joint))

    def _losses(self, exact: bool) -> list[torch.Tensor]:
        """Each user's cross-entropy on a batch; `exact`: with posteriors as the target."""
        messages = _messages(self._config.batch, self._config.messages, self._generator)
        received = self._users.send(messages, self._generator)
        targets = self._users.posteriors(received) if exact else messages
        return [
            functional.cross_entropy(logits, target)
            for logits, target in zip(self._users.decide(received), targets, strict=True)
        ]

    def _validate(self, stage: str, step: int) -> bool:
        """Validate, remember the state if it is the best, and return whether it is."""
        found = validate(self._config, self._users)
        for history, user in zip(self.histories, found.users, strict=True):
            history.append(Entry(self.seed, stage, step, user.loss, user.bler))
        better = found.joint.loss < self.best.joint.loss
        if better:
            self.best = found
            self._state = copy.deepcopy(self._users.state_dict())
        return better

    def attempt(self) -> PairAttempt:
        """How it went."""
        first, second = self.best.users
        return PairAttempt(
            self.seed, self._steps, (first.loss, second.loss), (first.bler, second.bler)
        )

    def result(self) -> TwoUsers:
        """The best networks, labelled."""
        self._users.load_state_dict(self._state)
        self._users.label(self.seed)
        return self._users


def _messages(
    count: int, messages: int, generator: torch.Generator
) -> tuple[torch.Tensor, torch.Tensor]:
    """Messages [count] of both users: each message equally often, in random pairs.

    Equally often is the same expectation as drawn at random, with less variance.
    """
    first = torch.arange(count) % messages
    return first, first[torch.randperm(count, generator=generator)]


@torch.no_grad()
def validate(config: TwoUserConfig, users: TwoUsers) -> PairValidation:
    """How the users do on the validation stream, which is the same at every call."""
    generator = torch.Generator().manual_seed(config.validation_seed)
    sets = -(-config.validation_messages // config.messages)
    count = sets * config.messages
    losses, errors = [0.0, 0.0], [0, 0]
    stream = _messages(count, config.messages, generator)
    for messages in zip(*(part.split(_VALIDATION_BATCH) for part in stream), strict=True):
        for user, logits in enumerate(users.decide(users.send(messages, generator))):
            loss = functional.cross_entropy(logits, messages[user], reduction="sum")
            losses[user] += float(loss.double())
            errors[user] += int((logits.argmax(dim=1) != messages[user]).sum())
    first, second = (Validation(losses[user] / count, errors[user] / count) for user in (0, 1))
    return PairValidation((first, second))
