# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Post-training quantization of a classifier to int8 weights and activations.

As for links (:mod:`~dlcomm_train.models.quantize`). Behind ReLU nothing is negative, so that
activations are unsigned: all of their 256 values are used. The normalisation before the first
convolution stays in float32.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnxruntime.quantization import QuantType
from pydantic import BaseModel, ConfigDict, Field

from dlcomm_train import contract
from dlcomm_train.contract import Contract
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.splits import split
from dlcomm_train.models.quantize import Method, static_qdq
from dlcomm_train.provenance import versions


class ClassifierQuantization(BaseModel):
    """Settings of the quantization and of its calibration data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 1
    """Of the choice of windows."""
    windows: int = Field(default=2048, ge=1)
    """Calibration windows, drawn from the training part."""
    method: Method = "percentile"
    """How ranges of activations follow from them."""
    percentile: float = Field(default=99.99, gt=50.0, le=100.0)
    """With ``percentile``, share of the activations, in percent, that the range must hold."""


def quantize_classifier(
    model: onnx.ModelProto,
    dataset: Dataset,
    name: str,
    settings: ClassifierQuantization | None = None,
) -> onnx.ModelProto:
    """Quantize a float classifier to int8.

    Args:
        model: the classifier.
        dataset: the data set that it was trained on.
        name: name of the result's graph.
        settings: how; the defaults are those of the shipped models.

    Raises:
        ContractError: the model is no classifier of such windows.
        DatasetError: the data set cannot be split as the classifier's recipe says.
    """
    settings = settings or ClassifierQuantization()
    about = contract.check(model)
    if about.role != "classifier" or about.window != dataset.manifest.window:
        raise contract.ContractError(
            f"model: is a {about.role} of windows of {about.window}, expected a classifier of "
            f"windows of {dataset.manifest.window}"
        )
    config = about.recipe.get("config", {})
    train = split(dataset, config.get("split", "burst"), config.get("split_seed", 1)).train
    rng = np.random.default_rng(settings.seed)
    count = min(settings.windows, len(train))
    places = np.sort(rng.choice(train, count, replace=False))
    result = static_qdq(
        model,
        {"iq": np.array(dataset.windows[places])},
        settings.percentile,
        ("Conv", "Gemm", "Relu"),
        QuantType.QUInt8,
        settings.method,
    )
    _shorten(result)
    result.graph.name = name
    quantization = {
        "scheme": "static QDQ, int8 weights per output, uint8 activations",
        "config": settings.model_dump(mode="json"),
        "versions": versions("onnxruntime", "onnx"),
    }
    recipe = about.recipe | {"quantization": quantization}
    return contract.attach(
        result, Contract("classifier", labels=about.labels, window=about.window, recipe=recipe)
    )


def _shorten(model: onnx.ModelProto) -> None:
    """Take what says nothing out of a file whose names are larger than its weights, in place.

    Zero points of weights and biases are zero, as ONNX takes them where they are missing
    (ONNX Runtime wants to see those of a dense layer before it computes in integers);
    tensors get short names, operators none.
    """
    graph = model.graph
    constants = {tensor.name for tensor in graph.initializer}
    dense = {name for node in graph.node if node.op_type == "Gemm" for name in node.input}
    for node in graph.node:
        node.name = node.doc_string = ""
        if node.op_type == "DequantizeLinear" and node.input[0] in constants:
            if node.output[0] not in dense:
                del node.input[2:]
    read = {name for node in graph.node for name in node.input}
    kept = [tensor for tensor in graph.initializer if tensor.name in read]
    del graph.initializer[:]
    graph.initializer.extend(kept)
    fixed = {value.name for value in (*graph.input, *graph.output)}
    names: dict[str, str] = {}

    def short(name: str) -> str:
        return name if name in fixed else names.setdefault(name, f"t{len(names)}")

    for node in graph.node:
        node.input[:] = [short(name) for name in node.input]
        node.output[:] = [short(name) for name in node.output]
    for tensor in graph.initializer:
        tensor.name = short(tensor.name)
