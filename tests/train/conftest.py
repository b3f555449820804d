# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The toolchain is tested from the source tree: it needs no build and no GNU Radio."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "python"))


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """Folder of the shipped models."""
    return ROOT / "models"


@pytest.fixture(scope="session")
def tiny_config():
    """A (2,2) link that trains in about a second."""
    from dlcomm_train.config import LinkConfig

    return LinkConfig(
        name="tiny",
        n=2,
        k=2,
        form="compact",
        ebn0_db=4.0,
        batch=1024,
        steps=400,
        learning_rate=0.05,
        seeds=(11, 12),
        validation_messages=1 << 14,
        validate_every=100,
    )


@pytest.fixture(scope="session")
def tiny_pair(tiny_config):
    """The models of the tiny link."""
    from dlcomm_train.ship import trained_pair
    from dlcomm_train.training import train

    return trained_pair(train(tiny_config))
