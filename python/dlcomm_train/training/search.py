# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The search over seeds: for each, the stages of its training, one step at a time."""

from __future__ import annotations

import math
from dataclasses import asdict, astuple, dataclass
from typing import Any

import torch
from torch import nn

from dlcomm_train.channels.models import Awgn, Channel
from dlcomm_train.networks.link import Decoder, Encoder, front_end, relabel
from dlcomm_train.training.calibration import best_scale
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.history import Entry
from dlcomm_train.training.labelling import best_order, confusion, observed_confusion
from dlcomm_train.training.losses import Loss
from dlcomm_train.training.outcome import Attempt, Report, TrainedLink
from dlcomm_train.training.policy import BlackBox, PolicyStage
from dlcomm_train.training.stage import DivergedError, Stage, received_logits, validate


@dataclass(frozen=True)
class _Phase:
    """A stage of a seed: what is minimised, at which Eb/N0, and how long."""

    name: str
    loss: Loss
    ebn0_db: float
    steps: int
    learning_rate: float
    receiver_only: bool = False


def _phases(config: LinkConfig) -> list[_Phase]:
    """The stages of a seed: labels (if asked for), the link, its decoder (if asked for)."""
    rate = config.learning_rate
    phases = [
        _Phase("warm-up", "symbolwise", config.ebn0_db, config.warm_up_steps, rate),
        _Phase("link", config.loss, config.ebn0_db, config.steps, rate),
        _Phase(
            "receiver",
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
        config: the recipe, which says everything: there is no other `origin`.
        device: where the networks are.
        total_steps: optimiser steps so far, all seeds.
        encoder, decoder: the networks of the present seed.
        history: every validation so far.
    """

    def __init__(
        self, config: LinkConfig, device: torch.device, channel: Channel | None = None
    ) -> None:
        """Begin with the first seed; `channel` takes the place of the channel model."""
        self.config, self.device, self._given = config, device, channel
        self.origin: dict[str, Any] = {}
        self.history: list[Entry] = []
        self._phases = _phases(config)
        self.total_steps = 0
        self._attempts: list[Attempt] = []
        self._kept: dict[str, Any] = {}
        self._begin_seed()

    @property
    def healthy(self) -> bool:
        """Whether the weights in training are finite numbers."""
        return self._stage.healthy

    @property
    def finished(self) -> bool:
        """Whether every seed is done."""
        return len(self._attempts) == len(self.config.seeds)

    def report(self) -> Report:
        """Where the search is; not to be asked once it is finished."""
        before = sum(phase.steps for phase in self._phases[: self._phase])
        return Report(self._seed, before + self._stage.step, self._stage.best)

    def advance(self) -> Report | None:
        """Take one step, and what is due after it; return a report after a validation.

        Raises:
            DivergedError: the loss became infinite or NaN, and no other seed is left.
        """
        phase = self._phases[self._phase].name
        try:
            validated = self._stage.advance()
        except DivergedError as error:
            reason = f"stage {phase}: {error}"
            return self._lose_seed(reason, self._seed_steps + self._stage.step)
        self.total_steps += 1
        report = self.report() if validated else None
        if validated:
            last = self._stage.last
            self.history.append(Entry(self._seed, phase, self._stage.step, *astuple(last)))
        if self._stage.finished:
            self._stage.finish()
            self._seed_steps += self._stage.step
            if self._phase + 1 < len(self._phases):
                warm_up = self._phases[self._phase].loss != self.config.loss
                if warm_up and math.isfinite(self._stage.best.loss):
                    self._label(self.encoder, self.decoder, self._seed)
                    # LLRs that are far too small would make the next stage tear apart what
                    # it should refine.
                    self._scale()
                self._begin_phase(self._phase + 1)
            else:
                return self._end_seed() or report
        return report

    def result(self) -> TrainedLink:
        """The best link, labelled, once the search is finished."""
        config = self.config
        winner = min(self._attempts, key=lambda attempt: attempt.validation_loss)
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
            tuple(self.history),
            str(self.device),
        )

    def state_dict(self) -> dict[str, Any]:
        """The whole state of an unfinished search, as tensors and plain values."""
        return {
            "total_steps": self.total_steps,
            "attempts": [asdict(attempt) for attempt in self._attempts],
            "history": [list(astuple(entry)) for entry in self.history],
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
        self.history = [Entry(*entry) for entry in state["history"]]
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
        before = front_end(
            config.front_end, config.n, config.estimator_units, config.real_gain, seed
        )
        decoder = Decoder(
            config.n, config.k, config.form, seed, before, config.decoder_units
        )
        return encoder, decoder, nn.ModuleList([encoder, decoder]).to(self.device)

    def _begin_seed(self) -> None:
        """Networks and random numbers of the next seed, and its first stage."""
        config = self.config
        self._seed = config.seeds[len(self._attempts)]
        # Weights are drawn on the CPU; noise where the networks are.
        generator = torch.Generator().manual_seed(self._seed)
        self.encoder, self.decoder, self._modules = self._networks(generator)
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
            self.encoder.requires_grad_(False)  # from here on, the codebook is fixed
        channel = self._channel(phase.ebn0_db)
        policy = self.config.policy is not None and not phase.receiver_only
        self._stage = (PolicyStage if policy else Stage)(
            self.config,
            phase.loss,
            (self.encoder, self.decoder, channel),
            (phase.steps, phase.learning_rate),
            self._generator,
        )

    def _channel(self, ebn0_db: float) -> Channel:
        """The channel of a stage."""
        channel = self._given or self.config.channel_model(ebn0_db)
        # Without a model, the receiver has to do without likelihoods, too.
        return channel if self.config.policy is None else BlackBox(channel)

    @torch.no_grad()
    def _label(self, encoder: Encoder, decoder: Decoder, seed: int) -> None:
        """Give similar codewords similar bits."""
        channel = self._channel(self.config.ebn0_db)
        if isinstance(channel, Awgn):
            pairs = confusion(encoder.codebook().cpu().numpy(), channel.sigma)
        else:
            batches = received_logits(self.config, (encoder, decoder, channel))
            pairs = observed_confusion(batches, self.config.messages)
        order = best_order(pairs, seed)
        relabel(encoder, decoder, order.to(encoder.one_hot.device))

    def _scale(self) -> None:
        """Give the logits the scale that minimises the loss."""
        config = self.config
        link = (self.encoder, self.decoder, self._channel(config.ebn0_db))
        self.decoder.scale_logits(best_scale(config, config.loss, link))

    def _lose_seed(self, reason: str, steps: int) -> Report:
        """Give up the present seed after so many steps, and begin the next.

        Raises:
            DivergedError: no other seed is left, and none did well before.
        """
        trouble = f"{self.config.name}, seed {self._seed}, {reason}"
        report = Report(self._seed, steps, self._stage.best, trouble=trouble)
        self._attempts.append(Attempt(self._seed, steps, math.inf, math.nan))
        if not self.finished:
            self._begin_seed()
        elif not self._kept:
            raise DivergedError(trouble)
        return report

    def _end_seed(self) -> Report | None:
        """Judge the seed, keep it if it is the best, and begin the next.

        Returns:
            What there is to say about a seed that is given up.
        """
        config = self.config
        if self._phases[-1].receiver_only and config.receiver_ebn0_db != config.ebn0_db:
            # Log-likelihoods are proportional to 1/N0: back to those of the link's Eb/N0.
            difference_db = config.ebn0_db - config.receiver_ebn0_db
            self.decoder.scale_logits(10.0 ** (difference_db / 10.0))
        channel = self._channel(config.ebn0_db)
        if config.loss == "bitwise":
            self._scale()
        found = validate(config, config.loss, (self.encoder, self.decoder, channel))
        if not math.isfinite(found.loss):
            return self._lose_seed(f"the validation loss is {found.loss}", self._seed_steps)
        best = min((entry.validation_loss for entry in self._attempts), default=math.inf)
        self._attempts.append(Attempt(self._seed, self._seed_steps, *astuple(found)))
        if found.loss < best:
            self._kept = self._modules.state_dict()
        if not self.finished:
            self._begin_seed()
        return None
