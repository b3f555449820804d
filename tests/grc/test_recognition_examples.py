# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of modulation recognition say what is there, and what is true."""

from __future__ import annotations

import json
import re
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from example_programs import run, said

from gnuradio.dlcomm.recognition.walk_source import WALK

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples" / "recognition"
ROW = re.compile(
    r"^  (\S+) +(\d\.\d{3}) +\((\S+) to (\S+), (\d+) of (\d+)\) +(\S+)$", re.MULTILINE
)


def test_walk_counts_every_modulation(clean_environment):
    command = (EXAMPLES / "modulation_walk.py", "--rounds", "2", "--windows", "40")
    result = run(clean_environment, *command)
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    rows = ROW.findall(result.stdout)
    assert [row[0] for row in rows] == list(WALK)
    for _, rate, low, high, right, windows, _ in rows:
        assert int(windows) == 80
        assert float(rate) == pytest.approx(int(right) / 80, abs=6e-4)
        assert float(low) <= float(rate) <= float(high)
    # 18 dB: easily told apart from the others, at least 9 of 10 in two channels.
    told = {name: int(right) for name, *_, right, _, _ in rows}
    for name in ("BPSK", "GFSK", "AM-DSB", "AM-SSB"):
        assert told[name] >= 72, told
    assert f"({sum(told.values())} of 880)" in result.stdout
    assert said(run(clean_environment, *command)) == said(result)


def test_walk_in_noise_alone_is_told_no_better_than_by_chance(clean_environment):
    result = run(
        clean_environment, EXAMPLES / "modulation_walk.py", "--rounds", "1", "--windows", "40",
        "--snr-db", "-20",
    )
    right, windows = map(int, re.search(r"\((\d+) of (440)\)$", result.stdout, re.M).groups())
    # 1 of 11 by chance; at -20 dB a window holds next to nothing. 440 windows: 0.25 is
    # beyond ten standard deviations.
    assert right / windows < 0.25


CHANGE_NOISE = """
import sys, time
sys.path.insert(0, {examples!r})
import modulation_walk
from PyQt5 import Qt
application = Qt.QApplication(sys.argv)
graph = modulation_walk.modulation_walk(windows=100, pace=1e5)
modulation_walk.snippets_main_after_init(graph)
graph.start()
modulation_walk.snippets_main_after_start(graph)
def wait(done):
    end = time.monotonic() + 60.0
    while not done():
        assert time.monotonic() < end, (graph.said, graph.truth, graph.table())
        application.processEvents()
        time.sleep(0.02)
wait(lambda: len(graph.table()) >= 2)
assert set(graph.counts.counts()) == {{18.0}}
wait(lambda: "<b>BPSK</b>" in graph.rates or "BPSK" in graph.rates)
assert "mean probability" in graph.said and "<b>" in graph.truth
graph.set_snr(-10.0)
assert graph.walk.snr_db() == -10.0
wait(lambda: -10.0 in graph.counts.counts() and graph.table())
graph.stop()
graph.wait()
"""


def test_noise_can_be_changed_while_it_walks(clean_environment):
    result = run(clean_environment, "-c", CHANGE_NOISE.format(examples=str(EXAMPLES)))
    assert result.returncode == 0, result.stdout + result.stderr


def test_recording_is_made_and_classified(clean_environment, tmp_path):
    command = (EXAMPLES / "classify_recording.py", "--picture", "timeline.png")
    # Its list of fonts takes matplotlib long, and is there already.
    clean_environment["MPLCONFIGDIR"] = matplotlib.get_configdir()
    result = run(clean_environment, *command)
    assert result.returncode == 0, result.stderr
    assert "made it from the seed 1" in result.stdout
    meta = json.loads((tmp_path / "recording.sigmf-meta").read_text())
    assert meta["global"]["core:datatype"] == "ci16_le"
    assert meta["global"]["core:sample_rate"] == 1e6
    signals = [one["core:label"] for one in meta["annotations"]]
    rows = re.findall(r"^  (\d\.\d{4}) +(\d\.\d{4}) +(\S+) +(\S+)$", result.stdout, re.M)
    # Runs follow each other without gaps, and every signal is in its place among them.
    assert [row[1] for row in rows[:-1]] == [row[0] for row in rows[1:]]
    assert set(signals) == {truth for *_, truth in rows}
    right, windows = map(int, re.search(r"Right in (\d+) of (\d+)", result.stdout).groups())
    assert windows == sum(one["core:sample_count"] for one in meta["annotations"]) // 640
    # Seven changes and the beginning cost up to 8 windows each of about 750: 0.91 at best
    # were all of them wrong.
    assert right / windows > 0.85
    assert (tmp_path / "timeline.png").read_bytes().startswith(b"\x89PNG")
    again = run(clean_environment, *command)
    assert said(again) == said(result)[1:]


def test_recording_follows_from_its_seed(clean_environment, tmp_path):
    data = {}
    for name, seed in (("a", 2), ("b", 2), ("c", 3)):
        result = run(
            clean_environment, EXAMPLES / "make_recording.py", "--out", f"{name}.sigmf-meta",
            "--seed", seed,
        )
        assert result.returncode == 0, result.stderr
        data[name] = np.fromfile(tmp_path / f"{name}.sigmf-data", "<i2")
    assert np.array_equal(data["a"], data["b"])
    assert not np.array_equal(data["a"], data["c"])
    assert len(data["a"]) == len(data["c"])


@pytest.mark.parametrize(("arguments", "named"), [
    (["--out", "recording.wav"], "recording.wav"),
    (["--out", "no/such/recording.sigmf-meta"], "no/such"),
    (["--seed", "-1"], "seed"),
])
def test_bad_recording_is_one_line(arguments, named, clean_environment):
    result = run(clean_environment, EXAMPLES / "make_recording.py", *arguments)
    assert result.returncode == 1
    assert named in result.stderr
    assert len(result.stderr.splitlines()) == 1, result.stderr


STAND_IN = """
import sys
sys.path.insert(0, {examples!r})
import classify_radio
from gnuradio import blocks, gr
from gnuradio.dlcomm.recognition.walk_source import modulation_walk_source
class stand_in(gr.hier_block2):
    def __init__(self, device, sample_rate, frequency, gain, antenna):
        gr.hier_block2.__init__(self, "stand_in", gr.io_signature(0, 0, 0),
                                gr.io_signature(1, 1, gr.sizeof_gr_complex))
        assert (sample_rate, frequency, gain) == (200e3, 1e8, None)
        self.source = modulation_walk_source(modulations=["GFSK"])
        self.connect(self.source, blocks.throttle(gr.sizeof_gr_complex, 1e5), self)
classify_radio.radio_source = stand_in
sys.argv[1:] = ["--rate", "200e3", "--centre", "0", "--seconds", "0.5"]
classify_radio.main()
"""


def test_radio_with_a_stand_in_for_the_device(clean_environment):
    """What comes after the radio, which no test has: a known signal at its rate."""
    result = run(clean_environment, "-c", STAND_IN.format(examples=str(EXAMPLES)))
    assert result.returncode == 0, result.stdout + result.stderr
    decisions = int(re.search(r"at 100 MHz: (\d+) decisions", result.stdout)[1])
    # Filters keep some of the 100,000 samples to themselves.
    assert 760 <= decisions <= 781
    share = float(re.search(r"^  GFSK +(\d+\.\d)%", result.stdout, re.MULTILINE)[1])
    assert share > 90
