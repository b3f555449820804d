# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training a classifier on a data set, and writing it down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from dlcomm_train.contract import Contract
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.splits import split
from dlcomm_train.models.export_classifier import classifier_model
from dlcomm_train.provenance import versions
from dlcomm_train.recognition.batches import Windows
from dlcomm_train.recognition.config import ClassifierConfig
from dlcomm_train.recognition.run import ClassifierRun, Lesson, Validation
from dlcomm_train.recognition.teachers import Teacher, Teachers, teacher_hash
from dlcomm_train.training.checkpoints import Checkpoints

Progress = Callable[["Report"], None]


@dataclass(frozen=True)
class Report:
    """Where a training is.

    Attributes:
        step: batches so far.
        steps: batches of all epochs.
        epoch: epochs done.
        last: the last validation.
        resumed: whether an earlier run took these steps.
    """

    step: int
    steps: int
    epoch: int
    last: Validation
    resumed: bool = False


@dataclass(frozen=True)
class TrainedClassifier:
    """A trained classifier.

    Attributes:
        model: the ONNX model, recipe inside.
        network: the network that it was made of, on the CPU.
        history: every validation.
    """

    model: onnx.ModelProto
    network: torch.nn.Module
    history: tuple[Validation, ...]


def train_classifier(
    config: ClassifierConfig,
    dataset: Dataset,
    teachers: Sequence[Path] = (),
    progress: Progress | None = None,
    checkpoints: Checkpoints | None = None,
    device: str = "cpu",
) -> TrainedClassifier:
    """Train one classifier.

    Args:
        config: the recipe.
        dataset: what to learn from.
        teachers: files, or folders, of the classifiers in ``config.teaching``, in that order.
        progress: told where the training is, now and then.
        checkpoints: where to keep the state; left out, nothing is kept.
        device: ``cpu``, or any device that torch knows.

    Raises:
        CheckpointError: the checkpoint to go on from is unusable.
        ContractError: a teacher is unusable or knows other classes.
        DatasetError: the data set cannot be split.
        DivergedError: the loss became infinite or NaN.
        OSError: a checkpoint cannot be written.
    """
    lesson = make_lesson(config, dataset, teachers, torch.device(device))
    run = ClassifierRun(config, lesson, torch.device(device))
    tell = progress or (lambda _: None)

    def report(step: int) -> Report:
        return Report(step, config.epochs * run.steps, run.total_steps, run.last)

    if checkpoints is not None and checkpoints.resume:
        checkpoints.restore(run)
        tell(replace(report(run.total_steps * run.steps), resumed=True))
    while not run.finished:
        run.epoch(lambda step: tell(report(step)))
        if checkpoints is not None:
            checkpoints.keep(run)
        tell(report(run.total_steps * run.steps))
    network = run.finish()
    recipe = {
        "kind": "trained",
        "config": config.model_dump(mode="json", exclude={"name"}),
        "optimiser": "AdamW, one-cycle learning rate",
        "data": origin(dataset),
        "train_windows": len(lesson.train),
        "epochs": run.total_steps,
        "validation": asdict(run.best),
        "versions": versions("torch", "onnx", *(["onnxruntime"] if teachers else [])),
    }
    if device != "cpu":
        recipe["device"] = device
    about = Contract(
        "classifier",
        labels=dataset.manifest.modulations,
        window=dataset.manifest.window,
        recipe=recipe,
    )
    model = classifier_model(network, about, config.name)
    return TrainedClassifier(model, network, tuple(run.history))


def origin(dataset: Dataset) -> dict[str, Any]:
    """What a recipe says about the data set."""
    manifest = dataset.manifest
    return {
        "set": manifest.label,
        "windows": len(dataset.index),
        "bursts": manifest.bursts,
        "seed": manifest.seed,
        "sha256": manifest.sha256,
    }


def make_lesson(
    config: ClassifierConfig,
    dataset: Dataset,
    teachers: Sequence[Teacher],
    device: torch.device,
) -> Lesson:
    """What is to be learned from a data set.

    Args:
        config: the recipe.
        dataset: the data set.
        teachers: several teach together.
        device: where the windows are kept.

    Raises:
        ContractError: a teacher is unusable or knows other classes.
        DatasetError: the data set cannot be split.
    """
    parts = split(dataset, config.split, config.split_seed)
    places = parts.train
    if config.train_windows is not None and config.train_windows < len(places):
        rng = np.random.default_rng([config.split_seed, config.train_windows])
        places = np.sort(rng.choice(places, config.train_windows, replace=False))
    train = Windows.load(dataset, places, device)
    return Lesson(
        train,
        Windows.load(dataset, parts.validation, device),
        len(dataset.manifest.modulations),
        Teachers(teachers, dataset.manifest) if teachers else None,
        {f"data.{key}": value for key, value in origin(dataset).items()}
        | {f"teacher.{i}": teacher_hash(x) for i, x in enumerate(teachers)},
    )
