# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A source, candidates, and a pool that answers at once with made-up models and counts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gnuradio import dlcomm
from gnuradio.dlcomm.cluster.pool import Task
from gnuradio.dlcomm.measurement.point import StopRule
from gnuradio.dlcomm.measurement.results import Row, make_row
from gnuradio.dlcomm.pareto.candidate import Candidate
from gnuradio.dlcomm.pareto.costs import Costs
from gnuradio.dlcomm.pareto.links import LinkCounting, LinkSource, counts_of
from gnuradio.dlcomm.pareto.run import Outcome
from gnuradio.dlcomm.pareto.subject import Files


class FakePool:
    """Runs tasks without workers: a candidate's label says what becomes of it.

    Labels that begin with ``bad`` cannot be compressed; whose with ``stop`` ends the run, as
    Ctrl-C does. Others get the files of the source; their errors follow from their id.

    Attributes:
        asked: labels or ids of the tasks, in their order.
    """

    def __init__(self, capacity: int = 2) -> None:
        self.asked: list[tuple[str, str]] = []
        self._capacity = capacity
        self._results: dict[Task, Any] = {}

    def capacity(self) -> int:
        return self._capacity

    def submit(self, function: Callable, *arguments: Any) -> Task:
        task = Task(str(len(self.asked)))
        self._results[task] = getattr(self, function.__name__)(*arguments)
        return task

    def wait(self, seconds: float) -> list[Task]:
        return list(self._results)[:1]

    def progress(self, task: Task) -> None:
        return None

    def result(self, task: Task) -> Any:
        found = self._results.pop(task)
        if isinstance(found, BaseException):
            raise found
        return found

    def compress_in_worker(self, source: LinkSource, candidate: Candidate) -> Any:
        self.asked.append(("compress", candidate.label))
        if candidate.label.startswith("bad"):
            return ValueError("this\nis impossible")
        if candidate.label.startswith("stop"):
            return KeyboardInterrupt()
        return source.files

    def count_in_worker(self, files: Files, name: str, counting: LinkCounting) -> Row:
        self.asked.append(("count", name))
        return made_row(name, counting)


def made_row(name: str, counting: LinkCounting, errors: int | None = None) -> Row:
    """Counts of 10,000 messages that follow from a name."""
    digest = hashlib.sha256(f"{name} {counting.seed}".encode()).digest()
    errors = counting.rule.min_errors + digest[0] if errors is None else errors
    return make_row(
        model=name,
        channel=counting.channel,
        ebn0_db=counting.ebn0_db,
        messages=10_000,
        block_errors=errors,
        bits=40_000,
        bit_errors=errors,
        messages_per_second=1e6,
        stop_reason="target_errors",
        seed=counting.seed,
    )


@pytest.fixture
def source() -> LinkSource:
    """A model of few bytes."""
    return LinkSource.read("hamming_7_4", dlcomm.link("hamming_7_4"))


@pytest.fixture
def counting() -> LinkCounting:
    """500 errors at 4 dB."""
    return LinkCounting("awgn", 4.0, 1, StopRule(500, 10**6))


@pytest.fixture
def candidate(source: LinkSource) -> Callable[[str], Candidate]:
    """Makes a candidate that does not ask the toolchain: a label; none is the source."""

    def make(label: str = "") -> Candidate:
        steps = json.dumps([{"kind": label}]) if label else "[]"
        return Candidate(source.mark, steps, label or "as it is")

    return make


@pytest.fixture
def outcome(candidate: Callable, counting: LinkCounting) -> Callable[..., Outcome]:
    """Makes an outcome from a label, errors in 10,000 messages and costs."""

    def make(label: str, errors: int, *costs: int) -> Outcome:
        one = candidate(label)
        counts = counts_of(made_row(one.id, counting, errors))
        return Outcome(one, counts, Costs(*costs, weight_bits=0))

    return make


@pytest.fixture
def make_pool() -> Callable[..., FakePool]:
    """Makes pools without workers."""
    return FakePool


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a store."""
    return tmp_path / "store"
