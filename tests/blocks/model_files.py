# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Small .onnx files that tests build, and what the ONNX Runtime wheel computes of a file.

The models are written with the `onnx` package alone, so that they share no code with the
toolchain whose files are shipped.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8


def free(name: str, kind: int, *shape: int) -> onnx.ValueInfoProto:
    """A tensor whose first axis is the batch."""
    return helper.make_tensor_value_info(name, kind, ["b", *shape])


def write(
    path: Path,
    nodes: list[onnx.NodeProto],
    inputs: list[onnx.ValueInfoProto],
    output: onnx.ValueInfoProto,
    constants: dict[str, np.ndarray],
    metadata: dict[str, str] | None = None,
) -> str:
    """Write a model file and return its path as text."""
    graph = helper.make_graph(
        nodes,
        "test",
        inputs,
        [output],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION
    )
    for key, value in (metadata or {}).items():
        model.metadata_props.add(key=f"dlcomm.{key}", value=value)
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    onnx.save(model, path)
    return str(path)


def link_metadata(role: str, n: int, k: int, link: str = "test") -> dict[str, str]:
    """The metadata of an encoder or decoder."""
    return {
        "contract": "1", "role": role, "link": link, "n": str(n), "k": str(k),
        "recipe": "{}", "measured": "[]",
    }


def random_codebook(rng: np.random.Generator, n: int, k: int) -> np.ndarray:
    """[2^k, n] float32 of unit mean power per complex sample."""
    book = rng.standard_normal((1 << k, n))
    return (book / np.sqrt(2.0 * np.mean(book**2))).astype(np.float32)


def write_pair(folder: Path, codebook: np.ndarray) -> tuple[str, str]:
    """A table look-up encoder and its maximum-likelihood decoder on AWGN.

    Args:
        folder: where encoder.onnx and decoder.onnx go.
        codebook: [2^k, n] float32.
    """
    messages, n = codebook.shape
    k = messages.bit_length() - 1
    encoder = write(
        folder / "encoder.onnx",
        [helper.make_node("Gather", ["codebook", "message"], ["symbols"])],
        [free("message", TensorProto.INT64)],
        free("symbols", TensorProto.FLOAT, n),
        {"codebook": codebook},
        link_metadata("encoder", n, k),
    )
    decoder = write(
        folder / "decoder.onnx",
        [helper.make_node("Gemm", ["symbols", "w", "b"], ["logits"], transB=1)],
        [free("symbols", TensorProto.FLOAT, n)],
        free("logits", TensorProto.FLOAT, messages),
        {"w": codebook, "b": (-0.5 * np.sum(codebook**2, axis=1)).astype(np.float32)},
        link_metadata("decoder", n, k),
    )
    return encoder, decoder


def write_csi_decoder(path: Path, codebook: np.ndarray) -> str:
    """A decoder that rotates the samples back by the gain's conjugate.

    logits = Re<conj(h) y, c> - |h|^2 |c|^2 / 2, maximum likelihood for a known gain h.

    Args:
        path: the file.
        codebook: [2^k, n] float32, n even.
    """
    messages, n = codebook.shape
    # Re<conj(h) y, c> = hr <y, c> + hi <y, ic>, where ic turns every sample by 90 degrees.
    turned = (codebook.view(np.complex64) * np.complex64(1j)).view(np.float32)
    energy = (-0.5 * np.sum(codebook**2, axis=1, keepdims=True)).astype(np.float32).T
    one = np.array([1], np.int64)
    nodes = [
        helper.make_node("Slice", ["csi", "zero", "one", "one"], ["hr"]),
        helper.make_node("Slice", ["csi", "one", "two", "one"], ["hi"]),
        helper.make_node("MatMul", ["symbols", "straight"], ["along"]),
        helper.make_node("MatMul", ["symbols", "turned"], ["across"]),
        helper.make_node("Mul", ["along", "hr"], ["real_part"]),
        helper.make_node("Mul", ["across", "hi"], ["imag_part"]),
        helper.make_node("ReduceSumSquare", ["csi"], ["power"], axes=[1]),
        helper.make_node("Mul", ["power", "energy"], ["bias"]),
        helper.make_node("Sum", ["real_part", "imag_part", "bias"], ["logits"]),
    ]
    return write(
        path,
        nodes,
        [free("symbols", TensorProto.FLOAT, n), free("csi", TensorProto.FLOAT, 2)],
        free("logits", TensorProto.FLOAT, messages),
        {
            "zero": one - 1, "one": one, "two": one + 1, "energy": energy,
            "straight": np.ascontiguousarray(codebook.T),
            "turned": np.ascontiguousarray(turned.T),
        },
        link_metadata("decoder", n, messages.bit_length() - 1),
    )


def write_network(path: Path, weight: np.ndarray, row: tuple[int, ...]) -> str:
    """tanh(W x) of a row of any shape, outside the contract.

    Args:
        path: the file.
        weight: [outputs, inputs] float32.
        row: shape of an input row, with as many elements as there are inputs.
    """
    return write(
        path,
        [
            helper.make_node("Flatten", ["x"], ["flat"]),
            helper.make_node("Gemm", ["flat", "w"], ["dense"], transB=1),
            helper.make_node("Tanh", ["dense"], ["y"]),
        ],
        [free("x", TensorProto.FLOAT, *row)],
        free("y", TensorProto.FLOAT, len(weight)),
        {"w": weight},
    )


def wheel(path: str, **inputs: np.ndarray) -> np.ndarray:
    """The output of a model file as the ONNX Runtime wheel computes it, on one thread."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options, ["CPUExecutionProvider"])
    return session.run(None, inputs)[0]
