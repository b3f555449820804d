# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classifiers that numpy can follow: logits = W x of a window x, and what becomes of them."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pmt
from harness import TIMEOUT, Output, collected, finish, sink, source
from model_files import free, write
from onnx import TensorProto, helper

from gnuradio import blocks, gr

LABELS = ["BPSK", "QPSK", "8PSK", "QAM16", "noise"]
WINDOW = 16
UNKNOWN = 255
GAIN = 0.3
"""Of the weights: decisions that are now certain and now not."""


def weights(seed: int = 1, classes: int = len(LABELS), window: int = WINDOW) -> np.ndarray:
    """[classes, 2 window] float32."""
    rng = np.random.default_rng(seed)
    return (GAIN * rng.standard_normal((classes, 2 * window))).astype(np.float32)


def classifier_metadata(labels: list[str], window: int) -> dict[str, str]:
    """The metadata of a classifier."""
    return {
        "contract": "1", "role": "classifier", "labels": json.dumps(labels),
        "window": str(window), "recipe": "{}", "measured": "[]",
    }


def write_classifier(
    path: Path,
    weight: np.ndarray,
    labels: list[str] = LABELS,
) -> str:
    """logits = W x as a model file; `weight` is [classes, 2 window]."""
    classes, row = weight.shape
    return write(
        path,
        [
            helper.make_node("Flatten", ["iq"], ["flat"]),
            helper.make_node("Gemm", ["flat", "w"], ["logits"], transB=1),
        ],
        [free("iq", TensorProto.FLOAT, row // 2, 2)],
        free("logits", TensorProto.FLOAT, classes),
        {"w": weight},
        classifier_metadata(labels, row // 2),
    )


def begins(count: int, hop: int, window: int = WINDOW) -> np.ndarray:
    """First samples of all complete windows of a stream of `count` samples."""
    return np.arange(0, count - window + 1, hop or window)


def log_probabilities(samples: np.ndarray, hop: int, weight: np.ndarray) -> np.ndarray:
    """[windows, classes] float64 of what the network says of each window."""
    window = weight.shape[1] // 2
    first = begins(len(samples), hop, window)
    rows = samples[first[:, None] + np.arange(window)].astype(np.complex128)
    logits = rows.view(np.float64) @ weight.T.astype(np.float64)
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


def averaged(single: np.ndarray, average: int) -> np.ndarray:
    """Probabilities from the mean log-probabilities of the last `average` windows.

    Args:
        single: [windows, classes]; rows of NaN are windows that hold nothing.
        average: windows that a decision looks back on.
    """
    rows = np.zeros_like(single)
    for index in range(len(single)):
        if np.isnan(single[index]).any():
            continue
        last = single[max(0, index - average + 1) : index + 1]
        mean = last[~np.isnan(last).any(axis=1)].mean(axis=0)
        rows[index] = np.exp(mean - np.logaddexp.reduce(mean))
    return rows


def decided(probabilities: np.ndarray, threshold: float = 0.0) -> np.ndarray:
    """Class indices, or 255 below the threshold and for rows of zeros."""
    best = probabilities.max(axis=1)
    return np.where((best > 0) & (best >= threshold), probabilities.argmax(axis=1), UNKNOWN)


def run(
    block: Any, samples: np.ndarray, tags: Any = (), cut: int | None = None
) -> tuple[Output, np.ndarray]:
    """Decisions and probabilities [decisions, classes] of a stream."""
    graph = gr.top_block()
    ends = sink(np.uint8), sink(np.float32, len(block.labels()))
    # The buffer of a vector source holds all it has; that of any other block does not.
    graph.connect(source(samples, tags), blocks.copy(gr.sizeof_gr_complex), block)
    for port, end in enumerate(ends):
        graph.connect((block, port), end)
    finish(graph, cut)
    probabilities = collected(ends[1], np.float32, len(block.labels())).items
    return collected(ends[0], np.uint8), probabilities.reshape(-1, len(block.labels()))


def assert_decided(
    items: np.ndarray, probabilities: np.ndarray, expected: np.ndarray, threshold: float = 0.0
) -> None:
    """Probabilities agree to float32, and so do decisions but for ties that close."""
    np.testing.assert_allclose(probabilities, expected, atol=2e-6)
    assert len(items) == len(expected)
    ordered = np.sort(expected, axis=1)
    close = ordered[:, -1] - ordered[:, -2] < 1e-5
    close |= np.abs(ordered[:, -1] - threshold) < 1e-5
    close &= ordered[:, -1] > 0
    assert close.sum() <= 1 + len(expected) // 100
    np.testing.assert_array_equal(items[~close], decided(expected, threshold)[~close])


def listen(
    block: Any, samples: np.ndarray, tags: Any = (), port: str = "decisions"
) -> tuple[Output, list[dict]]:
    """Decisions on a stream, and as many messages that the block publishes meanwhile.

    The stream goes round, and the flowgraph is stopped when the messages are there: at the
    end of a stream, a receiver may end before its last message comes.
    """
    count = len(begins(len(samples), block.hop(), block.window()))
    graph = gr.top_block()
    receiver, end = blocks.message_debug(), sink(np.uint8)
    throttle = blocks.throttle(gr.sizeof_gr_complex, 1e5)
    graph.connect(source(samples, tags, repeat=True), throttle, block, end)
    graph.msg_connect(block, port, receiver, "store")
    pause = threading.Event()

    def is_there() -> bool:
        return receiver.num_messages() >= count and len(end.data()) >= count

    graph.start()
    assert any(is_there() or pause.wait(0.001) for _ in range(int(TIMEOUT / 0.001)))
    graph.stop()
    graph.wait()
    decisions = collected(end, np.uint8)
    messages = [pmt.to_python(receiver.get_message(index)) for index in range(count)]
    return Output(
        decisions.items[:count], [tag for tag in decisions.tags if tag[0] < count]
    ), messages
