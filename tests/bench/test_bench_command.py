# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm bench`` as a person runs it. No absolute time is asserted anywhere."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from gnuradio import dlcomm
from gnuradio.dlcomm.benchmark.compressed import versions
from gnuradio.dlcomm.benchmark.suite import FORMAT, GROUPS, TITLES
from gnuradio.dlcomm.cli import main
from gnuradio.dlcomm.cli.bench import QUICK_CLASSIFIERS, QUICK_MODELS

EXPECTED_ROWS = {
    "decoder": 3 * 2 * len(QUICK_MODELS),
    "compressed": len(versions("ae_7_4", dlcomm.link("ae_7_4"))),
    "chain": 2,
    "channels": 5,
    "encoder": len(QUICK_MODELS),
    "decisions": 2,
    "counting": 1,
    "latency": 4 * len(QUICK_MODELS),
    # Beside the same model and VT-CNN2, both on bare ONNX Runtime.
    "classifier": 2 * len(QUICK_CLASSIFIERS),
    "classifier_latency": 2 * len(QUICK_CLASSIFIERS),
    "import": 1,
}


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "gnuradio.dlcomm", "bench", *arguments],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict]:
    """What a quick run prints, and its file."""
    file = tmp_path_factory.mktemp("bench") / "bench.json"
    done = bench("--quick", "--json", str(file))
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, json.loads(file.read_text())


def test_every_group_has_its_rows(quick: tuple[str, dict]) -> None:
    rows = quick[1]["rows"]
    found = {group: [row for row in rows if row["group"] == group] for group in GROUPS}
    assert {group: len(found[group]) for group in GROUPS} == EXPECTED_ROWS
    assert len(rows) == sum(EXPECTED_ROWS.values())


def test_every_row_is_measured_and_positive(quick: tuple[str, dict]) -> None:
    for row in quick[1]["rows"]:
        assert row["skipped"] is None, row
        for key in ("ours", "theirs", "ratio"):
            values = row[key]
            assert len(values["repeats"]) == 2
            assert all(math.isfinite(v) and v > 0 for v in values["repeats"]), row
            assert values["min"] <= values["median"] <= values["max"]
            assert values["min"] == min(values["repeats"])


def test_every_group_and_alternative_is_printed(quick: tuple[str, dict]) -> None:
    out, document = quick
    for title in TITLES.values():
        assert title in out
    words = set(out.split())
    for row in document["rows"]:
        # Long names are folded in the table, words are not.
        assert set(row["what"].split()) <= words | {w.rstrip(":") for w in words}
        assert row["alternative"].split()[0].rstrip(",") in {w.rstrip(",") for w in words}


def test_file_says_what_it_was_measured_on(quick: tuple[str, dict]) -> None:
    document = quick[1]
    assert document["format"] == FORMAT
    assert document["machine"]["cores"] >= 1
    assert document["machine"]["versions"]["gnuradio"].startswith("3.")
    assert document["settings"] == {
        "links": list(QUICK_MODELS),
        "classifiers": list(QUICK_CLASSIFIERS),
        "repeats": 2,
        "seconds": 0.05,
        "frames": 200,
    }


def test_only_and_model_and_repeats(tmp_path: Path) -> None:
    file = tmp_path / "some.json"
    done = bench(
        "--only", "encoder", "--model", "qpsk", "--repeats", "3", "--seconds", "0.01",
        "--json", str(file),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    (row,) = json.loads(file.read_text())["rows"]
    assert row["what"] == "neural_encoder_bc qpsk"
    assert len(row["ratio"]["repeats"]) == 3
    assert [path.name for path in tmp_path.iterdir()] == ["some.json"]


def test_models_without_a_comparison_are_told() -> None:
    done = bench("--quick", "--only", "chain", "--model", "ae_7_4")
    assert done.returncode == 0
    assert "nothing to compare" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "decoders"], "--only: found 'decoders', expected one of decoder,"),
        (["--model", "no_such"], "--model: model 'no_such': no shipped encoder"),
        (["--repeats", "0"], "--repeats"),
        (["--seconds", "0"], "--seconds"),
        (["--seconds", "nan"], "--seconds: found nan"),
        (["--json", "{folder}"], "--json: {folder}: found a folder, expected a file"),
        (["--json", "{file}/bench.json"], "--json: {file}/bench.json: cannot be written"),
    ],
)
def test_bad_arguments_are_one_line_before_any_work(
    tmp_path: Path, capfd, arguments: list[str], words: str
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    names = {"folder": str(tmp_path), "file": str(file)}
    status = main(["bench", *(text.format(**names) for text in arguments)])
    captured = capfd.readouterr()
    assert status == 2
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1
    assert words.format(**names) in captured.err


def test_help_tells_the_defaults(capfd) -> None:
    assert main(["bench", "--help"]) == 0
    words = capfd.readouterr().out.split()
    for default in ("(7)]", "(0.5)]"):
        assert words[words.index(default) - 1].endswith("default:")


def test_no_default_model_is_a_failure(capfd, monkeypatch) -> None:
    monkeypatch.setattr("gnuradio.dlcomm.links.models", lambda: [])
    assert main(["bench", "--quick"]) == 1
    assert "found none of the default models" in capfd.readouterr().err
