# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training a link."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import torch

from dlcomm_train.channels.models import Channel
from dlcomm_train.training.checkpoints import Checkpoints
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.outcome import Progress, TrainedLink
from dlcomm_train.training.search import Search


def train(
    config: LinkConfig,
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
    device: str = "cpu",
    channel: Channel | None = None,
    watch: Callable[[Search], None] | None = None,
) -> TrainedLink:
    """Train a link with every seed of `config` and keep the best.

    On the CPU the result depends on `config` alone (for one machine and one set of
    library versions), interrupted or not: training runs on one thread and every draw has
    its own generator. On another device the draws are others, and sums may be taken in
    any order.

    Args:
        config: the recipe.
        progress: told where the search is.
        checkpoints: where to keep the state of the search, and whether to go on from the
            one that is there; left out, nothing is kept.
        device: ``cpu``, or any device that torch knows.
        channel: what ``config.through`` names, which is opened elsewhere; left out, the
            channel model of `config`.
        watch: called after every step; it must not change what it sees.

    Raises:
        CheckpointError: the checkpoint to go on from is unusable.
        DivergedError: the loss of every seed became infinite or NaN; the message names the
            last one's step.
        RuntimeError: what `channel` raises.
        OSError: a checkpoint cannot be written.
    """
    report = progress or (lambda _: None)
    with one_thread():
        search = Search(config, torch.device(device), channel)
        if checkpoints is not None and checkpoints.resume:
            checkpoints.restore(search)
            report(replace(search.report(), resumed=True))
        while not search.finished:
            seen = search.advance()
            if seen is not None:
                report(seen)
            if checkpoints is not None:
                checkpoints.keep(search)
            if watch is not None:
                watch(search)
        return search.result()


@contextmanager
def one_thread() -> Iterator[None]:
    """One thread: sums are then always taken in the same order."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
