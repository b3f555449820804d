# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm pareto`` of a classifier: real candidates, counted on a small data set."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from matplotlib.image import imread

from dlcomm_train import contract
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.recognition.config import ClassifierConfig
from dlcomm_train.recognition.train import train_classifier
from gnuradio.dlcomm.recognition.accuracy_files import read_json
from gnuradio.dlcomm.recognition.measure import measure

QUANTIZE = {"kind": "quantize", "bits": 3, "per_channel": True}
PRUNE = {"kind": "prune", "rate": 0.5}
INTEGERS = {"kind": "quantize_activations"}
AGAIN = ("--epochs", 1, "--train-windows", 128, "--teacher", "self")


@pytest.fixture(scope="module")
def classifier(
    tones: Dataset, tmp_path_factory: pytest.TempPathFactory, small_classifier: dict[str, Any]
) -> Path:
    """The folder of a classifier that knows some of the tones."""
    folder = tmp_path_factory.mktemp("models") / "knows"
    folder.mkdir()
    config = ClassifierConfig(name="knows", **(small_classifier | {"epochs": 2}))
    trained = train_classifier(config, tones)
    contract.save(trained.model, folder / "classifier.onnx")
    return folder


def parts(folder: Path) -> dict[str, set[str]]:
    """What was counted of every candidate."""
    return {
        path.parent.name: {one.part for one in read_json(path)}
        for path in folder.glob("candidates/*/accuracy.json")
    }


def test_a_grid(
    dlcomm_process: Callable, classifier: Path, tones: Dataset, tmp_path: Path
) -> None:
    grid, out = tmp_path / "grid.json", tmp_path / "out"
    grid.write_text(json.dumps([[QUANTIZE], [PRUNE, INTEGERS], [{"kind": "distill"}]]))
    run = dlcomm_process(
        "pareto", classifier, "--dataset", tones.folder, "--grid", grid, "--out", out, *AGAIN,
        "--jobs", 2, timeout=180,
    )  # fmt: skip
    assert (run.status, run.err) == (0, "")
    # What is about links is left out.
    assert "left out: distill" in run.out
    found = json.loads((out / "pareto.json").read_text())["designs"]
    assert len(found) == 3
    assert imread(out / "pareto.png").shape[1] > 1000
    with (out / "pareto.csv").open(newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    for one in found:
        folder = out / "candidates" / one["id"]
        assert one["file_bytes"] == (folder / "classifier.onnx").stat().st_size
        # What a worker counted is what anybody counts with the file that is left.
        for part in ("validation", "test"):
            counted = measure(folder, tones.folder, part).row()
            assert {key: one[f"{part}_{key}"] for key in counted if key != "set"} == {
                key: value for key, value in counted.items() if key != "set"
            }
        assert int(rows[one["id"]]["test_right"]) == one["test_right"]
        assert one["challenge"] > 0 and one["bit_operations"] > 0
    best = max(one["validation_overall"] for one in found)
    assert all(one["on_front"] for one in found if one["validation_overall"] == best)
    labels = {one["label"]: one for one in found}
    assert labels["as it is"]["wrong_ratio"] == 1.0
    assert labels["as it is"]["windows_per_second"] > 0


def test_a_search_chooses_on_the_validation_part(
    dlcomm_process: Callable, classifier: Path, tones: Dataset, tmp_path: Path
) -> None:
    grid, out = tmp_path / "grid.json", tmp_path / "out"
    bits = [[], *([{"kind": "quantize", "bits": bits}] for bits in range(1, 9))]
    grid.write_text(json.dumps({"axes": [[[], [PRUNE | {"retraining": None}]], bits]}))
    run = dlcomm_process(
        "pareto", classifier, "--dataset", tones.folder, "--grid", grid, "--search", 6,
        "--out", out, "--time", "none", timeout=180,
    )  # fmt: skip
    assert (run.status, run.err) == (0, "")
    found = json.loads((out / "pareto.json").read_text())["designs"]
    counted = parts(out)
    both = {name for name, seen in counted.items() if seen == {"validation", "test"}}
    assert both == {one["id"] for one in found}
    assert all("validation" in seen for seen in counted.values())


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["--dataset", "DATA", "--ebn0", "3"], "--ebn0: is about a link"),
        (["--dataset", "DATA", "--min-errors", "30"], "--min-errors: is about a link"),
        (["--epochs", "2"], "--epochs: is about a classifier"),
        (["--dataset", "no_such"], "no_such/manifest.json"),
        ([], "--dataset"),
    ],
)
def test_bad_input_is_one_line(
    dlcomm_here: Callable, classifier: Path, tones: Dataset, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], part: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    # By its name, as a person has it.
    monkeypatch.setenv("DLCOMM_MODEL_PATH", str(classifier.parent))
    given = [str(tones.folder) if word == "DATA" else word for word in arguments]
    dlcomm_here("pareto", "knows", *given).assert_one_line(2, part)
