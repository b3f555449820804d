# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What is wrong with a signal, before anybody wonders about decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .recording import Recording, SampleFormat

STRONG_DC_DB = -10.0
"""Power at 0 Hz over the whole power, from which it is said."""

CLIPPED_SHARE = 1e-3
"""Share of samples at full scale, from which it is said."""


@dataclass(frozen=True)
class SignalCheck:
    """Counts over a signal.

    Attributes:
        samples: how many were looked at.
        nonfinite: samples with NaN or an infinity.
        zeros: samples that are exactly zero.
        clipped: samples with I or Q at the largest value of the format, or, of floats, at
            the largest that occurs, when it occurs often.
        dc_power: square of the mean.
        power: mean square, finite samples only.
    """

    samples: int
    nonfinite: int
    zeros: int
    clipped: int
    dc_power: float
    power: float

    def complaints(self) -> list[str]:
        """One line for each thing that a person should know."""
        found = []
        if self.nonfinite:
            found.append(
                f"{self.nonfinite:,} samples are NaN or infinite; their windows are 'unknown'"
            )
        if self.samples and self.zeros == self.samples:
            found.append("all samples are zero: there is no signal, every window is 'unknown'")
        if self.clipped > CLIPPED_SHARE * self.samples:
            share = self.clipped / self.samples
            found.append(
                f"clipping: {share:.2%} of the samples are at full scale; lower the gain"
            )
        if self.power > 0.0 and self.dc_power > 10.0 ** (STRONG_DC_DB / 10.0) * self.power:
            share = self.dc_power / self.power
            found.append(
                f"strong DC: {share:.0%} of the power is at 0 Hz; tune beside the signal, use "
                "--centre and --remove-dc"
            )
        return found


def check_recording(recording: Recording) -> SignalCheck:
    """Look at every sample of a recording."""
    return check_chunks(recording.chunks(), recording.format)


def check_chunks(chunks: Iterable[np.ndarray], layout: SampleFormat) -> SignalCheck:
    """Look at samples.

    Args:
        chunks: arrays [n, 2] of the format's component type.
        layout: the format.
    """
    samples = nonfinite = zeros = clipped = 0
    total, square, largest = np.zeros(2), 0.0, 0.0
    for chunk in chunks:
        samples += len(chunk)
        values = (chunk.astype(np.float64) - layout.offset) / layout.full_scale
        finite = np.isfinite(values).all(axis=1)
        nonfinite += len(chunk) - int(finite.sum())
        values = values[finite]
        zeros += int((values == 0.0).all(axis=1).sum())
        total += values.sum(axis=0)
        square += float(np.square(values).sum())
        if layout.clips:
            limits = np.iinfo(layout.component)
            clipped += int(((chunk == limits.min) | (chunk == limits.max)).any(axis=1).sum())
        elif values.size:
            peak = float(np.abs(values).max())
            here = int((np.abs(values) == peak).any(axis=1).sum())
            clipped = here if peak > largest else clipped + here * (peak == largest)
            largest = max(largest, peak)
    finite_samples = max(samples - nonfinite, 1)
    if not layout.clips and zeros == samples - nonfinite:
        clipped = 0
    mean = total / finite_samples
    return SignalCheck(
        samples,
        nonfinite,
        zeros,
        clipped,
        float(mean @ mean),
        square / finite_samples,
    )
