# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Files that are no models, or models of another time: one line that names the file."""

from __future__ import annotations

import onnx
import pytest
from refusals import BLOCKS, KINDS, refused, refused_by_all

from gnuradio import dlcomm


@pytest.mark.parametrize("kind", KINDS)
def test_missing_file(kind, tmp_path):
    refused_by_all(kind, str(tmp_path / "missing.onnx"), "no such file")


@pytest.mark.parametrize("kind", KINDS)
def test_empty_file(kind, save):
    refused_by_all(kind, save(b""), "the file is empty")


def test_folder_instead_of_file(tmp_path):
    refused(lambda: dlcomm.read_contract(str(tmp_path)), str(tmp_path), "not a regular file")
    refused(lambda: dlcomm.onnx_inference(str(tmp_path)), str(tmp_path), "not a regular file")
    refused(
        lambda: dlcomm.neural_encoder_bc(str(tmp_path)),
        str(tmp_path),
        "the folder holds no encoder.onnx",
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "content",
    [
        b"This is not a model.\n",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"PK\x03\x04" + bytes(100),
        bytes(1000),
        b"\xff" * 1000,
        b"\n" * 1000,
        b"\x08\x08",
    ],
    ids=["text", "png", "zip", "zeros", "ones", "newlines", "no_graph"],
)
def test_not_onnx(kind, content, save):
    refused_by_all(kind, save(content), "not a valid ONNX file: ")


@pytest.mark.parametrize("kind", KINDS)
def test_truncated_at_every_eighth_byte(kind, make_model, save):
    whole = make_model(kind).SerializeToString()
    for length in range(1, len(whole) - 8, 8):
        path = save(whole[:length])
        if kind == "vector" and _still_a_model(whole[:length]):
            continue
        refused_by_all(kind, path)


def _still_a_model(data: bytes) -> bool:
    """True when nothing but the metadata behind the graph was cut off."""
    try:
        model = onnx.ModelProto.FromString(data)
    except Exception:
        return False
    return bool(model.graph.output) and bool(model.opset_import)


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_opset(kind, make_model, save):
    model = make_model(kind)
    model.opset_import[0].version = 99
    refused_by_all(kind, save(model), "99")


@pytest.mark.parametrize("kind", ["encoder", "decoder", "classifier"])
def test_opset_is_named_with_the_range(kind, make_model, save):
    model = make_model(kind)
    for version in (0, 99):
        model.opset_import[0].version = version
        refused_by_all(kind, save(model), f"the opset is {version}, expected 1 to 28")
    del model.opset_import[:]
    refused_by_all(kind, save(model), "the opset is 0, expected 1 to 28")


@pytest.mark.parametrize(("kind", "loader"), BLOCKS)
def test_unknown_format_version(kind, loader, make_model, save):
    model = make_model(kind)
    model.ir_version = 99
    path = save(model)
    refused(lambda: loader(path), path, "Unsupported model IR version: 99")


@pytest.mark.parametrize(("kind", "loader"), BLOCKS)
def test_unknown_operator(kind, loader, make_model, save):
    model = make_model(kind)
    model.graph.node[0].op_type = "Teleport\nnow"
    path = save(model)
    refused(lambda: loader(path), path, "Teleport")
