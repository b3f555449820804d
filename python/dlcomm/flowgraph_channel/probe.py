# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A known pattern of samples that tells how late a flowgraph is, and whether it is whole.

The pattern switches between silence and amplitude sqrt(2) by chance, in one of four
phases, with unit mean power. It is found by correlating the power that comes back, so
neither the phase nor fading nor an amplifier hides it, not even Y = X^2; it may be less
power where the pattern is on. The correlation is Pearson's: in pure noise it is about
normal with variance 1/LENGTH, so a level of `THRESHOLD` standard deviations is passed at
one place in 500 million. With noise of variance N0 per complex sample it is 1 / (1 + N0)
on average: the pattern is found down to about -8 dB of sample power over N0.
"""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
from scipy import signal

from gnuradio import blocks, gr

from ..running import ended, stop
from .exception_watch import ExceptionWatch, describe

LENGTH = 2048
"""Complex samples of the pattern."""
THRESHOLD = 6.0
"""Standard deviations from which on the pattern counts as found."""
LEVEL = THRESHOLD / LENGTH**0.5
"""The correlation that this is."""
MAX_LATENCY = 32768
"""Largest latency that is looked for, in complex samples."""
LEAD = 256
"""Largest number of samples by which a flowgraph may be early."""
_FILLER = MAX_LATENCY
_SILENCE = 1e-20
_SEED = 20181003
TIMEOUT_S = 60.0
"""How long the burst may take unless somebody says otherwise."""


class FlowgraphError(RuntimeError):
    """A flowgraph does not hand back what went in; one line of text."""


@functools.cache
def pattern() -> np.ndarray:
    """The pattern: complex64 [LENGTH], half of it zero, unit mean power."""
    return _phases(LENGTH, 0) * np.float32(np.sqrt(2.0)) * _switch()


@functools.cache
def _switch() -> np.ndarray:
    """1 where the pattern is on and 0 where it is off, as often: float32 [LENGTH]."""
    switch = np.repeat(np.array([0.0, 1.0], np.float32), LENGTH // 2)
    return np.random.default_rng(_SEED).permutation(switch)


def _phases(count: int, stream: int) -> np.ndarray:
    """`count` complex64 samples of unit power in the four diagonal directions."""
    turns = np.random.default_rng([_SEED, stream]).integers(4, size=count)
    return np.exp(0.5j * np.pi * (turns + 0.5)).astype(np.complex64)


def correlations(received: np.ndarray) -> np.ndarray:
    """How well the pattern fits at every place.

    Args:
        received: complex [N], N >= LENGTH, finite.

    Returns:
        [N - LENGTH + 1] float64, magnitude of Pearson's correlation of the switch with the
        power from each place on; 0 where that power is constant.
    """
    power = np.abs(received.astype(np.complex128)) ** 2
    power /= max(float(power.mean()), _SILENCE)
    switch = _switch() - 0.5
    products = signal.correlate(power, switch, mode="valid", method="fft")
    sums, squares = _sliding_sums(power), _sliding_sums(power**2)
    spread = np.maximum(squares - sums**2 / LENGTH, 0.0) * float((switch**2).sum())
    quiet = spread < 1e-9 * max(float(spread.max()), _SILENCE)
    return np.where(quiet, 0.0, np.abs(products) / np.sqrt(np.where(quiet, 1.0, spread)))


def _sliding_sums(values: np.ndarray) -> np.ndarray:
    """Sums of LENGTH neighbouring values from each place on."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    return total[LENGTH:] - total[:-LENGTH]


def fits(received: np.ndarray) -> float:
    """Correlation [0, 1] of exactly LENGTH samples with the pattern."""
    return float(correlations(received)[0])


def check_finite(received: np.ndarray, what: str) -> None:
    """Raise FlowgraphError naming the first sample that is NaN or infinite.

    Args:
        received: complex [N].
        what: the flowgraph and which of its samples these are, for the message.
    """
    bad = np.flatnonzero(~np.isfinite(received))
    if len(bad):
        raise FlowgraphError(
            f"{what}: found {len(bad)} of {len(received)} samples NaN or infinite "
            f"(the first is number {bad[0]}), expected finite samples"
        )


def measure_latency(block: Any, name: str = "flowgraph", timeout_s: float = TIMEOUT_S) -> int:
    """How many samples late a flowgraph is, with a look at its health.

    A burst with the pattern at its beginning and at its end is run through the block
    in a flowgraph of its own.

    Args:
        block: one complex input, one complex output, not connected yet.
        name: what messages call it.
        timeout_s: how long the burst may take.

    Returns:
        Latency in complex samples, -`LEAD` to `MAX_LATENCY`. Blocks that interpolate
        between samples without waiting for those before are early, by a few.

    Raises:
        FlowgraphError: nothing comes back; the rate is another one; samples are lost or
            added on the way; the pattern is not recognised; not connected; NaN or
            infinity comes back;
            the flowgraph does not come to an end.
    """
    second = LEAD + LENGTH + _FILLER
    sent = np.zeros(second + LENGTH + MAX_LATENCY, np.complex64)
    sent[LEAD : LEAD + LENGTH] = pattern()
    sent[LEAD + LENGTH : second] = _phases(_FILLER, 1)
    sent[second : second + LENGTH] = pattern()
    received = _run(block, sent, name, timeout_s)
    if not len(received):
        raise FlowgraphError(f"{name}: {len(sent)} samples went in, none came back")
    check_finite(received, name)
    ratio = len(received) / len(sent)
    padded = np.concatenate([received, np.zeros(len(sent), np.complex64)])[: len(sent)]
    fit = correlations(padded)
    first, last = (fit[place - LEAD : place + MAX_LATENCY + 1] for place in (LEAD, second))
    found = int(np.argmax(first + last))
    if first[found] > LEVEL and last[found] > LEVEL:
        return found - LEAD
    if abs(ratio - 1.0) > 0.1:
        raise FlowgraphError(
            f"{name}: {len(sent)} samples went in, {len(received)} came back: found a rate "
            f"of {ratio:.4g} samples out per sample in, expected 1 (and a latency of at most "
            f"{MAX_LATENCY} samples)"
        )
    _tell_of_a_shift(name, fit)
    raise FlowgraphError(
        f"{name}: {len(sent)} samples went in, {len(received)} came back, but the known "
        f"pattern is not among them within {MAX_LATENCY} samples: is the signal lost in "
        "noise, or the latency larger?"
    )


def _tell_of_a_shift(name: str, fit: np.ndarray) -> None:
    """Raise FlowgraphError where the patterns are found at a distance of their own."""
    first = fit[: LEAD + MAX_LATENCY + 1]
    start = int(np.argmax(first))
    # Half of what lies between the two may be gone, and still the second is not the first.
    low = start + LENGTH + _FILLER // 2
    late = fit[low:]
    if first.max() > LEVEL and late.max() > LEVEL:
        distance = low + int(np.argmax(late)) - start
        shift = distance - (LENGTH + _FILLER)
        raise FlowgraphError(
            f"{name}: {'adds' if shift > 0 else 'loses'} {abs(shift)} of "
            f"{LENGTH + _FILLER} samples on the way; expected that every sample that goes "
            "in comes back"
        )


def _run(block: Any, sent: np.ndarray, name: str, timeout_s: float) -> np.ndarray:
    """What comes back from `block` when `sent` goes in and then ends."""
    watch = ExceptionWatch(block)
    graph = gr.top_block()
    sink = blocks.vector_sink_c()
    try:
        graph.connect(blocks.vector_source_c(sent.tolist()), block, sink)
        graph.start()
    except Exception as error:  # GNU Radio's own words do not say which flowgraph
        raise FlowgraphError(f"{name}: cannot be run: {describe(error)}") from error
    end = ended(graph)
    try:
        if not end.wait(timeout_s):
            raise FlowgraphError(
                f"{name}: {len(sent)} samples went in, {len(sink.data())} came back, and it "
                f"did not end within {timeout_s:g} s; is there an error in its log above?"
            )
    finally:
        stop(graph, end, block)
    if watch.failure:
        raise FlowgraphError(f"{name}: {watch.failure}")
    return np.array(sink.data(), np.complex64)
