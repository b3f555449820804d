# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Flowgraphs that look inside a link."""

import numpy as np
import onnxruntime
import pytest
from scipy import stats

from gnuradio.dlcomm.links import link
from gnuradio.dlcomm.reproduce.chains import codewords, decisions, encoded, received


@pytest.mark.parametrize("model", ["bpsk", "qpsk", "hamming_7_4", "ae_7_4", "ae_8_8"])
def test_codewords_are_those_of_the_file(model: str) -> None:
    found = link(model)
    session = onnxruntime.InferenceSession(found.encoder, providers=["CPUExecutionProvider"])
    messages = np.arange(found.messages)
    expected = session.run(["symbols"], {"message": messages})[0]
    assert np.allclose(codewords(found), expected, atol=1e-6)
    assert np.array_equal(decisions(found, expected), messages)


def test_odd_counts_with_frames_of_two_messages() -> None:
    found = link("hamming_7_4")
    messages = np.array([3, 1, 15], dtype=np.uint8)
    symbols = encoded(found, messages)
    assert symbols.shape == (3, 7)
    assert np.array_equal(decisions(found, symbols), messages)


def test_noise_of_received_vectors() -> None:
    """Gaussian of variance N0/2; the test fails by chance once in 1000 seeds."""
    found = link("hamming_7_4")
    messages = np.repeat(np.arange(16, dtype=np.uint8), 500)
    noise = received(found, messages, 4.0, 11) - encoded(found, messages)
    n0 = 1.0 / (8 / 7 * 10**0.4)
    assert stats.kstest(noise.ravel() / np.sqrt(n0 / 2), "norm").pvalue > 1e-3
    again = received(found, messages, 4.0, 11) - encoded(found, messages)
    assert np.array_equal(noise, again)
