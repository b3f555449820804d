#!/usr/bin/env python3
# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write power_spectrum.onnx, the network of the example onnx_inference.

One window of complex samples goes in, its power spectrum in dB comes out:

    iq float32 [batch, window, 2] -> power_db float32 [batch, window]

A Hann window, a discrete Fourier transform, the squared magnitude, the logarithm; the
frequencies run from -1/2 to 1/2 of the sample rate, zero in the middle. A complex tone of
amplitude one that sits on a bin reads 0 dB.

Run:  python examples/models/make_power_spectrum.py
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WINDOW = 64
OPSET = 17  # the first with DFT
FLOOR = 1e-12  # power added before the logarithm: -120 dB


def power_spectrum_network(window: int = WINDOW) -> onnx.ModelProto:
    """The network for windows of `window` complex samples.

    Raises:
        ValueError: `window` is not an even number of at least 2.
    """
    if window < 2 or window % 2:
        raise ValueError(f"window: found {window}, expected an even number of at least 2")
    taper = np.hanning(window + 1)[:-1]
    constants = {
        "taper": (taper / taper.sum()).astype(np.float32).reshape(window, 1),
        "last_axis": np.array([2], np.int64),
        "floor": np.array(FLOOR, np.float32),
        "db_per_neper": np.array(10.0 / np.log(10.0), np.float32),
        "zero_in_the_middle": np.fft.fftshift(np.arange(window, dtype=np.int64)),
    }
    nodes = [
        helper.make_node("Mul", ["iq", "taper"], ["tapered"]),
        helper.make_node("DFT", ["tapered"], ["spectrum"], axis=1),
        helper.make_node("Mul", ["spectrum", "spectrum"], ["squares"]),
        helper.make_node("ReduceSum", ["squares", "last_axis"], ["power"], keepdims=0),
        helper.make_node("Add", ["power", "floor"], ["positive_power"]),
        helper.make_node("Log", ["positive_power"], ["nepers"]),
        helper.make_node("Mul", ["nepers", "db_per_neper"], ["decibels"]),
        helper.make_node("Gather", ["decibels", "zero_in_the_middle"], ["power_db"], axis=1),
    ]
    graph = helper.make_graph(
        nodes,
        "power_spectrum",
        [helper.make_tensor_value_info("iq", TensorProto.FLOAT, ["batch", window, 2])],
        [helper.make_tensor_value_info("power_db", TensorProto.FLOAT, ["batch", window])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(
        graph,
        ir_version=8,
        opset_imports=[helper.make_opsetid("", OPSET)],
        producer_name="gr-dlcomm",
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    """Write the file, under a temporary name first."""
    parser = argparse.ArgumentParser(description="Write the network of onnx_inference.")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path(__file__).with_name("power_spectrum.onnx"),
        help="file to write [default=%(default)s]",
    )
    out = parser.parse_args().out
    temporary = out.with_name(out.name + ".part")
    try:
        temporary.write_bytes(power_spectrum_network().SerializeToString())
        os.replace(temporary, out)
    except OSError as error:
        parser.exit(1, f"{parser.prog}: {out}: {error.strerror}\n")


if __name__ == "__main__":
    main()
