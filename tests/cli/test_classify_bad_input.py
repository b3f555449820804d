# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm classify``: what cannot be classified ends in one clear line."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sign_recordings import RATE, cfile, halves, sigmf, write_signs


@pytest.fixture(scope="module")
def signs(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A classifier of the sign of I of a window's first sample."""
    return write_signs(tmp_path_factory.mktemp("model") / "signs.onnx")


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
    monkeypatch.setitem(sys.modules, "gnuradio.soapy", None)
    monkeypatch.delattr("gnuradio.soapy", raising=False)
    outcome = dlcomm_here(
        "classify", "--device", "driver=x", "--rate", 1e6, "--freq", 1e8, "--model", signs
    )
    outcome.assert_one_line(1, "device driver=x: gr-soapy is not installed")
