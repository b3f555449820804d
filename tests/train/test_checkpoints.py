# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""An interrupted run, resumed, writes the very files of an uninterrupted one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch

from dlcomm_train.models.pairs import Pair
from dlcomm_train.shipping.ship import checkpoint_path, make_link
from dlcomm_train.training.checkpoints import CheckpointError, Checkpoints
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.outcome import Report
from dlcomm_train.training.train import train

ROOT = Path(__file__).resolve().parents[2]
FILES = ("encoder.onnx", "decoder.onnx", "CARD.md", "training.csv")


@pytest.fixture(scope="module")
def config() -> LinkConfig:
    """Two seeds with two stages each; stops early in none of them."""
    return LinkConfig(
        name="two_stages",
        n=2,
        k=2,
        form="thesis",
        ebn0_db=4.0,
        batch=64,
        steps=60,
        receiver_steps=40,
        seeds=(1, 2),
        validation_messages=1024,
        validate_every=20,
    )


@pytest.fixture(scope="module")
def straight(config, tmp_path_factory) -> Path:
    """Folder that an uninterrupted run wrote."""
    out = tmp_path_factory.mktemp("straight")
    make_link(config, out, False)
    return out / config.name


class Stop(Exception):
    """Stands for an interrupt."""


def _stop_at(total: int, config: LinkConfig):
    def progress(report: Report) -> None:
        before = config.seeds.index(report.seed) * config.steps_per_seed
        if before + report.step == total and not report.resumed:
            raise Stop

    return progress


def _interrupted(config: LinkConfig, out: Path, total: int, every: int) -> Checkpoints:
    """Where the checkpoint of a run is that stopped after `total` steps."""
    kept = Checkpoints(checkpoint_path(config, out), every)
    with pytest.raises(Stop):
        make_link(config, out, False, _stop_at(total, config), kept)
    assert [entry.name for entry in out.iterdir()] == [kept.path.name]
    return Checkpoints(kept.path, every, resume=True)


def _assert_same(first: Path, second: Path) -> None:
    for name in FILES:
        assert (first / name).read_bytes() == (second / name).read_bytes(), name


# In the first stage, in the second, at the borders between stages and between seeds.
@pytest.mark.parametrize(
    ("total", "every"), [(40, 7), (80, 13), (80, 60), (120, 100), (200, 1)]
)
def test_resumed_is_uninterrupted(config, straight, tmp_path, total, every):
    kept = _interrupted(config, tmp_path, total, every)
    seen: list[Report] = []
    make_link(config, tmp_path, False, seen.append, kept)
    assert seen[0].resumed and not any(report.resumed for report in seen[1:])
    _assert_same(tmp_path / config.name, straight)
    assert not kept.path.exists()


# In the warm-up and in the bit-wise stage after it, whose labels depend on it.
@pytest.mark.parametrize("total", [20, 80])
def test_resumed_warm_up(config, tmp_path, total):
    bitwise = config.model_copy(
        update={"loss": "bitwise", "warm_up_steps": 40, "receiver_steps": 0, "seeds": (5,)}
    )
    make_link(bitwise, tmp_path / "straight", False)
    (tmp_path / "resumed").mkdir()
    kept = _interrupted(bitwise, tmp_path / "resumed", total, 15)
    make_link(bitwise, tmp_path / "resumed", False, None, kept)
    _assert_same(tmp_path / "straight" / config.name, tmp_path / "resumed" / config.name)


# While the transmitter learns from perturbations, and after that.
@pytest.mark.parametrize("total", [20, 60])
def test_resumed_without_a_channel_model(config, tmp_path, total):
    fields = config.model_dump() | {
        "policy": {"perturbation": 0.1},
        "channel": "rayleigh",
        "front_end": "inverse",
        "steps": 40,
        "seeds": (5,),
    }
    free = LinkConfig(**fields)
    make_link(free, tmp_path / "straight", False)
    (tmp_path / "resumed").mkdir()
    kept = _interrupted(free, tmp_path / "resumed", total, 15)
    make_link(free, tmp_path / "resumed", False, None, kept)
    _assert_same(tmp_path / "straight" / config.name, tmp_path / "resumed" / config.name)


def test_early_stopping_survives_an_interrupt(config, tmp_path):
    # Far too large a learning rate: the first validation without gain ends a seed.
    restless = config.model_copy(
        update={"patience": 1, "learning_rate": 3.0, "receiver_steps": 0, "steps": 200}
    )
    make_link(restless, tmp_path / "straight", False)
    (tmp_path / "resumed").mkdir()
    kept = _interrupted(restless, tmp_path / "resumed", 20, 3)
    make_link(restless, tmp_path / "resumed", False, None, kept)
    _assert_same(tmp_path / "straight" / config.name, tmp_path / "resumed" / config.name)
    recipe = Pair.load(tmp_path / "straight" / config.name).contracts()[0].recipe
    assert any(entry["steps"] < restless.steps for entry in recipe["search"])


def test_killed_process(config, straight, tmp_path):
    arguments = config.model_dump_json()
    code = (
        "from pathlib import Path\n"
        "from dlcomm_train.training.checkpoints import Checkpoints\n"
        "from dlcomm_train.training.config import LinkConfig\n"
        "from dlcomm_train.shipping.ship import checkpoint_path, make_link\n"
        "import sys, time\n"
        "config = LinkConfig.model_validate_json(sys.argv[1])\n"
        "out = Path(sys.argv[2])\n"
        "kept = Checkpoints(checkpoint_path(config, out), 1)\n"
        "make_link(config, out, False, lambda report: time.sleep(0.2), kept)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, arguments, str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(ROOT / "python")},
    )
    kept = Checkpoints(checkpoint_path(config, tmp_path), 1, resume=True)
    deadline = time.monotonic() + 60
    while not kept.path.exists() and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    make_link(config, tmp_path, False, None, kept)
    _assert_same(tmp_path / config.name, straight)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"batch": 128}, "is of another run: batch is 64, expected 128"),
        ({"seeds": (1, 3)}, r"seeds is \[1, 2\], expected \[1, 3\]"),
        ({"loss": "bitwise", "receiver_steps": 0}, "loss is 'symbolwise', expected 'bitwise'"),
    ],
)
def test_other_config_is_refused(config, tmp_path, change, expected):
    kept = _interrupted(config, tmp_path, 40, 10)
    before = kept.path.read_bytes()
    other = config.model_copy(update=change)
    with pytest.raises(CheckpointError, match=expected):
        train(other, checkpoints=kept)
    assert kept.path.read_bytes() == before


@pytest.mark.parametrize("key", ["device", "torch"])
def test_other_device_or_library_is_refused(config, tmp_path, key):
    kept = _interrupted(config, tmp_path, 40, 10)
    content = torch.load(kept.path, weights_only=True)
    content["made_by"][key] = "another"
    torch.save(content, kept.path)
    with pytest.raises(CheckpointError, match=f"{key} is 'another', expected"):
        train(config, checkpoints=kept)


@pytest.mark.parametrize("damage", ["short", "noise", "other", "object", "state"])
def test_damage_is_one_line(config, tmp_path, damage):
    kept = _interrupted(config, tmp_path, 40, 10)
    data = kept.path.read_bytes()
    if damage == "short":
        kept.path.write_bytes(data[: len(data) // 2])
    elif damage == "noise":
        kept.path.write_bytes(bytes(range(256)) * 8)
    elif damage == "other":
        torch.save({"weight": torch.ones(3)}, kept.path)
    elif damage == "object":
        torch.save(config, kept.path)  # would need unpickling of a class
    else:
        content = torch.load(kept.path, weights_only=True)
        content["state"]["stage"]["modules"].popitem()
        torch.save(content, kept.path)
    with pytest.raises(CheckpointError) as error:
        train(config, checkpoints=kept)
    text = str(error.value)
    assert text.startswith(f"{kept.path}: is ") and "\n" not in text


def test_nothing_to_resume(config, tmp_path):
    kept = Checkpoints(tmp_path / "none.checkpoint", 10, resume=True)
    with pytest.raises(CheckpointError, match="none.checkpoint: no checkpoint to go on from"):
        train(config, checkpoints=kept)


def test_checkpoints_do_not_change_the_result(config, straight, tmp_path):
    make_link(config, tmp_path, False, None, Checkpoints(tmp_path / "c", 1))
    _assert_same(tmp_path / config.name, straight)
