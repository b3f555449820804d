# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm reproduce``: make figures and tables of the thesis again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .errors import Failure, Interrupted, failures, one_line, usage_errors

if TYPE_CHECKING:
    from ..measurement.point import StopRule
    from ..measurement.results import Row
    from ..reproduce.campaign import Campaign
    from ..reproduce.item import Item
    from .reproduce_display import ReproduceDisplay

app = typer.Typer(add_completion=False)

DEFAULT_FOLDER = Path("reproduction")
QUICK_FOLDER = "quick"
MAX_SEED = 2**63 - 1
_MIN_ERRORS, _QUICK_ERRORS = 1000, 20
_MAX_MESSAGES, _QUICK_MESSAGES = 100_000_000, 100_000


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def reproduce(
    items: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ITEM]...",
            help="Items such as fig2.4; --list shows all.",
            show_default=False,
        ),
    ] = None,
    list_items: Annotated[
        bool, typer.Option("--list", help="List the items, and what each still needs.")
    ] = False,
    all_items: Annotated[
        bool, typer.Option("--all", help="All items whose models are there.")
    ] = False,
    quick: Annotated[
        bool,
        typer.Option(
            "--quick",
            help="A smoke run: few points and errors. Pictures say so, and no report takes it.",
        ),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder for pictures and counts; points found there are not measured again.",
            show_default=f"{DEFAULT_FOLDER}, with --quick {DEFAULT_FOLDER / QUICK_FOLDER}",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write a Markdown report of all results in the folder, earlier ones too.",
        ),
    ] = None,
    jobs: Annotated[
        int,
        typer.Option(min=1, max=256, metavar="N", help="Processes, one flowgraph in each."),
    ] = 1,
    seed: Annotated[
        int,
        typer.Option(
            min=0, max=MAX_SEED, metavar="N", help="The same seed gives the same counts."
        ),
    ] = 1,
    min_errors: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=10**12,
            metavar="N",
            help="End a point at so many block errors.",
            show_default=f"{_MIN_ERRORS}, with --quick {_QUICK_ERRORS}",
        ),
    ] = None,
) -> None:
    """Make figures of the thesis again, from running flowgraphs.

    Every item writes its pictures, and the counts or points in them as CSV.
    Intervals cover the true rate with 95 % (Clopper-Pearson).
    """
    from ..flowgraphs import quiet_blocks
    from ..measurement.point import StopRule
    from ..reproduce.catalogue import all_items as known_items
    from ..reproduce.catalogue import what_is_missing
    from .reproduce_display import ReproduceDisplay

    quiet_blocks()
    display = ReproduceDisplay()
    if list_items:
        display.items((item, what_is_missing(item)) for item in known_items().values())
        return
    if quick and report is not None:
        raise typer.BadParameter(
            "found --report with --quick, expected one of them: a report holds no smoke runs"
        )
    chosen, left = _chosen(items or [], all_items, report is not None)
    folder = out or (DEFAULT_FOLDER / QUICK_FOLDER if quick else DEFAULT_FOLDER)
    _check_writable(chosen, folder, report)
    rule = StopRule(
        min_errors or (_QUICK_ERRORS if quick else _MIN_ERRORS),
        _QUICK_MESSAGES if quick else _MAX_MESSAGES,
    )
    for line in left:
        display.say(line)
    for item in chosen:
        _run(item, folder, quick, seed, rule, jobs, display)
    if report is not None:
        _report(report, folder, display)
    if left:
        raise Failure(f"left out for want of models or packages: {len(left)} of the items")


def _chosen(
    names: list[str], everything: bool, has_report: bool
) -> tuple[list[Item], list[str]]:
    """The items to run, and a line about each that cannot be run.

    Raises:
        click.UsageError: there is no such item, or none was named.
        Failure: an item that was named cannot be run.
    """
    from ..reproduce.catalogue import all_items, select, what_is_missing

    if not (names or everything or has_report):
        raise typer.BadParameter(
            "found no item, expected items, --all or --list", param_hint="ITEM"
        )
    with usage_errors():
        chosen = select(names)
    for item in chosen:
        missing = what_is_missing(item)
        if missing is not None:
            raise Failure(missing)
    if not everything:
        return chosen, []
    lacking = {item.id: what_is_missing(item) for item in all_items().values()}
    return (
        [item for item in all_items().values() if lacking[item.id] is None],
        [line for line in lacking.values() if line is not None],
    )


def _check_writable(items: list[Item], folder: Path, report: Path | None) -> None:
    """Make sure, before long work, that files can be written."""
    from ..measurement.files import ensure_writable
    from ..reproduce.record import record_file

    with usage_errors("--out"):
        for item in items:
            ensure_writable(record_file(folder, item.id))
    if report is not None:
        with usage_errors("--report"):
            ensure_writable(report)


def _run(
    item: Item,
    folder: Path,
    quick: bool,
    seed: int,
    rule: StopRule,
    jobs: int,
    display: ReproduceDisplay,
) -> None:
    """Run an item, show what came out, and keep it."""
    from ..reproduce.context import Context
    from ..reproduce.record import make_record, write_record

    def measure(campaign: Campaign, csv: Path) -> list[Row]:
        """Measure, with progress."""
        return _measure(campaign, csv, jobs)

    display.heading(item)
    context = Context(item.id, folder, quick, seed, rule, measure, display.making)
    try:
        findings = item.run(context)
        write_record(folder, make_record(item, context, findings))
    except KeyboardInterrupt:
        raise Interrupted(f"models and points that were finished are in {folder}") from None
    except (ValueError, RuntimeError, OSError) as error:
        raise Failure(f"{item.id}: {one_line(error)}") from error
    display.findings(findings)
    for kind, names in (("picture", context.pictures), ("points", context.tables)):
        for name in names:
            display.say(f"{kind}: {folder / name}")


def _measure(campaign: Campaign, csv: Path, jobs: int) -> list[Row]:
    """Measure a campaign in this process or in several; save every point."""
    from ..links import link_from_text
    from ..measurement.parallel import run_parallel_sweep
    from ..measurement.sweep import run_sweep
    from .ber_display import SweepDisplay
    from .ber_outputs import Outputs

    links = [link_from_text(model) for model in campaign.models]
    outputs = Outputs(campaign, links, csv=csv, plot=None, json=None)
    with SweepDisplay(campaign, jobs, outputs.add, csv) as display:
        try:
            if jobs == 1:
                return run_sweep(campaign, outputs.known, display)
            return run_parallel_sweep(campaign, outputs.known, display, jobs)
        except KeyboardInterrupt:
            raise Interrupted(outputs.saved()) from None


def _report(path: Path, folder: Path, display: ReproduceDisplay) -> None:
    """Write the report, and say which items are not in it."""
    from ..reproduce.catalogue import all_items
    from ..reproduce.report import write_report

    with failures():
        left = write_report(path, folder, list(all_items().values()))
    display.say(f"\nreport: {path}")
    for missing in left:
        display.say(f"not in it: {missing.item}, {missing.reason}")
