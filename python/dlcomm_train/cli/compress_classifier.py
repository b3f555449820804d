# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The part of ``compress`` that is about classifiers."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import onnx
import typer

from dlcomm_train.cli.compress_display import CompressionDisplay, print_classifier_result
from dlcomm_train.cli.options import INTERRUPTED, check_writable
from dlcomm_train.cli.techniques import Common
from dlcomm_train.compress.link import Step
from dlcomm_train.compress.single_file import (
    CompressedFile,
    compress_classifier,
    compress_file,
    on_data,
)
from dlcomm_train.compress.stepfile import write_steps
from dlcomm_train.compress.training.material import Material
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.files import write_together
from dlcomm_train.models.classifier_cards import classifier_files
from dlcomm_train.models.lookup import model_folder
from dlcomm_train.models.run_classifier import CLASSIFIER_FILE, load_classifier
from dlcomm_train.recognition.run import Validation

_SUFFIX = ".onnx"


def classifier_of(model: str, dataset: Path | None) -> Path | None:
    """The file of the classifier that `model` means; None: it is a link, or any one file.

    Args:
        model: name of a shipped model, folder, or file.
        dataset: what it shall be trained on; one file without is compressed as any network.

    Raises:
        ContractError, RuntimeError: there is no such model.
    """
    if model.endswith(_SUFFIX):
        return None if dataset is None else Path(model)
    path = model_folder(model) / CLASSIFIER_FILE
    return path if path.exists() else None


def classifier_common(
    shared: Mapping[str, Any],
    teachers: Sequence[str] | None,
    seeds: Sequence[int] | None,
    no_retraining: bool,
) -> Common:
    """What options say about all steps of a classifier.

    Args:
        shared: settings of every retraining that are given.
        teachers: classifiers to learn from.
        seeds: one at most.
        no_retraining: never train.

    Raises:
        typer.BadParameter: there are several seeds.
    """
    if seeds and len(seeds) > 1:
        raise typer.BadParameter(
            f"found {len(seeds)}, expected one with a classifier", param_hint="--seed"
        )
    retraining = dict(shared)
    if teachers:
        retraining["teachers"] = tuple(teachers)
    if seeds:
        retraining["seed"] = seeds[0]
    return Common(retraining, no_retraining, {}, on_data=True)


def compress_one_classifier(
    source: Path,
    out: Path,
    dataset: Path | None,
    steps: Sequence[Step],
    name: str,
    write_config: Path | None,
) -> None:
    """Compress a classifier, write its folder, and print a table.

    Args:
        source: its file.
        out: folder of the result.
        dataset: what to train on; None: nothing is trained.
        steps: the steps.
        name: of the result.
        write_config: file that gets the steps.
    """
    if out.resolve() in (source.resolve().parent, source.resolve()):
        raise typer.BadParameter("is the folder of the model itself", param_hint="--out")
    check_writable(out)
    model, about = load_classifier(source)
    chosen = [on_data(step) for step in steps]
    if write_config is not None:
        write_steps(write_config, chosen)
    rates = None
    try:
        with CompressionDisplay() as display:
            if dataset is None:
                result = compress_file(model, chosen, name, display.update)
            else:
                data = Dataset.open(dataset)
                result = compress_classifier(model, chosen, data, name, display.update)
                rates = _validated(Material.of(model, about, data), model, result)
    except KeyboardInterrupt:
        print("interrupted: nothing is written", file=sys.stderr)
        sys.exit(INTERRUPTED)
    files = classifier_files(out, result.model, name=name)
    write_together(files)
    print_classifier_result((source, out / CLASSIFIER_FILE), result, rates)


def _validated(
    material: Material, before: onnx.ModelProto, result: CompressedFile
) -> tuple[Validation, Validation]:
    return material.validate(before), material.validate(result.model)
