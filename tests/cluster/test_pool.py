# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Pools: results, progress, breaking off, and everything that can go away."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gnuradio.dlcomm.cluster import connect
from gnuradio.dlcomm.cluster.connect import check_address, open_pool
from gnuradio.dlcomm.cluster.pool import ClusterError, Pool, Task


def collect(pool: Pool, count: int, seconds: float = 60.0) -> list[Task]:
    """The next `count` tasks that end."""
    ended: list[Task] = []
    deadline = time.monotonic() + seconds
    while len(ended) < count and time.monotonic() < deadline:
        ended += pool.wait(0.2)
    return ended


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until something holds; fail when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


# What workers run comes from a module that they can import: work.py beside this file.
@pytest.fixture(scope="module")
def work() -> Callable:
    """Gives the functions of work.py by their names."""
    sys.path.insert(0, str(Path(__file__).parent))
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [sys.path[0], before]))
    try:
        import work as module

        yield lambda name: getattr(module, name)
    finally:
        sys.path.pop(0)
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def test_processes_of_one_thread_give_results_and_progress(work: Callable) -> None:
    with open_pool(2) as pool:
        assert pool.capacity() == 2
        tasks = [pool.submit(work("count_to"), number) for number in (3, 4)]
        wait_until(lambda: all(pool.progress(task) for task in tasks) or not pool.wait(0.05))
        ended = collect(pool, 2)
        results = {task: pool.result(task) for task in ended}
    assert {results[task][0] for task in tasks} == {3, 4}
    processes = {pid for _, pid, _ in results.values()}
    assert len(processes) == 2 and os.getpid() not in processes
    # Ctrl-C at a terminal reaches them, too, and must not end them.
    assert all(ignores for _, _, ignores in results.values())


def test_a_task_is_broken_off(work: Callable, tmp_path: Path) -> None:
    with open_pool(1) as pool:
        task = pool.submit(work("endless"), str(tmp_path / "ended"))
        wait_until(lambda: pool.progress(task) is not None)
        pool.cancel(task)
        wait_until((tmp_path / "ended").exists)
        # The process is free again.
        pool.submit(work("count_to"), 1)
        assert [pool.result(task)[0] for task in collect(pool, 1)] == [1]


def test_closing_breaks_off_what_runs(work: Callable, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_pool(1) as pool:
        task = pool.submit(work("endless"), str(tmp_path / "ended"))
        wait_until(lambda: pool.progress(task) is not None)
        raise KeyboardInterrupt
    wait_until((tmp_path / "ended").exists)


def test_errors_arrive_as_they_are(work: Callable) -> None:
    with open_pool(1) as pool:
        pool.submit(work("fail"), "no such thing")
        with pytest.raises(ValueError, match="^no such thing$"):
            pool.result(*collect(pool, 1))


def test_a_process_that_dies_is_one_line(work: Callable) -> None:
    with open_pool(1) as pool:
        pool.submit(work("die"))
        with pytest.raises(ClusterError, match="ended by itself") as error:
            pool.result(*collect(pool, 1))
    assert len(str(error.value).splitlines()) == 1


def test_connections_to_the_processes_take_their_certificate(work: Callable) -> None:
    with open_pool(1) as pool:
        address = pool._client.scheduler.address
        assert address.startswith("tls://127.0.0.1:")
        code = (
            "from gnuradio.dlcomm.cluster.connect import open_pool\n"
            f"with open_pool(1, {address.replace('tls', 'tcp')!r}): print('connected')"
        )
        other = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=False
        )
    assert "ClusterError" in other.stderr
    assert "connected" not in other.stdout


@pytest.mark.parametrize("kind", ["nobody", "mute", "other"])
def test_a_scheduler_that_is_none(kind: str) -> None:
    """Nobody listens; somebody listens and says nothing, or something else."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        other = None
        if kind == "mute":
            listener.listen()
        elif kind == "other":
            listener.close()
            other = subprocess.Popen(
                [sys.executable, "-m", "http.server", address.rpartition(":")[2]],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        begin = time.monotonic()
        try:
            with pytest.raises(ClusterError, match="cannot be reached") as error:
                with open_pool(1, address):
                    pass
        finally:
            if other is not None:
                other.kill()
                other.wait()
    assert time.monotonic() - begin < 3 * connect.CONNECT_SECONDS
    assert address in str(error.value)
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("address", ["", "nonsense", "tcp://", "ftp://127.0.0.1:1", "a:b:c"])
def test_an_address_that_is_none(address: str) -> None:
    with pytest.raises(ValueError, match="expected an address such as tcp://127.0.0.1:8786"):
        check_address(address)


@pytest.mark.parametrize("address", ["10.0.0.1:8786", "tls://host:1", "tcp://[::1]:8786"])
def test_addresses(address: str) -> None:
    check_address(address)


def test_a_running_cluster_does_the_work(work: Callable, start_cluster: Callable) -> None:
    cluster = start_cluster(2)
    with open_pool(1, cluster.address) as pool:
        wait_until(lambda: pool.capacity() == 2)
        for number in (3, 4):
            pool.submit(work("count_to"), number)
        results = [pool.result(task) for task in collect(pool, 2)]
    assert sorted(number for number, _, _ in results) == [3, 4]
    assert {pid for _, pid, _ in results} == {process.pid for process in cluster.workers}


def test_a_client_that_is_killed_leaves_no_work_behind(
    work: Callable, start_cluster: Callable, tmp_path: Path
) -> None:
    cluster = start_cluster()
    code = (
        "import work\n"
        "from gnuradio.dlcomm.cluster.connect import open_pool\n"
        f"with open_pool(1, {cluster.address!r}) as pool:\n"
        f"    pool.submit(work.endless, {str(tmp_path / 'ended')!r})\n"
        "    while True: pool.wait(1.0)\n"
    )
    client = subprocess.Popen([sys.executable, "-c", code])
    try:
        wait_until((tmp_path / "ended.started").exists)
    finally:
        client.kill()
        client.wait()
    wait_until((tmp_path / "ended").exists)


def test_no_worker_for_long(
    work: Callable, start_cluster: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connect, "WORKER_SECONDS", 2.0)
    with open_pool(1, start_cluster(workers=0).address) as pool:
        with pytest.raises(ClusterError, match="found no worker for 2 s"):
            collect(pool, 1, seconds=20.0)


def test_the_last_worker_goes(
    work: Callable, start_cluster: Callable, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(connect, "WORKER_SECONDS", 2.0)
    cluster = start_cluster()
    with open_pool(1, cluster.address) as pool:
        pool.submit(work("endless"), str(tmp_path / "ended"))
        wait_until((tmp_path / "ended.started").exists)
        cluster.workers[0].kill()
        with pytest.raises(ClusterError, match="found no worker"):
            collect(pool, 1, seconds=30.0)


def test_another_worker_takes_over(
    work: Callable, start_cluster: Callable, tmp_path: Path
) -> None:
    cluster = start_cluster()
    with open_pool(1, cluster.address) as pool:
        task = pool.submit(work("count_to"), 30)
        wait_until(lambda: not pool.wait(0.05) and pool.progress(task) is not None)
        cluster.workers[0].kill()
        cluster.add_worker()
        assert collect(pool, 1) == [task]
        assert pool.result(task)[:2] == (30, cluster.workers[1].pid)


def test_the_scheduler_goes(work: Callable, start_cluster: Callable, tmp_path: Path) -> None:
    cluster = start_cluster()
    with open_pool(1, cluster.address) as pool:
        pool.submit(work("endless"), str(tmp_path / "ended"))
        wait_until((tmp_path / "ended.started").exists)
        cluster.scheduler.kill()
        with pytest.raises(ClusterError, match="has gone") as error:
            for task in collect(pool, 1, seconds=30.0):
                pool.result(task)
    assert cluster.address in str(error.value)


@pytest.mark.parametrize("where", ["worker", "scheduler"])
def test_a_package_that_is_missing_there(
    work: Callable, start_cluster: Callable, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    with monkeypatch.context() as patch:
        if where == "scheduler":
            patch.setenv("PYTHONPATH", "")
        cluster = start_cluster(workers=0)
    cluster.add_worker(**({"PYTHONPATH": ""} if where == "worker" else {}))
    with open_pool(1, cluster.address) as pool:
        wait_until(lambda: pool.capacity() == 1)
    with pytest.raises(ClusterError, match="the Python package 'work' is missing there"):
        with open_pool(1, cluster.address, ("work",)):
            pass
