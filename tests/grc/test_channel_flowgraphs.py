# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The channels among the examples: blocks for other flowgraphs, and what is trained over
them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from example_programs import run

CHANNELS = Path(__file__).resolve().parents[2] / "examples" / "channels"
COMPILER = "import sys; from gnuradio.grc.compiler import main; sys.exit(main())"


def test_they_compile_to_blocks_of_the_companion(platform, clean_environment, tmp_path):
    """grcc writes each one's module and the description of its block."""
    files = sorted(CHANNELS.glob("*.grc"))
    assert files
    result = run(clean_environment, "-c", COMPILER, "-o", tmp_path, *files)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Traceback" not in result.stderr
    for file in files:
        described = platform.parse_flow_graph(str(file))["options"]["parameters"]
        assert (described["id"], described["generate_options"]) == (file.stem, "hb")
        for wanted in ("Eb/N0", "INPUT", "Equal seeds"):
            assert wanted in described["description"]
        assert (tmp_path / f"{file.stem}.py").is_file()
        written = (tmp_path / f"{file.stem}.block.yml").read_text()
        for parameter in ("ebn0_db", "bits_per_sample", "seed"):
            assert f"id: {parameter}" in written


@pytest.mark.parametrize("file", sorted(CHANNELS.glob("*.json")), ids=lambda file: file.stem)
def test_a_recipe_names_a_flowgraph_that_is_there(file):
    from dlcomm_train.training.config import LinkConfig

    config = LinkConfig(**json.loads(file.read_text()))
    assert config.name == file.stem
    assert (CHANNELS.parents[1] / config.through).is_file()


def test_a_receiver_is_trained(clean_environment, tmp_path):
    """A few steps are enough to see that both models are written and fit together."""
    from gnuradio import dlcomm

    out = tmp_path / "receiver"
    result = run(clean_environment, CHANNELS / "train_receiver.py", "--steps", 20, "--out", out)
    assert result.returncode == 0, result.stderr
    assert "step 20 of 20: loss " in result.stderr
    link = dlcomm.link(str(out))
    assert (link.name, link.n, link.k) == ("qam16", 2, 4)


def test_a_receiver_for_nothing_is_refused(clean_environment, tmp_path):
    command = (CHANNELS / "train_receiver.py", "--out", tmp_path / "receiver")
    result = run(clean_environment, *command, "--through", "no_such.grc")
    assert result.returncode == 1
    assert "no_such.grc" in result.stderr
    assert len(result.stderr.splitlines()) == 1
