# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Spectrogram and spans of a classified recording are those of its samples."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from gnuradio.dlcomm.radio.recording import Recording, RecordingError, open_recording
from gnuradio.dlcomm.recognition.decisions import UNKNOWN, Decisions, Segment
from gnuradio.dlcomm.recognition.timeline import (
    Span,
    annotated_spans,
    label_at,
    said_spans,
    spectrogram,
    write_timeline,
)


def recorded(folder: Path, samples: np.ndarray, annotations: list) -> tuple[Path, Recording]:
    """A SigMF recording of 16-bit integers at 1 kHz."""
    parts = np.stack([samples.real, samples.imag], axis=-1)
    np.rint(16384 * parts).astype("<i2").tofile(folder / "r.sigmf-data")
    meta = folder / "r.sigmf-meta"
    meta.write_text(json.dumps({
        "global": {
            "core:datatype": "ci16_le", "core:sample_rate": 1000, "core:version": "1.0.0"
        },
        "captures": [{"core:sample_start": 0}],
        "annotations": annotations,
    }))
    return meta, open_recording(meta)


def tones() -> np.ndarray:
    """A second at 250 Hz, then a second at -125 Hz."""
    steps = np.repeat([0.25, -0.125], 1000)
    return np.exp(2j * np.pi * np.cumsum(steps))


def test_samples_at_places(tmp_path: Path) -> None:
    _, recording = recorded(tmp_path, tones(), [])
    places = np.array([[0, 1999], [5, 1000]])
    np.testing.assert_allclose(recording.at(places), 0.5 * tones()[places], atol=1e-4)


def test_spectrogram_shows_tones_where_they_are(tmp_path: Path) -> None:
    samples = np.tile(tones().reshape(2, -1), (1, 10)).ravel()
    _, recording = recorded(tmp_path, samples, [])
    decibels = spectrogram(recording)
    frequencies = np.linspace(-500.0, 500.0, len(decibels), endpoint=False)
    strongest = frequencies[decibels.argmax(axis=0)]
    quarter = len(strongest) // 4
    np.testing.assert_allclose(strongest[:quarter], 250.0, atol=2.0)
    np.testing.assert_allclose(strongest[-quarter:], -125.0, atol=2.0)


def test_spectrogram_of_a_short_recording(tmp_path: Path) -> None:
    _, recording = recorded(tmp_path, tones()[:100], [])
    assert np.isfinite(spectrogram(recording)).all()


def test_spans_of_decisions() -> None:
    segments = (Segment(0, 3, 1), Segment(3, 1, UNKNOWN))
    found = Decisions(4, np.zeros(256), np.zeros(256), UNKNOWN, None, segments, 0)
    assert said_spans(found, ["a", "b"], 128, 1280.0) == [
        Span(0.0, pytest.approx(0.3), "b"),
        Span(pytest.approx(0.3), pytest.approx(0.4), "unknown"),
    ]


def test_spans_of_annotations(tmp_path: Path) -> None:
    meta, recording = recorded(tmp_path, tones(), [
        {"core:sample_start": 0, "core:sample_count": 500, "core:label": "QPSK"},
        {"core:sample_start": 500, "core:sample_count": 100},
        {"core:sample_start": 1000, "core:label": "BPSK"},
    ])
    spans = annotated_spans(meta, recording)
    assert spans == [Span(0.0, 0.5, "QPSK"), Span(1.0, 2.0, "BPSK")]
    assert [label_at(spans, at) for at in (0.0, 0.49, 0.5, 1.5, 2.0)] == (
        ["QPSK", "QPSK", None, "BPSK", None]
    )


@pytest.mark.parametrize(("annotations", "message"), [
    ([{"core:sample_start": "soon", "core:label": "QPSK"}], "soon"),
    ([{"core:sample_start": 0, "core:label": 8}], "a label and whole numbers"),
    ([{"core:label": "QPSK"}], "a label and whole numbers"),
    (["QPSK"], "no list of objects"),
])
def test_annotations_of_another_kind(annotations: list, message: str, tmp_path: Path) -> None:
    meta, recording = recorded(tmp_path, tones(), [])
    content = json.loads(meta.read_text()) | {"annotations": annotations}
    meta.write_text(json.dumps(content))
    with pytest.raises(RecordingError, match=message):
        annotated_spans(meta, recording)


@pytest.mark.parametrize("truth", [[], [Span(0.0, 1.0, "QPSK")]])
def test_picture(truth: list[Span], tmp_path: Path) -> None:
    _, recording = recorded(tmp_path, tones(), [])
    said = [Span(0.0, 1.2, "QPSK"), Span(1.2, 2.0, "unknown")]
    write_timeline(tmp_path / "p.svg", recording, said, truth, "a title")
    text = (tmp_path / "p.svg").read_text()
    for label in ("QPSK", "unknown", "a title"):
        assert f"<!-- {label} -->" in text
    # Wrong is said only where the truth is known.
    assert ("#1b8a5a" in text) == bool(truth)
    with pytest.raises(ValueError, match="p.txt"):
        write_timeline(tmp_path / "p.txt", recording, said, truth, "a title")
