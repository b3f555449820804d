# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measuring one point: one model, one channel, one Eb/N0, one flowgraph."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass

from ..channel_specs import parse_channel
from ..flowgraphs import link_flowgraph, messages_per_channel_state
from ..links import Link, link_from_text
from .results import Key, Row, make_row


class MeasurementError(RuntimeError):
    """A flowgraph did not come to the end that its rule asks for; one line of text."""


@dataclass(frozen=True)
class Point:
    """What to measure.

    Attributes:
        model: name, folder or ENCODER,DECODER.
        channel: canonical text of the channel.
        ebn0_db: Eb/N0 in dB.
        seed: the seed of the whole sweep.
    """

    model: str
    channel: str
    ebn0_db: float
    seed: int

    @property
    def key(self) -> Key:
        """The key of this point's row."""
        return (self.model, self.channel, self.seed, self.ebn0_db)


@dataclass(frozen=True)
class StopRule:
    """When a point is done: at so many block errors, or at so many messages.

    Attributes:
        min_errors: block errors asked for, at least 1.
        max_messages: messages after which it ends all the same, at least 1.
    """

    min_errors: int
    max_messages: int

    def is_met_by(self, row: Row) -> bool:
        """True when `row` need not be measured again under this rule."""
        return row.block_errors >= self.min_errors or row.messages >= self.max_messages

    def ends_sweep(self, row: Row) -> bool:
        """True when points at higher Eb/N0 would find no errors either."""
        return row.block_errors == 0 and row.messages >= self.max_messages


@dataclass(frozen=True)
class Progress:
    """How far a point has come.

    Attributes:
        messages: messages compared so far.
        block_errors: wrong ones among them.
        seconds: time since the flowgraph started.
    """

    messages: int
    block_errors: int
    seconds: float


def point_seed(point: Point, link: Link) -> int:
    """The flowgraph's seed: other points, other random numbers.

    Every (n, k), channel and Eb/N0 has a seed of its own under the sweep's seed. The
    model's name is left out on purpose: models of one (n, k) then receive the same
    messages and noise, so that a difference between two of them (full precision and
    int8, say) is not blurred by chance, and a model gives the same counts by name and by
    path.
    """
    text = f"gr-dlcomm point {point.seed} {link.n} {link.k} {point.channel} {point.ebn0_db!r}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def measure(
    point: Point,
    rule: StopRule,
    report: Callable[[Progress], bool] = lambda progress: True,
) -> Row | None:
    """Run the flowgraph of `point` until `rule` is met.

    Equal points and rules give equal counts.

    Args:
        point: what to measure.
        rule: when to end.
        report: called about five times a second; the measurement is broken off when it
            returns False.

    Returns:
        The row, or None when `report` broke it off.

    Raises:
        ValueError, RuntimeError: a bad model or argument, in one line.
        MeasurementError: the flowgraph ended early.
    """
    link = link_from_text(point.model)
    channel = parse_channel(point.channel)
    flowgraph = link_flowgraph(
        link,
        channel,
        point.ebn0_db,
        seed=point_seed(point, link),
        target_block_errors=rule.min_errors,
        max_messages=rule.max_messages,
    )
    sink = flowgraph.sink
    wanted = True
    start = time.perf_counter()

    def watch() -> bool:
        """Pass the counts on."""
        nonlocal wanted
        seconds = time.perf_counter() - start
        wanted = report(Progress(sink.messages(), sink.block_errors(), seconds))
        return wanted

    flowgraph.run_watched(watch)
    seconds = time.perf_counter() - start
    reason = sink.stop_reason()
    if reason not in ("target_errors", "max_messages"):
        if not wanted:
            return None
        failure = getattr(flowgraph.channel, "failure", "")
        raise MeasurementError(
            f"model {point.model!r} at {point.ebn0_db:g} dB: the flowgraph ended after "
            f"{sink.messages()} messages ({failure or reason}), expected it to reach "
            f"{rule.min_errors} block errors or {rule.max_messages} messages"
        )
    return make_row(
        model=point.model,
        channel=point.channel,
        ebn0_db=point.ebn0_db,
        messages=sink.messages(),
        block_errors=sink.block_errors(),
        bits=sink.bits(),
        bit_errors=sink.bit_errors(),
        messages_per_second=sink.messages() / seconds,
        stop_reason=reason,
        seed=point.seed,
        cluster=messages_per_channel_state(channel, link),
    )
