# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The device in a server, and its two ends in two other processes, by SoapyRemote."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from remote_sequence import LENGTH, gaps
from remote_server import server
from soapy_loop import source

from gnuradio import gr

RATE = 200_000.0
COUNT = 100_000


class Listener(gr.sync_block):
    """Keeps COUNT samples from the first one on that is not 0."""

    def __init__(self) -> None:
        super().__init__("listener", [np.complex64], None)
        self.samples: list[float] = []

    def work(self, input_items: list, output_items: list) -> int:
        heard = input_items[0].real
        if self.samples or heard.any():
            begin = 0 if self.samples else int(np.argmax(heard != 0))
            self.samples.extend(heard[begin:].tolist())
        return len(heard) if len(self.samples) < COUNT else -1


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
    string = remote(port, medium="shared", buffer=16_777_216)
    transmitter = subprocess.Popen(
        [sys.executable, Path(__file__).parent / "remote_transmitter.py", string, str(RATE)],
        stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        heard = Listener()
        graph = gr.top_block()
        graph.connect(source(string, rate=RATE), heard)
        graph.run()
    finally:
        _, errors = transmitter.communicate()
    assert len(heard.samples) >= COUNT, errors.decode()
    got = np.array(heard.samples)
    assert got.max() == LENGTH
    assert gaps(got) == 0


def test_a_wrong_argument_is_told_by_the_server(port: int):
    with pytest.raises(RuntimeError, match="dlcomm_loopback: cfo: found '2', expected"):
        source(remote(port, cfo=2))
