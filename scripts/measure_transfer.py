#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Send a file through every medium that needs no radio, with noise, and count what was lost.

    .venv/bin/python scripts/measure_transfer.py [--esn0 15] [--medium zmq ...]

- ``graph``: one flowgraph with both ends of the device driver=dlcomm_loopback, which adds the
  noise;
- ``zmq``: dlcomm tx and dlcomm rx in two processes, this one adds the noise between them;
- ``remote``: dlcomm tx and dlcomm rx in two processes with the loopback device of a
  SoapySDRServer, over TCP on this machine.

Prints a line for each: packets lost, whether the file is the same, bit errors before the outer
code, and throughput. Exit status 1 when a file is not the same.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from gnuradio import analog, blocks, gr, zeromq
from gnuradio.dlcomm.flowgraphs import quiet_blocks
from gnuradio.dlcomm.radio.file_receiver import file_receiver
from gnuradio.dlcomm.radio.file_sender import file_sender
from gnuradio.dlcomm.radio.neural_receiver import neural_receiver
from gnuradio.dlcomm.radio.neural_transmitter import neural_transmitter
from gnuradio.dlcomm.radio.packet_file import PacketFile
from gnuradio.dlcomm.radio.packet_store import PacketStore
from gnuradio.dlcomm.radio.radio_sink import radio_sink
from gnuradio.dlcomm.radio.radio_source import radio_source
from gnuradio.dlcomm.radio.soapy_library import quiet_library

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "soapy"))
from remote_server import server

AMPLITUDE, SPS = 0.25, 4
PATIENCE_S = 600.0
SEED = 7


def noise_variance(esn0_db: float) -> float:
    """Noise per complex sample: symbols have the energy of their samples."""
    return AMPLITUDE**2 * SPS / 10.0 ** (esn0_db / 10.0)


def device(esn0_db: float, medium: str) -> str:
    """The loopback device, with noise."""
    noise_db = 10.0 * np.log10(noise_variance(esn0_db))
    return f"driver=dlcomm_loopback,medium={medium},noise_db={noise_db:.4f},seed={SEED}"


def in_one_graph(file: Path, out: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Sender, device and receiver in one flowgraph."""
    quiet_blocks(warnings=False)
    quiet_library()
    name = device(given.esn0, "measured")
    with PacketFile(file, given.packet) as packets, PacketStore(out) as store:
        sender = file_sender(packets)
        transmitter = neural_transmitter(given.model, given.code, SPS, AMPLITUDE)
        receiver, keeper = neural_receiver(given.model), file_receiver(store, SPS)
        sink = radio_sink(name, given.rate, 433.92e6)
        source = radio_source(name, given.rate, 433.92e6)
        graph = gr.top_block()
        graph.msg_connect(sender, "pdus", transmitter, "pdus")
        graph.msg_connect(transmitter, "sent", sender, "sent")
        graph.connect(transmitter, sink)
        graph.connect(source, receiver)
        for port in ("pdus", "failed"):
            graph.msg_connect(receiver, port, keeper, port)
        graph.start()
        began = time.monotonic()
        while not keeper.done and time.monotonic() - began < PATIENCE_S:
            time.sleep(0.05)
        graph.stop()
        graph.wait()
        counts = keeper.counts
        if len(store.index):
            store.finish()
        return {
            "packets_received": len(store.index),
            "packets_expected": packets.packets,
            "packets_lost": packets.packets - len(store.index),
            "bits": counts.bits,
            "bit_errors": counts.bit_errors,
            "snr_db": counts.snr_db.report(),
            "throughput_bits_per_s": 8.0 * store.bytes * given.rate / counts.burst_span(),
        }


def two_processes(
    sending: str, receiving: str, file: Path, out: Path, given: argparse.Namespace
) -> dict[str, Any]:
    """dlcomm tx in one process and dlcomm rx in another; what rx reports."""
    common = ["--rate", f"{given.rate}", "--freq", "433.92e6", "--model", given.model]
    command = [sys.executable, "-m", "gnuradio.dlcomm"]
    rx = subprocess.Popen(
        [*command, "rx", "--device", receiving, "--out", str(out), "--json", *common],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        # A radio hears only what is sent after it has begun to listen.
        time.sleep(given.head_start)
        subprocess.run(
            [*command, "tx", "--device", sending, "--file", str(file), "--code", given.code,
             "--packet", str(given.packet), *common],
            check=True, timeout=PATIENCE_S, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        report, _ = rx.communicate(timeout=PATIENCE_S)
    finally:
        rx.kill()
    return json.loads(report)


def free_port() -> int:
    """A TCP port of this machine that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def over_zmq(file: Path, out: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Two processes over ZeroMQ, with noise added here."""
    addresses = [f"tcp://127.0.0.1:{free_port()}" for _ in range(2)]
    size = gr.sizeof_gr_complex
    pull = zeromq.pull_source(size, 1, addresses[0], 100, False, 4)
    push = zeromq.push_sink(size, 1, addresses[1], 100, False, 4)
    amplitude = noise_variance(given.esn0) ** 0.5
    noise = analog.fastnoise_source_c(analog.GR_GAUSSIAN, amplitude, SEED, 1 << 18)
    add = blocks.add_cc()
    graph = gr.top_block()
    graph.connect(pull, (add, 0))
    graph.connect(noise, (add, 1))
    graph.connect(add, push)
    graph.start()
    try:
        sending, receiving = (f"zmq:{one}" for one in addresses)
        return two_processes(sending, receiving, file, out, given)
    finally:
        graph.stop()
        graph.wait()


def over_remote(file: Path, out: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Two processes and the loopback device of a third one, a SoapySDRServer."""
    with server() as port:
        settings = device(given.esn0, "measured").split(",")
        remote = ",".join(f"remote:{one}" for one in settings)
        name = (
            f"driver=remote,remote=tcp://127.0.0.1:{port},remote:prot=tcp,remote:mtu=65000,"
            f"remote:window=65536,{remote}"
        )
        return two_processes(name, name, file, out, given)


MEDIA: dict[str, Callable[[Path, Path, argparse.Namespace], dict[str, Any]]] = {
    "graph": in_one_graph,
    "zmq": over_zmq,
    "remote": over_remote,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--medium", nargs="+", choices=list(MEDIA), default=list(MEDIA))
    parser.add_argument("--esn0", type=float, default=15.0)
    parser.add_argument("--bytes", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=1e6)
    parser.add_argument("--model", default="ae_8_8")
    parser.add_argument("--code", default="none", choices=("none", "cc"))
    parser.add_argument("--packet", type=int, default=1024)
    parser.add_argument("--head-start", type=float, default=3.0)
    given = parser.parse_args()
    content = np.random.default_rng(SEED).bytes(given.bytes)
    good = True
    for medium in given.medium:
        with tempfile.TemporaryDirectory() as folder:
            file, out = Path(folder) / "file", Path(folder) / "out"
            file.write_bytes(content)
            began = time.monotonic()
            report = MEDIA[medium](file, out, given)
            elapsed_s = time.monotonic() - began
            same = out.is_file() and hashlib.sha256(out.read_bytes()).digest() == (
                hashlib.sha256(content).digest()
            )
        good = good and same
        print(
            f"{medium}: {report['packets_lost']} of {report['packets_expected']} packets lost, "
            f"{'the same file' if same else 'ANOTHER FILE'}, {report['bit_errors']:,} of "
            f"{report['bits']:,} bits wrong before the outer code, Es/N0 "
            f"{report['snr_db']['mean']:.2f} dB, "
            f"{report['throughput_bits_per_s'] / 1e3:.1f} kbit/s, {elapsed_s:.1f} s",
            flush=True,
        )
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
