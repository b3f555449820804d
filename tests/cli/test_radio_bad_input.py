# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm tx`` and ``dlcomm rx``: what cannot be sent or received ends in one clear line."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

RADIO = ("--device", "driver=not_there", "--rate", "1e6", "--freq", "1e8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "file"
    path.write_bytes(b"something to send")
    return path


@pytest.mark.parametrize(("arguments", "parts"), [
    ((), ("--device: is missing; --list shows what there is",)),
    (("--device", "rtlsdr"), ("--device: found 'rtlsdr', expected SoapySDR's KEY=VALUE",)),
    (("--device", "zmq:tcp://x"), ("--device: found 'zmq:tcp://x', expected zmq:tcp://HOST",)),
    (("--device", "driver=x", "--rate", "1e6"), ("a radio needs --rate and --freq",)),
    (("--device", "driver=x", "--freq", "1e6"), ("a radio needs --rate and --freq",)),
    ((*RADIO, "--rate", "nan"), ("--rate: found nan, expected Hz",)),
    ((*RADIO, "--rate", "-1"), ("--rate: found -1, expected Hz",)),
    ((*RADIO, "--freq", "0"), ("--freq: found 0, expected Hz",)),
    ((*RADIO, "--gain", "inf"), ("--gain: found inf, expected dB",)),
    (("--device", "zmq:tcp://x:1", "--gain", "3"), ("--gain and --antenna are for radios",)),
    (("--device", "file:x", "--antenna", "A"), ("--gain and --antenna are for radios",)),
    (("--device", "zmq:tcp://x:1", "--sps", "3"), ("--sps: found 3, expected an even number",)),
    (("--device", "zmq:tcp://x:1", "--sps", "18"), ("--sps: found 18",)),
    (("--device", "zmq:tcp://x:1", "--model", "ae_9"), ("ae_9",)),
    (("--device", "zmq:tcp://x:1", "--model", "amc_compact"), ("amc_compact",)),
])  # fmt: skip
@pytest.mark.parametrize("command", ["tx", "rx"])
def test_bad_options_of_both(
    command: str, arguments: tuple, parts: tuple, dlcomm_here: Callable, file: Path
) -> None:
    more = ("--file", file) if command == "tx" else ("--out", file.with_name("out"))
    dlcomm_here(command, *more, *arguments).assert_one_line(2, *parts)
    assert [path.name for path in file.parent.iterdir()] == ["file"]


@pytest.mark.parametrize(("arguments", "parts"), [
    (("--code", "turbo"), ("--code: found 'turbo', expected none or cc",)),
    (("--packet", "0"), ("--packet: found 0, expected 1 to 16379 bytes",)),
    (("--packet", "16380"), ("--packet: found 16380, expected 1 to 16379 bytes",)),
    (("--packet", "8187", "--code", "cc"), ("--packet: found 8187, expected 1 to 8186 bytes",)),
    (("--amplitude", "0"), ("--amplitude: found 0",)),
    (("--amplitude", "nan"), ("--amplitude: found nan",)),
    (("--gap", "7"), ("gap is 7, expected 8 or more",)),
    (("--device", "file:{}/r.sigmf-meta"), ("SigMF states the sample rate, expected --rate",)),
    (("--device", "file:{}"), ("--device", "found a folder, expected a file")),
    (("--device", "file:{}/file/r.cfile"), ("--device", "cannot be written")),
])  # fmt: skip
def test_bad_options_of_tx(
    arguments: tuple, parts: tuple, dlcomm_here: Callable, file: Path
) -> None:
    given = [one.format(file.parent) for one in arguments]
    common = ("--device", "file:r.cfile", "--file", file)
    dlcomm_here("tx", *common, *given).assert_one_line(2, *parts)
    assert [path.name for path in file.parent.iterdir()] == ["file"]


@pytest.mark.parametrize(("make", "text"), [
    (lambda path: None, "No such file"),
    (Path.touch, "is empty, expected something to send"),
    (Path.mkdir, "found a folder, expected a file"),
    (os.mkfifo, "found no regular file, expected a file"),
])  # fmt: skip
def test_what_cannot_be_sent(
    make: Callable, text: str, dlcomm_here: Callable, tmp_path: Path
) -> None:
    path = tmp_path / "f"
    make(path)
    outcome = dlcomm_here("tx", "--device", f"file:{tmp_path / 'r.cfile'}", "--file", path)
    outcome.assert_one_line(2, f"--file: {path}: ", text)


@pytest.mark.parametrize(("arguments", "parts"), [
    (("--timeout", "0"), ("--timeout: found 0",)),
    (("--seconds", "nan"), ("--seconds: found nan",)),
    (("--packets", "0"), ("--packets: found 0",)),
    (("--out", "{}"), ("--out: ", "found a folder, expected a file")),
    (("--out", "{}/file/out"), ("--out: ", "cannot be written")),
    (("--device", "file:{}/gone.cfile", "--rate", "1e6"), ("--device: ", "No such file")),
    (("--device", "file:{}/file"), ("--device: ", "sample rate is not known")),
    (("--device", "file:{}/file", "--rate", "1e6"), ("--device: ", "expected a multiple of 8")),
])  # fmt: skip
def test_bad_options_of_rx(
    arguments: tuple, parts: tuple, dlcomm_here: Callable, file: Path
) -> None:
    given = [one.format(file.parent) for one in arguments]
    common = ("--device", "zmq:tcp://127.0.0.1:1", "--out", file.with_name("out"))
    dlcomm_here("rx", *common, *given).assert_one_line(2, *parts)
    assert [path.name for path in file.parent.iterdir()] == ["file"]


def test_what_is_missing(dlcomm_here: Callable) -> None:
    device = ("--device", "zmq:tcp://127.0.0.1:1")
    dlcomm_here("tx", *device).assert_one_line(2, "--file: is missing")
    dlcomm_here("rx", *device).assert_one_line(2, "--out: is missing")


@pytest.mark.parametrize("command", ["tx", "rx"])
def test_a_device_that_is_not_there(command: str, dlcomm_here: Callable, file: Path) -> None:
    more = ("--file", file) if command == "tx" else ("--out", file.with_name("out"))
    dlcomm_here(command, *more, *RADIO).assert_one_line(
        1, "dlcomm", "device driver=not_there: SoapySDR finds none such"
    )
    assert [path.name for path in file.parent.iterdir()] == ["file"]


def test_an_address_that_is_taken(dlcomm_here: Callable, file: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        device = f"zmq:tcp://127.0.0.1:{taken.getsockname()[1]}"
        dlcomm_here("tx", "--device", device, "--file", file).assert_one_line(
            1, f"device {device}: Address already in use"
        )


def test_a_recording_without_a_burst(dlcomm_here: Callable, tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    noise = rng.normal(size=(50_000, 2)).astype("<f4")
    noise[1000] = np.nan
    noise.tofile(tmp_path / "r.cfile")
    outcome = dlcomm_here("rx", "--device", f"file:{tmp_path / 'r.cfile'}", "--rate", 1e6,
                          "--out", tmp_path / "out")  # fmt: skip
    outcome.assert_one_line(1, "no packet arrived, nothing is written", "nonfinite samples 1")
    assert [path.name for path in tmp_path.iterdir()] == ["r.cfile"]


@pytest.mark.parametrize("command", ["tx", "rx"])
def test_the_list_of_devices(command: str, dlcomm_here: Callable) -> None:
    outcome = dlcomm_here(command, "--list")
    assert (outcome.status, outcome.err) == (0, "")
    assert outcome.out
    assert dlcomm_here(command, "--list", "--json").out.startswith("[")
