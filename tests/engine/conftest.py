# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Makes the helper modules of this folder importable, and shared fixtures."""

from __future__ import annotations

import sys
from pathlib import Path

import onnx
import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from good_models import MAKERS  # noqa: E402


@pytest.fixture
def make_model():
    """A function from `encoder`, `decoder`, `classifier` or `vector` to a good model."""
    return lambda kind: MAKERS[kind]()


@pytest.fixture
def save(tmp_path):
    """A function that writes a model, or bytes, to a file and returns the path as text."""

    def write(model: onnx.ModelProto | bytes, name: str = "model.onnx") -> str:
        path = Path(tmp_path, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(model if isinstance(model, bytes) else model.SerializeToString())
        return str(path)

    return write
