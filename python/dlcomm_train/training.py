# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training a link: a search over seeds, each with up to three stages."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from torch import nn

from dlcomm_train.calibration import best_scale
from dlcomm_train.channels import Awgn
from dlcomm_train.checkpoints import Checkpoints
from dlcomm_train.config import LinkConfig
from dlcomm_train.labelling import best_order
from dlcomm_train.losses import Loss
from dlcomm_train.networks import Decoder, Encoder, relabel
from dlcomm_train.stage import Stage, Validation, validate


@dataclass(frozen=True)
class Report:
    """Where a search is, after a validation.

    Attributes:
        seed: the seed being trained.
        step: its optimiser steps so far, all stages.
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


@dataclass(frozen=True)
class _Phase:
    """A stage of a seed: what is minimised, at which Eb/N0, and how long."""

    loss: Loss
    ebn0_db: float
    steps: int
    learning_rate: float
    receiver_only: bool = False


def _phases(config: LinkConfig) -> list[_Phase]:
    """The stages of a seed: labels (if asked for), the link, its decoder (if asked for)."""
    rate = config.learning_rate
    phases = [
        _Phase("symbolwise", config.ebn0_db, config.warm_up_steps, rate),
        _Phase(config.loss, config.ebn0_db, config.steps, rate),
        _Phase(
            config.loss,
            config.receiver_ebn0_db,
            config.receiver_steps,
            config.receiver_learning_rate,
            receiver_only=True,
        ),
    ]
    return [phase for phase in phases if phase.steps]


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
        self._phases = _phases(config)
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
        before = sum(phase.steps for phase in self._phases[: self._phase])
        return Report(self._seed, before + self._stage.step, self._stage.best)

    def advance(self) -> Report | None:
        """Take one step, and what is due after it; return a report after a validation."""
        validated = self._stage.advance()
        self.total_steps += 1
        report = self.report() if validated else None
        if self._stage.finished:
            self._stage.finish()
            self._seed_steps += self._stage.step
            if self._phase + 1 < len(self._phases):
                warm_up = self._phases[self._phase].loss != self.config.loss
                if warm_up and math.isfinite(self._stage.best.loss):
                    self._label(self._encoder, self._decoder, self._seed)
                self._begin_phase(self._phase + 1)
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
            self._label(encoder, decoder, winner.seed)
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
            "phase": self._phase,
            "seed_steps": self._seed_steps,
            "generator": self._generator.get_state(),
            "stage": self._stage.state_dict(),
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on from what :meth:`state_dict` of a search of the same config returned."""
        self.total_steps = state["total_steps"]
        self._attempts = [Attempt(**entry) for entry in state["attempts"]]
        self._kept = state["kept"]
        self._begin_seed()
        # The decoder's stage caches the codebook: the weights come first.
        self._modules.load_state_dict(state["stage"]["modules"])
        self._begin_phase(state["phase"])
        self._seed_steps = state["seed_steps"]
        self._stage.load_state_dict(state["stage"])
        self._generator.set_state(state["generator"])

    def _networks(self, seed: torch.Generator) -> tuple[Encoder, Decoder, nn.ModuleList]:
        config = self.config
        encoder = Encoder(config.n, config.k, config.form, config.power_norm, seed)
        decoder = Decoder(config.n, config.k, config.form, seed)
        return encoder, decoder, nn.ModuleList([encoder, decoder]).to(self.device)

    def _begin_seed(self) -> None:
        """Networks and random numbers of the next seed, and its first stage."""
        config = self.config
        self._seed = config.seeds[len(self._attempts)]
        # Weights are drawn on the CPU; noise where the networks are.
        generator = torch.Generator().manual_seed(self._seed)
        self._encoder, self._decoder, self._modules = self._networks(generator)
        if self.device.type != "cpu":
            generator = torch.Generator(self.device).manual_seed(self._seed)
        self._generator = generator
        self._seed_steps = 0
        self._begin_phase(0)

    def _begin_phase(self, number: int) -> None:
        """A stage of the present seed."""
        self._phase = number
        phase = self._phases[number]
        if phase.receiver_only:
            self._encoder.requires_grad_(False)  # from here on, the codebook is fixed
        channel = Awgn(self.config.n, self.config.k, phase.ebn0_db)
        self._stage = Stage(
            self.config,
            phase.loss,
            (self._encoder, self._decoder, channel),
            (phase.steps, phase.learning_rate),
            self._generator,
        )

    def _label(self, encoder: Encoder, decoder: Decoder, seed: int) -> None:
        """Give similar codewords similar bits."""
        sigma = Awgn(self.config.n, self.config.k, self.config.ebn0_db).sigma
        order = best_order(encoder.codebook().detach().cpu(), sigma, seed)
        relabel(encoder, decoder, order.to(encoder.one_hot.device))

    def _end_seed(self) -> None:
        """Judge the seed, keep it if it is the best, and begin the next."""
        config = self.config
        if self._phases[-1].receiver_only:
            # Log-likelihoods are proportional to 1/N0: back to those of the link's Eb/N0.
            difference_db = config.ebn0_db - config.receiver_ebn0_db
            self._decoder.scale_logits(10.0 ** (difference_db / 10.0))
        channel = Awgn(config.n, config.k, config.ebn0_db)
        link = (self._encoder, self._decoder, channel)
        if config.loss == "bitwise":
            self._decoder.scale_logits(best_scale(config, config.loss, link))
        found = validate(config, config.loss, link)
        # A network that diverged (NaN) must lose every comparison.
        loss = found.loss if math.isfinite(found.loss) else math.inf
        best = min((entry.validation_loss for entry in self._attempts), default=math.inf)
        self._attempts.append(Attempt(self._seed, self._seed_steps, loss, found.bler))
        if loss < best or not self._kept:
            self._kept = self._modules.state_dict()
        if not self.finished:
            self._begin_seed()
