# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A SoapySDRServer on this machine, with the D-Bus and the Avahi that it insists on.

Both run for the test alone: a bus at an address of its own, and an Avahi that sees the
loopback interface only. Avahi has one place for its socket; a name space of its own keeps
it apart from one that the machine runs.
"""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_BUS = """<busconfig><type>system</type><listen>unix:path={path}</listen>
<auth>EXTERNAL</auth><policy context="default"><allow user="*"/><allow own="*"/>
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy></busconfig>
"""
_AVAHI = "[server]\nallow-interfaces=lo\nuse-ipv6=no\n"
_OWN_RUN = "mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && exec \"$@\""
_SECONDS = 30.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_for(what: str, ready: Callable[[], bool], process: subprocess.Popen,
              log: Path) -> None:
    deadline = time.monotonic() + _SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{what} does not run: {log.read_text()}")
        time.sleep(0.02)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def server() -> Iterator[int]:
    """Run a server; yields its TCP port on 127.0.0.1."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soapy")))
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/bus"}

        def run(name: str, *command: str) -> tuple[subprocess.Popen, Path]:
            log = folder / f"{name}.log"
            output = stack.enter_context(log.open("w"))
            process = subprocess.Popen(command, env=environment, stdout=output, stderr=output,
                                       stdin=subprocess.DEVNULL)
            stack.callback(process.wait)
            stack.callback(process.terminate)
            return process, log

        (folder / "bus.conf").write_text(_BUS.format(path=folder / "bus"))
        (folder / "avahi.conf").write_text(_AVAHI)
        bus = run("bus", "dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork",
                  "--nopidfile")
        _wait_for("dbus-daemon", (folder / "bus").exists, *bus)
        rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        avahi = run("avahi", "unshare", *rights, "--mount", "sh", "-c", _OWN_RUN, "sh",
                    "avahi-daemon", "--file", f"{folder}/avahi.conf", "--no-drop-root",
                    "--no-rlimits", "--no-chroot")
        _wait_for("avahi-daemon", lambda: "startup complete" in avahi[1].read_text(), *avahi)
        port = _free_port()
        served = run("server", "SoapySDRServer", f"--bind=127.0.0.1:{port}")
        _wait_for("SoapySDRServer", lambda: _answers(port), *served)
        yield port
