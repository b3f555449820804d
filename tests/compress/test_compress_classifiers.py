# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classifiers made smaller and trained again on a data set."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto
from typer.testing import CliRunner

from dlcomm_train import contract
from dlcomm_train.cli import app
from dlcomm_train.compress import (
    CompressError,
    DataRetraining,
    Distill,
    Prune,
    Quantize,
    QuantizeActivations,
    QuantizeAware,
    RemoveFilters,
    Retraining,
    ShareWeights,
    compress,
    compress_classifier,
    compress_file,
)
from dlcomm_train.compress.compositions import steps_of
from dlcomm_train.compress.layers.stack import DenseStack
from dlcomm_train.compress.stepfile import read_steps, write_steps
from dlcomm_train.compress.training.material import Material
from dlcomm_train.contract import Contract, ContractError
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.models.export_classifier import classifier_model
from dlcomm_train.models.run_classifier import load_classifier, model_logits
from dlcomm_train.recognition.config import ClassifierConfig
from dlcomm_train.recognition.train import train_classifier

SHORT = DataRetraining(epochs=2, batch=64, learning_rate=0.01)


@pytest.fixture(scope="module")
def full(tones: Dataset, small_classifier: dict[str, Any]) -> onnx.ModelProto:
    """A classifier that knows the tones."""
    return train_classifier(ClassifierConfig(name="full", **small_classifier), tones).model


def _accuracy(model: onnx.ModelProto, full: onnx.ModelProto, tones: Dataset) -> float:
    return Material.of(full, contract.check(full), tones).validate(model).accuracy


@pytest.mark.parametrize(
    "steps",
    [
        [Prune(rate=0.5, saliency="fisher", retraining=SHORT)],
        [Prune(rate=0.5, gradual=2, retraining=SHORT), QuantizeAware(bits=4, retraining=SHORT)],
        [RemoveFilters(rate=0.25, retraining=SHORT), Quantize(bits=8)],
        [ShareWeights(clusters=16, retraining=SHORT)],
        [RemoveFilters(rate=0.25, retraining=SHORT), QuantizeActivations()],
    ],
)
def test_a_smaller_classifier_still_knows_the_tones(
    steps: list, full: onnx.ModelProto, tones: Dataset
) -> None:
    found = compress_classifier(full, steps, tones, "small")
    about = contract.check(found.model)
    assert [note["kind"] for note in about.recipe["compression"]] == [x.kind for x in steps]
    assert about.recipe["config"] == contract.check(full).recipe["config"]
    # 100 % seen of all; chance is a third.
    assert _accuracy(found.model, full, tones) > 0.9


def test_training_obeys_masks_and_levels(full: onnx.ModelProto, tones: Dataset) -> None:
    steps = [Prune(rate=0.6, retraining=None), QuantizeAware(bits=3, retraining=SHORT)]
    found = compress_classifier(full, steps, tones)
    layers = DenseStack.read(full, "x").layers
    weights = sum(layer.weight.size for layer in layers)
    assert sum(entry["weights_left"] for entry in found.layers) == weights - round(
        0.6 * weights
    )
    assert {entry["levels"] for entry in found.layers} == {8}


def test_training_repeats_itself(full: onnx.ModelProto, tones: Dataset) -> None:
    steps = [Prune(rate=0.5, retraining=SHORT)]
    first, second = (compress_classifier(full, steps, tones) for _ in range(2))
    assert first.model.SerializeToString() == second.model.SerializeToString()
    other = SHORT.model_copy(update={"seed": 2})
    third = compress_classifier(full, [Prune(rate=0.5, retraining=other)], tones)
    assert third.model.SerializeToString() != first.model.SerializeToString()


def test_training_helps(full: onnx.ModelProto, tones: Dataset) -> None:
    longer = SHORT.model_copy(update={"epochs": 10})
    plain = compress_classifier(full, [Prune(rate=0.7, retraining=None)], tones)
    trained = compress_classifier(full, [Prune(rate=0.7, retraining=longer)], tones)
    # Chance before, and nearly all right afterwards, were seen.
    assert _accuracy(trained.model, full, tones) > 0.3 + _accuracy(plain.model, full, tones)


def test_a_teacher_is_followed(full: onnx.ModelProto, tones: Dataset, tmp_path: Path) -> None:
    """A doubtful one makes its student as doubtful."""
    doubtful = onnx.ModelProto()
    doubtful.CopyFrom(full)
    last = doubtful.graph.node[-1]
    for tensor in doubtful.graph.initializer:
        if tensor.name in last.input[1:]:
            value = onnx.numpy_helper.to_array(tensor) * np.float32(0.2)
            tensor.CopyFrom(onnx.numpy_helper.from_array(value, tensor.name))
    contract.save(doubtful, tmp_path / "doubtful.onnx")
    lesson = SHORT.model_copy(
        update={"teachers": (str(tmp_path / "doubtful.onnx"),), "weight": 0.0, "epochs": 4}
    )
    taught, alone = (
        compress_classifier(full, [Prune(rate=0.2, retraining=settings)], tones).model
        for settings in (lesson, lesson.model_copy(update={"teachers": ()}))
    )
    sure, unsure = _confidence(full, tones), _confidence(doubtful, tones)
    # Of the way from the one to the other, it went half.
    assert _confidence(taught, tones) < sure - 0.25 * (sure - unsure)
    assert _confidence(alone, tones) > sure - 0.1 * (sure - unsure)


def _confidence(model: onnx.ModelProto, tones: Dataset) -> float:
    """Mean probability of what is decided."""
    logits = model_logits(model, tones.windows[:]).astype(np.float64)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return float((1.0 / powers.sum(axis=1)).mean())


def test_self_is_the_classifier_before(full: onnx.ModelProto, tones: Dataset) -> None:
    lesson = SHORT.model_copy(update={"teachers": ("self",), "weight": 0.0})
    found = compress_classifier(full, [Prune(rate=0.5, retraining=lesson)], tones)
    assert _accuracy(found.model, full, tones) > 0.9
    note = contract.check(found.model).recipe["compression"][0]
    assert note["retraining"]["teachers"] == ["self"]


def test_int8_takes_the_best_calibration(full: onnx.ModelProto, tones: Dataset) -> None:
    found = compress_classifier(full, [QuantizeActivations()], tones, "full_int8").model
    assert found.graph.name == "full_int8"
    quantization = contract.check(found).recipe["quantization"]
    tried = {(x["method"], x["percentile"]): x["validation"] for x in quantization["tried"]}
    assert set(tried) == {
        ("minmax", 100.0), ("percentile", 99.99), ("percentile", 99.9), ("entropy", 100.0),
    }  # fmt: skip
    taken = quantization["config"]
    assert tried[taken["method"], taken["percentile"]] == max(tried.values())
    # Half a point is the limit; here they decide alike.
    assert _accuracy(found, full, tones) > _accuracy(full, full, tones) - 0.005
    kinds = {t.data_type for t in found.graph.initializer if len(t.dims) > 1}
    assert kinds == {TensorProto.INT8}


def test_int8_computes_in_integers(full: onnx.ModelProto, tones: Dataset) -> None:
    found = compress_classifier(full, [QuantizeActivations(method="minmax")], tones).model
    kinds = _optimized_kinds(found)
    assert kinds.count("QLinearConv") == 5
    assert kinds.count("QGemm") == 1
    assert "Conv" not in kinds and "Gemm" not in kinds


def _optimized_kinds(model: onnx.ModelProto) -> list[str]:
    """Kinds of operators that the runtime makes of a model."""
    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.optimized_model_filepath = f"{folder}/optimized.onnx"
        onnxruntime.InferenceSession(
            model.SerializeToString(), options, providers=["CPUExecutionProvider"]
        )
        optimized = onnx.load(options.optimized_model_filepath)
    return [node.op_type for node in optimized.graph.node]


def test_vtcnn2_is_compressed_alike(tones: Dataset) -> None:
    config = ClassifierConfig(name="vt", architecture="vtcnn2", epochs=1, learning_rate=1e-3)
    model = train_classifier(config.model_copy(update={"train_windows": 64}), tones).model
    short = SHORT.model_copy(update={"epochs": 1, "train_windows": 64})
    steps = [RemoveFilters(rate=0.75, retraining=short), Quantize(bits=4, per_channel=True)]
    found = compress_classifier(model, steps, tones)
    shapes = [layer.shape for layer in DenseStack.read(model, "vt").layers]
    assert shapes[:2] == [(256, 1, 1, 3), (80, 256, 2, 3)]
    smaller = [entry["shape"] for entry in found.layers]
    assert smaller[:3] == [[64, 1, 1, 3], [20, 64, 2, 3], [256, 20 * 68]]
    assert found.after.file_bytes < found.before.file_bytes / 20


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (Distill(), "distill: works on links, found a classifier"),
        (Prune(rate=0.5, retraining=Retraining(steps=5)), "has steps, expected epochs"),
        (Prune(max_bler_increase=0.1), "found the classifier alone"),
        (QuantizeAware(bits=4, teacher="self"), "expected retraining.teachers"),
        (Quantize(bits=4, side="encoder"), "side is encoder, expected both or decoder"),
    ],
)
def test_what_cannot_be_done_is_said(
    step: Any, message: str, full: onnx.ModelProto, tones: Dataset
) -> None:
    with pytest.raises(CompressError, match=message) as error:
        compress_classifier(full, [step], tones)
    assert "\n" not in str(error.value)


def test_without_a_data_set_nothing_is_trained(full: onnx.ModelProto) -> None:
    with pytest.raises(CompressError, match="found no data set to train"):
        compress_file(full, [Prune(rate=0.5)])
    with pytest.raises(CompressError, match="found no data set, expected one to calibrate"):
        compress_file(full, [QuantizeActivations()])
    assert compress_file(full, [Prune(rate=0.5, retraining=None)]).after.parameters > 0


def test_links_are_not_trained_by_epochs(shipped: Any) -> None:
    with pytest.raises(CompressError, match="has epochs, expected steps"):
        compress(shipped("ae_7_4"), [Prune(rate=0.5, retraining=SHORT)])


def test_a_decoder_is_no_classifier(shipped: Any, tones: Dataset) -> None:
    with pytest.raises(CompressError, match="is a decoder, expected a classifier"):
        compress_classifier(shipped("ae_7_4").decoder, [Quantize(bits=4)], tones)


def test_other_windows_are_refused(tones: Dataset) -> None:
    about = Contract("classifier", labels=("a", "b"), window=32)
    network = ClassifierConfig(name="x").network(32, 2).eval()
    model = classifier_model(network, about, "x")
    with pytest.raises(ContractError, match="has window 32 and classes a, b; expected 64"):
        compress_classifier(model, [Quantize(bits=4)], tones)


def test_steps_by_epochs_survive_a_file(tmp_path: Path) -> None:
    steps = [
        Prune(rate=0.5, retraining=SHORT.model_copy(update={"teachers": ("a", "self")})),
        Prune(rate=0.5, retraining=Retraining(steps=7)),
        Prune(rate=0.5, retraining=None),
    ]
    write_steps(tmp_path / "steps.json", steps)
    assert read_steps(tmp_path / "steps.json") == steps
    with pytest.raises(CompressError, match=r"retraining\.epochs is 0: "):
        steps_of([{"kind": "prune", "rate": 0.5, "retraining": {"epochs": 0}}])


def _run(*words: object) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["compress", *map(str, words)])
    return result.exit_code, " ".join(result.output.replace("│", " ").split())


def test_command_compresses_a_classifier(
    full: onnx.ModelProto, tones: Dataset, tmp_path: Path
) -> None:
    contract.save(full, tmp_path / "full" / "classifier.onnx")
    status, output = _run(
        tmp_path / "full", "--dataset", tones.folder, "--prune", "0.5,retraining.epochs=1",
        "--quantize-activations", "8", "--epochs", "2", "--teacher", "self", "--batch", "64",
        "--out", tmp_path / "small", "--name", "little",
        "--write-config", tmp_path / "steps.json",
    )  # fmt: skip
    assert status == 0, output
    assert "multiply-accumulates per window" in output
    assert "accuracy on the validation part" in output
    model, about = load_classifier(tmp_path / "small")
    assert model.graph.name == "little"
    assert (tmp_path / "small" / "CARD.md").read_text().startswith("# little\n")
    first = about.recipe["compression"][0]["retraining"]
    assert (first["epochs"], first["batch"], first["teachers"]) == (1, 64, ["self"])
    status, output = _run(
        tmp_path / "full", "--dataset", tones.folder, "--config", tmp_path / "steps.json",
        "--out", tmp_path / "again", "--name", "little",
    )  # fmt: skip
    assert status == 0, output
    again, _ = load_classifier(tmp_path / "again")
    assert again.SerializeToString() == model.SerializeToString()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--prune", "0.5", "--steps", "3"], "is of no use for a classifier"),
        (["--prune", "0.5", "--ebn0", "3"], "is of no use for a classifier"),
        (["--distill", "3"], "is for links, found a classifier"),
        (["--prune", "0.5,retraining.steps=3"], "steps is unknown, expected one of epochs"),
        (["--prune", "0.5", "--seed", "1", "--seed", "2"], "found 2, expected one"),
        ([], "no technique is chosen"),
    ],
)
def test_command_refuses(
    words: list[str], message: str, full: onnx.ModelProto, tones: Dataset, tmp_path: Path
) -> None:
    contract.save(full, tmp_path / "full" / "classifier.onnx")
    given = (tmp_path / "full", "--dataset", tones.folder, "--out", tmp_path / "small")
    status, output = _run(*given, *words)
    assert status == 2
    assert message in output
    assert not (tmp_path / "small").exists()


def test_command_refuses_a_data_set_for_a_link(
    models_dir: Path, tones: Dataset, tmp_path: Path
) -> None:
    link = models_dir / "ae_7_4"
    status, output = _run(
        link, "--dataset", tones.folder, "--prune", "0.5", "--out", tmp_path / "x"
    )
    assert status == 2
    assert "is of no use for a link" in output
