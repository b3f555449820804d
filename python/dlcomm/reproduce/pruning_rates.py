# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Error rates of pruned (7,4) links over the share of weights that is pruned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ..measurement.results import Row
from .context import Context
from .item import Finding
from .preparation import MODEL, l1_link
from .pruned import pruned_link
from .rates import bler_text
from .variants import Setting, measure_models, ratio_text

RATES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
EBN0_DB = 4.0
_FULL = "no pruning"


@dataclass(frozen=True)
class Treatment:
    """What is done to the link before and after pruning.

    Attributes:
        l1: whether it has been trained with an l1 penalty before.
        retrained: whether it is trained afterwards.
        saliency: what a weight matters by.
    """

    l1: bool
    retrained: bool
    saliency: Literal["magnitude", "fisher"] = "magnitude"

    def pruned(self, context: Context, rate: float) -> str:
        """The model that is left, to be measured."""
        source, name = (l1_link(context), f"{MODEL}_l1") if self.l1 else (MODEL, MODEL)
        return pruned_link(context, source, name, rate, self.retrained, self.saliency)


def measure_rates(
    context: Context, treatments: Mapping[str, Treatment]
) -> tuple[Row, dict[str, list[Setting]]]:
    """Measure links that are treated and pruned, at all shares.

    Args:
        context: of the item.
        treatments: by what people call them.

    Returns:
        The row of the link before all that, and points over the share in percent.
    """
    rates = context.points(RATES)
    models = {_FULL: MODEL} | {
        f"{label}, {rate:g}": treatment.pruned(context, rate)
        for label, treatment in treatments.items()
        for rate in rates
    }
    rows = measure_models(context, models, "awgn", [EBN0_DB])
    return rows[_FULL][0], {
        label: [Setting(100 * rate, rows[f"{label}, {rate:g}"][0]) for rate in rates]
        for label in treatments
    }


def rate_findings(
    full: Row, curves: Mapping[str, list[Setting]], known: Mapping[tuple[str, float], str]
) -> list[Finding]:
    """A finding for every point.

    Args:
        full: the link before pruning.
        curves: points over the share in percent.
        known: what the thesis says, by label and share in percent.
    """
    return [Finding(f"{_FULL}, BLER at {EBN0_DB:g} dB", "~1.2e-2", bler_text(full))] + [
        Finding(
            f"{label}, {point.value:.0f} % of the weights, BLER at {EBN0_DB:g} dB",
            known.get((label, round(point.value)), ""),
            ratio_text(point.row, full),
        )
        for label, points in curves.items()
        for point in points
    ]
