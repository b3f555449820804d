# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What workers do for a candidate: compress the model, and count its errors.

Models travel as the contents of their files, so that workers need no copy of them.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..flowgraphs import quiet_blocks
from ..measurement.model_marks import check_marks, marks_of_channel
from ..measurement.point import Point, Progress, StopRule, measure
from ..measurement.results import Row
from .candidate import Candidate, Source

Report = Callable[..., bool]


@dataclass(frozen=True)
class Files:
    """Contents of the two files of a link."""

    encoder: bytes
    decoder: bytes


@dataclass(frozen=True)
class Counting:
    """How errors are counted; the same noise for every candidate.

    Attributes:
        channel: canonical text of the channel.
        ebn0_db: Eb/N0 in dB.
        seed: seed of messages and noise.
        rule: when to stop.
    """

    channel: str
    ebn0_db: float
    seed: int
    rule: StopRule

    def point(self, model: str) -> Point:
        """What is measured for `model`."""
        return Point(model, self.channel, self.ebn0_db, self.seed)


class BrokenOffError(Exception):
    """The client does not want the result any more."""


def compress_in_worker(report: Report, source: Source, candidate: Candidate) -> Files:
    """Compress the source by the steps of `candidate`, on one thread.

    Args:
        report: as `cluster.pool.Pool.submit` has it; told the running step and its share.
        source: the model.
        candidate: the steps.

    Raises:
        ValueError, RuntimeError: a step cannot be done to this model; one line.
    """
    import onnx
    import torch

    from dlcomm_train.compress import compress
    from dlcomm_train.compress.compositions import read_steps
    from dlcomm_train.models.pairs import Pair

    torch.set_num_threads(1)
    _check_others(candidate)

    def pass_on(what: str, share: float) -> None:
        """Report where it stands."""
        if not report(what, share):
            raise BrokenOffError

    pair = Pair(
        onnx.load_model_from_string(source.encoder), onnx.load_model_from_string(source.decoder)
    )
    steps = read_steps(json.loads(candidate.steps))
    name = f"{pair.contracts()[0].link}_{candidate.id[:8]}"
    found = compress(pair, steps, name, pass_on).files(".")
    return Files(*found.values())


def count_in_worker(
    report: Report, files: Files, name: str, counting: Counting, marks: Mapping[str, str]
) -> Row | None:
    """Count the errors of a link in its flowgraph.

    Args:
        report: as `cluster.pool.Pool.submit` has it; told messages, errors and seconds.
        files: the link.
        name: what the row calls it.
        counting: how.
        marks: of the channel's files at the client, by `marks_of_channel`.

    Raises:
        ValueError, RuntimeError: as `measurement.point.measure`, or a file of the channel is
            another one here.
    """
    quiet_blocks()
    check_marks(lambda: marks_of_channel(counting.channel), marks)

    def pass_on(progress: Progress) -> bool:
        """Report the counts."""
        return report(progress.messages, progress.block_errors, progress.seconds)

    with tempfile.TemporaryDirectory(prefix="dlcomm_") as folder:
        Path(folder, "encoder.onnx").write_bytes(files.encoder)
        Path(folder, "decoder.onnx").write_bytes(files.decoder)
        row = measure(counting.point(folder), counting.rule, pass_on)
    return None if row is None else replace(row, model=name)


def _check_others(candidate: Candidate) -> None:
    """Hold the teachers that are found here to those of the client."""
    from ..links import link_from_text
    from ..measurement.model_marks import mark_of

    def found() -> dict[str, str]:
        """Marks of the teachers here."""
        return {name: mark_of(link_from_text(name)) for name, _ in candidate.others}

    check_marks(found, dict(candidate.others))
