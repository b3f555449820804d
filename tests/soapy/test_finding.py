# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""That programs find the driver, once, and that it keeps to itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from soapy_loop import TAIL, device, noise, sink, source

from gnuradio import blocks, dlcomm, gr
from gnuradio.dlcomm.soapy_modules import announce

VARIABLE = "SOAPY_SDR_PLUGIN_PATH"


def util(*arguments: str) -> str:
    """What SoapySDRUtil says, in the environment that importing dlcomm has left."""
    done = subprocess.run(["SoapySDRUtil", *arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, check=False)
    return done.stdout


@pytest.mark.parametrize("wanted", ["", "=driver=dlcomm_loopback", "=medium=default"])
def test_one_device_is_found(wanted: str):
    told = util(f"--find{wanted}")
    assert told.count("driver = dlcomm_loopback") == 1
    assert "label = gr-dlcomm loopback, medium default" in told


def test_a_search_for_another_device_does_not_find_it():
    assert "dlcomm_loopback" not in util("--find=serial=1234")
    assert "dlcomm_loopback" not in util("--find=driver=rtlsdr")


def test_the_device_is_described():
    told = util("--probe=driver=dlcomm_loopback,noise_db=-20")
    for line in ("driver=dlcomm_loopback", "Channels: 1 Rx, 1 Tx", "Timestamps: YES",
                 "Full-duplex: YES", "Stream formats: CF32, CS16",
                 "LNA gain range: [-30, 60] dB", "PA gain range: [-90, 10] dB",
                 "RF freq range: [0, 6000] MHz", "Sample rates: [0.001, 64] MSps"):
        assert line in told
    for key in ("gain_db", "noise_db", "cfo", "clock_ppm", "delay", "phase_noise", "multipath",
                "saturation", "seed", "pace", "buffer", "fail_after"):
        assert f"key={key}," in told
    assert "default=-20" in told


def test_a_wrong_argument_is_told_in_one_line():
    told = util("--probe=driver=dlcomm_loopback,pace=often")
    errors = [line for line in told.splitlines() if line.startswith("Error")]
    assert errors == ["Error probing device: dlcomm_loopback: pace: found 'often', "
                      "expected true, false, 1 or 0"]


def test_samples_stream():
    """SoapySDRUtil's own rate test: it tells what it has read each second until it is ended."""
    with subprocess.Popen(
            ["SoapySDRUtil", "--args=driver=dlcomm_loopback", "--rate=1e6", "--direction=RX"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        told = next((line for line in running.stdout if "Msps" in line), "")
        running.terminate()
    assert float(told.split("Msps")[0].split()[-1]) > 0


def test_importing_dlcomm_shows_the_driver(tmp_path: Path):
    """Without the variable, and beside what is in it."""
    program = f"from gnuradio import dlcomm; import os; print(os.environ['{VARIABLE}'])"
    own = Path(dlcomm.__file__).resolve().parents[4] / "SoapySDR"
    for before, after in (("", ""), (str(tmp_path), f"{tmp_path}{os.pathsep}")):
        environment = {**os.environ, VARIABLE: before}
        told = subprocess.run([sys.executable, "-c", program], env=environment, text=True,
                              stdout=subprocess.PIPE, check=True).stdout.strip()
        assert told.startswith(f"{after}{own}{os.sep}modules")


def test_the_path_is_added_once_and_only_where_it_is_needed(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    package = tmp_path / "lib/python3.11/site-packages/gnuradio/dlcomm"
    package.mkdir(parents=True)
    monkeypatch.setenv(VARIABLE, "/elsewhere")
    announce(package)
    assert os.environ[VARIABLE] == "/elsewhere"
    modules = tmp_path / "lib/SoapySDR/modules0.8"
    modules.mkdir(parents=True)
    for _ in range(2):
        announce(package)
        assert os.environ[VARIABLE] == f"/elsewhere{os.pathsep}{modules}"
    monkeypatch.setenv(VARIABLE, "")
    announce(Path("/usr/lib/python3/dist-packages/gnuradio/dlcomm"))
    announce(Path("/usr/local/lib/python3.11/dist-packages/gnuradio/dlcomm"))
    assert os.environ[VARIABLE] == ""


def test_the_module_shows_nothing_of_itself():
    folder = Path(dlcomm.__file__).resolve().parents[4] / "SoapySDR"
    module, = folder.glob("modules*/libdlcommLoopback.so")
    shown = subprocess.run(["nm", "--dynamic", "--defined-only", "--demangle", module],
                           stdout=subprocess.PIPE, text=True, check=True).stdout
    assert "dlcomm" not in shown


def test_blocks_and_the_device_live_in_one_process():
    """The noise of the block and that of the device, out of two copies of one source."""
    sent = noise(10_000)
    string = device(pace=0, noise_db=-10, seed=5)
    graph = gr.top_block()
    block, heard = blocks.vector_sink_c(), blocks.vector_sink_c()
    samples = blocks.vector_source_c([*sent.tolist(), *([0] * TAIL)])
    channel = dlcomm.awgn_channel_cc(10.0, 1.0, 5)
    graph.connect(samples, channel, block)
    graph.connect(samples, sink(string))
    graph.connect(source(string), blocks.head(gr.sizeof_gr_complex, len(sent)), heard)
    graph.run()
    added = [np.array(each.data())[:len(sent)] - sent for each in (block, heard)]
    for one in added:
        assert 0.09 < np.mean(np.abs(one) ** 2) < 0.11  # 10 sigma
    assert abs(np.mean(added[0] * np.conj(added[1]))) < 0.006  # 6 sigma: not the same noise
