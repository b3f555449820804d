# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""From trained classifiers to ONNX models that obey the contract.

Written operator by operator like links (:mod:`~dlcomm_train.models.export`). Batch norm is
folded into the convolutions before it, dropout is gone, normalisation is inside.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from dlcomm_train.contract import Contract
from dlcomm_train.models.export import build_model
from dlcomm_train.networks.classifiers import SMALLEST_POWER, CompactNetwork, ThesisNetwork


def classifier_model(network: nn.Module, contract: Contract, name: str) -> onnx.ModelProto:
    """The ONNX model of a trained classifier.

    Args:
        network: a :class:`~dlcomm_train.networks.classifiers.CompactNetwork` or
            :class:`~dlcomm_train.networks.classifiers.ThesisNetwork`.
        contract: contract to attach, with role ``classifier``.
        name: name of the graph.
    """
    graph = _Graph()
    channels_first = graph.add("Transpose", _unit_power(graph), perm=[0, 2, 1])
    if isinstance(network, CompactNetwork):
        features, classes = _compact(graph, network, channels_first), network.classes
    else:
        features, classes = _thesis(graph, network, channels_first), network.classes
    graph.layers(classes, features, "logits")
    return build_model(
        graph.nodes,
        graph.constants,
        [("iq", TensorProto.FLOAT, [contract.window, 2])],
        ("logits", TensorProto.FLOAT, [len(contract.labels)]),
        contract,
        name,
    )


class _Graph:
    """Operators and constants, one after another."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, np.ndarray] = {}
        self._layers = 0

    def add(
        self, kind: str, *sources: str, name: str | None = None, **attributes: object
    ) -> str:
        """Add an operator; return the tensor that it makes."""
        name = name or f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, sources, [name], name, **attributes))
        return name

    def layers(self, modules: nn.Sequential, source: str, target: str | None = None) -> str:
        """Add the layers of `modules`; the last tensor is `target`, if that is given."""
        found = _folded(modules)
        for module in found:
            name = target if module is found[-1] else None
            if isinstance(module, nn.ReLU):
                source = self.add("Relu", source, name=name)
            elif isinstance(module, nn.Linear):
                source = self.add("Gemm", *self._weights(module, source), name=name, transB=1)
            else:
                source = self.add(
                    "Conv", *self._weights(module, source), name=name, **_geometry(module)
                )
        return source

    def _weights(self, module: nn.Linear | nn.Conv1d | nn.Conv2d, source: str) -> list[str]:
        names = [f"weight_{self._layers}", f"bias_{self._layers}"]
        for name, value in zip(names, (module.weight, module.bias), strict=True):
            array = value.detach().cpu().float().contiguous().numpy()
            self.constants[name] = np.ascontiguousarray(array)
        self._layers += 1
        return [source, *names]


def _unit_power(graph: _Graph) -> str:
    """Scale windows to unit mean power per complex sample; return the tensor."""
    graph.constants["two"] = np.array(2.0, np.float32)
    graph.constants["smallest_power"] = np.array(SMALLEST_POWER, np.float32)
    square = graph.add("Mul", "iq", "iq")
    mean = graph.add("ReduceMean", square, axes=[1, 2], keepdims=1)
    power = graph.add("Max", graph.add("Mul", mean, "two"), "smallest_power")
    return graph.add("Div", "iq", graph.add("Sqrt", power))


def _compact(graph: _Graph, network: CompactNetwork, source: str) -> str:
    source = graph.layers(network.first, source)
    pooled = []
    for number, block in enumerate(network.blocks, start=1):
        source = graph.layers(block, source)
        if number > len(network.blocks) - network.taps:
            pooled.append(graph.add("ReduceMean", source, axes=[2], keepdims=0))
    return pooled[0] if len(pooled) == 1 else graph.add("Concat", *pooled, axis=1)


def _thesis(graph: _Graph, network: ThesisNetwork, source: str) -> str:
    graph.constants["picture_axis"] = np.array([1], np.int64)
    picture = graph.add("Unsqueeze", source, "picture_axis")
    return graph.add("Flatten", graph.layers(network.features, picture), axis=1)


class _Padded(nn.Conv2d):
    """A convolution that has taken over the padding (left, right, top, bottom) before it."""

    def __init__(self, layer: nn.Conv2d, pads: tuple[int, int, int, int]) -> None:
        super().__init__(layer.in_channels, layer.out_channels, layer.kernel_size)
        self.weight, self.bias, self.pads = layer.weight, layer.bias, pads


def _folded(modules: nn.Sequential) -> list[nn.Module]:
    """What is left of layers for use: convolutions, dense layers and ReLU."""
    found: list[nn.Module] = []
    pads = None
    for module in _flat(modules):
        if isinstance(module, nn.BatchNorm1d):
            found[-1] = fuse_conv_bn_eval(found[-1].eval(), module.eval())
        elif isinstance(module, nn.ZeroPad2d):
            pads = module.padding
        elif not isinstance(module, nn.Dropout):
            found.append(module if pads is None else _Padded(module, pads))
            pads = None
    return found


def _flat(modules: nn.Sequential) -> list[nn.Module]:
    return [
        part
        for module in modules
        for part in (_flat(module) if isinstance(module, nn.Sequential) else [module])
    ]


def _geometry(layer: nn.Conv1d | nn.Conv2d) -> dict[str, object]:
    if isinstance(layer, _Padded):
        left, right, top, bottom = layer.pads
        pads = [top, left, bottom, right]
    else:
        pads = [*layer.padding, *layer.padding]
    return {
        "kernel_shape": list(layer.kernel_size),
        "strides": list(layer.stride),
        "pads": pads,
        "group": layer.groups,
    }
