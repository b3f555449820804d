# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Tasks on the workers of a cluster: submitted, watched, broken off, collected."""

from __future__ import annotations

import queue
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from .task import run_task

if TYPE_CHECKING:
    from distributed import Client, Future

_COUNT_SECONDS = 1.0
"""How long the number of workers is taken to stay as it was."""


class ClusterError(RuntimeError):
    """Workers or their scheduler are not there, or ended by themselves; one line."""


class Task(NamedTuple):
    """A piece of work that has been submitted; equal to itself alone.

    Attributes:
        key: its name at the scheduler.
    """

    key: str


class Pool:
    """The workers of a cluster, as one client sees them.

    Not for several threads.
    """

    def __init__(self, client: Client, workers: str, patience: float) -> None:
        """Take over a client that is connected.

        Args:
            client: the client; who opened it closes it.
            workers: what messages call the cluster.
            patience: seconds without any worker after which waiting is given up.
        """
        self._client = client
        self._workers = workers
        self._patience = patience
        self._topic = f"dlcomm-{uuid.uuid4().hex}"
        self._futures: dict[Task, Future] = {}
        self._progress: dict[str, list[Any]] = {}
        self._done: queue.SimpleQueue[Task] = queue.SimpleQueue()
        self._capacity = 0
        self._counted = self._seen = time.monotonic()
        client.subscribe_topic(self._topic, self._note)
        self._count(time.monotonic())

    def capacity(self) -> int:
        """Tasks that can run at a time now: one per thread of a worker.

        Raises:
            ClusterError: the scheduler is gone, or there has been no worker for long.
        """
        now = time.monotonic()
        if now - self._counted >= _COUNT_SECONDS:
            self._count(now)
        return self._capacity

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Task:
        """Give a task to the cluster.

        Args:
            function: a function of a module that workers can import. Its first argument is
                `report`: called with simple values now and then, it passes them on as the
                task's progress, and returns False when the task is to be broken off.
            arguments: the further ones.
        """
        task = Task(f"{function.__name__}-{uuid.uuid4().hex}")
        future = self._client.submit(
            run_task, function, self._topic, arguments, key=task.key, pure=False
        )
        self._futures[task] = future
        future.add_done_callback(lambda _: self._done.put(task))
        return task

    def wait(self, seconds: float) -> list[Task]:
        """The tasks that have ended since the last call; waits for one up to `seconds`.

        Raises:
            ClusterError: as `capacity`.
        """
        ended: list[Task] = []
        try:
            ended.append(self._done.get(timeout=seconds))
            while True:
                ended.append(self._done.get_nowait())
        except queue.Empty:
            pass
        if not ended:
            self.capacity()
        # Those that were cancelled have ended, too.
        return [task for task in ended if task in self._futures]

    def progress(self, task: Task) -> list[Any] | None:
        """The values that a running task reported last; None before the first."""
        return self._progress.get(task.key)

    def result(self, task: Task) -> Any:
        """What the function of an ended task returned.

        Raises:
            ClusterError: its worker or the scheduler is gone.
            Whatever the function raised.
        """
        from distributed import CancelledError, KilledWorker

        future = self._futures.pop(task)
        self._progress.pop(task.key, None)
        try:
            return future.result()
        except KilledWorker:
            raise ClusterError(
                f"{self._workers}: a working process ended by itself (killed, or out of memory)"
            ) from None
        except CancelledError:
            raise ClusterError(f"{self._workers} has gone") from None
        finally:
            future.release()

    def cancel(self, task: Task) -> None:
        """Take a task back: one that waits never runs, one that runs is told to end."""
        future = self._futures.pop(task, None)
        if future is not None:
            self._progress.pop(task.key, None)
            future.cancel()

    def close(self) -> None:
        """Take all tasks back."""
        futures = list(self._futures.values())
        self._futures.clear()
        if futures and self._client.status == "running":
            self._client.cancel(futures)

    def _note(self, event: tuple[float, tuple[str, list[Any]]]) -> None:
        """Take in what a task reports."""
        key, values = event[1]
        if Task(key) in self._futures:
            self._progress[key] = list(values)

    def _count(self, now: float) -> None:
        """Count the workers' threads anew."""
        if self._client.status != "running":
            raise ClusterError(f"{self._workers} has gone")
        try:
            self._capacity = sum(self._client.nthreads().values())
        except OSError:
            raise ClusterError(f"{self._workers} has gone") from None
        self._counted = now
        if self._capacity:
            self._seen = now
        elif now - self._seen > self._patience:
            raise ClusterError(
                f"{self._workers}: found no worker for {self._patience:g} s, expected one at "
                "least (dask worker ADDRESS)"
            )
