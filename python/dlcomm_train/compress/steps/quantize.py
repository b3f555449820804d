# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Quantization after training: weights rounded to 2^b levels, and trained on if wanted."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field, model_validator

from dlcomm_train.compress.budgets.budget import Adjustable
from dlcomm_train.compress.layers.grid import LevelRule, fitted_grid, level_count, range_grid
from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.link import Link, Progress, Side
from dlcomm_train.compress.training.retrain import AnyRetraining, Retraining, retrain
from dlcomm_train.compress.training.teacher import Lesson, read_teacher, taught_by

BITS = tuple(range(8, 0, -1))
"""Bits that a budget is tried with, weakest quantization first."""


class Quantize(Adjustable):
    """Round weights to evenly spaced levels, after training (biases stay float32)."""

    strength: ClassVar[tuple[str, ...]] = ("bits",)

    kind: Literal["quantize"] = "quantize"
    bits: int | None = Field(default=None, ge=1, le=8)
    """Bits per weight."""
    per_channel: bool = False
    """One range per output of a layer instead of one per layer."""
    levels: LevelRule = "uniform"
    """``uniform``: 2^b levels from the smallest to the largest weight; ``thesis``:
    2^(b-1) + 1."""
    fit: Literal["range", "error"] = "range"
    """``range``: the end levels are the smallest and the largest weight; ``error``: the range
    with the least mean square error."""
    side: Side = "both"
    """Which network."""

    def settings(self, link: Link) -> tuple[int, ...]:
        """As the base class."""
        return BITS

    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The link with its weights on levels; as the base class."""
        progress(self.kind, 0.0)
        found = on_levels(link, self.bits, self.levels, self.per_channel, self.fit, self.side)
        return found.noted(**self.model_dump(mode="json"))


class QuantizeAware(Adjustable):
    """Round weights and train them as rounded, ranges learned, encoder included.

    Gradients pass straight through the rounding. The decoder's last steps have the exact
    posteriors as soft targets. With one bit, weights are binary (M. Courbariaux et al.,
    "BinaryConnect", 2015) around a learned middle. With a float `teacher`, this is distilled
    low precision (A. Mishra, D. Marr, "Apprentice", 2017: scheme C, and scheme B with
    `retraining.fresh`).
    """

    strength: ClassVar[tuple[str, ...]] = ("bits",)

    kind: Literal["quantize_aware"] = "quantize_aware"
    bits: int | None = Field(default=None, ge=1, le=8)
    """Bits per weight."""
    per_channel: bool = False
    """One range per output of a layer instead of one per layer."""
    side: Side = "both"
    """Which network's weights are rounded."""
    teacher: str | None = None
    """Whose logits to learn from as well: ``self``, the link as the earlier steps left it,
    or the folder of another pair; None: nobody's."""
    temperature: float = Field(default=1.0, gt=0.0)
    """With a teacher, temperature of both probabilities in the soft loss."""
    weight: float = Field(default=0.5, ge=0.0, le=1.0)
    """With a teacher, share of the ordinary loss; the rest is that of the soft targets."""
    retraining: AnyRetraining = Retraining()
    """How to train."""

    @model_validator(mode="after")
    def _check(self) -> QuantizeAware:
        found = self.retraining
        trains = not isinstance(found, Retraining) or found.steps or found.receiver_steps
        if not trains:
            raise ValueError("retraining has no steps, expected some (or step Quantize)")
        return self

    def settings(self, link: Link) -> tuple[int, ...]:
        """As the base class."""
        return BITS

    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The link with trained weights on levels; as the base class."""
        link.check_trainable(self.kind)
        student = on_levels(link, self.bits, "uniform", self.per_channel, "error", self.side)
        make = None
        if self.teacher is not None and link.material is not None:
            raise CompressError(
                f"{self.kind}: teacher is {self.teacher}, expected retraining.teachers: it "
                "trains a classifier"
            )
        if self.teacher is not None:
            config = link.trainable(self.kind)
            taught = link
            if self.teacher != "self":
                taught = read_teacher(self.teacher, link, self.kind)
            lesson = Lesson(self.temperature, self.weight)
            make = taught_by(taught, student, config, lesson)
        found = retrain(student, self.retraining, self.kind, progress, make)
        return found.noted(**self.model_dump(mode="json"))


def on_levels(
    link: Link,
    bits: int,
    rule: LevelRule,
    per_channel: bool,
    fit: Literal["range", "error"],
    side: Side,
) -> Link:
    """The link with its weights rounded, zero a level where weights have been pruned.

    Raises:
        CompressError: a layer has been pruned and one bit cannot hold zero and two signs.
    """
    levels = level_count(bits, rule)
    make = range_grid if fit == "range" else fitted_grid

    def change(layers: tuple[Layer, ...]) -> list[Layer]:
        result = []
        for number, layer in enumerate(layers):
            pruned = layer.mask is not None
            if pruned and bits == 1:
                raise CompressError(
                    f"layer {number}: has been pruned, expected at least 2 bits, found 1: "
                    "pruned weights take a level of their own"
                )
            result.append(layer.quantized(make(layer.weight, levels, per_channel, pruned)))
        return result

    return link.map(side, change)
