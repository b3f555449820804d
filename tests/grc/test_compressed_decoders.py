# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The decoders of the example compressed_link are what their script says, and fit ae_8_8."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from gnuradio import dlcomm

MODELS = Path(__file__).resolve().parent.parent.parent / "examples" / "models"
SCRIPT = MODELS / "make_compressed_decoders.py"
PREFIX = "ae_8_8_decoder_"


def recipes() -> dict:
    """Steps of compression by the decoder's name, as the script has them."""
    specification = importlib.util.spec_from_file_location("make_decoders", SCRIPT)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module.DECODERS


RECIPES = recipes()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True, text=True, timeout=120, check=False,
    )


def test_there_is_a_file_for_every_recipe():
    assert {path.stem.removeprefix(PREFIX) for path in MODELS.glob(f"{PREFIX}*.onnx")} == (
        set(RECIPES)
    )


@pytest.mark.parametrize("name", RECIPES)
def test_file_holds_the_recipe_of_the_script(name):
    path = MODELS / f"{PREFIX}{name}.onnx"
    model = onnx.load(path)
    metadata = {item.key: item.value for item in model.metadata_props}
    done = json.loads(metadata["dlcomm.recipe"])["compression"]
    # A step notes its settings, and what it found besides.
    steps = [
        type(step)(**{key: note[key] for key in note if key in type(step).model_fields})
        for note, step in zip(done, RECIPES[name], strict=True)
    ]
    assert steps == list(RECIPES[name])


@pytest.mark.parametrize("name", RECIPES)
def test_decoder_fits_the_full_encoder(name):
    full = dlcomm.link("ae_8_8")
    path = MODELS / f"{PREFIX}{name}.onnx"
    found = dlcomm.replacement_link(full, (full.encoder, str(path)))
    assert (found.n, found.k) == (8, 8)
    assert path.stat().st_size < 0.5 * Path(full.decoder).stat().st_size


def test_script_makes_the_committed_file(tmp_path):
    """The one that is not trained comes out alike everywhere."""
    result = run("q8", "--out", str(tmp_path))
    assert result.returncode == 0, result.stderr
    assert [path.name for path in tmp_path.iterdir()] == [f"{PREFIX}q8.onnx"]
    made, committed = (
        {
            tensor.name: numpy_helper.to_array(tensor)
            for tensor in onnx.load(folder / f"{PREFIX}q8.onnx").graph.initializer
        }
        for folder in (tmp_path, MODELS)
    )
    assert made.keys() == committed.keys()
    for name, values in committed.items():
        np.testing.assert_array_equal(made[name], values)


def test_unknown_decoder_is_one_line():
    result = run("q3")
    assert result.returncode == 2
    assert "unknown decoder: q3" in result.stderr.splitlines()[-1]


def test_unwritable_folder_is_one_line(tmp_path):
    file = tmp_path / "file"
    file.write_text("in the way")
    result = run("q8", "--out", str(file))
    assert result.returncode == 1
    assert str(file) in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
