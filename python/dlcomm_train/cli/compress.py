# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``compress``: make a trained link smaller."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from dlcomm_train.channels.text import AWGN
from dlcomm_train.cli.compress_classifier import (
    classifier_common,
    classifier_of,
    compress_one_classifier,
)
from dlcomm_train.cli.compress_display import (
    CompressionDisplay,
    print_file_result,
    print_result,
)
from dlcomm_train.cli.options import INTERRUPTED, check_writable
from dlcomm_train.cli.techniques import Common, chosen_steps
from dlcomm_train.compress.budgets.paired import Comparison, Counts
from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.link import Link, Step
from dlcomm_train.compress.pipeline import Compressed, compress_and_count
from dlcomm_train.compress.single_file import compress_file
from dlcomm_train.compress.stepfile import read_steps, write_steps
from dlcomm_train.models.lookup import model_folder
from dlcomm_train.models.pairs import Pair
from dlcomm_train.training.config import NAME_PATTERN

FILE_SUFFIX = ".onnx"
TABLE_SEED = 13_000_027
"""Seed of the noise of the table: apart from those of training and of budgets."""


def compress(
    context: typer.Context,
    model: Annotated[
        str,
        typer.Argument(
            help="A shipped model's name, a model's folder, or one .onnx file (steps that do "
            "not train)."
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            help="Folder that gets the files of the model; of one file, the file.",
            metavar="F",
        ),
    ],
    max_bler_increase: Annotated[
        float | None,
        typer.Option(
            help="For a strength of auto: the strongest whose block error rate is at most "
            "1 + this times that before the step."
        ),
    ] = None,
    budget_ebn0: Annotated[
        float | None,
        typer.Option(help="Eb/N0 in dB of that.", show_default="that of the training"),
    ] = None,
    dataset: Annotated[
        Path | None,
        typer.Option(
            help="Of a classifier: data set to train, calibrate and validate on.",
            metavar="DIR",
        ),
    ] = None,
    no_retraining: Annotated[
        bool, typer.Option("--no-retraining", help="Never train; needs no recipe.")
    ] = False,
    steps: Annotated[
        int | None,
        typer.Option(help="Steps of every retraining, both networks.", show_default="2000"),
    ] = None,
    receiver_steps: Annotated[
        int | None,
        typer.Option(help="Further ones of the decoder alone.", show_default="1000"),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            help="Peak of the one-cycle schedule of every retraining.",
            show_default="0.01; of a classifier 0.002",
        ),
    ] = None,
    epochs: Annotated[
        int | None,
        typer.Option(help="Of a classifier: epochs of every retraining.", show_default="5"),
    ] = None,
    train_windows: Annotated[
        int | None,
        typer.Option(
            help="Of a classifier: train on so many windows.",
            show_default="as many as the recipe",
        ),
    ] = None,
    teacher: Annotated[
        list[str] | None,
        typer.Option(
            help="Of a classifier: one to learn from, or self: as it was before (repeatable).",
            metavar="FILE",
        ),
    ] = None,
    batch: Annotated[
        int | None,
        typer.Option(
            help="Messages, or windows, per step.", show_default="4096; of a classifier 256"
        ),
    ] = None,
    seed: Annotated[
        list[int] | None,
        typer.Option(
            help="Seed of every retraining (repeatable: the best is kept).", show_default="1"
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="JSON file with the steps, instead of options.", metavar="FILE"),
    ] = None,
    write_config: Annotated[
        Path | None,
        typer.Option(help="Write the complete steps to this file, too.", metavar="FILE"),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="Name of the result.", show_default="that of folder F")
    ] = None,
    ebn0: Annotated[
        float | None,
        typer.Option(
            min=-20.0,
            max=40.0,
            help="Eb/N0 in dB of the table.",
            show_default="that of the training",
        ),
    ] = None,
    min_errors: Annotated[
        int, typer.Option(min=1, help="Block errors to count for the table, of each.")
    ] = 2000,
    max_messages: Annotated[
        int, typer.Option(min=1, help="Messages at most for the table.")
    ] = 10_000_000,
) -> None:
    """Compress a model by one technique or several, one after the other.

    Steps are carried out in the order in which their options are given, and an option can
    be given again. Any setting of a step can follow its strength:
    --prune 0.8,scope=layer,retraining.steps=500.
    """
    of_links = {"steps": steps, "receiver_steps": receiver_steps}
    of_classifiers = {"epochs": epochs, "train_windows": train_windows}
    shared = {"learning_rate": learning_rate, "batch": batch}
    budget = {"max_bler_increase": max_bler_increase, "budget_ebn0_db": budget_ebn0}
    source = classifier_of(model, dataset)
    if source is not None:
        _refuse({**of_links, **budget, "ebn0": ebn0}, "a classifier")
        retraining = _given(shared | of_classifiers)
        common = classifier_common(retraining, teacher, seed, no_retraining)
        chosen = _steps(context, config, common)
        compress_one_classifier(source, out, dataset, chosen, _name(out, name), write_config)
        return
    _refuse({**of_classifiers, "dataset": dataset, "teacher": teacher}, "a link")
    retraining = shared | of_links | {"seeds": tuple(seed) if seed else None}
    common = Common(_given(retraining), no_retraining, _given(budget))
    chosen = _steps(context, config, common)
    if model.endswith(FILE_SUFFIX):
        _compress_one(Path(model), out, chosen, name, write_config)
        return
    name = _name(out, name)
    source = model_folder(model)
    _check_out(out, source)
    pair = Pair.load(source)
    if write_config is not None:
        write_steps(write_config, chosen)
    written = False
    try:
        with CompressionDisplay() as display:
            result = compress_and_count(pair, chosen, name, display.update)
            result.pair.save(out)
            written = True
            rule = (min_errors, max_messages)
            measured = _measure(pair, result, ebn0, rule, display)
    except KeyboardInterrupt:
        what = f"{out} is written, but not measured" if written else "nothing is written"
        print(f"interrupted: {what}", file=sys.stderr)
        sys.exit(INTERRUPTED)
    print_result((source, out), result, measured)


def _compress_one(
    source: Path, out: Path, chosen: list[Step], name: str | None, write_config: Path | None
) -> None:
    """Compress one file by steps that do not train; nothing is measured."""
    if out.suffix != FILE_SUFFIX:
        raise typer.BadParameter(
            f"found {out.name}, expected a {FILE_SUFFIX} file: the model is one file",
            param_hint="--out",
        )
    if out.resolve() == source.resolve():
        raise typer.BadParameter("is the file of the model itself", param_hint="--out")
    check_writable(out.parent)
    if name is not None:
        _name(out, name)
    if write_config is not None:
        write_steps(write_config, chosen)
    with CompressionDisplay() as display:
        result = compress_file(source, chosen, name, display.update)
    result.save(out)
    print_file_result(source, out, result)


def _refuse(options: dict[str, Any], model: str) -> None:
    """Stop where options are given that mean nothing to such a model.

    Raises:
        typer.BadParameter: one is given.
    """
    for name in _given(options):
        raise typer.BadParameter(
            f"is of no use for {model}", param_hint="--" + name.replace("_", "-")
        )


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in options.items() if value is not None}


def _steps(context: typer.Context, config: Path | None, common: Common) -> list[Step]:
    """The steps of the options or of the file.

    Raises:
        typer.BadParameter: there are none, there are both, or one is impossible.
    """
    chosen = chosen_steps(context, common)
    if config is None:
        if not chosen:
            raise typer.BadParameter("no technique is chosen, expected one, as --quantize 4")
        return chosen
    if chosen or common.retraining or common.no_retraining or common.budget:
        raise typer.BadParameter(
            "holds all steps and their settings, expected no options of steps beside it",
            param_hint="--config",
        )
    try:
        return read_steps(config)
    except CompressError as error:
        raise typer.BadParameter(str(error), param_hint="--config") from None


def _name(out: Path, name: str | None) -> str:
    """The result's name, from its folder where none is given."""
    found = out.resolve().name if name is None else name
    if not re.match(NAME_PATTERN, found):
        raise typer.BadParameter(
            f"found {found!r}, expected letters, digits, '_', '.' and '-'", param_hint="--name"
        )
    return found


def _check_out(out: Path, source: Path) -> None:
    """Find out before the work whether the result can be written."""
    if out.suffix == FILE_SUFFIX:
        raise typer.BadParameter(
            f"found {out.name}, expected a folder: a link is two files", param_hint="--out"
        )
    if out.resolve() == source.resolve():
        raise typer.BadParameter("is the folder of the model itself", param_hint="--out")
    check_writable(out)


def _measure(
    pair: Pair,
    result: Compressed,
    ebn0_db: float | None,
    rule: tuple[int, int],
    display: CompressionDisplay,
) -> tuple[str, Counts] | None:
    """Where error rates are measured, and the counts; None where no channel is known."""
    link, counts = Link.read(pair), Counts()
    try:
        channel, ebn0_db = link.channel("table", ebn0_db, "--ebn0")
    except CompressError:
        return None
    min_errors, max_messages = rule
    stream = Comparison(pair, channel, TABLE_SEED).counts(result.pair)
    while min(counts.before, counts.after) < min_errors and counts.sent < max_messages:
        counts = next(stream)
        done = max(min(counts.before, counts.after) / min_errors, counts.sent / max_messages)
        display.update("block error rates", min(done, 1.0))
    return f"{link.config.channel if link.config else AWGN} at {ebn0_db:g} dB", counts
