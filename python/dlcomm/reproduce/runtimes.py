# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a decoder's file needs of a runtime, and whether one here decides alike."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..kernel_report import kernel_report
from ..links import Link
from .chains import decisions


@dataclass(frozen=True)
class Runtime:
    """A file in ONNX Runtime, apart from any flowgraph.

    Attributes:
        opset: ONNX operator set that the file asks for.
        version: release of the runtime that ran it here.
        kernels: kernels that multiply matrices there, by the runtime's profiler: what kind
            of operator, and whether in ``integer`` or ``float``.
        alike: decisions of it that are those of the block.
        messages: how many were compared.
    """

    opset: int
    version: str
    kernels: tuple[str, ...]
    alike: int
    messages: int


def in_onnxruntime(link: Link, symbols: np.ndarray) -> Runtime:
    """Decide in ONNX Runtime and in the block, and compare.

    Args:
        link: a link without channel knowledge.
        symbols: received, float32 [b, n].
    """
    import onnx
    import onnxruntime

    opsets = onnx.load(link.decoder, load_external_data=False).opset_import
    session = onnxruntime.InferenceSession(link.decoder, providers=["CPUExecutionProvider"])
    logits = session.run(["logits"], {"symbols": symbols})[0]
    alike = np.count_nonzero(logits.argmax(axis=1) == decisions(link, symbols))
    opset = max(entry.version for entry in opsets if entry.domain in ("", "ai.onnx"))
    kernels = kernel_report(link.decoder)["kernels"]
    products = tuple(f"{k['kernel']} ({k['arithmetic']})" for k in kernels if k["arithmetic"])
    return Runtime(opset, onnxruntime.__version__, products, int(alike), len(symbols))
