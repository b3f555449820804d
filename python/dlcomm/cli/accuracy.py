# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm accuracy``: how often classifiers are right over SNR, counted in flowgraphs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .errors import Interrupted, failures, usage_errors
from .options import seed_number

if TYPE_CHECKING:
    from dlcomm_train.datasets.splits import Kind, Part

    from ..recognition.accuracy import Accuracy
    from .accuracy_outputs import AccuracyOutputs

app = typer.Typer(add_completion=False)


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def accuracy(
    model: Annotated[
        list[str],
        typer.Option(
            metavar="MODEL",
            help="Classifier to measure: a name, a folder or its file. Repeat it to compare "
            "several.",
            show_default=False,
        ),
    ],
    dataset: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the data set.", show_default=False)
    ],
    split: Annotated[
        str,
        typer.Option(metavar="PART", help="Part of the data set: train, validation or test."),
    ] = "test",
    window_split: Annotated[
        bool,
        typer.Option(
            "--window-split",
            help="Split by windows, as in published experiments, and not by bursts. This "
            "leaks: a network knows bursts of every part. Results say so.",
        ),
    ] = False,
    seed: Annotated[
        int,
        typer.Option(
            parser=seed_number,
            metavar="N",
            help="Seed of the split; the one that the classifiers were trained with.",
        ),
    ] = 1,
    csv: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write all counts, a row a class and SNR label."),
    ] = None,
    json: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write counts and rates as JSON; `python -m dlcomm_train record-accuracy` "
            "reads it.",
        ),
    ] = None,
    png: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Draw the curves over SNR: .png, .pdf or .svg."
        ),
    ] = None,
    confusion: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw the confusion matrices: .png, .pdf or .svg."),
    ] = None,
) -> None:
    """Measure how often classifiers are right over SNR, in flowgraphs.

    Each classifier is one flowgraph: windows of the data set, classifier, counter.
    Overall is the mean over the SNR labels, peak the best of them.
    Brackets are 95 % intervals (Clopper-Pearson), wider where windows of one burst are right
    or wrong together.
    """
    from ..flowgraphs import quiet_blocks
    from .accuracy_outputs import AccuracyOutputs

    quiet_blocks()
    models = list(dict.fromkeys(model))
    kind: Kind = "window" if window_split else "burst"
    with usage_errors():
        if split not in ("train", "validation", "test"):
            raise ValueError(
                f"--split: found {split!r}, expected train, validation or test"
            )
    windows = _check(models, dataset, split, kind, seed)
    with usage_errors():
        outputs = AccuracyOutputs(csv=csv, json=json, png=png, confusion=confusion)
    _run(models, dataset, split, kind, seed, windows, outputs)


def _check(models: list[str], folder: Path, part: Part, kind: Kind, seed: int) -> int:
    """Make sure, before long work, that every classifier can be measured.

    Returns:
        Windows of the part.

    Raises:
        click.UsageError: there is no such data set or it cannot be split, or a classifier
            cannot be loaded or does not fit.
    """
    from dlcomm_train.datasets.dataset import Dataset
    from dlcomm_train.datasets.splits import split

    from ..recognition.measure import fitting_classifier

    with usage_errors("--dataset"):
        dataset = Dataset.open(folder)
        windows = len(split(dataset, kind, seed).part(part))
    for name in models:
        with usage_errors("--model"):
            if not name.isprintable():
                # It would break rows, files and messages into pieces.
                raise ValueError(f"found {name!r}, expected printable characters")
            fitting_classifier(name, dataset, kind, seed)
    return windows


def _run(
    models: list[str],
    dataset: Path,
    split: Part,
    kind: Kind,
    seed: int,
    windows: int,
    outputs: AccuracyOutputs,
) -> None:
    """Measure one classifier after the other, saving after each; show all at the end."""
    from ..recognition.measure import measure
    from .accuracy_display import print_accuracies
    from .dataset_display import progress_bar

    results: list[Accuracy] = []
    with failures():
        try:
            with progress_bar("windows", windows * len(models)) as show:
                for number, name in enumerate(models):
                    results.append(
                        measure(
                            name, dataset, split, seed,
                            lambda done, total, number=number: show(number * total + done),
                            kind,
                        )  # fmt: skip
                    )
                    outputs.save(results)
        except KeyboardInterrupt:
            raise Interrupted(outputs.saved(results)) from None
        print_accuracies(results)
        outputs.draw(results)
    for line in outputs.written():
        print(line)
