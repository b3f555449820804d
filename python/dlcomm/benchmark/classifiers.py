# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The modulation classifier beside bare ONNX Runtime, and how soon it answers."""

from __future__ import annotations

import os
import queue
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
import pmt

from gnuradio import blocks, gr

from ..dlcomm_python import model_file, modulation_classifier_c
from ..links import models
from .bare_runtime import one_thread_session
from .pairing import Contest, Contestant, Missing, Throughput, Timing
from .rows import THROUGHPUT, Metric, median_and_tail
from .settings import Settings, not_installed
from .timed_graphs import Attach, collect, timed

VTCNN2 = "amc_vtcnn2_2016"
"""What the others are held against: the network of 2016, in float."""

_WINDOWS = 1024
_BATCH = 64
_BUFFER = 1 << 16
_SEED = 1
_WARM_UP = 200
_PATIENCE_SECONDS = 10.0
_LATENCIES = (
    Metric("latency, median", "us", higher_is_better=False),
    Metric("latency, 99 %", "us", higher_is_better=False),
)


def classifier_contests(settings: Settings) -> Iterator[Contest]:
    """A contest for every classifier: the block, hop = window, and bare runtimes."""
    for name in settings.classifiers:
        block = modulation_classifier_c(name)
        windows = _windows(block.window())
        attach = attach_classifier(name)
        bare = f"{name} on bare ONNX Runtime, batch {_BATCH}"
        others: list[Contestant | Missing] = [_bare(bare, name, windows)]
        notes = {bare: f"{os.path.getsize(block.model()):,} bytes"}
        if name != VTCNN2:
            label = f"{VTCNN2} on bare ONNX Runtime, batch {_BATCH}"
            others.append(_bare(label, VTCNN2, windows))
        yield Contest(
            group="classifier",
            what=f"modulation_classifier_c {name} ({block.executor()})",
            metrics=(Metric(THROUGHPUT, "windows/s"),),
            ours=Throughput(name, timed(attach, gr.sizeof_char)),
            others=tuple(others),
            check=_checker(name, attach, windows),
            notes=notes,
        )


def classifier_latency_contests(settings: Settings) -> Iterator[Contest]:
    """A contest for every classifier but VT-CNN2: from a window's end to the message."""
    for name in settings.classifiers:
        if name == VTCNN2:
            continue
        yield Contest(
            group="classifier_latency",
            what=f"modulation_classifier_c {name}, idle: last sample in to message out",
            metrics=_LATENCIES,
            ours=_MessageLatency(name, name, settings.frames),
            others=(_message_latency(VTCNN2, settings.frames),),
        )


def _windows(window: int) -> np.ndarray:
    """Noise, complex64 [windows, window], always the same; networks take equally long."""
    parts = np.random.default_rng(_SEED).standard_normal((_WINDOWS, window, 2))
    return parts.astype(np.float32).view(np.complex64)[..., 0]


def attach_classifier(name: str) -> Attach:
    """Connects a source of noise that never ends and the block, behind a large buffer.

    Args:
        name: name of a classifier, its folder or its file.
    """
    samples = _windows(modulation_classifier_c(name).window()).ravel().tolist()

    def attach(flowgraph: gr.top_block) -> Any:
        """Connect them; return the block."""
        source = blocks.vector_source_c(samples, True)
        source.set_min_output_buffer(_BUFFER)
        block = modulation_classifier_c(name)
        flowgraph.connect(source, block)
        return block

    return attach


def _bare(label: str, name: str, windows: np.ndarray) -> Contestant | Missing:
    """ONNX Runtime alone on batches of windows, without decisions."""
    reason = not_installed("onnxruntime")
    if not reason and name not in models("classifier"):
        reason = f"the model {name} is not there"
    if reason:
        return Missing(label, reason)
    session = one_thread_session(model_file(name, "classifier"))
    iq = windows.view(np.float32).reshape(len(windows), -1, 2)
    batches = [iq[first : first + _BATCH] for first in range(0, len(iq), _BATCH)]

    def run(items: int) -> Timing:
        """Run at least so many windows."""
        count = -(-items // _BATCH)
        begin = time.perf_counter()
        for number in range(count):
            session.run(None, {"iq": batches[number % len(batches)]})
        return Timing(count * _BATCH, time.perf_counter() - begin)

    return Throughput(label, run)


def _checker(name: str, attach: Attach, windows: np.ndarray) -> Callable[[], None] | None:
    """What raises RuntimeError unless the block decides as ONNX Runtime does."""
    if not_installed("onnxruntime"):
        return None

    def check() -> None:
        """Compare the decisions for all windows but near ties."""
        iq = windows.view(np.float32).reshape(len(windows), -1, 2)
        session = one_thread_session(model_file(name, "classifier"))
        logits = session.run(None, {"iq": iq})[0]
        found = collect(attach, gr.sizeof_char, len(windows), np.uint8)
        best = np.sort(logits, axis=1)[:, -2:]
        # Float sums may be rounded otherwise; integers of int8 models then by one step.
        clear = best[:, 1] - best[:, 0] > 0.02 * np.abs(logits).max()
        wrong = int((found != logits.argmax(axis=1))[clear].sum())
        if wrong:
            raise RuntimeError(f"{name}: {wrong} of {int(clear.sum())} decisions differ")

    return check


def _message_latency(name: str, count: int) -> Contestant | Missing:
    if name not in models("classifier"):
        return Missing(name, f"the model {name} is not there")
    return _MessageLatency(name, name, count)


class _Listener(gr.basic_block):
    """Notes when a message arrives."""

    def __init__(self) -> None:
        gr.basic_block.__init__(self, "listener", None, None)
        self.times: queue.SimpleQueue[int] = queue.SimpleQueue()
        self.message_port_register_in(pmt.intern("in"))
        self.set_msg_handler(pmt.intern("in"), self.note)

    def note(self, message: Any) -> None:
        """Take a message; called by the scheduler."""
        self.times.put(time.perf_counter_ns())


class _MessageLatency:
    """A side that is sent one window after another, each when the last is decided."""

    def __init__(self, name: str, model: str, count: int) -> None:
        """Make the side.

        Args:
            name: what it is, for people.
            model: the classifier.
            count: windows that one measurement sends.
        """
        self.name = name
        self._model = model
        self._count = count

    def warm_up(self, seconds: float) -> None:
        """Send some windows for nothing; every measurement does so itself as well."""
        self._send(_WARM_UP)

    def measure(self) -> tuple[float, float]:
        """Median and 99th percentile over the windows, in microseconds."""
        return median_and_tail(self._send(self._count))

    def _send(self, count: int) -> list[float]:
        """Send windows through a flowgraph made for it; microseconds of each."""
        with ExitStack() as ends:
            to_graph, our_in = os.pipe()
            # The source owns, and closes, the end that it is given.
            source = blocks.file_descriptor_source(gr.sizeof_gr_complex, to_graph)
            block, listener = modulation_classifier_c(self._model), _Listener()
            flowgraph = gr.top_block("latency")
            flowgraph.connect(source, block, blocks.null_sink(gr.sizeof_char))
            flowgraph.msg_connect(block, "decisions", listener, "in")
            flowgraph.start()
            ends.callback(flowgraph.wait)
            ends.callback(os.close, our_in)  # the source takes it for the end
            frames = [row.tobytes() for row in _windows(block.window())[:256]]
            times = []
            for number in range(_WARM_UP + count):
                begin = time.perf_counter_ns()
                os.write(our_in, frames[number % len(frames)])
                try:
                    ended = listener.times.get(timeout=_PATIENCE_SECONDS)
                except queue.Empty:
                    raise RuntimeError(
                        f"{self.name}: no decision within {_PATIENCE_SECONDS:.0f} seconds"
                    ) from None
                times.append((ended - begin) / 1000.0)
        return times[_WARM_UP:]
