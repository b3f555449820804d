# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm accuracy``: tables, files, pictures, and bad input."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from classifier_files import weights, write_classifier
from matplotlib.image import imread
from sets import MODULATIONS, SNRS_DB, WINDOW, random_arrays, write

from gnuradio.dlcomm.recognition.accuracy_files import read_csv, read_json
from gnuradio.dlcomm.recognition.measure import measure


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A set of 180 windows."""
    return write(tmp_path_factory.mktemp("data") / "set", *random_arrays()).folder


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """Two classifiers for it, and one of other labels."""
    folder = tmp_path_factory.mktemp("models")
    for number, name in enumerate(("one", "two", "other")):
        labels = list(MODULATIONS) if name != "other" else ["BPSK", "16QAM", "WBFM"]
        path = folder / name / "classifier.onnx"
        path.parent.mkdir()
        write_classifier(path, weights(number, 3, WINDOW), labels)
    return folder


def test_a_table_over_snr(dlcomm_here: Callable, folder, models):
    outcome = dlcomm_here("accuracy", "--model", models / "one", "--dataset", folder)
    assert (outcome.status, outcome.err) == (0, "")
    confusion = measure(models / "one", folder).confusion
    assert outcome.out.startswith("regenerated, calibrated, test part\n")
    for rate in confusion.by_snr():
        assert re.search(
            rf"^ *{rate.snr_db:g} dB +{100 * rate.value:.2f} % \[", outcome.out, re.MULTILINE
        )
    overall, peak = confusion.overall(), confusion.peak()
    assert re.search(rf"overall +{100 * overall.value:.2f} % \[", outcome.out)
    assert re.search(rf"peak +{100 * peak.value:.2f} % \[", outcome.out)
    assert re.search(rf"at +{peak.snr_db:g} dB", outcome.out)
    assert re.search(rf"windows +{confusion.windows}", outcome.out)
    assert re.search(r"windows/s +[\d,]+", outcome.out)


def test_several_classifiers_and_all_files(dlcomm_here: Callable, folder, models, tmp_path):
    files = [tmp_path / name for name in ("a.csv", "a.json", "a.png", "c.png")]
    outcome = dlcomm_here(
        "accuracy", "--model", models / "one", "--model", models / "two", "--dataset", folder,
        "--csv", files[0], "--json", files[1], "--png", files[2], "--confusion", files[3],
    )  # fmt: skip
    assert (outcome.status, outcome.err) == (0, "")
    for path in files:
        assert str(path) in outcome.out
    for found in (read_csv(files[0]), read_json(files[1])):
        assert [one.model for one in found] == [str(models / "one"), str(models / "two")]
        for one in found:
            expected = measure(one.model, folder).confusion
            assert one.confusion.snrs_db == SNRS_DB
            assert (one.confusion.counts == expected.counts).all()
    for picture in files[2:]:
        assert imread(picture).shape[0] > 300
    assert sorted(tmp_path.iterdir()) == sorted(files)


def test_the_split_by_windows_is_called_leaky_everywhere(
    dlcomm_here: Callable, folder, models, tmp_path
):
    outcome = dlcomm_here(
        "accuracy", "--model", models / "one", "--dataset", folder, "--window-split",
        "--split", "validation", "--seed", "3", "--csv", tmp_path / "a.csv",
        "--json", tmp_path / "a.json",
    )  # fmt: skip
    assert outcome.status == 0
    assert "leaky split by windows" in outcome.out.splitlines()[0]
    assert '"leaky": true' in (tmp_path / "a.json").read_text()
    (found,) = read_csv(tmp_path / "a.csv")
    assert (found.split, found.part, found.seed) == ("window", "validation", 3)
    assert "leaky" in found.set


def test_classifiers_that_do_not_fit_beside_each_other(dlcomm_here: Callable, folder, models):
    """Each is in one of several tables."""
    paths = [models / "one" / Path(*["..", "one"] * number) for number in range(8)]
    outcome = dlcomm_here(
        "accuracy", *[word for path in paths for word in ("--model", path)],
        "--dataset", folder,
    )  # fmt: skip
    assert outcome.status == 0
    assert outcome.out.count("SNR label") == 2
    overall = [line for line in outcome.out.splitlines() if "overall" in line]
    assert [line.count("[") for line in overall] == [5, 3]


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ({"--model": "no_such_model"}, ["--model", "no_such_model"]),
        ({"--model": "{models}/other"}, ["has the labels BPSK, 16QAM, WBFM", "'QAM16'"]),
        ({"--model": "bad\nname"}, ["--model", "printable"]),
        ({"--dataset": "{tmp}/none"}, ["--dataset", "expected a data set"]),
        ({"--split": "exam"}, ["--split: found 'exam', expected train, validation or test"]),
        ({"--seed": "-1"}, ["--seed", "'-1'"]),
        ({"--png": "{tmp}/a.bmp"}, ["found the ending '.bmp'"]),
        ({"--confusion": "{tmp}/a.txt"}, ["found the ending '.txt'"]),
        ({"--csv": "{tmp}"}, ["found a folder, expected a file"]),
        ({"--csv": "{tmp}/a", "--json": "{tmp}/a"}, ["found one file twice"]),
    ],
)
def test_bad_input_is_one_line(
    dlcomm_here: Callable, folder, models, tmp_path, arguments, parts
):
    given = {"--model": "{models}/one", "--dataset": str(folder)} | arguments
    words = [
        word.format(models=models, tmp=tmp_path) for pair in given.items() for word in pair
    ]
    dlcomm_here("accuracy", *words).assert_one_line(2, *parts)
    assert list(tmp_path.iterdir()) == []
