#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How many samples per second pass through the loopback device, unpaced, in a flowgraph.

Usage: loopback_device.py [--samples N]
"""

from __future__ import annotations

import argparse
import time

from gnuradio import blocks, dlcomm, gr, soapy  # noqa: F401  (dlcomm shows SoapySDR the driver)

CASES = {
    "clean": "",
    "noise": "noise_db=-20",
    "carrier": "cfo=1e-3",
    "phase noise": "phase_noise=1e-6",
    "fractional delay": "delay=0.5",
    "clock": "clock_ppm=20",
    "three paths": "multipath=0:0:0/3:-6:90/7:-9:10",
    "saturation": "saturation=0.5",
    "noise, carrier, clock": "noise_db=-20,cfo=1e-3,clock_ppm=20",
    "all of them": "noise_db=-20,cfo=1e-3,clock_ppm=20,delay=0.5,phase_noise=1e-6,"
                   "multipath=0:0:0/3:-6:90/7:-9:10,saturation=0.5",
}


def rate(arguments: str, samples: int) -> float:
    """Samples per second of one medium."""
    string = f"driver=dlcomm_loopback,pace=0,{arguments}"
    sink = soapy.sink(string, "fc32", 1, "", "", [""], [""])
    source = soapy.source(string, "fc32", 1, "", "", [""], [""])
    graph = gr.top_block()
    size = gr.sizeof_gr_complex
    # A little more, for the filters that look ahead.
    graph.connect(blocks.null_source(size), blocks.head(size, samples + 1024), sink)
    graph.connect(source, blocks.head(size, samples), blocks.null_sink(size))
    begin = time.perf_counter()
    graph.run()
    return samples / (time.perf_counter() - begin)


def main() -> None:
    """Measure every case and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=20_000_000)
    samples = parser.parse_args().samples
    for name, arguments in CASES.items():
        print(f"{name:22} {rate(arguments, samples) / 1e6:6.1f} M samples/s", flush=True)


if __name__ == "__main__":
    main()
