# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The tree is an out-of-tree module as GNU Radio's tools expect it."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest
import yaml
from source_tree import ROOT, public_headers

from gnuradio import dlcomm
from gnuradio.gr.gr_python import basic_block

BLOCKS = [path.stem for path in public_headers()]


def gr_modtool_info() -> dict[str, str]:
    """What `gr_modtool info` finds out about this tree."""
    tool = shutil.which("gr_modtool")
    assert tool, "gr_modtool is not on PATH; it comes with GNU Radio"
    result = subprocess.run(
        [tool, "info"], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    pairs = (line.split(": ", 1) for line in result.stdout.splitlines() if ": " in line)
    return {key.strip(): value for key, value in pairs}


def test_gr_modtool_understands_the_module():
    info = gr_modtool_info()
    assert info["Module name"] == "dlcomm"
    assert info["Base directory"] == str(ROOT)
    assert info["API version"] == "post-3.10"
    assert str(ROOT / "include") in info["Include directories"]


def test_one_version_everywhere():
    cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    parts = [re.search(rf"set\(VERSION_{part} (\d+)\)", cmake)[1]
             for part in ("MAJOR", "API", "ABI")]
    version = ".".join(parts)
    manifest = yaml.safe_load((ROOT / "MANIFEST.yml").read_text(encoding="utf-8"))
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert manifest["version"] == version
    assert str(citation["version"]) == version
    assert version in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_bindings_note_the_hashes_of_their_headers():
    script = ROOT / "scripts" / "update_binding_hashes.py"
    result = subprocess.run(
        [sys.executable, str(script), "--check"],
        capture_output=True, text=True, timeout=60, check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_there_are_blocks():
    assert len(BLOCKS) >= 9


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_has_all_its_parts(block):
    parts = [
        f"lib/{block}_impl.h",
        f"lib/{block}_impl.cc",
        f"python/dlcomm/bindings/{block}_python.cc",
        f"grc/dlcomm_{block}.block.yml",
    ]
    assert [part for part in parts if not (ROOT / part).is_file()] == []
    assert issubclass(getattr(dlcomm, block), basic_block)
    for listing, entry in (
        ("include/gnuradio/dlcomm/CMakeLists.txt", f"{block}.h"),
        ("python/dlcomm/bindings/CMakeLists.txt", f"{block}_python.cc"),
        ("python/dlcomm/bindings/python_bindings.cc", f"bind_{block}(m)"),
    ):
        text = (ROOT / listing).read_text(encoding="utf-8")
        assert entry in text, f"{entry} is not in {listing}"


@pytest.mark.parametrize("block", BLOCKS)
def test_a_grc_block_is_documented(block):
    path = ROOT / "grc" / f"dlcomm_{block}.block.yml"
    grc = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert grc["id"] == f"dlcomm_{block}"
    assert grc["category"].startswith("[dlcomm]")
    assert grc["file_format"] == 1
    assert len(grc["documentation"]) > 200
    assert f"dlcomm.{block}(" in grc["templates"]["make"]


@pytest.mark.parametrize("model", dlcomm.models())
def test_a_shipped_model_is_whole_and_has_a_card(model):
    """It is a link with both halves or a classifier, and not both."""
    folder = ROOT / "models" / model
    assert (folder / "CARD.md").is_file()
    if (folder / "classifier.onnx").is_file():
        assert {path.name for path in folder.glob("*.onnx")} == {"classifier.onnx"}
        assert dlcomm.modulation_classifier_c(str(folder)).labels()
    else:
        assert dlcomm.link(folder).name


def test_no_model_is_left_behind():
    """What lies in the tree is what was installed."""
    folders = {path.name for path in (ROOT / "models").iterdir() if path.is_dir()}
    assert folders == set(dlcomm.models())
