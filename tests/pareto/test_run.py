# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Running candidates, and going on after a run that was broken off."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gnuradio.dlcomm.cluster.pool import ClusterError
from gnuradio.dlcomm.measurement.point import StopRule
from gnuradio.dlcomm.pareto.candidate import Candidate
from gnuradio.dlcomm.pareto.links import DECODER, ENCODER, LinkCounting, LinkSource
from gnuradio.dlcomm.pareto.run import Outcome, RunListener, run_candidates
from gnuradio.dlcomm.pareto.store import Store


class Recorder(RunListener):
    """Notes what it is told."""

    def __init__(self) -> None:
        self.started_: list[tuple[str, str]] = []
        self.finished_: list[tuple[str, bool]] = []
        self.failures: list[tuple[str, str]] = []

    def started(self, candidate: Candidate, work: str) -> None:
        self.started_.append((candidate.label, work))

    def finished(self, outcome: Outcome, reused: bool) -> None:
        self.finished_.append((outcome.candidate.label, reused))

    def failed(self, candidate: Candidate, reason: str) -> None:
        self.failures.append((candidate.label, reason))


@pytest.fixture
def run(
    source: LinkSource, candidate: Callable, counting: LinkCounting, folder: Path
) -> Callable:
    """Runs candidates of these labels with a pool."""

    def start(pool: Any, labels: list[str], how: LinkCounting = counting) -> tuple:
        listener = Recorder()
        ones = [candidate(label) for label in labels]
        store = Store(folder, (ENCODER, DECODER), how.file)
        found = run_candidates(pool, source, ones, how, store, listener)
        return [outcome.candidate.label for outcome in found], listener

    return start


def test_candidates_are_compressed_then_counted(run: Callable, make_pool: Callable):
    pool = make_pool()
    labels, listener = run(pool, ["", "a", "b"])
    assert labels == ["as it is", "a", "b"]
    # The source is counted as it is.
    assert ("compress", "as it is") not in pool.asked
    assert sorted(work for work, _ in pool.asked) == ["compress"] * 2 + ["count"] * 3
    assert sorted(listener.finished_) == [("a", False), ("as it is", False), ("b", False)]


def test_what_is_compressed_is_counted_before_the_next_is_begun(
    run: Callable, make_pool: Callable, candidate: Callable
):
    pool = make_pool(capacity=1)
    run(pool, ["a", "b"])
    ids = [candidate(label).id for label in "ab"]
    assert pool.asked == [
        ("compress", "a"), ("count", ids[0]), ("compress", "b"), ("count", ids[1]),
    ]  # fmt: skip


def test_nothing_is_done_twice(run: Callable, make_pool: Callable, counting: LinkCounting):
    run(make_pool(), ["", "a"])
    again = make_pool()
    labels, listener = run(again, ["", "a", "b"])
    assert labels == ["as it is", "a", "b"]
    assert [work for work, _ in again.asked] == ["compress", "count"]
    assert listener.finished_[:2] == [("as it is", True), ("a", True)]
    # Fewer errors are known already; another Eb/N0, seed or more errors are counted anew.
    few = make_pool()
    run(few, ["a"], replace(counting, rule=StopRule(100, 10**6)))
    assert few.asked == []
    for change in ({"ebn0_db": 3.0}, {"seed": 2}, {"rule": StopRule(5000, 10**6)}):
        other = make_pool()
        run(other, ["a"], replace(counting, **change))
        assert [work for work, _ in other.asked] == ["count"]
    # And the first count is still there.
    once_more = make_pool()
    run(once_more, ["a"])
    assert once_more.asked == []


def test_a_run_that_is_broken_off_loses_nothing_finished(run: Callable, make_pool: Callable):
    with pytest.raises(KeyboardInterrupt):
        run(make_pool(capacity=1), ["a", "b", "stop", "c"])
    pool = make_pool(capacity=1)
    labels, _ = run(pool, ["a", "b", "c"])
    assert labels == ["a", "b", "c"]
    assert [label for work, label in pool.asked if work == "compress"] == ["c"]


def test_half_written_models_are_made_again(
    run: Callable, make_pool: Callable, folder: Path, candidate: Callable
):
    run(make_pool(), ["a"])
    files = folder / "candidates" / candidate("a").id
    (files / "candidate.json").unlink()
    (files / "counts.csv").unlink()
    pool = make_pool()
    run(pool, ["a"])
    assert [work for work, _ in pool.asked] == ["compress", "count"]


def test_the_others_go_on_where_one_is_impossible(run: Callable, make_pool: Callable):
    pool = make_pool()
    labels, listener = run(pool, ["a", "bad", "b"])
    assert labels == ["a", "b"]
    assert listener.failures == [("bad", "this is impossible")]


def test_workers_that_are_gone_end_the_run(
    run: Callable, make_pool: Callable, monkeypatch: pytest.MonkeyPatch
):
    pool = make_pool()
    gone = ClusterError("gone")
    monkeypatch.setattr(pool, "compress_in_worker", lambda *arguments: gone)
    with pytest.raises(ClusterError, match="gone"):
        run(pool, ["a"])


def test_foreign_counts_are_one_line(
    run: Callable, make_pool: Callable, folder: Path, candidate: Callable
):
    run(make_pool(), ["a"])
    (folder / "candidates" / candidate("a").id / "counts.csv").write_text("x,y\n1,2\n")
    with pytest.raises(ValueError, match="counts.csv: found columns") as error:
        run(make_pool(), ["a"])
    assert len(str(error.value).splitlines()) == 1
