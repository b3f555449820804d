# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Flowgraphs that classify a recording or what a radio hears."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gnuradio import blocks, gr

from ..dlcomm_python import modulation_classifier_c
from ..radio.radio_source import radio_source
from ..radio.recording import FORMATS, Recording
from ..radio.stall_watch import LOST_S, StallWatch
from ..watched_flowgraph import WatchedFlowgraph
from .decisions import UNKNOWN, Decisions, decision_sink
from .front_end import signal_front_end
from .signal_check import SignalWatch

SNAPSHOT = 4096
"""Samples of a radio that are looked at, now and then, for clipping and DC."""


@dataclass(frozen=True)
class Selection:
    """Which signal of a stream is wanted.

    Attributes:
        symbol_rate: in symbols per second; None: the stream has eight samples per symbol
            already, and is classified as it is.
        centre: its frequency in the stream, in Hz.
        bandwidth: two-sided width of it in Hz; 0: what the front end takes by default.
        remove_dc: filter away what lies at 0 Hz of the stream.
    """

    symbol_rate: float | None = None
    centre: float = 0.0
    bandwidth: float = 0.0
    remove_dc: bool = False


@dataclass(frozen=True)
class Deciding:
    """How windows become decisions; see the block ``modulation_classifier_c``."""

    model: str
    hop: int = 0
    average: int = 1
    threshold: float = 0.0


@dataclass(frozen=True)
class Radio:
    """A SoapySDR device, and how to tune it.

    Attributes:
        arguments: SoapySDR's device string, such as ``driver=rtlsdr``.
        sample_rate: in samples per second.
        frequency: in Hz.
        gain: in dB; None: the device's own control.
        antenna: name of it; empty: the default one.
    """

    arguments: str
    sample_rate: float
    frequency: float
    gain: float | None = None
    antenna: str = ""


class Classification(WatchedFlowgraph):
    """Source, front end if needed, classifier, counters.

    Attributes:
        classifier: the block.
        rate: samples per second that it gets.
        watch: what has been seen of a live source.
        lost: whether a live source stands still, and has for so long that it must be gone.
    """

    def __init__(
        self,
        source: list[gr.basic_block],
        sample_rate: float,
        selection: Selection,
        deciding: Deciding,
        live: bool,
        seconds: float | None = None,
    ) -> None:
        """Connect everything.

        Args:
            source: blocks, one behind the other, that give complex samples.
            sample_rate: of theirs.
            selection: which signal to take.
            deciding: how to decide.
            live: whether samples come in real time, so that it can fall behind.
            seconds: end after so many of the source's; None: when it ends or is stopped.

        Raises:
            ValueError: the selection cannot be made, or an option is out of range.
            RuntimeError: the model cannot be used.
        """
        super().__init__("classification", catch_exceptions=False)
        self.rate = sample_rate
        # Kept: a block whose last Python name goes away takes its Python parts with it.
        self._chain = list(source)
        self._delay, self._limit, self._count = 0.0, None, 0
        if seconds is not None:
            self._count = int(seconds * sample_rate)
            self._limit = blocks.head(gr.sizeof_gr_complex, self._count)
            self._chain.append(self._limit)
        if selection.symbol_rate is not None:
            front_end = signal_front_end(
                sample_rate,
                selection.symbol_rate,
                selection.centre,
                selection.bandwidth,
                selection.remove_dc,
                normalise=False,
            )
            self.rate, self._delay = front_end.output_rate, front_end.delay
            self._chain.append(front_end)
        self.classifier = modulation_classifier_c(
            deciding.model,
            deciding.hop,
            deciding.average,
            deciding.threshold,
            sample_rate=self.rate if live else 0.0,
        )
        self._sink = decision_sink(len(self.classifier.labels()))
        self.connect(*self._chain, self.classifier)
        self.connect((self.classifier, 0), (self._sink, 0))
        self.connect((self.classifier, 1), (self._sink, 1))
        self.watch = SignalWatch(FORMATS["cf32_le"])
        self._snapshot, self._looked_at = None, 0
        self._stall: StallWatch | None = None
        # Samples are seen a snapshot at a time.
        self._lost_s, self.lost = max(LOST_S, 2.0 * SNAPSHOT / sample_rate), False
        if live:
            self._snapshot = blocks.probe_signal_vc(SNAPSHOT)
            self._vectors = blocks.stream_to_vector(gr.sizeof_gr_complex, SNAPSHOT)
            # One snapshot in sixteen: looking must not cost what listening does.
            self.connect(
                self._chain[0],
                self._vectors,
                blocks.keep_one_in_n(gr.sizeof_gr_complex * SNAPSHOT, 16),
                self._snapshot,
            )

    @property
    def decisions(self) -> Decisions:
        """All decisions so far."""
        return self._sink.decisions()

    def name_of(self, index: int) -> str:
        """What a decision says."""
        return "unknown" if index == UNKNOWN else self.classifier.labels()[index]

    def seconds(self, decision: int) -> float:
        """When in the stream the window of a decision begins, the filters' delay taken off."""
        return max(decision * self.classifier.hop() / self.rate - self._delay, 0.0)

    def samples(self) -> int:
        """How many the classifier has got that it has done with."""
        return self.classifier.nitems_read(0)

    def trouble(self) -> str:
        """What is wrong with a live source that has ended unasked; empty: nothing."""
        if self.lost:
            return f"has given no sample for {self._lost_s:g} s: is it lost?"
        if self._limit is not None and self._limit.nitems_written(0) == self._count:
            return ""
        return "gives no more samples: is it lost?"

    def look(self) -> None:
        """Look at some recent samples of a live source, and whether it still gives any."""
        if self._snapshot is None:
            return
        if self._stall is None:
            # The flowgraph has just begun.
            self._stall = StallWatch(lambda: self._vectors.nitems_read(0), self._lost_s)
        self.lost = self._stall.stalled()
        there = self._snapshot.nitems_read(0)
        if there > self._looked_at:
            self._looked_at = there
            samples = np.array(self._snapshot.level(), np.complex64)
            self.watch.add(samples.view(np.float32).reshape(-1, 2))


def recording_flowgraph(
    recording: Recording, selection: Selection, deciding: Deciding
) -> Classification:
    """A flowgraph that classifies a recording as fast as it can.

    Raises:
        ValueError: the selection cannot be made, an option is out of range, or the recording
            is shorter than one window.
        RuntimeError: the model cannot be used.
    """
    graph = Classification(
        recording.source(), recording.sample_rate, selection, deciding, live=False
    )
    there = int(recording.samples * graph.rate / recording.sample_rate)
    window = graph.classifier.window()
    if there < window:
        raise ValueError(
            f"{recording.data}: has {recording.samples} samples, expected at least "
            f"{int(np.ceil(window * recording.sample_rate / graph.rate))}: one window"
        )
    return graph


def radio_flowgraph(
    radio: Radio, selection: Selection, deciding: Deciding, seconds: float | None = None
) -> Classification:
    """A flowgraph that classifies what a radio hears.

    Args:
        radio: the device.
        selection: which signal to take.
        deciding: how to decide.
        seconds: end after so many; None: when it is stopped.

    Raises:
        ValueError: the selection cannot be made, or an option is out of range.
        RuntimeError: the model or the device cannot be used, or gr-soapy is not there.
    """
    source = radio_source(
        radio.arguments, radio.sample_rate, radio.frequency, radio.gain, radio.antenna
    )
    return Classification([source], radio.sample_rate, selection, deciding, True, seconds)
