# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Finding the layers of a model file.

The last dense layer or convolution is one, and so is each one before it that leads there
through nothing but ReLU and a change of shape, or through the means of its filters over all
places, side by side with those of other layers.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
import onnx
from onnx import helper, numpy_helper

from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.layers.operators import LAYERS, layer_of, sizes_of

_RESHAPING = ("Flatten", "Reshape", "Squeeze", "Unsqueeze")
"""Operators that leave the order of values as it is."""


@dataclass(frozen=True)
class Found:
    """The layers of a model.

    Attributes:
        layers: first to last.
        source: the tensor that the first layer reads.
        source_shape: its shape for one message.
        target: the tensor that the last layer makes.
        replaced: first outputs of the operators that the layers stand for.
    """

    layers: tuple[Layer, ...]
    source: str
    source_shape: tuple[int, ...]
    target: str
    replaced: frozenset[str]


@dataclass(frozen=True)
class _Before:
    """The layer before another one.

    Attributes:
        node: its operator.
        relu: whether a ReLU stands between the two.
        between: tensors made by what stands between them.
        pooled: whether means of it are read as well.
    """

    node: onnx.NodeProto
    relu: bool
    between: tuple[str, ...]
    pooled: bool


def find_layers(model: onnx.ModelProto, name: str) -> Found:
    """Find the layers of a float model.

    Args:
        model: the model.
        name: what error messages call it.

    Raises:
        CompressError: there is no layer, or its weights are not float tensors.
    """
    nodes = [node for node in model.graph.node if node.op_type in LAYERS]
    if not nodes:
        kinds = ", ".join(sorted({node.op_type for node in model.graph.node}))
        raise CompressError(
            f"{name}: has the operators {kinds}, expected dense layers (Gemm) or "
            "convolutions (Conv)"
        )
    graph = _Graph(model, any(node.op_type == "Conv" for node in nodes))
    layers: list[Layer] = []
    replaced: set[str] = set()
    means: list[str] = []
    before: _Before | None = _Before(nodes[-1], False, (), False)
    complete: tuple[list[Layer], set[str], str] | None = None
    while before is not None:
        layer = layer_of(before.node, graph.constants, graph.sizes, before.relu, name)
        layers = [replace(layer, pooled=before.pooled), *layers]
        replaced |= {before.node.output[0], *before.between}
        source, chained = before.node.input[0], True
        if not means:
            complete = (layers, set(replaced), source)
            means, joined = graph.means(source)
            if means:
                source, chained = means[-1], False
                replaced |= joined
        before = graph.before(source, means, chained)
    # Means of something that the way does not lead past come from elsewhere, all of them.
    layers, replaced, source = complete
    first = layers[0]
    shape = (first.inputs,) if first.convolution is None else first.convolution.input_shape
    _check_sizes(layers, name)
    target = nodes[-1].output[0]
    return Found(tuple(layers), source, shape, target, frozenset(replaced))


class _Graph:
    """A model's operators, by what they make."""

    def __init__(self, model: onnx.ModelProto, sized: bool) -> None:
        graph = model.graph
        self.constants = {tensor.name: tensor for tensor in graph.initializer}
        self.sizes = sizes_of(model) if sized else {}
        self._producers = {output: node for node in graph.node for output in node.output}
        self._readers = Counter(entry for node in graph.node for entry in node.input)
        self._readers.update(value.name for value in graph.output)

    def before(self, source: str, means: list[str], chained: bool) -> _Before | None:
        """The layer that makes `source`, which nothing else may read.

        Args:
            source: a tensor.
            means: tensors whose means are read, first to last; the last one is taken away
                when it is `source`.
            chained: whether a layer reads `source`, or its means are all that is read.
        """
        pooled = bool(means) and source == means[-1]
        expected = chained + pooled
        if pooled:
            means.pop()
        relu, between = False, []
        node = self._producers.get(source)
        while node is not None and self._readers[node.output[0]] == expected:
            if node.op_type in LAYERS:
                return _Before(node, relu, tuple(between), pooled)
            reshapes = node.op_type in _RESHAPING and not pooled
            if relu and pooled or not (node.op_type == "Relu" or reshapes):
                return None
            relu = relu or node.op_type == "Relu"
            between.append(node.output[0])
            node, expected = self._producers.get(node.input[0]), 1
        return None

    def means(self, source: str) -> tuple[list[str], set[str]]:
        """What is averaged over all places to make `source`, and the tensors on the way.

        Returns:
            The tensors whose means stand side by side in `source`; none where it is made
            otherwise.
        """
        node = self._producers.get(source)
        joined, names = set(), [source]
        if node is not None and node.op_type == "Concat":
            settings = {x.name: helper.get_attribute_value(x) for x in node.attribute}
            if settings["axis"] not in (1, -1):
                return [], set()
            names = list(node.input)
            joined.add(source)
        pools = [self._producers.get(name) for name in names]
        alone = all(self._readers[name] == 1 for name in {source, *names})
        if not alone or not all(pool is not None and self._is_mean(pool) for pool in pools):
            return [], set()
        return [pool.input[0] for pool in pools], joined | set(names)

    def _is_mean(self, node: onnx.NodeProto) -> bool:
        """Whether an operator averages over all places, and nothing else."""
        if node.op_type != "ReduceMean":
            return False
        settings = {x.name: helper.get_attribute_value(x) for x in node.attribute}
        axes = settings.get("axes", ())
        if len(node.input) == 2:
            if node.input[1] not in self.constants:
                return False
            axes = numpy_helper.to_array(self.constants[node.input[1]]).tolist()
        rank = len(self.sizes.get(node.input[0], ())) + 1
        places = sorted(axis % rank for axis in axes)
        return not settings.get("keepdims", 1) and places == list(range(2, rank)) != []


def _check_sizes(layers: list[Layer], name: str) -> None:
    """Raise CompressError unless every layer reads all that is made for it."""
    pooled, made = [], None
    for number, layer in enumerate(layers):
        if layer.convolution is None and pooled:
            made, pooled = sum(pooled), []
        if made is not None and made != layer.inputs:
            raise CompressError(
                f"{name}: layer {number} reads {layer.inputs} values of a message, "
                f"expected the {made} that are made for it"
            )
        made = int(np.prod(layer.output_shape))
        if layer.pooled:
            pooled.append(layer.outputs)
