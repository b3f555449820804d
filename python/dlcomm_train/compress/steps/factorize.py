# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Layers as the product of two thinner ones."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

import numpy as np
from pydantic import Field

from dlcomm_train.compress.budgets.budget import Adjustable
from dlcomm_train.compress.layers.layer import Layer
from dlcomm_train.compress.link import Link, Progress, Side, sides
from dlcomm_train.compress.training.retrain import AnyRetraining, Retraining, retrain

ENERGIES = (0.999, 0.998, 0.995, 0.99, 0.98, 0.97, 0.96, 0.95, 0.93, 0.9, 0.85, 0.8, 0.75,
            0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)  # fmt: skip
"""Energies that a budget is tried with, weakest first."""


class Factorize(Adjustable):
    """Replace a layer by the two best thin ones, where those have fewer weights (SVD).

    The thin layers together are the nearest matrix of that rank (C. Eckart, G. Young, "The
    approximation of one matrix by another of lower rank", 1936). A convolution becomes one
    with fewer filters and one whose window is a single place. What the layer's weights had to
    obey before is found anew: masks fall away, levels are fitted again.
    """

    strength: ClassVar[tuple[str, ...]] = ("energy", "rank")

    kind: Literal["factorize"] = "factorize"
    rank: int | None = Field(default=None, ge=1)
    """Rank of every product; or"""
    energy: float | None = Field(default=None, gt=0.0, le=1.0)
    """share of the squared singular values that every product keeps at least."""
    side: Side = "both"
    """Which network."""
    retraining: AnyRetraining | None = Retraining()
    """How to train afterwards; None: not at all."""

    def settings(self, link: Link) -> tuple[float, ...]:
        """As the base class."""
        return ENERGIES

    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The link with thinner layers; as the base class."""
        if self.retraining is not None:
            link.check_trainable(self.kind)
        ranks: list[dict[str, Any]] = []
        for name in sides(self.side):
            layers: list[Layer] = []
            for number, layer in enumerate(getattr(link, name).layers):
                parts = self._parts(layer)
                rank = parts[0].outputs if len(parts) == 2 else None
                ranks.append({"network": name, "layer": number, "rank": rank})
                layers += parts
            link = link.map(name, lambda _, layers=layers: layers)
        if self.retraining is not None and any(entry["rank"] for entry in ranks):
            link = retrain(link, self.retraining, self.kind, progress)
        return link.noted(**self.model_dump(mode="json"), ranks=ranks)

    def _parts(self, layer: Layer) -> list[Layer]:
        """Two layers, or the layer itself where they would not be smaller."""
        if layer.convolution is not None and layer.convolution.groups > 1:
            return [layer]
        left, values, right = np.linalg.svd(layer.weight.astype(np.float64), False)
        if self.rank is None:
            shares = np.cumsum(np.square(values))
            rank = int(np.searchsorted(shares, self.energy * shares[-1] * (1.0 - 1e-12))) + 1
        else:
            rank = self.rank
        if rank * sum(layer.weight.shape) >= layer.nonzeros:
            return [layer]
        root = np.sqrt(values[:rank])
        narrow = layer.convolution
        first = Layer(
            (root[:, None] * right[:rank]).astype(np.float32),
            np.zeros(rank, np.float32),
            convolution=narrow,
        )
        second = Layer(
            (left[:, :rank] * root).astype(np.float32),
            layer.bias,
            layer.relu,
            convolution=None if narrow is None else narrow.pointwise(rank),
            pooled=layer.pooled,
        )
        if layer.grid is None:
            return [first, second]
        return [
            part.quantized(layer.grid.fitted(part.weight, with_zero=False))
            for part in (first, second)
        ]
