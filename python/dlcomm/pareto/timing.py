# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How many messages per second decoders take in a flowgraph, measured one at a time.

Flowgraphs that run beside others share caches, memory and clock with them, so nothing is
timed while candidates are compressed and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import psutil

from ..benchmark.decoders import BUFFERS, attach_decoder
from ..benchmark.pairing import Throughput
from ..benchmark.rows import Spread
from ..benchmark.settings import received_symbols
from ..benchmark.timed_graphs import timed
from ..dlcomm_python import neural_decoder_cb
from ..links import Link

ROUNDS = 5
SECONDS = 0.3
"""About how long one run takes."""

BUFFER = "buffer of 65536"
QUIET_PERCENT = 10.0
"""Load of the processors by others up to which timings are taken to be undisturbed."""


def load_of_others(seconds: float = 1.0) -> float:
    """How busy the processors are while this process does nothing, in percent."""
    return float(psutil.cpu_percent(interval=seconds))


def time_decoders(
    links: Mapping[str, Link],
    watch: Callable[[str], None] = lambda state: None,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
) -> dict[str, Spread]:
    """Messages per second of every decoder block, behind a source of noisy samples.

    All take turns, every second round backwards, so that a drift of the machine falls on all
    alike.

    Args:
        links: links by name.
        watch: is told what happens next.
        rounds: measurements of each.
        seconds: about how long one takes.
    """
    sides: list[Throughput] = []
    for name, link in links.items():
        make = partial(neural_decoder_cb, link.decoder)
        attach = attach_decoder(make, link, received_symbols(link), BUFFERS[BUFFER])
        sides.append(Throughput(name, timed(attach, 1)))
    for side in sides:
        watch("warming up")
        side.warm_up(seconds)
    values: dict[str, list[float]] = {name: [] for name in links}
    for number in range(rounds):
        watch(f"round {number + 1} of {rounds}")
        for side in sides if number % 2 == 0 else reversed(sides):
            values[side.name] += side.measure()
    return {name: Spread(tuple(found)) for name, found in values.items()}
