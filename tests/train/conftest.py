# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The toolchain is tested from the source tree: it needs no build and no GNU Radio."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
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
    from dlcomm_train.training.config import LinkConfig

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
    from dlcomm_train.shipping.ship import trained_pair
    from dlcomm_train.training.train import train

    return trained_pair(train(tiny_config))


@pytest.fixture(scope="session")
def run_block():
    """Sends an array through a block of GNU Radio: ``run_block(block, items, *out)``.

    Returns one array per type in `out`, the outputs from the first on; types are numpy's
    uint8 and complex64. Tests that ask for this need GNU Radio.
    """
    from gnuradio import blocks, gr

    sources = {"uint8": blocks.vector_source_b, "complex64": blocks.vector_source_c}
    sinks = {"uint8": blocks.vector_sink_b, "complex64": blocks.vector_sink_c}

    def run(block, items, *out):
        graph = gr.top_block()
        graph.connect(sources[items.dtype.name](items.tolist()), block)
        ends = [sinks[np.dtype(kind).name]() for kind in out]
        for port, end in enumerate(ends):
            graph.connect((block, port), end)
        graph.run()
        return [np.array(end.data(), kind) for end, kind in zip(ends, out, strict=True)]

    return run
