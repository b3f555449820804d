# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Sweeps over several processes; the rows are those of the serial sweep.

Each process runs one flowgraph at a time. Processes are started afresh (spawned):
threads of a running GNU Radio would not survive a fork.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from ..flowgraphs import quiet_blocks
from .point import MeasurementError, Point, Progress, StopRule, measure
from .results import Key, Row
from .sweep import SweepListener, SweepPlan, reusable

_POLL_SECONDS = 0.2


class _Board:
    """Shared memory between the sweep and its processes: one place per point.

    Attributes:
        cancelled: 1 where a point is to be broken off.
        progress: messages, block errors and seconds of every point.
    """

    def __init__(self, context: Any, points: int) -> None:
        """Make a board for `points` points."""
        self.cancelled = context.RawArray("b", points)
        self.progress = context.RawArray("d", 3 * points)

    def write(self, slot: int, progress: Progress) -> bool:
        """Note the progress of a point; False when it is to be broken off."""
        self.progress[3 * slot : 3 * slot + 3] = [
            progress.messages,
            progress.block_errors,
            progress.seconds,
        ]
        return not self.cancelled[slot]

    def read(self, slot: int) -> Progress:
        """The progress that was noted last."""
        messages, errors, seconds = self.progress[3 * slot : 3 * slot + 3]
        return Progress(int(messages), int(errors), seconds)


_board: _Board | None = None
"""In a worker process: the board that it writes to."""


def _start_worker(board: _Board) -> None:
    """Make a worker process ready; it ends when the process that made it is gone."""
    global _board
    _board = board
    quiet_blocks()
    parent = multiprocessing.parent_process()
    if parent is None:
        raise RuntimeError("worker: found no parent process")

    def end_with_parent() -> None:
        """Wait for the parent's end."""
        parent.join()
        os._exit(1)

    threading.Thread(target=end_with_parent, daemon=True).start()


def _measure_in_worker(slot: int, point: Point, rule: StopRule) -> Row | None:
    """Measure `point`, noting its progress at `slot` of the board."""
    board = _board
    if board is None:
        raise RuntimeError("worker: found no board to write to")
    return measure(point, rule, lambda progress: board.write(slot, progress))


class _Lane:
    """The points of one model and what has become of them."""

    def __init__(self, points: list[Point], first_slot: int) -> None:
        """Begin with all points open."""
        self.points = points
        self.first_slot = first_slot
        self.end = len(points)
        self.done: dict[int, tuple[Row, bool]] = {}
        self.released = 0

    def slot(self, index: int) -> int:
        """Place of point `index` on the board."""
        return self.first_slot + index

    def complete(self, index: int, row: Row, reused: bool, rule: StopRule) -> None:
        """Take in the row of point `index`; it may end the lane."""
        self.done[index] = (row, reused)
        if rule.ends_sweep(row):
            self.end = min(self.end, index + 1)

    def release(self, listener: SweepListener) -> None:
        """Tell of rows whose lower neighbours are all known, as the serial sweep would."""
        while self.released < self.end and self.released in self.done:
            row, reused = self.done[self.released]
            listener.finished(self.points[self.released], row, reused)
            self.released += 1
            if self.released == self.end and self.end < len(self.points):
                listener.skipped(self.points[self.end :])

    def rows(self) -> list[Row]:
        """The rows told of so far."""
        return [self.done[index][0] for index in range(self.released)]


def run_parallel_sweep(
    plan: SweepPlan,
    known: Mapping[Key, Row],
    listener: SweepListener,
    jobs: int,
) -> list[Row]:
    """Run a sweep on `jobs` processes; arguments, result and errors as `run_sweep`.

    Raises:
        MeasurementError: also when a process ended by itself.
    """
    context = multiprocessing.get_context("spawn")
    count = len(plan.ebn0_db)
    lanes = [_Lane(points, count * i) for i, points in enumerate(plan.lanes())]
    board = _Board(context, count * len(lanes))
    # Low Eb/N0 of all models first: what is known by then ends lanes early.
    todo = [(lane, index) for index in range(count) for lane in lanes]
    running: dict[concurrent.futures.Future[Row | None], tuple[_Lane, int]] = {}
    pool = concurrent.futures.ProcessPoolExecutor(
        jobs, mp_context=context, initializer=_start_worker, initargs=(board,)
    )
    try:
        while todo or running:
            while todo and len(running) < jobs:
                lane, index = todo.pop(0)
                if index >= lane.end:
                    continue
                point = lane.points[index]
                row = reusable(point, known, plan.rule)
                if row is not None:
                    lane.complete(index, row, True, plan.rule)
                    lane.release(listener)
                    continue
                listener.started(point)
                with _interrupts_ignored():
                    future = pool.submit(_measure_in_worker, lane.slot(index), point, plan.rule)
                running[future] = (lane, index)
            _collect(running, board, plan.rule, listener)
    except BrokenProcessPool:
        raise MeasurementError(
            "a measuring process ended by itself (killed, or out of memory)"
        ) from None
    finally:
        board.cancelled[:] = [1] * len(board.cancelled)
        pool.shutdown(wait=True, cancel_futures=True)
    return [row for lane in lanes for row in lane.rows()]


def _collect(
    running: dict[concurrent.futures.Future[Row | None], tuple[_Lane, int]],
    board: _Board,
    rule: StopRule,
    listener: SweepListener,
) -> None:
    """Wait a moment, take in what has finished, tell of the progress of the others."""
    finished, _ = concurrent.futures.wait(
        running, _POLL_SECONDS, concurrent.futures.FIRST_COMPLETED
    )
    for future in finished:
        lane, index = running.pop(future)
        row = future.result()
        if row is not None:
            lane.complete(index, row, False, rule)
            lane.release(listener)
    for lane, index in running.values():
        if index >= lane.end:
            board.cancelled[lane.slot(index)] = 1
        else:
            listener.advanced(lane.points[index], board.read(lane.slot(index)))


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C for a moment, so that processes started meanwhile ignore it for good.

    A terminal sends Ctrl-C to every process; the sweep alone decides what to do, and
    breaks its processes off through the board.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
