# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Removing filters of convolutions, and what the next layer does with them.

H. Li et al., "Pruning filters for efficient ConvNets", 2017: those with the smallest sum of
absolute weights go, from all convolutions at once, and the others are trained on.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from dlcomm_train.compress.budgets.budget import RATES, Adjustable
from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.layers.units import Units, speaking
from dlcomm_train.compress.link import Link, Progress, Side, sides
from dlcomm_train.compress.steps.units import hidden_filters, without_units
from dlcomm_train.compress.training.retrain import AnyRetraining, Retraining, retrain


class RemoveFilters(Adjustable):
    """Remove the filters with the smallest weights, and train on.

    Dead filters go first: without those, what the network computes stays the same. Filters of
    depthwise convolutions leave with those that they filter on: the two are one filter, and
    the sum of its absolute weights is the product of theirs.
    """

    strength: ClassVar[tuple[str, ...]] = ("rate",)

    kind: Literal["remove_filters"] = "remove_filters"
    rate: float | None = Field(default=None, gt=0.0, lt=1.0)
    """Share of the filters of every convolution to remove; one filter stays at least."""
    side: Side = "both"
    """Which network."""
    retraining: AnyRetraining | None = Retraining()
    """How to train afterwards; None: not at all."""

    def settings(self, link: Link) -> tuple[float, ...]:
        """As the base class."""
        return RATES

    def apply_given(self, link: Link, progress: Progress) -> Link:
        """The link with fewer filters; as the base class.

        Raises:
            CompressError: there is no convolution whose filters can be removed.
        """
        if self.retraining is not None:
            link.check_trainable(self.kind)
        before = hidden_filters(link)
        if not any(before[name] for name in sides(self.side)):
            raise CompressError(
                f"{self.kind}: the link has no filters to remove, expected a convolution "
                "with a layer behind it"
            )
        progress(self.kind, 0.0)
        link = link.map(self.side, self._fewer)
        if self.retraining is not None:
            link = retrain(link, self.retraining, self.kind, progress)
        return link.noted(
            **self.model_dump(mode="json"), filters_before=before, filters=hidden_filters(link)
        )

    def _fewer(self, layers: tuple[Layer, ...]) -> list[Layer]:
        def keep(found: list[Layer], units: Units) -> np.ndarray:
            sums = [np.abs(found[stage].weight).sum(axis=1) for stage in units.stages]
            size = np.prod(sums, axis=0)
            size[~speaking(found, units)] = -1.0
            stay = max(1, units.count - round(self.rate * units.count))
            return np.sort(np.argsort(-size, kind="stable")[:stay])

        return without_units(layers, keep, convolutions=True)
