# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm models --kernels``: what the runtime's profiler saw, and what the block runs."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from gnuradio import dlcomm


def arithmetic(report: dict) -> set[str]:
    """What the products of a network multiply."""
    return {kernel["arithmetic"] for kernel in report["kernels"]} - {""}


@pytest.mark.parametrize("model", ["ae_7_4", "ae_8_8", "ae_8_8_compact"])
def test_int8_models_run_integer_kernels_and_float_ones_do_not(
    dlcomm_here: Callable, model: str
) -> None:
    for name, expected in ((model, {"float"}), (f"{model}_int8", {"integer"})):
        outcome = dlcomm_here("models", name, "--kernels", "--json")
        assert (outcome.status, outcome.err) == (0, "")
        report = json.loads(outcome.out)
        for role in ("encoder", "decoder"):
            assert arithmetic(report[role]) == expected
    # Hidden layers stay integers, and no logit is rounded to one.
    products = [x for x in report["decoder"]["kernels"] if x["arithmetic"]]
    assert {kernel["kernel"] for kernel in products} == {"QGemm"}
    assert [kernel["gives"] == "float" for kernel in products] == [
        kernel is products[-1] for kernel in products
    ]


def test_every_shipped_int8_model_multiplies_integers_only(dlcomm_here: Callable) -> None:
    names = [name for name in dlcomm.models("encoder") if name.endswith("_int8")]
    assert len(names) >= 6
    for name in names:
        report = json.loads(dlcomm_here("models", name, "--kernels", "--json").out)
        for role in ("encoder", "decoder"):
            assert arithmetic(report[role]) == {"integer"}, (name, role)


def test_calls_and_shares_add_up(dlcomm_here: Callable) -> None:
    report = json.loads(dlcomm_here("models", "ae_8_8_int8", "--kernels", "--json").out)
    for role in ("encoder", "decoder"):
        kernels = report[role]["kernels"]
        assert {kernel["calls"] for kernel in kernels} == {report[role]["runs"]}
        assert sum(kernel["share"] for kernel in kernels) == pytest.approx(1.0)
        total = sum(kernel["microseconds"] for kernel in kernels)
        for kernel in kernels:
            assert kernel["share"] == pytest.approx(kernel["microseconds"] / total)


@pytest.mark.parametrize(
    ("model", "executor", "words"),
    [
        ("ae_8_8_int8", "onnxruntime", "ONNX Runtime, with these kernels"),
        ("ae_8_8", "dense", "the module's own dense layers in float32"),
        ("ae_8_8_csi", "onnxruntime", "ONNX Runtime, with these kernels"),
    ],
)
def test_what_the_block_runs_is_told(
    dlcomm_here: Callable, model: str, executor: str, words: str
) -> None:
    report = json.loads(dlcomm_here("models", model, "--kernels", "--json").out)
    assert report["encoder"]["served_by"] == "table"
    assert report["decoder"]["served_by"] == executor
    assert report["decoder"]["onnxruntime"] == report["decoder"]["blocks_onnxruntime"]
    told = dlcomm_here("models", model, "--kernels").out
    assert f"In a flowgraph: {words}" in told
    assert "a table of all messages" in told
    for kernel in report["decoder"]["kernels"]:
        assert kernel["kernel"] in told


def test_nothing_is_left_behind(
    dlcomm_here: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert dlcomm_here("models", "qpsk", "--kernels").status == 0
    assert os.listdir(tmp_path) == []


def test_bad_input_is_one_line(dlcomm_here: Callable, tmp_path: Path) -> None:
    dlcomm_here("models", "--kernels").assert_one_line(2, "--kernels: found no model")
    dlcomm_here("models", "none", "--kernels").assert_one_line(2, "no shipped encoder")
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a model")
    dlcomm_here("models", broken, "--kernels").assert_one_line(2, "not a valid ONNX file")
