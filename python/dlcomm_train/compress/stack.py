# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The dense layers of a model file, taken out and written back.

What stands before them (one-hot coding, a front end) and behind them (normalisation) stays
as it is, operator by operator.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper, version_converter

from dlcomm_train import contract
from dlcomm_train.compress.layer import CompressError, Layer
from dlcomm_train.compress.storage import store
from dlcomm_train.contract import Contract
from dlcomm_train.models.export import POWER_SCALE
from dlcomm_train.models.pairs import codebook_of
from dlcomm_train.networks.normalisation import POWER_PER_REAL


@dataclass(frozen=True)
class DenseStack:
    """Dense layers, each read by the next, and the model around them.

    Attributes:
        model: the float model that they were read from.
        layers: first to last.
        source: the tensor that the first layer reads.
        target: the tensor that the last layer makes.
        replaced: names of the operators of `model` that the layers stand for.
    """

    model: onnx.ModelProto
    layers: tuple[Layer, ...]
    source: str
    target: str
    replaced: frozenset[str]

    @classmethod
    def read(cls, model: onnx.ModelProto, name: str) -> DenseStack:
        """The dense layers of a float encoder or decoder: its last Gemm and those before.

        Args:
            model: a model to the contract.
            name: what error messages call it.

        Raises:
            CompressError: there is no dense layer, or its weights are not float tensors.
        """
        graph = model.graph
        producers = {output: node for node in graph.node for output in node.output}
        constants = {tensor.name: tensor for tensor in graph.initializer}
        gemms = [node for node in graph.node if node.op_type == "Gemm"]
        if not gemms:
            kinds = ", ".join(sorted({node.op_type for node in graph.node}))
            raise CompressError(
                f"{name}: has the operators {kinds}, expected dense layers (Gemm)"
            )
        node, relu = gemms[-1], False
        target, layers, replaced = node.output[0], [], set()
        while True:
            layers.insert(0, _layer(node, constants, relu, name))
            replaced.add(node.output[0])
            source = node.input[0]
            before = producers.get(source)
            relu = before is not None and before.op_type == "Relu"
            if relu:
                rectified, before = before, producers.get(before.input[0])
            if before is None or before.op_type != "Gemm":
                break
            if relu:
                replaced.add(rectified.output[0])
            node = before
        return cls(model, tuple(layers), source, target, frozenset(replaced))

    @property
    def parameters(self) -> int:
        """Weights that have not been pruned, and biases."""
        return sum(layer.nonzeros + layer.outputs for layer in self.layers)

    @property
    def operations(self) -> int:
        """Multiply-accumulates per message, pruned weights counted like others."""
        return sum(layer.weight.size for layer in self.layers)

    def forward(self, value: np.ndarray) -> np.ndarray:
        """What the last layer makes, [b, outputs] float32, of [b, inputs] float32."""
        for layer in self.layers:
            value = layer.forward(value)
        return value

    def with_layers(self, layers: list[Layer] | tuple[Layer, ...]) -> DenseStack:
        """The same model around other layers."""
        return replace(self, layers=tuple(layers))

    def to_model(self, link: Contract) -> onnx.ModelProto:
        """The model with the layers as they are now, each in its smallest standard form.

        An encoder's factor of ``average`` normalisation is put right.

        Args:
            link: contract to attach.
        """
        stored = [store(layer, f"weight_{i}") for i, layer in enumerate(self.layers)]
        opset = max(part.opset for part in stored)
        model = self._shell(opset)
        if opset > contract.OPSET:
            model.ir_version = max(part.ir_version for part in stored)
        graph = model.graph
        around = list(graph.node)
        first = min(i for i, node in enumerate(around) if node.output[0] in self.replaced)
        before = around[:first]
        after = [node for node in around[first:] if node.output[0] not in self.replaced]
        del graph.node[:]
        graph.node.extend(before)
        value = self.source
        for i, (layer, part) in enumerate(zip(self.layers, stored, strict=True)):
            graph.initializer.extend(part.tensors)
            graph.sparse_initializer.extend(part.sparse)
            graph.initializer.append(numpy_helper.from_array(layer.bias, f"bias_{i}"))
            graph.node.extend(part.nodes)
            last = i == len(self.layers) - 1
            output = self.target if last else f"dense_{i}"
            names = [value, part.name, f"bias_{i}"]
            graph.node.append(helper.make_node("Gemm", names, [output], transB=1))
            value = output
            if layer.relu:
                value = f"relu_{i}"
                graph.node.append(helper.make_node("Relu", [output], [value]))
        graph.node.extend(after)
        graph.name = f"{link.link}_{link.role}"
        contract.attach(model, link)
        if link.role == "encoder":
            _correct_power(model)
        return model

    def _shell(self, opset: int) -> onnx.ModelProto:
        """The model without the weights of its layers, in operator set `opset`."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        if opset > contract.OPSET:
            model = version_converter.convert_version(model, opset)
            del model.graph.value_info[:]
        read = {
            name
            for node in model.graph.node
            if node.output[0] not in self.replaced
            for name in node.input
        }
        kept = [tensor for tensor in model.graph.initializer if tensor.name in read]
        del model.graph.initializer[:]
        model.graph.initializer.extend(kept)
        return model


def _layer(
    node: onnx.NodeProto, constants: dict[str, onnx.TensorProto], relu: bool, name: str
) -> Layer:
    arrays = []
    for tensor in node.input[1:]:
        found = constants.get(tensor)
        if found is None or found.data_type != TensorProto.FLOAT:
            raise CompressError(
                f"{name}: tensor {tensor!r} is not stored as float32, expected a model that "
                "has not been quantized or pruned"
            )
        arrays.append(numpy_helper.to_array(found).astype(np.float32))
    settings = {attribute.name: attribute for attribute in node.attribute}
    alike = all(settings[key].f == 1.0 for key in ("alpha", "beta") if key in settings)
    if not alike or "transA" in settings or len(arrays) != 2 or arrays[1].ndim != 1:
        raise CompressError(
            f"{name}: operator {node.output[0]!r} is a general Gemm, expected a dense layer"
        )
    weight, bias = arrays
    if "transB" not in settings or not settings["transB"].i:
        weight = np.ascontiguousarray(weight.T)
    return Layer(weight, bias, relu)


def _correct_power(encoder: onnx.ModelProto) -> None:
    """Rescale the last factor so that the codebook's mean power is exact, in place."""
    power = float(np.mean(np.square(codebook_of(encoder).astype(np.float64))))
    if not power > 0.0:
        raise CompressError("encoder: all codewords have become zero, expected some power")
    for tensor in encoder.graph.initializer:
        if tensor.name == POWER_SCALE:
            scale = numpy_helper.to_array(tensor) * np.sqrt(POWER_PER_REAL / power)
            tensor.CopyFrom(numpy_helper.from_array(scale.astype(np.float32), POWER_SCALE))
