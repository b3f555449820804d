# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A flowgraph with one loopback device, or two, and samples through it."""

from __future__ import annotations

import itertools

import numpy as np

from gnuradio import blocks, dlcomm, gr, soapy  # noqa: F401  (dlcomm shows SoapySDR the driver)

RATE = 1e6
#: More than the filters of a medium look ahead.
TAIL = 512

_numbers = itertools.count()


def device(**arguments: object) -> str:
    """The device string of a medium that no other test uses, unless one is named."""
    arguments.setdefault("medium", f"test-{next(_numbers)}")
    return ",".join(["driver=dlcomm_loopback", *(f"{k}={v}" for k, v in arguments.items())])


def sink(string: str, kind: str = "fc32", rate: float = RATE) -> soapy.sink:
    block = soapy.sink(string, kind, 1, "", "", [""], [""])
    block.set_sample_rate(0, rate)
    return block


def source(string: str, kind: str = "fc32", rate: float = RATE) -> soapy.source:
    block = soapy.source(string, kind, 1, "", "", [""], [""])
    block.set_sample_rate(0, rate)
    return block


def through(samples: np.ndarray, prepare: object = None, **arguments: object) -> np.ndarray:
    """What a receiver hears of the samples, one for one, unpaced.

    :param samples: complex samples; zeros follow, so that the last ones come through
    :param prepare: called with the sink and the source before they run
    """
    string = device(pace=0, **arguments)
    transmitter, receiver = sink(string), source(string)
    if prepare:
        prepare(transmitter, receiver)
    graph = gr.top_block()
    sent = np.concatenate([samples, np.zeros(TAIL)]).astype(np.complex64)
    heard = blocks.vector_sink_c()
    graph.connect(blocks.vector_source_c(sent.tolist()), transmitter)
    graph.connect(receiver, blocks.head(gr.sizeof_gr_complex, len(samples)), heard)
    graph.run()
    return np.array(heard.data(), np.complex64)


def tone(frequency: float, count: int) -> np.ndarray:
    """A tone of amplitude 1; frequency in cycles per sample."""
    return np.exp(2j * np.pi * frequency * np.arange(count)).astype(np.complex64)


def noise(count: int, seed: int = 1) -> np.ndarray:
    """White complex noise of power 1."""
    rng = np.random.default_rng(seed)
    pairs = rng.standard_normal((count, 2)) * np.sqrt(0.5)
    return (pairs[:, 0] + 1j * pairs[:, 1]).astype(np.complex64)
