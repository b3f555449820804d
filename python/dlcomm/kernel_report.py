# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Which kernels run a model file: what ONNX Runtime's profiler saw of it."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from .dlcomm_python import (
    modulation_classifier_c,
    neural_decoder_cb,
    onnxruntime_version,
    read_contract,
)

BATCH = 1024
"""Messages or windows that the network is given at a time."""

_RUNS = 20
_SEED = 1
_PRODUCTS = ("Gemm", "MatMul", "Conv")
"""What the names of kernels that multiply matrices or convolve have in them."""
_INTEGERS = ("int8", "uint8")
_ROW_TYPES = {"float32": np.float32, "int64": np.int64}


def kernel_report(path: str) -> dict[str, Any]:
    """Run a model file in ONNX Runtime with its profiler on, and see what ran.

    One thread, `_RUNS` batches of `BATCH` random inputs, one more before them that is not
    counted. Times are of this machine and of that moment.

    Args:
        path: an encoder, decoder or classifier.

    Returns:
        ``role``; ``served_by``: what the blocks run the file in (``table`` for encoders,
        the `executor` of the block otherwise); ``onnxruntime``: release of the
        profiled runtime, and ``blocks_onnxruntime``: of that of the blocks; ``batch``,
        ``runs``; and ``kernels``, in the order in which they ran, each an object of

        - ``node``: name of the operator in the optimized graph,
        - ``kernel``: kind of operator, ``QGemm`` for one,
        - ``arithmetic``: ``integer`` or ``float`` for products of matrices and
          convolutions, by the type of what they multiply; else empty,
        - ``takes``, ``gives``: element types of its first input and output,
        - ``calls``, ``microseconds``, and ``share`` of the time of all kernels.

    Raises:
        RuntimeError: the file breaks the contract or cannot be run; one line.
    """
    contract = read_contract(path)
    events, version = _profile(path, contract)
    kernels: dict[Any, dict[str, Any]] = {}
    for event in events:
        node = event["name"].removesuffix("_kernel_time")
        takes, gives = (
            next((kind for shape in event["args"][key] for kind in shape), "")
            for key in ("input_type_shape", "output_type_shape")
        )
        kernel = event["args"]["op_name"]
        entry = kernels.setdefault(
            event["args"]["node_index"],  # not every node has a name
            {
                "node": node.removeprefix("fused ").strip(),
                "kernel": kernel,
                "arithmetic": _arithmetic(kernel, takes),
                "takes": takes,
                "gives": gives,
                "calls": 0,
                "microseconds": 0,
            },
        )
        entry["calls"] += 1
        entry["microseconds"] += event["dur"]
    total = sum(entry["microseconds"] for entry in kernels.values())
    for entry in kernels.values():
        entry["share"] = entry["microseconds"] / total if total else 0.0
    return {
        "role": contract["role"],
        "served_by": _served_by(path, contract["role"]),
        "onnxruntime": version,
        "blocks_onnxruntime": onnxruntime_version(),
        "batch": BATCH,
        "runs": _RUNS,
        "kernels": list(kernels.values()),
    }


def _arithmetic(kernel: str, takes: str) -> str:
    """What a kernel multiplies, or empty where it multiplies no matrices."""
    if not any(part in kernel for part in _PRODUCTS):
        return ""
    return "integer" if takes in _INTEGERS else "float"


def _served_by(path: str, role: str) -> str:
    """What runs the file in a flowgraph."""
    if role == "encoder":
        return "table"
    block = neural_decoder_cb if role == "decoder" else modulation_classifier_c
    return block(path).executor()


def _profile(path: str, contract: dict[str, Any]) -> tuple[list[dict[str, Any]], str]:
    """The profiler's events of kernels, without those of the first run; the release."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        try:
            session = onnxruntime.InferenceSession(
                path, options, providers=["CPUExecutionProvider"]
            )
            feed = _feed(contract)
            for _ in range(1 + _RUNS):
                session.run(None, feed)
        except Exception as error:  # the runtime's own exceptions have no common base
            words = " ".join(str(error).split())
            raise RuntimeError(f"{path}: ONNX Runtime: {words}") from None
        profile = Path(session.end_profiling())
        events = json.loads(profile.read_text(encoding="utf-8"))
    found = [
        event
        for event in events
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time")
    ]
    return found[len(found) // (1 + _RUNS) :], onnxruntime.__version__


def _feed(contract: dict[str, Any]) -> dict[str, np.ndarray]:
    """A batch of random inputs, always the same."""
    generator = np.random.default_rng(_SEED)
    feed = {}
    for name, dtype, shape in contract["inputs"]:
        size = (BATCH, *shape[1:])
        values = (
            generator.integers(1 << contract["k"], size=size)
            if dtype == "int64"
            else generator.standard_normal(size)
        )
        feed[name] = values.astype(_ROW_TYPES[dtype])
    return feed
