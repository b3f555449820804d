# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""set_model() with a bad model raises, and the block keeps the model it has."""

from __future__ import annotations

import numpy as np
import pytest
from good_models import externalise, replace_weights, set_key, weights
from refusals import BLOCKS, refused, run

from gnuradio import dlcomm


def _bad_files(kind: str, make_model, save) -> list[tuple[str, str]]:
    """Paths of bad models for a block of this kind, and a part of each error."""
    good = make_model(kind)
    data = good.SerializeToString()
    opset, operator, outside = make_model(kind), make_model(kind), make_model(kind)
    opset.opset_import[0].version = 99
    operator.graph.node[0].op_type = "Teleport"
    externalise(outside, "/etc/hostname")
    role = make_model("decoder" if kind == "encoder" else "encoder")
    bad = [
        (save(b"", "empty.onnx"), "empty"),
        (save(b"nonsense", "text.onnx"), "not a valid ONNX file"),
        (save(data[: len(data) // 3], "cut.onnx"), "not a valid ONNX file"),
        (save(opset, "opset.onnx"), "99"),
        (save(operator, "operator.onnx"), "Teleport"),
        (save(outside, "outside.onnx"), "lies outside the model's folder"),
        (save(role, "role.onnx"), "expected"),
        ("/no/such/model.onnx", "no such file"),
    ]
    if kind == "classifier":
        names = set_key(make_model(kind), "labels", '["bpsk", "qpsk", "16psk"]')
        bad.append((save(names, "names.onnx"), "label 2 is '16psk', expected '8psk'"))
    elif kind != "vector":
        bad.append((save(set_key(make_model(kind), "n", "6"), "n.onnx"), "expected"))
        bad.append((dlcomm.model_file("qpsk", kind), "(n, k) is (2, 2)"))
    if kind == "encoder":
        model = make_model(kind)
        loud = replace_weights(model, "codebook", 3 * weights(model, "codebook"))
        bad.append((save(loud, "loud.onnx"), "mean power"))
        quiet = replace_weights(model, "codebook", np.nan * weights(model, "codebook"))
        bad.append((save(quiet, "nan.onnx"), "holds a NaN"))
    return bad


@pytest.mark.parametrize(("kind", "loader"), BLOCKS)
def test_bad_model_leaves_the_old_one_running(kind, loader, make_model, save):
    good = save(make_model(kind), "good.onnx")
    block = loader(good)
    want = run(kind, loader(good))
    for path, part in _bad_files(kind, make_model, save):
        refused(lambda path=path: block.set_model(path), path, part)
        assert block.model() == good
    np.testing.assert_array_equal(run(kind, block), want)
