# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``classifier``: train one modulation classifier."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import torch
import typer
from pydantic import ValidationError

from dlcomm_train.cli.classifier_display import ClassifierDisplay
from dlcomm_train.cli.options import INTERRUPTED, Device, OutOption, check_writable, option
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.splits import Kind
from dlcomm_train.files import write_together
from dlcomm_train.models.classifier_cards import classifier_files
from dlcomm_train.recognition.catalogue import CLASSIFIERS
from dlcomm_train.recognition.config import Architecture, ClassifierConfig
from dlcomm_train.recognition.train import train_classifier
from dlcomm_train.training.checkpoints import SUFFIX, Checkpoints

_option = partial(option, ClassifierConfig)


def classifier(
    dataset: Annotated[
        Path, typer.Option(help="Data set to learn from.", metavar="DIR")
    ],
    out: OutOption,
    recipe: Annotated[
        str | None,
        typer.Option(help="Start from the recipe of this shipped model.", metavar="NAME"),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="JSON file with the recipe; options given here win.", metavar="FILE"),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the model.")] = None,
    architecture: Annotated[
        Architecture | None,
        _option(
            "architecture",
            "compact: separable convolutions; vtcnn2, vtcnn2_teacher: those of the thesis.",
        ),
    ] = None,
    channels: Annotated[
        str | None,
        _option("channels", "Channels of the first convolution and every block: 16,16,..."),
    ] = None,
    strides: Annotated[str | None, _option("strides", "Their strides: 1,2,...")] = None,
    kernels: Annotated[
        str | None,
        _option("kernels", "Length of the filters of the first convolution and of blocks."),
    ] = None,
    taps: Annotated[int | None, _option("taps", "So many last blocks are pooled.")] = None,
    dropout: Annotated[float | None, _option("dropout", "Share left out.")] = None,
    dense_dropout: Annotated[
        float | None,
        typer.Option(
            help="The same between dense layers of the thesis's networks.",
            show_default="as behind convolutions",
        ),
    ] = None,
    epochs: Annotated[int | None, _option("epochs", "Passes over the data.")] = None,
    train_windows: Annotated[
        int | None, typer.Option(help="Train on so many windows.", show_default="all")
    ] = None,
    batch: Annotated[int | None, _option("batch", "Windows per step.")] = None,
    learning_rate: Annotated[
        float | None, _option("learning_rate", "Peak of the one-cycle schedule.")
    ] = None,
    label_smoothing: Annotated[
        float | None, _option("label_smoothing", "Share of the target spread over all.")
    ] = None,
    rotate: Annotated[bool | None, _option("rotate", "Turn windows by random phases.")] = None,
    mirror: Annotated[bool | None, _option("mirror", "Mirror spectrum and time.")] = None,
    teacher: Annotated[
        list[Path] | None,
        typer.Option(help="Classifier to learn from (repeatable).", metavar="FILE"),
    ] = None,
    temperature: Annotated[
        float | None, typer.Option(help="With --teacher: of the soft loss.", show_default="2")
    ] = None,
    weight: Annotated[
        float | None,
        typer.Option(help="With --teacher: share of the true classes.", show_default="0.3"),
    ] = None,
    seed: Annotated[int | None, _option("seed", "Of everything random.")] = None,
    split: Annotated[
        Kind | None, _option("split", "burst, or window: as published, but leaky.")
    ] = None,
    bfloat16: Annotated[
        bool | None, _option("bfloat16", "Compute with bfloat16: faster with AVX-512.")
    ] = None,
    device: Annotated[
        Device, typer.Option(help="Where to train; only cpu repeats itself to the bit.")
    ] = "cpu",
    threads: Annotated[int, typer.Option(min=1, help="Threads; part of what repeats.")] = 2,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the checkpoint in OUT.")
    ] = False,
) -> None:
    """Train a modulation classifier."""
    given = {
        "name": name,
        "architecture": architecture,
        "channels": _numbers(channels, "--channels"),
        "strides": _numbers(strides, "--strides"),
        "kernels": _numbers(kernels, "--kernels"),
        "taps": taps,
        "dropout": dropout,
        "dense_dropout": dense_dropout,
        "epochs": epochs,
        "train_windows": train_windows,
        "batch": batch,
        "learning_rate": learning_rate,
        "label_smoothing": label_smoothing,
        "rotate": rotate,
        "mirror": mirror,
        "seed": seed,
        "split": split,
        "bfloat16": bfloat16,
    }
    given = {key: value for key, value in given.items() if value is not None}
    teaching = {"temperature": temperature, "weight": weight}
    teaching = {key: value for key, value in teaching.items() if value is not None}
    teachers = teacher or []
    if teaching and not teachers:
        raise typer.BadParameter("expected --teacher with --temperature and --weight")
    if teachers:
        given["teaching"] = {"models": [path.stem for path in teachers]} | teaching
    found = _config(recipe, config, given)
    if found.teaching and len(found.teaching.models) != len(teachers):
        raise typer.BadParameter(
            f"found {len(teachers)}, expected the files of {', '.join(found.teaching.models)}",
            param_hint="--teacher",
        )
    if device == "cuda" and not torch.cuda.is_available():
        raise typer.BadParameter("torch finds no CUDA device here", param_hint="--device")
    check_writable(out)
    torch.set_num_threads(threads)
    checkpoints = Checkpoints(out / (found.name + SUFFIX), 1, resume)
    try:
        with ClassifierDisplay(found.name) as display:
            trained = train_classifier(
                found, Dataset.open(dataset), teachers, display.update, checkpoints, device
            )
    except KeyboardInterrupt:
        kept = checkpoints.path.exists()
        hint = "the same command with --resume goes on" if kept else "no checkpoint yet"
        print(f"interrupted: {hint}", file=sys.stderr)
        sys.exit(INTERRUPTED)
    write_together(classifier_files(out / found.name, trained.model, trained.history))
    checkpoints.remove()


def _numbers(text: str | None, hint: str) -> tuple[int, ...] | None:
    """The whole numbers in a text like 16,16,24.

    Raises:
        typer.BadParameter: there is something else in it.
    """
    if text is None:
        return None
    try:
        return tuple(int(part) for part in text.split(","))
    except ValueError:
        raise typer.BadParameter(
            f"found {text!r}, expected whole numbers like 16,16,24", param_hint=hint
        ) from None


def _config(
    recipe: str | None, path: Path | None, given: dict[str, Any]
) -> ClassifierConfig:
    """The recipe that the command line means.

    Raises:
        typer.BadParameter: there is no such recipe, or it is impossible.
    """
    entries: dict[str, Any] = {"name": "classifier"}
    if recipe is not None:
        if recipe not in CLASSIFIERS:
            raise typer.BadParameter(
                f"found {recipe}, expected one of {', '.join(CLASSIFIERS)}",
                param_hint="--recipe",
            )
        entries = CLASSIFIERS[recipe].config.model_dump()
    try:
        if path is not None:
            text = path.read_bytes()
            entries |= ClassifierConfig.model_validate_json(text).model_dump()
        if "teaching" in given:
            given = given | {"teaching": (entries.get("teaching") or {}) | given["teaching"]}
        return ClassifierConfig(**(entries | given))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        message = first["msg"].removeprefix("Value error, ")
        raise typer.BadParameter(f"{where}: {message}" if where else message) from None
