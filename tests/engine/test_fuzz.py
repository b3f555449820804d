# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Thousands of damaged model files: each runs or raises, none crashes, hangs or bloats.

The work is done by fuzz_worker.py in processes of their own. To look at one seed again:
``python tests/engine/fuzz_worker.py MODEL ROLE FOLDER SEED 1``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from dlcomm_train.compress import Prune, Quantize, compress
from dlcomm_train.models.pairs import Pair
from gnuradio import dlcomm

WORKER = Path(__file__).with_name("fuzz_worker.py")
MUTATIONS = 1000
TIMEOUT = 120
"""Seconds for one file's mutations; a single one has ten (in the worker)."""


def _check(model: str, role: str, folder: Path) -> None:
    command = [sys.executable, str(WORKER), model, role, str(folder), "0", str(MUTATIONS)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "GR_DONT_LOAD_PREFS": "1"}
    worker = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=TIMEOUT
    )
    progress = (folder / "progress").read_text().splitlines() or ["nothing"]
    assert worker.returncode == 0, (
        f"{model}: the process ended with {worker.returncode} at seed and damage "
        f"'{progress[-1]}'\n{worker.stderr[-2000:]}"
    )
    assert len(progress) == MUTATIONS, "an error's text takes more than one line"
    outcomes = Counter(line.split()[2] for line in progress)
    # Both ways out are taken often, or the damage is too coarse or too gentle.
    assert outcomes["ran"] >= MUTATIONS // 20, outcomes
    assert outcomes["RuntimeError"] >= MUTATIONS // 20, outcomes
    assert set(outcomes) == {"ran", "RuntimeError"}, outcomes


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("ae_7_4", "encoder"),
        ("ae_7_4", "decoder"),
        ("ae_7_4_compact", "decoder"),
        ("ae_7_4_int8", "encoder"),
        ("ae_7_4_int8", "decoder"),
        ("hamming_7_4_hard", "decoder"),
    ],
)
def test_damaged_shipped_models(name, role, tmp_path):
    _check(dlcomm.model_file(name, role), role, tmp_path)


def test_damaged_classifiers(make_model, save, tmp_path):
    """One dense layer."""
    _check(save(make_model("classifier"), "good.onnx"), "classifier", tmp_path)


@pytest.mark.parametrize(
    "steps",
    [
        [Quantize(bits=2, per_channel=True)],
        [Quantize(bits=4)],
        [Prune(rate=0.95, retraining=None)],
        [Prune(rate=0.95, retraining=None), Quantize(bits=4)],
    ],
    ids=["2 bits", "4 bits", "pruned", "pruned, 4 bits"],
)
def test_damaged_compressed_decoders(steps, save, tmp_path):
    """Packed codes with their scales, and sparse tensors."""
    source = Path(dlcomm.model_file("ae_8_8", "decoder")).parent
    pair = compress(Pair.load(source), steps, "compressed")
    _check(save(pair.decoder), "decoder", tmp_path)


def test_damaged_vector_network(make_model, save, tmp_path):
    _check(save(make_model("vector")), "vector", tmp_path)
