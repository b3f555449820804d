# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Pruning single weights: those that matter least go, the others are trained on.

S. Han et al., "Learning both weights and connections for efficient neural networks", 2015;
the gradual schedule is that of M. Zhu, S. Gupta, "To prune, or not to prune", 2017. Biases
stay.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from dlcomm_train.compress.budgets.budget import RATES, Adjustable
from dlcomm_train.compress.link import Link, Progress, Side, sides
from dlcomm_train.compress.training.retrain import AnyRetraining, Retraining, retrain
from dlcomm_train.compress.training.saliency import fisher, fisher_on_data, magnitude


class Prune(Adjustable):
    """Set the weights that matter least to zero, and train the others on."""

    strength: ClassVar[tuple[str, ...]] = ("rate",)

    kind: Literal["prune"] = "prune"
    rate: float | None = Field(default=None, gt=0.0, lt=1.0)
    """Share of the weights to prune."""
    saliency: Literal["magnitude", "fisher"] = "magnitude"
    """What a weight matters by. ``magnitude``: |w|, needs no data, but layers of different
    scale compete unfairly; ``fisher``: the growth of the loss that its absence would cause."""
    scope: Literal["global", "layer"] = "global"
    """``global``: one threshold for all layers of both networks; ``layer``: the share in
    every layer."""
    floor: float = Field(default=0.2, ge=0.0, le=1.0)
    """With scope ``global``, the share of what even pruning would leave that every layer
    keeps: one threshold for all can empty a small layer. Unless it is 0, every input and
    every output of a layer keeps a weight, too: a message without any would be lost."""
    side: Side = "both"
    """Which network."""
    gradual: int = Field(default=1, ge=1, le=100)
    """In how many rounds, both networks trained after each, the receiver alone after the last
    (after each, where only it is trained). Round i of g leaves the share
    r (1 - (1 - i/g)^3) pruned."""
    retraining: AnyRetraining | None = Retraining()
    """How to train after every round; None: not at all."""
    seed: int = 4_000_037
    """Of the noise, or the windows, that the Fisher information is estimated with."""

    def settings(self, link: Link) -> tuple[float, ...]:
        """As the base class."""
        return RATES

    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The link with masks; as the base class."""
        if self.retraining is not None or self.saliency == "fisher":
            link.check_trainable(self.kind)
        for number in range(1, self.gradual + 1):
            rate = self.rate * (1.0 - (1.0 - number / self.gradual) ** 3)
            link = self._round(link, rate)
            if self.retraining is not None:
                last = number == self.gradual
                settings = self.retraining if last else _joint(self.retraining)
                link = retrain(link, settings, f"{self.kind} {rate:.0%}", progress)
        kept = [layer.nonzeros for layer in link.encoder.layers + link.decoder.layers]
        return link.noted(**self.model_dump(mode="json"), weights_left=kept)

    def _round(self, link: Link, rate: float) -> Link:
        # A matched receiver has the masks of its transmitter.
        side: Side = "encoder" if link.matched is not None else self.side
        masks = iter(saliency_masks(self._saliency(link, side), rate, self.scope, self.floor))
        return link.map(side, lambda found: [x.masked(next(masks)) for x in found])

    def _saliency(self, link: Link, side: Side) -> list[np.ndarray]:
        if self.saliency == "magnitude":
            return magnitude(
                [layer for name in sides(side) for layer in getattr(link, name).layers]
            )
        if link.material is not None:
            return fisher_on_data(link.decoder, link.material, self.seed)
        config = link.trainable(self.kind)
        if self.retraining is not None:
            config = self.retraining.recipe(config)
        return fisher(link, config, side, self.seed)


def _joint(settings: AnyRetraining) -> AnyRetraining:
    """The same without steps of the receiver alone, where there are others: its last word
    comes later."""
    if not isinstance(settings, Retraining):
        return settings
    return settings.model_copy(update={"receiver_steps": 0}) if settings.steps else settings


def saliency_masks(
    saliency: list[np.ndarray], rate: float, scope: Literal["global", "layer"], floor: float
) -> list[np.ndarray]:
    """Masks [outputs, inputs] bool of the weights that stay.

    Exactly the given share goes, rounded to a whole number of weights. Weights that have
    been pruned before go first: they matter nothing.

    Args:
        saliency: what every weight matters, [outputs, inputs], not negative, for every layer.
        rate: share of all weights to prune.
        scope: whether the share is that of all layers together or of each.
        floor: share of what even pruning would leave that every layer keeps; unless it is
            0, every row and every column keeps its most salient weight as well.
    """
    if scope == "layer":
        return [saliency_masks([one], rate, "global", 0.0)[0] for one in saliency]
    safe = []
    for one in saliency:
        keep = np.zeros(one.size, dtype=bool)
        stay = int(floor * (1.0 - rate) * one.size)
        keep[np.argsort(-one.ravel(), kind="stable")[:stay]] = True
        if floor > 0.0:
            rows, columns = (np.arange(length) for length in one.shape)
            keep = keep.reshape(one.shape)
            keep[rows, one.argmax(axis=1)] = keep[one.argmax(axis=0), columns] = True
        safe.append(keep.ravel())
    flat = np.concatenate([one.ravel() for one in saliency])
    order = np.argsort(np.where(np.concatenate(safe), np.inf, flat), kind="stable")
    stay = np.ones(order.size, dtype=bool)
    stay[order[: round(rate * order.size)]] = False
    parts = np.split(stay, np.cumsum([one.size for one in saliency])[:-1])
    return [part.reshape(one.shape) for part, one in zip(parts, saliency, strict=True)]
