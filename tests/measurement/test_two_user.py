# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A link that is measured while another one sends over the same medium."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper
from scipy import stats

from gnuradio import dlcomm
from gnuradio.dlcomm.channel_specs import Interference, parse_channel
from gnuradio.dlcomm.flowgraphs import LinkFlowgraph, link_flowgraph
from gnuradio.dlcomm.measurement.curves import theory_curves
from gnuradio.dlcomm.measurement.point import Point, StopRule, measure
from gnuradio.dlcomm.measurement.theory import bpsk_ber, db_to_ratio, gaussian_tail

LEVEL = 1e-5
"""False-alarm rate of every statistical comparison here."""

MESSAGES = 200_000


def write_link(folder: Path, codebook: np.ndarray) -> str:
    """Write a link of this codebook [M, n] and the linear receiver for it; its folder."""
    messages, n = codebook.shape
    folder.mkdir()
    metadata = {
        "contract": "1",
        "link": folder.name,
        "n": str(n),
        "k": str(messages.bit_length() - 1),
        "recipe": "{}",
        "measured": "[]",
    }
    kinds = {
        "encoder": ("Gather", ["codebook", "message"], "message", TensorProto.INT64, []),
        "decoder": ("MatMul", ["symbols", "codebook"], "symbols", TensorProto.FLOAT, [n]),
    }
    outputs = {"encoder": ("symbols", n), "decoder": ("logits", messages)}
    for role, (operator, inputs, source, kind, shape) in kinds.items():
        target, width = outputs[role]
        words = codebook if role == "encoder" else codebook.T
        graph = helper.make_graph(
            [helper.make_node(operator, inputs, [target])],
            role,
            [helper.make_tensor_value_info(source, kind, ["b", *shape])],
            [helper.make_tensor_value_info(target, TensorProto.FLOAT, ["b", width])],
            [numpy_helper.from_array(np.ascontiguousarray(words, np.float32), "codebook")],
        )
        opsets = [helper.make_opsetid("", 17)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
        for key, value in (metadata | {"role": role}).items():
            model.metadata_props.add(key=f"dlcomm.{key}", value=value)
        onnx.save(model, folder / f"{role}.onnx")
    return str(folder)


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Two users with one bit each, on the one and on the other rail of a sample."""
    folder = tmp_path_factory.mktemp("users")
    signs = np.array([[1.0], [-1.0]])
    first = write_link(folder / "first", signs * [1.0, 0.0])
    return first, write_link(folder / "second", signs * [0.0, 1.0])


def run(model: str, other: str, ebn0_db: float, seed: int = 1) -> LinkFlowgraph:
    """Measure `model` beside `other` over `MESSAGES` messages."""
    flowgraph = link_flowgraph(
        dlcomm.link(model),
        parse_channel(f"interference:{other}"),
        ebn0_db,
        seed=seed,
        max_messages=MESSAGES,
    )
    flowgraph.run_watched(lambda: True)
    assert flowgraph.sink.messages() == MESSAGES
    return flowgraph


def test_the_text() -> None:
    channel = parse_channel("interference: some_user ")
    assert channel == Interference("some_user")
    assert channel.text == "interference:some_user"
    assert parse_channel(channel.text) == channel
    assert "some_user" in channel.title
    assert theory_curves(channel, [dlcomm.link("qpsk")]) == []


@pytest.mark.parametrize("model", ["", ":", ": ", ":a\nb"])
def test_bad_texts(model: str) -> None:
    with pytest.raises(ValueError, match=r"^channel .*: found .*, expected a model"):
        parse_channel("interference" + model)


def test_orthogonal_users_do_not_notice_each_other(users: tuple[str, str]) -> None:
    for measured, other in (users, users[::-1]):
        sink = run(measured, other, 4.0).sink
        assert stats.binomtest(sink.block_errors(), MESSAGES, bpsk_ber(4.0)).pvalue > LEVEL


@pytest.mark.parametrize("model", ["bpsk", "qpsk"])
def test_users_of_one_constellation_collide(model: str) -> None:
    """Where both signs differ, noise decides; else the distance is twice that of BPSK.

    So the messages of the two users are independent, too.
    """
    sink = run(model, model, 2.0).sink
    bit = 0.25 + 0.5 * gaussian_tail(2.0 * np.sqrt(2.0 * db_to_ratio(2.0)))
    block = 1.0 - (1.0 - bit) ** dlcomm.link(model).k
    assert stats.binomtest(sink.block_errors(), MESSAGES, float(block)).pvalue > LEVEL


def test_the_noise_is_set_by_the_measured_user(users: tuple[str, str]) -> None:
    """A user of two bits beside one of one bit: half the energy per bit, half the noise."""
    medium = run("qpsk", users[0], 3.0).channel.medium
    assert medium.ebn0_db() == pytest.approx(3.0)
    assert medium.n0() == pytest.approx(1.0 / (2.0 * db_to_ratio(3.0)))
    assert medium.matrix() == [1.0] * 4


def test_the_seed_decides_the_counts() -> None:
    first, again, other = (run("qpsk", "qpsk", 4.0, seed).sink for seed in (8, 8, 9))
    assert first.bit_errors() == again.bit_errors() != other.bit_errors()


def test_a_point_of_a_curve(users: tuple[str, str]) -> None:
    point = Point(users[0], f"interference:{users[1]}", 2.0, 1)
    row = measure(point, StopRule(min_errors=300, max_messages=MESSAGES))
    assert row is not None
    assert row.channel == point.channel
    assert stats.binomtest(row.block_errors, row.messages, bpsk_ber(2.0)).pvalue > LEVEL


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("hamming_7_4", "model 'hamming_7_4': n is 7, expected 2 as of model 'qpsk'"),
        ("no_such_model", "no_such_model"),
    ],
)
def test_a_user_that_does_not_fit_is_told_in_one_line(other: str, expected: str) -> None:
    with pytest.raises((RuntimeError, ValueError), match=expected) as error:
        link_flowgraph(dlcomm.link("qpsk"), parse_channel(f"interference:{other}"), 4.0)
    assert len(str(error.value).splitlines()) == 1
