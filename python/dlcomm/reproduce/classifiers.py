# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classifiers and data sets of the items on modulation recognition.

They are made once and kept in the folder of the results: the set of 2016 in two minutes, the
networks of the thesis in hours. A folder ``models/NAME`` that was put there and says that it
has the same recipe and the same data is taken as it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ..dlcomm_python import model_file
from ..links import models
from .context import Context

if TYPE_CHECKING:
    from dlcomm_train.recognition.config import ClassifierConfig

DATA, MODELS = "data", "models"
_QUICK_SNRS = (-6, 6, 18)
_QUICK_WINDOWS = 260
_QUICK = {"epochs": 1, "train_windows": 2000, "bfloat16": False}


def dataset_folder(context: Context, profile: str) -> Path:
    """The regenerated data set, made if it is not there; a small one in a smoke run.

    Raises:
        DatasetError, OSError: it cannot be made.
    """
    from ..dataset.generate import generate
    from ..dataset.settings import GenerateSettings

    folder = context.folder / DATA / profile
    if not folder.exists():
        settings = GenerateSettings(profile=profile)
        if context.quick:
            settings = GenerateSettings(
                profile=profile, windows_per_cell=_QUICK_WINDOWS, snrs_db=_QUICK_SNRS
            )
        with context.making(f"data set, {profile}") as progress:
            generate(folder, settings, lambda done, all_: progress("generate", done / all_))
    return folder


def classifier(context: Context, name: str) -> str:
    """A classifier of the catalogue: the shipped one, or one that is trained if need be.

    Returns:
        What the block ``modulation_classifier_c`` takes.

    Raises:
        ValueError, RuntimeError, OSError: it cannot be trained; one line.
    """
    from dlcomm_train.datasets.dataset import Dataset
    from dlcomm_train.files import write_together
    from dlcomm_train.models.classifier_cards import classifier_files
    from dlcomm_train.recognition.catalogue import CLASSIFIERS
    from dlcomm_train.recognition.train import train_classifier
    from dlcomm_train.training.checkpoints import SUFFIX, Checkpoints

    if name in models("classifier") and not context.quick:
        return name
    recipe = CLASSIFIERS[name]
    config = recipe.config.model_copy(update=_QUICK) if context.quick else recipe.config
    dataset = Dataset.open(dataset_folder(context, recipe.profile))
    target = context.folder / MODELS / name
    context.trained = True
    if not _is_made_so(target, config, dataset):
        names = config.teaching.models if config.teaching else ()
        teachers = [Path(classifier(context, teacher)) for teacher in names]
        kept = target.with_suffix(SUFFIX)
        checkpoints = Checkpoints(kept, 1, resume=kept.exists())
        with context.making(name) as progress:
            trained = train_classifier(
                config,
                dataset,
                teachers,
                lambda report: progress("train", report.step / report.steps),
                checkpoints,
            )
        write_together(classifier_files(target, trained.model, trained.history))
        checkpoints.remove()
    return str(target)


def _is_made_so(target: Path, config: ClassifierConfig, dataset: object) -> bool:
    """Whether a classifier is there, of this recipe and trained on this data set."""
    from dlcomm_train.contract import ContractError
    from dlcomm_train.models.run_classifier import load_classifier
    from dlcomm_train.recognition.config import recorded_config
    from dlcomm_train.recognition.train import origin

    try:
        _, about = load_classifier(target)
    except (ContractError, OSError):
        return False
    recorded = recorded_config(about.recipe, config.name)
    return (recorded, about.recipe.get("data")) == (config, origin(dataset))


def int8_classifier(context: Context, name: str) -> str:
    """A classifier of the catalogue with int8 weights and activations.

    Returns:
        What the block ``modulation_classifier_c`` takes: the shipped one, where there is one.

    Raises:
        ValueError, RuntimeError, OSError: it cannot be made; one line.
    """
    from dlcomm_train.datasets.dataset import Dataset
    from dlcomm_train.files import write_together
    from dlcomm_train.models.classifier_cards import classifier_files
    from dlcomm_train.models.quantize_classifier import quantize_classifier
    from dlcomm_train.models.run_classifier import load_classifier
    from dlcomm_train.recognition.catalogue import CLASSIFIERS, INT8_SUFFIX

    wanted = name + INT8_SUFFIX
    if wanted in models("classifier") and not context.quick:
        return wanted
    source = Path(model_file(classifier(context, name), "classifier"))
    dataset = Dataset.open(dataset_folder(context, CLASSIFIERS[name].profile))
    model = quantize_classifier(load_classifier(source)[0], dataset, wanted)
    target = context.folder / MODELS / wanted
    write_together(classifier_files(target, model))
    return str(target)
