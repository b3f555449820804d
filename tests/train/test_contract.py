# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The model contract: what is accepted, and every way of breaking it."""

from __future__ import annotations

import copy
import stat

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from dlcomm_train import contract
from dlcomm_train.contract import Contract, ContractError
from dlcomm_train.models.baselines import baseline_models


@pytest.fixture
def decoder() -> onnx.ModelProto:
    """A fresh valid decoder with n = 7 and k = 4."""
    return copy.deepcopy(baseline_models("hamming_7_4")[1])


def _set(model: onnx.ModelProto, key: str, value: str | None) -> None:
    for index, entry in enumerate(model.metadata_props):
        if entry.key == key:
            if value is None:
                del model.metadata_props[index]
            else:
                entry.value = value
            return
    raise AssertionError(key)


def test_round_trip(tmp_path, decoder):
    path = tmp_path / "folder" / "decoder.onnx"
    contract.save(decoder, path)
    model, link = contract.load(path)
    assert model == decoder
    assert (link.role, link.link, link.n, link.k) == ("decoder", "hamming_7_4", 7, 4)
    assert link.recipe["kind"] == "baseline"
    assert link.measured == []
    assert [entry.name for entry in path.parent.iterdir()] == ["decoder.onnx"]
    assert path.stat().st_mode & stat.S_IRUSR


def test_attach_replaces_all_metadata(decoder):
    decoder.metadata_props.add(key="origin", value="elsewhere")
    contract.attach(decoder, Contract("decoder", "other", 7, 4, measured=[{"a": 1}]))
    keys = [entry.key for entry in decoder.metadata_props]
    assert keys == sorted(keys) and all(key.startswith("dlcomm.") for key in keys)
    link = contract.check(decoder)
    assert (link.link, link.measured, link.recipe) == ("other", [{"a": 1}], {})


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("dlcomm.contract", None, "dlcomm.contract is missing, expected 1"),
        ("dlcomm.contract", "2", "dlcomm.contract is '2', expected '1'"),
        ("dlcomm.role", None, "dlcomm.role is missing"),
        ("dlcomm.role", "codec", "dlcomm.role is 'codec', expected one of encoder"),
        ("dlcomm.role", "encoder", "inputs are symbols, expected message"),
        ("dlcomm.link", "", "dlcomm.link is empty"),
        ("dlcomm.n", "seven", "dlcomm.n is 'seven', expected a whole number"),
        ("dlcomm.n", "6", "'symbols' has shape [b, 7], expected [b, 6]"),
        ("dlcomm.n", "0", "dlcomm.n is '0'"),
        ("dlcomm.k", "9", "dlcomm.k is '9', expected a whole number from 1 to 8"),
        ("dlcomm.k", "3", "'logits' has shape [b, 16], expected [b, 8]"),
        ("dlcomm.recipe", None, "dlcomm.recipe is missing, expected a JSON object"),
        ("dlcomm.recipe", "[]", "dlcomm.recipe is '[]', expected a JSON object"),
        ("dlcomm.recipe", "{", "dlcomm.recipe is '{', expected a JSON object"),
        ("dlcomm.measured", "{}", "dlcomm.measured is '{}', expected a JSON list"),
    ],
)
def test_metadata_violations(decoder, key, value, expected):
    _set(decoder, key, value)
    _refused(decoder, expected)


def test_missing_output_is_named(decoder):
    decoder.graph.output[0].name = "scores"
    _refused(decoder, "outputs are scores, expected logits")


def test_unknown_input_is_named(decoder):
    decoder.graph.input.append(
        helper.make_tensor_value_info("noise", TensorProto.FLOAT, ["b", 1])
    )
    _refused(decoder, "inputs are noise, symbols, expected symbols (and optionally csi)")


def test_csi_input_needs_even_n(decoder, models_dir):
    decoder.graph.input.append(
        helper.make_tensor_value_info("csi", TensorProto.FLOAT, ["b", 2])
    )
    _refused(decoder, "dlcomm.n is 7, expected an even number beside csi")
    even, _ = contract.load(models_dir / "qpsk_csi" / "decoder.onnx")
    assert contract.check(even).n == 2


def test_wrong_type_is_named(decoder):
    decoder.graph.input[0].type.tensor_type.elem_type = TensorProto.DOUBLE
    _refused(decoder, "tensor 'symbols' is double, expected float32")


def test_fixed_batch_is_refused(decoder):
    decoder.graph.input[0].type.tensor_type.shape.dim[0].dim_value = 1
    _refused(decoder, "'symbols' has shape [1, 7], expected [b, 7]")


@pytest.mark.parametrize("opset", [16, 26])
def test_opset_out_of_range(decoder, opset):
    decoder.opset_import[0].version = opset
    _refused(decoder, f"opset is {opset}, expected 17 to 25")


def test_foreign_operators_are_refused(decoder):
    decoder.opset_import.append(helper.make_opsetid("com.example", 1))
    _refused(decoder, "operator domain 'com.example'")


def test_too_new_a_file_format(decoder):
    decoder.ir_version = 14
    _refused(decoder, "ir_version is 14, expected at most 13")


def test_external_data_is_refused(decoder):
    decoder.graph.initializer[0].data_location = TensorProto.EXTERNAL
    _refused(decoder, "stored outside the file")


def test_invalid_graph_is_refused(decoder):
    decoder.graph.node[0].input[1] = "nowhere"
    _refused(decoder, "not a valid ONNX model")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, "cannot be read: No such file"),
        (b"", "is empty"),
        (b"this is not a model", "is not an ONNX model"),
        (b"\x08\x08", "is not an ONNX model (no graph)"),
    ],
)
def test_unusable_files(tmp_path, content, expected):
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ContractError) as error:
        contract.load(path)
    assert str(path) in str(error.value) and expected in str(error.value)
    assert "\n" not in str(error.value)


def test_nothing_is_written_when_the_contract_is_broken(tmp_path, decoder):
    _set(decoder, "dlcomm.k", "3")
    with pytest.raises(ContractError):
        contract.save(decoder, tmp_path / "decoder.onnx")
    assert list(tmp_path.iterdir()) == []


def _classifier() -> onnx.ModelProto:
    graph = helper.make_graph(
        [
            helper.make_node("Flatten", ["iq"], ["flat"]),
            helper.make_node("MatMul", ["flat", "weight"], ["logits"]),
        ],
        "classifier",
        [helper.make_tensor_value_info("iq", TensorProto.FLOAT, ["b", 4, 2])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", 3])],
        [numpy_helper.from_array(np.zeros((8, 3), np.float32), "weight")],
    )
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    return contract.attach(
        model, Contract("classifier", labels=("am", "fm", "qpsk"), window=4)
    )


def test_classifier():
    link = contract.check(_classifier())
    assert link.labels == ("am", "fm", "qpsk") and link.window == 4


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("dlcomm.labels", '["am"]', "expected two or more names"),
        ("dlcomm.labels", '["am","fm"]', "'logits' has shape [b, 3], expected [b, 2]"),
        ("dlcomm.window", "8", "'iq' has shape [b, 4, 2], expected [b, 8, 2]"),
        ("dlcomm.window", None, "dlcomm.window is missing"),
    ],
)
def test_classifier_violations(key, value, expected):
    model = _classifier()
    _set(model, key, value)
    _refused(model, expected)


def _refused(model: onnx.ModelProto, expected: str) -> None:
    with pytest.raises(ContractError) as error:
        contract.check(model, "some.onnx")
    message = str(error.value)
    assert message.startswith("some.onnx: ") and expected in message
    assert "\n" not in message
