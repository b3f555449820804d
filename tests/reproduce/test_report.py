# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Results that are kept, and the report of them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from gnuradio.dlcomm.reproduce.catalogue import all_items
from gnuradio.dlcomm.reproduce.item import Finding
from gnuradio.dlcomm.reproduce.record import (
    Record,
    make_record,
    read_record,
    record_file,
    write_record,
)
from gnuradio.dlcomm.reproduce.report import MAX_PICTURE_BYTES, write_report

FINDINGS = [Finding("a|b", "~1e-2", "1.0e-02 [9e-03, 1.1e-02], 10 / 1,000")]


@pytest.fixture
def record(quick_context: Callable) -> Record:
    """A result of fig2.4 whose picture is too rich for the report."""
    context = quick_context("fig2.4")
    noise = np.random.default_rng(2).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    Image.fromarray(noise).save(context.folder / "fig2.4.png")
    context.pictures.append("fig2.4.png")
    context.counted = True
    found = replace(make_record(all_items()["fig2.4"], context, FINDINGS), quick=False)
    write_record(context.folder, found)
    return found


def test_a_result_is_read_back(record: Record, tmp_path: Path) -> None:
    assert read_record(tmp_path / "out", "fig2.4") == record
    assert read_record(tmp_path / "out", "fig2.5") is None
    assert set(record.marks) == {"ae_1_1", "bpsk"}
    assert record.changed_models() == []


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"item": "fig2.4"}', "\x00"])
def test_other_files(record: Record, tmp_path: Path, text: str) -> None:
    record_file(tmp_path / "out", "fig2.4").write_text(text)
    with pytest.raises(ValueError, match=r"fig2\.4\.json: found other data, expected"):
        read_record(tmp_path / "out", "fig2.4")


def test_report(record: Record, tmp_path: Path) -> None:
    items = list(all_items().values())
    path = tmp_path / "docs/reproduction.md"
    path.parent.mkdir()
    left = write_report(path, tmp_path / "out", items)
    text = path.read_text()
    assert "A point ends at 20 block errors or 20,000 messages" in text
    assert "## fig2.4: " in text and "fig2.5" not in text
    assert "| a\\|b | \\~1e-2 | 1.0e-02 [9e-03, 1.1e-02], 10 / 1,000 |" in text
    assert "\ndlcomm reproduce fig2.4 --min-errors 20 --seed 1\n" in text
    assert all_items()["fig2.4"].convention in text
    assert "](images/reproduction/fig2.4.png)" in text
    picture = tmp_path / "docs/images/reproduction/fig2.4.png"
    assert 0 < picture.stat().st_size <= MAX_PICTURE_BYTES
    assert {(lack.item, lack.reason) for lack in left} == {
        (item.id, "not run yet") for item in items if item.id != "fig2.4"
    }


def test_smoke_runs_and_changed_models_are_left_out(record: Record, tmp_path: Path) -> None:
    items = [all_items()["fig2.4"]]
    for changed, reason in (
        (replace(record, quick=True), "a smoke run only"),
        (
            replace(record, marks={"bpsk": "0", "gone": "1"}),
            "run with other files of bpsk, gone",
        ),
    ):
        write_record(tmp_path / "out", changed)
        (left,) = write_report(tmp_path / "r.md", tmp_path / "out", items)
        assert (left.item, left.reason) == ("fig2.4", reason)
        assert "## fig2.4" not in (tmp_path / "r.md").read_text()


def test_a_missing_picture_is_named(record: Record, tmp_path: Path) -> None:
    (tmp_path / "out/fig2.4.png").unlink()
    with pytest.raises(OSError, match="No such file") as error:
        write_report(tmp_path / "r.md", tmp_path / "out", [all_items()["fig2.4"]])
    assert str(error.value.filename).endswith("fig2.4.png")
