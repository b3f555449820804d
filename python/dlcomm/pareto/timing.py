# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How much candidates take per second in a flowgraph, measured one at a time.

Flowgraphs that run beside others share caches, memory and clock with them, so nothing is
timed while candidates are compressed and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import psutil

from ..benchmark.pairing import Throughput
from ..benchmark.rows import Spread

ROUNDS = 5
SECONDS = 0.3
"""About how long one run takes."""

QUIET_PERCENT = 10.0
"""Load of the processors by others up to which timings are taken to be undisturbed."""


def load_of_others(seconds: float = 1.0) -> float:
    """How busy the processors are while this process does nothing, in percent."""
    return float(psutil.cpu_percent(interval=seconds))


def time_in_turns(
    sides: Sequence[Throughput],
    watch: Callable[[str], None] = lambda state: None,
    rounds: int = ROUNDS,
    seconds: float = SECONDS,
) -> dict[str, Spread]:
    """Items per second of every side, by its name.

    All take turns, every second round backwards, so that a drift of the machine falls on all
    alike.

    Args:
        sides: what is timed.
        watch: is told what happens next.
        rounds: measurements of each.
        seconds: about how long one takes.
    """
    for side in sides:
        watch("warming up")
        side.warm_up(seconds)
    values: dict[str, list[float]] = {side.name: [] for side in sides}
    for number in range(rounds):
        watch(f"round {number + 1} of {rounds}")
        for side in sides if number % 2 == 0 else reversed(sides):
            values[side.name] += side.measure()
    return {name: Spread(tuple(found)) for name, found in values.items()}
