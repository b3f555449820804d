# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How fast decoders are in a flowgraph, beside one that is the measure of all."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from dataclasses import dataclass

from ..benchmark.decoders import attach_decoder
from ..benchmark.pairing import Contest, Throughput, run_contest
from ..benchmark.rows import THROUGHPUT, Metric
from ..benchmark.settings import received_symbols
from ..benchmark.timed_graphs import timed
from ..dlcomm_python import neural_decoder_cb
from ..links import Link


@dataclass(frozen=True)
class Speed:
    """Messages per second of a decoder block that is fed as fast as it goes.

    Attributes:
        kernel: what runs the network, as the block says.
        serial: median of runs in a row.
        paired: the same over that of the measure, each run beside one of the measure's:
            smallest, median and largest ratio.
    """

    kernel: str
    serial: float
    paired: tuple[float, float, float]


def decoder_speeds(
    links: Mapping[str, Link], measure: str, repeats: int, seconds: float
) -> dict[str, Speed]:
    """Time decoders, each in a row by itself and all in turns.

    Args:
        links: by what people call them; all of one (n, k), without channel knowledge.
        measure: the one, of `links`, that all are compared with.
        repeats: runs of each kind.
        seconds: about how long one takes.

    Raises:
        RuntimeError: a decoder cannot be loaded; one line.
    """
    sides = {label: _side(label, link) for label, link in links.items()}
    serial = {}
    for label, side in sides.items():
        side.warm_up(seconds)
        serial[label] = statistics.median(side.measure()[0] for _ in range(repeats))
    contest = Contest(
        group="decoder",
        what="neural_decoder_cb",
        metrics=(Metric(THROUGHPUT, "messages/s"),),
        ours=sides[measure],
        others=tuple(side for label, side in sides.items() if label != measure),
    )
    paired = {measure: (1.0, 1.0, 1.0)}
    for row in run_contest(contest, repeats, seconds):
        ratios = [1.0 / ratio for ratio in row.ratio.repeats]
        paired[row.alternative] = (min(ratios), statistics.median(ratios), max(ratios))
    return {
        label: Speed(neural_decoder_cb(link.decoder).executor(), serial[label], paired[label])
        for label, link in links.items()
    }


def _side(label: str, link: Link) -> Throughput:
    """The decoder block behind a source of noisy codewords that never ends."""
    symbols = received_symbols(link)
    attach = attach_decoder(lambda: neural_decoder_cb(link.decoder), link, symbols)
    return Throughput(label, timed(attach, 1))
