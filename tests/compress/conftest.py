# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compression is tested from the source tree, on the shipped models."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """Networks as small as these run slower on several threads."""
    import torch

    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Folder of the shipped models."""
    return ROOT / "models"


@pytest.fixture(scope="session")
def shipped(models_dir):
    """Loads a shipped pair by its name."""
    from dlcomm_train.models.pairs import Pair

    return lambda name: Pair.load(models_dir / name)


@pytest.fixture(scope="session")
def quick():
    """Retraining that takes about a second."""
    from dlcomm_train.compress import Retraining

    return Retraining(steps=300, receiver_steps=100, batch=1024)


@pytest.fixture(scope="session")
def block_errors():
    """Wrong messages of a pair among 65,536 at an Eb/N0 in dB; the same noise every time."""
    return lambda pair, ebn0_db: pair.count_block_errors(ebn0_db, 5, 1 << 30, 1 << 16)[0]


@pytest.fixture(scope="session")
def logits_of():
    """Logits of a decoder for 4,096 received vectors, the same every time."""
    import numpy as np

    from dlcomm_train import contract
    from dlcomm_train.models.pairs import session

    def run(model):
        n = contract.check(model).n
        symbols = np.random.default_rng(7).normal(size=(4096, n)).astype(np.float32)
        return session(model).run(["logits"], {"symbols": symbols})[0]

    return run
