# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A measured accuracy: counts, and what they were counted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlcomm_train.datasets.splits import Kind, Part

from .confusion import Confusion

LEAKY = "leaky split by windows"
"""What every result says that was taken on the split by windows."""


@dataclass(frozen=True, eq=False)
class Accuracy:
    """What one classifier did on one part of a data set, counted in a flowgraph.

    Attributes:
        model: the classifier as it was asked for.
        profile: how the data set is to be named (``Manifest.label``).
        part: part of the data set.
        split: kind of the split.
        seed: seed of the split.
        windows_per_second: windows over the time that the flowgraph ran.
        confusion: the counts.
    """

    model: str
    profile: str
    part: Part
    split: Kind
    seed: int
    windows_per_second: float
    confusion: Confusion

    @property
    def leaky(self) -> bool:
        """Whether bursts were in several parts."""
        return self.split == "window"

    @property
    def set(self) -> str:
        """What it was taken on, in words."""
        words = [self.profile]
        if self.part != "test":
            words.append(f"{self.part} part")
        if self.leaky:
            words.append(LEAKY)
        return ", ".join(words)

    def row(self) -> dict[str, Any]:
        """What a model file keeps of it in ``dlcomm.measured``."""
        overall, peak = self.confusion.overall(), self.confusion.peak()
        return {
            "set": self.set,
            "windows": overall.windows,
            "right": overall.right,
            "overall": overall.value,
            "overall_low": overall.low,
            "overall_high": overall.high,
            "peak": peak.value,
            "peak_low": peak.low,
            "peak_high": peak.high,
            "peak_snr_db": whole(peak.snr_db),
        }


def whole(number: float) -> int | float:
    """A number that people read: without a point where it needs none."""
    return int(number) if number == int(number) else number
