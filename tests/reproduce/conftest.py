# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Stand-ins for shipped models, and runs without the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlcomm_train.contract import Contract
from dlcomm_train.models.export import dense_decoder, dense_encoder
from dlcomm_train.models.pairs import Pair
from gnuradio.dlcomm.measurement.point import StopRule
from gnuradio.dlcomm.measurement.results import Row, make_row, write_csv
from gnuradio.dlcomm.measurement.sweep import SweepListener, run_sweep
from gnuradio.dlcomm.reproduce.campaign import Campaign
from gnuradio.dlcomm.reproduce.context import Context

TRAINING = """\
seed,phase,step,loss,bler
1,link,100,0.9,0.4
1,link,200,0.5,0.1
1,receiver,50,0.4,0.05
2,link,100,0.8,0.3
2,link,200,0.3,0.04
2,receiver,50,0.25,0.02
"""


@pytest.fixture
def add_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Writes a link of given codewords [M, n], nearest codeword decided, as a shipped one."""
    folder = tmp_path / "models"
    monkeypatch.setenv("DLCOMM_MODEL_PATH", str(folder))

    def add(name: str, points: Any, training: str = TRAINING) -> Path:
        points = np.asarray(points, dtype=float)
        messages, n = points.shape
        points = points * np.sqrt(n / 2 / np.square(points).sum(axis=1).mean())
        recipe = {"config": {"ebn0_db": 4.0, "power_norm": "average"}, "seed": 2}
        encoder, decoder = (
            Contract(role, name, n, messages.bit_length() - 1, recipe=recipe)
            for role in ("encoder", "decoder")
        )
        bias = -np.square(points).sum(axis=1) / 2
        target = folder / name
        target.mkdir(parents=True, exist_ok=True)
        Pair(
            dense_encoder([(points.T, np.zeros(n))], encoder, "average", 1.0),
            dense_decoder([(points, bias)], decoder),
        ).save(target)
        (target / "training.csv").write_text(training)
        return target

    return add


def run_and_save(campaign: Campaign, path: Path) -> list[Row]:
    """Measure a campaign and write its rows."""
    rows = run_sweep(campaign, {}, SweepListener())
    write_csv(path, rows)
    return rows


@pytest.fixture(scope="session")
def smoke_run() -> Callable[[str, Path], Context]:
    """Makes the context of an item's smoke run in a folder; it measures in this process."""
    rule = StopRule(20, 20_000)

    def make(item: str, folder: Path) -> Context:
        return Context(item, folder, quick=True, seed=1, rule=rule, run_campaign=run_and_save)

    return make


@pytest.fixture
def quick_context(tmp_path: Path, smoke_run: Callable) -> Callable[..., Context]:
    """Makes the context of an item's smoke run in a folder of its own."""
    folder = tmp_path / "out"
    folder.mkdir()
    return lambda item: smoke_run(item, folder)


@pytest.fixture
def curve() -> Callable[..., list[Row]]:
    """Makes the rows of a curve from its block error rates by Eb/N0."""

    def make(rates: dict[float, float], messages: int = 1_000_000) -> list[Row]:
        return [
            make_row(
                model="m",
                channel="awgn",
                ebn0_db=ebn0,
                messages=messages,
                block_errors=round(rate * messages),
                bits=4 * messages,
                bit_errors=round(2 * rate * messages),
                messages_per_second=1e6,
                stop_reason="target_errors",
                seed=1,
            )
            for ebn0, rate in rates.items()
        ]

    return make


@pytest.fixture
def points() -> Callable[[int, int], np.ndarray]:
    """Makes repeatable codewords [2^k, n]."""
    generator = np.random.default_rng(5)
    return lambda n, k: generator.standard_normal((1 << k, n))
