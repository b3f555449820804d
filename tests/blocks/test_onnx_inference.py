# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""onnx_inference: any network, vector in, vector out, on float and on complex ports."""

import numpy as np
import pytest
from harness import collected, finish, items_through, sink, source
from hypothesis import given, settings
from hypothesis import strategies as st
from model_files import wheel, write_network

from gnuradio import dlcomm, gr

INS, OUTS = 12, 6


@pytest.fixture(scope="module")
def weight():
    return np.random.default_rng(4).standard_normal((OUTS, INS)).astype(np.float32)


@pytest.fixture(scope="module")
def network(weight, tmp_path_factory):
    return write_network(tmp_path_factory.mktemp("network") / "net.onnx", weight, (3, 4))


@pytest.fixture
def rows(rng):
    return rng.standard_normal((3000, INS)).astype(np.float32)


def expected(network: str, rows: np.ndarray) -> np.ndarray:
    return wheel(network, x=rows.reshape(-1, 3, 4))


def test_float_ports(network, rows):
    block = dlcomm.onnx_inference(network)
    assert (block.vlen_in(), block.vlen_out()) == (INS, OUTS)
    assert block.model() == network
    got = items_through(block, rows, out=np.float32, vlen_out=OUTS)
    np.testing.assert_allclose(got, expected(network, rows), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("complex_in", [False, True])
@pytest.mark.parametrize("complex_out", [False, True])
def test_complex_ports_alternate_real_and_imaginary(network, rows, complex_in, complex_out):
    block = dlcomm.onnx_inference(network, complex_in, complex_out)
    assert block.vlen_in() == (INS // 2 if complex_in else INS)
    assert block.vlen_out() == (OUTS // 2 if complex_out else OUTS)
    got = items_through(
        block,
        rows.view(np.complex64) if complex_in else rows,
        out=np.complex64 if complex_out else np.float32,
        vlen_out=block.vlen_out(),
    )
    np.testing.assert_allclose(
        got.view(np.float32), expected(network, rows), rtol=1e-6, atol=1e-6
    )


@settings(max_examples=25)
@given(chunk=st.integers(1, 300), count=st.integers(0, 700))
def test_a_row_does_not_depend_on_its_batch(network, chunk, count):
    rows = np.random.default_rng(chunk).standard_normal((count, INS)).astype(np.float32)
    got = items_through(
        dlcomm.onnx_inference(network),
        rows,
        out=np.float32,
        vlen_out=OUTS,
        max_noutput_items=chunk,
    )
    assert got.shape == (count, OUTS)
    if count:
        alone = np.concatenate([expected(network, row) for row in rows[:50, None]])
        np.testing.assert_allclose(got[:50], alone, rtol=1e-6, atol=1e-6)
        np.testing.assert_allclose(got, expected(network, rows), rtol=1e-6, atol=1e-6)


def test_nan_stays_in_its_row(network, rows):
    clean = items_through(dlcomm.onnx_inference(network), rows, out=np.float32, vlen_out=OUTS)
    rows[7::10, 3] = np.nan
    got = items_through(dlcomm.onnx_inference(network), rows, out=np.float32, vlen_out=OUTS)
    bad = np.arange(len(rows)) % 10 == 7
    assert np.isnan(got[bad]).all()
    np.testing.assert_array_equal(got[~bad], clean[~bad])


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({"vlen_in": 5}, "input row is 12 items long, expected 5"),
        ({"vlen_out": 12}, "output row is 6 items long, expected 12"),
        ({"vlen_in": 12, "complex_in": True}, "input row is 6 items long, expected 12"),
        ({"vlen_out": 6, "complex_out": True}, "output row is 3 items long, expected 6"),
    ],
)
def test_another_vector_length_is_refused(network, arguments, text):
    with pytest.raises(RuntimeError, match=text) as error:
        dlcomm.onnx_inference(network, **arguments)
    assert network in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("shape", [(2, 3), (3, 2)])
def test_an_odd_row_on_a_complex_port_is_refused(shape, tmp_path):
    path = write_network(tmp_path / "odd.onnx", np.ones(shape, np.float32), (shape[1],))
    port = "input" if shape[1] % 2 else "output"
    with pytest.raises(RuntimeError, match=f"{port} row has 3 floats, expected an even number"):
        dlcomm.onnx_inference(path, complex_in=True, complex_out=True)


def test_the_port_takes_vectors_of_this_length_only(network):
    graph = gr.top_block()
    with pytest.raises(ValueError, match="itemsize mismatch"):
        graph.connect(source(np.ones((4, INS + 1), np.float32)), dlcomm.onnx_inference(network))


def test_a_model_can_be_replaced_while_it_runs(network, weight, tmp_path):
    """Every row comes from the one network or from the other, each row once, in order."""
    other = write_network(tmp_path / "other.onnx", -weight, (INS,))
    narrow = write_network(tmp_path / "narrow.onnx", weight[:3], (INS,))
    rows = np.random.default_rng(8).standard_normal((200_000, INS)).astype(np.float32)
    block = dlcomm.onnx_inference(network)
    graph = gr.top_block()
    end = sink(np.float32, OUTS)
    graph.connect(source(rows), block, end)

    def swap() -> None:
        for count in range(100):
            block.set_model((other, network)[count % 2])
            with pytest.raises(RuntimeError, match="output row is 3 items long, expected 6"):
                block.set_model(narrow)

    # tanh is odd, so the other network gives the negative of what this one gives.
    finish(graph, 64, meanwhile=swap)
    got = collected(end, np.float32, OUTS).items
    np.testing.assert_allclose(
        np.abs(got), np.abs(expected(network, rows)), rtol=1e-5, atol=1e-6
    )
    assert block.model() == network
