# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The modulation classifier decides as its network does, whatever cuts the stream."""

import threading

import numpy as np
import pmt
import pytest
from classifier_files import (
    LABELS,
    UNKNOWN,
    WINDOW,
    assert_decided,
    averaged,
    begins,
    classifier_metadata,
    decided,
    log_probabilities,
    run,
    weights,
    write_classifier,
)
from harness import TIMEOUT, collected, finish, random_samples, sink, source
from hypothesis import given, settings
from hypothesis import strategies as st
from model_files import free, wheel, write
from onnx import TensorProto, helper

from gnuradio import blocks, dlcomm, gr, pdu


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    """The file of the tests' usual network."""
    return write_classifier(tmp_path_factory.mktemp("model") / "classifier.onnx", weights())


HOPS = st.one_of(st.integers(0, 40), st.sampled_from([WINDOW, 1000, 10_000]))
CUT = st.one_of(st.none(), st.integers(1, 100))


@settings(max_examples=40)
@given(
    hop=HOPS, average=st.integers(1, 9), threshold=st.sampled_from([0.0, 0.4, 0.8]),
    max_batch=st.integers(1, 70), length=st.integers(0, 3000), cut=CUT,
)
def test_decisions_are_the_networks(model, hop, average, threshold, max_batch, length, cut):
    samples = random_samples(np.random.default_rng(length), length)
    block = dlcomm.modulation_classifier_c(model, hop, average, threshold, max_batch)
    decisions, probabilities = run(block, samples, cut=cut)
    expected = averaged(log_probabilities(samples, hop, weights()), average)
    assert_decided(decisions.items, probabilities, expected, threshold)
    assert block.decisions() == len(expected)
    assert block.unknown() == np.sum(decisions.items == UNKNOWN)


@pytest.mark.parametrize("length", [0, 15, 16, 17, 31, 32, 33])
@pytest.mark.parametrize("hop", [3, 16, 100])
def test_the_last_complete_window_is_decided(model, hop, length):
    samples = random_samples(np.random.default_rng(1), length)
    decisions, _ = run(dlcomm.modulation_classifier_c(model, hop), samples)
    assert len(decisions.items) == len(begins(length, hop))


@pytest.mark.parametrize("feed", [1, 7, 100])
def test_pieces_on_the_input_change_nothing(model, feed, rng):
    """The upstream block hands on so many samples at most."""
    samples = random_samples(rng, 2000)
    block = dlcomm.modulation_classifier_c(model, 5, 3)
    graph = gr.top_block()
    pieces, end = blocks.copy(gr.sizeof_gr_complex), sink(np.uint8)
    pieces.set_max_noutput_items(feed)
    graph.connect(source(samples), pieces, block, end)
    finish(graph)
    expected = averaged(log_probabilities(samples, 5, weights()), 3)
    np.testing.assert_array_equal(collected(end, np.uint8).items, decided(expected))


@pytest.mark.parametrize("window", [1, 5000, 50_000])
def test_windows_shorter_and_longer_than_a_buffer(tmp_path, window, rng):
    weight = weights(window=window) / np.float32(window**0.5)
    path = write_classifier(tmp_path / "classifier.onnx", weight)
    samples = random_samples(rng, 3 * window + window // 2)
    for hop in (0, max(1, window // 3), 2 * window):
        block = dlcomm.modulation_classifier_c(path, hop)
        assert block.window() == window
        decisions, probabilities = run(block, samples)
        expected = averaged(log_probabilities(samples, hop, weight), 1)
        np.testing.assert_allclose(probabilities, expected, atol=1e-5)
        np.testing.assert_array_equal(decisions.items, decided(expected))


def test_a_decision_does_not_wait_for_a_batch(model, rng):
    """Each is out as soon as its window is in, however many windows a batch may have."""
    block = dlcomm.modulation_classifier_c(model, max_batch=1024)
    graph = gr.top_block()
    feeder, end = pdu.pdu_to_tagged_stream(gr.types.complex_t), sink(np.uint8)
    graph.connect(feeder, block, end)
    samples = random_samples(rng, 20 * WINDOW)
    pause = threading.Event()
    graph.start()
    for window in range(20):
        piece = samples[window * WINDOW :][:WINDOW]
        feeder.to_basic_block()._post(
            pmt.intern("pdus"), pmt.cons(pmt.PMT_NIL, pmt.init_c32vector(WINDOW, piece))
        )
        waits = range(int(TIMEOUT / 0.001))
        assert any(len(end.data()) > window or pause.wait(0.001) for _ in waits)
        assert len(end.data()) == window + 1
    graph.stop()
    graph.wait()
    expected = averaged(log_probabilities(samples, 0, weights()), 1)
    np.testing.assert_array_equal(end.data(), decided(expected))


def test_silence_and_what_is_not_finite_are_unknown(model, rng):
    windows = random_samples(rng, 12 * WINDOW).reshape(12, WINDOW)
    windows[2] = 0
    windows[5, 3] = complex(np.nan, 0)
    windows[6, 15] = complex(0, -np.inf)
    windows[9] *= np.float32(1e-30)
    windows[10] *= np.float32(1e30)
    samples = windows.ravel()
    block = dlcomm.modulation_classifier_c(model, 0, 2)
    decisions, probabilities = run(block, samples)
    with np.errstate(all="ignore"):
        single = log_probabilities(samples, 0, weights())
    single[[2, 5, 6, 9, 10]] = np.nan
    expected = averaged(single, 2)
    assert_decided(decisions.items, probabilities, expected)
    assert set(decisions.items[[2, 5, 6, 9, 10]]) == {UNKNOWN}
    assert not probabilities[[2, 5, 6, 9, 10]].any()
    assert (block.silent_windows(), block.nonfinite_windows(), block.unknown()) == (2, 3, 5)


def test_a_nan_spoils_the_windows_that_hold_it_alone(model, rng):
    samples = random_samples(rng, 400)
    samples[100] = np.nan
    decisions, _ = run(dlcomm.modulation_classifier_c(model, 3), samples)
    first = begins(400, 3)
    holds = (first <= 100) & (100 < first + WINDOW)
    np.testing.assert_array_equal(decisions.items == UNKNOWN, holds)


def test_the_files_own_normalisation_is_not_doubled(tmp_path, rng):
    """A network that divides by its input's power never sees a power of zero."""
    path = write(
        tmp_path / "classifier.onnx",
        [
            helper.make_node("ReduceSumSquare", ["iq"], ["power"], axes=[1, 2], keepdims=1),
            helper.make_node("Sqrt", ["power"], ["norm"]),
            helper.make_node("Div", ["iq", "norm"], ["unit"]),
            helper.make_node("Flatten", ["unit"], ["flat"]),
            helper.make_node("Gemm", ["flat", "w"], ["logits"], transB=1),
        ],
        [free("iq", TensorProto.FLOAT, WINDOW, 2)],
        free("logits", TensorProto.FLOAT, len(LABELS)),
        {"w": weights()},
        classifier_metadata(LABELS, WINDOW),
    )
    samples = random_samples(rng, 10 * WINDOW)
    samples[3 * WINDOW : 4 * WINDOW] = 0
    decisions, probabilities = run(dlcomm.modulation_classifier_c(path), samples)
    assert decisions.items[3] == UNKNOWN
    rows = samples.view(np.float32).reshape(10, WINDOW, 2)
    good = np.arange(10) != 3
    logits = wheel(path, iq=rows[good]).astype(np.float64)
    expected = np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))
    np.testing.assert_allclose(probabilities[good], expected, atol=2e-6)


def test_255_classes(tmp_path, rng):
    labels = [f"class {index}" for index in range(255)]
    weight = weights(classes=255)
    path = write_classifier(tmp_path / "classifier.onnx", weight, labels)
    samples = random_samples(rng, 3000)
    block = dlcomm.modulation_classifier_c(path)
    assert block.labels() == labels
    decisions, probabilities = run(block, samples)
    expected = averaged(log_probabilities(samples, 0, weight), 1)
    assert_decided(decisions.items, probabilities, expected)
    assert decisions.items.max() > 200
