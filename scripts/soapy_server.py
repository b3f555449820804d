#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""SoapySDRServer on this machine alone, with the daemons that it does not run without.

    .venv/bin/python scripts/soapy_server.py --port 55132

Its service discovery needs Avahi, and that a system bus. Where the machine runs none, this
starts both of its own, on the loopback interface; that needs root. Ends with Ctrl-C.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

PLUGINS = "SOAPY_SDR_PLUGIN_PATH"
PATIENCE_S = 30.0

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={folder}/bus</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/><allow user="*"/></policy></busconfig>
"""
AVAHI = """[server]
use-ipv4=yes
use-ipv6=no
allow-interfaces=lo
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
"""


class CannotServe(RuntimeError):
    """The server or its daemons cannot run here; the message says why."""


def missing() -> str:
    """Why no server can run here; empty: nothing is known against it."""
    if not shutil.which("SoapySDRServer"):
        return "SoapySDRServer is not installed (package soapyremote-server)"
    if Path("/run/avahi-daemon/socket").exists():
        return ""
    for program in ("dbus-daemon", "avahi-daemon"):
        if not shutil.which(program, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"):
            return f"{program} is not installed"
    return "" if os.geteuid() == 0 else "avahi-daemon does not run, and only root can start it"


@contextmanager
def serving(port: int, environment: dict[str, str] | None = None) -> Iterator[str]:
    """Serve this machine's devices while the block lasts.

    Args:
        port: TCP port of the loopback interface.
        environment: of the server; None: that of this process.

    Yields:
        The address for ``remote=``.

    Raises:
        CannotServe: it cannot run here.
    """
    why = missing()
    if why:
        raise CannotServe(why)
    environment = dict(os.environ if environment is None else environment)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        if not Path("/run/avahi-daemon/socket").exists():
            environment["DBUS_SYSTEM_BUS_ADDRESS"] = _start_daemons(stack, folder, environment)
        address = f"tcp://127.0.0.1:{port}"
        server = _start(
            stack, folder, environment, "SoapySDRServer", f"--bind={address}"
        )
        _wait(server, folder / "SoapySDRServer.log", "Press Ctrl+C", "SoapySDRServer")
        yield address


def _start_daemons(stack: ExitStack, folder: Path, environment: dict[str, str]) -> str:
    """Start a bus and Avahi; the address of the bus."""
    (folder / "bus.conf").write_text(BUS.format(folder=folder))
    (folder / "avahi.conf").write_text(AVAHI)
    address = f"unix:path={folder}/bus"
    bus = _start(
        stack, folder, environment, "dbus-daemon", f"--config-file={folder}/bus.conf",
        "--nofork", "--nopidfile",
    )  # fmt: skip
    until = time.monotonic() + PATIENCE_S
    while not (folder / "bus").exists():
        if bus.poll() is not None or time.monotonic() > until:
            raise CannotServe("dbus-daemon does not start")
        time.sleep(0.02)
    environment = environment | {"DBUS_SYSTEM_BUS_ADDRESS": address}
    avahi = _start(
        stack, folder, environment, "avahi-daemon", f"--file={folder}/avahi.conf",
        "--no-drop-root", "--no-chroot", "--no-rlimits",
    )  # fmt: skip
    _wait(avahi, folder / "avahi-daemon.log", "startup complete", "avahi-daemon")
    return address


def _start(
    stack: ExitStack, folder: Path, environment: dict[str, str], program: str, *arguments: str
) -> subprocess.Popen:
    """Start a program that ends with the stack, and writes to a file of its name."""
    path = f"{environment.get('PATH', '')}:/usr/sbin:/sbin"
    log = stack.enter_context((folder / f"{program}.log").open("wb"))
    process = subprocess.Popen(
        [shutil.which(program, path=path) or program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait(process: subprocess.Popen, log: Path, words: str, name: str) -> None:
    """Wait until a program has said that it is ready."""
    until = time.monotonic() + PATIENCE_S
    while words not in (text := log.read_text(errors="replace")):
        if process.poll() is not None or time.monotonic() > until:
            last = (text.strip().splitlines() or ["no word of it"])[-1]
            raise CannotServe(f"{name} does not start: {last}")
        time.sleep(0.02)
    # It says so before it has found out that it cannot.
    time.sleep(0.3)
    if process.poll() is not None:
        raise CannotServe(f"{name} does not stay: {log.read_text(errors='replace')[-200:]!r}")


def free_port() -> int:
    """A TCP port of the loopback interface that nobody uses."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def main() -> None:
    """Serve until Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, default=55132)
    arguments = parser.parse_args()
    try:
        with serving(arguments.port) as address:
            print(f"driver=remote,remote={address}", flush=True)
            signal.pause()
    except CannotServe as error:
        sys.exit(f"soapy_server: {error}")
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
