# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A bit width of its own for every layer, under a budget of bytes.

Layers are not equally sensitive to rounding (D. Lin et al., "Fixed point quantization of deep
convolutional networks", 2016; Z. Dong et al., "HAWQ: Hessian aware quantization of neural
networks with mixed-precision", 2019). How sensitive each is at each width is measured, as
the increase of the loss on calibration noise when that layer alone is rounded. Increases are
taken to add up; of all assignments within the budget, the one with the least sum is then
found exactly.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
import torch
from pydantic import Field

from dlcomm_train.channels.models import ChannelModel
from dlcomm_train.compress.budgets.budget import Adjustable
from dlcomm_train.compress.layers.grid import Grid, fitted_grid, level_count
from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.link import Link, Progress, Side, sides
from dlcomm_train.compress.storage.store import store
from dlcomm_train.compress.training.retrain import Retraining, retrain
from dlcomm_train.models.pairs import Chain
from dlcomm_train.training.losses import loss_of

SEED = 11_000_027
"""Seed of the calibration messages and noise; one more a batch."""
_BATCH = 1 << 15

Width = Annotated[int, Field(ge=1, le=8)]


@dataclass(frozen=True)
class Choice:
    """One layer at one width.

    Attributes:
        network: ``encoder`` or ``decoder``.
        number: of the layer in it.
        bits: width; None: as it was before.
        layer: the layer at that width.
        size: bytes that its weights take in the file, scales and zero points included.
        increase: of the loss when this layer alone has this width, nats.
    """

    network: str
    number: int
    bits: int | None
    layer: Layer
    size: int
    increase: float


@dataclass(frozen=True)
class Assignment:
    """A choice for every layer: their bytes, the sum of their increases, the choices."""

    size: int = 0
    increase: float = 0.0
    choices: tuple[Choice, ...] = ()

    def plus(self, choice: Choice) -> Assignment:
        """With one more layer."""
        return Assignment(
            self.size + choice.size, self.increase + choice.increase, (*self.choices, choice)
        )


class QuantizeMixed(Adjustable):
    """Round weights with bit widths that a sensitivity search gives to the layers.

    Bytes are those that the file spends: 1 and 2 bits take the two-bit type, 3 and 4 the
    four-bit type, 5 to 8 a byte each, and every layer its scale and offset.
    """

    strength: ClassVar[tuple[str, ...]] = ("byte_budget",)

    kind: Literal["quantize_mixed"] = "quantize_mixed"
    byte_budget: int | None = Field(default=None, ge=1)
    """Bytes that the stored weights of all layers may take together (biases not counted)."""
    widths: tuple[Width, ...] = Field(default=(1, 2, 3, 4, 6, 8), min_length=1)
    """Bits per weight to choose from."""
    may_stay: bool = True
    """Whether a layer may also stay as it is (float32, say)."""
    per_channel: bool = False
    """One range per output of a layer instead of one per layer."""
    side: Side = "both"
    """Which network."""
    calibration_messages: int = Field(default=1 << 16, ge=1)
    """Messages that the loss is measured on, rounded up to whole batches of 32,768."""
    calibration_ebn0_db: float | None = Field(default=None, ge=-20.0, le=40.0)
    """Eb/N0 in dB of the calibration noise; None: that of the link's recipe."""
    retraining: Retraining | None = Retraining()
    """How to train with these widths afterwards, as QuantizeAware; None: not at all."""

    def settings(self, link: Link) -> list[int]:
        """Bytes of all assignments that no other beats in both bytes and loss."""
        front = assignments(self._choices(link, lambda *_: None))
        return [assignment.size for assignment in reversed(front)]

    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The link with a grid for every layer that gets one; as the base class.

        Raises:
            CompressError: no assignment fits into the budget.
        """
        if self.retraining is not None:
            link.trainable(self.kind)
        choices = self._choices(link, progress)
        front = assignments(choices)
        fitting = [found for found in front if found.size <= self.byte_budget]
        if not fitting:
            raise CompressError(
                f"{self.kind}: byte_budget is {self.byte_budget:,}, expected at least "
                f"{front[0].size:,}: the smallest that these weights can be stored in"
            )
        best = fitting[-1]
        for choice in best.choices:
            link = _with(link, choice)
        if self.retraining is not None:
            link = retrain(link, self.retraining, self.kind, progress)
        stored = sum(
            store(layer, f"weight_{number}").size
            for name in sides(self.side)
            for number, layer in enumerate(getattr(link, name).layers)
        )
        return link.noted(
            **self.model_dump(mode="json"),
            stored_bytes=stored,
            sensitivity=[
                _note(layer, chosen)
                for layer, chosen in zip(choices, best.choices, strict=True)
            ],
        )

    def _choices(self, link: Link, progress: Progress) -> list[list[Choice]]:
        """Every layer at every width it can take, measured."""
        channel, _ = link.channel(self.kind, self.calibration_ebn0_db, "calibration_ebn0_db")
        widths = [*sorted(set(self.widths)), *([None] if self.may_stay else [])]
        places = [
            (name, number)
            for name in sides(self.side)
            for number in range(len(getattr(link, name).layers))
        ]
        before = self._loss(link, channel)
        result: list[list[Choice]] = []
        for done, (name, number) in enumerate(places):
            progress(f"{self.kind}: sensitivity of layers", done / len(places))
            layer = getattr(link, name).layers[number]
            found = []
            for bits in widths:
                rounded = _rounded(layer, bits, self.per_channel)
                if rounded is None:
                    continue
                size = store(self._largest(rounded), f"weight_{number}").size
                choice = Choice(name, number, bits, rounded, size, 0.0)
                if bits is not None:
                    increase = self._loss(_with(link, choice), channel) - before
                    choice = replace(choice, increase=increase)
                if math.isfinite(choice.increase):
                    found.append(choice)
            if not found:
                raise CompressError(
                    f"{self.kind}: {name}, layer {number}: can take none of the widths "
                    f"{', '.join(map(str, self.widths))}, expected one that it can"
                )
            result.append(found)
        return result

    def _largest(self, layer: Layer) -> Layer:
        """The layer as large as a retraining can make it: no weight left is zero."""
        if self.retraining is None or layer.mask is None:
            return layer
        # Any value but zero that the levels have: only its size in the file counts.
        step = layer.grid.scale if isinstance(layer.grid, Grid) else np.abs(layer.weight).max()
        zero = layer.mask & (layer.weight == 0.0)
        return replace(layer, weight=np.where(zero, step, layer.weight).astype(np.float32))

    def _loss(self, link: Link, channel: ChannelModel) -> float:
        """Mean loss in nats on the calibration messages and noise; inf where there is none."""
        kind = "symbolwise" if link.config is None else link.config.loss
        try:
            chain = Chain(link.to_pair(link.contracts[0].link, {}))
        except CompressError:
            return math.inf
        batches = -(-self.calibration_messages // _BATCH)
        total = 0.0
        for number in range(batches):
            generator = torch.Generator().manual_seed(SEED + number)
            messages, logits = chain.send(channel, _BATCH, generator)
            found = loss_of(kind, torch.from_numpy(logits), torch.from_numpy(messages))
            total += float(found.double())
        return total / batches


def assignments(choices: list[list[Choice]]) -> list[Assignment]:
    """All assignments that no other beats in both bytes and loss, smallest first.

    Exact: layer by layer, a partial assignment that another beats cannot be part of the
    best whole one, since both sums grow by the same.

    Args:
        choices: for every layer, at least one.
    """
    front = [Assignment()]
    for layer in choices:
        grown = [found.plus(choice) for found in front for choice in layer]
        grown.sort(key=lambda found: (found.size, found.increase))
        front, least = [], math.inf
        for found in grown:
            if found.increase < least:
                front.append(found)
                least = found.increase
    return front


def _note(layer: list[Choice], chosen: Choice) -> dict[str, Any]:
    """What the recipe tells of a layer: what it got, and columns of what it could get."""
    return {
        "network": chosen.network,
        "layer": chosen.number,
        "bits": chosen.bits,
        "tried_bits": [choice.bits for choice in layer],
        "stored_bytes": [choice.size for choice in layer],
        # Recipes are part of the files.
        "loss_increase": [float(f"{choice.increase:.3g}") for choice in layer],
    }


def _rounded(layer: Layer, bits: int | None, per_channel: bool) -> Layer | None:
    """The layer at a width; None where it cannot take it."""
    if bits is None:
        return layer
    pruned = layer.mask is not None
    if pruned and bits == 1:
        # Pruned weights take a level of their own.
        return None
    grid = fitted_grid(layer.weight, level_count(bits, "uniform"), per_channel, pruned)
    return layer.quantized(grid)


def _with(link: Link, choice: Choice) -> Link:
    """The link with one layer as chosen."""

    def change(layers: tuple[Layer, ...]) -> list[Layer]:
        result = list(layers)
        result[choice.number] = choice.layer
        return result

    return link.map(choice.network, change)
