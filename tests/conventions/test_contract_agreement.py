# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The blocks and the training toolchain read the model contract alike.

The contract is checked twice: in C++ when a block loads a file, in Python when the
toolchain writes one. What the toolchain takes, the blocks take, and read the same in it.
What the blocks cannot use, the toolchain does not write. The toolchain may be stricter
than the blocks, in the ways named here.
"""

from __future__ import annotations

import json
from pathlib import Path

import onnx
import pytest
from contract_cases import BAD, GOOD, STRICTER_TOOLCHAIN, Case

from dlcomm_train import contract
from dlcomm_train.models.statistics import cost
from gnuradio import dlcomm

MAKERS = {
    "encoder": dlcomm.neural_encoder_bc,
    "decoder": dlcomm.neural_decoder_cb,
    "classifier": dlcomm.modulation_classifier_c,
}
SHIPPED = [
    dlcomm.model_file(model, role) for role in MAKERS for model in dlcomm.models(role)
]


def made(case: Case, folder: Path) -> str:
    """Write the changed model and return its path."""
    model = case[0]()
    case[1](model)
    path = folder / "model.onnx"
    path.write_bytes(model.SerializeToString())
    return str(path)


def blocks_read(path: str) -> dict:
    """The contract as C++ reads it; what has a block is loaded into it, too."""
    found = dlcomm.read_contract(path)
    if found["role"] in MAKERS:
        MAKERS[found["role"]](path)
    return found


def assert_equal(found: dict, model: onnx.ModelProto, expected: contract.Contract) -> None:
    assert (found["role"], found["link"]) == (expected.role, expected.link)
    assert (found["n"], found["k"]) == (expected.n, expected.k)
    assert found["window"] == expected.window
    assert tuple(found["labels"]) == expected.labels
    assert json.loads(found["recipe"]) == expected.recipe
    assert json.loads(found["measured"]) == expected.measured
    assert found["opset"] == model.opset_import[0].version
    weights = {tensor.name for tensor in model.graph.initializer}
    inputs = [value.name for value in model.graph.input if value.name not in weights]
    assert [value[0] for value in found["inputs"]] == inputs
    assert [value[0] for value in found["outputs"]] == [v.name for v in model.graph.output]
    assert found["uses_csi"] == ("csi" in inputs)
    assert found["parameters"] == cost(model).parameters


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: "/".join(Path(p).parts[-2:]))
def test_shipped_models_read_the_same(path):
    model, expected = contract.load(path)
    found = blocks_read(path)
    assert_equal(found, model, expected)
    assert found["bytes"] == Path(path).stat().st_size


@pytest.mark.parametrize("name", GOOD)
def test_both_take(name, tmp_path):
    path = made(GOOD[name], tmp_path)
    model, expected = contract.load(path)
    assert_equal(blocks_read(path), model, expected)


@pytest.mark.parametrize("name", STRICTER_TOOLCHAIN)
def test_the_toolchain_is_stricter(name, tmp_path):
    path = made(STRICTER_TOOLCHAIN[name], tmp_path)
    with pytest.raises(contract.ContractError):
        contract.load(path)
    blocks_read(path)


@pytest.mark.parametrize("name", BAD)
def test_both_refuse(name, tmp_path):
    path = made(BAD[name], tmp_path)
    with pytest.raises(contract.ContractError) as by_toolchain:
        contract.load(path)
    with pytest.raises(RuntimeError) as by_blocks:
        blocks_read(path)
    for error in (by_toolchain, by_blocks):
        assert path in str(error.value)
        assert "\n" not in str(error.value)


@pytest.mark.parametrize("content", [None, b"", b"not a model", b"\x08\x08", b"\x00" * 64])
def test_both_refuse_what_is_no_model(content, tmp_path):
    path = tmp_path / "model.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(contract.ContractError, match="model.onnx"):
        contract.load(path)
    with pytest.raises(RuntimeError, match="model.onnx"):
        dlcomm.read_contract(str(path))
