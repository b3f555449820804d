# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""From layers to ONNX models that obey the contract.

The graphs are written operator by operator, one Gemm per dense layer and one Conv per
convolution. They hold
nothing but the network: the same weights always give the same bytes, and a receiver
with one dense layer is one Gemm, which an engine can recognise.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from dlcomm_train import contract
from dlcomm_train.contract import Contract
from dlcomm_train.models.export_frontends import append_front_end
from dlcomm_train.networks.frontends import Matched
from dlcomm_train.networks.link import Decoder, Encoder
from dlcomm_train.networks.normalisation import POWER_PER_REAL, PowerNorm, average_scale

POWER_SCALE = "power_scale"
"""Initializer of an encoder's last operator, which multiplies the symbols."""

Dense = tuple[np.ndarray, np.ndarray]
"""A dense layer: weights [outputs, inputs] and bias [outputs]."""


def encoder_model(encoder: Encoder, link: Contract) -> onnx.ModelProto:
    """The ONNX model of a trained encoder, normalisation inside.

    Args:
        encoder: the network.
        link: contract to attach, with role ``encoder``.
    """
    with torch.no_grad():
        scale = average_scale(encoder.raw_codebook())
    return dense_encoder(_dense(encoder.layers), link, encoder.power_norm, scale)


def decoder_model(decoder: Decoder, link: Contract) -> onnx.ModelProto:
    """The ONNX model of a trained decoder.

    Args:
        decoder: the network.
        link: contract to attach, with role ``decoder``.
    """
    nodes: list[onnx.NodeProto] = []
    constants: dict[str, np.ndarray] = {}
    source = append_front_end(decoder.front_end, nodes, constants)
    for layer in decoder.layers:
        if isinstance(layer, nn.Conv1d):
            source = _append_convolution(nodes, constants, layer, source)
    _append_dense(nodes, constants, _dense(decoder.layers), source, "logits")
    csi = isinstance(decoder.front_end, Matched)
    return decoder_graph(nodes, constants, link, csi)


def dense_encoder(
    layers: Sequence[Dense], link: Contract, power_norm: PowerNorm, scale: float
) -> onnx.ModelProto:
    """An encoder of dense layers with ReLU between them.

    One-hot -> Gemm (-> Relu -> Gemm) -> normalisation. Over a codebook that is fixed,
    `average` normalisation is one factor; `codeword` divides by each row's norm.

    Args:
        layers: dense layers, first to last.
        link: contract to attach.
        power_norm: ``average`` or ``codeword``.
        scale: the factor of `average` normalisation; unused for `codeword`.
    """
    nodes = [
        helper.make_node(
            "OneHot", ["message", "depth", "off_on"], ["one_hot"], "one_hot", axis=-1
        )
    ]
    constants = {
        "depth": np.array([link.messages], dtype=np.int64),
        "off_on": np.array([0.0, 1.0], dtype=np.float32),
    }
    hidden = _append_dense(nodes, constants, layers, "one_hot", "raw")
    if power_norm == "codeword":
        nodes.append(
            helper.make_node("ReduceL2", [hidden], ["norm"], "norm", axes=[1])
        )
        nodes.append(helper.make_node("Div", [hidden, "norm"], ["unit"], "unit"))
        hidden, scale = "unit", math.sqrt(link.n * POWER_PER_REAL)
    constants[POWER_SCALE] = np.array(scale, dtype=np.float32)
    nodes.append(helper.make_node("Mul", [hidden, POWER_SCALE], ["symbols"], "power"))
    return build_model(
        nodes,
        constants,
        [("message", TensorProto.INT64, [])],
        ("symbols", TensorProto.FLOAT, [link.n]),
        link,
    )


def dense_decoder(layers: Sequence[Dense], link: Contract) -> onnx.ModelProto:
    """A decoder of dense layers with ReLU between them: symbols -> logits.

    Args:
        layers: dense layers, first to last.
        link: contract to attach.
    """
    nodes: list[onnx.NodeProto] = []
    constants: dict[str, np.ndarray] = {}
    _append_dense(nodes, constants, layers, "symbols", "logits")
    return decoder_graph(nodes, constants, link)


def decoder_graph(
    nodes: Sequence[onnx.NodeProto],
    constants: dict[str, np.ndarray],
    link: Contract,
    csi: bool = False,
) -> onnx.ModelProto:
    """A decoder of any operators that lead from ``symbols`` to ``logits``.

    Args:
        nodes: the operators, in order.
        constants: initializers by name.
        link: contract to attach, with role ``decoder``.
        csi: whether the operators also read the channel gain ``csi``.
    """
    inputs = [("symbols", TensorProto.FLOAT, [link.n])]
    if csi:
        inputs.append(("csi", TensorProto.FLOAT, [2]))
    return build_model(
        nodes,
        constants,
        inputs,
        ("logits", TensorProto.FLOAT, [link.messages]),
        link,
    )


def _dense(layers: nn.Sequential) -> list[Dense]:
    return [
        (layer.weight.detach().numpy(), layer.bias.detach().numpy())
        for layer in layers
        if isinstance(layer, nn.Linear)
    ]


def _append_convolution(
    nodes: list[onnx.NodeProto],
    constants: dict[str, np.ndarray],
    layer: nn.Conv1d,
    source: str,
) -> str:
    """Add a convolution along one channel, ReLU and flattening; return the last tensor."""
    constants["channel_axis"] = np.array([1], dtype=np.int64)
    constants["filters"] = layer.weight.detach().numpy()
    constants["filter_bias"] = layer.bias.detach().numpy()
    (padding,), (window,) = layer.padding, layer.kernel_size
    names, shape = ["channel", "filters", "filter_bias"], {"kernel_shape": [window]}
    nodes += [
        helper.make_node("Unsqueeze", [source, "channel_axis"], ["channel"], "channel"),
        helper.make_node("Conv", names, ["conv"], "conv", pads=[padding] * 2, **shape),
        helper.make_node("Relu", ["conv"], ["conv_relu"], "conv_relu"),
        helper.make_node("Flatten", ["conv_relu"], ["features_flat"], "features_flat", axis=1),
    ]
    return "features_flat"


def _append_dense(
    nodes: list[onnx.NodeProto],
    constants: dict[str, np.ndarray],
    layers: Sequence[Dense],
    source: str,
    target: str,
) -> str:
    """Add the layers' operators and constants; return the last tensor's name."""
    for index, (weight, bias) in enumerate(layers):
        last = index == len(layers) - 1
        names = [source, f"weight_{index}", f"bias_{index}"]
        constants[names[1]] = np.ascontiguousarray(weight, dtype=np.float32)
        constants[names[2]] = np.ascontiguousarray(bias, dtype=np.float32)
        source = target if last else f"dense_{index}"
        nodes.append(
            helper.make_node("Gemm", names, [source], f"dense_{index}", transB=1)
        )
        if not last:
            nodes.append(
                helper.make_node("Relu", [source], [f"relu_{index}"], f"relu_{index}")
            )
            source = f"relu_{index}"
    return source


def build_model(
    nodes: Sequence[onnx.NodeProto],
    constants: dict[str, np.ndarray],
    sources: Sequence[tuple[str, int, list[int]]],
    target: tuple[str, int, list[int]],
    link: Contract,
    name: str | None = None,
) -> onnx.ModelProto:
    """A model of operators and constants, in the formats that this package writes.

    Args:
        nodes: the operators, in order.
        constants: initializers by name.
        sources: name, type and shape (without the batch) of every input.
        target: the same of the output.
        link: contract to attach.
        name: of the graph; None: after the link and its role.
    """

    def info(name: str, kind: int, shape: list[int]) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, kind, ["b", *shape])

    graph = helper.make_graph(
        nodes,
        name or f"{link.link}_{link.role}",
        [info(*source) for source in sources],
        [info(*target)],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(
        graph,
        producer_name="dlcomm_train",
        opset_imports=[helper.make_opsetid("", contract.OPSET)],
        ir_version=contract.IR_VERSION,
    )
    return contract.attach(model, link)
