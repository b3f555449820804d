# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training a link again after a step has taken something away."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag

from dlcomm_train.channels.models import Awgn, Channel
from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.link import Link, Progress
from dlcomm_train.compress.training.data_retraining import DataRetraining, retrain_on_data
from dlcomm_train.compress.training.network import (
    MatchedDecoder,
    TrainableDecoder,
    TrainableEncoder,
    fresh_layer,
    networks,
    set_softness,
    taken_back,
)
from dlcomm_train.networks.normalisation import normalise
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.labelling import best_order, confusion
from dlcomm_train.training.stage import DivergedError, Stage, Validation, validate

StageMaker = Callable[
    [
        LinkConfig,
        tuple[TrainableEncoder, TrainableDecoder | MatchedDecoder, Channel],
        int,
        float,
        torch.Generator,
    ],
    Stage,
]
"""Makes a stage from a recipe, a link, steps, the peak learning rate and a generator."""


class Retraining(BaseModel):
    """How to train again."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    soft_steps: int = Field(default=0, ge=0)
    """Steps before the others in which rounding is a smooth staircase that becomes steeper
    and steeper; for few bits and `fresh` weights."""
    steps: int = Field(default=2000, ge=0)
    """Steps that train encoder and decoder together."""
    receiver_steps: int = Field(default=1000, ge=0)
    """Further steps that train the decoder alone, on exact posteriors; none of a matched
    one."""
    learning_rate: float = Field(default=0.01, gt=0.0)
    """Peak of the one-cycle schedule of the soft steps and of those that train both networks
    (a fifth of it for the latter, when there are soft ones before)."""
    receiver_learning_rate: float = Field(default=0.005, gt=0.0)
    """Peak of that of the further ones."""
    ebn0_db: float | None = Field(default=None, ge=-20.0, le=40.0)
    """Eb/N0 of the training channel in dB; None: that of the link's recipe."""
    batch: int = Field(default=4096, ge=256, multiple_of=256)
    """Messages per step."""
    fresh: bool = False
    """Start from new random weights instead of those of the link. With one or two bits a
    network has other good solutions than a rounded float one."""
    seeds: tuple[int, ...] = Field(default=(1,), min_length=1)
    """Attempts; the best on the validation stream is kept."""

    @property
    def total_steps(self) -> int:
        """Steps of one attempt."""
        return self.soft_steps + self.steps + self.receiver_steps

    def recipe(self, config: LinkConfig) -> LinkConfig:
        """The recipe of a link with this batch, at this Eb/N0, never stopped early."""
        ebn0_db = config.ebn0_db if self.ebn0_db is None else self.ebn0_db
        update = {"batch": self.batch, "ebn0_db": ebn0_db, "patience": 1 << 30}
        return config.model_copy(update=update)


def _kind_of(value: object) -> str:
    if isinstance(value, dict):
        return "[data]" if "epochs" in value else "[link]"
    return "[data]" if isinstance(value, DataRetraining) else "[link]"


AnyRetraining = Annotated[
    Annotated[Retraining, Tag("[link]")] | Annotated[DataRetraining, Tag("[data]")],
    Discriminator(_kind_of),
]
"""How to train a link again, by steps, or a classifier, by epochs."""


def retrain(
    link: Link,
    settings: Retraining | DataRetraining,
    what: str,
    progress: Progress,
    make: StageMaker | None = None,
) -> Link:
    """Train a link, or a classifier, again under all that earlier steps demand of its layers.

    Args:
        link: the link.
        settings: how.
        what: the step that wants this, for messages.
        progress: told now and then.
        make: makes the stages of a link; left out, ordinary ones.

    Raises:
        CompressError: the link has no recipe that it could be trained with, or `settings`
            are for the other kind of model.
    """
    if isinstance(settings, DataRetraining) != (link.material is not None):
        raise CompressError(
            f"{what}: retraining has {'steps' if link.material else 'epochs'}, expected "
            + ("epochs of a data set" if link.material else "steps over a channel")
        )
    if link.material is not None:
        stack = retrain_on_data(
            link.decoder, link.material, settings, lambda share: progress(what, share)
        )
        return replace(link, decoder=stack)
    if not settings.total_steps:
        return link
    config = settings.recipe(link.trainable(what))
    best, kept = math.inf, None
    for number, seed in enumerate(settings.seeds):

        def report(share: float, number: int = number) -> None:
            progress(what, (number + share) / len(settings.seeds))

        generator = torch.Generator().manual_seed(seed)
        found = _attempt(link, config, settings, generator, make or _ordinary, report)
        loss = judge(found, config).loss
        if loss < best:
            best, kept = loss, found
    if kept is None:
        raise DivergedError(f"{what}: no attempt at retraining has a finite loss")
    return _relabelled(kept, config) if settings.fresh else kept


def _ordinary(
    config: LinkConfig,
    link: tuple[TrainableEncoder, TrainableDecoder | MatchedDecoder, Channel],
    steps: int,
    learning_rate: float,
    generator: torch.Generator,
) -> Stage:
    return Stage(config, config.loss, link, (steps, learning_rate), generator)


def _attempt(
    link: Link,
    config: LinkConfig,
    settings: Retraining,
    generator: torch.Generator,
    make: StageMaker,
    report: Callable[[float], None],
) -> Link:
    if settings.fresh:
        link = link.map("both", lambda layers: [fresh_layer(x, generator) for x in layers])
    encoder, decoder = networks(link, config)
    channel = config.channel_model(config.ebn0_db)
    done = 0
    both_rate = settings.learning_rate * (0.2 if settings.soft_steps else 1.0)
    receiver_steps = 0 if link.matched is not None else settings.receiver_steps
    phases = (
        (settings.soft_steps, settings.learning_rate, True),
        (settings.steps, both_rate, True),
        (receiver_steps, settings.receiver_learning_rate, False),
    )
    for number, (steps, learning_rate, both) in enumerate(phases):
        if not steps:
            continue
        encoder.requires_grad_(both)
        if number == 0:
            set_softness((encoder, decoder), 1.0)
        stage = make(config, (encoder, decoder, channel), steps, learning_rate, generator)
        while not stage.finished:
            if number == 0:
                set_softness((encoder, decoder), 1.0 - stage.step / steps)
            if stage.advance():
                report((done + stage.step) / settings.total_steps)
        if number == 0:
            # The softest weights did best, but it is the rounded ones that count.
            set_softness((encoder, decoder), None)
        else:
            stage.finish()
        done += steps
    return taken_back(link, (encoder, decoder))


def judge(link: Link, config: LinkConfig) -> Validation:
    """How a link does on the validation stream of its recipe."""
    channel = config.channel_model(config.ebn0_db)
    return validate(config, config.loss, (*networks(link, config), channel))


def _relabelled(link: Link, config: LinkConfig) -> Link:
    """Give codewords that are easily confused labels that differ in few bits."""
    channel = config.channel_model(config.ebn0_db)
    if config.loss == "bitwise" or not isinstance(channel, Awgn):
        return link
    raw = torch.from_numpy(link.encoder.forward(np.eye(config.messages, dtype=np.float32)))
    points = normalise(raw, config.power_norm).numpy()
    order = best_order(confusion(points, channel.sigma), config.seeds[0]).numpy()

    def senders(layers: tuple[Layer, ...]) -> list[Layer]:
        return [layers[0].columns(order), *layers[1:]]

    def receivers(layers: tuple[Layer, ...]) -> list[Layer]:
        return [*layers[:-1], layers[-1].rows(order)]

    return link.map("encoder", senders).map("decoder", receivers)
