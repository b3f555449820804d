# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Recordings: what can be played is played exactly, what cannot is refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gnuradio import blocks, gr
from gnuradio.dlcomm.radio.recording import FORMATS, RecordingError, open_recording
from gnuradio.dlcomm.recognition.signal_check import check_recording


def sigmf(folder: Path, name: str, data: np.ndarray, **fields: object) -> Path:
    """Write a SigMF recording of raw components; a field None is left out."""
    info = {
        "core:datatype": name,
        "core:sample_rate": 1e6,
        "core:version": "1.0.0",
    } | {f"core:{key}": value for key, value in fields.items()}
    info = {key: value for key, value in info.items() if value is not None}
    captures = [{"core:sample_start": 0}]
    meta = {"global": info, "captures": captures, "annotations": []}
    path = folder / "r.sigmf-meta"
    path.write_text(json.dumps(meta))
    data.tofile(folder / "r.sigmf-data")
    return path


def play(path: Path, **arguments: object) -> np.ndarray:
    """All samples of a recording, as a flowgraph gets them."""
    graph, sink = gr.top_block(), blocks.vector_sink_c()
    chain = open_recording(path, **arguments).source()
    graph.connect(*chain, sink)
    graph.run()
    return np.array(sink.data())


@pytest.mark.parametrize("name", list(FORMATS))
def test_every_format_is_played(name: str, tmp_path: Path) -> None:
    layout = FORMATS[name]
    rng = np.random.default_rng(1)
    if layout.clips:
        limits = np.iinfo(layout.component)
        raw = rng.integers(limits.min, limits.max + 1, 2000).astype(layout.component)
    else:
        raw = rng.normal(size=2000).astype(layout.component)
    found = play(sigmf(tmp_path, name, raw))
    expected = (raw.astype(float) - layout.offset) / layout.full_scale
    np.testing.assert_allclose(found, expected[::2] + 1j * expected[1::2], atol=1e-6)


def test_bare_samples_need_a_rate(tmp_path: Path) -> None:
    path = tmp_path / "r.cfile"
    np.arange(200, dtype=np.complex64).tofile(path)
    with pytest.raises(RecordingError, match="sample rate is not known, expected --rate"):
        open_recording(path)
    assert len(play(path, sample_rate=1e6)) == 200


def test_header_and_trailing_bytes_are_left_out(tmp_path: Path) -> None:
    raw = np.arange(100, dtype="<i2")
    path = sigmf(tmp_path, "ci16_le", raw, trailing_bytes=4)
    meta = json.loads(path.read_text())
    meta["captures"][0]["core:header_bytes"] = 8
    path.write_text(json.dumps(meta))
    found = play(path)
    np.testing.assert_allclose(found * 32768.0, raw[4:98:2] + 1j * raw[5:98:2])


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"datatype": None}, "datatype"),
        ({"datatype": "cf64_be"}, "core:datatype is 'cf64_be', expected one of cf32_le"),
        ({"sample_rate": None}, "core:sample_rate is missing"),
        ({"sample_rate": -1.0}, "sample_rate"),
        ({"num_channels": 2}, "core:num_channels is 2"),
        ({"dataset": "../secret"}, "expected the name of a file beside it"),
        ({"dataset": "/etc/passwd"}, "expected the name of a file beside it"),
        ({"trailing_bytes": -4}, "trailing_bytes"),
    ],
)
def test_bad_metadata(fields: dict, message: str, tmp_path: Path) -> None:
    path = sigmf(tmp_path, "cf32_le", np.zeros(64, "<f4"))
    meta = json.loads(path.read_text())
    for key, value in fields.items():
        meta["global"][f"core:{key}"] = value
        if value is None:
            del meta["global"][f"core:{key}"]
    path.write_text(json.dumps(meta))
    with pytest.raises(RecordingError, match=message) as caught:
        open_recording(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"global": 3}', "[" * 100_000])
def test_no_metadata(text: str, tmp_path: Path) -> None:
    path = tmp_path / "r.sigmf-meta"
    path.write_text(text)
    with pytest.raises(RecordingError, match=r"is no JSON|has no object 'global'"):
        open_recording(path)


def test_another_rate_than_asked_for(tmp_path: Path) -> None:
    path = sigmf(tmp_path, "cf32_le", np.zeros(64, "<f4"))
    with pytest.raises(RecordingError, match="is 1e\\+06 and --rate 2e\\+06"):
        open_recording(path, 2e6)
    assert open_recording(path, 1e6).sample_rate == 1e6


def test_files_that_are_cut_off_or_missing(tmp_path: Path) -> None:
    path = tmp_path / "r.cfile"
    with pytest.raises(RecordingError, match="No such file"):
        open_recording(path, 1e6)
    path.write_bytes(b"")
    with pytest.raises(RecordingError, match="has 0 bytes, expected samples"):
        open_recording(path, 1e6)
    path.write_bytes(bytes(20))
    with pytest.raises(RecordingError, match="expected a multiple of 8: is it of another"):
        open_recording(path, 1e6)


def test_an_archive_is_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "r.sigmf"
    path.write_bytes(bytes(1024))
    with pytest.raises(RecordingError, match="is a SigMF archive, expected it unpacked"):
        open_recording(path, 1e6)


def test_checks_of_a_signal(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    good = rng.normal(size=(5000, 2)).astype("<f4")

    def complaints(values: np.ndarray, name: str = "cf32_le") -> list[str]:
        return check_recording(open_recording(sigmf(tmp_path, name, values))).complaints()

    assert complaints(good) == []
    spoiled = good.copy()
    spoiled[[1, 7]] = np.nan, np.inf
    assert complaints(spoiled)[0].startswith("2 samples are NaN or infinite")
    assert complaints(np.zeros_like(good)) == [
        "all samples are zero: there is no signal, every window is 'unknown'"
    ]
    assert complaints(good + 3.0)[0].startswith("strong DC: 9")
    assert complaints(np.clip(good, -1.0, 1.0))[0].startswith("clipping: 5")
    integers = np.clip(good * 20000, -32768, 32767).astype("<i2")
    assert complaints(integers, "ci16_le")[0].startswith("clipping: 19")
    assert complaints((integers // 8).astype("<i2"), "ci16_le") == []
