# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What is wrong with a signal, before anybody wonders about decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..radio.recording import Recording, SampleFormat

STRONG_DC_DB = -10.0
"""Power at 0 Hz over the whole power, from which it is said."""

CLIPPED_SHARE = 1e-3
"""Share of samples at full scale, from which it is said."""

STRANGE_SHARE = 0.1
"""Share of floats outside :data:`LIKELY`, from which they are taken for something else."""

LIKELY = (1e-15, 1e15)
"""Magnitudes of floats that are samples. Of integers read as floats, most are not there."""


@dataclass(frozen=True)
class SignalCheck:
    """Counts over a signal.

    Attributes:
        samples: how many were looked at.
        nonfinite: samples with NaN or an infinity.
        zeros: samples that are exactly zero.
        clipped: samples with I or Q at the largest value of the format, or, of floats, at
            the largest that occurs, when it occurs often.
        strange: share of the floats that have no likely magnitude; zeros, NaN and infinities
            do not count.
        dc_power: square of the mean.
        power: mean square, finite samples only.
    """

    samples: int
    nonfinite: int
    zeros: int
    clipped: int
    strange: float
    dc_power: float
    power: float

    def mistake(self) -> str | None:
        """Why these are hardly samples of the format they were read in; None: they may be."""
        if self.strange < STRANGE_SHARE:
            return None
        return (
            f"does not look like float32: {self.strange:.0%} of its values are below "
            f"{LIKELY[0]:g} or above {LIKELY[1]:g}; describe integers by SigMF"
        )

    def complaints(self) -> list[str]:
        """One line for each thing that a person should know."""
        found = []
        if self.nonfinite:
            found.append(
                f"{self.nonfinite:,} samples are NaN or infinite; their windows are 'unknown'"
            )
        if self.samples and self.zeros == self.samples:
            found.append("all samples are zero: there is no signal, every window is 'unknown'")
        if self.clipped >= max(CLIPPED_SHARE * self.samples, 1.0):
            share = self.clipped / self.samples
            found.append(
                f"clipping: {share:.2%} of the samples are at full scale; lower the gain"
            )
        if self.power > 0.0 and self.dc_power > 10.0 ** (STRONG_DC_DB / 10.0) * self.power:
            share = self.dc_power / self.power
            found.append(
                f"strong DC: {share:.0%} of the power is at 0 Hz; unless it is the carrier of "
                "AM, tune beside the signal, use --centre and --remove-dc"
            )
        return found


class SignalWatch:
    """Looks at samples as they come; what it keeps does not grow."""

    def __init__(self, layout: SampleFormat) -> None:
        """Begin with nothing.

        Args:
            layout: the format of the samples.
        """
        self._layout = layout
        self._samples = self._nonfinite = self._zeros = self._clipped = 0
        self._components = self._strange = 0
        self._total, self._square, self._largest = np.zeros(2), 0.0, 0.0

    def add(self, chunk: np.ndarray) -> None:
        """Look at samples, an array [n, 2] of the format's component type."""
        layout = self._layout
        with np.errstate(invalid="ignore"):  # a signalling NaN
            values = (chunk.astype(np.float64) - layout.offset) / layout.full_scale
        finite = np.isfinite(values).all(axis=1)
        self._samples += len(chunk)
        self._nonfinite += len(chunk) - int(finite.sum())
        if not layout.clips:
            size = np.abs(values[(values != 0.0) & np.isfinite(values)])
            self._components += len(size)
            likely = (size >= LIKELY[0]) & (size <= LIKELY[1])
            self._strange += len(size) - int(likely.sum())
        values = values[finite]
        self._zeros += int((values == 0.0).all(axis=1).sum())
        self._total += values.sum(axis=0)
        self._square += float(np.square(values).sum())
        self._clipped = self._count_clipped(chunk, values)

    def check(self) -> SignalCheck:
        """What has been seen so far."""
        finite = max(self._samples - self._nonfinite, 1)
        mean = self._total / finite
        return SignalCheck(
            self._samples,
            self._nonfinite,
            self._zeros,
            self._clipped,
            self._strange / max(self._components, 1),
            float(mean @ mean),
            self._square / finite,
        )

    def _count_clipped(self, chunk: np.ndarray, values: np.ndarray) -> int:
        """Clipped samples so far, those of this chunk among them."""
        if self._layout.clips:
            limits = np.iinfo(self._layout.component)
            at_end = (chunk == limits.min) | (chunk == limits.max)
            return self._clipped + int(at_end.any(axis=1).sum())
        sizes = np.abs(values)
        peak = float(sizes.max()) if values.size else 0.0
        if peak == 0.0 or peak < self._largest:
            return self._clipped
        here = int((sizes == peak).any(axis=1).sum())
        before = self._clipped if peak == self._largest else 0
        self._largest = peak
        return before + here


def check_recording(
    recording: Recording, looked_at: Callable[[int], None] | None = None
) -> SignalCheck:
    """Look at every sample of a recording.

    Args:
        recording: the recording.
        looked_at: is told now and then how many samples have been looked at.
    """
    watch, done = SignalWatch(recording.format), 0
    for chunk in recording.chunks():
        watch.add(chunk)
        done += len(chunk)
        if looked_at is not None:
            looked_at(done)
    return watch.check()
