# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Layers as the product of two thinner ones."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from dlcomm_train.compress.layer import Layer
from dlcomm_train.compress.link import Link, Progress, Side, Step, sides
from dlcomm_train.compress.retrain import Retraining, retrain


class Factorize(Step):
    """Replace a layer by the two best thin ones, where those have fewer weights (SVD).

    The thin layers together are the nearest matrix of that rank (C. Eckart, G. Young, "The
    approximation of one matrix by another of lower rank", 1936). A convolution becomes one
    with fewer filters and one whose window is a single place. What the layer's weights had to
    obey before is found anew: masks fall away, levels are fitted again.
    """

    kind: Literal["factorize"] = "factorize"
    rank: int | None = Field(default=None, ge=1)
    """Rank of every product; or"""
    energy: float | None = Field(default=None, gt=0.0, le=1.0)
    """share of the squared singular values that every product keeps at least."""
    side: Side = "both"
    """Which network."""
    retraining: Retraining | None = Retraining()
    """How to train afterwards; None: not at all."""

    @model_validator(mode="after")
    def _check(self) -> Factorize:
        if (self.rank is None) == (self.energy is None):
            raise ValueError(
                f"rank is {self.rank} and energy {self.energy}, expected one of the two"
            )
        return self

    def apply(self, link: Link, progress: Progress) -> Link:
        """The link with thinner layers; as the base class."""
        if self.retraining is not None:
            link.trainable(self.kind)
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
        )
        if layer.grid is None:
            return [first, second]
        return [
            part.quantized(layer.grid.fitted(part.weight, with_zero=False))
            for part in (first, second)
        ]
