# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The sides of the comparisons: right answers, and clear words when they fail."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from gnuradio import dlcomm, gr
from gnuradio.dlcomm.benchmark import chains, decoders
from gnuradio.dlcomm.benchmark.latency import Latency
from gnuradio.dlcomm.benchmark.python_block import OnnxDecoderBlock
from gnuradio.dlcomm.benchmark.settings import MESSAGES, Settings, received_symbols
from gnuradio.dlcomm.benchmark.timed_graphs import collect, timed
from gnuradio.dlcomm.benchmark.workers import Worker


@pytest.mark.parametrize("model", ["ae_7_4", "ae_8_8_compact_int8", "bpsk", "qpsk"])
def test_python_block_decides_as_the_session(model: str) -> None:
    link = dlcomm.link(model)
    symbols = received_symbols(link)
    attach = decoders.attach_decoder(lambda: OnnxDecoderBlock(link), link, symbols)
    size = link.messages_per_frame
    found = collect(attach, size, MESSAGES // size, np.uint8)
    session = onnxruntime.InferenceSession(
        link.decoder, providers=["CPUExecutionProvider"]
    )
    expected = session.run(None, {"symbols": symbols})[0].argmax(1)
    decoders.check_same(model, expected, found)


def test_decisions_that_differ_are_told() -> None:
    ours = np.zeros(1000, dtype=np.uint8)
    theirs = ours.copy()
    theirs[0] = 1
    decoders.check_same("one in a thousand", ours, theirs)
    theirs[1] = 1
    with pytest.raises(RuntimeError, match="0.20% of the decisions differ"):
        decoders.check_same("two in a thousand", ours, theirs)


@pytest.mark.parametrize("model", ["ae_7_4_compact", "ae_8_8_compact", "hamming_7_4"])
def test_linear_layer_is_the_decoder(model: str) -> None:
    link = dlcomm.link(model)
    weight, bias = chains.linear_layer(link)
    assert (weight.shape, bias.shape) == ((link.messages, link.n), (link.messages,))
    symbols = received_symbols(link)
    session = onnxruntime.InferenceSession(
        link.decoder, providers=["CPUExecutionProvider"]
    )
    logits = session.run(None, {"symbols": symbols})[0]
    np.testing.assert_allclose(symbols @ weight.T + bias, logits, rtol=1e-4, atol=1e-4)


def test_same_rate() -> None:
    assert chains.same_rate((1000, 100_000), (1050, 100_000))
    assert not chains.same_rate((1000, 100_000), (1400, 100_000))
    assert chains.same_rate((0, 1000), (0, 1000))


def test_timed_counts_all_that_was_done() -> None:
    link = dlcomm.link("ae_7_4")
    attach = decoders.attach_decoder(
        lambda: OnnxDecoderBlock(link), link, received_symbols(link)
    )
    timing = timed(attach, 2, 2)(9999)
    assert timing.items >= 10_000
    assert timing.items % 2 == 0
    assert timing.seconds > 0


def test_latency_of_a_decoder_that_fails_is_an_error(monkeypatch) -> None:
    class Silent(gr.sync_block):
        """Takes samples and gives nothing."""

        def __init__(self) -> None:
            super().__init__("silent", [np.complex64], [np.uint8])

        def work(self, input_items, output_items) -> int:
            self.consume(0, len(input_items[0]))
            return 0

    monkeypatch.setattr("gnuradio.dlcomm.benchmark.latency._PATIENCE_SECONDS", 0.2)
    side = Latency("silent", Silent, 1, [bytes(8)], 1, 1)
    with pytest.raises(RuntimeError, match="silent: no decision within"):
        side.warm_up(0.1)


def test_worker_that_ends_is_told_in_one_line() -> None:
    program = "import sys; print('{}', flush=True); input(); sys.exit('out of luck')"
    with Worker([sys.executable, "-c", program]) as worker:
        with pytest.raises(RuntimeError, match="no answer: out of luck") as error:
            worker.run("run", 1)
        assert "\n" not in str(error.value)


def test_program_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="none: No such file"):
        Worker([str(tmp_path / "none")])


def test_missing_alternatives_have_reasons(monkeypatch, tmp_path: Path) -> None:
    settings = Settings({"ae_7_4_compact": dlcomm.link("ae_7_4_compact")}, (), 1, 0.01, 1)
    monkeypatch.setattr(decoders, "bare_session_program", lambda: tmp_path / "none")
    monkeypatch.setattr(decoders, "not_installed", lambda *names: f"no {names[0]}")
    monkeypatch.setattr(chains, "not_installed", lambda *names: f"no {names[0]}")
    first = next(decoders.decoder_contests(settings))
    reasons = [side.reason for side in first.others]
    assert reasons == [f"{tmp_path / 'none'} is not installed"] * 2 + ["no onnxruntime"]
    first.check()
    (chain,) = chains.chain_contests(settings)
    assert [side.reason for side in chain.others] == ["no torch"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["{missing}", "{symbols}", "1024"], "no such"),
        (["{decoder}", "{missing}", "1024"], "cannot be read"),
        (["{decoder}", "{symbols}", "0"], "BATCH: found '0', expected a whole number"),
        (["{decoder}", "{symbols}", "8x"], "BATCH: found '8x'"),
        (["{decoder}", "{symbols}", "100000"], "fewer messages than a batch"),
        (["{encoder}", "{symbols}", "1024"], "dlcomm.role"),
    ],
)
def test_bare_session_says_what_is_wrong(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    link = dlcomm.link("ae_7_4")
    symbols = tmp_path / "symbols.f32"
    received_symbols(link).tofile(symbols)
    names = {
        "missing": tmp_path / "missing",
        "symbols": symbols,
        "decoder": link.decoder,
        "encoder": link.encoder,
    }
    done = subprocess.run(
        [
            str(decoders.bare_session_program()),
            *(argument.format(**names) for argument in arguments),
        ],
        capture_output=True,
        text=True,
        input="",
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr


@pytest.mark.parametrize("command", ["run logits 0", "run all 5", "decide", "stop", ""])
def test_bare_session_refuses_other_commands(tmp_path: Path, command: str) -> None:
    link = dlcomm.link("ae_7_4")
    symbols = tmp_path / "symbols.f32"
    received_symbols(link).tofile(symbols)
    program = str(decoders.bare_session_program())
    with Worker([program, link.decoder, str(symbols), "1024"]) as worker:
        with pytest.raises(RuntimeError, match="expected run logits|decisions COUNT"):
            worker.ask(command)
