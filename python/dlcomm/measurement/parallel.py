# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Sweeps over several processes or machines; the rows are those of the serial sweep.

Each worker runs one flowgraph at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..cluster.connect import open_pool
from ..cluster.pool import Pool, Task
from ..flowgraphs import quiet_blocks
from .model_marks import check_marks, marks_of_point
from .point import Point, Progress, StopRule, measure
from .results import Key, Row
from .sweep import SweepListener, SweepPlan, reusable

_POLL_SECONDS = 0.2


def measure_in_worker(
    report: Callable[..., bool], point: Point, rule: StopRule, marks: Mapping[str, str]
) -> Row | None:
    """In a worker: measure `point` with the files that the client has.

    Args:
        report: as `cluster.pool.Pool.submit` has it.
        point: what to measure.
        rule: when to end.
        marks: the client's, by `marks_of_point`.

    Raises:
        ValueError: a file is another one here, or missing.
        Whatever `measure` raises.
    """
    quiet_blocks()
    check_marks(lambda: marks_of_point(point), marks)

    def pass_on(progress: Progress) -> bool:
        """Report the counts."""
        return report(progress.messages, progress.block_errors, progress.seconds)

    return measure(point, rule, pass_on)


class _Lane:
    """The points of one model and what has become of them."""

    def __init__(self, points: list[Point]) -> None:
        """Begin with all points open."""
        self.points = points
        self.end = len(points)
        self.done: dict[int, tuple[Row, bool]] = {}
        self.released = 0

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
    scheduler: str | None = None,
) -> list[Row]:
    """Run a sweep on `jobs` processes of this machine, or on a Dask cluster.

    Arguments, result and errors are those of `run_sweep`, and besides

    Args:
        jobs: processes; of no meaning with a scheduler.
        scheduler: address of a running Dask scheduler.

    Raises:
        ClusterError: the scheduler cannot be reached, or a process ended by itself.
    """
    lanes = [_Lane(points) for points in plan.lanes()]
    marks = {
        (point.model, point.channel): marks_of_point(point)
        for lane in lanes
        for point in lane.points[:1]
    }
    # Low Eb/N0 of all models first: what is known by then ends lanes early.
    longest = max(len(lane.points) for lane in lanes)
    todo = [(lane, i) for i in range(longest) for lane in lanes if i < len(lane.points)]
    running: dict[Task, tuple[_Lane, int]] = {}
    with open_pool(jobs, scheduler) as pool:
        while todo or running:
            while todo and len(running) < pool.capacity():
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
                mark = marks[point.model, point.channel]
                task = pool.submit(measure_in_worker, point, plan.rule, mark)
                running[task] = (lane, index)
            _collect(pool, running, plan.rule, listener)
    return [row for lane in lanes for row in lane.rows()]


def _collect(
    pool: Pool,
    running: dict[Task, tuple[_Lane, int]],
    rule: StopRule,
    listener: SweepListener,
) -> None:
    """Wait a moment, take in what has finished, tell of the progress of the others."""
    for task in pool.wait(_POLL_SECONDS):
        lane, index = running.pop(task)
        lane.complete(index, pool.result(task), False, rule)
        lane.release(listener)
    for task, (lane, index) in list(running.items()):
        if index >= lane.end:
            pool.cancel(task)
            del running[task]
            continue
        progress = pool.progress(task)
        if progress is not None:
            listener.advanced(lane.points[index], Progress(*progress))
