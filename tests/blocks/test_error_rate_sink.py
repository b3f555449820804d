# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""error_rate_sink_bb: what it counts, when it stops, and under which lag."""

from __future__ import annotations

import threading
from typing import NamedTuple

import numpy as np
import pmt
import pytest
from harness import finish, random_messages, source
from hypothesis import given, settings
from hypothesis import strategies as st

from gnuradio import blocks, dlcomm, gr

SEARCH = 4096
"""Sent messages that the search for the lag looks at."""


class Counts(NamedTuple):
    messages: int
    block_errors: int
    bits: int
    bit_errors: int
    stop_reason: str


def counts(sink) -> Counts:
    return Counts(
        sink.messages(), sink.block_errors(), sink.bits(), sink.bit_errors(), sink.stop_reason()
    )


def reference(sent, decided, k, target=0, most=0, lag=0, check=10_000, skip=0) -> Counts:
    """What the sink shall count, worked out message by message.

    `skip` decided messages behind the lag are passed over.
    """
    decided = decided[lag + skip :]
    difference = (sent[skip : skip + len(decided)] ^ decided) & ((1 << k) - 1)
    bits = np.unpackbits(difference[:, None], axis=1).sum(axis=1, dtype=np.int64)
    errors = np.concatenate([[0], np.cumsum(difference != 0)])
    end, reason = len(difference), "end_of_stream"
    if most and end >= most:
        end, reason = most, "max_messages"
    for position in range(check, end + 1, check):
        if target and errors[position] >= target:
            end, reason = position, "target_errors"
            break
    return Counts(end, int(errors[end]), k * end, int(bits[:end].sum()), reason)


def compare(sent, decided, sink, max_noutput_items=None):
    """Run the two streams into the sink and return it."""
    graph = gr.top_block()
    graph.connect(source(sent), (sink, 0))
    graph.connect(source(decided), (sink, 1))
    finish(graph, max_noutput_items)
    return sink


def noisy(rng, sent: np.ndarray, rate: float) -> np.ndarray:
    """The messages with about this share of them replaced by other bytes."""
    hit = rng.random(len(sent)) < rate
    return np.where(hit, sent ^ rng.integers(0, 256, len(sent), dtype=np.uint8), sent)


@pytest.mark.parametrize("k", range(1, 9))
def test_every_pair_of_bytes_is_counted_by_its_low_bits(k):
    sent, decided = (m.ravel().astype(np.uint8) for m in np.mgrid[:256, :256])
    sink = compare(sent, decided, dlcomm.error_rate_sink_bb(k))
    size = 1 << k
    # Of all pairs of k-bit messages size - 1 in size differ, and half of all bits do.
    assert counts(sink) == (65536, 65536 * (size - 1) // size, k * 65536, k * 32768,
                            "end_of_stream")


@settings(max_examples=80)
@given(
    k=st.integers(1, 8),
    count=st.integers(0, 5000),
    rate=st.sampled_from([0.0, 0.01, 0.3, 1.0]),
    target=st.sampled_from([0, 1, 20, 1000]),
    most=st.sampled_from([0, 1, 7, 1000, 4999]),
    lag=st.integers(0, 200),
    check=st.sampled_from([1, 7, 100, 10_000]),
    cut=st.one_of(st.none(), st.integers(1, 100_000)),
    seed=st.integers(0, 2**32 - 1),
)
def test_counts_are_exact_under_every_rule(
    k, count, rate, target, most, lag, check, cut, seed
):
    rng = np.random.default_rng(seed)
    sent = random_messages(rng, count, 8)
    decided = np.concatenate([random_messages(rng, lag, 8), noisy(rng, sent, rate)])
    sink = dlcomm.error_rate_sink_bb(
        k, target_block_errors=target, max_messages=most, delay=lag, check_interval=check
    )
    assert sink.stop_reason() == "counting"
    # The stream that came first is longer, so the later one's last messages are missing.
    compare(sent, decided[:count], sink, cut)
    assert counts(sink) == reference(sent, decided[:count], k, target, most, lag, check)
    assert sink.delay() == lag


@pytest.mark.parametrize("cut", [None, 1, 2, 3, 7, 64, 1000, 99_999, 100_000])
@pytest.mark.parametrize(
    ("target", "most", "reason"),
    [(50, 0, "target_errors"), (0, 54_321, "max_messages"), (50, 10**9, "target_errors"),
     (10**9, 54_321, "max_messages"), (10**9, 10**9, "end_of_stream")],
)
def test_the_end_does_not_depend_on_the_scheduler(target, most, reason, cut):
    rng = np.random.default_rng(2)
    sent = random_messages(rng, 60_000, 4)
    decided = noisy(rng, sent, 0.004)
    sink = dlcomm.error_rate_sink_bb(4, target, most, check_interval=1000)
    compare(sent, decided, sink, cut)
    assert counts(sink) == reference(sent, decided, 4, target, most, check=1000)
    assert sink.stop_reason() == reason
    assert sink.messages() % 1000 == 0 or reason == "max_messages"


@settings(max_examples=25)
@given(
    lag=st.integers(0, 300),
    slack=st.integers(0, 300),
    rate=st.sampled_from([0.0, 0.1, 0.45]),
    cut=st.one_of(st.none(), st.integers(1, 20_000)),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_lag_is_found(lag, slack, rate, cut, seed):
    """Counting begins behind the stretch that was searched."""
    rng = np.random.default_rng(seed)
    largest = max(1, lag + slack)
    sent = random_messages(rng, 3 * SEARCH, 4)
    decided = np.concatenate([random_messages(rng, lag, 4), noisy(rng, sent, rate)])
    sink = dlcomm.error_rate_sink_bb(4, delay=-largest)
    assert sink.delay() == -1
    compare(sent, decided[: len(sent)], sink, cut)
    assert sink.delay() == lag
    expected = reference(
        sent, decided[: len(sent)], 4, lag=lag, skip=SEARCH + largest - lag
    )
    assert counts(sink) == expected
    assert sink.messages() == len(sent) - SEARCH - largest


def test_a_stream_too_short_for_the_search_counts_nothing(rng):
    sent = random_messages(rng, 4000, 4)
    sink = compare(sent, sent, dlcomm.error_rate_sink_bb(4, delay=-10))
    assert counts(sink) == (0, 0, 0, 0, "end_of_stream")
    assert sink.delay() == -1


def test_streams_that_do_not_match_are_said(rng, capfd):
    sent, other = random_messages(rng, 6000, 8), random_messages(rng, 6000, 8)
    compare(sent, other, dlcomm.error_rate_sink_bb(8, delay=-5))
    assert "the streams match under no lag" in "".join(capfd.readouterr())


def test_the_shorter_stream_ends_the_count(rng):
    sent = random_messages(rng, 1000, 4)
    assert compare(sent, sent[:700], dlcomm.error_rate_sink_bb(4)).messages() == 700
    assert compare(sent[:300], sent, dlcomm.error_rate_sink_bb(4)).messages() == 300


def test_it_ends_an_endless_flowgraph(rng):
    messages = random_messages(rng, 1000, 4)
    graph = gr.top_block()
    sink = dlcomm.error_rate_sink_bb(4, max_messages=123_456)
    endless = source(messages, repeat=True)
    graph.connect(endless, (sink, 0))
    graph.connect(endless, (sink, 1))
    finish(graph)
    assert counts(sink) == (123_456, 0, 4 * 123_456, 0, "max_messages")


def test_with_stop_graph_false_it_goes_on_with_the_counts_frozen(rng):
    sent = random_messages(rng, 50_000, 4)
    decided = sent.copy()
    decided[1000:] ^= 1
    sink = dlcomm.error_rate_sink_bb(4, max_messages=1010, stop_graph=False)
    other = blocks.vector_sink_b()
    graph = gr.top_block()
    begin = source(decided)
    graph.connect(source(sent), (sink, 0))
    graph.connect(begin, (sink, 1))
    graph.connect(begin, other)
    finish(graph)
    assert counts(sink) == (1010, 10, 4040, 10, "max_messages")
    assert len(other.data()) == len(sent)


def test_reset_counts_from_zero(rng):
    sent = random_messages(rng, 2000, 4)
    wrong = sent ^ 0b11
    sink = dlcomm.error_rate_sink_bb(4, max_messages=1500)
    compare(sent, wrong, sink)
    assert counts(sink) == (1500, 1500, 6000, 3000, "max_messages")
    sink.reset()
    assert counts(sink)[:4] == (0, 0, 0, 0)
    compare(sent, sent, sink)
    assert counts(sink) == (1500, 0, 6000, 0, "max_messages")


def test_reset_while_the_graph_runs(rng):
    """After a reset the counts are those of a stretch of the stream: all of it wrong."""
    sent = random_messages(rng, 300_000, 4)
    sink = dlcomm.error_rate_sink_bb(4)
    graph = gr.top_block()
    graph.connect(source(sent), (sink, 0))
    graph.connect(source(sent ^ 1), (sink, 1))

    def press() -> None:
        for _ in range(200):
            sink.reset()

    finish(graph, 100, meanwhile=press)
    messages, block_errors, bits, bit_errors, _ = counts(sink)
    assert messages == block_errors == bit_errors == bits // 4
    assert messages <= len(sent)


def published(receiver: blocks.message_debug) -> list[dict]:
    return [pmt.to_python(receiver.get_message(i)) for i in range(receiver.num_messages())]


def test_the_message_port_says_it_at_the_end(rng):
    sent = random_messages(rng, 20_000, 4)
    decided = noisy(rng, sent, 0.1)
    sink = dlcomm.error_rate_sink_bb(4, target_block_errors=100, delay=0, check_interval=500)
    receiver = blocks.message_debug()
    graph = gr.top_block()
    graph.connect(source(sent), (sink, 0))
    graph.connect(source(decided), (sink, 1))
    graph.msg_connect(sink, "counts", receiver, "store")
    finish(graph)
    last = published(receiver)[-1]
    assert last == {
        "messages": sink.messages(), "block_errors": sink.block_errors(),
        "bits": sink.bits(), "bit_errors": sink.bit_errors(), "delay": 0,
        "stop_reason": "target_errors",
    }


def test_the_message_port_reports_on_the_way(rng):
    sink = dlcomm.error_rate_sink_bb(4)
    receiver = blocks.message_debug()
    graph = gr.top_block()
    endless = source(random_messages(rng, 1000, 4), repeat=True)
    graph.connect(endless, (sink, 0))
    graph.connect(endless, (sink, 1))
    graph.msg_connect(sink, "counts", receiver, "store")
    graph.start()
    pause = threading.Event()
    for _ in range(600):
        if receiver.num_messages() >= 2 or pause.wait(0.1):
            break
    graph.stop()
    graph.wait()
    reports = published(receiver)
    assert len(reports) >= 2
    assert all(report["stop_reason"] == "counting" for report in reports[:2])
    positions = [report["messages"] for report in reports]
    assert positions == sorted(positions) and positions[-1] <= sink.messages()
    assert sink.stop_reason() == "end_of_stream"


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"k": 0}, "k is 0, expected 1 to 8 bits per message"),
        ({"k": 9}, "k is 9, expected 1 to 8 bits per message"),
        ({"k": 4, "delay": 65537}, "delay is 65537, expected -65536 to 65536 messages"),
        ({"k": 4, "delay": -65537}, "delay is -65537, expected"),
        ({"k": 4, "check_interval": 0}, "check_interval is 0, expected at least 1 message"),
    ],
)
def test_bad_arguments_are_refused(arguments, text):
    with pytest.raises(ValueError) as error:
        dlcomm.error_rate_sink_bb(**arguments)
    assert str(error.value).startswith(f"error_rate_sink_bb: {text}")
    assert "\n" not in str(error.value)
