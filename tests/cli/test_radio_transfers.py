# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Files through ``dlcomm tx`` and ``dlcomm rx``, in recordings and over ZeroMQ."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from radio_process import process

PACKET = 256
CONTENT = np.random.default_rng(11).bytes(40 * PACKET + 77)
PACKETS = 41
RATE = ("--rate", "250e3")
AMPLITUDE, SPS = 0.25, 4


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    return path


def sent(dlcomm_here: Callable, file: Path, *more: object) -> np.ndarray:
    """The samples that `dlcomm tx` makes of a file."""
    path = file.with_name("sent.cfile")
    outcome = dlcomm_here("tx", "--device", f"file:{path}", "--file", file, "--packet", PACKET,
                          "--gap", 64, *more)  # fmt: skip
    assert (outcome.status, outcome.err) == (0, ""), outcome
    return np.fromfile(path, "<c8")


def noisy(samples: np.ndarray, esn0_db: float, cfo: float = 0.0, seed: int = 1) -> np.ndarray:
    """Samples with white noise, and another carrier frequency in cycles per sample."""
    rng = np.random.default_rng(seed)
    variance = AMPLITUDE**2 * SPS / 10.0 ** (esn0_db / 10.0)
    noise = rng.normal(0.0, np.sqrt(variance / 2.0), (len(samples), 2)) @ [1.0, 1j]
    return samples * np.exp(2j * np.pi * cfo * np.arange(len(samples))) + noise


def received(
    dlcomm_here: Callable, folder: Path, samples: np.ndarray, *more: object, status: int = 0
) -> tuple[dict, str]:
    """What `dlcomm rx` reports of samples, and its line of error."""
    path = folder / "heard.cfile"
    samples.astype("<c8").tofile(path)
    outcome = dlcomm_here("rx", "--device", f"file:{path}", *RATE, "--out", folder / "out",
                          "--json", *more)  # fmt: skip
    assert outcome.status == status, outcome
    return json.loads(outcome.out), outcome.err


def bursts(samples: np.ndarray) -> list[slice]:
    """Where the bursts lie, among exact zeros."""
    on = np.flatnonzero(samples)
    cuts = np.flatnonzero(np.diff(on) > 64 * SPS // 2)
    firsts, lasts = on[np.r_[0, cuts + 1]], on[np.r_[cuts, len(on) - 1]]
    return [slice(a, b + 1) for a, b in zip(firsts, lasts, strict=True)]


@pytest.mark.parametrize(("model", "code", "soft"), [
    ("ae_8_8", "none", "--soft"), ("ae_8_8", "cc", "--soft"), ("qpsk", "cc", "--hard"),
])  # fmt: skip
def test_a_file_comes_through_noise(
    model: str, code: str, soft: str, dlcomm_here: Callable, file: Path
) -> None:
    samples = sent(dlcomm_here, file, "--model", model, "--code", code)
    heard = noisy(samples, 15.0, cfo=1e-3)
    report, err = received(dlcomm_here, file.parent, heard, "--model", model, soft)
    assert err == ""
    assert (file.parent / "out").read_bytes() == CONTENT
    assert (report["complete"], report["packets_received"], report["packets_expected"]) == (
        True, PACKETS, PACKETS,
    )  # fmt: skip
    assert (report["packets_lost"], report["lost"], report["duplicates"]) == (0, [], 0)
    assert report["ended_because"] == "the last packet arrived"
    assert report["snr_db"]["mean"] == pytest.approx(15.0, abs=0.5)
    assert report["cfo"]["mean"] == pytest.approx(1e-3, abs=1e-5)
    assert report["cfo_hz"]["mean"] == pytest.approx(250.0, abs=2.5)
    assert report["bits"] >= 8 * len(CONTENT)
    assert report["per"]["rate"] == 0.0
    # The signal lasts from the first sample to the last one; the pulses' ends are not counted.
    duration = (np.flatnonzero(samples)[-1] + 1) / 250e3
    assert report["throughput_bits_per_s"] == pytest.approx(
        8 * len(CONTENT) / duration, rel=0.01
    )
    assert {path.name for path in file.parent.iterdir()} == {
        "file", "sent.cfile", "heard.cfile", "out",
    }  # fmt: skip


def test_lost_packets_are_named(dlcomm_here: Callable, file: Path) -> None:
    samples = sent(dlcomm_here, file)
    places = bursts(samples)
    assert len(places) == PACKETS
    for number in (3, 10, 11, 12):
        samples[places[number]] = 0.0
    # This one's header is good, its payload is not.
    middle = places[20]
    samples[middle.start + 2500 : middle.start + 2600] *= -1.0
    report, err = received(dlcomm_here, file.parent, noisy(samples, 20.0), status=1)
    assert report["lost"] == [[3, 3], [10, 12], [20, 20]]
    assert (report["packets_lost"], report["failed_bursts"]) == (5, {"crc": 1})
    out, sidecar = file.parent / "out", file.parent / "out.packets.json"
    assert err == (
        f"dlcomm: error: 5 of 41 packets are missing: 3, 10-12, 20; {out} has the 36 good "
        f"packets without gaps, {sidecar} says which\n"
    )
    gone = {3, 10, 11, 12, 20}
    kept = [n for n in range(PACKETS) if n not in gone]
    assert out.read_bytes() == b"".join(
        CONTENT[PACKET * n : PACKET * (n + 1)] for n in kept
    )
    told = json.loads(sidecar.read_text())
    assert [one["number"] for one in told["packets"]] == kept
    assert told["missing"] == [[3, 3], [10, 12], [20, 20]]
    for one in told["packets"]:
        place = slice(one["offset"], one["offset"] + one["length"])
        expected = CONTENT[PACKET * one["number"] : PACKET * (one["number"] + 1)]
        assert out.read_bytes()[place] == expected
    # A transfer that is whole takes the note away.
    received(dlcomm_here, file.parent, sent(dlcomm_here, file))
    assert out.read_bytes() == CONTENT
    assert not sidecar.exists()


@pytest.mark.parametrize("broken", [False, True])
def test_the_last_packet_is_lost(
    broken: bool, dlcomm_here: Callable, file: Path
) -> None:
    samples = sent(dlcomm_here, file)
    last = bursts(samples)[-1]
    if broken:
        samples[last.start + 2500 : last.start + 2600] *= -1.0
    else:
        samples[last] = 0.0
    report, err = received(dlcomm_here, file.parent, noisy(samples, 20.0), status=1)
    if broken:
        # Its header still tells how many there are.
        assert (report["lost"], report["packets_expected"]) == ([[40, 40]], 41)
        assert "1 of 41 packets is missing: 40; " in err
    else:
        assert (report["lost"], report["packets_expected"]) == ([], None)
        assert "the end has not come; " in err
        assert report["ended_because"] == "the recording was over"
    assert (file.parent / "out").read_bytes() == CONTENT[: 40 * PACKET]


def test_packets_out_of_order_and_twice(dlcomm_here: Callable, file: Path) -> None:
    samples = sent(dlcomm_here, file)
    places = bursts(samples)
    order = [1, 0, 2, 2, *range(5, 40), 4, 3, 5, 40]
    pause = np.zeros(256)
    shuffled = np.concatenate([part for n in order for part in (samples[places[n]], pause)])
    report, _ = received(dlcomm_here, file.parent, noisy(shuffled, 20.0))
    assert (report["packets_received"], report["duplicates"]) == (PACKETS, 2)
    assert (file.parent / "out").read_bytes() == CONTENT


def test_limits(dlcomm_here: Callable, file: Path) -> None:
    heard = noisy(sent(dlcomm_here, file), 20.0)
    report, _ = received(dlcomm_here, file.parent, heard, "--packets", 10)
    assert report["ended_because"] == "as many packets arrived as were asked for"
    assert (report["complete"], report["packets_expected"]) == (True, 10)
    assert (file.parent / "out").read_bytes() == CONTENT[: 10 * PACKET]
    half = 0.5 * len(heard) / 250e3
    report, err = received(dlcomm_here, file.parent, heard, "--seconds", half, status=1)
    assert report["ended_because"] == "the time was over"
    # Half of the bursts, the one in the middle or not.
    assert report["packets_received"] in (20, 21)
    assert "the end has not come" in err


def test_bursts_that_are_not_ours(dlcomm_here: Callable, file: Path) -> None:
    samples = sent(dlcomm_here, file, "--model", "qpsk")
    report, err = received(dlcomm_here, file.parent, noisy(samples, 20.0), status=1)
    assert err == (
        "dlcomm: error: no packet arrived, nothing is written: unknown model 41, detections "
        "41, bursts 41\n"
    )
    assert (report["failed_bursts"], report["bytes"]) == ({"unknown model": 41}, 0)
    assert not (file.parent / "out").exists()


def test_sigmf_both_ways(dlcomm_here: Callable, file: Path) -> None:
    path = file.with_name("r.sigmf-meta")
    outcome = dlcomm_here("tx", "--device", f"file:{path}", *RATE, "--freq", 433e6,
                          "--file", file, "--json")  # fmt: skip
    report = json.loads(outcome.out)
    assert (report["packets_sent"], report["bytes"]) == (11, len(CONTENT))
    assert report["samples"] * 8 == path.with_suffix(".sigmf-data").stat().st_size
    outcome = dlcomm_here("rx", "--device", f"file:{path}", "--out", file.with_name("out"))
    assert (outcome.status, outcome.err) == (0, "")
    assert file.with_name("out").read_bytes() == CONTENT
    assert outcome.out.startswith(f"11 of 11 packets received: {len(CONTENT):,} bytes in ")
    assert "Es/N0" in outcome.out
    assert "lost" in outcome.out


def free_address() -> str:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return f"zmq:tcp://127.0.0.1:{one.getsockname()[1]}"


def test_two_processes_over_zmq(file: Path) -> None:
    address, out = free_address(), file.with_name("out")
    content = np.random.default_rng(12).bytes(30_000)
    file.write_bytes(content)
    with process("tx", "--device", address, "--file", file, "--json",
                 env=os.environ | {"FORCE_COLOR": "1"}) as tx:  # fmt: skip
        # It waits for a receiver. The file is open, and need not have a name any more.
        assert tx.stderr.read(1)
        file.unlink()
        with process("rx", "--device", address, "--out", out, "--json") as rx:
            got, got_err = rx.communicate(timeout=120)
        put, _ = tx.communicate(timeout=120)
    assert (rx.returncode, got_err, tx.returncode) == (0, "", 0)
    assert out.read_bytes() == content
    assert json.loads(put)["packets_sent"] == json.loads(got)["packets_received"] == 30


def test_a_file_becomes_shorter_while_it_is_sent(dlcomm_here: Callable, file: Path) -> None:
    """The transmitter waits for a receiver with a few packets read: then the file changes."""
    address, out = free_address(), file.with_name("out")
    content = np.random.default_rng(13).bytes(40 * PACKET)
    file.write_bytes(content)
    with process("tx", "--device", address, "--file", file, "--packet", PACKET,
                 env=os.environ | {"FORCE_COLOR": "1"}) as tx:  # fmt: skip
        assert tx.stderr.read(1)
        os.truncate(file, 30 * PACKET)
        outcome = dlcomm_here("rx", "--device", address, "--out", out, "--timeout", 0.5)
        _, err = tx.communicate(timeout=60)
    assert (tx.returncode, outcome.status) == (1, 1)
    assert err.endswith(
        f"dlcomm: error: {file}: became shorter while it was sent: found 7680 bytes, "
        "expected 10240\n"
    )
    assert "the end has not come" in outcome.err
    assert out.read_bytes() == content[: out.stat().st_size]


def test_a_transmitter_is_interrupted(file: Path) -> None:
    with process("tx", "--device", free_address(), "--file", file,
                 env=os.environ | {"FORCE_COLOR": "1"}) as tx:  # fmt: skip
        # It shows that it works.
        assert tx.stderr.read(1)
        tx.send_signal(signal.SIGINT)
        _, err = tx.communicate(timeout=60)
    assert tx.returncode == 130
    assert err.endswith("dlcomm: interrupted: 0 of 11 packets were sent\n")


def test_a_receiver_is_interrupted(file: Path) -> None:
    address, out = free_address(), file.with_name("out")
    # A whole transmission would take long: the transmitter is ended, then the receiver.
    file.write_bytes(bytes(3_000_000))
    with (
        process("rx", "--device", address, "--out", out, "--timeout", 600,
                env=os.environ | {"FORCE_COLOR": "1", "COLUMNS": "100"}) as rx,
        process("tx", "--device", address, "--file", file) as tx,
    ):  # fmt: skip
        shown = ""
        while "kbit/s" not in shown:
            shown += rx.stderr.read(1)
        tx.send_signal(signal.SIGINT)
        _, tx_err = tx.communicate(timeout=60)
        rx.send_signal(signal.SIGINT)
        _, err = rx.communicate(timeout=60)
    assert (tx.returncode, rx.returncode) == (130, 130)
    assert "of 2930 packets were sent" in tx_err
    for word in ("packets", "missing", "PER", "SNR", "CFO", "dB"):
        assert word in shown
    content = out.read_bytes()
    assert len(content) % 1024 == 0
    assert 0 < len(content) < 3_000_000
    assert not content.strip(b"\0")
    line = err.splitlines()[-1]
    assert "dlcomm: interrupted: the end has not come; " in line
    told = json.loads(file.with_name("out.packets.json").read_text())
    assert told["bytes"] == len(content)
    assert {path.name for path in file.parent.iterdir()} == {"file", "out", "out.packets.json"}


def test_nothing_comes_any_more(file: Path) -> None:
    address, out = free_address(), file.with_name("out")
    file.write_bytes(bytes(3_000_000))
    with (
        process("rx", "--device", address, "--out", out, "--timeout", 0.5,
                env=os.environ | {"FORCE_COLOR": "1", "COLUMNS": "100"}) as rx,
        process("tx", "--device", address, "--file", file) as tx,
    ):  # fmt: skip
        shown = ""
        while "kbit/s" not in shown:
            shown += rx.stderr.read(1)
        tx.kill()
        printed, err = rx.communicate(timeout=60)
    assert rx.returncode == 1
    assert "ended because nothing came any more" in printed
    assert "the end has not come" in err


def test_a_disk_that_becomes_full(dlcomm_here: Callable, file: Path) -> None:
    sent(dlcomm_here, file)
    device = f"file:{file.with_name('sent.cfile')}"
    limit = 10 * PACKET + 100

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with process("rx", "--device", device, *RATE, "--out", file.with_name("out"),
                 preexec_fn=limited) as rx:  # fmt: skip
        _, err = rx.communicate(timeout=60)
    assert rx.returncode == 1
    assert err.startswith(f"dlcomm: error: {file.with_name('out')}: File too large: ")
    assert len(err.splitlines()) == 1
    assert file.with_name("out").read_bytes() == CONTENT[: 10 * PACKET]
