# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The device in a server, and its two ends in two other processes, by SoapyRemote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from remote_sequence import sequence
from remote_server import server
from soapy_loop import source

from gnuradio import blocks, gr

RATE = 200_000.0
COUNT = 100_000


@pytest.fixture(scope="module")
def port() -> int:
    with server() as number:
        yield number


def remote(port: int, **arguments: object) -> str:
    return ",".join([
        f"driver=remote,remote=tcp://127.0.0.1:{port},remote:driver=dlcomm_loopback",
        "remote:prot=tcp", *(f"{key}={value}" for key, value in arguments.items()),
    ])


def test_two_processes_share_a_medium(port: int):
    string = remote(port, medium="shared", pace=0)  # nothing is lost when a process is late
    transmitter = subprocess.Popen(
        [sys.executable, Path(__file__).parent / "remote_transmitter.py", string, str(RATE)],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        heard = blocks.vector_sink_c()
        graph = gr.top_block()
        head = blocks.head(gr.sizeof_gr_complex, COUNT)
        graph.connect(source(string, rate=RATE), head, heard)
        graph.run()
    finally:
        _, errors = transmitter.communicate()
    got = np.array(heard.data())
    assert len(got) == COUNT, errors.decode()
    assert np.array_equal(got, np.resize(sequence(), COUNT))


def test_a_wrong_argument_is_told_by_the_server(port: int):
    with pytest.raises(RuntimeError, match="dlcomm_loopback: cfo: found '2', expected"):
        source(remote(port, cfo=2))
