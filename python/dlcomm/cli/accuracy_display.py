# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person sees of measured accuracies: tables over SNR."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..recognition.accuracy import Accuracy, whole
from ..recognition.confusion import Rate

_WIDTH_WITHOUT_TERMINAL = 160
_NAME_WIDTH, _COLUMN_WIDTH = 16, 26
"""Columns of the screen for the first column, and for each classifier, at least."""


def print_accuracies(results: Sequence[Accuracy]) -> None:
    """Print a table of classifiers over SNR labels; several where they do not fit in one."""
    console = Console(highlight=False, markup=False)
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    at_once = max(1, (console.width - _NAME_WIDTH) // _COLUMN_WIDTH)
    for first in range(0, len(results), at_once):
        shown = results[first : first + at_once]
        # One run measures on one set: what is said of it holds for all.
        console.print(Text(f"{shown[0].set}, {shown[0].part} part", style="bold"))
        console.print(_table(shown))


def _table(results: Sequence[Accuracy]) -> Table:
    """Right decisions over SNR, a column a classifier, and what follows from them."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("SNR label", justify="right", no_wrap=True)
    for result in results:
        table.add_column(result.model, justify="right", overflow="fold")
    snrs = sorted({snr for result in results for snr in result.confusion.snrs_db})
    by_snr = [
        {rate.snr_db: rate for rate in result.confusion.by_snr()} for result in results
    ]
    for place, snr in enumerate(snrs):
        cells = [_cell(rates[snr]) if snr in rates else "-" for rates in by_snr]
        last = place == len(snrs) - 1
        table.add_row(f"{whole(snr)} dB", *cells, end_section=last)
    for name, cells in _summary(results):
        table.add_row(name, *cells)
    return table


def _summary(results: Sequence[Accuracy]) -> Iterator[tuple[str, list[str]]]:
    """The rows below the SNR labels: name, and a cell for each classifier."""
    matrices = [result.confusion for result in results]
    yield "overall", [_cell(matrix.overall()) for matrix in matrices]
    peaks = [matrix.peak() for matrix in matrices]
    yield "peak", [_cell(peak) for peak in peaks]
    yield "at", [f"{whole(peak.snr_db)} dB" for peak in peaks]
    yield "windows", [f"{matrix.windows:,}" for matrix in matrices]
    yield "right", [f"{matrix.right:,}" for matrix in matrices]
    if any(matrix.unknown for matrix in matrices):
        yield "said unknown", [f"{matrix.unknown:,}" for matrix in matrices]
    yield "windows/s", [f"{result.windows_per_second:,.0f}" for result in results]


def _cell(rate: Rate) -> str:
    """A rate and its interval in per cent."""
    value, low, high = (100.0 * number for number in (rate.value, rate.low, rate.high))
    return f"{value:.2f} % [{low:.2f}, {high:.2f}]"
