# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measured accuracies: what they say of themselves, written and read again."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from made import LABELS, accuracy, confusion

from gnuradio.dlcomm.recognition.accuracy_files import (
    read_csv,
    read_json,
    write_csv,
    write_json,
)
from gnuradio.dlcomm.recognition.confusion import Confusion

FORMATS = {".csv": (write_csv, read_csv), ".json": (write_json, read_json)}
SEVERAL = [
    accuracy(1),
    accuracy(2, model='a "quoted", name', profile="RML2016.10a"),
    accuracy(3, part="validation", split="window", seed=7, windows_per_second=0.1),
]


@pytest.mark.parametrize("ending", FORMATS)
def test_what_is_written_is_read_again(ending, tmp_path):
    write, read = FORMATS[ending]
    path = tmp_path / f"result{ending}"
    write(path, SEVERAL[:1])
    write(path, SEVERAL)
    found = read(path)
    assert len(found) == 3
    for one, expected in zip(found, SEVERAL, strict=True):
        assert replace(one, confusion=None).__dict__ == (
            replace(expected, confusion=None).__dict__
        )
        assert one.confusion.labels == LABELS
        assert one.confusion.snrs_db == (-2.0, 0.0, 4.5)
        np.testing.assert_array_equal(one.confusion.counts, expected.confusion.counts)
        assert one.confusion.clusters == expected.confusion.clusters
        assert one.confusion.by_snr() == expected.confusion.by_snr()
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_row_of_a_model_file():
    row = accuracy().row()
    overall, peak = confusion().overall(), confusion().peak()
    assert row == {
        "set": "regenerated, historical",
        "windows": confusion().windows, "right": confusion().right,
        "overall": overall.value, "overall_low": overall.low, "overall_high": overall.high,
        "peak": peak.value, "peak_low": peak.low, "peak_high": peak.high,
        "peak_snr_db": peak.snr_db,
    }  # fmt: skip
    assert isinstance(accuracy(confusion=confusion(1, (2.0, 4.0))).row()["peak_snr_db"], int)


def test_every_result_says_that_it_leaks(tmp_path):
    leaky = accuracy(split="window")
    assert leaky.leaky and not accuracy().leaky
    assert leaky.set == leaky.row()["set"] == (
        "regenerated, historical, leaky split by windows"
    )
    assert accuracy(part="train").set == "regenerated, historical, train part"
    write_csv(tmp_path / "a.csv", [leaky, accuracy(model="other")])
    with (tmp_path / "a.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert {(row["model"], row["leaky"]) for row in rows} == {
        ("amc_made", "True"), ("other", "False"),
    }  # fmt: skip
    write_json(tmp_path / "a.json", [leaky])
    (found,) = json.loads((tmp_path / "a.json").read_text())
    assert found["leaky"] is True and "leaky" in found["measured"]["set"]


def test_rates_stand_beside_the_counts(tmp_path):
    counted = confusion()
    write_json(tmp_path / "a.json", [accuracy()])
    (found,) = json.loads((tmp_path / "a.json").read_text())
    for entry, rate in zip(found["by_snr"], counted.by_snr(), strict=True):
        assert entry == {
            "snr_db": rate.snr_db, "windows": rate.windows, "right": rate.right,
            "accuracy": rate.value, "accuracy_low": rate.low, "accuracy_high": rate.high,
        }  # fmt: skip
    assert {name: entry["right"] for name, entry in found["by_class"].items()} == {
        name: rate.right for name, rate in counted.by_class().items()
    }
    write_csv(tmp_path / "a.csv", [accuracy()])
    with (tmp_path / "a.csv").open() as file:
        row = next(csv.DictReader(file))
    first = counted.counts[0, 0]
    assert (row["snr_db"], row["modulation"]) == ("-2", "BPSK")
    assert [int(row[f"said {name}"]) for name in (*LABELS, "unknown")] == first.tolist()
    assert float(row["accuracy"]) == first[0] / first.sum()
    assert float(row["accuracy_low"]) < float(row["accuracy"]) < float(row["accuracy_high"])


def test_classifiers_of_different_labels_are_no_csv_file(tmp_path):
    other = accuracy(
        model="other",
        confusion=Confusion(("AM", "FM", "PM"), (-2, 0, 4.5), confusion().counts),
    )
    with pytest.raises(ValueError, match="other has the labels AM, FM, PM, expected BPSK"):
        write_csv(tmp_path / "a.csv", [accuracy(), other])
    assert list(tmp_path.iterdir()) == []
    write_json(tmp_path / "a.json", [accuracy(), other])
    assert read_json(tmp_path / "a.json")[1].confusion.labels == ("AM", "FM", "PM")


def edited(path: Path, change) -> None:
    """Change the first object of a JSON file."""
    objects = json.loads(path.read_text())
    change(objects[0])
    path.write_text(json.dumps(objects))


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found.pop("model"),
        lambda found: found.pop("counts"),
        lambda found: found.update(split="bursts"),
        lambda found: found.update(windows_per_second=-1.0),
        lambda found: found["counts"].pop(),
        lambda found: found["counts"][0].pop(),
        lambda found: found["counts"][0][0].append(3),
        lambda found: found["counts"][0][0].__setitem__(0, -1),
        lambda found: found["counts"][0][0].__setitem__(0, "many"),
        lambda found: found["snrs_db"].reverse(),
    ],
)
def test_a_json_file_that_contradicts_itself_is_refused(change, tmp_path):
    path = tmp_path / "a.json"
    write_json(path, [accuracy()])
    edited(path, change)
    with pytest.raises(ValueError) as error:
        read_json(path)
    assert str(error.value).startswith(f"{path}: ") and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("model,", "name,"),
        ("said unknown", "said nothing"),
        (",burst,", ",bursts,"),
        (",BPSK,", ",16QAM,"),
        (",-2,", ",low,"),
        ("12345.678", "nan"),
        ("\n", "\n,\n"),
    ],
)
def test_a_csv_file_that_is_none_is_refused(old, new, tmp_path):
    path = tmp_path / "a.csv"
    write_csv(path, [accuracy()])
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 2))
    with pytest.raises(ValueError) as error:
        read_csv(path)
    assert str(error.value).startswith(f"{path}") and "\n" not in str(error.value)


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"[1, 2]", b"a,b\n1,2\n"])
def test_other_files_are_refused(ending, content, tmp_path):
    path = tmp_path / f"a{ending}"
    path.write_bytes(content)
    with pytest.raises(ValueError) as error:
        FORMATS[ending][1](path)
    assert str(path) in str(error.value) and "\n" not in str(error.value)
