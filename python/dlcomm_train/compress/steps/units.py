# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Removing hidden units: the matrices shrink."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from dlcomm_train.compress.budgets.budget import RATES, Adjustable
from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.layers.units import (
    Units,
    speaking,
    units_of,
    weights_out,
    with_units,
)
from dlcomm_train.compress.link import Link, Progress, Side, Step, sides
from dlcomm_train.compress.training.retrain import AnyRetraining, Retraining, retrain

Keep = Callable[[list[Layer], Units], np.ndarray]
"""Gives the numbers of the units that stay."""


class PruneUnits(Adjustable):
    """Remove the hidden ReLU units of dense layers that matter least, and train on.

    A unit matters by the norm of the weights into it, bias included, times the norm of those
    out of it: it does not change when a factor moves from the one to the other.
    """

    strength: ClassVar[tuple[str, ...]] = ("rate",)

    kind: Literal["prune_units"] = "prune_units"
    rate: float | None = Field(default=None, gt=0.0, lt=1.0)
    """Share of the units of every hidden layer to remove; one unit stays at least."""
    side: Side = "both"
    """Which network."""
    retraining: AnyRetraining | None = Retraining()
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
            link.check_trainable(self.kind)
        before = hidden_units(link)
        if not any(before[name] for name in sides(self.side)):
            raise CompressError(f"{self.kind}: the link has no hidden units, expected some")
        link = link.map(self.side, self._smaller)
        if self.retraining is not None:
            link = retrain(link, self.retraining, self.kind, progress)
        return link.noted(**self.model_dump(mode="json"), units=hidden_units(link))

    def _smaller(self, layers: tuple[Layer, ...]) -> list[Layer]:
        def keep(found: list[Layer], units: Units) -> np.ndarray:
            first = found[units.stages[0]]
            inward = np.square(first.weight).sum(axis=1) + np.square(first.bias)
            outward = sum(x.sum(axis=1) for _, x in weights_out(found, units))
            stay = max(1, units.count - round(self.rate * units.count))
            return np.sort(np.argsort(-inward * outward, kind="stable")[:stay])

        return without_units(layers, keep, convolutions=False)


class RemoveDeadUnits(Step):
    """Remove hidden units and filters that never say anything; decisions stay as they are.

    Exact, no estimate from data. A unit is dead when no weight out of it is other than zero,
    or when it puts out zero for every possible input: of an encoder, for all 2^k messages;
    of a decoder, whose inputs have no bounds, when all weights into it are zero and its bias
    is not positive. A filter is dead alike, at all of its places.
    """

    kind: Literal["remove_dead_units"] = "remove_dead_units"
    side: Side = "both"
    """Which network."""

    def apply(self, link: Link, progress: Progress) -> Link:
        """The link without its dead units; as the base class."""
        progress(self.kind, 0.0)
        before, filters_before = hidden_units(link), hidden_filters(link)
        for name in sides(self.side):
            value = None
            if name == "encoder" and link.encoder.layers:
                value = np.eye(link.encoder.layers[0].inputs, dtype=np.float32)
            link = link.map(name, lambda layers, value=value: _alive(layers, value))
        filters = {}
        if any(filters_before.values()):
            filters = {"filters_before": filters_before, "filters": hidden_filters(link)}
        return link.noted(
            **self.model_dump(mode="json"),
            units_before=before,
            units=hidden_units(link),
            **filters,
        )


def hidden_units(link: Link) -> dict[str, list[int]]:
    """Hidden ReLU units of every network, one number per hidden dense layer."""
    return _counts(link, convolutions=False)


def hidden_filters(link: Link) -> dict[str, list[int]]:
    """Filters of every network, one number per convolution that another layer reads."""
    return _counts(link, convolutions=True)


def without_units(layers: tuple[Layer, ...], keep: Keep, convolutions: bool) -> list[Layer]:
    """Layers with some hidden units only.

    Args:
        layers: first to last.
        keep: gives the units that stay.
        convolutions: whether filters of convolutions are meant; otherwise ReLU units of
            dense layers are.
    """
    result = list(layers)
    for number in range(len(result)):
        units = _hidden(result, number, convolutions)
        if units is not None:
            result = with_units(result, units, keep(result, units))
    return result


def _hidden(layers: Sequence[Layer], number: int, convolutions: bool) -> Units | None:
    """The units, or filters, of a layer that can be removed one by one."""
    layer = layers[number]
    if convolutions == (layer.convolution is None) or not (convolutions or layer.relu):
        return None
    return units_of(layers, number)


def _counts(link: Link, convolutions: bool) -> dict[str, list[int]]:
    found = {}
    for name in sides("both"):
        layers = getattr(link, name).layers
        hidden = (_hidden(layers, number, convolutions) for number in range(len(layers)))
        found[name] = [units.count for units in hidden if units is not None]
    return found


def _alive(layers: tuple[Layer, ...], every: np.ndarray | None) -> list[Layer]:
    """Without dead units; `every` holds all inputs [b, inputs] where they can be listed."""
    result = list(layers)
    for number in range(len(result)):
        units = units_of(result, number)
        if units is not None:
            speaks = speaking(result, units, every)
            # A layer without any unit has no standard form: the first one stays.
            stay = np.flatnonzero(speaks) if speaks.any() else np.array([0])
            result = with_units(result, units, stay)
        layer = result[number]
        every = None if every is None or layer.pooled else layer.forward(every)
    return result
