# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Flowgraphs are stopped, started, rebuilt, run beside each other and thrown away."""

from __future__ import annotations

import gc
import itertools
import math
import threading

import numpy as np
import pytest
from harness import TIMEOUT, collected, finish, items_through, random_messages, sink, source

from gnuradio import blocks, dlcomm, gr


def link_graph(model: str, messages: np.ndarray, ebn0_db: float = 2.0, seed: int = 1):
    """A link over AWGN that ends with the messages: flowgraph and counting sink."""
    link = dlcomm.link(model)
    graph = gr.top_block()
    counter = dlcomm.error_rate_sink_bb(link.k)
    begin = source(messages)
    graph.connect(
        begin,
        dlcomm.neural_encoder_bc(link.encoder),
        dlcomm.awgn_channel_cc(ebn0_db, link.bits_per_sample, seed=seed),
        dlcomm.neural_decoder_cb(link.decoder),
        (counter, 1),
    )
    graph.connect(begin, (counter, 0))
    return graph, counter


def counts(counter) -> tuple[int, int, int]:
    return counter.messages(), counter.block_errors(), counter.bit_errors()


def outcome(model: str, messages: np.ndarray, seed: int) -> tuple[int, int, int]:
    """Counts of a run by itself; flowgraph and blocks are gone afterwards."""
    graph, counter = link_graph(model, messages, seed=seed)
    finish(graph)
    return counts(counter)


def run_at_once(graphs: dict) -> None:
    """Start all flowgraphs, then wait for all."""
    for graph, _ in graphs.values():
        graph.start()
    for graph, _ in graphs.values():
        graph.wait()


def wait_for(condition) -> None:
    """Poll until something holds, at most `TIMEOUT` seconds."""
    pause = threading.Event()
    assert any(condition() or pause.wait(0.002) for _ in range(int(TIMEOUT / 0.002)))


@pytest.mark.parametrize("model", ["ae_7_4", "ae_8_8_compact", "bpsk"])
def test_stopped_and_started_again(model):
    """An endless graph, ten times; no frame is torn, whatever the stop cut off."""
    link = dlcomm.link(model)
    rng = np.random.default_rng(1)
    # A whole number of frames, so that the source goes round in step.
    messages = random_messages(rng, 1000, link.k)
    graph = gr.top_block()
    begin = source(messages, repeat=True)
    counter = dlcomm.error_rate_sink_bb(link.k)
    encoder = dlcomm.neural_encoder_bc(link.encoder)
    decoder = dlcomm.neural_decoder_cb(link.decoder)
    graph.connect(begin, encoder, dlcomm.awgn_channel_cc(15.0, link.bits_per_sample), decoder)
    graph.connect(begin, (counter, 0))
    graph.connect(decoder, (counter, 1))
    for _ in range(10):
        before = counter.messages()
        begin.rewind()
        graph.start()
        wait_for(lambda least=before + 5000: counter.messages() > least)
        graph.stop()
        graph.wait()
        assert counter.stop_reason() == "end_of_stream"
    assert counter.block_errors() == 0


@pytest.mark.parametrize("model", ["ae_7_4", "ae_7_4_compact_int8"])
def test_run_twice_counts_both_runs(model):
    messages = random_messages(np.random.default_rng(3), 5000, 4)
    graph, counter = link_graph(model, messages)
    finish(graph)
    first = counts(counter)
    assert first[0] == 5000 and first[1] > 0
    # A source at its end has nothing more to give, and the counts stay.
    finish(graph)
    assert counts(counter) == first


@pytest.mark.parametrize("delay", [5, -50])
def test_a_restart_begins_the_lag_anew(delay):
    """Like blocks.delay, which begins with zeros each time."""
    messages = random_messages(np.random.default_rng(1), 20_000, 4)
    graph = gr.top_block()
    begin = source(messages)
    counter = dlcomm.error_rate_sink_bb(4, delay=delay)
    graph.connect(begin, (counter, 0))
    graph.connect(begin, blocks.delay(1, 5), (counter, 1))
    before = 0
    for run in range(3):
        begin.rewind()
        finish(graph)
        if run or delay > 0:  # the first search takes its messages from the count
            assert counter.messages() == before + 20_000 - 5
        before = counter.messages()
        assert counter.delay() == 5
    assert counter.block_errors() == 0


def test_reconfiguration_does_not_cut_a_fading_block():
    """After lock() and unlock() the scheduler calls start() on blocks that go on.

    It is called directly here. At a real reconfiguration GNU Radio 3.10.5 now and then
    drops what waits in its buffers, those of its own blocks as well, and a stretch that
    lost samples on its way looks like a block that was cut.
    """
    length = 1000
    graph = gr.top_block()
    channel = dlcomm.rayleigh_block_fading_channel_cc(length, math.inf, 1.0, seed=3)
    end = sink(np.complex64)
    ones = source(np.ones(1000, np.complex64), repeat=True)
    graph.connect(ones, blocks.throttle(gr.sizeof_gr_complex, 1e6), channel, end)
    graph.start(333)
    for _ in range(20):
        target = channel.nitems_written(0) + 5 * length
        wait_for(lambda target=target: channel.nitems_written(0) > target)
        assert channel.start()
    graph.stop()
    graph.wait()
    gains = collected(end, np.complex64).items
    lengths = np.diff(np.flatnonzero(np.diff(gains, prepend=0, append=0)))
    assert len(lengths) >= 20
    assert set(lengths[:-1]) == {length}


def test_run_of_gnu_radio_with_every_limit():
    """top_block.run(n) is what programs call."""
    messages = random_messages(np.random.default_rng(3), 5000, 4)
    outcomes = set()
    for limit in (1, 14, 1000, 100_000):
        graph, counter = link_graph("ae_7_4", messages)
        graph.run(limit)
        outcomes.add(counts(counter))
    assert len(outcomes) == 1 and outcomes.pop()[0] == 5000


def test_rebuilt_while_it_runs():
    """lock/unlock exchanges the decoder; blocks that stay keep on, and errors stay none.

    Each receiver gets whole frames: the buffers that are dropped at a reconfiguration hold
    whole frames, as all producers here work in frames.
    """
    link = dlcomm.link("ae_7_4_compact")
    zeros = np.full(1000, 5, np.uint8)  # one message, so that lost frames do not matter
    graph = gr.top_block()
    begin = source(zeros, repeat=True)
    encoder = dlcomm.neural_encoder_bc(link.encoder)
    channel = dlcomm.awgn_channel_cc(15.0, link.bits_per_sample)
    decoders = [dlcomm.neural_decoder_cb(link.decoder) for _ in range(2)]
    counter = dlcomm.error_rate_sink_bb(link.k)
    graph.connect(begin, encoder, channel, decoders[0])
    graph.connect(begin, (counter, 0))
    graph.connect(decoders[0], (counter, 1))
    graph.start()
    for turn in range(20):
        old, new = decoders[turn % 2], decoders[1 - turn % 2]
        before = counter.messages()
        wait_for(lambda least=before: counter.messages() > least)
        graph.lock()
        graph.disconnect(channel, old)
        graph.disconnect(old, (counter, 1))
        graph.connect(channel, new)
        graph.connect(new, (counter, 1))
        graph.unlock()
    graph.stop()
    graph.wait()
    assert counter.block_errors() == 0


@pytest.mark.parametrize("order", itertools.permutations(range(3)))
def test_graphs_at_once_with_one_model_destroyed_in_any_order(order):
    """Three graphs on the same files give what each gives alone."""
    messages = random_messages(np.random.default_rng(7), 30_000, 4)
    alone = [outcome("ae_7_4", messages, seed) for seed in range(3)]
    assert len(set(alone)) == 3
    together = {seed: link_graph("ae_7_4", messages, seed=seed) for seed in range(3)}
    run_at_once(together)
    for gone in order:
        assert {seed: counts(together[seed][1]) for seed in together} == {
            seed: alone[seed] for seed in together
        }
        del together[gone]
        gc.collect()
    # The runtime behind them still serves the next one.
    assert outcome("ae_7_4", messages, 0) == alone[0]


def test_destroyed_while_another_runs():
    messages = random_messages(np.random.default_rng(1), 500_000, 4)
    graph, counter = link_graph("ae_7_4", messages, ebn0_db=15.0)

    def churn() -> None:
        for _ in range(50):
            blocks_made = [
                dlcomm.neural_decoder_cb("ae_7_4"),
                dlcomm.neural_decoder_cf("ae_7_4"),
                dlcomm.neural_encoder_bc("ae_7_4"),
            ]
            del blocks_made
            gc.collect()

    finish(graph, 500, meanwhile=churn)
    assert counts(counter) == (500_000, 0, 0)


def test_graphs_in_many_threads():
    messages = random_messages(np.random.default_rng(1), 20_000, 4)
    outcomes: list = [None] * 6

    def work(slot: int) -> None:
        graph, counter = link_graph(("ae_7_4", "ae_7_4_compact")[slot % 2], messages)
        finish(graph)
        outcomes[slot] = counts(counter)

    threads = [threading.Thread(target=work, args=(slot,)) for slot in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert outcomes[0::2] == [outcomes[0]] * 3 and outcomes[0][0] == 20_000
    assert outcomes[1::2] == [outcomes[1]] * 3 and outcomes[1][0] == 20_000


def test_a_block_moves_on_to_another_graph(rng):
    encoder = dlcomm.neural_encoder_bc("ae_7_4")
    messages = random_messages(rng, 1000, 4)
    first = items_through(encoder, messages, out=np.complex64)
    np.testing.assert_array_equal(items_through(encoder, messages, out=np.complex64), first)


def test_blocks_that_never_run_may_go():
    for make in (dlcomm.neural_encoder_bc, dlcomm.neural_decoder_cb, dlcomm.neural_decoder_cf):
        for model in dlcomm.models("decoder"):
            make(model)
    gc.collect()


def test_inside_a_hierarchical_block(rng):
    class Receiver(gr.hier_block2):
        def __init__(self) -> None:
            samples = gr.io_signature(1, 1, gr.sizeof_gr_complex)
            gr.hier_block2.__init__(self, "receiver", samples, gr.io_signature(1, 1, 1))
            self.connect(self, dlcomm.neural_decoder_cb("ae_7_4"), blocks.copy(1), self)

    messages = random_messages(rng, 2000, 4)
    graph = gr.top_block()
    end = sink(np.uint8)
    graph.connect(source(messages), dlcomm.neural_encoder_bc("ae_7_4"), Receiver(), end)
    finish(graph)
    np.testing.assert_array_equal(collected(end, np.uint8).items, messages)
