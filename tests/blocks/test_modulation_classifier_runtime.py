# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The modulation classifier at run time: messages, setters, restarts, pace, bad arguments."""

import json
import math
import threading
from pathlib import Path

import numpy as np
import onnx
import pmt
import pytest
from classifier_files import (
    LABELS,
    UNKNOWN,
    WINDOW,
    averaged,
    classifier_metadata,
    decided,
    listen,
    log_probabilities,
    run,
    weights,
    write_classifier,
)
from harness import TIMEOUT, collected, finish, random_samples, sink, source
from model_files import free, write
from onnx import TensorProto, helper

from gnuradio import blocks, dlcomm, gr


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> str:
    """The file of the tests' usual network."""
    return write_classifier(tmp_path_factory.mktemp("model") / "classifier.onnx", weights())


def wait_for(condition) -> None:
    """Poll until something holds, at most `TIMEOUT` seconds."""
    pause = threading.Event()
    assert any(condition() or pause.wait(0.002) for _ in range(int(TIMEOUT / 0.002)))


def wait_for_more(block, count: int) -> None:
    """Wait until a block has decided so many windows more."""
    least = block.decisions() + count
    wait_for(lambda: block.decisions() >= least)


def test_what_the_block_says_of_itself(model):
    block = dlcomm.modulation_classifier_c(model)
    assert block.labels() == LABELS
    assert (block.window(), block.hop(), block.average()) == (WINDOW, WINDOW, 1)
    assert (block.threshold(), block.decisions(), block.unknown()) == (0.0, 0, 0)
    assert (block.model(), block.executor()) == (model, "onnxruntime")
    assert (block.lag(), block.load()) == (0.0, 0.0)
    assert dlcomm.modulation_classifier_c(model, 5).hop() == 5


def test_a_model_is_found_by_name_and_by_folder(model, tmp_path, monkeypatch):
    folder = tmp_path / "amc_of_a_test"
    folder.mkdir()
    (folder / "classifier.onnx").write_bytes(Path(model).read_bytes())
    monkeypatch.setenv("DLCOMM_MODEL_PATH", str(tmp_path))
    for name in ("amc_of_a_test", str(folder), str(folder / "classifier.onnx")):
        block = dlcomm.modulation_classifier_c(name)
        assert block.model() == str(folder / "classifier.onnx")
    assert "amc_of_a_test" in dlcomm.models()
    assert "amc_of_a_test" in dlcomm.models("classifier")
    assert "amc_of_a_test" not in dlcomm.models("decoder")
    with pytest.raises(ValueError, match="role: found 'classifiers', expected one of"):
        dlcomm.models("classifiers")


def test_a_message_tells_of_each_decision(model, rng):
    samples = random_samples(rng, 600)
    samples[96:112] = 0
    block = dlcomm.modulation_classifier_c(model, 12, 2, 0.4)
    decisions, messages = listen(block, samples)
    assert len(messages) == len(decisions.items) > 0
    single = log_probabilities(samples, 12, weights())
    single[8] = np.nan
    expected = averaged(single, 2)
    for index, message in enumerate(messages):
        assert set(message) == {"label", "probability", "offset"}
        item = decisions.items[index]
        assert message["label"] == ("unknown" if item == UNKNOWN else LABELS[item])
        assert message["probability"] == pytest.approx(expected[index].max(), abs=2e-6)
        assert message["offset"] == 12 * index
    assert messages[8]["label"] == "unknown" and messages[8]["probability"] == 0.0
    assert any(0 < m["probability"] < 0.4 and m["label"] == "unknown" for m in messages)


def endless_decisions(block, samples: np.ndarray, meanwhile) -> np.ndarray:
    """Decisions on a stream that goes round at 100,000 samples per second.

    Args:
        block: the classifier.
        samples: one round.
        meanwhile: called once the flowgraph runs, which is stopped when it returns.
    """
    graph = gr.top_block()
    end, throttle = sink(np.uint8), blocks.throttle(gr.sizeof_gr_complex, 100e3)
    graph.connect(source(samples, repeat=True), throttle, block, end)

    def then_stop() -> None:
        meanwhile()
        count = block.decisions()
        wait_for(lambda: len(end.data()) >= count)
        graph.stop()

    finish(graph, 500, meanwhile=then_stop)
    return collected(end, np.uint8).items


def rounds(samples: np.ndarray, decisions: int, hop: int) -> np.ndarray:
    """As much of a stream that goes round as so many decisions take."""
    return np.resize(samples, (decisions - 1) * hop + WINDOW)


def test_setters_work_between_two_decisions(model, rng):
    """All that is decided before the change is as before, and all after it as after it."""
    samples = random_samples(rng, 10_007)
    block = dlcomm.modulation_classifier_c(model)

    def change() -> None:
        wait_for_more(block, 500)
        block.set_threshold(0.9)
        wait_for_more(block, 500)
        block.set_threshold(0.0)
        block.set_average(3)
        assert (block.threshold(), block.average()) == (0.0, 3)
        wait_for_more(block, 500)

    items = endless_decisions(block, samples, change)
    single = log_probabilities(rounds(samples, len(items), WINDOW), 0, weights())
    early, two, late = (decided(averaged(single, average)) for average in (1, 2, 3))
    strict = decided(averaged(single, 1), 0.9)
    first = int(np.argmax(items != early))  # the first decision under a threshold
    last = len(items) - int(np.argmax((items != late)[::-1]))  # where the average is full
    assert 500 <= first < first + 400 < last < len(items) - 100
    np.testing.assert_array_equal(items[:first], early[:first])
    np.testing.assert_array_equal(items[first : first + 400], strict[first : first + 400])
    np.testing.assert_array_equal(items[last:], late[last:])
    assert np.all((items == early) | (items == strict) | (items == two) | (items == late))


def test_averaging_begins_anew_when_it_changes(model, rng):
    """What was averaged before does not count, and no truth reaches back to it."""
    samples = random_samples(rng, 10 * WINDOW)
    block = dlcomm.modulation_classifier_c(model, 0, 4)
    run(block, samples)
    block.set_average(2)
    decisions, probabilities = run(block, samples)
    expected = averaged(log_probabilities(samples, 0, weights()), 2)
    np.testing.assert_allclose(probabilities, expected, atol=2e-6)
    np.testing.assert_array_equal(decisions.items, decided(expected))


def test_a_model_is_replaced_while_the_stream_runs(model, tmp_path, rng):
    """Every decision is the one or the other network's, and none is lost."""
    other = write_classifier(tmp_path / "other.onnx", weights(2))
    samples = random_samples(rng, 64_000)
    block = dlcomm.modulation_classifier_c(model)
    graph = gr.top_block()
    end = sink(np.uint8)
    graph.connect(source(samples), block, end)

    def swap() -> None:
        for turn in range(40):
            block.set_model((other, model)[turn % 2])
            assert block.model() == (other, model)[turn % 2]

    finish(graph, 8, meanwhile=swap)
    items = collected(end, np.uint8).items
    choices = [
        decided(averaged(log_probabilities(samples, 0, weights(seed)), 1)) for seed in (1, 2)
    ]
    assert len(items) == 4000
    assert np.all((items == choices[0]) | (items == choices[1]))
    assert (items == choices[0]).sum() > 100


def test_a_model_that_does_not_fit_leaves_the_old_one(model, tmp_path):
    window = write_classifier(tmp_path / "window.onnx", weights(window=8))
    names = write_classifier(tmp_path / "names.onnx", weights(), [*LABELS[:4], "GFSK"])
    fewer = write_classifier(tmp_path / "fewer.onnx", weights(classes=4), LABELS[:4])
    more = write_classifier(tmp_path / "more.onnx", weights(classes=6), [*LABELS, "GFSK"])
    block = dlcomm.modulation_classifier_c(model)
    for file, problem in (
        (window, "window is 8, expected 16"),
        (names, "label 4 is 'GFSK', expected 'noise'"),
        (fewer, "label 4 is none, expected 'noise'"),
        (more, "label 5 is 'GFSK', expected none"),
        ("no_such_model", "no shipped classifier of this name"),
    ):
        with pytest.raises(RuntimeError, match=problem) as error:
            block.set_model(file)
        assert str(error.value).startswith("modulation_classifier_c: ")
        assert "\n" not in str(error.value)
        assert not dlcomm.try_set_model(block, file)
        assert block.model() == model


@pytest.mark.parametrize(("arguments", "problem"), [
    ({"hop": -1}, "hop is -1, expected 0 or more"),
    ({"average": 0}, "average is 0, expected 1 to 1024"),
    ({"average": 1025}, "average is 1025, expected 1 to 1024"),
    ({"threshold": -0.1}, "threshold is -0.1.*, expected 0 to 1"),
    ({"threshold": 1.1}, "threshold is 1.1.*, expected 0 to 1"),
    ({"threshold": math.nan}, "threshold is nan, expected 0 to 1"),
    ({"max_batch": 0}, "max_batch is 0, expected 1 to 1024"),
    ({"max_batch": 1025}, "max_batch is 1025, expected 1 to 1024"),
    ({"sample_rate": -1.0}, "sample_rate is -1.*, expected 0 or a rate"),
    ({"sample_rate": math.inf}, "sample_rate is inf, expected 0 or a rate"),
])
def test_bad_arguments_are_named(model, arguments, problem):
    with pytest.raises(ValueError, match=f"^modulation_classifier_c: {problem}") as error:
        dlcomm.modulation_classifier_c(model, **arguments)
    assert "\n" not in str(error.value)


def test_bad_settings_change_nothing(model):
    block = dlcomm.modulation_classifier_c(model, average=2, threshold=0.5)
    for setter, value in (
        (block.set_average, 0), (block.set_average, 1025),
        (block.set_threshold, 1.5), (block.set_threshold, math.nan),
    ):
        with pytest.raises(ValueError, match="expected"):
            setter(value)
    assert (block.average(), block.threshold()) == (2, 0.5)


@pytest.mark.parametrize(("key", "text", "problem"), [
    ("labels", None, "metadata key dlcomm.labels is missing"),
    ("labels", "[]", "dlcomm.labels is a list of 0, expected at least two labels"),
    ("labels", "BPSK", "dlcomm.labels is not JSON"),
    ("labels", json.dumps(LABELS[:3]), r"output 'logits' is \[batch, 5\], expected"),
    ("window", None, "metadata key dlcomm.window is missing"),
    ("window", "17", r"input 'iq' is \[batch, 16, 2\], expected \[batch, 17, 2\]"),
    ("role", "decoder", "dlcomm.role is 'decoder', expected 'classifier'"),
])
def test_files_that_break_the_contract(model, tmp_path, key, text, problem):
    broken = onnx.load(model)
    entry = next(prop for prop in broken.metadata_props if prop.key == f"dlcomm.{key}")
    broken.metadata_props.remove(entry)
    if text is not None:
        broken.metadata_props.add(key=f"dlcomm.{key}", value=text)
    onnx.save(broken, tmp_path / "broken.onnx")
    with pytest.raises(RuntimeError, match=problem) as error:
        dlcomm.modulation_classifier_c(str(tmp_path / "broken.onnx"))
    assert str(error.value).startswith("modulation_classifier_c: ")
    assert "\n" not in str(error.value) and "broken.onnx" in str(error.value)


def test_more_than_255_labels_are_refused(tmp_path):
    labels = [str(index) for index in range(256)]
    path = write_classifier(tmp_path / "classifier.onnx", weights(classes=256), labels)
    with pytest.raises(RuntimeError, match="dlcomm.labels is a list of 256, expected at most"):
        dlcomm.modulation_classifier_c(path)


@pytest.mark.parametrize("hop", [5, 1000])
def test_a_flowgraph_that_starts_again_begins_a_new_stream(model, hop, rng):
    """No window, gap, average or truth of the first run reaches into the second."""
    samples = random_samples(rng, 1234)
    block = dlcomm.modulation_classifier_c(model, hop, 3)
    graph = gr.top_block()
    begin, end = source(samples, [(7, "truth", "a")]), sink(np.uint8)
    graph.connect(begin, block, end)
    outcomes = []
    for _ in range(3):
        end.reset()
        finish(graph)
        begin.rewind()
        outcomes.append(collected(end, np.uint8))
    expected = averaged(log_probabilities(samples, hop, weights()), 3)
    for outcome in outcomes:
        np.testing.assert_array_equal(outcome.items, decided(expected))
        assert outcome.tags == outcomes[0].tags
    assert block.decisions() == 3 * len(expected)


def test_start_of_a_graph_that_goes_on_keeps_the_stream(model, rng):
    """After lock() and unlock() the scheduler calls start() on blocks that go on.

    It is called directly here, as a real reconfiguration may drop what waits in buffers.
    """
    samples = random_samples(rng, 10_007)
    block = dlcomm.modulation_classifier_c(model, 150, 4)

    def start_again() -> None:
        for _ in range(10):
            wait_for_more(block, 5)
            assert block.start()

    items = endless_decisions(block, samples, start_again)
    single = log_probabilities(rounds(samples, len(items), 150), 150, weights())
    assert len(items) > 50
    np.testing.assert_array_equal(items, decided(averaged(single, 4)))


def test_a_stream_in_real_time_is_kept_up_with(model, rng):
    samples = random_samples(rng, 100_000)
    block = dlcomm.modulation_classifier_c(model, sample_rate=100e3)
    graph = gr.top_block()
    throttle = blocks.throttle(gr.sizeof_gr_complex, 100e3)
    graph.connect(source(samples, repeat=True), throttle, block, sink(np.uint8))

    def look() -> None:
        wait_for(lambda: block.decisions() > 10_000)
        # 1.6 s of samples. Where the machine was busy meanwhile, it makes up for that.
        wait_for(lambda: block.lag() < 0.1)
        assert 0.0 < block.load() < 1.0
        graph.stop()

    finish(graph, meanwhile=look)


def test_a_stream_that_is_too_fast_lags_and_says_so_once(model, rng, capfd):
    """Samples that come at 1e6 per second, and are said to come at 1e9."""
    block = dlcomm.modulation_classifier_c(model, sample_rate=1e9)
    graph = gr.top_block()
    throttle, receiver = blocks.throttle(gr.sizeof_gr_complex, 1e6), blocks.message_debug()
    begin = source(random_samples(rng, 10_000), repeat=True)
    graph.connect(begin, throttle, block, sink(np.uint8))
    graph.msg_connect(block, "status", receiver, "store")

    def look() -> None:
        wait_for(lambda: block.lag() > 1.2 and receiver.num_messages() >= 3)
        graph.stop()

    finish(graph, meanwhile=look)
    assert capfd.readouterr().out.count(" s behind a stream of 1e+09 samples/s") == 1
    statuses = [pmt.to_python(receiver.get_message(index)) for index in range(3)]
    for earlier, later in zip(statuses[:-1], statuses[1:], strict=True):
        assert set(later) == {"lag", "load", "decisions", "unknown"}
        assert later["decisions"] > earlier["decisions"]
        assert later["lag"] - earlier["lag"] > 0.4  # of half a second or more
        assert 0.0 <= later["load"] <= 1.0


def test_what_a_radio_lost_is_no_lag(model, rng):
    """Half a second of samples that are said to come at 1e9 per second."""
    samples = random_samples(rng, 50_000)
    lags = []
    for later in (0, 100):
        tags = [
            (0, "rx_time", (5, 0.5)), (0, "rx_rate", 1e9),
            (40_000, "rx_time", (5 + later, 0.5 + 40_000 / 1e9)),
        ]
        block = dlcomm.modulation_classifier_c(model, sample_rate=1e9)
        graph = gr.top_block()
        throttle = blocks.throttle(gr.sizeof_gr_complex, 100e3)
        graph.connect(source(samples, tags), throttle, block, sink(np.uint8))
        finish(graph, 1000)
        lags.append(block.lag())
    assert lags[0] > 0.3 and lags[1] == 0.0


def test_a_network_that_fails_ends_the_flowgraph(tmp_path, rng, capfd):
    """It looks the input's largest value up in a table of one hundred."""
    path = write(
        tmp_path / "classifier.onnx",
        [
            helper.make_node("Flatten", ["iq"], ["flat"]),
            helper.make_node("ReduceMax", ["flat"], ["largest"], axes=[1], keepdims=1),
            helper.make_node("Cast", ["largest"], ["place"], to=TensorProto.INT64),
            helper.make_node("Gather", ["table", "place"], ["found"]),
            helper.make_node("Gemm", ["flat", "w"], ["product"], transB=1),
            helper.make_node("Add", ["product", "found"], ["logits"]),
        ],
        [free("iq", TensorProto.FLOAT, WINDOW, 2)],
        free("logits", TensorProto.FLOAT, len(LABELS)),
        {"w": weights(), "table": np.zeros(100, np.float32)},
        classifier_metadata(LABELS, WINDOW),
    )
    samples = random_samples(rng, 10 * WINDOW)
    samples[5 * WINDOW] = 1000
    decisions, _ = run(dlcomm.modulation_classifier_c(path, max_batch=1), samples)
    expected = averaged(log_probabilities(samples, 0, weights()), 1)
    np.testing.assert_array_equal(decisions.items, decided(expected)[:5])
    said = capfd.readouterr().out
    assert "ONNX Runtime fails to run it" in said and "the flowgraph ends here" in said
