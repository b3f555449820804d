# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Pruning single weights: the smallest go, the others are trained on.

S. Han et al., "Learning both weights and connections for efficient neural networks", 2015;
the gradual schedule is that of M. Zhu, S. Gupta, "To prune, or not to prune", 2017. Biases
stay.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from dlcomm_train.compress.budget import RATES, Adjustable
from dlcomm_train.compress.layer import Layer
from dlcomm_train.compress.link import Link, Progress, Side, sides
from dlcomm_train.compress.retrain import Retraining, retrain


class Prune(Adjustable):
    """Set the weights of smallest magnitude to zero, and train the others on."""

    strength: ClassVar[tuple[str, ...]] = ("rate",)

    kind: Literal["prune"] = "prune"
    rate: float | None = Field(default=None, gt=0.0, lt=1.0)
    """Share of the weights to prune."""
    scope: Literal["global", "layer"] = "global"
    """``global``: one threshold for all layers of both networks; ``layer``: the share in
    every layer."""
    floor: float = Field(default=0.2, ge=0.0, le=1.0)
    """With scope ``global``, the share of what even pruning would leave that every layer
    keeps: one threshold for all can empty a small layer."""
    side: Side = "both"
    """Which network."""
    gradual: int = Field(default=1, ge=1, le=100)
    """In how many rounds, each trained after. Round i of g leaves the share
    r (1 - (1 - i/g)^3) pruned."""
    retraining: Retraining | None = Retraining()
    """How to train after every round; None: not at all."""

    def settings(self, link: Link) -> tuple[float, ...]:
        """As the base class."""
        return RATES

    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The link with masks; as the base class."""
        if self.retraining is not None:
            link.trainable(self.kind)
        for number in range(1, self.gradual + 1):
            rate = self.rate * (1.0 - (1.0 - number / self.gradual) ** 3)
            link = self._round(link, rate)
            if self.retraining is not None:
                name = f"{self.kind} {rate:.0%}"
                link = retrain(link, self.retraining, name, progress)
        kept = [layer.nonzeros for layer in link.encoder.layers + link.decoder.layers]
        return link.noted(**self.model_dump(mode="json"), weights_left=kept)

    def _round(self, link: Link, rate: float) -> Link:
        layers = [layer for name in sides(self.side) for layer in getattr(link, name).layers]
        masks = iter(magnitude_masks(layers, rate, self.scope, self.floor))
        return link.map(self.side, lambda found: [x.masked(next(masks)) for x in found])


def magnitude_masks(
    layers: list[Layer], rate: float, scope: Literal["global", "layer"], floor: float
) -> list[np.ndarray]:
    """Masks [outputs, inputs] bool of the weights that stay.

    Exactly the given share goes, rounded to a whole number of weights. Weights that have
    been pruned before go first.

    Args:
        layers: dense layers.
        rate: share of all weights to prune.
        scope: whether the share is that of all layers together or of each.
        floor: share of what even pruning would leave that every layer keeps.
    """
    if scope == "layer":
        return [magnitude_masks([layer], rate, "global", 0.0)[0] for layer in layers]
    sizes, safe = [], []
    for layer in layers:
        size = np.abs(layer.weight).ravel()
        keep = np.zeros(size.size, dtype=bool)
        keep[np.argsort(-size, kind="stable")[: int(floor * (1.0 - rate) * size.size)]] = True
        sizes.append(size)
        safe.append(keep)
    order = np.argsort(
        np.where(np.concatenate(safe), np.inf, np.concatenate(sizes)), kind="stable"
    )
    stay = np.ones(order.size, dtype=bool)
    stay[order[: round(rate * order.size)]] = False
    parts = np.split(stay, np.cumsum([size.size for size in sizes])[:-1])
    return [
        part.reshape(layer.weight.shape) for part, layer in zip(parts, layers, strict=True)
    ]
