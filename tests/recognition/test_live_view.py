# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The Qt view of what a sink counts."""

from __future__ import annotations

import numpy as np
import pytest
from harness import finish, source
from PyQt5 import QtTest, QtWidgets

from gnuradio import gr
from gnuradio.dlcomm.recognition import live_view
from gnuradio.dlcomm.recognition.live_view import classification_view

LABELS = ["BPSK", "QPSK", "WBFM"]
UNKNOWN = 255
TRUTHS = [
    (0, "truth", {"modulation": "BPSK", "snr_db": -4.0}),
    (4, "truth", {"modulation": "WBFM", "snr_db": 10.0}),
]
DECISIONS = np.array([0, 0, 1, UNKNOWN, 2, 2, 2, 1], np.uint8)


@pytest.fixture(scope="module")
def application():
    """There is one in a process."""
    return QtWidgets.QApplication.instance() or QtWidgets.QApplication([])


@pytest.fixture
def view(application):
    made = classification_view(LABELS)
    yield made
    made.qwidget().close()


def run(view, decisions=DECISIONS, tags=TRUTHS):
    """Run decisions into the view."""
    graph = gr.top_block()
    graph.connect(source(decisions, tags), view)
    finish(graph)
    graph.disconnect_all()


def shares(view) -> np.ndarray:
    """The matrix that is drawn."""
    return np.asarray(view.widget.figure.axes[0].images[0].get_array())


def test_nothing_is_drawn_before_something_is_counted(view):
    widget = view.qwidget()
    assert widget.summary.text() == "no decisions under a known truth yet"
    assert not widget.figure.axes[0].images


def test_it_shows_what_the_sink_counted(view):
    run(view)
    widget = view.qwidget()
    widget.refresh()
    expected = np.array([[2, 1, 0, 1], [0, 0, 0, 0], [0, 1, 3, 0]]) / 4
    np.testing.assert_allclose(shares(view), expected)
    line = widget.figure.axes[1].containers[0][0]
    assert list(line.get_xdata()) == [-4.0, 10.0]
    assert list(line.get_ydata()) == [0.5, 0.75]
    text = widget.summary.text()
    assert text.startswith("8 decisions, 5 right, 1 unknown; mean over SNR labels 62.5%")
    assert text.endswith("best 75.0% at 10 dB")


def test_the_box_chooses_the_labels_of_the_matrix(view):
    run(view)
    widget = view.qwidget()
    widget.refresh()
    choices = [widget.choice.itemText(i) for i in range(widget.choice.count())]
    assert choices == ["all", "0 dB and above", "-4 dB", "10 dB"]
    for choice, matrix in (
        ("-4 dB", [[2, 1, 0, 1], [0, 0, 0, 0], [0, 0, 0, 0]]),
        ("10 dB", [[0, 0, 0], [0, 0, 0], [0, 1, 3]]),
        ("0 dB and above", [[0, 0, 0], [0, 0, 0], [0, 1, 3]]),
    ):
        widget.choice.setCurrentText(choice)
        np.testing.assert_allclose(shares(view), np.array(matrix) / 4)
        assert widget.figure.axes[0].get_title() == choice
    widget.refresh()
    assert widget.choice.currentText() == "0 dB and above"


def test_the_timer_reads_the_counts(application, monkeypatch):
    monkeypatch.setattr(live_view, "_PERIOD_MS", 20)
    view = classification_view(LABELS)
    run(view)
    for _ in range(600):
        QtTest.QTest.qWait(20)
        if view.widget.figure.axes[0].images:
            break
    assert view.widget.summary.text().startswith("8 decisions, 5 right")
    view.qwidget().close()


def test_it_is_drawn_again_only_when_counts_have_changed(view, monkeypatch):
    run(view)
    widget = view.qwidget()
    widget.refresh()
    drawn = []
    monkeypatch.setattr(widget, "_draw", drawn.append)
    widget.refresh()
    assert drawn == []
    run(view)
    widget.refresh()
    assert [confusion.windows for confusion in drawn] == [16]


def test_reset(view):
    run(view)
    view.widget.refresh()
    view.reset()
    assert view.sink.decisions() == 0
    assert view.widget.summary.text() == "no decisions under a known truth yet"
    assert not view.widget.figure.axes[0].images


def test_an_error_is_shown(view):
    run(view, tags=[(0, "truth", {"modulation": "16QAM", "snr_db": 0.0})])
    view.widget.refresh()
    assert "the truth is '16QAM', expected one of the labels BPSK, QPSK, WBFM" in (
        view.widget.summary.text()
    )


def test_it_can_be_grabbed(view, tmp_path):
    run(view)
    view.qwidget().refresh()
    path = tmp_path / "view.png"
    assert view.qwidget().grab().save(str(path))
    assert path.stat().st_size > 5000
