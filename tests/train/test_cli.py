# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The command line: what it writes, and one clear line for every mistake."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from dlcomm_train import contract
from dlcomm_train.cli import main
from dlcomm_train.models.baselines import baseline_models
from dlcomm_train.models.pairs import Pair
from dlcomm_train.shipping.measured import RowsError, read_rows, record

ROOT = Path(__file__).resolve().parents[2]

ROW = {
    "model": "bpsk",
    "channel": "awgn",
    "ebn0_db": 4.0,
    "messages": 100000,
    "block_errors": 1250,
    "bler": 0.0125,
    "bler_low": 0.0118,
    "bler_high": 0.0132,
    "bits": 100000,
    "bit_errors": 1250,
    "ber": 0.0125,
    "ber_low": 0.0118,
    "ber_high": 0.0132,
    "messages_per_second": 1e6,
    "stop_reason": "errors",
    "seed": 1,
}
RULE = (1000, 10**8)
STOPPED = {"min_errors": 1000, "max_messages": 10**8}
RULE_OPTIONS = ["--min-errors", "1000", "--max-messages", "100000000"]
RULE_TEXT = " ".join(["--models {tmp}", *RULE_OPTIONS])


@dataclass
class Result:
    """How a run of the command line ended."""

    status: int
    stderr: str


@pytest.fixture
def run(capsys, monkeypatch) -> Callable[..., Result]:
    """Run the command line in this process."""
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "400")

    def call(*arguments: str | Path) -> Result:
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        return Result(ended.value.code, capsys.readouterr().err)

    return call


def _rows_file(path: Path, *rows: dict) -> Path:
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


@pytest.fixture
def models(tmp_path) -> Path:
    """A folder with the one model ``bpsk``."""
    folder = tmp_path / "models"
    Pair(*baseline_models("bpsk")).save(folder / "bpsk")
    return folder


def test_link_writes_float_and_int8(run, tmp_path):
    arguments = "link --n 2 --k 2 --ebn0 4 --steps 20 --batch 64 --seed 3 --int8 --out"
    result = run(*arguments.split(), tmp_path)
    assert result.status == 0, result.stderr
    for name in ("ae_2_2_compact", "ae_2_2_compact_int8"):
        Pair.load(tmp_path / name)
        assert (tmp_path / name / "CARD.md").read_text().startswith(f"# {name}\n")


def test_link_with_a_convolution(run, tmp_path):
    arguments = "link --n 7 --k 4 --form convolutional --steps 800 --batch 1024 --out"
    result = run(*arguments.split(), tmp_path)
    assert result.status == 0, result.stderr
    pair = Pair.load(tmp_path / "ae_7_4_convolutional")
    assert [node.op_type for node in pair.decoder.graph.node] == [
        "Unsqueeze", "Conv", "Relu", "Flatten", "Gemm",
    ]  # fmt: skip
    errors, sent = pair.count_block_errors(4.0, 2024, 1 << 30, 1 << 16)
    # About 0.014 after so short a training; Hamming(7,4) decoded hard has 0.037.
    assert 0.01 < errors / sent < 0.02
    text = (tmp_path / "ae_7_4_convolutional" / "CARD.md").read_text()
    assert "a decoder with a convolution of 16 filters" in text
    assert "| decoder.onnx | 1,872 | 2,128 |" in text


TINY = "link --n 2 --k 2 --steps 20 --batch 64 --loss bitwise --warm-up-steps 10 --seed 3"


def test_config_file_reproduces_a_run(run, tmp_path):
    file = tmp_path / "link.json"
    first, second, third = (tmp_path / name for name in ("first", "second", "third"))
    assert run(*TINY.split(), "--out", first, "--write-config", file).status == 0
    assert run("link", "--config", file, "--out", second).status == 0
    assert run("link", "--config", file, "--seed", "4", "--out", third).status == 0
    written = [
        (folder / "ae_2_2_compact" / "decoder.onnx").read_bytes()
        for folder in (first, second, third)
    ]
    assert written[0] == written[1] != written[2]  # an option wins over the file
    text = (first / "ae_2_2_compact" / "CARD.md").read_text()
    assert "trained bit by bit at 5 dB" in text


def test_interrupt_and_resume(run, tmp_path, monkeypatch):
    arguments = [*TINY.split(), "--checkpoint-every", "5", "--out"]
    assert run(*arguments, tmp_path / "straight").status == 0

    def interrupt(*_) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("dlcomm_train.cli.progress.TrainingDisplay.update", interrupt)
        result = run(*arguments, tmp_path / "resumed")
    assert result.status == 130
    assert result.stderr.endswith("interrupted: the same command with --resume goes on\n")
    result = run(*arguments, tmp_path / "resumed", "--resume")
    assert result.status == 0, result.stderr
    assert [entry.name for entry in (tmp_path / "resumed").iterdir()] == ["ae_2_2_compact"]
    for name in ("encoder.onnx", "decoder.onnx"):
        first, second = (
            (tmp_path / folder / "ae_2_2_compact" / name).read_bytes()
            for folder in ("straight", "resumed")
        )
        assert first == second
    result = run(*arguments, tmp_path / "resumed", "--resume")
    assert result.status == 1 and "no checkpoint to go on from" in result.stderr


def test_a_loss_that_is_no_number_stops_and_keeps_the_checkpoint(run, tmp_path):
    # Weights near the largest float after a few steps: then the products are infinite.
    arguments = "link --n 2 --k 2 --steps 20 --batch 64 --learning-rate 1e38"
    result = run(*arguments.split(), "--checkpoint-every", "1", "--out", tmp_path)
    assert result.status == 1
    assert re.search(
        r"ae_2_2_compact, seed 1, stage link: the loss is (nan|inf) at step \d+, expected a "
        r"finite number; .*ae_2_2_compact.checkpoint keeps an earlier state\n$",
        result.stderr,
    )
    assert [entry.name for entry in tmp_path.iterdir()] == ["ae_2_2_compact.checkpoint"]


def test_a_seed_that_is_given_up_is_told_and_the_others_go_on(run, tmp_path):
    # With two ReLU units only, seed 3 begins with a dead transmitter.
    arguments = "link --n 1 --k 1 --form thesis --steps 20 --batch 64 --seed 3 --seed 1 --out"
    result = run(*arguments.split(), tmp_path)
    assert result.status == 0
    assert "given up: ae_1_1, seed 3, stage link: the loss is nan at step 1" in result.stderr
    search = Pair.load(tmp_path / "ae_1_1").contracts()[0].recipe["search"]
    assert [entry["validation_loss"] is None for entry in search] == [True, False]


@pytest.mark.parametrize("command", ["link", "two-users"])
def test_a_full_disk_leaves_the_old_model_whole(run, tmp_path, command, monkeypatch):
    arguments = [command, *"--n 2 --k 2 --steps 20 --batch 64 --out".split(), tmp_path]
    assert run(*arguments, "--seed", "1").status == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    written: list[int] = []

    def write(handle: int, *arguments) -> int:
        written.append(handle)
        if len(written) > 1:
            raise OSError(28, "No space left on device")
        return genuine(handle, *arguments)

    genuine = os.fdopen
    monkeypatch.setattr("dlcomm_train.files.os.fdopen", write)
    result = run(*arguments, "--seed", "2")
    assert result.status == 1
    assert re.search(r"error: .*decoder.onnx: No space left on device\n$", result.stderr)
    after = {path: path.read_bytes() for path in tmp_path.rglob("*.*") if path.is_file()}
    assert after == before


def test_fading_with_channel_knowledge(run, tmp_path):
    arguments = "link --n 4 --k 2 --channel rayleigh --csi --steps 20 --batch 64 --out"
    assert run(*arguments.split(), tmp_path).status == 0
    pair = Pair.load(tmp_path / "ae_4_2_compact")
    assert [entry.name for entry in pair.decoder.graph.input] == ["symbols", "csi"]
    text = (tmp_path / "ae_4_2_compact" / "CARD.md").read_text()
    assert "(4,2) link for block Rayleigh fading with a complex gain, with a matched" in text


def test_the_training_curve_is_written(run, tmp_path):
    assert run(*TINY.split(), "--out", tmp_path).status == 0
    text = (tmp_path / "ae_2_2_compact" / "training.csv").read_text()
    header, *rows = [line.split(",") for line in text.splitlines()]
    assert header == ["seed", "phase", "step", "loss", "bler"]
    assert [row[:3] for row in rows] == [["3", "warm-up", "10"], ["3", "link", "20"]]
    assert all(0 < float(row[4]) < 1 for row in rows)


def test_progress_shows_loss_error_rate_and_time(run, tmp_path):
    result = run(*TINY.split(), "--out", tmp_path)
    assert re.search(r"seed 3, loss 0\.\d{5}, BLER \d\.\d\de-\d\d +0:00:\d\d", result.stderr)


def test_no_cuda_is_one_line(run, tmp_path, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    result = run(*TINY.split(), "--device", "cuda", "--out", tmp_path)
    assert result.status == 2 and "torch finds no CUDA device here" in result.stderr


def test_ship_makes_what_is_asked_for(run, tmp_path):
    result = run("ship", "--only", "hamming_7_4", "--only", "qpsk", "--out", tmp_path)
    assert result.status == 0, result.stderr
    assert {entry.name for entry in tmp_path.iterdir()} == {"hamming_7_4", "qpsk"}


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        ("ship --only nothing --out {tmp}", 2, "unknown model 'nothing'"),
        ("ship --out {tmp}/file/models", 1, "file"),
        ("link --n 2 --k 9 --out {tmp}", 2, "k is 9"),
        ("link --n 2 --k 3 --batch 20 --out {tmp}", 2, "batch is 20"),
        ("link --n 2 --k 2", 2, "--out"),
        ("link --k 2 --out {tmp}", 2, "n is missing"),
        ("link --n 2 --k 2 --loss hinge --out {tmp}", 2, "hinge"),
        ("link --n 2 --k 2 --checkpoint-every 0 --out {tmp}", 2, "--checkpoint-every"),
        ("link --n 2 --k 2 --channel cable --out {tmp}", 2, "found 'cable', expected awgn"),
        ("link --n 7 --k 4 --channel rayleigh --out {tmp}", 2, "n is 7, expected an even"),
        ("link --n 2 --k 2 --csi --out {tmp}", 2, "channel awgn has no gain"),
        ("link --n 2 --k 2 --channel rayleigh --int8 --out {tmp}", 2, "found rayleigh"),
        ("link --n 2 --k 2 --set a=1 --out {tmp}", 2, "expected none without through"),
        ("link --n 2 --k 2 --through x.grc --set a --out {tmp}", 2, "expected NAME=VALUE"),
        ("link --config {tmp}/none.json --out {tmp}", 2, "none.json: cannot be read"),
        ("link --config {tmp}/file --out {tmp}", 2, "file: is not JSON"),
        ("link --n 2 --k 2 --resume --out {tmp}", 1, "no checkpoint to go on from"),
        (f"record --rows {{tmp}}/none.json {RULE_TEXT}", 1, "none.json: cannot be read"),
        (f"record --rows {{tmp}}/file {RULE_TEXT}", 1, "file: is not JSON"),
        ("frobnicate", 2, "frobnicate"),
    ],
)
def test_mistakes(run, tmp_path, arguments, status, expected):
    (tmp_path / "file").write_text("no folder, no rows")
    result = run(*arguments.format(tmp=tmp_path).split())
    assert result.status == status
    assert expected in result.stderr and "Traceback" not in result.stderr
    assert {entry.name for entry in tmp_path.iterdir()} == {"file"}


def test_record_writes_rows_and_card(models):
    later = ROW | {"ebn0_db": 6.0}
    rows = read_rows(_rows_file(models / "r.json", later, ROW))
    assert record(models, rows, *RULE) == ["bpsk"]
    for name in ("encoder.onnx", "decoder.onnx"):
        _, link = contract.load(models / "bpsk" / name)
        assert link.measured == [ROW | STOPPED, later | STOPPED]
    text = (models / "bpsk" / "CARD.md").read_text()
    assert "| awgn | 4 | 100,000 | 1,250 | 1.250e-02 [1.180e-02, 1.320e-02] |" in text
    assert (
        "dlcomm ber --model bpsk --channel awgn --ebn0 4:6:2 "
        "--min-errors 1000 --max-messages 100000000 --seed 1"
    ) in text


def test_record_replaces_the_same_point_only(models):
    other = ROW | {"seed": 2}
    record(models, read_rows(_rows_file(models / "a.json", ROW, other)), *RULE)
    newer = ROW | {"block_errors": 1300}
    record(models, read_rows(_rows_file(models / "b.json", newer)), *RULE)
    _, link = contract.load(models / "bpsk" / "decoder.onnx")
    assert link.measured == [newer | STOPPED, other | STOPPED]


def test_another_speed_alone_does_not_change_a_model(models):
    record(models, read_rows(_rows_file(models / "a.json", ROW)), *RULE)
    files = [models / "bpsk" / name for name in ("encoder.onnx", "decoder.onnx", "CARD.md")]
    before = [path.read_bytes() for path in files]
    again = ROW | {"messages_per_second": 2.0 * ROW["messages_per_second"]}
    record(models, read_rows(_rows_file(models / "b.json", again)), *RULE)
    assert [path.read_bytes() for path in files] == before


def test_rows_as_json_lines(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(ROW | {"seed": seed}) for seed in (1, 2)))
    assert [row.seed for row in read_rows(path)] == [1, 2]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"extra": 1}, "0.extra: extra inputs"),
        ({"bler": 2.0}, "0.bler: input should be less than or equal to 1"),
        ({"messages": 0}, "0.messages"),
    ],
)
def test_bad_rows(tmp_path, change, expected):
    with pytest.raises(RowsError, match=expected):
        read_rows(_rows_file(tmp_path / "r.json", ROW | change))


def test_unknown_model_leaves_everything_as_it_was(run, models):
    before = (models / "bpsk" / "decoder.onnx").read_bytes()
    path = _rows_file(models.parent / "r.json", ROW, ROW | {"model": "absent"})
    result = run("record", "--rows", path, "--models", models, *RULE_OPTIONS)
    assert result.status == 1 and "absent" in result.stderr
    assert (models / "bpsk" / "decoder.onnx").read_bytes() == before


def test_as_a_process_without_gnuradio():
    # One fresh interpreter: exit status, no traceback, and nothing of GNU Radio.
    code = (
        "import sys, runpy; sys.argv = ['dlcomm_train', 'record', '--rows', 'no/rows',"
        " '--min-errors', '1', '--max-messages', '1']\n"
        "try: runpy.run_module('dlcomm_train', run_name='__main__')\n"
        "finally: print([name for name in sys.modules if name.startswith('gnuradio')])"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | {"PYTHONPATH": str(ROOT / "python")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (result.returncode, result.stdout) == (1, "[]\n")
    assert result.stderr == "error: no/rows: cannot be read: No such file or directory\n"
