# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What is counted while a transfer comes in."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Spread:
    """Mean, smallest and largest of values that come one by one."""

    count: int = 0
    total: float = 0.0
    low: float = float("inf")
    high: float = float("-inf")
    latest: float | None = None

    def add(self, value: float) -> None:
        """Take one more value."""
        self.count += 1
        self.total += value
        self.low, self.high = min(self.low, value), max(self.high, value)
        self.latest = value

    def report(self) -> dict[str, float] | None:
        """For people and programs; None: there was no value."""
        if not self.count:
            return None
        return {"mean": self.total / self.count, "min": self.low, "max": self.high}


@dataclass
class ReceptionCounts:
    """Packets by what became of them, and what the receiver measured on the good ones.

    Attributes:
        arrivals: good packets by `Arrival`'s names.
        failures: bursts without a good packet, by reason.
        bits: payload bits, before the outer code, of good packets.
        bit_errors: of these.
        snr_db: Es/N0.
        cfo: carrier frequency offset in cycles per sample.
        clock_ppm: how much faster the transmitter's clock runs.
        first: sample at which the first good burst begins; None: there was none.
        end: sample behind the last good burst.
    """

    arrivals: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    bits: int = 0
    bit_errors: int = 0
    snr_db: Spread = field(default_factory=Spread)
    cfo: Spread = field(default_factory=Spread)
    clock_ppm: Spread = field(default_factory=Spread)
    first: float | None = None
    end: float = 0.0

    def add(self, about: dict[str, Any], burst_samples: int) -> None:
        """Take what a good packet's dictionary says.

        Args:
            about: the dictionary.
            burst_samples: how long the burst was.
        """
        self.bits += int(about.get("bits", 0))
        self.bit_errors += int(about.get("bit_errors", 0))
        for name in ("snr_db", "cfo", "clock_ppm"):
            if name in about:
                getattr(self, name).add(float(about[name]))
        if "offset" in about:
            begin = float(about["offset"])
            self.first = begin if self.first is None else min(self.first, begin)
            self.end = max(self.end, begin + burst_samples)

    def burst_span(self) -> float:
        """Samples from the beginning of the first good burst to the end of the last."""
        return 0.0 if self.first is None else self.end - self.first
