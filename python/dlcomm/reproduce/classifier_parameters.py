# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Parameters of the thesis's classifiers, layer by layer, counted on models of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .context import Context
from .item import Finding
from .parameters import count_graph

if TYPE_CHECKING:
    import onnx

    from dlcomm_train.recognition.config import Architecture


def untrained_model(architecture: Architecture) -> onnx.ModelProto:
    """A classifier of RadioML's windows and classes with random weights."""
    from dlcomm_train.contract import Contract
    from dlcomm_train.datasets.manifest import MODULATIONS, WINDOW
    from dlcomm_train.models.export_classifier import classifier_model
    from dlcomm_train.recognition.config import ClassifierConfig
    from dlcomm_train.recognition.randomness import drawing_from

    with drawing_from(1):
        config = ClassifierConfig(name="untrained", architecture=architecture)
        network = config.network(WINDOW, len(MODULATIONS)).eval()
    about = Contract("classifier", labels=MODULATIONS, window=WINDOW)
    return classifier_model(network, about, config.name)


def classifier_findings(
    context: Context, architecture: Architecture, known: Sequence[tuple[str, int]]
) -> list[Finding]:
    """The layers of a classifier beside those of a table of the thesis; writes them as CSV.

    Args:
        context: of the item.
        architecture: the classifier.
        known: the table: a layer's name and its parameters, in order.
    """
    from dlcomm_train.models.statistics import cost

    model = untrained_model(architecture)
    rows = [
        (layer.kind, "x".join(map(str, layer.shape)), layer.parameters)
        for layer in count_graph(model.graph, "classifier")
    ]
    context.save_table(("layer", "weights", "parameters"), rows)
    size = cost(model)
    told = [f"{name}: {count:,}" for name, count in known]
    told += ["no such layer"] * (len(rows) - len(told))
    return [
        Finding(f"{architecture}, layer {number}", thesis, f"{kind} {shape}: {count:,}")
        for number, ((kind, shape, count), thesis) in enumerate(
            zip(rows, told, strict=True), start=1
        )
    ] + [
        Finding(
            f"{architecture}, parameters together",
            f"{sum(count for _, count in known):,}",
            f"{size.parameters:,}",
        ),
        Finding(
            f"{architecture}, multiply-accumulates per window",
            "not counted",
            f"{size.operations:,}",
        ),
    ]
