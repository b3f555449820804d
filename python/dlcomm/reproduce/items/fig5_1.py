# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Figure 5.1: the modulation classifier in 8 bits."""

from __future__ import annotations

from pathlib import Path

from ...recognition.picture import draw_curves
from ..accuracies import accuracy_findings, measure_classifiers
from ..classifiers import classifier, dataset_folder, int8_classifier
from ..context import Context
from ..item import Finding, Item

_FLOAT = "VT-CNN2, float32"
_INTEGER = "VT-CNN2, int8 weights and activations"
_COMPACT, _COMPACT_INT8 = "amc_compact_2016", "amc_compact_2016_int8"


def run(context: Context) -> list[Finding]:
    """Count what networks say before and after, and their bytes."""
    from dlcomm_train.models.run_classifier import classifier_path
    from dlcomm_train.recognition.catalogue import SEEDS, alone

    from ...dlcomm_python import model_file

    name = alone(SEEDS[0])
    models = {
        _FLOAT: classifier(context, name),
        _INTEGER: int8_classifier(context, name),
        _COMPACT: classifier(context, _COMPACT),
        _COMPACT_INT8: int8_classifier(context, _COMPACT),
    }
    found = measure_classifiers(context, models, dataset_folder(context, "historical"))
    context.save_picture(draw_curves(list(found.values())))
    sizes = {
        label: classifier_path(Path(model_file(model, "classifier"))).stat().st_size
        for label, model in models.items()
    }
    return accuracy_findings(found, {_FLOAT: ("no loss", "no loss")}) + [
        Finding(f"{label}, bytes of the file", "counted, never stored", f"{size:,}")
        for label, size in sizes.items()
    ]


ITEM = Item(
    id="fig5.1",
    title="the modulation classifier in 8 bits, after training",
    shows="The curves with floats and with 8-bit integers lie on each other.",
    convention="SNR is the label of RadioML 2016.10a, regenerated with its defects. The thesis "
    "rounds weights; here activations are integers as well, and the file holds them.",
    models=(),
    classifiers=("amc_vtcnn2_2016", "amc_compact_2016"),
    run=run,
    packages={"torch": "torch", "onnxruntime": "onnxruntime"},
)
