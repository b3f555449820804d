# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The command ``compress``: options in their order, files of steps, the table."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import click
import numpy as np
import pytest
import typer

from dlcomm_train import contract
from dlcomm_train.cli import main
from dlcomm_train.cli.techniques import TECHNIQUES, Common, step_of
from dlcomm_train.compress import Distill, Prune, Quantize, RemoveDeadUnits, Retraining
from dlcomm_train.compress.link import Step
from dlcomm_train.compress.stepfile import read_steps, write_steps
from dlcomm_train.models.pairs import DECODER_FILE, ENCODER_FILE, Pair

NEVER = ["--no-retraining", "--max-messages", "1000"]
NOTHING = Common({}, False, {})


@pytest.fixture
def run(models_dir, capsys, monkeypatch):
    """Runs the command on a shipped model; gives status, output and errors."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "400")

    def call(model: str, *words: object) -> tuple[int, str, str]:
        arguments = ["compress", str(models_dir / model), *map(str, words)]
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        return ended.value.code, *capsys.readouterr()

    return call


def _kinds(folder: Path) -> list[str]:
    recipe = Pair.load(folder).contracts()[0].recipe
    return [note["kind"] for note in recipe["compression"]]


def test_the_table_tells_the_bytes_of_the_files(run, models_dir, tmp_path):
    out = tmp_path / "small"
    status, table, errors = run("ae_7_4", "--quantize", 4, *NEVER, "--out", out)
    assert (status, errors) == (0, "")
    assert Pair.load(out).contracts()[0].link == "small"
    for name in (ENCODER_FILE, DECODER_FILE):
        sizes = [(folder / name).stat().st_size for folder in (models_dir / "ae_7_4", out)]
        row = next(line for line in table.splitlines() if line.strip().startswith(name))
        assert row.split()[-2:] == [f"{size:,}" for size in sizes]
    for part in ("parameters", "multiply-accumulates", "entropy-coded", "ratio, same noise"):
        assert part in table
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        DECODER_FILE, ENCODER_FILE, "small",
    ]  # fmt: skip


def test_error_rates_are_counted_in_the_file_that_was_written(run, tmp_path):
    out = tmp_path / "small"
    words = ("--quantize", 3, "--min-errors", 500, "--out", out)
    table = run("ae_7_4", *words)[1]
    line = next(line for line in table.splitlines() if "wrong of" in line)
    sent, before, after = (
        int(number.replace(",", "")) for number in re.findall(r"[\d,]*\d{3}\b", line)
    )
    assert min(before, after) >= 500
    # Other noise: within six standard deviations of the difference of two rates.
    wrong, messages = Pair.load(out).count_block_errors(4.0, 5, 1 << 30, 1 << 17)
    rate = (wrong + after) / (sent + messages)
    spread = (rate * (1.0 - rate) * (1.0 / sent + 1.0 / messages)) ** 0.5
    assert abs(wrong / messages - after / sent) < 6.0 * spread


@pytest.mark.parametrize(
    "words",
    [
        "--prune 0.3 --remove-dead-units --quantize 4",
        "--quantize 4 --prune 0.3 --remove-dead-units",
        "--prune 0.2 --quantize=5 --remove-dead-units --prune 0.3 --remove-dead-units",
    ],
)
def test_steps_run_in_the_order_of_their_options(run, tmp_path, words):
    status, _, errors = run("ae_7_4", *words.split(), *NEVER, "--out", tmp_path / "x")
    assert status == 0, errors
    options = [word.split("=")[0] for word in words.split() if word.startswith("--")]
    assert _kinds(tmp_path / "x") == [word[2:].replace("-", "_") for word in options]


def test_a_file_of_steps_gives_the_same_model(run, tmp_path):
    file = tmp_path / "steps.json"
    words = ["--prune", "0.3,scope=layer", "--quantize", "4,per_channel=true", *NEVER]
    words += ["--write-config", file, "--name", "x"]
    assert run("ae_7_4", *words, "--out", tmp_path / "a")[0] == 0
    words = ["--config", file, "--name", "x", "--max-messages", "1000"]
    assert run("ae_7_4", *words, "--out", tmp_path / "b")[0] == 0
    for name in (ENCODER_FILE, DECODER_FILE):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("technique", TECHNIQUES, ids=lambda technique: technique.option)
def test_every_technique_can_be_written_and_read(technique, tmp_path):
    values = {"bits": "8", "units": "12", "byte_budget": "5000", "clusters": "16", None: ""}
    text = values.get(technique.strength, "0.5")
    step = step_of(technique, text, NOTHING)
    assert isinstance(step, technique.step)
    write_steps(tmp_path / "steps.json", [step])
    assert read_steps(tmp_path / "steps.json") == [step]


def test_every_kind_of_step_has_an_option():
    def leaves(kind: type) -> set[type]:
        below = [leaf for child in kind.__subclasses__() for leaf in leaves(child)]
        return set(below) or {kind}

    kinds = {kind for kind in leaves(Step) if kind.__module__.startswith("dlcomm_train.")}
    assert {technique.step for technique in TECHNIQUES} == kinds


def _step(option: str, text: str, common: Common = NOTHING) -> Step:
    technique = next(found for found in TECHNIQUES if found.option == option)
    return step_of(technique, text, common)


def test_settings_follow_the_strength():
    assert _step("--prune", "0.8") == Prune(rate=0.8)
    text = "0.8,scope=layer,gradual=4,retraining.steps=500,retraining.seeds=3,4"
    again = Retraining(steps=500, seeds=(3, 4))
    assert _step("--prune", text) == Prune(
        rate=0.8, scope="layer", gradual=4, retraining=again
    )
    assert _step("--prune", "0.8,retraining=none").retraining is None
    assert _step("--factorize", "rank=3").rank == 3
    assert _step("--distill", "none,temperature=4") == Distill(temperature=4)
    assert _step("--quantize-mixed", "900,widths=2,4").widths == (2, 4)
    assert _step("--remove-dead-units", "") == RemoveDeadUnits()


def test_options_for_all_steps_are_defaults():
    common = Common({"steps": 10, "receiver_steps": 20}, False, {"max_bler_increase": 0.1})
    step = _step("--prune", "auto,retraining.steps=30", common)
    assert step == Prune(
        max_bler_increase=0.1, retraining=Retraining(steps=30, receiver_steps=20)
    )
    assert _step("--prune", "auto,max_bler_increase=0.2", common).max_bler_increase == 0.2
    assert _step("--quantize", "4", common) == Quantize(bits=4)
    # A student's codebook is its teacher's: only its receiver is trained.
    assert _step("--distill", "none", common).retraining.steps == 0


def test_a_budget_is_told_with_what_was_tried(run, tmp_path):
    words = ["--quantize", "auto", "--max-bler-increase", "0.1", "--max-messages", "1000"]
    status, table, _ = run("ae_7_4", *words, "--out", tmp_path / "x")
    assert status == 0
    assert "at most 1.1 times the block error rate at 4 dB" in table
    assert len(re.findall("within, taken", table)) == 1


def test_without_a_known_channel_no_rate_is_told(run, tmp_path):
    words = ["--quantize", "8", *NEVER, "--out", tmp_path / "x"]
    assert "wrong of" not in run("hamming_7_4", *words)[1]
    assert "awgn at 3 dB" in run("hamming_7_4", *words, "--ebn0", "3")[1]
    assert "rayleigh at 20 dB" in run("ae_8_8_fading_compact", *words)[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("", "no technique is chosen"),
        ("--prune 0", "--prune.*rate is '0'"),
        ("--prune 1.0", "--prune.*rate is '1.0'"),
        ("--prune nan", "finite"),
        ("--prune half", "rate is 'half'"),
        ("--prune none", "expected one of rate, max_bler_increase"),
        ("--prune auto", "expected --max-bler-increase"),
        ("--prune auto --max-bler-increase 0", "greater than 0"),
        ("--prune 0.5 --max-bler-increase 0.1", "--max-bler-increase.*of use with"),
        ("--prune 0.5,rate=0.4", "rate is given twice"),
        ("--prune 0.5,scope=layer,scope=layer", "scope is given twice"),
        ("--prune 0.5,depth=3", "depth is unknown, expected one of"),
        ("--prune 0.5,kind=quantize", "kind is unknown"),
        ("--prune 0.5,scope.x=3", "scope has no settings of its own"),
        ("--prune 0.5,retraining.epochs=3", "epochs is unknown"),
        ("--prune 0.5 --batch 100", "retraining.batch is 100"),
        ("--quantize 9", "bits is '9'"),
        ("--quantize 0", "bits is '0'"),
        ("--quantize 2.5", "bits is '2.5'"),
        ("--quantize-aware 4 --no-retraining", "is training"),
        ("--quantize-activations 4", "bits is '4'"),
        ("--distill none --no-retraining", "is training"),
        ("--distill auto", "no budget can be given"),
        ("--quantize 4 --name a/b", "--name"),
        ("--quantize 4 --ebn0 inf", "--ebn0"),
        ("--config {tmp}/none.json", "none.json: cannot be read"),
        ("--config {tmp}/text.json", "text.json: is not JSON"),
        ("--config {tmp}/empty.json", "empty.json: found no step, expected at least one"),
        ("--config {tmp}/rate.json", r"rate.json: step 1 \(prune\): rate is 1.5"),
        ("--config {tmp}/kind.json", "kind.json: found the step .*'squash'.*, expected a kind"),
        ("--config {tmp}/rate.json --quantize 4", "no options of steps beside it"),
        ("--config {tmp}/rate.json --steps 4", "no options of steps beside it"),
    ],
)
def test_wrong_usage(run, tmp_path, words, message):
    contents = {
        "text": "steps",
        "empty": "[]",
        "rate": '[{"kind": "prune", "rate": 1.5}]',
        "kind": '[{"kind": "squash"}]',
    }
    for name, content in contents.items():
        (tmp_path / f"{name}.json").write_text(content)
    arguments = words.format(tmp=tmp_path).split()
    status, _, errors = run("ae_7_4", *arguments, "--out", tmp_path / "x")
    assert status == 2
    assert re.search(message, errors), errors
    assert "Traceback" not in errors
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(
    ("model", "words", "message"),
    [
        ("ae_7_4", "--prune 0.5,retraining=none --quantize 1", "at least 2 bits"),
        ("ae_7_4", "--quantize-mixed 100 --no-retraining", "expected at least 984"),
        ("ae_7_4", "--prune auto,max_bler_increase=0.001,retraining=none", "nearest miss"),
        ("ae_7_4", "--distill none,teacher=nowhere", "nowhere/encoder.onnx: cannot be read"),
        ("ae_7_4", "--quantize 4 --quantize-activations 8", "on levels already"),
        ("ae_7_4", "--quantize-activations 8,calibration={tmp}/a.npy", r"shape \[9, 6\]"),
        ("hamming_7_4", "--prune 0.5", "no training recipe"),
        ("hamming_7_4", "--quantize auto,max_bler_increase=1", "budget_ebn0_db is missing"),
        ("ae_8_8_int8", "--quantize 4", "not stored as float32"),
        ("none", "--quantize 4", "none: found nothing, expected a model's name or its folder"),
    ],
)
def test_what_cannot_be_done(run, tmp_path, model, words, message):
    np.save(tmp_path / "a.npy", np.zeros((9, 6), np.float32))
    arguments = words.format(tmp=tmp_path).split()
    status, out, errors = run(model, *arguments, "--out", tmp_path / "x")
    assert (status, out, errors.count("\n")) == (1, "", 1)
    assert re.search(message, errors), errors
    assert not (tmp_path / "x").exists()


def test_places_that_cannot_be_written_to(run, models_dir, tmp_path):
    (tmp_path / "file").write_text("")
    status, _, errors = run("ae_7_4", "--quantize", 4, "--out", tmp_path / "file" / "x")
    assert status == 1 and "file: is not a folder" in errors
    status, _, errors = run("ae_7_4", "--quantize", 4, "--out", tmp_path / "f.onnx")
    assert status == 2 and "expected a folder: a link is two files" in errors
    status, _, errors = run("ae_7_4", "--quantize", 4, "--out", models_dir / "ae_7_4")
    assert status == 2 and "folder of the model itself" in errors


@pytest.mark.parametrize("late", [False, True])
def test_interrupts(run, tmp_path, monkeypatch, late):
    def interrupt(self, what: str, share: float) -> None:
        if late == (what == "block error rates"):
            raise KeyboardInterrupt

    monkeypatch.setattr(
        "dlcomm_train.cli.compress_display.CompressionDisplay.update", interrupt
    )
    status, out, errors = run("ae_7_4", "--quantize", 4, "--out", tmp_path / "x")
    what = f"{tmp_path / 'x'} is written, but not measured" if late else "nothing is written"
    assert (status, out, errors) == (130, "", f"interrupted: {what}\n")
    assert (tmp_path / "x").exists() == late


def test_a_full_disk_leaves_the_old_model_whole(run, tmp_path, monkeypatch):
    words = [*NEVER, "--out", tmp_path / "x"]
    assert run("ae_7_4", "--quantize", 4, *words)[0] == 0
    before = {path: path.read_bytes() for path in (tmp_path / "x").iterdir()}
    written: list[int] = []

    def write(handle: int, *arguments):
        written.append(handle)
        if len(written) > 1:
            raise OSError(28, "No space left on device")
        return genuine(handle, *arguments)

    genuine = os.fdopen
    monkeypatch.setattr("dlcomm_train.files.os.fdopen", write)
    status, _, errors = run("ae_7_4", "--quantize", 5, *words)
    assert status == 1 and "decoder.onnx: No space left on device" in errors
    assert {path: path.read_bytes() for path in (tmp_path / "x").iterdir()} == before


def test_one_file_is_compressed_alone(run, tmp_path):
    out = tmp_path / "decoder_q4.onnx"
    words = ["--prune", "0.5,retraining=none", "--quantize", 4, "--name", "small", "--out", out]
    status, table, errors = run("ae_7_4/decoder.onnx", *words)
    assert (status, errors) == (0, "")
    assert f"{out.stat().st_size:,}" in table
    found = contract.load(out)[1]
    assert (found.role, found.link) == ("decoder", "small")


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        ("--prune 0.5 --out {tmp}/x.onnx", 1, "found the decoder alone"),
        ("--quantize 4 --out {tmp}/x", 2, "expected a .onnx file"),
        ("--match-receiver --out {tmp}/x.onnx", 1, "found the decoder alone"),
        ("--quantize auto --max-bler-increase 0.1 --out {tmp}/x.onnx", 1, "decoder alone"),
    ],
)
def test_what_one_file_cannot_have(run, tmp_path, words, status, message):
    found, _, errors = run("ae_7_4/decoder.onnx", *words.format(tmp=tmp_path).split())
    assert found == status
    assert message in errors and "Traceback" not in errors
    assert not list(tmp_path.iterdir())


def test_steps_are_json_of_strict_types(tmp_path):
    path = tmp_path / "steps.json"
    path.write_text(json.dumps([{"kind": "quantize", "bits": "4"}]))
    with pytest.raises(ValueError, match=r"step 1 \(quantize\): bits is '4'"):
        read_steps(path)


def test_a_wrong_setting_names_its_option():
    with pytest.raises(click.BadParameter) as error:
        _step("--prune", "2")
    assert isinstance(error.value, typer.BadParameter)
    assert error.value.param_hint == "--prune"
