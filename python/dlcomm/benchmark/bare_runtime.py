# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""ONNX Runtime by itself, as a user would take it instead of a block."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnxruntime


def one_thread_session(model: str | bytes) -> onnxruntime.InferenceSession:
    """A session on one thread of the processor.

    Args:
        model: path of the file, or its content.

    Raises:
        ImportError: the Python package onnxruntime is not installed.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    # What it warns of are its own optimizations; errors are raised.
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
