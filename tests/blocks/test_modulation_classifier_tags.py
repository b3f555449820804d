# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Tags of the modulation classifier: what is true, what is decided, when it was received."""

import math

import numpy as np
import pmt
import pytest
from classifier_files import (
    LABELS,
    UNKNOWN,
    WINDOW,
    begins,
    listen,
    run,
    weights,
    write_classifier,
)
from harness import random_samples
from hypothesis import given, settings
from hypothesis import strategies as st

from gnuradio import dlcomm


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    """The file of the tests' usual network."""
    return write_classifier(tmp_path_factory.mktemp("model") / "classifier.onnx", weights())


def tags_of(output, key: str) -> list:
    """(offset, value) of the tags with this key."""
    return [(offset, value) for offset, found, value in output.tags if found == key]


def in_force(tags: list, count: int) -> list:
    """The value of the last tag at or before each item; None before the first."""
    values = dict(tags)
    now, row = None, []
    for item in range(count):
        now = values.get(item, now)
        row.append(now)
    return row


def truths(marks: list, length: int, hop: int, average: int) -> list:
    """The truth of each decision, from a look at every sample that it rests on."""
    said = np.full(length, -1)
    for index, (offset, _) in enumerate(marks):
        said[offset:] = index
    first = begins(length, hop)
    row = []
    for index, begin in enumerate(first):
        stretch = said[first[max(0, index - average + 1)] : begin + WINDOW]
        alike = stretch[0] == stretch[-1] and stretch[0] >= 0
        row.append(marks[stretch[0]][1] if alike else None)
    return row


OFFSETS = st.lists(st.integers(0, 1499), max_size=25, unique=True)


@settings(max_examples=40)
@given(
    offsets=OFFSETS, hop=st.integers(0, 50), average=st.integers(1, 5),
    cut=st.one_of(st.none(), st.integers(1, 50)), max_batch=st.integers(1, 20),
)
def test_a_truth_counts_where_all_windows_lie_under_it(
    model, offsets, hop, average, cut, max_batch
):
    # Every third says that nothing is known.
    marks = [
        (offset, f"truth {index}" if index % 3 else None)
        for index, offset in enumerate(sorted(offsets))
    ]
    samples = random_samples(np.random.default_rng(1), 1500)
    block = dlcomm.modulation_classifier_c(model, hop, average, max_batch=max_batch)
    decisions, _ = run(block, samples, [(at, "truth", value) for at, value in marks], cut)
    found = tags_of(decisions, "truth")
    expected = truths(marks, 1500, hop, average)
    assert in_force(found, len(expected)) == expected
    values = [None] + [value for _, value in found]
    assert all(before != now for before, now in zip(values[:-1], values[1:], strict=True))


def test_the_first_decision_of_a_truth(model, rng):
    """Truths change on sample 48, the beginning of window 3, and on 100, within window 6."""
    truth = [{"modulation": "BPSK", "snr_db": 6.0}, {"modulation": "QPSK", "snr_db": -2.0}]
    tags = [(48, "truth", truth[0]), (100, "truth", truth[1])]
    for average, first, last in ((1, 3, 7), (3, 5, 9)):
        block = dlcomm.modulation_classifier_c(model, 0, average)
        decisions, _ = run(block, random_samples(rng, 200), tags)
        assert tags_of(decisions, "truth") == [(first, truth[0]), (6, None), (last, truth[1])]


def test_a_mark_of_the_same_truth_is_a_seam(model, rng):
    tags = [(0, "truth", "a"), (40, "truth", "a")]
    decisions, _ = run(dlcomm.modulation_classifier_c(model), random_samples(rng, 160), tags)
    assert tags_of(decisions, "truth") == [(0, "a"), (2, None), (3, "a")]


def test_the_label_stands_where_the_decision_changes(model, rng):
    samples = random_samples(rng, 4000)
    samples[800:1000] = 0
    block = dlcomm.modulation_classifier_c(model, 7, threshold=0.4)
    decisions, _ = run(block, samples, [(5, "modulation", "of another block")], 33)
    names = [*LABELS, *["?"] * (UNKNOWN - len(LABELS)), "unknown"]
    assert in_force(tags_of(decisions, "modulation"), len(decisions.items)) == [
        names[item] for item in decisions.items
    ]
    changes = 1 + np.count_nonzero(np.diff(decisions.items.astype(int)))
    assert len(tags_of(decisions, "modulation")) == changes
    assert {"unknown", *LABELS} >= {value for _, value in tags_of(decisions, "modulation")}


@settings(max_examples=40)
@given(offsets=OFFSETS, hop=st.integers(0, 50), cut=st.one_of(st.none(), st.integers(1, 50)))
def test_other_tags_move_to_the_first_window_that_holds_them(model, offsets, hop, cut):
    tags = [(offset, "mark", index) for index, offset in enumerate(sorted(offsets))]
    block = dlcomm.modulation_classifier_c(model, hop)
    decisions, _ = run(block, random_samples(np.random.default_rng(1), 1500), tags, cut)
    ends = begins(1500, hop) + WINDOW
    expected = [
        (int(np.argmax(ends > offset)), value)
        for offset, _, value in tags if offset < ends[-1]
    ]
    assert sorted(tags_of(decisions, "mark")) == sorted(expected)


@pytest.mark.parametrize("average", [1, 2])
def test_tags_in_gaps_longer_than_a_buffer_are_not_lost(model, average, rng):
    """The scheduler forgets tags of samples that were given up."""
    hop, length = 20_000, 200_000
    offsets = range(500, length, 1000)
    marks = [(offset, str(offset)) for offset in offsets]
    tags = [tag for at, value in marks for tag in ((at, "truth", value), (at, "mark", at))]
    block = dlcomm.modulation_classifier_c(model, hop, average)
    decisions, _ = run(block, random_samples(rng, length), tags, 700)
    assert len(decisions.items) == 10
    # A decision on two windows always reaches over a mark.
    expected = truths(marks, length, hop, average)
    assert len(set(expected)) == (10 if average == 1 else 1)
    assert in_force(tags_of(decisions, "truth"), 10) == expected
    assert sorted(tags_of(decisions, "mark")) == [
        (-(-offset // hop), offset) for offset in offsets if offset <= 9 * hop
    ]


def seconds(time) -> float:
    """An rx_time as one number."""
    return time[0] + time[1]


def test_times_are_those_of_the_windows(model, rng):
    """A radio that starts, retunes at sample 100 and loses a second at sample 333."""
    tags = [
        (0, "rx_time", (7, 0.75)), (0, "rx_rate", 100.0), (0, "rx_freq", 1e9),
        (100, "rx_freq", 2e9), (333, "rx_time", (12, 0.08)),
    ]
    block = dlcomm.modulation_classifier_c(model, 10)
    samples = random_samples(rng, 500)
    decisions, messages = listen(block, samples, tags)
    assert tags_of(decisions, "rx_rate") == [(0, 10.0)]
    assert tags_of(decisions, "rx_freq") == [(0, 1e9), (10, 2e9)]
    times = tags_of(decisions, "rx_time")
    assert [offset for offset, _ in times] == [0, 34]
    assert times[0][1] == (7, 0.75)
    assert times[1][1] == (12, pytest.approx(0.15))
    assert len(messages) == len(decisions.items)
    for message, sample in zip(messages, begins(500, 10), strict=True):
        expected = 7.75 + sample / 100 if sample < 333 else 12.08 + (sample - 333) / 100
        assert seconds(message["time"]) == pytest.approx(expected, abs=1e-9)
        assert isinstance(message["time"][0], int) and 0 <= message["time"][1] < 1
        assert message["rate"] == 100.0
        assert message["freq"] == (1e9 if sample < 100 else 2e9)
        assert message["offset"] == sample


def test_without_a_rate_a_time_is_known_on_its_own_sample_alone(model, rng):
    tags = [(32, "rx_time", (3, 0.5)), (70, "rx_time", (4, 0.5))]
    block = dlcomm.modulation_classifier_c(model)
    decisions, messages = listen(block, random_samples(rng, 160), tags)
    assert tags_of(decisions, "rx_time") == [(2, (3, 0.5))]
    assert ["time" in message for message in messages] == [index == 2 for index in range(10)]
    assert not any("rate" in message or "freq" in message for message in messages)
    # The argument stands in for the tag.
    block = dlcomm.modulation_classifier_c(model, sample_rate=10.0)
    decisions, messages = listen(block, random_samples(rng, 160), tags)
    assert [offset for offset, _ in tags_of(decisions, "rx_time")] == [2, 5]
    assert ["time" in message for message in messages] == [index >= 2 for index in range(10)]
    assert seconds(messages[9]["time"]) == pytest.approx(4.5 + 7.4)
    assert {message["rate"] for message in messages} == {10.0}


@pytest.mark.parametrize("tag", [
    ("rx_time", "noon"), ("rx_time", (1, 2, 3)), ("rx_rate", "fast"), ("rx_rate", -1.0),
    ("rx_rate", math.nan),
])
def test_malformed_times_and_rates_are_passed_over(model, rng, tag):
    block = dlcomm.modulation_classifier_c(model)
    decisions, messages = listen(block, random_samples(rng, 80), [(0, *tag)])
    assert len(messages) == 5
    assert not any("time" in message or "rate" in message for message in messages)
    assert {key for _, key, _ in decisions.tags} == {"modulation"}


def test_nil_is_the_value_of_a_tag_for_not_known(model, rng):
    """Not a symbol, not an empty dictionary: what pmt calls PMT_NIL."""
    tags = [(0, "truth", "a"), (8, "truth", None)]
    decisions, _ = run(dlcomm.modulation_classifier_c(model), random_samples(rng, 64), tags)
    assert pmt.is_null(pmt.to_pmt(None))
    assert tags_of(decisions, "truth") == []
