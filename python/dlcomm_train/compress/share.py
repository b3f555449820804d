# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Weights that share their values: one small table per layer.

S. Han et al., "Deep compression: compressing deep neural networks with pruning, trained
quantization and Huffman coding", 2016, section 3.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from dlcomm_train.compress.centroids import clustered
from dlcomm_train.compress.layer import Layer
from dlcomm_train.compress.link import Link, Progress, Side, Step
from dlcomm_train.compress.retrain import Retraining, retrain


class ShareWeights(Step):
    """Give the weights of each layer a few values in common, and train those on.

    The values are the centroids of the weights' clusters. Training keeps every weight in its
    cluster and moves the centroids, each by the sum of its weights' gradients. Pruned weights
    stay at zero, which is then one of the values. Biases stay float32.
    """

    kind: Literal["share_weights"] = "share_weights"
    clusters: int = Field(default=16, ge=2, le=256)
    """Values per layer at most; 4, 16 and 256 fill the standard types of 2, 4 and 8 bits."""
    side: Side = "both"
    """Which network."""
    retraining: Retraining | None = Retraining()
    """How to train afterwards; None: not at all."""

    def apply(self, link: Link, progress: Progress) -> Link:
        """The link with shared weights; as the base class."""
        if self.retraining is not None:
            link.trainable(self.kind)
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
