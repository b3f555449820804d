# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compressed classifiers that items make of others, to be measured like any other.

As compressed links (`compressed`), a model is made once in a folder of results.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..dlcomm_python import model_file
from .compressed import made_folder
from .context import Context

if TYPE_CHECKING:
    from dlcomm_train.compress import DataRetraining
    from dlcomm_train.compress.link import Step

    from ..pareto.costs import Costs

_CODE = ("compress", "datasets", "models", "networks", "recognition")
"""Packages of the toolchain whose code decides what a classifier becomes."""
_QUICK = {"epochs": 1, "train_windows": 300}


def learning(context: Context, epochs: int, **settings: Any) -> DataRetraining:
    """How to train a compressed classifier again; in a smoke run, not for long.

    It learns from the classifier as it was before it was compressed, too.

    Args:
        context: its seed is that of the training.
        epochs: passes over the training windows.
        settings: others of ``dlcomm_train.compress.DataRetraining``.
    """
    from dlcomm_train.compress import DataRetraining
    from dlcomm_train.compress.training.material import SELF

    context.trained = True
    chosen = {"epochs": epochs, "teachers": (SELF,), "seed": context.seed} | settings
    return DataRetraining(**(chosen | _QUICK if context.quick else chosen))


def compressed_classifier(
    context: Context, source: str, name: str, steps: Sequence[Step], dataset: Path
) -> str:
    """Compress a classifier, or find it compressed already.

    Args:
        context: of the item.
        source: name or folder of a float classifier.
        name: of the result.
        steps: what is done to it.
        dataset: folder of the data set that it is trained again on.

    Returns:
        The folder of the result, to be measured like a model's name.

    Raises:
        ValueError, RuntimeError: one line, when a step cannot be done.
        OSError: the folder or the disk does not take the files.
    """
    from dlcomm_train.compress import compress_classifier
    from dlcomm_train.datasets.dataset import Dataset, file_hash
    from dlcomm_train.files import write_together
    from dlcomm_train.models.classifier_cards import classifier_files
    from dlcomm_train.models.run_classifier import CLASSIFIER_FILE
    from dlcomm_train.recognition.train import origin
    from dlcomm_train.training.train import one_thread

    path, data = Path(model_file(source, "classifier")), Dataset.open(dataset)
    recipe = {
        "source": file_hash(path),
        "data": origin(data),
        "steps": [step.model_dump(mode="json") for step in steps],
    }
    target = made_folder(context, name, recipe, _CODE)
    if not (target / CLASSIFIER_FILE).is_file():
        with context.making(name) as progress, one_thread():
            made = compress_classifier(path, steps, data, name, progress)
        write_together(classifier_files(target, made.model, name=name))
    return str(target)


def classifier_costs(model: str) -> Costs:
    """What the file of a classifier costs.

    Args:
        model: its name or folder.
    """
    from ..pareto.costs import file_costs

    return file_costs(Path(model_file(model, "classifier")))
