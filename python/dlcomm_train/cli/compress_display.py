# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Progress of a compression, and its table of before and after."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from scipy.stats import binomtest

from dlcomm_train.compress.budgets.paired import Counts
from dlcomm_train.compress.pipeline import Compressed
from dlcomm_train.compress.single_file import CompressedFile
from dlcomm_train.models.pairs import DECODER_FILE, ENCODER_FILE
from dlcomm_train.recognition.run import Validation

_SPEED_PERIOD = 600.0
_WIDTH_WITHOUT_TERMINAL = 120


class CompressionDisplay:
    """A bar on stderr for what is being done, with the time to go; a context manager."""

    def __init__(self) -> None:
        """Make the display; nothing is shown before it is entered, or in a log file."""
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            speed_estimate_period=_SPEED_PERIOD,
            transient=True,
        )
        self._task = self._progress.add_task("", total=1.0)
        self._share = 0.0

    def __enter__(self) -> CompressionDisplay:
        """Start drawing."""
        if self._progress.console.is_interactive:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop drawing."""
        # Where nothing was drawn, this would leave an empty line.
        if self._progress.console.is_interactive:
            self._progress.stop()

    def update(self, what: str, share: float) -> None:
        """Show what is done and the share of it that is; the bar begins anew with less."""
        if share < self._share:
            self._progress.reset(self._task)
        self._share = share
        self._progress.update(self._task, description=what, completed=share)


def print_result(
    folders: tuple[Path, Path], result: Compressed, measured: tuple[str, Counts] | None
) -> None:
    """Print what budgets found, and the table of before and after.

    Args:
        folders: of the model before and after.
        result: the compression.
        measured: where error rates were measured, and the counts; None: they were not.
    """
    console = _console()
    for note in result.pair.contracts()[0].recipe["compression"]:
        if "budget" in note:
            console.print(_budget_table(note))
    files = [[folder / name for folder in folders] for name in (ENCODER_FILE, DECODER_FILE)]
    table = _size_table(files, result)
    if measured is not None:
        _add_rates(table, *measured)
    console.print(table)


def print_file_result(source: Path, out: Path, result: CompressedFile) -> None:
    """Print the table of one file before and after.

    Args:
        source: the file that was compressed.
        out: the result.
        result: the compression.
    """
    _console().print(_size_table([[source, out]], result))


def print_classifier_result(
    files: tuple[Path, Path],
    result: CompressedFile,
    rates: tuple[Validation, Validation] | None,
) -> None:
    """Print the table of a classifier before and after.

    Args:
        files: before and after.
        result: the compression.
        rates: how both do on the validation part; None: that is not known.
    """
    table = _size_table([files], result, "window")
    if rates is not None:
        for heading, key in (
            ("accuracy on the validation part, mean over SNR", "accuracy"),
            ("  at the best SNR", "peak"),
        ):
            table.add_row(heading, *(f"{getattr(found, key):.2%}" for found in rates))
    _console().print(table)


def _console() -> Console:
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    return console


def _size_table(
    files: Sequence[Sequence[Path]],
    result: Compressed | CompressedFile,
    item: str = "message",
) -> Table:
    """Sizes before and after.

    Args:
        files: each file before and after; called by the name that it has after.
        result: the compression.
        item: what the networks read at a time.
    """
    table = Table("", box=SIMPLE_HEAD, pad_edge=False)
    for heading in ("before", "after"):
        table.add_column(heading, justify="right")
    for paths in files:
        sizes = (f"{path.stat().st_size:,}" for path in paths)
        table.add_row(f"{paths[-1].name}, bytes", *sizes)
    for heading, key in (
        ("tensors, bytes", "constant_bytes"),
        ("parameters", "parameters"),
        (f"multiply-accumulates per {item}", "operations"),
    ):
        values = (getattr(size, key) for size in (result.before, result.after))
        table.add_row(heading, *(f"{value:,}" for value in values))
    for heading, key in (
        ("weights entropy-coded, bytes (ideal, stored nowhere)", "entropy_coded_bytes"),
        ("weights Huffman-coded, bytes (made, stored nowhere)", "huffman_coded_bytes"),
    ):
        if all(key in layer for layer in result.layers):
            coded = sum(float(layer[key]) for layer in result.layers)
            table.add_row(heading, "", f"{coded:,.0f}")
    return table


def _add_rates(table: Table, where: str, counts: Counts) -> None:
    """Rows about the error rates, and their ratio."""
    errors = (counts.before, counts.after)
    intervals = [binomtest(found, counts.sent).proportion_ci(0.95) for found in errors]
    table.add_row(f"wrong of {counts.sent:,} messages, {where}", *(f"{x:,}" for x in errors))
    table.add_row("block error rate", *(f"{found / counts.sent:.3e}" for found in errors))
    table.add_row("  95 % interval", *(f"{x.low:.2e} to {x.high:.2e}" for x in intervals))
    if counts.either:
        low, high = counts.interval()
        table.add_row("  ratio, same noise", "", f"{counts.ratio:.3f}")
        table.add_row("  95 % interval", "", f"{low:.3f} to {high:.3f}")


def _budget_table(note: dict[str, Any]) -> Table:
    """What was tried for a budget."""
    budget = note["budget"]
    table = Table(
        title=f"{note['kind']}: at most {1.0 + budget['max_bler_increase']:g} times the block "
        f"error rate at {budget['ebn0_db']:g} dB",
        title_justify="left",
        box=SIMPLE_HEAD,
        pad_edge=False,
    )
    tried: Sequence[dict[str, Any]] = budget["tried"]
    for heading in (budget["field"], "messages", "wrong before", "wrong", "ratio"):
        table.add_column(heading, justify="right")
    table.add_column("")
    for trial in tried:
        setting = trial["setting"]
        if "trouble" in trial:
            table.add_row(str(setting), "", "", "", "", trial["trouble"])
            continue
        taken = ", taken" if setting == note[budget["field"]] else ""
        before, after = trial["errors_before"], trial["errors"]
        ratio = f"{after / before:.3f}" if before else "inf"
        cells = (f"{trial['messages']:,}", f"{before:,}", f"{after:,}", ratio)
        table.add_row(str(setting), *cells, trial["verdict"] + taken)
    return table
