# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a worker runs: a function that reports and can be broken off."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

_REPORT_SECONDS = 0.2


def run_task(function: Callable[..., Any], topic: str, arguments: tuple[Any, ...]) -> Any:
    """In a worker: call ``function(report, *arguments)``.

    A task is broken off when the scheduler takes it back: because the client did, or because
    the client has gone.

    Args:
        function: as `pool.Pool.submit` has it.
        topic: of the events that carry progress to the client.
        arguments: the further arguments of `function`.
    """
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()
    last = 0.0

    def report(*values: Any) -> bool:
        """Pass the progress on, not too often; False when the task was taken back."""
        nonlocal last
        now = time.monotonic()
        if now - last >= _REPORT_SECONDS:
            last = now
            worker.log_event(topic, [key, list(values)])
        task = worker.state.tasks.get(key)
        return task is not None and task.state == "executing"

    return function(report, *arguments)
