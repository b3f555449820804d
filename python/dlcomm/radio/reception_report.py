# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a reception has to say for itself."""

from __future__ import annotations

from typing import Any

from ..measurement.intervals import clopper_pearson
from .packet_store import Arrival
from .reception import Ending, Reception
from .reception_counts import ReceptionCounts


def throughput(graph: Reception, elapsed_s: float) -> float | None:
    """Bits of the file per second.

    Of the signal from the first burst to the last where the sample rate is known, by the clock
    where it is not; None: nothing came.
    """
    span = graph.collector.counts.burst_span()
    rate = graph.source.sample_rate
    seconds = span / rate if rate else elapsed_s
    return 8.0 * graph.store.bytes / seconds if seconds > 0.0 and graph.store.bytes else None


def reception_report(
    graph: Reception, ending: Ending, elapsed_s: float, model: str
) -> dict[str, Any]:
    """Everything that was found, for people and programs.

    Args:
        graph: has ended.
        ending: why.
        elapsed_s: how long it took by the clock.
        model: what decoded.
    """
    store, counts = graph.store, graph.collector.counts
    expected, received = store.expected, len(store.index)
    lost = expected - received
    return {
        "out": str(store.path) if received else None,
        "sidecar": None if store.complete or not received else str(store.sidecar),
        "complete": store.complete,
        "ended_because": ending.value,
        "model": model,
        "bytes": store.bytes,
        "packets_received": received,
        "packets_expected": store.total,
        "packets_lost": lost,
        "lost": store.missing(),
        "per": _rate(lost, expected),
        "duplicates": counts.arrivals[Arrival.DUPLICATE.name],
        "conflicts": counts.arrivals[Arrival.CONFLICT.name],
        "failed_bursts": dict(counts.failures),
        **graph.receiver.counts(),
        "bits": counts.bits,
        "bit_errors": counts.bit_errors,
        "ber": _rate(counts.bit_errors, counts.bits),
        **_measured(counts, graph.source.sample_rate),
        "samples": graph.samples(),
        "sample_rate": graph.source.sample_rate,
        "throughput_bits_per_s": throughput(graph, elapsed_s),
        "elapsed_s": elapsed_s,
    }


def _measured(counts: ReceptionCounts, rate: float | None) -> dict[str, Any]:
    """What the receiver measured: mean, smallest and largest."""
    cfo_hz = None
    if rate is not None and (cfo := counts.cfo.report()) is not None:
        cfo_hz = {name: value * rate for name, value in cfo.items()}
    return {
        "snr_db": counts.snr_db.report(),
        "cfo": counts.cfo.report(),
        "cfo_hz": cfo_hz,
        "clock_ppm": counts.clock_ppm.report(),
    }


def _rate(errors: int, trials: int) -> dict[str, float] | None:
    """A rate with its interval; None: there were no trials."""
    if not trials:
        return None
    low, high = clopper_pearson(errors, trials)
    return {"rate": errors / trials, "low": low, "high": high}
