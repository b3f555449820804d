# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm compress``: names of models, what is written, bad input, interrupts."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gnuradio import dlcomm

NEVER = ["--no-retraining", "--max-messages", "1000"]


def test_a_shipped_model_by_its_name(dlcomm_here: Callable, tmp_path: Path) -> None:
    out = tmp_path / "small"
    outcome = dlcomm_here("compress", "ae_7_4", "--quantize", "4", *NEVER, "--out", out)
    assert (outcome.status, outcome.err) == (0, "")
    found = dlcomm.link(out)
    assert found.name == "small"
    for path in (found.encoder, found.decoder):
        assert f"{Path(path).stat().st_size:,}" in outcome.out
    # The blocks load what was written, and it decodes.
    outcome = dlcomm_here(
        "ber", "--model", out, "--ebn0", "8", "--max-messages", "20000", "--json",
        tmp_path / "rows.json",
    )  # fmt: skip
    assert outcome.status == 0, outcome.err
    row = json.loads((tmp_path / "rows.json").read_text())[0]
    assert row["bler"] < 0.01


def test_no_model_of_that_name(dlcomm_here: Callable, tmp_path: Path) -> None:
    words = ("--quantize", "4", "--out", tmp_path / "x")
    dlcomm_here("compress", "no_such_model", *words).assert_one_line(1, "no_such_model")
    dlcomm_here("compress", tmp_path / "none", *words).assert_one_line(1, "found nothing")


@pytest.mark.parametrize(
    ("words", "status", "part"),
    [
        ("ae_7_4", 2, "no technique is chosen"),
        ("ae_7_4 --prune 1.5", 2, "--prune: rate is '1.5'"),
        ("ae_7_4 --quantize 9", 2, "--quantize: bits is '9'"),
        ("ae_7_4 --prune 0.5 --quantize 1 --no-retraining", 1, "expected at least 2 bits"),
        ("ae_7_4 --prune auto --max-bler-increase 0.001 --no-retraining", 1, "nearest miss"),
        ("hamming_7_4 --quantize-aware 4", 1, "no training recipe"),
        ("ae_8_8_fading_compact --quantize-activations 8", 1, "calibration is missing"),
        ("ae_7_4 --quantize-activations 8,calibration={tmp}/bad.npy", 1, "bad.npy: is not"),
    ],
)
def test_bad_input_is_one_line(
    dlcomm_here: Callable, tmp_path: Path, words: str, status: int, part: str
) -> None:
    (tmp_path / "bad.npy").write_bytes(b"nothing")
    arguments = words.format(tmp=tmp_path).split()
    outcome = dlcomm_here("compress", *arguments, "--out", tmp_path / "x")
    outcome.assert_one_line(status, part)
    assert not (tmp_path / "x").exists()


def test_an_interrupt_writes_nothing(tmp_path: Path) -> None:
    program = [sys.executable, "-m", "gnuradio.dlcomm", "compress", "ae_7_4"]
    program += ["--prune", "0.5", "--steps", "1000000", "--out", str(tmp_path / "x")]
    program += ["--write-config", str(tmp_path / "steps.json")]
    with subprocess.Popen(
        program,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:
        deadline = time.monotonic() + 120.0
        # The steps are written right before the work begins.
        while not (tmp_path / "steps.json").exists():
            assert time.monotonic() < deadline and running.poll() is None
            time.sleep(0.05)
        time.sleep(1.0)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60.0)
    assert running.returncode == 130
    assert (out, err) == ("", "interrupted: nothing is written\n")
    assert [path.name for path in tmp_path.iterdir()] == ["steps.json"]
