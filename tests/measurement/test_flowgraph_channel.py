# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Flowgraphs from files as channels: found, refused in one line, measured through."""

import re
from pathlib import Path

import pytest
from scipy import stats

from gnuradio import dlcomm
from gnuradio.dlcomm.channel_specs import Flowgraph, parse_channel
from gnuradio.dlcomm.flowgraph_channel.loader import MAX_SEED, load
from gnuradio.dlcomm.flowgraph_channel.probe import FlowgraphError
from gnuradio.dlcomm.flowgraphs import link_flowgraph
from gnuradio.dlcomm.measurement.point import MeasurementError, Point, StopRule, measure
from gnuradio.dlcomm.measurement.theory import bpsk_bler

CHAIN = Path(__file__).resolve().parents[2] / "examples" / "channels" / "amplifier_chain.grc"
USUAL = {"ebn0_db": 6.0, "bits_per_sample": 2.0, "seed": 5}
LEVEL = 1e-5
"""False-alarm rate of every statistical comparison here."""
RULE = StopRule(10**9, 10**9)

HEAD = """
import numpy
from gnuradio import blocks, dlcomm, gr
SAMPLE = gr.sizeof_gr_complex
"""

NOISE = """
class noise(gr.hier_block2):
    def __init__(self, ebn0_db, bits_per_sample, seed=0, delay=0, gain=1.0):
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("noise", stream, stream)
        self.given = ebn0_db, bits_per_sample, seed, delay, gain
        parts = [
            blocks.multiply_const_cc(gain),
            dlcomm.awgn_channel_cc(ebn0_db, bits_per_sample, seed),
            blocks.skiphead(SAMPLE, -delay) if delay < 0 else blocks.delay(SAMPLE, delay),
        ]
        self.connect(self, *parts, self)
"""

OTHER = """
class other(gr.hier_block2):
    def __init__(self):
        super().__init__("other", gr.io_signature({inputs}), gr.io_signature({outputs}))
"""

FAILING = """
class worker(gr.sync_block):
    def __init__(self):
        gr.sync_block.__init__(self, "worker", [numpy.complex64], [numpy.complex64])
        self.left = 200000
    def work(self, input_items, output_items):
        self.left -= len(output_items[0])
        if self.left < 0:
            raise RuntimeError("out of paper")
        output_items[0][:] = input_items[0]
        return len(output_items[0])

class failing(gr.hier_block2):
    def __init__(self):
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("failing", stream, stream)
        self.worker = worker()
        self.connect(self, self.worker, self)
"""

LOSING = """
class passer(gr.basic_block):
    def __init__(self, first, last, again):
        gr.basic_block.__init__(self, "passer", [numpy.complex64], [numpy.complex64])
        self.first, self.last, self.again, self.passed = first, last, again, 0
    def general_work(self, input_items, output_items):
        count = min(len(input_items[0]), max(len(output_items[0]) // 2, 1))
        number = self.passed + numpy.arange(count)
        struck = (number >= self.first) & (number < self.last)
        kept = numpy.repeat(input_items[0][:count], numpy.where(struck, self.again, 1))
        output_items[0][:len(kept)] = kept
        self.passed += count
        self.consume(0, count)
        return len(kept)

class losing(gr.hier_block2):
    def __init__(self, first=300000, last=300001, again=0):
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("losing", stream, stream)
        self.parts = {"passer": passer(first, last, again)}
        self.connect(self, self.parts["passer"], self)
"""

PATHS = """
class paths(gr.hier_block2):
    def __init__(self, seed):
        from gnuradio import channels
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("paths", stream, stream)
        self.connect(self, channels.selective_fading_model(
            8, 0.0005, False, 4.0, seed, (0.0, 3.0), (0.707, 0.707), 8), self)
"""

ENDING = """
class ending(gr.hier_block2):
    def __init__(self):
        stream = gr.io_signature(1, 1, SAMPLE)
        super().__init__("ending", stream, stream)
        self.connect(self, blocks.head(SAMPLE, 200000), self)
"""


@pytest.fixture
def write(tmp_path):
    """Writes a Python file with these parts after the imports and returns its path."""

    def written(*parts: str, name: str = "chain.py") -> str:
        path = tmp_path / name
        path.write_text(HEAD + "\n".join(parts))
        return str(path)

    return written


@pytest.fixture
def redrawn(tmp_path):
    """Writes the example's flowgraph with one text replaced and returns its path."""

    def written(old: str, new: str) -> str:
        text = CHAIN.read_text()
        assert old in text
        path = tmp_path / "redrawn.grc"
        path.write_text(text.replace(old, new))
        return str(path)

    return written


def refused(make, *told: str) -> None:
    """Calling `make` ends in one line that has all these texts."""
    with pytest.raises(ValueError) as error:
        make()
    message = str(error.value)
    assert len(message.splitlines()) == 1
    for text in told:
        assert text in message


@pytest.mark.parametrize(
    ("text", "channel", "canonical"),
    [
        ("flowgraph:a.grc", Flowgraph("a.grc"), "flowgraph:a.grc"),
        ("flowgraph: ../a b/c.py:D ", Flowgraph("../a b/c.py:D"), "flowgraph:../a b/c.py:D"),
        (
            "flowgraph:a.py, z=1.50 ,b=-2,mode = fast",
            Flowgraph("a.py", (("b", -2), ("mode", "fast"), ("z", 1.5))),
            "flowgraph:a.py,b=-2,mode=fast,z=1.5",
        ),
    ],
)
def test_texts(text, channel, canonical):
    assert parse_channel(text) == channel
    assert parse_channel(text).text == canonical
    assert parse_channel(canonical) == channel


@pytest.mark.parametrize(
    "text",
    [
        "flowgraph", "flowgraph:", "flowgraph:.grc", "flowgraph:a.txt", "flowgraph:a.grc:B",
        "flowgraph:a.py:", "flowgraph:a.py:1", "flowgraph:a\nb.grc", "flowgraph:a.grc,",
        "flowgraph:a.grc,b", "flowgraph:a.grc,=1", "flowgraph:a.grc,b=", "flowgraph:a.grc,1=2",
        "flowgraph:a.grc,b=1,b=2", "flowgraph:a.grc,b=nan", "flowgraph:a.grc,b=-inf",
        "flowgraph:a.grc,b=1e30", "flowgraph:a.grc,b=c\nd",
    ],
)
def test_bad_texts(text):
    refused(lambda: parse_channel(text), "channel ", "found ", "expected ")


def test_a_class_in_a_file(write):
    path = write(NOISE)
    for text in (path, f"{path}:noise"):
        found = load(text)
        assert found.parameters == ("ebn0_db", "bits_per_sample", "seed", "delay", "gain")
        assert found.required == ("ebn0_db", "bits_per_sample")
        assert found.make(**USUAL).given == (6.0, 2.0, 6, 0, 1.0)
        assert found.make({"seed": 9, "gain": 2}, **USUAL).given == (6.0, 2.0, 9, 0, 2)


def test_seeds_fit_into_what_blocks_take(write):
    made = load(write(NOISE)).make(ebn0_db=1.0, bits_per_sample=1.0, seed=2**64 - 1)
    assert 1 <= made.given[2] <= MAX_SEED


def test_a_changed_file_is_read_again(write):
    assert "gain" in load(write(NOISE)).parameters
    path = write(NOISE.replace("gain", "loss"))
    assert "loss" in load(path).parameters


def test_a_file_finds_its_neighbours(write, tmp_path):
    (tmp_path / "numbers_beside.py").write_text("GAIN = 0.5\n")
    path = write("from numbers_beside import GAIN", NOISE.replace("gain=1.0", "gain=GAIN"))
    assert load(path).make(**USUAL).given[4] == 0.5
    (tmp_path / "numbers_beside.py").write_text("GAIN = 0.25\n")
    path = write("from numbers_beside import GAIN  ", NOISE.replace("gain=1.0", "gain=GAIN"))
    assert load(path).make(**USUAL).given[4] == 0.25


def test_a_drawn_flowgraph():
    found = load(str(CHAIN))
    assert set(found.parameters) == {
        "ebn0_db", "bits_per_sample", "seed", "backoff_db", "echo_db", "phase_noise_deg",
        "gain_db", "phase_deg",
    }
    assert found.required == ()
    made = found.make({"backoff_db": 7}, **USUAL)
    assert (made.get_ebn0_db(), made.get_backoff_db(), made.get_seed()) == (6.0, 7, 6)


@pytest.mark.parametrize(
    ("parts", "class_name", "told"),
    [
        ([NOISE], ":nois", ["'nois'", "found noise"]),
        ([NOISE, OTHER.format(inputs="1, 1, 8", outputs="1, 1, 8")], "", ["noise, other"]),
        (["x = 1"], "", ["none"]),
        (["import no_such_module"], "", ["ModuleNotFoundError", "no_such_module"]),
        (["def"], "", ["SyntaxError"]),
        (["raise SystemExit(3)"], "", ["SystemExit"]),
    ],
)
def test_a_file_without_the_class_is_refused(write, parts, class_name, told):
    path = write(*parts)
    refused(lambda: load(path + class_name), path, *told)


@pytest.mark.parametrize(
    ("inputs", "outputs", "told"),
    [
        ("2, 2, SAMPLE", "1, 1, SAMPLE", "found 2 inputs"),
        ("1, 1, SAMPLE", "2, 2, SAMPLE", "found 2 outputs"),
        ("1, 1, 4", "1, 1, SAMPLE", "1 inputs of [4] bytes"),
        ("1, 1, SAMPLE", "1, 1, 1", "1 outputs of [1] bytes"),
        ("0, 0, 0", "1, 1, SAMPLE", "found 0 inputs"),
    ],
)
def test_other_ports_are_refused(write, inputs, outputs, told):
    found = load(write(OTHER.format(inputs=inputs, outputs=outputs)))
    refused(lambda: found.make(**USUAL), told, "expected one complex")


def test_other_parameters_are_refused(write):
    found = load(write(NOISE.replace("delay=0", "delay")
                       .replace("seed=0", "seed")
                       .replace("gain=1.0", "gain")))
    refused(lambda: found.make({"delai": 3}, **USUAL), "'delai'", "delay, gain")
    refused(lambda: found.make({"delay": 3}, **USUAL), "'gain' has no value")
    refused(lambda: found.make({"delay": "x", "gain": 1}, **USUAL), "delay='x'", "TypeError")


@pytest.mark.parametrize("name", ["no_such.grc", "no_such.py", "no_such.py:noise"])
def test_a_missing_file_is_refused(tmp_path, name):
    refused(lambda: load(str(tmp_path / name)), "no_such", "No such file")


def test_what_is_no_file_is_refused(tmp_path):
    folder = tmp_path / "folder.grc"
    folder.mkdir()
    refused(lambda: load(str(folder)), "expected a file")
    refused(lambda: load("chain.txt"), "expected FILE.grc")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("generate_options: hb", "generate_options: no_gui", ["'no_gui'", "hierarchical"]),
        ("id: analog_phase_modulator_fc", "id: acme_modulator", ["acme_modulator", "install"]),
        ("sensitivity: '1'", "sensitivity: '1 +'", ["cannot be evaluated"]),
        ("sensitivity: '1'", "sensitivity: no_such_name", ["no_such_name"]),
        ("interp: samples_per_symbol", "interp: no_such_rate", ["no_such_rate"]),
        ("blocks:\n", "blobs:\n", ["no flowgraph"]),
        ("options:\n", "options: [\n", ["no flowgraph"]),
    ],
)
def test_a_bad_drawing_is_refused(redrawn, old, new, told):
    path = redrawn(old, new)
    refused(lambda: load(path), path, *told)


def test_a_drawing_with_widgets_needs_no_window(redrawn):
    path = redrawn("generate_options: hb", "generate_options: hb_qt_gui")
    # What a block with a window of its own would import.
    text, plain = Path(path).read_text(), "imports: import numpy"
    assert plain in text
    Path(path).write_text(text.replace(plain, f"{plain}; from PyQt5 import Qt"))
    assert load(path).make(**USUAL).get_seed() == 6


def test_a_drawing_without_pads_is_refused(redrawn):
    text = "id: pad_source\n"
    path = redrawn(text, "id: blocks_null_source\n")
    refused(lambda: load(path).make(**USUAL), "found 0 inputs")


@pytest.mark.parametrize("model", ["qpsk", "bpsk", "hamming_7_4"])
@pytest.mark.parametrize("delay", [-5, 0, 3])
def test_error_rates_through_a_file_are_those_of_the_block(write, model, delay):
    """Messages stay aligned, also where two share a frame; noise is that of the block."""
    link = dlcomm.link(model)
    channel = parse_channel(f"flowgraph:{write(NOISE)},delay={delay}")
    graph = link_flowgraph(link, channel, 4.0, seed=3, max_messages=100_000)
    assert graph.channel.latency == delay
    graph.run_watched(lambda: True)
    wrong = [graph.sink.block_errors()]
    plain = link_flowgraph(link, parse_channel("awgn"), 4.0, seed=4, max_messages=100_000)
    plain.run_watched(lambda: True)
    wrong.append(plain.sink.block_errors())
    table = [wrong, [100_000 - count for count in wrong]]
    assert stats.chi2_contingency(table, correction=False).pvalue > LEVEL


def test_equal_seeds_give_equal_counts(write):
    text = f"flowgraph:{write(NOISE)},delay=2"

    def counted(seed: int) -> int:
        channel = parse_channel(text)
        graph = link_flowgraph(
            dlcomm.link("qpsk"), channel, 2.0, seed=seed, max_messages=20_000
        )
        graph.run_watched(lambda: True)
        return graph.sink.block_errors()

    assert counted(8) == counted(8) != counted(9)


def test_a_point_is_measured_and_its_text_is_canonical(write):
    text = f"flowgraph: {write(NOISE)} , gain=2.0 , delay = 1"
    channel = parse_channel(text).text
    assert channel.endswith("chain.py,delay=1,gain=2")
    row = measure(Point("qpsk", channel, 0.0, 1), StopRule(500, 10**6))
    # Twice the amplitude: 6.02 dB more.
    rate = bpsk_bler(6.0206, 2)
    assert stats.binomtest(row.block_errors, row.messages, rate).pvalue > LEVEL


def test_a_block_that_fails_ends_the_measurement(write):
    point = Point("qpsk", f"flowgraph:{write(FAILING)}", 4.0, 1)
    with pytest.raises(MeasurementError, match="block worker: RuntimeError: out of paper"):
        measure(point, RULE)


def test_a_failing_block_is_found_in_a_dictionary(write):
    text = LOSING.replace("count = min", "assert self.passed < 200000, 'no ink'; count = min")
    with pytest.raises(MeasurementError, match="block passer: AssertionError: no ink"):
        measure(Point("qpsk", f"flowgraph:{write(FAILING, text)}:losing", 4.0, 1), RULE)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("", "1 samples too early somewhere behind sample 2621.. .*the flowgraph loses"),
        (",last=300900", "900 samples too early .*the flowgraph loses"),
        (",last=300005,again=2", "5 samples too late .*the flowgraph adds"),
        (",first=100000,last=100001", "behind sample 655.. "),
    ],
)
@pytest.mark.parametrize("model", ["qpsk", "hamming_7_4"])
def test_samples_lost_on_the_way_are_named(write, model, settings, told):
    """Nothing behind the loss is counted: the messages before it have no errors."""
    path, counts = write(LOSING), []

    def report(progress) -> bool:
        counts.append(progress.block_errors)
        return True

    with pytest.raises(MeasurementError, match=told) as error:
        measure(Point(model, f"flowgraph:{path}{settings}", 4.0, 1), RULE, report)
    assert f"({path}: " in str(error.value)
    assert not any(counts)


def test_a_loss_behind_the_last_message_counts_nothing(write):
    """65,536 samples are proven before the loss, and no more are needed."""
    settings = "first=100000,last=100001"
    point = Point("qpsk", f"flowgraph:{write(LOSING)},{settings}", 4.0, 1)
    row = measure(point, StopRule(1, 60_000))
    assert (row.messages, row.block_errors) == (60_000, 0)
    with pytest.raises(MeasurementError, match="loses"):
        measure(point, StopRule(1, 70_000))


def test_fading_paths_are_not_a_loss(write):
    row = measure(
        Point("qpsk", f"flowgraph:{write(PATHS)}", 4.0, 1), StopRule(10**9, 5 * 10**6)
    )
    assert row.messages == 5 * 10**6


def test_a_flowgraph_that_ends_by_itself_is_named(write):
    path = write(ENDING)
    with pytest.raises(MeasurementError, match=r"chain\.py: the flowgraph ended by itself"):
        measure(Point("qpsk", f"flowgraph:{path}", 4.0, 1), RULE)


def test_a_flowgraph_that_is_not_connected_is_named(write):
    path = write(OTHER.format(inputs="1, 1, SAMPLE", outputs="1, 1, SAMPLE"))
    with pytest.raises(FlowgraphError, match=r"chain\.py: cannot be run: .*not connected"):
        measure(Point("qpsk", f"flowgraph:{path}", 4.0, 1), RULE)


def test_the_example_in_the_documentation_works(tmp_path):
    """QPSK at 40 dB over the two paths of the text, echo 0.2: no errors."""
    text = (CHAIN.parents[2] / "docs" / "training-through-a-flowgraph.md").read_text()
    code = re.search(r"```python\n(.*?)```", text, re.DOTALL)[1]
    path = tmp_path / "two_paths.py"
    path.write_text(code)
    row = measure(
        Point("qpsk", parse_channel(f"flowgraph:{path},echo=0.2").text, 40.0, 1),
        StopRule(100, 10_000),
    )
    assert (row.block_errors, row.messages) == (0, 10_000)


def test_the_chain_without_distortion_is_a_plain_channel():
    """QPSK through the example's filters has the closed form's error rate, at 4 dB."""
    text = (
        f"flowgraph:{CHAIN},backoff_db=60,echo_db=-200,phase_noise_deg=0,gain_db=0,phase_deg=0"
    )
    row = measure(Point("qpsk", parse_channel(text).text, 4.0, 1), StopRule(2500, 10**6))
    rate = bpsk_bler(4.0, 2)
    assert stats.binomtest(row.block_errors, row.messages, rate).pvalue > LEVEL
