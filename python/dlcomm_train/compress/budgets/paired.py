# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Comparing the error rates of two links that meet the same messages and the same noise.

Most errors are then the same errors, and only those that one link alone makes tell the two
apart. With p the rate of the first link and q that of the second, the ratio q / p is judged
by the score statistic of a ratio of rates in matched pairs (J. Nam, W. Blackwelder,
"Analysis of the ratio of marginal probabilities in a matched-pair setting", Statistics in
Medicine, 2002): the excess of errors over the supposed ratio, in standard deviations that
hold if the ratio is true. Unlike a deviation estimated from the counts alone, that one does
not vanish when few errors differ.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy.optimize import brentq
from scipy.stats import norm

from dlcomm_train.channels.models import ChannelModel
from dlcomm_train.models.pairs import Chain, Pair

BATCH = 1 << 15
"""Messages at a time."""
_LARGEST_RATIO = 1e6


@dataclass(frozen=True)
class Counts:
    """Wrong messages of two links.

    Attributes:
        both: messages that both get wrong.
        before_only: that only the first gets wrong.
        after_only: that only the second gets wrong.
        sent: all messages.
    """

    both: int = 0
    before_only: int = 0
    after_only: int = 0
    sent: int = 0

    @property
    def before(self) -> int:
        """Wrong messages of the first link."""
        return self.both + self.before_only

    @property
    def after(self) -> int:
        """Wrong messages of the second link."""
        return self.both + self.after_only

    @property
    def either(self) -> int:
        """Messages that at least one of them gets wrong."""
        return self.both + self.before_only + self.after_only

    @property
    def ratio(self) -> float:
        """Error rate of the second over that of the first; infinite where that is zero."""
        return self.after / self.before if self.before else math.inf

    def plus(self, before: np.ndarray, after: np.ndarray) -> Counts:
        """With the messages of one more batch, [b] bool where each is wrong."""
        both = int((before & after).sum())
        return Counts(
            self.both + both,
            self.before_only + int(before.sum()) - both,
            self.after_only + int(after.sum()) - both,
            self.sent + len(before),
        )

    def deviation(self, ratio: float) -> float:
        """Standard deviations by which the second link's errors exceed `ratio` times the
        first's, if that is the true ratio of their rates.

        Under that hypothesis let u be `ratio` times the share of the common errors among
        all; its most likely value is a root of a quadratic, and the variance of
        after - ratio * before is either * (ratio - u).
        """
        square, either = ratio * ratio, self.either
        middle = self.both * (1.0 + square) + self.before_only * square + self.after_only
        if not either:
            return 0.0
        root = math.sqrt(max(middle * middle - 4.0 * either * self.both * square, 0.0))
        variance = either * ratio - 0.5 * (middle - root)
        # No error differs and the ratio is one: that tells nothing.
        if variance <= 1e-9 * either:
            return 0.0
        return (self.after - ratio * self.before) / math.sqrt(variance)

    def interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Interval of the ratio of the rates; (0, inf) where nothing is known."""
        z = float(norm.ppf(0.5 + confidence / 2.0))

        def end(sign: float) -> float:
            return brentq(
                lambda logarithm: self.deviation(math.exp(logarithm)) - sign * z,
                -math.log(_LARGEST_RATIO),
                math.log(_LARGEST_RATIO),
            )

        low = math.exp(end(1.0)) if self.after else 0.0
        return low, math.exp(end(-1.0)) if self.before else math.inf


class Comparison:
    """Runs links on the messages and the noise of a first one."""

    def __init__(self, before: Pair, channel: ChannelModel, seed: int) -> None:
        """Set up the first link.

        Args:
            before: its models.
            channel: what both links send over.
            seed: of messages and noise.
        """
        self._before, self._channel, self._seed = Chain(before), channel, seed
        self._wrong: list[np.ndarray] = []

    def counts(self, after: Pair) -> Iterator[Counts]:
        """Counts of all batches until now, one batch more each time, without an end."""
        chain, found, number = Chain(after), Counts(), 0
        while True:
            # The first link runs once, whatever it is compared with.
            if number == len(self._wrong):
                wrong = self._before.wrong(self._channel, BATCH, self._generator(number))
                self._wrong.append(np.packbits(wrong))
            before = np.unpackbits(self._wrong[number]).astype(bool)
            wrong = chain.wrong(self._channel, BATCH, self._generator(number))
            found, number = found.plus(before, wrong), number + 1
            yield found

    def _generator(self, number: int) -> torch.Generator:
        return torch.Generator().manual_seed(self._seed + number)
