# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The measuring flowgraph: counts that repeat, channels wired as they should be."""

import os
import signal
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from scipy import stats

from gnuradio import blocks, dlcomm, gr
from gnuradio.dlcomm.channel_specs import parse_channel
from gnuradio.dlcomm.flowgraphs import (
    LinkFlowgraph,
    link_flowgraph,
    messages_per_channel_state,
)
from gnuradio.dlcomm.links import Link
from gnuradio.dlcomm.measurement.theory import (
    bpsk_bler,
    rayleigh_bpsk_ber,
    rayleigh_bpsk_bler,
)

LEVEL = 1e-5
"""False-alarm rate of every statistical comparison here."""


def run(
    link: Link, channel: str, ebn0_db: float, messages: int, seed: int = 1
) -> LinkFlowgraph:
    """Run a flowgraph over exactly so many messages."""
    flowgraph = link_flowgraph(
        link, parse_channel(channel), ebn0_db, seed=seed, max_messages=messages
    )
    flowgraph.run_watched(lambda: True)
    assert flowgraph.sink.messages() == messages
    assert flowgraph.sink.stop_reason() == "max_messages"
    return flowgraph


def counts(flowgraph: LinkFlowgraph) -> tuple[int, int, int]:
    sink = flowgraph.sink
    return sink.messages(), sink.block_errors(), sink.bit_errors()


@pytest.fixture(scope="session")
def qpsk_csi(tmp_path_factory: pytest.TempPathFactory) -> Link:
    """QPSK whose receiver turns the sample back by the channel gain it is told."""
    shipped = onnx.load(dlcomm.link("qpsk").encoder)
    codebook = np.array(dlcomm.neural_encoder_bc("qpsk").codebook()).reshape(4, 2)
    constants = {
        "axis": np.array([1], dtype=np.int64),
        "swap": np.array([1, 0], dtype=np.int64),
        "conjugate": np.array([1.0, -1.0], dtype=np.float32),
        "words": codebook.T.astype(np.float32),
    }
    nodes = [
        helper.make_node("Mul", ["symbols", "csi"], ["products"]),
        helper.make_node("ReduceSum", ["products", "axis"], ["real"]),
        helper.make_node("Gather", ["symbols", "swap"], ["swapped"], axis=1),
        helper.make_node("Mul", ["csi", "conjugate"], ["conjugated"]),
        helper.make_node("Mul", ["swapped", "conjugated"], ["crossed"]),
        helper.make_node("ReduceSum", ["crossed", "axis"], ["imaginary"]),
        helper.make_node("Concat", ["real", "imaginary"], ["turned"], axis=1),
        helper.make_node("MatMul", ["turned", "words"], ["logits"]),
    ]
    graph = helper.make_graph(
        nodes,
        "qpsk_csi",
        [
            helper.make_tensor_value_info("symbols", TensorProto.FLOAT, ["b", 2]),
            helper.make_tensor_value_info("csi", TensorProto.FLOAT, ["b", 2]),
        ],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["b", 4])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    decoder = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8
    )
    for entry in shipped.metadata_props:
        value = "decoder" if entry.key == "dlcomm.role" else entry.value
        decoder.metadata_props.add(key=entry.key, value=value)
    folder: Path = tmp_path_factory.mktemp("qpsk_csi")
    onnx.save(shipped, folder / "encoder.onnx")
    onnx.save(decoder, folder / "decoder.onnx")
    return dlcomm.link(folder)


def assert_rate(errors: int, trials: int, rate: float) -> None:
    """Exact two-sided binomial test at `LEVEL`."""
    assert stats.binomtest(errors, trials, rate).pvalue > LEVEL


def test_messages_are_uniform_over_the_alphabet() -> None:
    """All 256 bytes occur alike (chi-square at level 1e-5), none above a smaller k."""
    trials = 256 * 400
    for name in ("qpsk", "hamming_7_4"):
        link = dlcomm.link(name)
        flowgraph = link_flowgraph(link, parse_channel("awgn"), 0.0, seed=5)
        head = blocks.head(gr.sizeof_char, trials)
        sink = blocks.vector_sink_b()
        other = gr.top_block()
        source = flowgraph.source
        flowgraph.disconnect_all()
        other.connect(source, head, sink)
        other.run()
        occurrences = np.bincount(np.array(sink.data()), minlength=link.messages)
        assert len(occurrences) == link.messages
        assert stats.chisquare(occurrences).pvalue > LEVEL


@pytest.mark.parametrize("model", ["qpsk", "hamming_7_4"])
@pytest.mark.parametrize("channel", ["awgn", "rayleigh", "polynomial:0,1,0.1"])
def test_the_seed_decides_the_counts(model: str, channel: str) -> None:
    link = dlcomm.link(model)
    first = counts(run(link, channel, 4.0, 30_001, seed=8))
    assert first[1] > 0
    assert counts(run(link, channel, 4.0, 30_001, seed=8)) == first
    assert counts(run(link, channel, 4.0, 30_001, seed=9)) != first


def test_no_noise_no_errors() -> None:
    for model in ("bpsk", "qpsk", "hamming_7_4", "hamming_7_4_hard"):
        flowgraph = run(dlcomm.link(model), "awgn", 60.0, 100_000)
        assert flowgraph.sink.block_errors() == 0


def test_the_target_ends_it() -> None:
    flowgraph = link_flowgraph(
        dlcomm.link("qpsk"), parse_channel("awgn"), 0.0, seed=1, target_block_errors=500
    )
    flowgraph.run_watched(lambda: True)
    assert flowgraph.sink.stop_reason() == "target_errors"
    assert flowgraph.sink.block_errors() >= 500


def test_a_watcher_can_break_it_off() -> None:
    flowgraph = link_flowgraph(dlcomm.link("qpsk"), parse_channel("awgn"), 100.0)
    calls = []

    def watch() -> bool:
        calls.append(flowgraph.sink.messages())
        return len(calls) < 3

    flowgraph.run_watched(watch, interval=0.05)
    assert len(calls) == 3
    stopped_at = flowgraph.sink.messages()
    assert stopped_at >= calls[-1] > 0
    assert flowgraph.sink.messages() == stopped_at


def test_an_exception_of_the_watcher_stops_it() -> None:
    flowgraph = link_flowgraph(dlcomm.link("qpsk"), parse_channel("awgn"), 100.0)

    def watch() -> bool:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        flowgraph.run_watched(watch, interval=0.01)


@pytest.mark.parametrize("moment", ["start", "stop"])
def test_ctrl_c_at_an_awkward_moment_waits_until_it_has_stopped(
    moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    flowgraph = link_flowgraph(
        dlcomm.link("qpsk"), parse_channel("awgn"), 100.0, max_messages=1000
    )
    original = getattr(flowgraph, moment)
    done = []

    def interrupted() -> None:
        os.kill(os.getpid(), signal.SIGINT)
        original()
        done.append(moment)

    monkeypatch.setattr(flowgraph, moment, interrupted)
    with pytest.raises(KeyboardInterrupt):
        flowgraph.run_watched(lambda: True)
    assert done == [moment]


def test_the_gain_reaches_a_receiver_that_wants_it(qpsk_csi: Link) -> None:
    """QPSK with a known complex gain: closed form of coherent detection."""
    assert qpsk_csi.uses_csi
    sink = run(qpsk_csi, "rayleigh", 10.0, 200_000).sink
    assert_rate(sink.block_errors(), 200_000, rayleigh_bpsk_bler(10.0, 2))


def test_without_fading_the_gain_is_one(qpsk_csi: Link) -> None:
    sink = run(qpsk_csi, "awgn", 4.0, 200_000).sink
    assert_rate(sink.block_errors(), 200_000, bpsk_bler(4.0, 2))
    sink = run(qpsk_csi, "polynomial:0,1", 4.0, 200_000).sink
    assert_rate(sink.block_errors(), 200_000, bpsk_bler(4.0, 2))


def test_a_positive_gain_needs_no_knowledge() -> None:
    sink = run(dlcomm.link("qpsk"), "rayleigh:real_positive=1", 10.0, 200_000).sink
    assert_rate(sink.block_errors(), 200_000, rayleigh_bpsk_bler(10.0, 2))


def test_a_complex_gain_unknown_to_the_receiver_leaves_a_guess() -> None:
    sink = run(dlcomm.link("bpsk"), "rayleigh", 20.0, 100_000).sink
    # Half of all bits; the two messages of one gain are not independent.
    assert abs(sink.bit_errors() / sink.bits() - 0.5) < 4.5 * 0.5 * (2 / 1e5) ** 0.5


def test_the_length_of_fading_blocks_is_passed_on() -> None:
    link = dlcomm.link("qpsk")
    channel = parse_channel("rayleigh:block=50,real_positive=1")
    flowgraph = link_flowgraph(link, channel, 10.0, max_messages=1000)
    assert flowgraph.channel.block_length() == 50
    assert messages_per_channel_state(channel, link) == 50
    sink = run(link, "rayleigh:block=50,real_positive=1", 10.0, 1_000_000).sink
    # Errors come 50 at a time: a bound of 4.5 standard deviations of the block means.
    rate = rayleigh_bpsk_ber(10.0)
    assert abs(sink.bit_errors() / sink.bits() - rate) < 4.5 * (rate / 20_000) ** 0.5


def test_default_fading_block_is_one_frame() -> None:
    channel = parse_channel("rayleigh")
    odd, even = dlcomm.link("hamming_7_4"), dlcomm.link("qpsk")
    assert link_flowgraph(odd, channel, 1.0).channel.block_length() == 7
    assert link_flowgraph(even, channel, 1.0).channel.block_length() == 1
    assert messages_per_channel_state(channel, odd) == 2
    assert messages_per_channel_state(channel, even) == 1
    assert messages_per_channel_state(parse_channel("awgn"), odd) == 1


def test_bad_values_are_told_in_one_line() -> None:
    link = dlcomm.link("qpsk")
    for ebn0_db in (float("nan"), -float("inf")):
        with pytest.raises((RuntimeError, ValueError)) as error:
            link_flowgraph(link, parse_channel("awgn"), ebn0_db)
        assert len(str(error.value).splitlines()) == 1
