# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a person sees of a reception and of a transmission."""

from __future__ import annotations

import time
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from ..radio.packet_index import span_text
from ..radio.reception import Reception
from ..radio.reception_report import throughput
from .live_display import LiveDisplay

_REDRAW_S = 0.25
_WIDTH_WITHOUT_TERMINAL = 160


class LiveReception(LiveDisplay):
    """Shows packets while they come, on standard error where it is a terminal.

    A context manager.
    """

    def __init__(self, graph: Reception) -> None:
        """Prepare the table.

        Args:
            graph: what runs.
        """
        super().__init__()
        self._graph = graph
        self._drawn = self._began

    def __enter__(self) -> LiveReception:
        """Start drawing."""
        super().__enter__()
        self._redraw()
        return self

    def draw(self) -> None:
        """Draw the present state, not too often."""
        now = time.monotonic()
        if now - self._drawn >= _REDRAW_S:
            self._drawn = now
            self._redraw()

    def _table(self) -> Table:
        graph, counts = self._graph, self._graph.collector.counts
        store, rate = graph.store, graph.source.sample_rate
        passed = time.monotonic() - self._began
        title = f"{graph.samples():,} samples, {passed:.0f} s"
        if not graph.collector.handled:
            title += ": listening"
        table = Table(box=SIMPLE_HEAD, title=title, title_justify="left")
        # The first two tell, where nothing arrives, how far it comes.
        for name in ("preambles", "headers", "packets", "missing", "PER", "SNR", "CFO",
                     "bit errors", "throughput"):  # fmt: skip
            table.add_column(name, justify="right")
        heard = graph.receiver.counts()
        expected = store.expected
        lost = expected - len(store.index)
        speed = throughput(graph, passed)
        table.add_row(
            f"{heard['detections']:,}",
            f"{heard['bursts']:,}",
            f"{len(store.index):,}",
            f"{lost:,}",
            f"{lost / expected:.2%}" if expected else "-",
            _number(counts.snr_db.latest, "dB"),
            _offset(counts.cfo.latest, rate),
            f"{counts.bit_errors:,}",
            "-" if speed is None else f"{speed / 1e3:,.1f} kbit/s",
        )
        return table


def print_sent(report: dict[str, Any]) -> None:
    """Print how a transmission went."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(
        f"{report['packets_sent']:,} packets sent: {report['bytes']:,} bytes of "
        f"{report['file']} by {report['model']}, code {report['code']}"
    )
    console.print(
        f"{report['throughput_bits_per_s'] / 1e3:,.1f} kbit/s, {report['samples']:,} samples, "
        f"{report['elapsed_s']:.1f} s"
    )


def print_received(report: dict[str, Any]) -> None:
    """Print how a reception went."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    if not console.is_terminal:
        console.width = _WIDTH_WITHOUT_TERMINAL
    total = report["packets_expected"]
    of = "" if total is None else f" of {total:,}"
    console.print(
        f"{report['packets_received']:,}{of} packets received: {report['bytes']:,} bytes in "
        f"{report['out']}; ended because {report['ended_because']}"
    )
    rows = [
        ("lost", _lost(report)),
        ("packet error rate", _interval(report["per"])),
        ("bit errors before the outer code",
         f"{report['bit_errors']:,} of {report['bits']:,}, {_interval(report['ber'])}"),
        ("Es/N0", _spread(report["snr_db"], "dB")),
        ("carrier offset", _spread(report["cfo_hz"], "Hz") if report["cfo_hz"] else
         _spread(report["cfo"], "cycles/sample")),
        ("clock", _spread(report["clock_ppm"], "ppm")),
        ("throughput", "-" if report["throughput_bits_per_s"] is None else
         f"{report['throughput_bits_per_s'] / 1e3:,.1f} kbit/s"),
    ]  # fmt: skip
    rows.append(("preambles, headers", f"{report['detections']:,}, {report['bursts']:,}"))
    for name in ("duplicates", "conflicts", "header_errors", "unknown_versions", "too_long",
                 "nonfinite_samples"):  # fmt: skip
        if report.get(name):
            rows.append((name.replace("_", " "), f"{report[name]:,}"))
    for reason, number in report["failed_bursts"].items():
        rows.append((f"bursts failed: {reason}", f"{number:,}"))
    table = Table(box=None, show_header=False, pad_edge=False)
    for row in rows:
        loud = row[0] == "lost" and not report["complete"]
        table.add_row(*row, style="bold red" if loud else None)
    console.print(table)


def _lost(report: dict[str, Any]) -> str:
    if not report["packets_lost"]:
        return "none" if report["packets_expected"] is not None else "none before the last seen"
    return f"{report['packets_lost']:,}: {span_text(report['lost'])}"


def _interval(rate: dict[str, float] | None) -> str:
    if rate is None:
        return "-"
    return f"{rate['rate']:.2e} [{rate['low']:.2e}, {rate['high']:.2e}]"


def _spread(values: dict[str, float] | None, unit: str) -> str:
    if values is None:
        return "-"
    return f"{values['mean']:.4g} {unit} ({values['min']:.4g} to {values['max']:.4g})"


def _number(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.1f} {unit}"


def _offset(cycles: float | None, rate: float | None) -> str:
    if cycles is None:
        return "-"
    return f"{cycles:.2e} cycles/sample" if rate is None else f"{cycles * rate:,.0f} Hz"
