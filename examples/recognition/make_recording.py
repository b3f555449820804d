#!/usr/bin/env python3
# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make a recording for classify_recording: signals one after the other, beside the centre.

Signals of this module's data set, 25,000 symbols per second, are resampled to 1 MS/s, moved
to 150 kHz, buried in the noise of a receiver over the whole band and written as SigMF in
16-bit integers. Annotations say what is where: the truth for classify_recording to compare
with, which reads nothing else of it.

Run:  python examples/recognition/make_recording.py --out recording.sigmf-meta
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from scipy.signal import resample_poly
from sigmf import SigMFFile

from gnuradio import blocks, gr
from gnuradio.dlcomm.measurement.files import write_atomic
from gnuradio.dlcomm.radio.recording import DATA_SUFFIX, META_SUFFIX
from gnuradio.dlcomm.recognition.walk_source import modulation_walk_source

SAMPLE_RATE = 1_000_000
CENTRE = 150_000
SIGNALS = ("QPSK", "GFSK", "AM-DSB", "BPSK", "WBFM", "8PSK", "PAM4", "CPFSK")
WINDOWS = 94
"""Of 128 samples at 200 kS/s that a signal lasts: 60 ms."""
CLEAN_DB = 60.0
"""SNR of the signals themselves; what they are buried in is added at the recording's rate."""
LEVEL = 0.1
"""Root mean square of a signal, where 1 is full scale."""


def make_recording(meta: Path, seed: int = 1, snr_db: float = 15.0) -> None:
    """Make a recording.

    Args:
        meta: file ending in .sigmf-meta; the samples lie beside it in .sigmf-data.
        seed: of data, speech, channels and noise.
        snr_db: signal over noise in dB in the 200 kHz around the signal.

    Raises:
        ValueError: the name has another ending, or an argument is out of range.
        OSError: it cannot be written.
    """
    if meta.suffix != META_SUFFIX:
        raise ValueError(f"{meta}: found the ending {meta.suffix!r}, expected {META_SUFFIX!r}")
    samples = _record(seed, snr_db)
    parts = np.stack([samples.real, samples.imag], axis=-1)
    integers = np.clip(np.rint(32768.0 * parts), -32768, 32767).astype("<i2")
    length = len(integers) // len(SIGNALS)
    recording = SigMFFile(
        global_info={
            "core:datatype": "ci16_le",
            "core:sample_rate": SAMPLE_RATE,
            "core:description": f"Signals of 25,000 symbols per second at {CENTRE} Hz",
            "core:recorder": "gr-dlcomm",
        }
    )
    recording.add_capture(0)
    for place, name in enumerate(SIGNALS):
        recording.add_annotation(
            place * length,
            length,
            {
                "core:label": name,
                "core:freq_lower_edge": CENTRE - 100e3,
                "core:freq_upper_edge": CENTRE + 100e3,
            },
        )
    write_atomic(meta.with_suffix(DATA_SUFFIX), lambda file: file.write(integers.tobytes()))
    recording.set_data_file(meta.with_suffix(DATA_SUFFIX))
    write_atomic(meta, lambda file: file.write(recording.dumps(pretty=True).encode()))


def _record(seed: int, snr_db: float) -> np.ndarray:
    """What a receiver would have recorded, complex128."""
    graph, sink = gr.top_block("recording"), blocks.vector_sink_c()
    walk = modulation_walk_source(CLEAN_DB, WINDOWS, 1, seed, SIGNALS)
    graph.connect(walk, sink)
    graph.run()
    # Not in the flowgraph: how it is cut there shows in the last bit.
    ratio = SAMPLE_RATE // int(walk.sample_rate())
    signal = resample_poly(np.array(sink.data(), np.complex64), ratio, 1)
    signal = signal * np.exp(2j * np.pi * CENTRE / SAMPLE_RATE * np.arange(len(signal)))
    # The noise of a band that is `ratio` times as wide.
    variance = ratio * 10.0 ** (-snr_db / 10.0)
    noise = np.random.default_rng(seed).standard_normal((len(signal), 2)) @ [1.0, 1j]
    return LEVEL * (signal + np.sqrt(variance / 2.0) * noise)


def main() -> int:
    """Make the recording that the command line asks for; exit status."""
    parser = argparse.ArgumentParser(description="Make a recording to classify.")
    parser.add_argument("--out", type=Path, default=Path("recording.sigmf-meta"))
    parser.add_argument("--seed", type=int, default=1, help="[default=%(default)s]")
    parser.add_argument(
        "--snr-db", type=float, default=15.0,
        help="in the 200 kHz around the signal [default=%(default)s]",
    )
    options = parser.parse_args()
    try:
        make_recording(options.out, options.seed, options.snr_db)
    except (OSError, ValueError) as error:
        print(f"{parser.prog}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
