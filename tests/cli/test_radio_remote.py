# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Two processes and the device of a third one: SoapyRemote on this machine."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import numpy as np
from radio_process import process

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "soapy"))
from remote_server import server

TUNED = ("--rate", "250e3", "--freq", "433.92e6")
CONTENT = np.random.default_rng(22).bytes(10_000)


def test_two_processes_over_soapy_remote(tmp_path: Path) -> None:
    """The server holds the device, whose medium both processes share."""
    file, out = tmp_path / "file", tmp_path / "out"
    file.write_bytes(CONTENT)
    with server() as port:
        device = (
            f"driver=remote,remote=tcp://127.0.0.1:{port},remote:prot=tcp,remote:mtu=65000,"
            "remote:window=65536,remote:driver=dlcomm_loopback,"
            "remote:noise_db=-21.02,remote:seed=3"
        )
        terminal = os.environ | {"FORCE_COLOR": "1", "COLUMNS": "100"}
        with process("rx", "--device", device, *TUNED, "--out", out, env=terminal) as rx:
            # A radio hears only what is sent after it has begun to listen.
            shown = ""
            while not re.search(r"[1-9][0-9,]* samples", shown):
                shown += rx.stderr.read(1)
            with process("tx", "--device", device, *TUNED, "--file", file) as tx:
                _, tx_err = tx.communicate(timeout=120)
            _, rx_err = rx.communicate(timeout=120)
    assert (tx.returncode, tx_err) == (0, "")
    assert rx.returncode == 0, rx_err
    assert out.read_bytes() == CONTENT
