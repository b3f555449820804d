# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm classify``: recordings, what is wrong with them, a radio that is none."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sign_recordings import RATE, WINDOW, cfile, halves, sigmf, write_signs

from gnuradio import analog, blocks, gr
from gnuradio.dlcomm.recognition import classify as flowgraphs


@pytest.fixture(scope="module")
def signs(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A classifier of the sign of I of a window's first sample."""
    return write_signs(tmp_path_factory.mktemp("model") / "signs.onnx")


def run_json(dlcomm_here: Callable, *arguments: object) -> dict:
    """The JSON that the command writes, and nothing else, on standard output."""
    outcome = dlcomm_here("classify", *arguments, "--json")
    assert (outcome.status, outcome.err) == (0, ""), outcome
    return json.loads(outcome.out)


def test_a_recording(dlcomm_here: Callable, signs: str, tmp_path: Path) -> None:
    table = tmp_path / "segments.csv"
    path = cfile(tmp_path, halves())
    report = run_json(
        dlcomm_here, "--file", path, "--rate", RATE, "--model", signs, "--csv", table
    )
    assert (report["decisions"], report["samples"], report["sample_rate"]) == (200, 3200, RATE)
    assert {one["label"]: one["decisions"] for one in report["labels"]} == {
        "plus": 100, "minus": 100,
    }  # fmt: skip
    assert all(one["share"] == 0.5 for one in report["labels"])
    assert all(one["mean_probability"] > 0.99 for one in report["labels"])
    assert report["segments"] == [
        {"start_s": 0.0, "end_s": 0.008, "label": "plus", "decisions": 100},
        {"start_s": 0.008, "end_s": 0.016, "label": "minus", "decisions": 100},
    ]
    assert (report["silent_windows"], report["nonfinite_windows"]) == (0, 0)
    assert report["complaints"] == []
    with table.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows == [
        {key: str(value) for key, value in one.items()} for one in report["segments"]
    ]


def test_the_report_for_people(dlcomm_here: Callable, signs: str, tmp_path: Path) -> None:
    path = cfile(tmp_path, halves())
    outcome = dlcomm_here("classify", "--file", path, "--rate", RATE, "--model", signs)
    assert (outcome.status, outcome.err) == (0, "")
    lines = [line.split() for line in outcome.out.splitlines()]
    assert outcome.out.startswith("200 decisions from 3,200 samples, 0.016 s, by ")
    assert ["plus", "100", "50.0%", "1.00"] in lines
    assert ["0.0080", "0.0160", "minus", "100"] in lines


def test_sigmf_says_rate_and_type(dlcomm_here: Callable, signs: str, tmp_path: Path) -> None:
    samples = halves()
    components = np.round(samples.view(np.float32) * 8000).astype("<i2")
    report = run_json(dlcomm_here, "--file", sigmf(tmp_path, components), "--model", signs)
    assert report["sample_rate"] == RATE
    assert [one["label"] for one in report["segments"]] == ["plus", "minus"]


@pytest.mark.parametrize("hop", [8, 40])
def test_hop_average_and_threshold(
    hop: int, dlcomm_here: Callable, signs: str, tmp_path: Path
) -> None:
    path = cfile(tmp_path, halves())
    common = ("--file", path, "--rate", RATE, "--model", signs)
    report = run_json(dlcomm_here, *common, "--hop", hop, "--average", 4)
    assert report["decisions"] == (3200 - WINDOW) // hop + 1
    change = report["segments"][1]["start_s"] * RATE
    # The mean of 4 windows changes its sign with the second or third that has changed.
    assert 1600 <= change <= 1600 + 3 * hop
    small = cfile(tmp_path, 1e-3 * halves())
    unsure = run_json(
        dlcomm_here, "--file", small, "--rate", RATE, "--model", signs, "--threshold", 0.9
    )
    assert [one["label"] for one in unsure["labels"]] == ["unknown"]


def test_another_rate_and_place(dlcomm_here: Callable, signs: str, tmp_path: Path) -> None:
    # The halves at 5 times the rate, 150 kHz beside, with a tone of the same power beside it.
    slow = np.repeat(halves(8000), 5)
    place = np.arange(len(slow)) / (5 * RATE)
    samples = slow * np.exp(2j * np.pi * 150e3 * place) + np.exp(-2j * np.pi * 100e3 * place)
    report = run_json(
        dlcomm_here, "--file", cfile(tmp_path, samples), "--rate", 5 * RATE, "--model", signs,
        "--symbol-rate", RATE / 8, "--centre", 150e3,
    )  # fmt: skip
    assert report["sample_rate"] == RATE
    long = [one for one in report["segments"] if one["decisions"] > 10]
    # Which is which follows from the phase that the filters leave the carrier with.
    assert sorted(one["label"] for one in long) == ["minus", "plus"]
    # Within a window of the middle, filters or not.
    assert long[1]["start_s"] == pytest.approx(4000 / RATE, abs=(WINDOW + 8) / RATE)


def test_nan_are_counted_and_unknown(dlcomm_here: Callable, signs: str, tmp_path: Path) -> None:
    samples = halves()
    samples[[100, 101, 2000]] = np.nan, np.inf, np.nan
    path = cfile(tmp_path, samples)
    report = run_json(dlcomm_here, "--file", path, "--rate", RATE, "--model", signs)
    assert report["nonfinite_windows"] == 2
    assert {one["label"]: one["decisions"] for one in report["labels"]}["unknown"] == 2
    assert report["complaints"] == [
        "3 samples are NaN or infinite; their windows are 'unknown'"
    ]


@pytest.mark.parametrize("selection", [(), ("--symbol-rate", 25e3, "--remove-dc")])
def test_silence_is_unknown(
    selection: tuple, dlcomm_here: Callable, signs: str, tmp_path: Path
) -> None:
    path = cfile(tmp_path, np.zeros(1600))
    report = run_json(dlcomm_here, "--file", path, "--rate", RATE, "--model", signs, *selection)
    assert [one["label"] for one in report["labels"]] == ["unknown"]
    assert report["silent_windows"] == report["decisions"] == 100
    assert report["complaints"][0].startswith("all samples are zero")


def test_strong_dc_and_clipping_are_told(
    dlcomm_here: Callable, signs: str, tmp_path: Path
) -> None:
    rng = np.random.default_rng(2)
    loud = np.clip(rng.normal(size=6400) * 20000 + 20000, -32768, 32767).astype("<i2")
    report = run_json(dlcomm_here, "--file", sigmf(tmp_path, loud), "--model", signs)
    clipping, constant = report["complaints"]
    clipped = (np.abs(loud.reshape(-1, 2).astype(float) + 0.5) > 32767.0).any(axis=1).mean()
    assert clipping == (
        f"clipping: {clipped:.2%} of the samples are at full scale; lower the gain"
    )
    assert constant.startswith("strong DC: ")
    outcome = dlcomm_here("classify", "--file", tmp_path / "r.sigmf-meta", "--model", signs)
    assert f"note: {clipping}" in outcome.out.splitlines()


class _Radio(gr.hier_block2):
    """A tone that clips, in real time: what a device would give."""

    def __init__(self, rate: float) -> None:
        gr.hier_block2.__init__(
            self, "radio", gr.io_signature(0, 0, 0), gr.io_signature(1, 1, gr.sizeof_gr_complex)
        )
        source = analog.sig_source_c(rate, analog.GR_COS_WAVE, 0.1 * rate, 2.0)
        parts = blocks.complex_to_float(), blocks.float_to_complex()
        throttle = blocks.throttle(gr.sizeof_gr_complex, rate)
        self.connect(source, throttle, parts[0])
        for port in range(2):
            self.connect((parts[0], port), analog.rail_ff(-1.0, 1.0), (parts[1], port))
        self.connect(parts[1], self)


@pytest.fixture
def radio(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts the pretended radio in the place of any device."""

    def pretended(device: str, sample_rate: float, *rest: object) -> _Radio:
        return _Radio(sample_rate)

    monkeypatch.setattr(flowgraphs, "radio_source", pretended)


@pytest.mark.usefixtures("radio")
def test_a_radio(dlcomm_here: Callable, signs: str) -> None:
    common = ("--device", "driver=x", "--rate", RATE, "--freq", 1e8, "--model", signs)
    report = run_json(dlcomm_here, *common, "--seconds", 2.0)
    assert report["decisions"] == 2.0 * RATE / WINDOW
    assert {one["label"] for one in report["labels"]} == {"plus", "minus"}
    # A tone of twice the full scale is clipped two thirds of the time, I or Q always.
    (clipping,) = report["complaints"]
    assert clipping.startswith("clipping: ")
    outcome = dlcomm_here("classify", *common, "--seconds", 1e-5)
    outcome.assert_one_line(1, "no decision: found ", "expected at least 16, one window")


@pytest.mark.usefixtures("radio")
def test_the_live_table(
    dlcomm_here: Callable, signs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What rich takes for a terminal.
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "100")
    outcome = dlcomm_here(
        "classify", "--device", "driver=x", "--rate", RATE, "--freq", 1e8, "--model", signs,
        "--seconds", 1.5,
    )  # fmt: skip
    assert outcome.status == 0
    for text in ("s of signal", "s behind", "of a core", "plus", "probability"):
        assert text in outcome.err


def test_a_radio_that_is_lost(
    dlcomm_here: Callable, signs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flowgraphs, "LOST_S", 0.3)
    device = "driver=dlcomm_loopback,medium=silent,fail_after=50000"
    outcome = dlcomm_here(
        "classify", "--device", device, "--rate", 1e6, "--freq", 1e8, "--model", signs,
        "--seconds", 60,
    )  # fmt: skip
    assert outcome.status == 1
    # What it heard before is told all the same.
    assert "decisions" in outcome.out
    assert outcome.err == (
        f"dlcomm: error: device {device}: has given no sample for 0.3 s: is it lost?\n"
    )


def test_a_recording_is_interrupted(signs: str, tmp_path: Path) -> None:
    path = tmp_path / "r.cfile"
    with path.open("wb") as stream:
        # A hole: hours of silence that take no room on the disk.
        stream.truncate(8 << 31)
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gnuradio.dlcomm", "classify", "--file", str(path),
            "--rate", "1e6", "--model", signs,
        ],
        env=os.environ | {"FORCE_COLOR": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        # It shows that it works.
        begun = process.stderr.read(1)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 130
    assert (begun != b"", out) == (True, b"")
    assert err.decode().endswith(
        "dlcomm: interrupted: 0 decisions were made, and nothing is written\n"
    )
