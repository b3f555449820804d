# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Layers as operators of a graph."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

import numpy as np
import onnx
from onnx import helper, numpy_helper

from dlcomm_train.compress.layers.layer import Layer
from dlcomm_train.compress.storage.store import Stored

_AXES_AS_INPUT = 18
"""Operator set since which ReduceMean reads its axes."""


_NAMES = re.compile(
    r"(weight|bias|dense|conv|relu|flat|shape|shaped|mean|means|places)_(\d+)(_.*)?"
)
"""What tensors of layers are called."""


def first_number(taken: Collection[str]) -> int:
    """The number of the first layer, with which no name is one of those that are `taken`."""
    found = [_NAMES.fullmatch(name) for name in taken]
    return max((int(match[2]) + 1 for match in found if match), default=0)


class LayerWriter:
    """Adds layers to a graph, operator by operator."""

    def __init__(self, graph: onnx.GraphProto, opset: int, number: int) -> None:
        """Write at the end of `graph`.

        Args:
            graph: the graph.
            opset: operator set.
            number: of the first layer, in the names of tensors.
        """
        self._graph, self._opset, self._number = graph, opset, number

    def write(
        self,
        layers: Sequence[Layer],
        stored: Sequence[Stored],
        source: tuple[str, tuple[int, ...]],
        target: str,
    ) -> None:
        """Add `layers`, whose weights are `stored`.

        Args:
            layers: first to last.
            stored: their weights.
            source: the tensor that the first one reads, and its shape for one message.
            target: the tensor that the last one makes.
        """
        graph, (value, shape) = self._graph, source
        means: list[str] = []
        last = self._number + len(layers) - 1
        for i, (layer, part) in enumerate(zip(layers, stored, strict=True), self._number):
            graph.initializer.extend(part.tensors)
            graph.sparse_initializer.extend(part.sparse)
            graph.initializer.append(numpy_helper.from_array(layer.bias, f"bias_{i}"))
            if layer.convolution is None and means:
                value, means = self._joined(means, i), []
                shape = (layer.inputs,)
            value = self._shaped(layer, value, shape, i)
            graph.node.extend(part.nodes)
            kind = "dense" if layer.convolution is None else "conv"
            output = target if i == last else f"{kind}_{i}"
            graph.node.append(_operator(layer, [value, part.name, f"bias_{i}"], output))
            value, shape = output, layer.output_shape
            if layer.relu:
                value = self._add("Relu", [output], f"relu_{i}")
            if layer.pooled:
                means.append(self._mean(value, shape, i))

    def _add(self, kind: str, sources: list[str], output: str, **settings: object) -> str:
        self._graph.node.append(helper.make_node(kind, sources, [output], **settings))
        return output

    def _constant(self, values: list[int], name: str) -> str:
        array = np.array(values, dtype=np.int64)
        self._graph.initializer.append(numpy_helper.from_array(array, name))
        return name

    def _mean(self, value: str, shape: tuple[int, ...], number: int) -> str:
        """Means over all places of what a layer makes."""
        axes = list(range(2, len(shape) + 1))
        if self._opset < _AXES_AS_INPUT:
            return self._add("ReduceMean", [value], f"mean_{number}", axes=axes, keepdims=0)
        names = [value, self._constant(axes, f"places_{number}")]
        return self._add("ReduceMean", names, f"mean_{number}", keepdims=0)

    def _joined(self, means: list[str], number: int) -> str:
        if len(means) == 1:
            return means[0]
        return self._add("Concat", means, f"means_{number}", axis=1)

    def _shaped(self, layer: Layer, value: str, shape: tuple[int, ...], number: int) -> str:
        """`value` of `shape`, in the shape that a layer reads."""
        if layer.convolution is None:
            if len(shape) == 1:
                return value
            return self._add("Flatten", [value], f"flat_{number}", axis=1)
        wanted = layer.convolution.input_shape
        if shape == wanted:
            return value
        # 0 stands for the batch as it is.
        names = [value, self._constant([0, *wanted], f"shape_{number}")]
        return self._add("Reshape", names, f"shaped_{number}")


def _operator(layer: Layer, names: list[str], output: str) -> onnx.NodeProto:
    found = layer.convolution
    if found is None:
        return helper.make_node("Gemm", names, [output], transB=1)
    grouped = {"group": found.groups} if found.groups > 1 else {}
    return helper.make_node(
        "Conv",
        names,
        [output],
        kernel_shape=found.kernel,
        strides=found.strides,
        pads=found.pads,
        dilations=found.dilations,
        **grouped,
    )
