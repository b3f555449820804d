# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Files over the loopback device, and what becomes of a device that fails."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from radio_process import process

from gnuradio import blocks, gr
from gnuradio.dlcomm.radio import endpoints
from gnuradio.dlcomm.radio.file_receiver import file_receiver
from gnuradio.dlcomm.radio.file_sender import file_sender
from gnuradio.dlcomm.radio.neural_receiver import neural_receiver
from gnuradio.dlcomm.radio.neural_transmitter import neural_transmitter
from gnuradio.dlcomm.radio.packet_file import PacketFile
from gnuradio.dlcomm.radio.packet_store import PacketStore
from gnuradio.dlcomm.radio.radio_sink import radio_sink
from gnuradio.dlcomm.radio.radio_source import radio_source

TUNED = ("--rate", "1e6", "--freq", "433.92e6")
CONTENT = np.random.default_rng(21).bytes(100_000)
# 15 dB Es/N0: a symbol's energy is that of 4 samples of 0.25 RMS.
NOISE = "noise_db=-21.02,seed=3"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


def test_a_file_in_one_flowgraph(file: Path) -> None:
    out = file.with_name("out")
    # Without a pace the device waits for its reader: a busy machine loses nothing.
    device = f"driver=dlcomm_loopback,medium=one,pace=false,{NOISE},cfo=1e-3"
    with PacketFile(file, 1024) as packets, PacketStore(out) as store:
        sender, keeper = file_sender(packets), file_receiver(store, 4, finish_at_stop=True)
        transmitter, receiver = neural_transmitter("ae_8_8"), neural_receiver("ae_8_8")
        sink = radio_sink(device, 1e6, 433.92e6)
        source = radio_source(device, 1e6, 433.92e6)
        graph = gr.top_block()
        graph.msg_connect(sender, "pdus", transmitter, "pdus")
        graph.msg_connect(transmitter, "sent", sender, "sent")
        graph.connect(transmitter, sink)
        graph.connect(source, receiver)
        for port in ("pdus", "failed"):
            graph.msg_connect(receiver, port, keeper, port)
        graph.start()
        until = time.monotonic() + 120.0
        while not keeper.done and time.monotonic() < until:
            time.sleep(0.05)
        graph.stop()
        graph.wait()
        assert store.complete
        counts = keeper.counts
        assert counts.snr_db.report()["mean"] == pytest.approx(15.0, abs=0.3)
        assert counts.cfo.report()["mean"] == pytest.approx(1e-3, abs=1e-5)
        assert sender.sent == packets.packets
    assert out.read_bytes() == CONTENT


@pytest.mark.parametrize(("arguments", "parts"), [
    (("--rate", "1e12"), ("--rate: device driver=dlcomm_loopback: rate is 1", "expected 1000")),
    (("--freq", "1e12"), ("--freq: device driver=dlcomm_loopback: freq is 1", "expected 0 to")),
    (("--gain", "500"), ("--gain: device driver=dlcomm_loopback: gain is 500, expected",)),
    (("--antenna", "LNA"), ("--antenna: device driver=dlcomm_loopback: antenna is LNA",)),
])  # fmt: skip
@pytest.mark.parametrize("command", ["tx", "rx"])
def test_settings_out_of_range(
    command: str, arguments: tuple, parts: tuple, dlcomm_here: Callable, file: Path
) -> None:
    more = ("--file", file) if command == "tx" else ("--out", file.with_name("out"))
    common = ("--device", "driver=dlcomm_loopback", *TUNED)
    dlcomm_here(command, *common, *more, *arguments).assert_one_line(2, *parts)
    assert [path.name for path in file.parent.iterdir()] == ["file"]


@pytest.mark.parametrize("command", ["tx", "rx"])
def test_an_argument_that_the_driver_has_not(
    command: str, dlcomm_here: Callable, file: Path
) -> None:
    more = ("--file", file) if command == "tx" else ("--out", file.with_name("out"))
    dlcomm_here(
        command, "--device", "driver=dlcomm_loopback,noise=1", *TUNED, *more
    ).assert_one_line(1, "no setting 'noise', expected one of medium, gain_db")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices are taken for lost after 0.3 s: one test waits for as long as it is said."""
    monkeypatch.setattr(endpoints, "LOST_S", 0.3)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("command", "told"), [
    ("tx", "is busy: it has a transmitter, expected none"),
    ("rx", "is busy: it has 16 receivers"),
])  # fmt: skip
def test_a_device_that_is_busy(
    command: str, told: str, dlcomm_here: Callable, file: Path
) -> None:
    more = ("--file", file) if command == "tx" else ("--out", file.with_name("out"))
    device = "driver=dlcomm_loopback,medium=taken"
    graph = gr.top_block()
    if command == "tx":
        graph.connect(blocks.null_source(gr.sizeof_gr_complex), radio_sink(device, 1e6, 1e8))
    else:
        for number in range(16):
            # Another string is another device to SoapySDR, on the same medium.
            source = radio_source(f"{device},seed={number}", 1e6, 1e8)
            graph.connect(source, blocks.null_sink(gr.sizeof_gr_complex))
    graph.start()
    try:
        outcome = dlcomm_here(command, "--device", device, *TUNED, *more)
    finally:
        graph.stop()
        graph.wait()
    outcome.assert_one_line(1, f"device {device}: ", told)
    assert [path.name for path in file.parent.iterdir()] == ["file"]


def test_a_transmitter_that_is_lost(dlcomm_here: Callable, file: Path) -> None:
    device = "driver=dlcomm_loopback,medium=lost,fail_after=50000"
    outcome = dlcomm_here("tx", "--device", device, *TUNED, "--file", file)
    outcome.assert_one_line(
        1, f"device {device}: has taken no sample for 3 s: is it lost?", "of 98 packets were"
    )


@pytest.mark.usefixtures("impatient")
def test_a_receiver_that_is_lost(dlcomm_here: Callable, file: Path) -> None:
    device = "driver=dlcomm_loopback,medium=gone,fail_after=50000"
    outcome = dlcomm_here("rx", "--device", device, *TUNED, "--out", file.with_name("out"))
    outcome.assert_one_line(
        1, f"device {device}: has given no sample for 0.3 s: is it lost?",
        "no packet arrived, nothing is written",
    )
    assert not file.with_name("out").exists()


@pytest.mark.usefixtures("impatient")
def test_what_came_before_the_device_was_lost_is_kept(
    dlcomm_here: Callable, file: Path
) -> None:
    """Both ends share a medium and wait for each other; the receiver fails in its middle."""
    out, device = file.with_name("out"), "driver=dlcomm_loopback,medium=kept,pace=false"
    with PacketFile(file, 1024) as packets:
        graph, sender = gr.top_block(), file_sender(packets)
        transmitter, sink = neural_transmitter("ae_8_8"), radio_sink(device, 1e6, 433.92e6)
        graph.msg_connect(sender, "pdus", transmitter, "pdus")
        graph.msg_connect(transmitter, "sent", sender, "sent")
        graph.connect(transmitter, sink)
        graph.start()
        try:
            outcome = dlcomm_here("rx", "--device", f"{device},fail_after=600000", *TUNED,
                                  "--out", out)  # fmt: skip
        finally:
            graph.stop()
            graph.wait()
    assert outcome.status == 1
    assert "ended because the device was lost" in outcome.out
    assert re.fullmatch(
        rf"dlcomm: error: device {device},fail_after=600000: has given no sample for 0.3 s: is "
        rf"it lost\? the end has not come; {out} has the \d+ good packets without gaps, "
        rf"{out}.packets.json says which\n", outcome.err,
    )  # fmt: skip
    content = out.read_bytes()
    assert len(content) >= 10 * 1024
    assert content == CONTENT[: len(content)]


@pytest.mark.parametrize("command", ["tx", "rx"])
def test_a_device_is_interrupted(command: str, file: Path) -> None:
    more = ("--file", file) if command == "tx" else ("--out", file.with_name("out"))
    with process(command, "--device", "driver=dlcomm_loopback", *TUNED, *more,
                 env=os.environ | {"FORCE_COLOR": "1"}) as one:  # fmt: skip
        # It shows that it works.
        assert one.stderr.read(1)
        one.send_signal(signal.SIGINT)
        _, err = one.communicate(timeout=60)
    assert one.returncode == 130
    expected = {
        "tx": r"dlcomm: interrupted: \d+ of 98 packets were sent$",
        "rx": r"interrupted: no packet arrived, nothing is written: no burst was heard$",
    }
    assert re.search(expected[command], err.splitlines()[-1])
    assert [path.name for path in file.parent.iterdir()] == ["file"]
