# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The picture of a data set: a window and the spectrum of every class, and all powers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.datasets.summary import Summary

from ..measurement.files import write_atomic
from ..measurement.plot import plot_format

_COLUMNS = 4
_I, _Q, _LOW = "#0b5fa5", "#e07b00", "0.62"
_POWERS = (_LOW, "#1b8a5a", "#7a4fbf")
_DECIBELS = (-55, 25)
"""Range of spectra."""
_SPECTRUM_WINDOWS = 1000
"""Windows that a spectrum is the mean of, at most."""


def write_picture(path: Path, dataset: Dataset, summary: Summary) -> None:
    """Draw a data set and write the picture, atomically.

    Args:
        path: file ending in .png, .pdf or .svg.
        dataset: the set.
        summary: of it.

    Raises:
        ValueError: the ending is another.
        OSError: the folder or the disk does not take the file.
    """
    ending = plot_format(path)
    figure = draw(dataset, summary)
    write_atomic(
        path, lambda file: figure.savefig(file, format=ending, dpi=110, facecolor="white")
    )


def draw(dataset: Dataset, summary: Summary) -> Figure:
    """The picture; arguments as `write_picture`."""
    manifest = dataset.manifest
    rows = -(-(len(manifest.modulations) + 1) // _COLUMNS)
    figure = Figure(figsize=(16.0, 0.8 + 3.9 * rows), layout="constrained")
    FigureCanvasAgg(figure)
    low, high = min(manifest.snrs_db), max(manifest.snrs_db)
    figure.suptitle(
        f"{dataset.folder.name} ({manifest.label}): {len(dataset.index):,} windows. "
        f"One window and the mean spectrum of every class at the label {high} dB",
        fontsize=13,
    )
    parts = figure.subfigures(rows, _COLUMNS, squeeze=False).ravel()
    for number, part in zip(range(len(manifest.modulations)), parts, strict=False):
        _class(part, dataset, number, low, high)
    last = parts[len(manifest.modulations)]
    _powers(last.subplots(), dataset, summary)
    handles = [
        Line2D([], [], color=_I, lw=1.4, label="I"),
        Line2D([], [], color=_Q, lw=1.4, label="Q"),
        Line2D([], [], color=_I, lw=1.4, label=f"spectrum at {high} dB"),
        Line2D([], [], color=_LOW, lw=1.4, label=f"spectrum at {low} dB"),
    ]
    last.legend(
        handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=9
    )
    return figure


def spectrum(windows: np.ndarray) -> np.ndarray:
    """The mean power density of windows, with a Hann window, its frequencies ascending.

    Args:
        windows: complex [n, window].

    Returns:
        In dB, 0 dB being the mean over all frequencies, float64 [window].
    """
    shaped = windows * np.hanning(windows.shape[1])
    density = (np.abs(np.fft.fftshift(np.fft.fft(shaped, axis=1), axes=1)) ** 2).mean(axis=0)
    tiny = np.finfo(np.float64).tiny
    return 10.0 * np.log10(np.maximum(density, tiny) / max(density.mean(), tiny))


def _class(figure: Figure, dataset: Dataset, number: int, low: int, high: int) -> None:
    """A window over time, and spectra below it, of one class."""
    manifest = dataset.manifest
    above, below = figure.subplots(2, 1, height_ratios=[1.25, 1.0])
    above.set_title(manifest.modulations[number], fontsize=11, fontweight="bold")
    strong, weak = (_windows(dataset, number, snr) for snr in (high, low))
    if len(strong):
        window = strong[0] / (np.sqrt((np.abs(strong[0]) ** 2).mean()) or 1.0)
        above.plot(window.real, color=_I, lw=1.1)
        above.plot(window.imag, color=_Q, lw=1.1)
        limit = 1.05 * np.abs([window.real, window.imag]).max() or 1.0
        above.set_ylim(-limit, limit)
    above.set_xlim(0, manifest.window - 1)
    above.set_xlabel("sample", fontsize=8, labelpad=1)
    above.set_yticks([0.0], [])
    khz = np.fft.fftshift(np.fft.fftfreq(manifest.window, 1e3 / manifest.sample_rate))
    if len(weak) and low != high:
        below.plot(khz, spectrum(weak), color=_LOW, lw=1.1)
    if len(strong):
        below.plot(khz, spectrum(strong), color=_I, lw=1.4)
    below.set_xlim(khz[0], -khz[0])
    below.set_ylim(*_DECIBELS)
    below.set_xlabel("kHz", fontsize=8, labelpad=1)
    below.set_ylabel("dB", fontsize=8)
    for axes in (above, below):
        _dress(axes)


def _windows(dataset: Dataset, number: int, snr_db: int) -> np.ndarray:
    """The finite ones among the first windows of a cell, complex [n, window]."""
    index = dataset.index
    places = np.flatnonzero((index["modulation"] == number) & (index["snr_db"] == snr_db))
    found = dataset.windows[places[:_SPECTRUM_WINDOWS]].astype(np.float64)
    found = found[np.isfinite(found).all(axis=(1, 2))]
    return found[..., 0] + 1j * found[..., 1]


def _powers(axes: Axes, dataset: Dataset, summary: Summary) -> None:
    """How mean powers of windows are distributed, at the lowest, middle and highest label."""
    labels = sorted(dataset.manifest.snrs_db)
    shown = dict.fromkeys((labels[0], labels[len(labels) // 2], labels[-1]))
    power = summary.measured.power
    usable = np.isfinite(power) & (power > 0.0)
    decibels = 10.0 * np.log10(power[usable])
    snrs = dataset.index["snr_db"][usable]
    axes.set_title("mean power of windows", fontsize=11, fontweight="bold")
    if len(decibels):
        # Bins around 0 dB, in which all windows of unit power are.
        width = max(0.1, np.ptp(decibels) / 80.0)
        first, last = np.rint(np.array([decibels.min() - 0.5, decibels.max() + 0.5]) / width)
        edges = (np.arange(first, last + 2) - 0.5) * width
        for colour, snr in zip(_POWERS, shown, strict=False):
            axes.hist(
                decibels[snrs == snr], edges, histtype="step", color=colour, lw=1.5,
                label=f"label {snr} dB",
            )  # fmt: skip
        axes.legend(loc="upper right", frameon=False, fontsize=8)
    axes.set_xlabel("mean $|x|^2$ in dB", fontsize=8, labelpad=1)
    axes.set_ylabel("windows", fontsize=8)
    axes.set_yscale("log")
    axes.set_ylim(bottom=0.7)
    _dress(axes)


def _dress(axes: Axes) -> None:
    """Grid and small letters."""
    axes.tick_params(labelsize=8)
    axes.grid(color="0.9", lw=0.7)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
