# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The layers of a model file, taken out and written back.

What stands before them (one-hot coding, a front end) and behind them (normalisation) stays
as it is, operator by operator.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import onnx
from onnx import numpy_helper, version_converter

from dlcomm_train import contract
from dlcomm_train.compress.layers.layer import CompressError, Layer
from dlcomm_train.compress.layers.reading import find_layers
from dlcomm_train.compress.layers.writing import LayerWriter, first_number
from dlcomm_train.compress.storage.store import store
from dlcomm_train.contract import Contract
from dlcomm_train.models.export import POWER_SCALE
from dlcomm_train.models.pairs import codebook_of
from dlcomm_train.networks.normalisation import POWER_PER_REAL


@dataclass(frozen=True)
class DenseStack:
    """Dense layers and convolutions, each read by a later one, and the model around them.

    Attributes:
        model: the float model that they were read from.
        layers: first to last.
        source: the tensor that the first layer reads.
        source_shape: its shape for one message.
        target: the tensor that the last layer makes.
        replaced: names of the operators of `model` that the layers stand for.
    """

    model: onnx.ModelProto
    layers: tuple[Layer, ...]
    source: str
    source_shape: tuple[int, ...]
    target: str
    replaced: frozenset[str]

    @classmethod
    def read(cls, model: onnx.ModelProto, name: str) -> DenseStack:
        """The layers of a float model: its last dense layer or convolution, and those before.

        Args:
            model: the model.
            name: what error messages call it.

        Raises:
            CompressError: there is no layer, or its weights are not float tensors.
        """
        found = find_layers(model, name)
        return cls(
            model,
            found.layers,
            found.source,
            found.source_shape,
            found.target,
            found.replaced,
        )

    @property
    def parameters(self) -> int:
        """Weights that have not been pruned, and biases."""
        return sum(layer.nonzeros + layer.outputs for layer in self.layers)

    @property
    def operations(self) -> int:
        """Multiply-accumulates per message, pruned weights counted like others."""
        return sum(layer.operations for layer in self.layers)

    def forward(self, value: np.ndarray) -> np.ndarray:
        """What the last layer makes, [b, outputs] float32, of [b, inputs] float32."""
        means: list[np.ndarray] = []
        for layer in self.layers:
            if layer.convolution is None and means:
                value, means = np.concatenate(means, axis=1), []
            value = layer.forward(value)
            if layer.pooled:
                means.append(value.reshape(len(value), layer.outputs, -1).mean(axis=2))
        return value

    def with_layers(self, layers: list[Layer] | tuple[Layer, ...]) -> DenseStack:
        """The same model around other layers."""
        return replace(self, layers=tuple(layers))

    def to_model(self, link: Contract | None) -> onnx.ModelProto:
        """The model with the layers as they are now, each in its smallest standard form.

        An encoder's factor of ``average`` normalisation is put right.

        Args:
            link: contract to attach; None: the model has none.
        """
        number = first_number(self._read(self.model))
        stored = [store(layer, f"weight_{i}") for i, layer in enumerate(self.layers, number)]
        model = self._shell(max(part.opset for part in stored))
        model.ir_version = max(model.ir_version, *(part.ir_version for part in stored))
        graph = model.graph
        around = list(graph.node)
        first = min(i for i, node in enumerate(around) if node.output[0] in self.replaced)
        before = around[:first]
        after = [node for node in around[first:] if node.output[0] not in self.replaced]
        del graph.node[:]
        graph.node.extend(before)
        writer = LayerWriter(graph, model.opset_import[0].version, number)
        writer.write(self.layers, stored, (self.source, self.source_shape), self.target)
        graph.node.extend(after)
        if link is not None:
            graph.name = f"{link.link}_{link.role}".lstrip("_")
            contract.attach(model, link)
            if link.role == "encoder":
                _correct_power(model)
        return model

    def _read(self, model: onnx.ModelProto) -> set[str]:
        """Names of the tensors that the operators around the layers read."""
        return {
            name
            for node in model.graph.node
            if node.output[0] not in self.replaced
            for name in node.input
        }

    def _shell(self, opset: int) -> onnx.ModelProto:
        """The model without the weights of its layers, in operator set `opset` or newer."""
        model = onnx.ModelProto()
        model.CopyFrom(self.model)
        # There is one operator set, the standard one.
        if opset > model.opset_import[0].version:
            try:
                model = version_converter.convert_version(model, opset)
            except RuntimeError as error:
                reason = str(error).strip().splitlines()[0]
                raise CompressError(
                    f"model: cannot be carried to operator set {opset}, which its weights "
                    f"need: {reason}"
                ) from None
        del model.graph.value_info[:]
        read = self._read(model)
        kept = [tensor for tensor in model.graph.initializer if tensor.name in read]
        del model.graph.initializer[:]
        model.graph.initializer.extend(kept)
        # A newer operator set makes settings of operators constants: those that are read are
        # stored like all others, which every executor takes.
        for node in [x for x in model.graph.node if x.op_type == "Constant"]:
            (setting,) = node.attribute
            if setting.name == "value":
                model.graph.node.remove(node)
                if node.output[0] in read:
                    setting.t.name = node.output[0]
                    model.graph.initializer.append(setting.t)
        return model


def _correct_power(encoder: onnx.ModelProto) -> None:
    """Rescale the last factor so that the codebook's mean power is exact, in place."""
    power = float(np.mean(np.square(codebook_of(encoder).astype(np.float64))))
    if not power > 0.0:
        raise CompressError("encoder: all codewords have become zero, expected some power")
    for tensor in encoder.graph.initializer:
        if tensor.name == POWER_SCALE:
            scale = numpy_helper.to_array(tensor) * np.sqrt(POWER_PER_REAL / power)
            tensor.CopyFrom(numpy_helper.from_array(scale.astype(np.float32), POWER_SCALE))
