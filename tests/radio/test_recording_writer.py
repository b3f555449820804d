# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Transmissions written as recordings."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from sigmf import sigmffile

from gnuradio import blocks, gr
from gnuradio.dlcomm.radio.packet_file import TransferError
from gnuradio.dlcomm.radio.recording import open_recording
from gnuradio.dlcomm.radio.recording_writer import RecordingWriter, sample_file_sink

SAMPLES = np.random.default_rng(3).normal(size=(40_000, 2)).astype("<f4").view("<c8")[:, 0]


def write(writer: RecordingWriter) -> None:
    source = blocks.vector_source_c(SAMPLES)
    graph = gr.top_block()
    graph.connect(source, writer.sink)
    graph.run()


@pytest.mark.parametrize("suffix", [".sigmf-meta", ".sigmf-data"])
def test_sigmf(suffix: str, tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / f"r{suffix}", 250e3, 433.92e6) as writer:
        write(writer)
        writer.check()
        assert not (tmp_path / "r.sigmf-data").exists()
        writer.finish("what it holds")
    assert {path.name for path in tmp_path.iterdir()} == {"r.sigmf-data", "r.sigmf-meta"}
    recording = open_recording(tmp_path / "r.sigmf-meta")
    assert (recording.sample_rate, recording.samples) == (250e3, len(SAMPLES))
    assert np.array_equal(recording.at(np.arange(len(SAMPLES))), SAMPLES)
    # By SigMF's own reader, which checks the sum of the samples.
    read = sigmffile.fromfile(str(tmp_path / "r.sigmf-meta"))
    read.validate()
    told = json.loads((tmp_path / "r.sigmf-meta").read_text())
    assert told["global"]["core:datatype"] == "cf32_le"
    assert told["global"]["core:description"] == "what it holds"
    assert "core:sha512" in told["global"]
    assert told["captures"][0]["core:frequency"] == 433.92e6


def test_bare_samples(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "r.cfile", None, None) as writer:
        write(writer)
        writer.finish("")
    assert {path.name for path in tmp_path.iterdir()} == {"r.cfile"}
    assert np.array_equal(np.fromfile(tmp_path / "r.cfile", "<c8"), SAMPLES)


def test_an_unfinished_recording_leaves_nothing(tmp_path: Path) -> None:
    with RecordingWriter(tmp_path / "r.cfile", None, None) as writer:
        write(writer)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_ends_the_flowgraph(tmp_path: Path) -> None:
    descriptor = os.open("/dev/full", os.O_WRONLY)
    with RecordingWriter(tmp_path / "r.cfile", None, None) as writer:
        writer.sink = sample_file_sink(descriptor)
        source, sink = blocks.null_source(gr.sizeof_gr_complex), writer.sink
        graph = gr.top_block()
        graph.connect(source, sink)
        graph.run()
        with pytest.raises(TransferError, match=r"r\.cfile: No space left on device"):
            writer.check()
    os.close(descriptor)


@pytest.mark.parametrize(("name", "rate", "text"), [
    ("r.sigmf", 1e6, "is a SigMF archive"), ("r.sigmf-meta", None, "expected --rate"),
    ("none/there", 1e6, "cannot be written"), ("", 1e6, "found a folder"),
    ("pipe", 1e6, "no regular file"),
])
def test_where_no_recording_can_be(
    name: str, rate: float | None, text: str, tmp_path: Path
) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "none").touch()
    with pytest.raises(ValueError, match=text):
        RecordingWriter(tmp_path / name, rate, None)


LIMITED = """
import sys
from gnuradio.dlcomm.cli import main
sys.exit(main(sys.argv[1:]))
"""


def limited(size: int, *arguments: object) -> subprocess.CompletedProcess:
    """Run the command line in a process that can write no file longer than `size`."""
    return subprocess.run(
        [sys.executable, "-c", LIMITED, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    )


def test_sending_to_a_disk_that_is_full(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(bytes(20_000))
    result = limited(300_000, "tx", "--device", f"file:{tmp_path / 'r.cfile'}", "--file", file)
    assert result.returncode == 1
    assert result.stderr == (
        f"dlcomm: error: {tmp_path / 'r.cfile'}: File too large\n"
    )
    assert {path.name for path in tmp_path.iterdir()} == {"f"}
