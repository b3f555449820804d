# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Networks that recognise modulations: sizes, training, checkpoints, export."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
import torch
from pydantic import ValidationError
from torch import nn
from typer.testing import CliRunner

from dlcomm_train import contract
from dlcomm_train.cli import app
from dlcomm_train.contract import Contract, ContractError
from dlcomm_train.datasets.dataset import Dataset, write_dataset
from dlcomm_train.models.export_classifier import classifier_model
from dlcomm_train.models.run_classifier import load_classifier, model_logits
from dlcomm_train.models.statistics import cost
from dlcomm_train.networks.classifiers import unit_power
from dlcomm_train.networks.relu_dropout import ReluDropout
from dlcomm_train.recognition.batches import mirrored, rotated
from dlcomm_train.recognition.config import ClassifierConfig, Teaching
from dlcomm_train.recognition.run import ClassifierRun
from dlcomm_train.recognition.teachers import Teachers
from dlcomm_train.recognition.train import make_lesson, train_classifier
from dlcomm_train.training.checkpoints import CheckpointError, Checkpoints

LABELS = ("low", "middle", "high")


def _layers(network: nn.Module) -> list[int]:
    """Parameters of every layer of a network."""
    return [
        sum(weight.numel() for weight in module.parameters())
        for module in network.modules()
        if isinstance(module, (nn.Conv1d, nn.Conv2d, nn.Linear))
    ]


def test_vtcnn2_has_the_parameters_of_table_4_4() -> None:
    network = ClassifierConfig(name="x", architecture="vtcnn2").network(128, 11)
    assert _layers(network) == [1024, 122960, 2703616, 2827]
    assert sum(_layers(network)) == 2_830_427


def test_teacher_has_the_parameters_of_table_4_3() -> None:
    network = ClassifierConfig(name="x", architecture="vtcnn2_teacher").network(128, 11)
    assert _layers(network) == [1024, 196864, 196736, 98432, 8651264, 131328, 2827]
    assert sum(_layers(network)) == 9_278_475


@pytest.mark.parametrize(
    ("architecture", "convolutions"), [("vtcnn2", 2), ("vtcnn2_teacher", 4)]
)
def test_dropout_behind_convolutions_and_between_dense_layers(
    architecture: str, convolutions: int
) -> None:
    settings = {"name": "x", "architecture": architecture, "dropout": 0.25}
    for dense in (0.5, None):
        network = ClassifierConfig(dense_dropout=dense, **settings).network(128, 11)
        kinds = (ReluDropout, nn.Dropout)
        found = [one.p for one in network.modules() if isinstance(one, kinds)]
        layers = sum(isinstance(one, nn.Linear) for one in network.modules())
        assert found == convolutions * [0.25] + (layers - 1) * [dense or 0.25]
    with pytest.raises(ValidationError, match="dense_dropout is for the thesis's networks"):
        ClassifierConfig(name="x", dense_dropout=0.5)


@pytest.mark.parametrize("architecture", ["compact", "vtcnn2", "vtcnn2_teacher"])
def test_the_exported_model_is_the_network(architecture: str) -> None:
    torch.manual_seed(3)
    config = ClassifierConfig(name="x", architecture=architecture, dropout=0.5, kernels=(9, 7))
    network = config.network(64, 3)
    windows = np.random.default_rng(2).normal(size=(40, 64, 2)).astype(np.float32)
    windows *= np.geomspace(1e-6, 1e6, 40, dtype=np.float32)[:, None, None]
    network.train()
    # Statistics of batch norm that are not those it begins with.
    network(torch.from_numpy(windows) + 0.1)
    network.eval()
    model = classifier_model(network, Contract("classifier", labels=LABELS, window=64), "x")
    contract.check(model)
    with torch.no_grad():
        expected = network(torch.from_numpy(windows)).numpy()
    np.testing.assert_allclose(model_logits(model, windows), expected, rtol=1e-4, atol=1e-5)


def test_costs_of_an_exported_model_are_those_of_its_layers() -> None:
    config = ClassifierConfig(name="x", channels=(8, 16), strides=(1, 2), taps=1)
    network = config.network(128, 11)
    model = classifier_model(
        network.eval(), Contract("classifier", labels=tuple("abcdefghijk"), window=128), "x"
    )
    found = cost(model)
    # Filters and biases, batch norm folded; places times filters.
    assert found.parameters == 2 * 8 * 7 + 8 + 8 * 5 + 8 + 8 * 16 + 16 + 16 * 11 + 11
    assert found.operations == 128 * 112 + 64 * (40 + 128) + 16 * 11


def test_silence_stays_finite() -> None:
    silent = torch.zeros(2, 8, 2)
    assert torch.equal(unit_power(silent), silent)
    power = unit_power(torch.randn(5, 8, 2)).square().sum(dim=2).mean(dim=1)
    torch.testing.assert_close(power, torch.ones(5))


def test_rotation_keeps_everything_but_the_phase() -> None:
    iq = torch.randn(50, 16, 2)
    turned = torch.view_as_complex(rotated(iq, torch.Generator().manual_seed(1)))
    ratio = turned / torch.view_as_complex(iq)
    torch.testing.assert_close(ratio.abs(), torch.ones(50, 16))
    torch.testing.assert_close(ratio, ratio[:, :1].expand(50, 16))
    assert ratio[:, 0].angle().std() > 1.0


def test_mirrors_are_conjugation_and_reversal() -> None:
    iq = torch.randn(64, 16, 2)
    found = torch.view_as_complex(mirrored(iq, torch.Generator().manual_seed(1)))
    before = torch.view_as_complex(iq)
    kinds = [before, before.conj(), before.flip(1), before.flip(1).conj()]
    matches = torch.stack([(found == kind).all(dim=1) for kind in kinds])
    assert (matches.sum(dim=0) == 1).all()
    assert (matches.sum(dim=1) > 0).all()


def test_a_network_learns_tones_and_repeats_itself(
    tones: Dataset, small_classifier: dict[str, Any]
) -> None:
    config = ClassifierConfig(name="x", **small_classifier)
    first, second = (train_classifier(config, tones) for _ in range(2))
    assert first.model.SerializeToString() == second.model.SerializeToString()
    # The tones are four times as far apart as a network of this kind needs: 100 % seen.
    assert first.history[-1].accuracy > 0.9
    recipe = contract.check(first.model).recipe
    assert recipe["data"]["set"] == "regenerated, calibrated"
    assert recipe["train_windows"] == 360


def test_a_student_learns_from_its_teacher(
    tones: Dataset, tmp_path: Path, small_classifier: dict[str, Any]
) -> None:
    teacher = train_classifier(ClassifierConfig(name="t", **small_classifier), tones)
    path = tmp_path / "t.onnx"
    contract.save(teacher.model, path)
    teaching = {"models": ["t"], "weight": 0.0, "temperature": 2.0}
    config = ClassifierConfig(name="s", seed=5, teaching=teaching, **small_classifier)
    student, again = (train_classifier(config, tones, [path]) for _ in range(2))
    assert student.model.SerializeToString() == again.model.SerializeToString()
    windows = tones.windows[:]
    logits = model_logits(teacher.model, windows)
    agree = logits.argmax(1) == model_logits(student.model, windows).argmax(1)
    assert agree.mean() > 0.9


def test_teachers_see_what_their_student_sees(
    tones: Dataset, tmp_path: Path, small_classifier: dict[str, Any]
) -> None:
    teacher = ClassifierConfig(name="t", **small_classifier).network(64, 3).eval()
    about = Contract("classifier", labels=LABELS, window=64)
    contract.save(classifier_model(teacher, about, "t"), tmp_path / "t.onnx")
    teaching = {"models": ["t"]}
    settings = small_classifier | {"epochs": 1, "mirror": True, "teaching": teaching}
    config = ClassifierConfig(name="s", **settings)
    lesson = make_lesson(config, tones, [tmp_path / "t.onnx"], torch.device("cpu"))
    run = ClassifierRun(config, lesson, torch.device("cpu"))
    seen: list[torch.Tensor] = []
    said: list[torch.Tensor] = []
    ask = lesson.teachers.log_probabilities

    def asked(iq: torch.Tensor) -> torch.Tensor:
        said.append(iq)
        return ask(iq)

    lesson.teachers.log_probabilities = asked
    run.network.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    run.epoch()
    assert len(said) == run.steps == 6
    assert all(torch.equal(*pair) for pair in zip(seen, said, strict=False))
    known = {window.numpy().tobytes() for window in lesson.train.iq}
    assert not any(window.numpy().tobytes() in known for window in torch.cat(said))
    with torch.no_grad():
        expected = teacher(said[0]).log_softmax(dim=1)
    torch.testing.assert_close(ask(said[0]), expected, rtol=1e-4, atol=1e-5)


def test_several_teachers_are_averaged(
    tones: Dataset, small_classifier: dict[str, Any]
) -> None:
    config = ClassifierConfig(name="t", **small_classifier)
    networks = [config.network(64, 3).eval() for _ in range(2)]
    about = Contract("classifier", labels=LABELS, window=64)
    models = [classifier_model(network, about, "t") for network in networks]
    iq = torch.from_numpy(np.array(tones.windows[:20]))
    with torch.no_grad():
        expected = sum(network(iq).log_softmax(dim=1) for network in networks) / 2
    found = Teachers(models, tones.manifest).log_probabilities(iq)
    torch.testing.assert_close(found, expected, rtol=1e-4, atol=1e-5)


def test_a_teacher_of_other_classes_is_refused(
    tones: Dataset, tmp_path: Path, small_classifier: dict[str, Any]
) -> None:
    network = ClassifierConfig(name="x", **small_classifier).network(64, 2)
    model = classifier_model(network, Contract("classifier", labels=("a", "b"), window=64), "x")
    contract.save(model, tmp_path / "t.onnx")
    with pytest.raises(ContractError, match=r"classes a, b; expected 64 and low, middle, high"):
        Teachers([tmp_path / "t.onnx"], tones.manifest)


def test_an_interrupted_training_ends_the_same(
    tones: Dataset, tmp_path: Path, small_classifier: dict[str, Any]
) -> None:
    config = ClassifierConfig(name="x", dropout=0.2, average=0.9, **small_classifier)
    whole = train_classifier(config, tones)
    path = tmp_path / "x.checkpoint"

    class Stop(Exception):
        pass

    def stop(report: object) -> None:
        if report.epoch == 2 and report.step > 2 * report.steps // 4:
            raise Stop

    with pytest.raises(Stop):
        train_classifier(config, tones, (), stop, Checkpoints(path, 1))
    resumed = train_classifier(config, tones, (), None, Checkpoints(path, 1, resume=True))
    assert resumed.model.SerializeToString() == whole.model.SerializeToString()


def test_a_checkpoint_of_other_data_is_refused(
    tones: Dataset, tmp_path: Path, small_classifier: dict[str, Any]
) -> None:
    config = ClassifierConfig(name="x", **small_classifier)
    path = tmp_path / "x.checkpoint"
    train_classifier(config, tones, (), None, Checkpoints(path, 1))
    other = tmp_path / "other"
    manifest = tones.manifest.model_copy(update={"seed": 9})
    write_dataset(other, manifest, tones.windows[::-1], tones.index[::-1])
    with pytest.raises(CheckpointError, match=r"is of another run: data\.seed is None"):
        train_classifier(
            config, Dataset.open(other), (), None, Checkpoints(path, 1, resume=True)
        )


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("channels", (8, 8), "channels has 2 entries and strides 3"),
        ("taps", 3, "taps is 3, expected at most 2"),
        ("kernels", (4, 5), "expected odd numbers"),
        ("strides", (0, 1, 1), "at least 1"),
    ],
)
def test_impossible_recipes(
    field: str, value: object, message: str, small_classifier: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=message):
        ClassifierConfig(**({"name": "x"} | small_classifier | {field: value}))


def test_command_trains_and_writes_a_card(tones: Dataset, tmp_path: Path) -> None:
    arguments = ["classifier", "--dataset", str(tones.folder), "--out", str(tmp_path)]
    arguments += ["--name", "tones", "--channels", "8,8,8", "--strides", "2,2,2"]
    arguments += ["--taps", "2", "--epochs", "2", "--threads", "1"]
    result = CliRunner().invoke(app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    folder = tmp_path / "tones"
    _, about = load_classifier(folder)
    assert about.labels == LABELS
    assert about.recipe["epochs"] == 2
    assert sorted(path.name for path in folder.iterdir()) == [
        "CARD.md",
        "classifier.onnx",
        "training.csv",
    ]
    assert "regenerated, calibrated" in (folder / "CARD.md").read_text()
    assert not list(tmp_path.glob("*.checkpoint"))
    onnx.checker.check_model(onnx.load(folder / "classifier.onnx"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--channels", "8,x"], "expected whole numbers"),
        (["--recipe", "no_such"], "expected one of"),
        (["--temperature", "2"], "expected --teacher"),
        (["--taps", "7"], "taps is 7"),
    ],
)
def test_command_refuses(
    arguments: list[str], message: str, tones: Dataset, tmp_path: Path
) -> None:
    given = ["classifier", "--dataset", str(tones.folder), "--out", str(tmp_path), *arguments]
    result = CliRunner().invoke(app, given)
    assert result.exit_code == 2
    assert message in " ".join(result.output.replace("│", " ").split())
    assert not list(tmp_path.iterdir())


def test_command_takes_a_config_file(
    tones: Dataset, tmp_path: Path, small_classifier: dict[str, Any]
) -> None:
    config = ClassifierConfig(name="filed", **small_classifier)
    path = tmp_path / "recipe.json"
    path.write_text(json.dumps(config.model_dump(mode="json")))
    arguments = ["classifier", "--dataset", str(tones.folder), "--out", str(tmp_path / "out")]
    arguments += ["--config", str(path), "--epochs", "1"]
    assert CliRunner().invoke(app, arguments, catch_exceptions=False).exit_code == 0
    _, about = load_classifier(tmp_path / "out" / "filed")
    assert about.recipe["config"]["epochs"] == 1


def test_command_keeps_how_a_recipe_uses_its_teacher(
    tones: Dataset, tmp_path: Path, small_classifier: dict[str, Any]
) -> None:
    teaching = Teaching(models=("t",), temperature=3.0, weight=0.25)
    for name, more in (("t", {}), ("student", {"teaching": teaching})):
        config = ClassifierConfig(name=name, **(small_classifier | more))
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(config.model_dump(mode="json")))
        arguments = ["classifier", "--dataset", str(tones.folder), "--out", str(tmp_path)]
        arguments += ["--config", str(path)]
        if more:
            arguments += ["--teacher", str(tmp_path / "t"), "--weight", "0.5"]
        assert CliRunner().invoke(app, arguments, catch_exceptions=False).exit_code == 0
    _, about = load_classifier(tmp_path / "student")
    assert about.recipe["config"]["teaching"] == teaching.model_dump(mode="json") | {
        "weight": 0.5
    }
