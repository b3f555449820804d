# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm classify``: recordings, a radio that is none, and bad input."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from classifier_files import write_classifier

from gnuradio import analog, blocks, gr
from gnuradio.dlcomm.recognition import classify as flowgraphs

WINDOW = 16
RATE = 200e3


@pytest.fixture(scope="module")
def signs(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A classifier of the sign of I of a window's first sample."""
    weight = np.zeros((2, 2 * WINDOW), np.float32)
    weight[:, 0] = 4.0, -4.0
    path = tmp_path_factory.mktemp("model") / "signs.onnx"
    return write_classifier(path, weight, ["plus", "minus"])


def halves(samples: int = 3200) -> np.ndarray:
    """A loud 1 with some noise up to the middle, -1 from there on."""
    rng = np.random.default_rng(1)
    signal = np.where(np.arange(samples) < samples // 2, 1.0, -1.0)
    noise = rng.normal(size=(samples, 2)) @ [0.05, 0.05j]
    return (signal + noise).astype(np.complex64)


def cfile(folder: Path, samples: np.ndarray) -> Path:
    """A recording of bare samples."""
    path = folder / "r.cfile"
    samples.astype(np.complex64).tofile(path)
    return path


def sigmf(folder: Path, components: np.ndarray, **fields: object) -> Path:
    """A SigMF recording of raw components; a field None is left out."""
    info = {"core:datatype": "ci16_le", "core:sample_rate": RATE, "core:version": "1.0.0"}
    info |= {f"core:{key}": value for key, value in fields.items()}
    meta = {
        "global": {key: value for key, value in info.items() if value is not None},
        "captures": [{"core:sample_start": 0}],
        "annotations": [],
    }
    (folder / "r.sigmf-meta").write_text(json.dumps(meta))
    components.tofile(folder / "r.sigmf-data")
    return folder / "r.sigmf-meta"


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


@pytest.mark.parametrize(("kind", "scale"), [("<i2", 500.0), ("<i2", 8000.0), ("i1", 40.0)])
def test_integers_that_are_named_floats(
    kind: str, scale: float, dlcomm_here: Callable, signs: str, tmp_path: Path
) -> None:
    components = (np.random.default_rng(3).normal(size=64_000) * scale).astype(kind)
    path = tmp_path / "r.cfile"
    components.tofile(path)
    outcome = dlcomm_here("classify", "--file", path, "--rate", RATE, "--model", signs)
    outcome.assert_one_line(2, str(path), "does not look like float32", "SigMF")


@pytest.mark.parametrize(
    ("fields", "parts"),
    [
        ({"datatype": None}, ("core:datatype is None, expected one of cf32_le",)),
        ({"datatype": "rf32_le"}, ("core:datatype is 'rf32_le'", "expected one of cf32_le")),
        ({"sample_rate": None}, ("core:sample_rate is missing, expected it or --rate",)),
        ({"sample_rate": "fast"}, ("core:sample_rate is 'fast'",)),
        ({"dataset": "../other.bin"}, ("expected the name of a file beside it",)),
        ({"dataset": "gone.bin"}, ("gone.bin", "No such file")),
    ],
)
def test_bad_sigmf(
    fields: dict, parts: tuple, dlcomm_here: Callable, signs: str, tmp_path: Path
) -> None:
    path = sigmf(tmp_path, np.zeros(6400, "<i2"), **fields)
    outcome = dlcomm_here("classify", "--file", path, "--model", signs)
    outcome.assert_one_line(2, "--file", *parts)


def test_sigmf_of_another_rate(dlcomm_here: Callable, signs: str, tmp_path: Path) -> None:
    path = sigmf(tmp_path, np.zeros(6400, "<i2"))
    outcome = dlcomm_here("classify", "--file", path, "--rate", 1e6, "--model", signs)
    outcome.assert_one_line(2, "core:sample_rate is 200000 and --rate 1e+06, expected the same")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (b"", ("has 0 bytes, expected samples",)),
        (bytes(8 * 64 + 3), ("has 515 bytes of samples, expected a multiple of 8",)),
        (bytes(8 * 10), ("has 10 samples, expected at least 16: one window",)),
        (None, ("No such file",)),
    ],
)
def test_bad_samples(
    content: bytes | None, parts: tuple, dlcomm_here: Callable, signs: str, tmp_path: Path
) -> None:
    path = tmp_path / "r.cfile"
    if content is not None:
        path.write_bytes(content)
    outcome = dlcomm_here("classify", "--file", path, "--rate", RATE, "--model", signs)
    outcome.assert_one_line(2, str(path), *parts)


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        ((), ("expected either --file or --device",)),
        (("--file", "{}", "--device", "driver=x"), ("expected either --file or --device",)),
        (("--file", "{}"), ("sample rate is not known, expected --rate",)),
        (("--file", "{}", "--rate", "nan"), ("--rate", "found nan")),
        (("--file", "{}", "--rate", "-1"), ("--rate", "found -1")),
        (("--file", "{}", "--rate", "2e5", "--centre", "1e4"), ("need --symbol-rate",)),
        (("--file", "{}", "--rate", "2e5", "--freq", "1e8"), ("--freq is for --device",)),
        (
            ("--file", "{}", "--rate", "2e5", "--symbol-rate", "25e3", "--centre", "2e5"),
            ("centre is 200000, expected -100000 to 100000 Hz",),
        ),
        (
            ("--file", "{}", "--rate", "2e5", "--symbol-rate", "2e5"),
            ("sample_rate is 200000, expected at least two samples for each symbol",),
        ),
        (
            ("--file", "{}", "--rate", "2e5", "--symbol-rate", "25e3", "--bandwidth", "3e5"),
            ("bandwidth is 300000, expected at most 160000",),
        ),
        (("--file", "{}", "--rate", "2e5", "--hop", "-1"), ("--hop", "-1")),
        (("--file", "{}", "--rate", "2e5", "--average", "0"), ("--average", "0")),
        (("--file", "{}", "--rate", "2e5", "--threshold", "2"), ("--threshold", "2")),
        (("--file", "{}", "--rate", "2e5", "--model", "ae_7_4"), ("model 'ae_7_4'",)),
        (("--file", "{}", "--rate", "2e5", "--csv", "."), ("--csv", "found a folder")),
        (("--device", "driver=x", "--rate", "1e6"), ("--device needs --rate and --freq",)),
        (
            ("--device", "driver=x", "--rate", "1e6", "--freq", "1e8", "--seconds", "0"),
            ("--seconds", "found 0"),
        ),
    ],
)
def test_bad_options(
    arguments: tuple, parts: tuple, dlcomm_here: Callable, signs: str, tmp_path: Path
) -> None:
    path = str(cfile(tmp_path, halves()))
    given = [path if one == "{}" else one for one in arguments]
    if "--model" not in given:
        given += ["--model", signs]
    dlcomm_here("classify", *given).assert_one_line(2, *parts)


def test_no_such_device(dlcomm_here: Callable, signs: str) -> None:
    outcome = dlcomm_here(
        "classify", "--device", "driver=not_there", "--rate", 1e6, "--freq", 1e8,
        "--model", signs,
    )  # fmt: skip
    # SoapySDR tells its own story on standard error, too.
    assert outcome.status == 1
    assert outcome.err.splitlines()[-1].startswith("dlcomm: error: device driver=not_there: ")
    assert "Traceback" not in outcome.err + outcome.out


def test_soapy_is_not_there(
    dlcomm_here: Callable, signs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gnuradio.soapy", None)
    monkeypatch.delattr("gnuradio.soapy", raising=False)
    outcome = dlcomm_here(
        "classify", "--device", "driver=x", "--rate", 1e6, "--freq", 1e8, "--model", signs
    )
    outcome.assert_one_line(1, "device driver=x: gr-soapy is not installed")


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


def test_a_radio(dlcomm_here: Callable, signs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def pretended(device: str, sample_rate: float, *rest: object) -> _Radio:
        return _Radio(sample_rate)

    monkeypatch.setattr(flowgraphs, "radio_source", pretended)
    common = ("--device", "driver=x", "--rate", RATE, "--freq", 1e8, "--model", signs)
    report = run_json(dlcomm_here, *common, "--seconds", 2.0)
    assert report["decisions"] == 2.0 * RATE / WINDOW
    assert {one["label"] for one in report["labels"]} == {"plus", "minus"}
    # A tone of twice the full scale is clipped two thirds of the time, I or Q always.
    (clipping,) = report["complaints"]
    assert clipping.startswith("clipping: ")
    outcome = dlcomm_here("classify", *common, "--seconds", 1e-5)
    outcome.assert_one_line(1, "no decision: found ", "expected at least 16, one window")
