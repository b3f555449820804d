# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training a link: a search over seeds, each with up to two stages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import nn

from dlcomm_train.channels import Awgn
from dlcomm_train.checkpoints import Checkpoints
from dlcomm_train.config import LinkConfig
from dlcomm_train.labelling import best_order
from dlcomm_train.networks import Decoder, Encoder, relabel
from dlcomm_train.stage import Stage, Validation, validate


@dataclass(frozen=True)
class Report:
    """Where a search is, after a validation.

    Attributes:
        seed: the seed being trained.
        step: its optimiser steps so far, both stages.
        best: validation of the best state of the present stage.
        resumed: whether an earlier run took these steps.
    """

    seed: int
    step: int
    best: Validation
    resumed: bool = False


Progress = Callable[[Report], None]
"""Called after every validation, and once when a search goes on from a checkpoint."""


@dataclass(frozen=True)
class Attempt:
    """How one seed of a search went."""

    seed: int
    steps: int
    validation_loss: float
    """Mean loss in nats on the validation stream, at the kept state: per message with
    loss ``symbolwise``, per bit with ``bitwise``."""
    validation_bler: float
    """Share of wrong messages on the validation stream, at the kept state."""

    def summary(self) -> dict[str, float | int | None]:
        """The entries for a recipe; the loss of a seed that diverged is None."""
        finite = math.isfinite(self.validation_loss)
        return asdict(self) | {
            "validation_loss": self.validation_loss if finite else None
        }


@dataclass(frozen=True)
class TrainedLink:
    """The kept link of a search, on the CPU, and how every seed did."""

    config: LinkConfig
    encoder: Encoder
    decoder: Decoder
    seed: int
    attempts: tuple[Attempt, ...]
    device: str = "cpu"
    """Where it was trained."""


def train(
    config: LinkConfig,
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
    device: str = "cpu",
) -> TrainedLink:
    """Train a link with every seed of `config` and keep the best.

    On the CPU the result depends on `config` alone (for one machine and one set of
    library versions), interrupted or not: training runs on one thread and every draw has
    its own generator. On another device the draws are others, and sums may be taken in
    any order.

    Args:
        config: the recipe.
        progress: told where the search is.
        checkpoints: where to keep the state of the search, and whether to go on from the
            one that is there; left out, nothing is kept.
        device: ``cpu``, or any device that torch knows.

    Raises:
        CheckpointError: the checkpoint to go on from is unusable.
        RuntimeError: the loss of every seed became infinite or NaN.
        OSError: a checkpoint cannot be written.
    """
    report = progress or (lambda _: None)
    with _one_thread():
        search = Search(config, torch.device(device))
        if checkpoints is not None and checkpoints.resume:
            checkpoints.restore(search)
            report(replace(search.report(), resumed=True))
        while not search.finished:
            seen = search.advance()
            if seen is not None:
                report(seen)
            if checkpoints is not None:
                checkpoints.keep(search)
        return search.result()


@contextmanager
def _one_thread() -> Iterator[None]:
    """One thread: sums are then always taken in the same order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class Search:
    """The training of every seed, one optimiser step at a time.

    Attributes:
        config: the recipe.
        device: where the networks are.
        total_steps: optimiser steps so far, all seeds.
    """

    def __init__(self, config: LinkConfig, device: torch.device) -> None:
        """Begin with the first seed."""
        self.config, self.device = config, device
        self.total_steps = 0
        self._attempts: list[Attempt] = []
        self._kept: dict[str, Any] = {}
        self._begin_seed()

    @property
    def finished(self) -> bool:
        """Whether every seed is done."""
        return len(self._attempts) == len(self.config.seeds)

    def report(self) -> Report:
        """Where the search is; not to be asked once it is finished."""
        before = self.config.steps if self._receiver_only else 0
        return Report(self._seed, before + self._stage.step, self._stage.best)

    def advance(self) -> Report | None:
        """Take one step, and what is due after it; return a report after a validation."""
        validated = self._stage.advance()
        self.total_steps += 1
        report = self.report() if validated else None
        if self._stage.finished:
            self._stage.finish()
            if self.config.receiver_steps and not self._receiver_only:
                self._link_steps = self._stage.step
                self._begin_receiver()
            else:
                self._end_seed()
        return report

    def result(self) -> TrainedLink:
        """The best link, labelled, once the search is finished.

        Raises:
            RuntimeError: the loss of every seed became infinite or NaN.
        """
        config = self.config
        winner = min(self._attempts, key=lambda attempt: attempt.validation_loss)
        if not math.isfinite(winner.validation_loss):
            raise RuntimeError(f"{config.name}: training diverged with every seed")
        encoder, decoder, modules = self._networks(torch.Generator())
        modules.load_state_dict(self._kept)
        modules.cpu()
        if config.loss == "symbolwise":  # bit-wise training has learned the labels
            sigma = Awgn(config.n, config.k, config.ebn0_db).sigma
            order = best_order(encoder.codebook().detach(), sigma, winner.seed)
            relabel(encoder, decoder, order)
        return TrainedLink(
            config,
            encoder,
            decoder,
            winner.seed,
            tuple(self._attempts),
            str(self.device),
        )

    def state_dict(self) -> dict[str, Any]:
        """The whole state of an unfinished search, as tensors and plain values."""
        return {
            "total_steps": self.total_steps,
            "attempts": [asdict(attempt) for attempt in self._attempts],
            "kept": self._kept,
            "receiver_only": self._receiver_only,
            "link_steps": self._link_steps,
            "generator": self._generator.get_state(),
            "stage": self._stage.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what :meth:`state_dict` of a search of the same config returned."""
        self.total_steps = state["total_steps"]
        self._attempts = [Attempt(**entry) for entry in state["attempts"]]
        self._kept = state["kept"]
        self._begin_seed()
        if state["receiver_only"]:
            # The decoder's stage caches the codebook: the weights come first.
            self._modules.load_state_dict(state["stage"]["modules"])
            self._begin_receiver()
        self._link_steps = state["link_steps"]
        self._stage.load_state_dict(state["stage"])
        self._generator.set_state(state["generator"])

    def _networks(self, seed: torch.Generator) -> tuple[Encoder, Decoder, nn.ModuleList]:
        config = self.config
        encoder = Encoder(config.n, config.k, config.form, config.power_norm, seed)
        decoder = Decoder(config.n, config.k, config.form, seed)
        return encoder, decoder, nn.ModuleList([encoder, decoder]).to(self.device)

    def _begin_seed(self) -> None:
        """The first stage of the next seed: encoder and decoder together."""
        config = self.config
        self._seed = config.seeds[len(self._attempts)]
        # Weights are drawn on the CPU; noise where the networks are.
        generator = torch.Generator().manual_seed(self._seed)
        self._encoder, self._decoder, self._modules = self._networks(generator)
        if self.device.type != "cpu":
            generator = torch.Generator(self.device).manual_seed(self._seed)
        self._generator = generator
        self._receiver_only, self._link_steps = False, 0
        self._stage = self._make_stage(config.ebn0_db, config.steps, config.learning_rate)

    def _begin_receiver(self) -> None:
        """The second stage: the decoder alone, codebook fixed."""
        config = self.config
        self._receiver_only = True
        self._encoder.requires_grad_(False)
        self._stage = self._make_stage(
            config.receiver_ebn0_db, config.receiver_steps, config.receiver_learning_rate
        )

    def _make_stage(self, ebn0_db: float, steps: int, learning_rate: float) -> Stage:
        channel = Awgn(self.config.n, self.config.k, ebn0_db)
        link = (self._encoder, self._decoder, channel)
        return Stage(self.config, link, (steps, learning_rate), self._generator)

    def _end_seed(self) -> None:
        """Judge the seed, keep it if it is the best, and begin the next."""
        config = self.config
        if self._receiver_only:
            # Log-likelihoods are proportional to 1/N0: back to those of the link's Eb/N0.
            difference_db = config.ebn0_db - config.receiver_ebn0_db
            self._decoder.scale_logits(10.0 ** (difference_db / 10.0))
        channel = Awgn(config.n, config.k, config.ebn0_db)
        found = validate(config, self._encoder, self._decoder, channel)
        # A network that diverged (NaN) must lose every comparison.
        loss = found.loss if math.isfinite(found.loss) else math.inf
        best = min((entry.validation_loss for entry in self._attempts), default=math.inf)
        steps = self._link_steps + self._stage.step
        self._attempts.append(Attempt(self._seed, steps, loss, found.bler))
        if loss < best or not self._kept:
            self._kept = self._modules.state_dict()
        if not self.finished:
            self._begin_seed()
