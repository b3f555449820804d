# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm``, ``dlcomm models``, ``dlcomm train``, ``dlcomm compress``."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from classifier_files import write_classifier

from gnuradio import dlcomm


@pytest.mark.parametrize("arguments", [[], ["--help"], ["-h"]])
def test_help_lists_the_commands(dlcomm_here: Callable, arguments: list[str]) -> None:
    outcome = dlcomm_here(*arguments)
    assert (outcome.status, outcome.err) == (0, "")
    for command in ("models", "ber", "bench", "train", "compress"):
        assert command in outcome.out


@pytest.mark.parametrize("command", ["models", "ber"])
def test_help_of_a_command(dlcomm_here: Callable, command: str) -> None:
    outcome = dlcomm_here(command, "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert f"dlcomm {command}" in outcome.out


def test_help_loads_nothing_slow() -> None:
    code = (
        "import sys; from gnuradio.dlcomm.cli import main; main(['--help']); "
        "print([m for m in ('scipy', 'matplotlib', 'onnx', 'onnxruntime', 'torch') "
        "if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_measuring_needs_no_torch() -> None:
    code = (
        "import sys; from gnuradio.dlcomm.cli import main; "
        "assert main(['ber', '--model', 'qpsk', '--ebn0', '0']) == 0; "
        "assert main(['models', 'qpsk']) == 0; print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_models_are_listed(dlcomm_here: Callable) -> None:
    outcome = dlcomm_here("models")
    assert (outcome.status, outcome.err) == (0, "")
    for name in dlcomm.models():
        assert name in outcome.out
    listed = json.loads(dlcomm_here("models", "--json").out)
    assert [entry["model"] for entry in listed] == dlcomm.models()


def test_one_model(dlcomm_here: Callable) -> None:
    outcome = dlcomm_here("models", "hamming_7_4")
    assert (outcome.status, outcome.err) == (0, "")
    for part in (
        "7 real channel uses, 4 bits (16 messages)",
        "message int64 [b]",
        "symbols float32 [b, 7]",
        "logits float32 [b, 16]",
        "112 per message",
        "recipe",
    ):
        assert part in outcome.out


def test_one_model_as_json(dlcomm_here: Callable) -> None:
    link = dlcomm.link("hamming_7_4")
    for argument in ("hamming_7_4", Path(link.encoder).parent):
        report = json.loads(dlcomm_here("models", argument, "--json").out)
        assert report["model"] == str(argument)
        decoder = report["decoder"]
        assert (decoder["n"], decoder["k"], decoder["role"]) == (7, 4, "decoder")
        assert decoder["bytes"] == Path(link.decoder).stat().st_size
        assert decoder["multiply_accumulates"] == 7 * 16
        assert decoder["inputs"] == [{"name": "symbols", "dtype": "float32", "shape": [-1, 7]}]
        assert isinstance(decoder["recipe"], dict)
        assert isinstance(decoder["measured"], list)
    alone = json.loads(dlcomm_here("models", link.decoder, "--json").out)
    assert set(alone) == {"model", "decoder"}


def test_operations_of_every_shipped_model_are_known(dlcomm_here: Callable) -> None:
    for entry in json.loads(dlcomm_here("models", "--json").out):
        if "classifier" in entry:
            assert entry["classifier"]["multiply_accumulates"] > 0
            continue
        for role in ("encoder", "decoder"):
            report = entry[role]
            products = [1 << report["k"], report["n"]]
            # At least one M x n product, and never more than the thesis form needs, with an
            # estimator of the channel and the complex product that applies its estimate.
            units = report["recipe"].get("config", {}).get("estimator_units", 0)
            most = products[0] ** 2 + products[0] * products[1]
            most += units * (products[1] + 2) + products[1] ** 2
            assert products[0] * products[1] <= report["multiply_accumulates"] <= most


def test_a_classifier_is_listed_and_told_of(
    dlcomm_here: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "amc_of_a_test" / "classifier.onnx"
    write_classifier(path, np.ones((3, 2 * 64), np.float32), ["BPSK", "QPSK", "8PSK"])
    monkeypatch.setenv("DLCOMM_MODEL_PATH", str(tmp_path))
    outcome = dlcomm_here("models")
    assert (outcome.status, outcome.err) == (0, "")
    assert "3 classes, windows of 64" in outcome.out
    outcome = dlcomm_here("models", "amc_of_a_test")
    assert (outcome.status, outcome.err) == (0, "")
    for part in ("64 complex samples", "BPSK, QPSK, 8PSK", "iq float32 [b, 64, 2]",
                 "logits float32 [b, 3]", "384 per window"):
        assert part in outcome.out
    report = json.loads(dlcomm_here("models", "amc_of_a_test", "--kernels", "--json").out)
    assert report["classifier"]["served_by"] == "onnxruntime"
    assert sum(kernel["calls"] for kernel in report["classifier"]["kernels"]) > 0


def test_no_models_anywhere(dlcomm_here: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gnuradio.dlcomm.links.model_path", lambda: ["/does/not/exist"])
    dlcomm_here("models").assert_one_line(1, "/does/not/exist")


def test_training_is_handed_on(dlcomm_here: Callable) -> None:
    outcome = dlcomm_here("train", "--help")
    assert (outcome.status, outcome.err) == (0, "")
    assert "dlcomm train" in outcome.out
    assert "link" in outcome.out


def test_compression_is_handed_on(dlcomm_here: Callable) -> None:
    for arguments in (["compress"], ["compress", "--help"]):
        outcome = dlcomm_here(*arguments)
        assert (outcome.status, outcome.err) == (0, "")
        assert "dlcomm compress [OPTIONS]" in outcome.out
        assert "--prune" in outcome.out


def test_training_errors_are_one_line(dlcomm_here: Callable) -> None:
    dlcomm_here("train", "nonsense").assert_one_line(2, "nonsense")
    dlcomm_here("train", "compress").assert_one_line(2, "compress")
    dlcomm_here("train", "link", "--n", "x").assert_one_line(2, "--n")


def test_training_without_torch(dlcomm_here: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in [name for name in sys.modules if name.split(".")[0] == "dlcomm_train"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "torch", None)
    outcome = dlcomm_here("train", "link", "--n", "2", "--k", "2", "--out", "/dev/null/x")
    outcome.assert_one_line(1, "train: ", "'torch' is missing")
    outcome = dlcomm_here("compress", "ae_7_4", "--quantize", "4", "--out", "/dev/null/x")
    outcome.assert_one_line(1, "compress: ", "'torch' is missing")
