# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A Dask scheduler with workers, each a process of its own on 127.0.0.1."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


class RunningCluster:
    """Processes of one scheduler and its workers.

    Attributes:
        address: of the scheduler.
        scheduler: its process.
        workers: processes of the workers.
    """

    def __init__(self, folder: Path) -> None:
        """Start a scheduler; its files go into `folder`."""
        self._folder = folder
        self.workers: list[subprocess.Popen] = []
        file = folder / "scheduler.json"
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard",
            "--scheduler-file", str(file),
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        self.address = json.loads(file.read_text())["address"]

    def add_worker(self, **environment: str) -> None:
        """Start a worker with further environment variables."""
        self.workers.append(
            self._start(
                "worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard",
                "--local-directory", str(self._folder), **environment,
            )  # fmt: skip
        )

    def _start(self, *arguments: str, **environment: str) -> subprocess.Popen:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | environment,
            cwd=self._folder,
        )

    def stop(self) -> None:
        """End all processes."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture
def start_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable]:
    """Starts a scheduler, with one worker unless told otherwise."""
    started: list[RunningCluster] = []

    def start(workers: int = 1) -> RunningCluster:
        cluster = RunningCluster(tmp_path_factory.mktemp("dask"))
        started.append(cluster)
        for _ in range(workers):
            cluster.add_worker()
        return cluster

    yield start
    for cluster in started:
        cluster.stop()
