# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The network of the example onnx_inference is what its script makes, and is right."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime

MODELS = Path(__file__).resolve().parent.parent.parent / "examples" / "models"
SCRIPT = MODELS / "make_power_spectrum.py"
COMMITTED = MODELS / "power_spectrum.onnx"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True, text=True, timeout=60, check=False,
    )


def test_script_makes_the_committed_file(tmp_path):
    out = tmp_path / "network.onnx"
    assert run("--out", str(out)).returncode == 0
    assert out.read_bytes() == COMMITTED.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["network.onnx"]


def test_unwritable_path_is_one_line(tmp_path):
    result = run("--out", str(tmp_path / "missing" / "network.onnx"))
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "missing" in result.stderr


def test_network_equals_numpy():
    generator = np.random.default_rng(2)
    windows = generator.normal(size=(5, 64)) + 1j * generator.normal(size=(5, 64))
    taper = np.hanning(65)[:-1]
    spectrum = np.fft.fftshift(np.fft.fft(windows * taper / taper.sum(), axis=1), axes=1)
    expected = 10 * np.log10(np.abs(spectrum) ** 2 + 1e-12)
    session = onnxruntime.InferenceSession(
        str(COMMITTED), providers=["CPUExecutionProvider"]
    )
    iq = np.stack([windows.real, windows.imag], axis=-1).astype(np.float32)
    (found,) = session.run(None, {"iq": iq})
    np.testing.assert_allclose(found, expected, atol=0.02)
