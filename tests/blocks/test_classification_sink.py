# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""classification_sink_b: what it counts under which truth, when it stops, what it refuses."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pmt
import pytest
from harness import finish, source
from hypothesis import given, settings
from hypothesis import strategies as st

from gnuradio import blocks, dlcomm, gr

LABELS = ["BPSK", "QPSK", "WBFM"]
UNKNOWN = 255
SAID = np.array([0, 1, 2, UNKNOWN], np.uint8)

Truth = tuple[str, float] | None


def value(truth: Truth) -> Any:
    """What a tag says of a truth."""
    return None if truth is None else {"modulation": truth[0], "snr_db": truth[1]}


def tagged(decisions: np.ndarray, truths: dict[int, Truth], repeat: bool = False):
    """A source of decisions, with the truths from these items on."""
    tags = [(item, "truth", value(truth)) for item, truth in sorted(truths.items())]
    return source(decisions, tags, repeat)


def run(sink, decisions: np.ndarray, truths: dict[int, Truth], cut: int | None = None):
    """Run decisions into the sink and return it."""
    graph = gr.top_block()
    graph.connect(tagged(decisions, truths), sink)
    finish(graph, cut)
    return sink


def reference(
    decisions: np.ndarray, truths: dict[int, Truth], most: int = 0
) -> tuple[dict[float, np.ndarray], int]:
    """Counts by SNR, and how many decisions had no truth, worked out one by one."""
    counts: dict[float, np.ndarray] = {}
    without = total = 0
    truth: Truth = None
    for item, said in enumerate(decisions):
        truth = truths.get(item, truth)
        if truth is not None:
            counts.setdefault(truth[1], np.zeros((3, 4), int))
        if most and total == most:
            break
        if truth is None:
            without += 1
            continue
        counts[truth[1]][LABELS.index(truth[0]), min(said, 3)] += 1
        total += 1
    return counts, without


def matrices(sink) -> dict[float, np.ndarray]:
    """The sink's counts; SNRs under which nothing was decided left out."""
    found = {snr: np.reshape(rows, (3, 4)) for snr, rows in sink.counts().items()}
    return {snr: matrix for snr, matrix in found.items() if matrix.any()}


def assert_counts(sink, expected: dict[float, np.ndarray]) -> None:
    expected = {snr: matrix for snr, matrix in expected.items() if matrix.any()}
    found = matrices(sink)
    assert found.keys() == expected.keys()
    for snr, matrix in expected.items():
        np.testing.assert_array_equal(found[snr], matrix)
    total = sum(matrix.sum() for matrix in expected.values())
    assert sink.decisions() == total
    assert sink.right() == sum(np.trace(matrix) for matrix in expected.values())
    assert sink.said_unknown() == sum(matrix[:, 3].sum() for matrix in expected.values())


TRUTHS = st.dictionaries(
    st.integers(0, 499),
    st.one_of(
        st.none(), st.tuples(st.sampled_from(LABELS), st.sampled_from([-20.0, 0.0, 18.0]))
    ),
    max_size=60,
)


@settings(max_examples=60)
@given(
    truths=TRUTHS, count=st.integers(0, 500), most=st.sampled_from([0, 1, 37, 10_000]),
    cut=st.one_of(st.none(), st.integers(1, 100)), seed=st.integers(0, 2**32 - 1),
)
def test_counts_are_exact_under_every_truth(truths, count, most, cut, seed):
    decisions = np.random.default_rng(seed).choice(SAID, count)
    truths = {item: truth for item, truth in truths.items() if item < count}
    sink = dlcomm.classification_sink_b(LABELS, most)
    assert sink.stop_reason() == "counting"
    run(sink, decisions, truths, cut)
    expected, without = reference(decisions, truths, most)
    assert_counts(sink, expected)
    ended = most and sink.decisions() == most
    assert sink.stop_reason() == ("max_decisions" if ended else "end_of_stream")
    assert sink.without_truth() == without
    assert sink.error() == ""


def test_without_tags_nothing_is_counted():
    sink = run(dlcomm.classification_sink_b(LABELS), np.repeat(SAID, 100), {})
    assert (sink.decisions(), sink.without_truth(), sink.counts()) == (0, 400, {})


def test_it_ends_an_endless_flowgraph(rng):
    graph = gr.top_block()
    sink = dlcomm.classification_sink_b(LABELS, 123_456)
    graph.connect(tagged(rng.choice(SAID, 1000), {0: ("QPSK", 4.0)}, repeat=True), sink)
    finish(graph)
    assert (sink.decisions(), sink.stop_reason()) == (123_456, "max_decisions")


def test_reset_counts_from_zero(rng):
    decisions = rng.choice(SAID, 2000)
    sink = dlcomm.classification_sink_b(LABELS, 1500)
    run(sink, decisions, {0: ("BPSK", 2.0)})
    assert sink.stop_reason() == "max_decisions"
    sink.reset()
    assert (sink.decisions(), sink.right(), matrices(sink)) == (0, 0, {})
    run(sink, decisions, {100: ("WBFM", 2.0)})
    assert_counts(sink, reference(decisions, {100: ("WBFM", 2.0)}, 1500)[0])


def test_reset_while_the_graph_runs(rng):
    """After a reset the counts are those of a stretch, under the truth that held."""
    sink = dlcomm.classification_sink_b(LABELS)
    graph = gr.top_block()
    graph.connect(tagged(np.ones(300_000, np.uint8), {0: ("QPSK", 2.0)}), sink)

    def press() -> None:
        for _ in range(200):
            sink.reset()

    finish(graph, 100, meanwhile=press)
    assert sink.decisions() == sink.right() <= 300_000
    assert sink.without_truth() == 0


def test_a_stream_that_begins_anew_has_no_truth_yet():
    sink = dlcomm.classification_sink_b(LABELS)
    run(sink, np.zeros(10, np.uint8), {0: ("BPSK", 0.0)})
    run(sink, np.zeros(10, np.uint8), {5: ("BPSK", 0.0)})
    assert (sink.decisions(), sink.without_truth()) == (15, 5)


def test_the_counts_are_of_one_moment(rng):
    """Every matrix that is read while the graph runs adds up to whole decisions."""
    sink = dlcomm.classification_sink_b(LABELS, 2_000_000)
    graph = gr.top_block()
    truths = {item: ("BPSK", float(item % 5)) for item in range(0, 1000, 10)}
    graph.connect(tagged(rng.choice(SAID, 1000), truths, repeat=True), sink)
    totals = []

    def read() -> None:
        for _ in range(50):
            totals.append(sum(map(sum, sink.counts().values())))

    finish(graph, meanwhile=read)
    assert totals == sorted(totals)
    assert sum(map(sum, sink.counts().values())) == sink.decisions() == 2_000_000


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ({"modulation": "16QAM", "snr_db": 3.0},
         "the truth is '16QAM', expected one of the labels BPSK, QPSK, WBFM"),
        ({"modulation": "BPSK", "snr_db": float("nan")},
         "the SNR of the truth 'BPSK' is nan, expected a finite number"),
        ({"modulation": "BPSK"}, "expected a dictionary of modulation"),
        ({"snr_db": 3.0}, "expected a dictionary of modulation"),
        ({"modulation": 3, "snr_db": 3.0}, "expected a dictionary of modulation"),
        ("BPSK", "a tag \"truth\" is BPSK, expected a dictionary of modulation"),
        (3.5, "a tag \"truth\" is 3.5, expected"),
    ],
)
def test_a_truth_that_cannot_be_ends_the_flowgraph(said, text, capfd):
    """One that repeats for ever, so that it must be the sink that ends it."""
    sink = dlcomm.classification_sink_b(LABELS)
    graph = gr.top_block()
    tags = [(0, "truth", value(("BPSK", 0.0))), (600, "truth", said)]
    graph.connect(source(np.zeros(1000, np.uint8), tags, repeat=True), sink)
    finish(graph)
    assert sink.stop_reason() == "error"
    assert sink.error().startswith("classification_sink_b: ") and text in sink.error()
    assert "\n" not in sink.error()
    assert sink.decisions() == 600
    assert text in "".join(capfd.readouterr())


@pytest.mark.parametrize("bad", [3, 254])
def test_a_decision_of_another_model_ends_the_flowgraph(bad):
    decisions = np.zeros(1000, np.uint8)
    decisions[700] = bad
    sink = run(dlcomm.classification_sink_b(LABELS), decisions, {0: ("BPSK", 0.0)}, 64)
    assert sink.error() == (
        f"classification_sink_b: a decision is {bad}, expected 0 to 2 with the labels BPSK, "
        'QPSK, WBFM, or 255 for "unknown"'
    )
    assert sink.decisions() == 700


def test_the_message_port_says_it_at_the_end(rng):
    decisions = rng.choice(SAID, 3000)
    truths = {5: ("QPSK", 6.0), 1000: ("BPSK", -2.0), 2000: None}
    sink = dlcomm.classification_sink_b(LABELS, 1200)
    receiver = blocks.message_debug()
    graph = gr.top_block()
    graph.connect(tagged(decisions, truths), sink)
    graph.msg_connect(sink, "counts", receiver, "store")
    finish(graph)
    last = pmt.to_python(receiver.get_message(receiver.num_messages() - 1))
    expected, without = reference(decisions, truths, 1200)
    assert last.pop("snr_db").tolist() == [-2.0, 6.0]
    np.testing.assert_array_equal(
        last.pop("confusion").reshape(2, 3, 4), [expected[-2.0], expected[6.0]]
    )
    assert last == {
        "decisions": 1200, "right": sink.right(), "said_unknown": sink.said_unknown(),
        "without_truth": without, "stop_reason": "max_decisions",
    }


def test_the_message_port_reports_on_the_way(rng):
    sink = dlcomm.classification_sink_b(LABELS)
    receiver = blocks.message_debug()
    graph = gr.top_block()
    graph.connect(tagged(rng.choice(SAID, 1000), {0: ("BPSK", 0.0)}, repeat=True), sink)
    graph.msg_connect(sink, "counts", receiver, "store")
    graph.start()
    pause = threading.Event()
    for _ in range(600):
        if receiver.num_messages() >= 2 or pause.wait(0.1):
            break
    graph.stop()
    graph.wait()
    reports = [
        pmt.to_python(receiver.get_message(i)) for i in range(receiver.num_messages())
    ]
    assert len(reports) >= 2
    assert all(report["stop_reason"] == "counting" for report in reports[:2])
    positions = [report["decisions"] for report in reports]
    assert positions == sorted(positions) and positions[-1] <= sink.decisions()
    assert sink.stop_reason() == "end_of_stream"


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        ([], "found 0 labels, expected 2 to 255"),
        (["BPSK"], "found 1 labels, expected 2 to 255"),
        ([str(i) for i in range(256)], "found 256 labels, expected 2 to 255"),
        (["BPSK", ""], "label 1 is empty, expected a name"),
        (["BPSK", "QPSK", "BPSK"], "label 'BPSK' is there twice, expected different ones"),
    ],
)
def test_bad_labels_are_refused(labels, text):
    with pytest.raises(ValueError) as error:
        dlcomm.classification_sink_b(labels)
    assert str(error.value) == f"classification_sink_b: {text}"
