# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The processor time of a block is that of its own thread, and nothing else is touched."""

from __future__ import annotations

import math
import os
import time

import numpy as np
import pytest

from gnuradio import blocks, gr
from gnuradio.dlcomm.thread_load import Load, Reading, ThreadLoad


class Burner(gr.sync_block):
    """Passes bytes on, up to 100 a call; every call computes for a given time."""

    def __init__(self, seconds: float) -> None:
        gr.sync_block.__init__(self, "burner_of_processor_time", [np.uint8], [np.uint8])
        self.seconds = seconds
        self.cpu_ns = 0
        self.set_max_noutput_items(100)

    def work(self, input_items, output_items):
        begin = time.thread_time_ns()
        while time.thread_time_ns() - begin < 1e9 * self.seconds:
            pass
        output_items[0][:] = input_items[0]
        self.cpu_ns = time.thread_time_ns()
        return len(output_items[0])


@pytest.fixture
def running():
    """A running flowgraph with blocks of one kind: one works hard, one little, one not."""
    graph = gr.top_block()
    made = [Burner(seconds) for seconds in (8e-3, 2e-3, 0.0)]
    source, throttle = blocks.null_source(1), blocks.throttle(1, 2000)
    throttle.set_max_noutput_items(100)  # so 20 calls per second
    graph.connect(source, throttle)
    for block in made:
        graph.connect(throttle, block, blocks.null_sink(1))
    graph.start()
    yield made
    graph.stop()
    graph.wait()


def test_each_block_has_its_own_processor_time(running):
    meters = [ThreadLoad(block) for block in running]
    begin = [meter.read() for meter in meters]
    own = [block.cpu_ns for block in running]
    time.sleep(1.0)
    loads = [meter.read().since(start) for meter, start in zip(meters, begin, strict=True)]
    own = [block.cpu_ns - start for block, start in zip(running, own, strict=True)]
    for load, cpu_ns in zip(loads, own, strict=True):
        # What a thread says of itself; one call more or less, and the scheduler's part.
        assert load.cpu_seconds == pytest.approx(1e-9 * cpu_ns, abs=0.025)
        assert load.seconds >= 1.0
        assert load.items > 0
    assert loads[0].cpu_seconds > 2.0 * loads[1].cpu_seconds > 2.0 * loads[2].cpu_seconds


def test_processors_are_put_back(running):
    running[1].set_processor_affinity([min(os.sched_getaffinity(0))])
    before = affinities()
    assert len(set(before.values())) > 1
    for block in running:
        ThreadLoad(block)
    assert affinities() == before
    assert [list(block.processor_affinity()) for block in running] == [
        [], [min(os.sched_getaffinity(0))], []
    ]


def test_block_that_does_not_run():
    with pytest.raises(RuntimeError, match="burner.*found 0 threads.*must run"):
        ThreadLoad(Burner(0.0))


def test_flowgraph_that_has_ended():
    graph = gr.top_block()
    block = Burner(0.0)
    graph.connect(blocks.null_source(1), block, blocks.null_sink(1))
    graph.start()
    meter = ThreadLoad(block)
    meter.read()
    graph.stop()
    graph.wait()
    with pytest.raises(RuntimeError, match="burner.*thread has ended"):
        meter.read()
    with pytest.raises(RuntimeError, match="must run"):
        ThreadLoad(block)


def test_system_without_accounts(running, monkeypatch):
    monkeypatch.setattr("gnuradio.dlcomm.thread_load._TASKS", "/no/such/folder")
    with pytest.raises(RuntimeError, match="CONFIG_SCHED_INFO"):
        ThreadLoad(running[0])


def test_load_between_two_readings():
    load = Reading(3_000_000_000, 700_000_000, 1_200_000).since(
        Reading(1_000_000_000, 200_000_000, 200_000)
    )
    assert load == Load(seconds=2.0, cpu_seconds=0.5, items=1_000_000)
    assert load.percent == 25.0
    assert load.ns_per_item == 500.0
    assert load.items_per_second == 500_000.0


def test_load_of_nothing():
    reading = Reading(5, 6, 7)
    load = reading.since(reading)
    assert (load.percent, load.items_per_second) == (0.0, 0.0)
    assert math.isnan(load.ns_per_item)


def affinities() -> dict[int, frozenset[int]]:
    """Processors of every thread of this program."""
    return {
        int(thread): frozenset(os.sched_getaffinity(int(thread)))
        for thread in os.listdir("/proc/self/task")
    }
