# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Decisions are counted and strung together, however the stream is cut, in bounded memory."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gnuradio import blocks, gr
from gnuradio.dlcomm.recognition import decisions
from gnuradio.dlcomm.recognition.decisions import Decisions, Segment, decision_sink

CLASSES = 3


def count(said: np.ndarray, probabilities: np.ndarray, most: int = 0) -> Decisions:
    """What a sink says of decisions that came in chunks of at most `most`."""
    graph, sink = gr.top_block(), decision_sink(CLASSES)
    graph.connect(blocks.vector_source_b(said.tolist()), (sink, 0))
    vectors = blocks.vector_source_f(probabilities.ravel().tolist(), False, CLASSES)
    graph.connect(vectors, (sink, 1))
    if most:
        graph.run(most)
    else:
        graph.run()
    return sink.decisions()


@pytest.mark.parametrize("most", [0, 1, 7])
def test_counts_and_segments(most: int) -> None:
    rng = np.random.default_rng(1)
    said = np.repeat(rng.choice([0, 1, 2, 255], 300), rng.integers(1, 9, 300)).astype(np.uint8)
    probabilities = rng.random((len(said), CLASSES)).astype(np.float32)
    found = count(said, probabilities, most)
    assert found.total == len(said)
    assert found.latest == said[-1]
    assert np.array_equal(found.counts, np.bincount(said, minlength=256))
    for index in (0, 1, 2, 255):
        largest = probabilities[said == index].max(axis=1).astype(float)
        assert found.probability_sums[index] == pytest.approx(largest.sum())
    assert found.forgotten == 0
    # Segments join to the stream again, and no two neighbours are the same.
    joined = np.concatenate([np.full(one.count, one.index) for one in found.segments])
    assert np.array_equal(joined, said)
    assert all(a.index != b.index for a, b in itertools.pairwise(found.segments))
    assert [one.first for one in found.segments] == np.cumsum(
        [0, *(one.count for one in found.segments[:-1])]
    ).tolist()


def test_old_segments_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "MOST_SEGMENTS", 10)
    said = np.tile([0, 1], 500).astype(np.uint8)
    found = count(said, np.ones((1000, CLASSES), np.float32), 64)
    assert (len(found.segments), found.forgotten, found.total) == (10, 990, 1000)
    assert found.segments[-1] == Segment(999, 1, 1)


def test_nothing_yet() -> None:
    found = decision_sink(CLASSES).decisions()
    assert (found.total, found.latest, found.segments) == (0, decisions.UNKNOWN, ())
