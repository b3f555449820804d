#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What the front end costs: the same signals with eight samples per symbol, and in a band.

    .venv/bin/python scripts/measure_front_end.py [--model amc_compact] [--snr 10] [--bursts 2]

Bursts of the calibrated profile, all classes, with white noise. Once they are classified at
200 kHz, as they come; once they lie 150 kHz beside the centre of a band of `--rate`, with
noise all over it and at the same SNR in 200 kHz, written as a recording of 16-bit integers and
read again through the front end. Prints decisions, right ones, and 95 % intervals; those of
one burst are not independent, so the intervals are too narrow for another set of bursts.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
from scipy import signal

from dlcomm_train.datasets.manifest import MODULATIONS
from gnuradio import gr
from gnuradio.dlcomm.dataset.burst import send
from gnuradio.dlcomm.dataset.profiles import CALIBRATED, SAMPLE_RATE
from gnuradio.dlcomm.dataset.windows import SETTLED
from gnuradio.dlcomm.flowgraphs import quiet_blocks
from gnuradio.dlcomm.measurement.intervals import clopper_pearson
from gnuradio.dlcomm.radio.recording import open_recording
from gnuradio.dlcomm.recognition.classify import Deciding, Selection, recording_flowgraph

SEED = 20161
CENTRE = 150e3
FULL_SCALE = 32768.0
LOUDEST = 0.5
"""Largest value of a recording over full scale."""


def noisy(samples: np.ndarray, variance: float, rng: np.random.Generator) -> np.ndarray:
    """Samples with white noise of this variance."""
    parts = rng.standard_normal((len(samples), 2)) @ [1.0, 1j]
    return samples + np.sqrt(variance / 2.0) * parts


def in_a_band(samples: np.ndarray, rate: float) -> np.ndarray:
    """Samples of 200 kHz at another rate, moved to the centre wanted."""
    slow = int(SAMPLE_RATE) // 1000
    moved = signal.resample_poly(samples, int(rate) // 1000, slow, window=("kaiser", 8.0))
    return moved * np.exp(2j * np.pi * CENTRE / rate * np.arange(len(moved)))


def record(folder: Path, samples: np.ndarray, rate: float) -> Path:
    """Write a SigMF recording of 16-bit integers."""
    scaled = samples * (LOUDEST * FULL_SCALE / np.abs(samples.view(np.float64)).max())
    np.round(scaled.view(np.float64)).astype("<i2").tofile(folder / "r.sigmf-data")
    described = {"core:datatype": "ci16_le", "core:sample_rate": rate, "core:version": "1.0.0"}
    meta = {"global": described, "captures": [{"core:sample_start": 0}], "annotations": []}
    path = folder / "r.sigmf-meta"
    path.write_text(json.dumps(meta), encoding="utf-8")
    return path


def right(path: Path, selection: Selection, model: str, label: str) -> tuple[int, int]:
    """Right decisions of a recording, and all."""
    graph = recording_flowgraph(open_recording(path), selection, Deciding(model))
    graph.run()
    found = graph.decisions
    names = graph.classifier.labels()
    return int(found.counts[names.index(label)]), found.total


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="amc_compact")
    parser.add_argument("--rate", type=float, default=1e6)
    parser.add_argument("--snr", type=float, default=10.0)
    parser.add_argument("--bursts", type=int, default=2)
    arguments = parser.parse_args()
    quiet_blocks(warnings=False)
    narrow = 50e3
    ways = {
        "as it comes, 200 kHz": None,
        f"front end, {arguments.rate / 1e6:g} MHz": Selection(25e3, CENTRE),
        "the same, --remove-dc": Selection(25e3, CENTRE, remove_dc=True),
        f"the same, --bandwidth {narrow:g}": Selection(25e3, CENTRE, narrow),
    }
    counts = {way: [0, 0] for way in ways}
    with tempfile.TemporaryDirectory() as name:
        for number, label in enumerate(MODULATIONS):
            for burst in range(arguments.bursts):
                rng = np.random.default_rng([SEED, number, burst])
                samples = send(label, 0, CALIBRATED, rng).samples[SETTLED:].astype(complex)
                variance = np.mean(np.abs(samples) ** 2) / 10.0 ** (arguments.snr / 10.0)
                slow = noisy(samples, variance, rng)
                wide = noisy(
                    in_a_band(samples, arguments.rate),
                    variance * arguments.rate / SAMPLE_RATE,
                    rng,
                )
                for way, selection in ways.items():
                    path = (
                        record(Path(name), slow, SAMPLE_RATE)
                        if selection is None
                        else record(Path(name), wide, arguments.rate)
                    )
                    good, total = right(path, selection or Selection(), arguments.model, label)
                    counts[way][0] += good
                    counts[way][1] += total
    print(f"{arguments.model}, {arguments.snr:g} dB in 200 kHz, GNU Radio {gr.version()}")
    for way, (good, total) in counts.items():
        low, high = clopper_pearson(good, total)
        print(f"{way:28} {good:6,} of {total:6,}  {good / total:.1%} [{low:.1%}, {high:.1%}]")


if __name__ == "__main__":
    main()
