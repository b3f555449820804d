# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm dataset``: sets of labelled windows, made, brought in, looked at, handed on."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .errors import Failure, Interrupted, failures, usage_errors
from .options import MAX_JOBS, count, seed_number

if TYPE_CHECKING:
    from dlcomm_train.datasets.checks import Check
    from dlcomm_train.datasets.dataset import Dataset
    from dlcomm_train.datasets.summary import Summary

    from ..dataset.settings import GenerateSettings

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Profile = Literal["historical", "calibrated"]

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="Folder of a data set.")]


@app.callback()
def _dataset() -> None:
    """Data sets for modulation recognition: regenerate, load, inspect, export."""


@app.command()
def generate(
    out: Annotated[
        Path,
        typer.Option(metavar="DIR", help="Folder of the data set. What was begun goes on."),
    ],
    profile: Annotated[
        Profile,
        typer.Option(
            help="calibrated: true SNRs, settled windows, a channel for each burst; "
            "historical: as in 2016, to compare with published figures.",
        ),
    ] = "calibrated",
    windows_per_cell: Annotated[
        int,
        typer.Option(
            parser=count, metavar="N", help="Windows of every class at every SNR label."
        ),
    ] = 1000,
    modulations: Annotated[
        str | None,
        typer.Option(metavar="A,B,...", help="Some of the classes.", show_default="all 11"),
    ] = None,
    snrs: Annotated[
        str | None,
        typer.Option(
            metavar="DB",
            help="SNR labels: A,B,... or START:STOP:STEP.",
            show_default="-20:18:2",
        ),
    ] = None,
    seed: Annotated[
        int,
        typer.Option(parser=seed_number, metavar="N", help="What everything is drawn from."),
    ] = 1,
    jobs: Annotated[
        int,
        typer.Option(
            min=1,
            max=MAX_JOBS,
            metavar="N",
            help="Processes; the result does not depend on it.",
            show_default="one a processor",
        ),
    ] = min(os.cpu_count() or 1, MAX_JOBS),
    sigmf: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write SigMF recordings as well, one a class."),
    ] = None,
) -> None:
    """Regenerate RadioML 2016.10a with GNU Radio.

    Interrupted with Ctrl-C, the same command goes on where it was. Where the set is there
    already, made with the same settings, there is nothing to do.
    """
    from .dataset_input import chosen_settings, must_be_made_of

    settings = chosen_settings(profile, windows_per_cell, modulations, snrs, seed)
    if sigmf is not None:
        _must_be_new("--sigmf", sigmf)
    if out.exists():
        must_be_made_of(_open(out), settings)
        print(f"{out}: is there already")
    else:
        _generate(out, settings, jobs)
    if sigmf is not None:
        _export(_open(out), sigmf)


@app.command()
def load(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="RML2016.10a_dict.pkl, as published.")
    ],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the data set; must not exist.")
    ],
    any_file: Annotated[
        bool,
        typer.Option(
            "--any-file",
            help="Take a file of the same form with another check sum, as an unverified set.",
        ),
    ] = False,
) -> None:
    """Bring in RadioML 2016.10a from its pickle, of which nothing is run."""
    from dlcomm_train.datasets.dataset import write_dataset
    from dlcomm_train.datasets.radioml_pickle import load_radioml

    _must_be_new("--out", out)
    if not file.exists():
        with usage_errors():
            raise ValueError(f"{file}: no such file, expected RML2016.10a_dict.pkl")
    with failures():
        loaded = load_radioml(file, any_file)
        write_dataset(out, loaded.manifest, loaded.windows, loaded.index)
    print(f"{out}: {len(loaded.index):,} windows, {loaded.manifest.label}")
    print(loaded.manifest.note)


@app.command()
def inspect(
    folder: Folder,
    png: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Picture of example windows, spectra and powers: .png, .pdf or .svg.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write JSON for programs to read.")
    ] = False,
) -> None:
    """Show what a data set holds, and check that it is what its manifest says.

    The exit status is 1 where a check fails.
    """
    from dlcomm_train.datasets.checks import check
    from dlcomm_train.datasets.summary import summarize

    if png is not None:
        from ..measurement.files import ensure_writable
        from ..measurement.plot import plot_format

        with usage_errors("--png"):
            plot_format(png)
            ensure_writable(png)
    dataset = _open(folder)
    with failures():
        summary = summarize(dataset)
        checks = check(dataset, summary)
        if png is not None:
            from ..dataset.picture import write_picture

            write_picture(png, dataset, summary)
    if as_json:
        json.dump(_as_json(dataset, summary, checks), sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        from .dataset_display import print_summary

        print_summary(dataset, summary, checks)
    failed = [one for one in checks if not one.passed]
    if failed:
        raise Failure(f"{folder}: {failed[0].name}: {failed[0].found}")


@app.command()
def export(
    folder: Folder,
    sigmf: Annotated[
        Path,
        typer.Option(
            metavar="DIR",
            help="Folder for SigMF recordings, one a class; must not exist.",
        ),
    ],
) -> None:
    """Write a data set as SigMF recordings, with an annotation for every window."""
    _must_be_new("--sigmf", sigmf)
    _export(_open(folder), sigmf)


def _generate(out: Path, settings: GenerateSettings, jobs: int) -> None:
    """Make a data set, with progress."""
    from ..dataset.generate import generate as make
    from ..dataset.generate import work_folder
    from .dataset_display import progress_bar

    total = len(settings.cells) * settings.windows_per_cell
    try:
        with failures(), progress_bar(settings.profile, total) as done:
            make(out, settings, lambda ready, _: done(ready), jobs)
    except KeyboardInterrupt:
        raise Interrupted(
            f"the same command goes on; {work_folder(out)} keeps what is done"
        ) from None
    print(f"{out}: {total:,} windows, {_open(out).manifest.label}")


def _export(dataset: Dataset, folder: Path) -> None:
    """Write SigMF recordings, with progress."""
    from ..dataset.sigmf_export import write_sigmf
    from .dataset_display import progress_bar

    classes = dataset.manifest.modulations
    with failures(), progress_bar("SigMF", len(classes)) as done:
        write_sigmf(dataset, folder, lambda name: done(classes.index(name) + 1))
    print(f"{folder}: {len(classes)} recordings, {len(dataset.index):,} annotations")


def _open(folder: Path) -> Dataset:
    """The data set in a folder.

    Raises:
        click.UsageError: there is none.
    """
    from dlcomm_train.datasets.dataset import Dataset

    with usage_errors():
        return Dataset.open(folder)


def _must_be_new(option: str, folder: Path) -> None:
    """Make sure, before long work, that a folder can be made.

    Raises:
        click.UsageError: it is there already.
    """
    with usage_errors(option):
        if folder.exists():
            raise ValueError(f"{folder}: exists, expected a new name")


def _as_json(dataset: Dataset, summary: Summary, checks: list[Check]) -> dict[str, Any]:
    """What a data set holds, for programs. Powers that are not there are null."""
    import numpy as np

    power = np.where(np.isfinite(summary.power), summary.power, None)
    return {
        "folder": str(dataset.folder),
        "label": dataset.manifest.label,
        "manifest": dataset.manifest.model_dump(),
        "windows": len(dataset.index),
        "counts": summary.counts.tolist(),
        "bursts": summary.bursts.tolist(),
        "mean_power": power.tolist(),
        "checks": [vars(one) for one in checks],
    }
