# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Taking candidates through compression and counting, on the workers of a pool."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ..cluster.pool import ClusterError, Pool, Task
from .candidate import Candidate
from .costs import Costs
from .evaluation import compress_in_worker, count_in_worker
from .store import Store
from .subject import Counting, Counts, Source

Work = Literal["compress", "count"]

_POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Outcome:
    """A candidate that has been compressed and counted.

    Attributes:
        candidate: what it is.
        counts: what was counted of it.
        costs: of its files.
    """

    candidate: Candidate
    counts: Counts
    costs: Costs


class RunListener:
    """Told what happens; the methods do nothing until they are overridden."""

    def started(self, candidate: Candidate, work: Work) -> None:
        """A worker has been given this."""

    def advanced(self, candidate: Candidate, work: Work, progress: list[Any]) -> None:
        """It has come this far: step and share, or what the count reports."""

    def finished(self, outcome: Outcome, reused: bool) -> None:
        """It is done; `reused` when all was known from an earlier run."""

    def failed(self, candidate: Candidate, reason: str) -> None:
        """It cannot be made; the others go on."""


def run_candidates(
    pool: Pool,
    source: Source,
    candidates: Sequence[Candidate],
    counting: Counting,
    store: Store,
    listener: RunListener,
) -> list[Outcome]:
    """Compress and count candidates; what the store has is not done again.

    Candidates that cannot be compressed are told of and left out.

    Args:
        pool: the workers.
        source: the model that is compressed.
        candidates: each once.
        counting: how errors are counted.
        store: takes every result at once.
        listener: told of every step.

    Returns:
        The outcomes in the order of the candidates.

    Raises:
        ClusterError: the workers are gone.
        OSError: the store cannot be written.
        RuntimeError, ValueError: errors cannot be counted.
    """
    run = _Run(pool, source, counting, store, listener)
    run.take(candidates)
    return [run.outcomes[one.id] for one in candidates if one.id in run.outcomes]


class _Run:
    """One call of `run_candidates`."""

    def __init__(
        self,
        pool: Pool,
        source: Source,
        counting: Counting,
        store: Store,
        listener: RunListener,
    ) -> None:
        self._pool = pool
        self._source = source
        self._counting = counting
        self._store = store
        self._listener = listener
        self._running: dict[Task, tuple[Candidate, Work]] = {}
        self.outcomes: dict[str, Outcome] = {}

    def take(self, candidates: Sequence[Candidate]) -> None:
        """Work until nothing is left."""
        waiting: deque[Candidate] = deque()
        for candidate in candidates:
            if self._store.counts(candidate, self._counting) is not None:
                self._finish(candidate, reused=True)
            else:
                waiting.append(candidate)
        while waiting or self._running:
            while waiting and len(self._running) < self._pool.capacity():
                self._start(waiting.popleft())
            for task in self._pool.wait(_POLL_SECONDS):
                # What is compressed is counted next: a run that ends early has whole results.
                waiting.extendleft(self._collect(task))
            for task, (candidate, work) in self._running.items():
                progress = self._pool.progress(task)
                if progress is not None:
                    self._listener.advanced(candidate, work, progress)

    def _start(self, candidate: Candidate) -> None:
        """Give a worker what comes next for a candidate."""
        files = self._store.files(candidate)
        if files is None and candidate.is_source:
            files = self._source.files
            self._store.add_files(candidate, files)
        if files is None:
            task = self._pool.submit(compress_in_worker, self._source, candidate)
        else:
            task = self._pool.submit(count_in_worker, files, candidate.id, self._counting)
        work: Work = "compress" if files is None else "count"
        self._running[task] = (candidate, work)
        self._listener.started(candidate, work)

    def _collect(self, task: Task) -> list[Candidate]:
        """Store what a task returned; the candidate when it has to go on."""
        candidate, work = self._running.pop(task)
        if work == "count":
            self._store.add_counts(candidate, self._counting, self._pool.result(task))
            self._finish(candidate, reused=False)
            return []
        try:
            self._store.add_files(candidate, self._pool.result(task))
        except ClusterError:
            raise
        except (ValueError, RuntimeError) as error:
            self._listener.failed(candidate, " ".join(str(error).split()))
            return []
        return [candidate]

    def _finish(self, candidate: Candidate, reused: bool) -> None:
        """A candidate is done."""
        counts = self._store.counts(candidate, self._counting)
        outcome = Outcome(candidate, counts, self._store.costs(candidate))
        self.outcomes[candidate.id] = outcome
        self._listener.finished(outcome, reused)
