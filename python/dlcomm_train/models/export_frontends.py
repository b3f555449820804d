# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The front ends of decoders, written as ONNX operators."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
from onnx import helper

from dlcomm_train.networks.frontends import (
    CLAMP,
    FrontEnd,
    Inverse,
    Matched,
    Quadratic,
    product_table,
)

Nodes = list[onnx.NodeProto]
Constants = dict[str, np.ndarray]


def append_front_end(front_end: FrontEnd, nodes: Nodes, constants: Constants) -> str:
    """Add the operators of `front_end`; return the name of the tensor that they make.

    They read ``symbols``, and ``csi`` where the receiver is told the gain.
    """
    if isinstance(front_end, Matched):
        return _matched(front_end.outputs - 1, nodes, constants)
    if isinstance(front_end, Inverse):
        return _inverse(front_end, nodes, constants)
    if isinstance(front_end, Quadratic):
        return _quadratic(front_end, nodes, constants)
    return "symbols"


def append_matched_filter(n: int, nodes: Nodes, constants: Constants) -> tuple[str, str]:
    """Add conj(h) y [b, n] and |h|^2 [b, 1]; return the names of both tensors."""
    _append_complex_product("csi", "symbols", "matched", n, nodes, constants, conjugate=True)
    constants["one"] = np.ones((2, 1), dtype=np.float32)
    _add(nodes, "Mul", ["csi", "csi"], "squares")
    _add(nodes, "MatMul", ["squares", "one"], "gain_power")
    return "matched", "gain_power"


def _matched(n: int, nodes: Nodes, constants: Constants) -> str:
    return _add(
        nodes, "Concat", list(append_matched_filter(n, nodes, constants)), "features", axis=1
    )


def _inverse(front_end: Inverse, nodes: Nodes, constants: Constants) -> str:
    first, _, last = front_end.estimator
    for name, layer in (("estimator_0", first), ("estimator_1", last)):
        constants[name + "_weight"] = layer.weight.detach().numpy()
        constants[name + "_bias"] = layer.bias.detach().numpy()
    constants["clamp_low"] = np.array(-CLAMP, dtype=np.float32)
    constants["clamp_high"] = np.array(CLAMP, dtype=np.float32)
    names = ["symbols", "estimator_0_weight", "estimator_0_bias"]
    _add(nodes, "Gemm", names, "estimator_0", transB=1)
    _add(nodes, "Relu", ["estimator_0"], "estimator_relu")
    names = ["estimator_relu", "estimator_1_weight", "estimator_1_bias"]
    _add(nodes, "Gemm", names, "estimator_1", transB=1)
    _add(nodes, "Clip", ["estimator_1", "clamp_low", "clamp_high"], "inverse_gain")
    if last.out_features == 1:
        return _add(nodes, "Mul", ["symbols", "inverse_gain"], "equalised")
    n = first.in_features
    return _append_complex_product("inverse_gain", "symbols", "equalised", n, nodes, constants)


def _quadratic(front_end: Quadratic, nodes: Nodes, constants: Constants) -> str:
    *columns, sign = product_table(front_end.n)
    names = ("first", "second", "third", "fourth")
    for name, column in zip(names, columns, strict=True):
        constants[name] = np.array(column, dtype=np.int64)
        _add(nodes, "Gather", ["symbols", name], f"{name}_factor", axis=1)
    constants["sign"] = np.array(sign, dtype=np.float32)
    _add(nodes, "Mul", ["first_factor", "second_factor"], "positive")
    _add(nodes, "Mul", ["third_factor", "fourth_factor"], "unsigned")
    _add(nodes, "Mul", ["unsigned", "sign"], "signed")
    return _add(nodes, "Add", ["positive", "signed"], "products")


def _append_complex_product(
    gain: str,
    samples: str,
    target: str,
    n: int,
    nodes: Nodes,
    constants: Constants,
    conjugate: bool = False,
) -> str:
    """One complex gain [b, 2] (or its conjugate) times the samples [b, n] of its row."""
    # Multiplying pairs (re, im) by this from the right gives those of j y: (-im, re), or of
    # -j y: (im, -re).
    quarter = np.array([[0.0, 1.0], [-1.0, 0.0]], dtype=np.float32)
    turn = np.kron(np.eye(n // 2, dtype=np.float32), -quarter if conjugate else quarter)
    constants["turn"] = np.ascontiguousarray(turn, dtype=np.float32)
    _add(nodes, "MatMul", [samples, "turn"], "turned")
    nodes.append(helper.make_node("Split", [gain], ["gain_re", "gain_im"], "split", axis=1))
    # g y = g_re y + g_im (j y), and conj(g) y = g_re y + g_im (-j y)
    _add(nodes, "Mul", [samples, "gain_re"], "in_phase")
    _add(nodes, "Mul", ["turned", "gain_im"], "quadrature")
    return _add(nodes, "Add", ["in_phase", "quadrature"], target)


def _add(nodes: Nodes, kind: str, inputs: list[str], output: str, **attributes: Any) -> str:
    nodes.append(helper.make_node(kind, inputs, [output], output, **attributes))
    return output
