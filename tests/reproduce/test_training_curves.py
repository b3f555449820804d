# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Training curves beside models."""

from collections.abc import Callable
from pathlib import Path

import pytest

from gnuradio.dlcomm.links import link
from gnuradio.dlcomm.reproduce.drawing import Level, draw_training
from gnuradio.dlcomm.reproduce.recipes import shipped_seed, training_ebn0
from gnuradio.dlcomm.reproduce.training_curves import cells, read_training, steps_until


@pytest.fixture
def model(add_model: Callable, points: Callable) -> Path:
    return add_model("trained", points(2, 1))


def test_steps_go_on_over_stages(model: Path) -> None:
    curve = read_training(link("trained"))
    assert curve.seed == 2
    assert [row.step for row in curve.by_seed()[1]] == [100, 200, 250]
    assert [row.bler for row in curve.kept()] == [0.3, 0.04, 0.02]
    assert steps_until(curve, 2.0) == 200
    assert steps_until(curve, 1.5) == 250
    assert cells({"a": curve})[0] == ("a", "1", "link", "100", "0.9", "0.4")
    figure = draw_training({"a": curve}, {"b": Level(0.1, 0.09, 0.11)}, "title")
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["a", "b"]


def test_what_the_recipe_says(model: Path) -> None:
    assert (training_ebn0(link("trained")), shipped_seed(link("trained"))) == (4.0, 2)
    with pytest.raises(ValueError, match=r"dlcomm\.recipe, seed: found None, expected"):
        shipped_seed(link("bpsk"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "found other columns"),
        ("seed,step\n1,2\n", "found other columns"),
        ("seed,phase,step,loss,bler\n1,link,x,0.1,0.1\n", "found a row that is no validation"),
        ("seed,phase,step,loss,bler\n1,link,3,0.1\n", "found a row that is no validation"),
        ("seed,phase,step,loss,bler\n1,link,3,0.1,0.1\n", "found no row of seed 2"),
    ],
)
def test_bad_files(model: Path, text: str, expected: str) -> None:
    (model / "training.csv").write_text(text)
    with pytest.raises(ValueError, match=f"training.csv: {expected}"):
        read_training(link("trained"))


def test_missing_and_binary_files(model: Path) -> None:
    (model / "training.csv").write_bytes(b"\xff\x00")
    with pytest.raises(ValueError, match="found binary data"):
        read_training(link("trained"))
    (model / "training.csv").unlink()
    with pytest.raises(ValueError, match="no training curve, expected .* ship --only trained"):
        read_training(link("trained"))
