# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What workers do for a candidate: compress the model, and count its errors.

Models travel as the contents of their files, so that workers need no copy of them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..flowgraphs import quiet_blocks
from ..measurement.model_marks import check_marks
from .candidate import Candidate, other_models
from .subject import Counting, Files, Report, Source


class BrokenOffError(Exception):
    """The client does not want the result any more."""


def compress_in_worker(
    report: Callable[..., bool], source: Source, candidate: Candidate
) -> Files:
    """Compress the source by the steps of `candidate`, on one thread.

    Args:
        report: as `cluster.pool.Pool.submit` has it; told the running step and its share.
        source: the model.
        candidate: the steps.

    Raises:
        ValueError, RuntimeError: a step cannot be done to this model; one line.
    """
    import torch

    torch.set_num_threads(1)
    steps = source.steps(json.loads(candidate.steps))
    check_marks(lambda: other_models(source, steps), dict(candidate.others))
    return source.compress(steps, candidate.id[:8], _until_unwanted(report))


def count_in_worker(
    report: Callable[..., bool], files: Files, name: str, counting: Counting
) -> Any:
    """Count the errors of a candidate in its flowgraph.

    Args:
        report: as `cluster.pool.Pool.submit` has it; told what `counting` reports.
        files: the model.
        name: id of the candidate.
        counting: how.

    Raises:
        ValueError, RuntimeError: errors cannot be counted; one line.
    """
    quiet_blocks()
    with tempfile.TemporaryDirectory(prefix="dlcomm_") as folder:
        for file, content in files.items():
            Path(folder, file).write_bytes(content)
        return counting.count(Path(folder), name, _until_unwanted(report))


def _until_unwanted(report: Callable[..., bool]) -> Report:
    """Passes reports on, and raises BrokenOffError once nobody wants the result."""

    def pass_on(*values: Any) -> None:
        """Report where it stands."""
        if not report(*values):
            raise BrokenOffError

    return pass_on
