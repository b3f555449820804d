# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Weights that share their values: one small table per layer.

S. Han et al., "Deep compression: compressing deep neural networks with pruning, trained
quantization and Huffman coding", 2016, section 3.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from dlcomm_train.compress.budgets.budget import Adjustable
from dlcomm_train.compress.layers.centroids import clustered
from dlcomm_train.compress.layers.layer import Layer
from dlcomm_train.compress.link import Link, Progress, Side
from dlcomm_train.compress.training.retrain import AnyRetraining, Retraining, retrain

CLUSTERS = (256, 128, 64, 32, 16, 12, 8, 6, 4, 3, 2)
"""Numbers of clusters that a budget is tried with, weakest first."""


class ShareWeights(Adjustable):
    """Give the weights of each layer a few values in common, and train those on.

    The values are the centroids of the weights' clusters. Training keeps every weight in its
    cluster and moves the centroids, each by the sum of its weights' gradients. Pruned weights
    stay at zero, which is then one of the values. Biases stay float32.
    """

    strength: ClassVar[tuple[str, ...]] = ("clusters",)

    kind: Literal["share_weights"] = "share_weights"
    clusters: int | None = Field(default=None, ge=2, le=256)
    """Values per layer at most; 4, 16 and 256 fill the standard types of 2, 4 and 8 bits."""
    side: Side = "both"
    """Which network."""
    retraining: AnyRetraining | None = Retraining()
    """How to train afterwards; None: not at all."""

    def settings(self, link: Link) -> tuple[int, ...]:
        """As the base class."""
        return CLUSTERS

    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The link with shared weights; as the base class."""
        if self.retraining is not None:
            link.check_trainable(self.kind)
        progress(self.kind, 0.0)
        link = link.map(self.side, self._shared)
        if self.retraining is not None:
            link = retrain(link, self.retraining, self.kind, progress)
        return link.noted(**self.model_dump(mode="json"))

    def _shared(self, layers: tuple[Layer, ...]) -> list[Layer]:
        return [
            layer.quantized(clustered(layer.weight, self.clusters, layer.mask is not None))
            for layer in layers
        ]
