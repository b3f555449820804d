# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every GRC block file loads, agrees with the C++ block behind it and makes one."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from gnuradio import dlcomm
from gnuradio.grc.core.schema_checker import BLOCK_SCHEME, Validator

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = sorted((ROOT / "grc").glob("*.block.yml"))
LINK = "variable_dlcomm_link"
NETWORK = str(ROOT / "examples" / "models" / "power_spectrum.onnx")

BLOCKS = [
    "awgn_channel_cc",
    "burst_shaper_c",
    "burst_sync_c",
    "classification_sink_b",
    "error_rate_sink_bb",
    "interference_channel_cc",
    "modulation_classifier_c",
    "neural_decoder_cb",
    "neural_decoder_cf",
    "neural_encoder_bc",
    "neural_pdu_decoder",
    "neural_pdu_encoder",
    "onnx_inference",
    "polynomial_channel_cc",
    "rayleigh_block_fading_channel_cc",
]

# Blocks in Python: their constructor is their own.
PYTHON = [
    "air_channel", "air_truth", "classification_view", "dataset_source", "decision_sink",
    "file_receiver", "file_sender", "modulation_walk_source", "neural_receiver",
    "neural_transmitter", "radio_sink", "radio_source", "signal_front_end",
]

# What a block needs besides its defaults.
NEEDED = {
    "signal_front_end": {"sample_rate": "1e6"},
    "onnx_inference": {
        "model": repr(NETWORK), "type_in": "complex", "vlen_in": "64", "vlen_out": "64",
    },
}


def drop(platform, key: str, **values: str):
    """A flowgraph with one block of this key, as after a drag from the palette."""
    graph = platform.make_flow_graph()
    graph.options_block.params["id"].set_value("test_graph")
    block = graph.new_block(key)
    block.params["id"].set_value("thing")
    for name, value in values.items():
        block.params[name].set_value(value)
    graph.rewrite()
    graph.validate()
    return graph, block


def errors(graph) -> list[str]:
    """What GRC marks red, apart from ports without a connection."""
    texts = [str(message) for _, message in graph.iter_error_messages()]
    return [text for text in texts if text != "Port is not connected."]


def constructor_arguments(name: str) -> list[str]:
    """Names of the arguments of `make` in the public header, in order."""
    header = (ROOT / "include" / "gnuradio" / "dlcomm" / f"{name}.h").read_text()
    arguments = re.search(r"static sptr\s+make\((.*?)\);", header, re.DOTALL)[1]
    return [
        re.search(r"(\w+)$", argument.split("=")[0].strip())[1]
        for argument in arguments.split(",")
    ]


def render(block) -> str:
    """The Python statements that make the block in a generated program."""
    return f"self.{block.name} = {block.templates.render('make')}"


def keywords(block) -> list[str]:
    """Names of the keyword arguments in the block's `make` line."""
    call = ast.parse(render(block)).body[0].value
    assert not call.args
    return [keyword.arg for keyword in call.keywords]


def test_every_block_has_a_file():
    assert [file.name for file in FILES] == sorted(
        [f"dlcomm_{name}.block.yml" for name in [*BLOCKS, *PYTHON, "variable_link"]]
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_file_obeys_the_schema(file):
    checker = Validator(BLOCK_SCHEME)
    assert checker.run(yaml.safe_load(file.read_text())), checker.messages
    assert not checker.messages


@pytest.mark.parametrize("key", [f"dlcomm_{name}" for name in BLOCKS + PYTHON] + [LINK])
def test_block_is_in_the_palette_and_documented(platform, key):
    block = platform.blocks[key]
    assert block.category[0] == "dlcomm"
    assert block.category[1] in ("Links", "Channels", "Measurement", "Inference", "Radio")
    documentation = block.documentation[""]
    assert "Parameters\n" in documentation
    assert "Traps\n" in documentation
    for parameter in block.parameters_data:
        if parameter["id"] in ("id", "alias", "affinity", "minoutbuf", "maxoutbuf", "comment"):
            continue
        label = re.sub(r" \(.*\)$", "", parameter["label"])
        assert label in documentation or label == "N0", f"{key}: {label}"


@pytest.mark.parametrize("name", [name for name in BLOCKS if name not in NEEDED])
def test_block_is_valid_when_dropped(platform, name):
    graph, _ = drop(platform, f"dlcomm_{name}")
    assert errors(graph) == []


def test_link_is_valid_when_dropped(platform):
    graph, _ = drop(platform, LINK)
    assert errors(graph) == []
    assert graph.namespace["thing"] == dlcomm.link("ae_7_4")


@pytest.mark.parametrize("name", BLOCKS)
def test_make_names_the_arguments_of_the_header(platform, name):
    _, block = drop(platform, f"dlcomm_{name}", **NEEDED.get(name, {}))
    assert keywords(block) == constructor_arguments(name)


@pytest.mark.parametrize(("name", "room"), [
    ("air_truth", "recognition.air_truth"),
    ("decision_sink", "recognition.decisions"),
    ("modulation_walk_source", "recognition.walk_source"),
    ("neural_receiver", "radio.neural_receiver"),
    ("neural_transmitter", "radio.neural_transmitter"),
    ("signal_front_end", "recognition.front_end"),
])
def test_python_block_works(platform, name, room):
    graph, block = drop(platform, f"dlcomm_{name}", **NEEDED.get(name, {}))
    assert errors(graph) == []
    made = getattr(importlib.import_module(f"gnuradio.dlcomm.{room}"), name)
    assert keywords(block) == list(inspect.signature(made).parameters)
    namespace = {"self": SimpleNamespace()}
    exec(block.templates.render("imports"), namespace)
    exec(render(block), namespace)
    assert namespace["self"].thing.to_basic_block()
    for callback in block.get_callbacks():
        exec(callback, namespace)


@pytest.mark.parametrize("name", ["radio_source", "radio_sink"])
def test_radio_that_is_not_there_ends_the_program(name, platform):
    graph, block = drop(
        platform, f"dlcomm_{name}", sample_rate="1e6", device='"driver=rtlsdr"'
    )
    assert errors(graph) == []
    namespace = {"self": SimpleNamespace()}
    exec(block.templates.render("imports"), namespace)
    with pytest.raises(SystemExit, match="thing: device driver=rtlsdr: SoapySDR finds none"):
        exec(render(block), namespace)


def test_files_over_radios(platform, tmp_path):
    """A sender and a receiver are made; what cannot be opened ends the program."""
    (tmp_path / "file").write_bytes(b"something")
    for name, file, refusal in (
        ("file_sender", "file", "thing: .*gone: No such file"),
        ("file_receiver", "out", "thing: .*found a folder"),
    ):
        graph, block = drop(platform, f"dlcomm_{name}", file=str(tmp_path / file))
        assert errors(graph) == []
        namespace = {"self": SimpleNamespace()}
        exec(block.templates.render("imports"), namespace)
        exec(render(block), namespace)
        assert namespace["self"].thing.to_basic_block()
        wrong = tmp_path / "gone" if name == "file_sender" else tmp_path
        block.params["file"].set_value(str(wrong))
        block.rewrite()
        with pytest.raises(SystemExit, match=refusal):
            exec(render(block), namespace)


@pytest.mark.parametrize("name", BLOCKS)
def test_make_line_and_callbacks_work(platform, name):
    _, block = drop(platform, f"dlcomm_{name}", **NEEDED.get(name, {}))
    namespace = {"dlcomm": dlcomm, "self": SimpleNamespace()}
    exec(render(block), namespace)
    assert namespace["self"].thing.to_basic_block()
    callbacks = block.get_callbacks()
    assert callbacks
    for callback in callbacks:
        exec(callback, namespace)


@pytest.mark.parametrize("name", [name for name in BLOCKS if name.endswith("channel_cc")])
def test_noise_can_be_given_as_variance(platform, name):
    _, block = drop(platform, f"dlcomm_{name}", noise="n0", n0="0.25")
    namespace = {"dlcomm": dlcomm, "self": SimpleNamespace()}
    exec(render(block), namespace)
    assert namespace["self"].thing.n0() == pytest.approx(0.25)
    assert keywords(block) == constructor_arguments(name)
    assert "self.thing.set_n0(0.25)" in block.get_callbacks()
    assert not any("ebn0" in callback for callback in block.get_callbacks())


@pytest.mark.parametrize("name", BLOCKS)
def test_every_runtime_setter_has_a_callback(platform, name):
    setters = set(re.findall(
        r"virtual void (set_\w+)\(",
        (ROOT / "include" / "gnuradio" / "dlcomm" / f"{name}.h").read_text(),
    ))
    values = NEEDED.get(name, {})
    text = "".join(drop(platform, f"dlcomm_{name}", **values)[1].get_callbacks())
    if "set_n0" in setters:
        text += "".join(drop(platform, f"dlcomm_{name}", noise="n0")[1].get_callbacks())
    for setter in setters:
        assert setter in text or setter == "set_model" and "try_set_model" in text, setter


@pytest.mark.parametrize(("name", "values"), [
    ("awgn_channel_cc", {"ebn0_db": 'float("nan")'}),
    ("awgn_channel_cc", {"bits_per_sample": "0"}),
    ("awgn_channel_cc", {"noise": "n0", "n0": "-1"}),
    ("awgn_channel_cc", {"seed": "-1"}),
    ("awgn_channel_cc", {"stream": "2**32"}),
    ("rayleigh_block_fading_channel_cc", {"block_length": "0"}),
    ("rayleigh_block_fading_channel_cc", {"block_length": "1.5"}),
    ("polynomial_channel_cc", {"coefficients": "[]"}),
    ("polynomial_channel_cc", {"coefficients": "[0] * 33"}),
    ("polynomial_channel_cc", {"coefficients": '[float("inf")]'}),
    ("interference_channel_cc", {"matrix": "[1, 0, 1]"}),
    ("interference_channel_cc", {"matrix": '[1, 0, 0, float("nan")]'}),
    ("classification_sink_b", {"model": "no_such_model"}),
    ("classification_sink_b", {"model": repr(NETWORK)}),
    ("classification_sink_b", {"max_decisions": "-1"}),
    ("classification_view", {"model": "no_such_model"}),
    ("classification_view", {"max_decisions": "1e6"}),
    ("dataset_source", {"folder": ""}),
    ("air_truth", {"settle": "0"}),
    ("decision_sink", {"classes": "1"}),
    ("modulation_walk_source", {"snr_db": "101"}),
    ("modulation_walk_source", {"windows": "0"}),
    ("modulation_walk_source", {"rounds": "-1"}),
    ("modulation_walk_source", {"seed": "-1"}),
    ("modulation_walk_source", {"modulations": "[]"}),
    ("file_receiver", {"sps": "3"}),
    ("file_receiver", {"file": ""}),
    ("file_sender", {"packet_bytes": "0"}),
    ("file_sender", {"file": ""}),
    ("radio_sink", {"sample_rate": "0"}),
    ("radio_sink", {"sample_rate": "1e6", "frequency": "0"}),
    ("radio_source", {"sample_rate": "0"}),
    ("radio_source", {"sample_rate": "1e6", "gain": "'high'"}),
    ("dataset_source", {"seed": "-1"}),
    ("dataset_source", {"order_seed": "0.5"}),
    ("error_rate_sink_bb", {"k": "0"}),
    ("error_rate_sink_bb", {"k": "9"}),
    ("error_rate_sink_bb", {"max_messages": "1e6"}),
    ("error_rate_sink_bb", {"target_block_errors": "-1"}),
    ("error_rate_sink_bb", {"delay": "-65537"}),
    ("error_rate_sink_bb", {"check_interval": "0"}),
    ("neural_encoder_bc", {"model": "no_such_model"}),
    ("neural_decoder_cb", {"model": "no_such_model"}),
    ("neural_decoder_cf", {"model": "no_such_model"}),
    ("neural_decoder_cb", {"csi": "True"}),
    ("neural_decoder_cf", {"csi": "True"}),
    ("neural_decoder_cb", {"model": "qpsk_csi"}),
    ("neural_encoder_bc", {"model": repr(NETWORK)}),
    ("neural_pdu_encoder", {"model": "no_such_model"}),
    ("neural_pdu_encoder", {"code": '"turbo"'}),
    ("neural_pdu_decoder", {"model": "no_such_model"}),
    ("neural_transmitter", {"sps": "3"}),
    ("neural_transmitter", {"amplitude": "0"}),
    ("neural_transmitter", {"code": '"turbo"'}),
    ("neural_receiver", {"model": repr(NETWORK)}),
    ("neural_receiver", {"max_payload_symbols": "65536"}),
    ("neural_receiver", {"threshold": "1"}),
    ("modulation_classifier_c", {"model": "no_such_model"}),
    ("modulation_classifier_c", {"model": repr(NETWORK)}),
    ("modulation_classifier_c", {"hop": "-1"}),
    ("modulation_classifier_c", {"average": "0"}),
    ("modulation_classifier_c", {"average": "1025"}),
    ("modulation_classifier_c", {"threshold": "1.5"}),
    ("modulation_classifier_c", {"threshold": 'float("nan")'}),
    ("modulation_classifier_c", {"max_batch": "0"}),
    ("modulation_classifier_c", {"sample_rate": "-1"}),
    ("onnx_inference", {"model": ""}),
    ("onnx_inference", {"model": repr(NETWORK), "vlen_in": "0"}),
])
def test_bad_parameter_is_marked(platform, name, values):
    graph, _ = drop(platform, f"dlcomm_{name}", **values)
    assert errors(graph) != []


def test_bad_link_is_marked_with_the_reason(platform):
    graph, _ = drop(platform, LINK, model="no_such_model")
    assert any("no_such_model" in text for text in errors(graph))


def test_link_of_two_files_must_agree(platform):
    files = {"source": "files", "encoder_file": dlcomm.model_file("ae_7_4", "encoder")}
    good, _ = drop(
        platform, LINK, **files, decoder_file=dlcomm.model_file("ae_7_4", "decoder")
    )
    assert errors(good) == []
    bad, _ = drop(
        platform, LINK, **files, decoder_file=dlcomm.model_file("bpsk", "decoder")
    )
    assert any("ae_7_4" in text for text in errors(bad))


def test_offered_models_are_the_shipped_ones(platform):
    for key in ("dlcomm_neural_encoder_bc", "dlcomm_neural_decoder_cb",
                "dlcomm_neural_decoder_cf", "dlcomm_neural_pdu_decoder",
                "dlcomm_neural_pdu_encoder", "dlcomm_neural_receiver",
                "dlcomm_neural_transmitter", LINK):
        parameters = {data["id"]: data for data in platform.blocks[key].parameters_data}
        model = parameters["model"]
        assert [ast.literal_eval(option) for option in model["options"]] == (
            model["option_labels"]
        )
        shipped = {path.parent.name for path in (ROOT / "models").glob("*/encoder.onnx")}
        assert set(model["option_labels"]) == shipped


def test_offered_classifiers_are_the_shipped_ones(platform):
    shipped = {path.parent.name for path in (ROOT / "models").glob("*/classifier.onnx")}
    for name in ("modulation_classifier_c", "classification_sink_b", "classification_view"):
        parameters = platform.blocks[f"dlcomm_{name}"].parameters_data
        model = next(data for data in parameters if data["id"] == "model")
        assert [ast.literal_eval(option) for option in model["options"]] == (
            model["option_labels"]
        )
        assert set(model["option_labels"]) == shipped


def test_gain_port_appears_with_models_that_use_gains(platform):
    graph, block = drop(
        platform, "dlcomm_neural_decoder_cb", model="qpsk_csi", csi="True"
    )
    assert errors(graph) == []
    assert [port.name for port in block.active_sinks] == ["symbols", "csi"]
    _, block = drop(platform, "dlcomm_neural_decoder_cb")
    assert [port.name for port in block.active_sinks] == ["symbols"]
