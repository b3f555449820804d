# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Which models are compressed versions of which, and that their rows compare them."""

import json
import shutil
from pathlib import Path

import onnx
import pytest

from gnuradio import dlcomm
from gnuradio.dlcomm.benchmark.compressed import compressed_contests, versions
from gnuradio.dlcomm.benchmark.settings import Settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models in front of the installed one."""
    monkeypatch.setenv("DLCOMM_MODEL_PATH", str(tmp_path))
    return tmp_path


def copy(source: str, target: Path, recipe: dict) -> None:
    """A shipped model under another name and with more in its recipe."""
    shutil.copytree(Path(dlcomm.model_file(source, "decoder")).parent, target)
    for path in target.glob("*.onnx"):
        model = onnx.load(path)
        for entry in model.metadata_props:
            if entry.key == "dlcomm.recipe":
                entry.value = json.dumps(json.loads(entry.value) | recipe)
        onnx.save(model, path)


def test_versions_are_found_by_name_and_recipe(folder: Path) -> None:
    before = set(versions("ae_8_8", dlcomm.link("ae_8_8")))
    assert {"ae_8_8_compact", "ae_8_8_compact_int8", "ae_8_8_int8"} <= before
    assert not before & {"ae_8_8", "ae_8_8_fading", "ae_8_8_csi", "ae_8_8_bitwise"}
    steps = {"compression": [{"kind": "quantize", "bits": 4}]}
    copy("ae_8_8", folder / "ae_8_8_new", steps)
    copy("ae_8_8", folder / "ae_8_8_other", {})
    copy("ae_8_8_fading", folder / "ae_8_8_fading_new", steps)
    copy("ae_7_4", folder / "ae_8_8_wrong", steps)
    copy("ae_8_8", folder / "ae_8_80_new", steps)
    assert set(versions("ae_8_8", dlcomm.link("ae_8_8"))) == before | {"ae_8_8_new"}
    fading = versions("ae_8_8_fading", dlcomm.link("ae_8_8_fading"))
    assert set(fading) == {"ae_8_8_fading_compact", "ae_8_8_fading_new"}


def test_a_compressed_link_has_no_versions() -> None:
    for name in ("ae_8_8_compact", "ae_8_8_int8", "bpsk"):
        assert versions(name, dlcomm.link(name)) == {}


def test_contests_say_sizes_and_executors(folder: Path) -> None:
    settings = Settings({"ae_7_4": dlcomm.link("ae_7_4")}, (), 1, 0.01, 1)
    found = {contest.ours.name: contest for contest in compressed_contests(settings)}
    contest = found["neural_decoder_cb ae_7_4_int8 (onnxruntime)"]
    size = Path(dlcomm.model_file("ae_7_4_int8", "decoder")).stat().st_size
    assert contest.what == f"{contest.ours.name}, {size:,} bytes"
    (full,) = contest.others
    assert full.name == "neural_decoder_cb ae_7_4 (dense)"
    size = Path(dlcomm.model_file("ae_7_4", "decoder")).stat().st_size
    assert contest.notes == {full.name: f"{size:,} bytes"}
    contest.check()


def test_decisions_that_are_not_the_models_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = dlcomm.link("ae_7_4_compact").decoder
    module = "gnuradio.dlcomm.benchmark.compressed"
    monkeypatch.setattr(
        f"{module}._maker", lambda model: lambda: dlcomm.neural_decoder_cb(wrong)
    )
    settings = Settings({"ae_7_4": dlcomm.link("ae_7_4")}, (), 1, 0.01, 1)
    contest = next(
        contest
        for contest in compressed_contests(settings)
        if "ae_7_4_int8" in contest.what
    )
    with pytest.raises(RuntimeError, match="ae_7_4_int8 .*of the decisions differ"):
        contest.check()
