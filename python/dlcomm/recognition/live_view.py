# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Confusion matrix and accuracy over SNR, live, in a Qt flowgraph. Needs PyQt5."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from PyQt5 import QtCore, QtWidgets

# Matplotlib takes the Qt that is imported already: the one of GNU Radio's own widgets.
from matplotlib.backends.backend_qtagg import FigureCanvasQTAgg  # isort: skip

from gnuradio import gr

from ..dlcomm_python import classification_sink_b
from ..measurement.plot import COLOURS
from .accuracy import whole
from .confusion import Confusion
from .picture import draw_matrix, dress_rates, plot_rates

_PERIOD_MS = 1000
"""Time from one look at the counts to the next, at least."""
_DRAWING_SHARE = 0.25
"""Most of the time of Qt's thread that drawing may take: other widgets need it, too."""
_MARGINS = {"left": 0.075, "right": 0.985, "top": 0.93, "bottom": 0.19, "wspace": 0.15}
"""Fixed: to find them anew takes longer than all drawing."""
_ALL, _ABOVE = "all", "0 dB and above"


class ClassificationWidget(QtWidgets.QWidget):
    """Shows what a sink has counted so far.

    It reads the counts about once a second, in Qt's own thread; the flowgraph is not held up.
    The box above chooses which SNR labels the matrix is of.

    Attributes:
        sink: what is shown.
        figure: the picture.
        choice: the box.
        summary: the line above the picture.
    """

    def __init__(
        self, sink: classification_sink_b, parent: QtWidgets.QWidget | None = None
    ) -> None:
        """Make the widget; it begins to read at once."""
        super().__init__(parent)
        self.sink = sink
        self.figure = Figure(figsize=(11.0, 5.0))
        self.figure.subplots_adjust(**_MARGINS)
        self._canvas = FigureCanvasQTAgg(self.figure)
        self._axes = self.figure.subplots(1, 2)
        self.choice = QtWidgets.QComboBox()
        self.choice.addItems([_ALL, _ABOVE])
        self.summary = QtWidgets.QLabel()
        self.summary.setWordWrap(True)
        reset = QtWidgets.QPushButton("Reset")
        bar = QtWidgets.QHBoxLayout()
        for widget in (QtWidgets.QLabel("matrix of SNR labels:"), self.choice):
            bar.addWidget(widget)
        bar.addStretch(1)
        bar.addWidget(reset)
        layout = QtWidgets.QVBoxLayout(self)
        layout.addLayout(bar)
        layout.addWidget(self.summary)
        layout.addWidget(self._canvas, stretch=1)
        self.setMinimumSize(640, 340)

        self._drawn: tuple[int, str] | None = None
        self.choice.currentTextChanged.connect(self.refresh)
        reset.clicked.connect(self.reset)
        self._timer = QtCore.QTimer(self)
        self._timer.timeout.connect(self.refresh)
        self._timer.start(_PERIOD_MS)
        self.refresh()

    def reset(self) -> None:
        """Set the counts to zero."""
        self.sink.reset()
        self.refresh()

    def refresh(self) -> None:
        """Read the counts and draw them, where they have changed."""
        confusion = Confusion.of_sink(self.sink)
        error = self.sink.error()
        if confusion is not None:
            self._offer(confusion.snrs_db)
        state = (0 if confusion is None else confusion.windows, self.choice.currentText())
        if state != self._drawn:
            self._drawn = state
            begin = time.perf_counter()
            self._draw(confusion)
            taken_ms = 1000.0 * (time.perf_counter() - begin)
            self._timer.setInterval(max(_PERIOD_MS, round(taken_ms / _DRAWING_SHARE)))
        if error:
            self.summary.setText(error)

    def _offer(self, snrs_db: Sequence[float]) -> None:
        """Offer every SNR label that has occurred, and keep what is chosen."""
        names = [_ALL, _ABOVE, *(_name(snr) for snr in snrs_db)]
        if names == [self.choice.itemText(i) for i in range(self.choice.count())]:
            return
        chosen = self.choice.currentText()
        blocked = self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.addItems(names)
        self.choice.setCurrentText(chosen if chosen in names else _ALL)
        self.choice.blockSignals(blocked)

    def _draw(self, confusion: Confusion | None) -> None:
        """Draw both panels, and write the summary."""
        self._clear()
        if confusion is not None:
            chosen = self.choice.currentText()
            draw_matrix(self._axes[0], confusion, _chosen(confusion, chosen), chosen)
            plot_rates(self._axes[1], confusion, COLOURS[0])
            overall, peak = confusion.overall(), confusion.peak()
            self.summary.setText(
                f"{confusion.windows:,} decisions, {confusion.right:,} right, "
                f"{confusion.unknown:,} unknown; mean over SNR labels {overall.value:.1%} "
                f"[{overall.low:.1%}, {overall.high:.1%}], best {peak.value:.1%} at "
                f"{_name(peak.snr_db)}"
            )
        else:
            self.summary.setText("no decisions under a known truth yet")
        self._canvas.draw()

    def _clear(self) -> None:
        """Panels without anything counted."""
        for axes in self._axes:
            axes.clear()
        dress_rates(self._axes[1])


class classification_view(gr.hier_block2):  # noqa: N801  (as the blocks of GNU Radio)
    """A sink of decisions that shows what it counts.

    Input 0 has the decisions of `modulation_classifier_c` with truth tags, as
    `classification_sink_b` wants them.

    Attributes:
        sink: what counts.
        widget: what shows it.
    """

    def __init__(
        self,
        labels: Sequence[str],
        max_decisions: int = 0,
        parent: QtWidgets.QWidget | None = None,
    ) -> None:
        """Make the block and its widget; a QApplication must be there.

        Args:
            labels: names of the classes, in the order of the decisions' indices.
            max_decisions: end the flowgraph after so many decisions; 0: no such rule.
            parent: the widget's parent.

        Raises:
            ValueError: the labels cannot be used.
        """
        gr.hier_block2.__init__(
            self,
            "classification_view",
            gr.io_signature(1, 1, gr.sizeof_char),
            gr.io_signature(0, 0, 0),
        )
        self.sink = classification_sink_b(list(labels), max_decisions)
        self.connect(self, self.sink)
        self.widget = ClassificationWidget(self.sink, parent)

    def qwidget(self) -> QtWidgets.QWidget:
        """The widget, as GNU Radio's own Qt sinks give it."""
        return self.widget

    def reset(self) -> None:
        """Set the counts to zero."""
        self.widget.reset()


def _chosen(confusion: Confusion, choice: str) -> np.ndarray:
    """The confusion matrix of what the box says."""
    if choice == _ABOVE:
        return confusion.matrix(0.0)
    for snr in confusion.snrs_db:
        if choice == _name(snr):
            return confusion.matrix(snr, snr)
    return confusion.matrix()


def _name(snr_db: float) -> str:
    """How the box calls an SNR label."""
    return f"{whole(snr_db)} dB"
