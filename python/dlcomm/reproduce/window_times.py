# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Time per window of classifiers, by the thesis's method: one window at a time."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..benchmark.bare_runtime import one_thread_session

if TYPE_CHECKING:
    import onnx

RUNS, DROPPED = 110, 10
"""Runs of which the first are not counted: they warm caches up."""


@dataclass(frozen=True)
class WindowTime:
    """Seconds per window over the runs that count.

    Attributes:
        median: the middle one.
        low, high: the 5th and the 95th percentile.
    """

    median: float
    low: float
    high: float


def window_times(
    classifiers: dict[str, onnx.ModelProto], seed: int
) -> dict[str, WindowTime]:
    """Time classifiers in ONNX Runtime on one thread, batch 1, one after another.

    Args:
        classifiers: models by what people call them.
        seed: of the windows.
    """
    sessions = {
        name: one_thread_session(model.SerializeToString())
        for name, model in classifiers.items()
    }
    rng = np.random.default_rng(seed)
    taken: dict[str, list[float]] = {name: [] for name in sessions}
    for name, session in sessions.items():
        window = session.get_inputs()[0].shape[1]
        for _ in range(RUNS):
            iq = rng.normal(size=(1, window, 2)).astype(np.float32)
            begin = time.perf_counter()
            session.run(None, {"iq": iq})
            taken[name].append(time.perf_counter() - begin)
    return {
        name: WindowTime(
            statistics.median(seconds[DROPPED:]),
            *np.percentile(seconds[DROPPED:], (5, 95)).tolist(),
        )
        for name, seconds in taken.items()
    }
