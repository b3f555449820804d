# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How much processor time a block of a running flowgraph takes.

GNU Radio runs every block in a thread of its own, and Linux accounts for each thread's
processor time to the nanosecond. What the thread does counts, whoever wrote it: the
block's work, the network in it, and the scheduler's part around it.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import Any

_TASKS = "/proc/self/task"
_NAME_LENGTH = 15  # letters of a thread's name


@dataclass(frozen=True)
class Load:
    """What a block's thread did in a stretch of time.

    Attributes:
        seconds: length of the stretch, by the wall clock.
        cpu_seconds: processor time that the thread took.
        items: items that the block wrote.
    """

    seconds: float
    cpu_seconds: float
    items: int

    @property
    def percent(self) -> float:
        """Processor time in percent of one core; 0 for an empty stretch."""
        return 100.0 * self.cpu_seconds / self.seconds if self.seconds > 0.0 else 0.0

    @property
    def ns_per_item(self) -> float:
        """Processor time per item in nanoseconds; NaN where nothing was written."""
        return 1e9 * self.cpu_seconds / self.items if self.items else float("nan")

    @property
    def items_per_second(self) -> float:
        """Items written per second; 0 for an empty stretch."""
        return self.items / self.seconds if self.seconds > 0.0 else 0.0


@dataclass(frozen=True)
class Reading:
    """Where the clocks and the counter of a block stand.

    Attributes:
        time_ns: wall clock, from any beginning.
        cpu_ns: processor time of the thread since it began.
        items: items that the block has written since it began.
    """

    time_ns: int
    cpu_ns: int
    items: int

    def since(self, earlier: Reading) -> Load:
        """The load between an earlier reading and this one."""
        return Load(
            (self.time_ns - earlier.time_ns) / 1e9,
            (self.cpu_ns - earlier.cpu_ns) / 1e9,
            self.items - earlier.items,
        )


class ThreadLoad:
    """Reads the processor time of the thread that runs a block; Linux only.

    Make it while the flowgraph runs. It is good for that run: a flowgraph that is started
    anew, or unlocked after a change of its connections, has new threads.
    """

    def __init__(self, block: Any) -> None:
        """Find the block's thread.

        Threads bear the name of their block's kind. Where several do, the block's own is
        the one that GNU Radio binds to a processor when it is asked to: it is asked for a
        moment, and all is put back.

        Args:
            block: a block with an output, in a flowgraph that runs.

        Raises:
            RuntimeError: the system does not tell, or the block does not run.
        """
        self._block = block
        if not os.path.exists(f"{_TASKS}/{os.getpid()}/schedstat"):
            raise RuntimeError(
                f"{block.alias()}: processor time: found no {_TASKS}/*/schedstat, expected "
                "a Linux kernel with CONFIG_SCHED_INFO"
            )
        self._file = f"{_TASKS}/{_thread_of(block)}/schedstat"

    def read(self) -> Reading:
        """Where the clocks stand now.

        Raises:
            RuntimeError: the thread has ended.
        """
        try:
            with open(self._file, encoding="ascii") as file:
                cpu_ns = int(file.read().split()[0])
        except OSError as error:
            raise RuntimeError(
                f"{self._block.alias()}: processor time: the block's thread has ended"
            ) from error
        return Reading(time.monotonic_ns(), cpu_ns, self._block.nitems_written(0))


def _thread_of(block: Any) -> int:
    """Number of the thread that runs the block; raises RuntimeError."""
    found = _threads_of_kind(block)
    if len(found) > 1:
        found = _bound_with(block, found)
    if len(found) != 1:
        raise RuntimeError(
            f"{block.alias()}: processor time: found {len(found)} threads that may run the "
            "block, expected 1: the flowgraph must run, and with one processor two blocks of "
            "a kind cannot be told apart"
        )
    return found.pop()


def _threads_of_kind(block: Any) -> set[int]:
    """Threads of this program whose name may be that of the block's.

    GNU Radio appends the block's number and shortens the name to what Linux takes; how much
    of either is left depends on its release.
    """
    sure = block.name()[: _NAME_LENGTH - len(str(block.unique_id()))]
    found = set()
    for thread in map(int, os.listdir(_TASKS)):
        try:
            with open(f"{_TASKS}/{thread}/comm", encoding="utf-8") as file:
                if file.read().startswith(sure):
                    found.add(thread)
        except OSError:  # it has just ended
            continue
    return found


def _bound_with(block: Any, threads: set[int]) -> set[int]:
    """Those of `threads` that GNU Radio binds to a processor together with the block."""
    before = {thread: os.sched_getaffinity(thread) for thread in threads}
    bound = block.processor_affinity()
    processors = os.sched_getaffinity(0)
    elsewhere = processors - set(bound) or processors
    block.set_processor_affinity([min(elsewhere)])
    try:
        moved = {
            thread for thread in threads if os.sched_getaffinity(thread) != before[thread]
        }
    finally:
        if bound:
            block.set_processor_affinity(bound)
        else:
            block.unset_processor_affinity()
    for thread in moved:  # GNU Radio lets it go to every processor there is
        os.sched_setaffinity(thread, before[thread])
    return moved
