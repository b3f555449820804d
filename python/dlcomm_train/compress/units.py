# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Removing hidden units: the dense matrices shrink."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from dlcomm_train.compress.budget import RATES, Adjustable
from dlcomm_train.compress.layer import CompressError, Layer
from dlcomm_train.compress.link import Link, Progress, Side, Step, sides
from dlcomm_train.compress.retrain import Retraining, retrain


class PruneUnits(Adjustable):
    """Remove the hidden ReLU units that matter least, and train on.

    A unit matters by the norm of the weights into it, bias included, times the norm of those
    out of it: it does not change when a factor moves from the one to the other.
    """

    strength: ClassVar[tuple[str, ...]] = ("rate",)

    kind: Literal["prune_units"] = "prune_units"
    rate: float | None = Field(default=None, gt=0.0, lt=1.0)
    """Share of the units of every hidden layer to remove; one unit stays at least."""
    side: Side = "both"
    """Which network."""
    retraining: Retraining | None = Retraining()
    """How to train afterwards; None: not at all."""

    def settings(self, link: Link) -> tuple[float, ...]:
        """As the base class."""
        return RATES

    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The link with smaller layers; as the base class.

        Raises:
            CompressError: there is no hidden layer.
        """
        if self.retraining is not None:
            link.trainable(self.kind)
        if not any(
            layer.relu for name in sides(self.side) for layer in getattr(link, name).layers
        ):
            raise CompressError(f"{self.kind}: the link has no hidden units, expected some")
        link = link.map(self.side, self._smaller)
        if self.retraining is not None:
            link = retrain(link, self.retraining, self.kind, progress)
        return link.noted(**self.model_dump(mode="json"), units=hidden_units(link))

    def _smaller(self, layers: tuple[Layer, ...]) -> list[Layer]:
        def keep(first: Layer, second: Layer) -> np.ndarray:
            inward = np.square(first.weight).sum(axis=1) + np.square(first.bias)
            outward = np.square(second.weight).sum(axis=0)
            stay = max(1, first.outputs - round(self.rate * first.outputs))
            return np.sort(np.argsort(-inward * outward, kind="stable")[:stay])

        return without_units(layers, keep)


class RemoveDeadUnits(Step):
    """Remove hidden units that never say anything; decisions stay as they are.

    Exact, no estimate from data. A unit is dead when no weight out of it is other than zero,
    or when its ReLU puts out zero for every possible input: of an encoder, for all 2^k
    messages; of a decoder, whose inputs have no bounds, when all weights into it are zero
    and its bias is not positive.
    """

    kind: Literal["remove_dead_units"] = "remove_dead_units"
    side: Side = "both"
    """Which network."""

    def apply(self, link: Link, progress: Progress) -> Link:
        """The link without its dead units; as the base class."""
        progress(self.kind, 0.0)
        before = hidden_units(link)
        for name in sides(self.side):
            value = None
            if name == "encoder":
                value = np.eye(link.encoder.layers[0].inputs, dtype=np.float32)
            link = link.map(name, lambda layers, value=value: _alive(layers, value))
        return link.noted(
            **self.model_dump(mode="json"), units_before=before, units=hidden_units(link)
        )


def hidden_units(link: Link) -> dict[str, list[int]]:
    """Hidden ReLU units of every network, one number per hidden layer."""
    return {
        name: [layer.outputs for layer in getattr(link, name).layers if layer.relu]
        for name in sides("both")
    }


def without_units(layers, keep) -> list[Layer]:
    """Layers with some hidden units only.

    Args:
        layers: dense layers.
        keep: gives the indices of the units that stay, from the layer that makes them and
            the layer that reads them.
    """
    result = list(layers)
    for number, layer in enumerate(result[:-1]):
        if layer.relu:
            stay = keep(layer, result[number + 1])
            result[number] = layer.rows(stay)
            result[number + 1] = result[number + 1].columns(stay)
    return result


def _alive(layers: tuple[Layer, ...], every: np.ndarray | None) -> list[Layer]:
    """Without dead units; `every` holds all inputs [b, inputs] where they can be listed."""
    result = list(layers)
    for number, layer in enumerate(result):
        if layer.relu and number + 1 < len(result):
            speaks = np.any(result[number + 1].weight != 0.0, axis=0)
            if every is None:
                speaks &= np.any(layer.weight != 0.0, axis=1) | (layer.bias > 0.0)
            else:
                speaks &= np.any(layer.forward(every) > 0.0, axis=0)
            # A layer without any unit has no standard form: the first one stays.
            stay = np.flatnonzero(speaks) if speaks.any() else np.array([0])
            layer = result[number] = layer.rows(stay)
            result[number + 1] = result[number + 1].columns(stay)
        every = None if every is None else layer.forward(every)
    return result
