# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Ctrl-C at any time: ``dlcomm tx`` and ``dlcomm rx`` leave whole files, or none."""

from __future__ import annotations

import importlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from gnuradio.dlcomm import running
from gnuradio.dlcomm.cli import radio_display
from gnuradio.dlcomm.interrupts import load, uninterrupted
from gnuradio.dlcomm.radio import endpoints, recording_writer
from gnuradio.dlcomm.radio.packet_store import PacketStore
from gnuradio.dlcomm.radio.reception import Reception
from gnuradio.dlcomm.radio.transmission import Transmission

PACKET, PACKETS = 256, 200
CONTENT = np.random.default_rng(31).bytes(PACKET * PACKETS)
RATE = ("--rate", "1e6")
PROGRAM = Path(__file__).resolve().parents[2] / "apps" / "dlcomm"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "file").write_bytes(CONTENT)
    return tmp_path


@pytest.fixture
def ctrl_c(monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Presses Ctrl-C when a function is called, before it does anything, until `enough`."""

    def at(owner: Any, name: str, ready: Callable[[Any], bool] = lambda _: True) -> None:
        original = getattr(owner, name)

        def pressed(*arguments: Any, **more: Any) -> Any:
            if ready(arguments[0]):
                os.kill(os.getpid(), signal.SIGINT)
            return original(*arguments, **more)

        monkeypatch.setattr(owner, name, pressed)

    return at


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def send(dlcomm_here: Callable, folder: Path) -> Any:
    return dlcomm_here("tx", "--device", f"file:{folder / 'r.sigmf-meta'}", *RATE,
                       "--file", folder / "file", "--packet", PACKET)  # fmt: skip


@pytest.mark.parametrize(("owner", "name"), [
    (endpoints, "open_sink"), (Transmission, "send"), (Transmission, "_check"),
])  # fmt: skip
def test_a_transmission_is_interrupted(
    owner: Any, name: str, dlcomm_here: Callable, folder: Path, ctrl_c: Callable
) -> None:
    ctrl_c(owner, name)
    outcome = send(dlcomm_here, folder)
    outcome.assert_one_line(130, "dlcomm: interrupted: ", " of 200 packets were sent")
    assert names(folder) == {"file"}


def test_a_transmission_that_is_over_is_whole(
    dlcomm_here: Callable, folder: Path, ctrl_c: Callable
) -> None:
    ctrl_c(recording_writer.RecordingWriter, "finish")
    ctrl_c(running, "stop")
    outcome = send(dlcomm_here, folder)
    assert (outcome.status, outcome.err) == (0, "")
    assert names(folder) == {"file", "r.sigmf-data", "r.sigmf-meta"}


def receive(dlcomm_here: Callable, folder: Path, *more: object) -> Any:
    return dlcomm_here("rx", "--device", f"file:{folder / 'heard.cfile'}", *RATE,
                       "--out", folder / "out", *more)  # fmt: skip


@pytest.fixture
def heard(dlcomm_here: Callable, folder: Path) -> Path:
    """The folder, with a recording of the transmission whose last packet is lost."""
    outcome = dlcomm_here("tx", "--device", f"file:{folder / 'heard.cfile'}",
                          "--file", folder / "file", "--packet", PACKET)  # fmt: skip
    assert outcome.status == 0
    samples = np.fromfile(folder / "heard.cfile", "<c8")
    samples[-len(samples) // PACKETS :] = 0.0
    samples.tofile(folder / "heard.cfile")
    (folder / "file").unlink()
    return folder


@pytest.mark.parametrize(("owner", "name", "said"), [
    (endpoints, "open_source", "nothing was received"),
    (Reception, "__init__", "nothing was received"),
    (radio_display.LiveReception, "__enter__", "no packet arrived, nothing is written"),
    (Reception, "receive", "no packet arrived, nothing is written"),
])  # fmt: skip
def test_a_reception_is_interrupted_before_anything_came(
    owner: Any, name: str, said: str, dlcomm_here: Callable, heard: Path, ctrl_c: Callable
) -> None:
    ctrl_c(owner, name)
    receive(dlcomm_here, heard).assert_one_line(130, f"dlcomm: interrupted: {said}")
    assert names(heard) == {"heard.cfile"}


def kept(outcome: Any, folder: Path) -> int:
    """How many packets are in the file, which is whole up to the last of them."""
    found = re.search(r"the end has not come; \S+ has the (\d+) good packets", outcome.err)
    content = (folder / "out").read_bytes()
    assert len(content) == PACKET * int(found[1])
    assert content == CONTENT[: len(content)]
    assert names(folder) == {"heard.cfile", "out", "out.packets.json"}
    return int(found[1])


def test_a_reception_is_interrupted_in_its_middle(
    dlcomm_here: Callable, heard: Path, ctrl_c: Callable
) -> None:
    # And once more by somebody who cannot wait until it has ended and the file is in place.
    ctrl_c(Reception, "_ending", lambda graph: len(graph.store.index) > 0)
    ctrl_c(running, "stop")
    ctrl_c(PacketStore, "finish")
    outcome = receive(dlcomm_here, heard)
    assert outcome.status == 130
    assert outcome.err.startswith("dlcomm: interrupted: the end has not come; ")
    assert 0 < kept(outcome, heard) < PACKETS


def test_a_reception_that_is_over_keeps_everything(
    dlcomm_here: Callable, heard: Path, ctrl_c: Callable
) -> None:
    ctrl_c(running, "stop")
    ctrl_c(PacketStore, "finish")
    outcome = receive(dlcomm_here, heard)
    assert outcome.status == 1
    assert outcome.out.count("ended because the recording was over") == 1
    assert kept(outcome, heard) == PACKETS - 1


@pytest.mark.parametrize("command", ["tx", "rx"])
def test_an_import_is_interrupted(
    command: str, dlcomm_here: Callable, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An extension module that is interrupted while it loads gives another exception."""

    def load(*_: Any) -> None:
        try:
            raise KeyboardInterrupt
        except KeyboardInterrupt as error:
            raise ImportError("initialization failed") from error

    monkeypatch.setattr(endpoints, "open_sink" if command == "tx" else "open_source", load)
    outcome = (send if command == "tx" else receive)(dlcomm_here, folder)
    outcome.assert_one_line(130, "dlcomm: interrupted")
    assert names(folder) <= {"file", "heard.cfile"}


LOADED = """
import os, signal
def press():
    os.kill(os.getpid(), signal.SIGINT)
{}
def main():
    try:
        press()
    except KeyboardInterrupt:
        return 7
"""


@pytest.mark.parametrize(("code", "status"), [("press()", -signal.SIGINT), ("", 7)])
def test_the_program_is_interrupted(code: str, status: int, tmp_path: Path) -> None:
    """While its modules load it just ends; later the command hears of it."""
    package = tmp_path / "gnuradio" / "dlcomm"
    package.mkdir(parents=True)
    for file in (package.parent / "__init__.py", package / "__init__.py"):
        file.touch()
    (package / "cli.py").write_text(LOADED.format(code))
    done = subprocess.run(
        [sys.executable, PROGRAM],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_modules_are_loaded_before_an_interrupt_is_heard(ctrl_c: Callable) -> None:
    ctrl_c(importlib, "import_module", lambda name: name == "colorsys")
    sys.modules.pop("colorsys", None)
    with pytest.raises(KeyboardInterrupt):
        load("colorsys")
    assert "colorsys" in sys.modules


def test_whoever_ignores_interrupts_goes_on_with_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with uninterrupted() as pressed:
            os.kill(os.getpid(), signal.SIGINT)
        assert (pressed, signal.getsignal(signal.SIGINT)) == ([], signal.SIG_IGN)
    finally:
        signal.signal(signal.SIGINT, before)
