# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person sees of a data set, and of the work on one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from dlcomm_train.datasets.checks import Check
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.summary import Summary

_WIDTH_WITHOUT_TERMINAL = 160
_SPEED_PERIOD = 600.0
"""Seconds over which the time to go is estimated."""


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how much is done, and the time to go, on standard error where it is a terminal.

    Args:
        what: is being done.
        total: how many there are to do.

    Yields:
        What is to be told how many are done.
    """
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda done: None
        return
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("to go"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        speed_estimate_period=_SPEED_PERIOD,
    ) as progress:
        task = progress.add_task(what, total=total)
        yield lambda done: progress.update(task, completed=done)


def print_summary(dataset: Dataset, summary: Summary, checks: Sequence[Check]) -> None:
    """Print what a data set holds, and what was made sure of."""
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    manifest = dataset.manifest
    origin = f", seed {manifest.seed}" if manifest.seed is not None else ""
    heading = Text(f"{dataset.folder}: {manifest.label}{origin}", style="bold")
    console.print(heading, soft_wrap=True)
    console.print(
        f"{len(dataset.index):,} windows of {manifest.window} samples at "
        f"{manifest.sample_rate / 1e3:g} kHz, {dataset.windows.nbytes / 1e6:,.1f} MB; "
        f"{len(manifest.modulations)} classes at {len(manifest.snrs_db)} SNR labels, "
        f"{min(manifest.snrs_db)} to {max(manifest.snrs_db)} dB",
        soft_wrap=True,
    )
    if manifest.note:
        console.print(manifest.note, soft_wrap=True)
    console.print(_classes(dataset, summary))
    if (summary.counts != summary.counts.flat[0]).any():
        console.print(_counts(dataset, summary))
    console.print(_checks(checks))


def _classes(dataset: Dataset, summary: Summary) -> Table:
    """A row for each class."""
    manifest = dataset.manifest
    top = int(np.argmax(manifest.snrs_db))
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("class", no_wrap=True)
    for heading in (
        "windows",
        "bursts" if manifest.bursts_known else "blocks",
        f"mean power at {manifest.snrs_db[top]} dB",
        "power of 90 % of windows",
        "peak over mean",
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for number, name in enumerate(manifest.modulations):
        low, high = summary.class_power[number]
        table.add_row(
            name,
            f"{summary.counts[number].sum():,}",
            f"{summary.bursts[number].sum():,}",
            f"{_decibels(summary.power[number, top])} dB",
            f"{_decibels(low)} .. {_decibels(high)} dB",
            f"{_decibels(summary.class_crest[number])} dB",
        )
    return table


def _counts(dataset: Dataset, summary: Summary) -> Table:
    """Windows of every class at every label, where they are not all as many."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False, title="windows at SNR labels in dB")
    table.add_column("class", no_wrap=True)
    for snr in dataset.manifest.snrs_db:
        table.add_column(str(snr), justify="right", no_wrap=True)
    for name, counts in zip(dataset.manifest.modulations, summary.counts, strict=True):
        table.add_row(name, *map(str, counts))
    return table


def _checks(checks: Sequence[Check]) -> Table:
    """A row for each check."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("check", no_wrap=True)
    table.add_column("", no_wrap=True)
    table.add_column("found", overflow="fold")
    for check in checks:
        result = Text("ok", style="green") if check.passed else Text("FAILED", style="bold red")
        table.add_row(check.name, result, check.found)
    return table


def _decibels(power: float) -> str:
    """A power in dB; a dash where there is none."""
    # Adding zero turns -0.0 into 0.0.
    return f"{round(10.0 * np.log10(power), 1) + 0.0:.1f}" if power > 0.0 else "-"
