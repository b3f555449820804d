# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Opening a pool: processes of this machine, or a Dask cluster that runs already."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .pool import ClusterError, Pool

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 5.0
"""How long a scheduler may take to answer."""

EXAMPLE = "tcp://127.0.0.1:8786"

WORKER_SECONDS = 20.0
"""How long a scheduler may be without any worker."""

_SETTINGS = {
    # A task whose process ends is an error at once: it would end the next one, too.
    "distributed.scheduler.allowed-failures": 0,
    # The pages that tell about a cluster: nobody looks at those of this one.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


def check_address(scheduler: str) -> None:
    """Make sure that `scheduler` can be an address; whether it answers, opening a pool tells.

    Raises:
        ValueError: one line that says what was found and what was expected.
    """
    from distributed.comm import get_address_host_port

    try:
        get_address_host_port(scheduler)
    except ValueError:
        raise ValueError(f"found {scheduler!r}, expected an address such as {EXAMPLE}") from None


@contextlib.contextmanager
def open_pool(
    jobs: int, scheduler: str | None = None, modules: Sequence[str] = (__package__,)
) -> Iterator[Pool]:
    """Workers to give tasks to, for as long as the context lasts.

    Args:
        jobs: processes to start on this machine, where no scheduler is named.
        scheduler: address of a running Dask scheduler, ``tcp://HOST:PORT``.
        modules: Python modules that the tasks need; scheduler and workers are asked.

    Raises:
        ClusterError: the scheduler cannot be reached, or a module is missing there.
    """
    with contextlib.ExitStack() as stack:
        if scheduler is None:
            client, workers = _local(stack, jobs), "this machine"
        else:
            client, workers = _remote(stack, scheduler), f"scheduler {scheduler}"
            _check_modules(client, modules)
        pool = Pool(client, workers, WORKER_SECONDS)
        stack.callback(pool.close)
        yield pool


def _local(stack: contextlib.ExitStack, jobs: int) -> Client:
    """Start processes: fresh ones (spawned), for threads of a running GNU Radio do not
    survive a fork, and with one thread each.

    Nobody else on the machine can talk to them: connections take a certificate that is made
    for them and stays in memory.
    """
    import dask
    from distributed import Client, LocalCluster
    from distributed.security import Security

    _quiet()
    stack.enter_context(dask.config.set(_SETTINGS))
    with _interrupts_ignored():
        cluster = stack.enter_context(
            LocalCluster(
                n_workers=jobs,
                threads_per_worker=1,
                processes=True,
                host="127.0.0.1",
                security=Security.temporary(),
                dashboard_address="127.0.0.1:0",
                memory_limit=0,
                silence_logs=logging.CRITICAL,
            )
        )
    return stack.enter_context(Client(cluster))


def _remote(stack: contextlib.ExitStack, scheduler: str) -> Client:
    """Connect to a running scheduler."""
    from distributed import Client

    _quiet()
    try:
        # The client itself waits for ever for one who takes the connection and is mute.
        found = asyncio.run(asyncio.wait_for(_identity(scheduler), CONNECT_SECONDS))
        if found["type"] != "Scheduler":
            raise ClusterError(
                f"scheduler {scheduler}: is a {found['type']}, expected a Dask scheduler"
            )
        client = Client(scheduler, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, asyncio.TimeoutError) as error:
        raise ClusterError(
            f"scheduler {scheduler}: cannot be reached within {CONNECT_SECONDS:g} s, expected "
            "a running Dask scheduler (dask scheduler)"
        ) from error
    return stack.enter_context(client)


def _check_modules(client: Client, modules: Sequence[str]) -> None:
    """Ask the scheduler, which reads what passes through it, and every worker.

    A process that cannot read a task ends, so this cannot wait for the first one.
    """
    code = f"import importlib\nfor name in {list(modules)!r}: importlib.import_module(name)"
    found = client.run(exec, code, {}, on_error="return")
    try:
        client.run_on_scheduler(exec, code, {})
    except ImportError as error:
        found[client.scheduler.address] = error
    for address, error in found.items():
        if isinstance(error, ImportError):
            raise ClusterError(
                f"{address}: the Python package {error.name!r} is missing there"
            ) from error


async def _identity(address: str) -> dict[str, Any]:
    """What listens at `address` says it is."""
    from distributed.core import rpc
    from distributed.security import Security

    secrets = Security().get_connection_args("client")
    async with rpc(address, timeout=CONNECT_SECONDS, connection_args=secrets) as remote:
        return await remote.identity()


def _quiet() -> None:
    """Keep Dask's logs off the terminal; what matters arrives as an exception."""
    for name in ("distributed", "tornado", "asyncio"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


@contextlib.contextmanager
def _interrupts_ignored() -> Iterator[None]:
    """Ignore Ctrl-C for a moment, so that processes started meanwhile ignore it for good.

    A terminal sends Ctrl-C to every process; the client alone decides what to do, and takes
    its tasks back.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: Any = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
