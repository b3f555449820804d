# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A flowgraph of GNU Radio Companion that measures a classifier and shows it live."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

# Small data sets and classifiers are made by helpers of other folders.
for folder in ("blocks", "dataset"):
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / folder))

from classifier_files import weights, write_classifier  # noqa: E402
from sets import MODULATIONS, WINDOW, random_arrays, write  # noqa: E402

from gnuradio.dlcomm.recognition.measure import measure  # noqa: E402

# What follows a generated program: it shows the window, waits for the count and says it.
WATCH = """
import time
qapp = Qt.QApplication(sys.argv[:1])
top = measured()
top.start()
top.show()
end = time.time() + 60
while top.view.sink.decisions() < {windows} and time.time() < end:
    qapp.processEvents()
top.view.qwidget().refresh()
print(top.view.sink.decisions(), top.view.sink.right(), top.view.qwidget().isVisible())
print(top.view.qwidget().summary.text())
print(top.count.decisions(), top.count.right())
top.stop()
top.wait()
"""


@pytest.fixture
def flowgraph(platform, tmp_path):
    """Source, classifier, view and sink, connected; the data set and the classifier."""
    folder = write(tmp_path / "set", *random_arrays()).folder
    model = write_classifier(
        tmp_path / "classifier.onnx", weights(1, 3, WINDOW), list(MODULATIONS)
    )
    graph = platform.make_flow_graph()
    graph.options_block.params["id"].set_value("measured")
    graph.options_block.params["generate_options"].set_value("qt_gui")
    made = {}
    for name, key, values in (
        ("play", "dataset_source", {"folder": str(folder), "repeat": "False"}),
        ("classify", "modulation_classifier_c", {"model": repr(model)}),
        ("view", "classification_view", {"model": repr(model)}),
        ("count", "classification_sink_b", {"model": repr(model)}),
    ):
        made[name] = graph.new_block(f"dlcomm_{key}")
        made[name].params["id"].set_value(name)
        for parameter, value in values.items():
            made[name].params[parameter].set_value(value)
    graph.rewrite()
    for source, sink in (("play", "classify"), ("classify", "view"), ("classify", "count")):
        graph.connect(made[source].sources[0], made[sink].sinks[0])
    graph.rewrite()
    graph.validate()
    return graph, folder, model


def test_it_is_valid_and_counts_what_the_command_line_counts(
    flowgraph, platform, clean_environment, tmp_path
):
    graph, folder, model = flowgraph
    assert [str(message) for _, message in graph.iter_error_messages()] == []
    generator = platform.Generator(graph, str(tmp_path))
    generator.write()
    expected = measure(model, folder).confusion
    program = Path(generator.file_path)
    text = program.read_text().split("def main(")[0]
    program.write_text(text + WATCH.format(windows=expected.windows))
    result = subprocess.run(
        [sys.executable, str(program)], env=clean_environment, capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    first, summary, second = result.stdout.splitlines()[-3:]
    assert first == f"{expected.windows} {expected.right} True"
    assert summary.startswith(f"{expected.windows} decisions, {expected.right} right")
    assert second == f"{expected.windows} {expected.right}"
