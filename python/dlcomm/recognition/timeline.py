# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The picture of a classified recording: its spectrogram, and below it what was said when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from ..measurement.files import write_atomic
from ..measurement.plot import plot_format
from ..radio.recording import META_SUFFIX, Recording, RecordingError
from .decisions import UNKNOWN, Decisions

_COLUMNS, _BINS, _AVERAGED = 500, 256, 4
"""Moments and frequencies of the spectrogram, and spectra that a moment is the mean of."""
_TRUTH, _RIGHT, _WRONG, _SAID = "0.82", "#1b8a5a", "#c0392b", "#0b5fa5"


@dataclass(frozen=True)
class Span:
    """What holds for some time.

    Attributes:
        start_s, end_s: from when to when, in seconds from the recording's beginning.
        label: a modulation, or "unknown".
    """

    start_s: float
    end_s: float
    label: str


def said_spans(
    decisions: Decisions, labels: Sequence[str], hop: int, rate: float
) -> list[Span]:
    """Runs of equal decisions.

    Args:
        decisions: the decisions.
        labels: names of the classes.
        hop: samples from one window to the next.
        rate: samples per second that the classifier got.
    """
    step = hop / rate
    return [
        Span(
            one.first * step,
            (one.first + one.count) * step,
            "unknown" if one.index == UNKNOWN else labels[one.index],
        )
        for one in decisions.segments
    ]


def annotated_spans(meta: Path, recording: Recording) -> list[Span]:
    """The labelled annotations of a SigMF recording, by time.

    Args:
        meta: its metadata.
        recording: as it was opened.

    Raises:
        RecordingError: the annotations are not SigMF's.
        OSError: they cannot be read.
    """
    # The sigmf package would stumble over annotations that say nothing of sense.
    content = json.loads(meta.with_suffix(META_SUFFIX).read_text(encoding="utf-8"))
    found = content.get("annotations", [])
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise RecordingError(f"{meta}: found annotations that are no list of objects")
    spans = [_span(meta, one, recording) for one in found if "core:label" in one]
    return sorted(spans, key=lambda span: span.start_s)


def label_at(spans: Sequence[Span], seconds: float) -> str | None:
    """The label of the first span that holds at a time; None: there is none."""
    return next((one.label for one in spans if one.start_s <= seconds < one.end_s), None)


def write_timeline(
    path: Path, recording: Recording, said: Sequence[Span], truth: Sequence[Span], title: str
) -> None:
    """Draw a classified recording and write the picture, atomically.

    Args:
        path: file ending in .png, .pdf or .svg.
        recording: the samples.
        said: what the classifier said.
        truth: what was sent, as far as it is known.
        title: stands above it.

    Raises:
        ValueError: the ending is another.
        OSError: the folder or the disk does not take the file.
    """
    ending = plot_format(path)
    figure = draw(recording, said, truth, title)
    write_atomic(
        path, lambda file: figure.savefig(file, format=ending, dpi=90, facecolor="white")
    )


def draw(
    recording: Recording, said: Sequence[Span], truth: Sequence[Span], title: str
) -> Figure:
    """The picture; arguments as `write_timeline`."""
    labels = list(dict.fromkeys(span.label for span in (*truth, *said)))
    figure = Figure(figsize=(11.0, 4.6 + 0.26 * len(labels)), layout="constrained")
    FigureCanvasAgg(figure)
    figure.suptitle(title, fontsize=12)
    ratio = [3.2, 0.8 + 0.26 * len(labels)]
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=ratio)
    _spectrogram(above, recording)
    for number, label in enumerate(labels):
        spoken = [span for span in said if span.label == label]
        _bars(below, truth, label, number, 0.84, _TRUTH)
        for span in spoken:
            right = label_at(truth, (span.start_s + span.end_s) / 2.0) == label
            colour = (_RIGHT if right else _WRONG) if truth else _SAID
            _bars(below, [span], label, number, 0.44, colour)
    below.set_yticks(range(len(labels)), labels, fontsize=9)
    below.set_ylim(len(labels) - 0.4, -0.6)
    below.set_xlim(0.0, recording.samples / recording.sample_rate)
    below.set_xlabel("seconds")
    below.grid(axis="x", color="0.9", lw=0.7)
    below.set_axisbelow(True)
    below.spines[["top", "right"]].set_visible(False)
    if truth:
        below.set_title("grey: sent; green and red: said, rightly and wrongly", fontsize=9)
    return figure


def spectrogram(recording: Recording) -> np.ndarray:
    """Power densities in dB, float32 [frequency, moment], frequencies ascending."""
    bins = min(_BINS, recording.samples)
    last = max(0, recording.samples - _AVERAGED * bins)
    begins = np.linspace(0, last, min(_COLUMNS, last + 1)).astype(np.int64)
    shape = np.hanning(bins).astype(np.float32)
    density = np.zeros((len(begins), bins), np.float32)
    for part in range(_AVERAGED):
        places = np.minimum(begins + part * bins, recording.samples - bins)
        samples = recording.at(places[:, None] + np.arange(bins))
        density += np.abs(np.fft.fft(np.nan_to_num(samples) * shape, axis=1)) ** 2
    density = np.fft.fftshift(density, axes=1).T / _AVERAGED
    return 10.0 * np.log10(density + np.finfo(np.float32).tiny)


def _spectrogram(axes: Axes, recording: Recording) -> None:
    """Draw frequencies over time."""
    decibels = spectrogram(recording)
    half = recording.sample_rate / 2e3
    axes.imshow(
        decibels, cmap="viridis", aspect="auto", origin="lower", interpolation="nearest",
        vmin=np.percentile(decibels, 5), vmax=np.percentile(decibels, 99.8),
        extent=(0.0, recording.samples / recording.sample_rate, -half, half),
    )  # fmt: skip
    axes.set_ylabel("kHz")


def _bars(
    axes: Axes, spans: Sequence[Span], label: str, row: int, height: float, colour: str
) -> None:
    """Bars of the spans of one label."""
    bars = [(one.start_s, one.end_s - one.start_s) for one in spans if one.label == label]
    axes.broken_barh(bars, (row - height / 2.0, height), facecolors=colour)


def _span(meta: Path, annotation: dict[str, Any], recording: Recording) -> Span:
    label = annotation["core:label"]
    start = annotation.get("core:sample_start")
    count = annotation.get("core:sample_count", recording.samples)
    if not (isinstance(label, str) and isinstance(start, int) and isinstance(count, int)):
        raise RecordingError(
            f"{meta}: found the annotation {annotation!r}, expected a label and whole numbers "
            "for sample_start and sample_count"
        )
    rate = recording.sample_rate
    return Span(start / rate, min(start + count, recording.samples) / rate, label)
