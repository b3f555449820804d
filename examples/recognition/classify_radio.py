#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Which modulation a radio hears
# Copyright: 2026 gr-dlcomm authors
# Description: Which modulation a radio hears: any that SoapySDR knows.
# GNU Radio version: 3.10.5.1

from packaging.version import Version as StrictVersion

if __name__ == '__main__':
    import ctypes
    import sys
    if sys.platform.startswith('linux'):
        try:
            x11 = ctypes.cdll.LoadLibrary('libX11.so')
            x11.XInitThreads()
        except:
            print("Warning: failed to XInitThreads()")

from PyQt5 import Qt
from gnuradio import eng_notation
from gnuradio import qtgui
from gnuradio.filter import firdes
import sip
from gnuradio import blocks
from gnuradio import dlcomm
from gnuradio import gr
from gnuradio.fft import window
import sys
import signal
from argparse import ArgumentParser
from gnuradio.eng_arg import eng_float, intx
from gnuradio.dlcomm.radio.radio_source import radio_source
from gnuradio.dlcomm.recognition.decisions import decision_sink
from gnuradio.qtgui import Range, RangeWidget
from PyQt5 import QtCore


def snipfcn_check(self):
    try:
        contract = dlcomm.read_contract(dlcomm.model_file(self.model, "classifier"))
    except RuntimeError as reason:
        sys.exit(f"classify_radio: --model: {reason}")
    if contract["role"] != "classifier":
        sys.exit(f"classify_radio: --model: found role {contract['role']!r}, "
                 "expected a classifier")
    for name, value, low, high in (("rate", self.rate, 2 * self.symbol_rate, 1e9),
                                   ("symbol-rate", self.symbol_rate, 1, 1e8),
                                   ("freq", self.freq, 1, 1e12),
                                   ("average", self.average, 1, 1024),
                                   ("seconds", self.seconds, 0, 1e9)):
        if not low <= value <= high:
            sys.exit(f"classify_radio: --{name}: found {value:g}, expected {low:g} to {high:g}")
    try:
        dlcomm.signal_front_end(self.rate, self.symbol_rate, self.centre)
    except ValueError as reason:
        sys.exit(f"classify_radio: {reason}")

def snipfcn_result(self):
    found = self.decisions.decisions()
    print(f"{self.model} on {self.device} at {(self.freq + self.offset) / 1e6:g} MHz: "
          f"{found.total} decisions")
    for index in sorted(range(256), key=lambda i: -found.counts[i]):
        if found.counts[index]:
            name = "unknown" if index == 255 else self.classifier.labels()[index]
            print(f"  {name:10} {found.counts[index] / found.total:6.1%}   mean probability "
                  f"{found.probability_sums[index] / found.counts[index]:.2f}")

def snipfcn_watch(self):
    before = self.decisions.decisions()

    def look():
        """Show what was said since the last look."""
        nonlocal before
        now = self.decisions.decisions()
        counts = now.counts - before.counts
        sums = now.probability_sums - before.probability_sums
        before = now
        if counts.any():
            index = int(counts.argmax())
            name = "unknown" if index == 255 else self.classifier.labels()[index]
            self.set_said(
                f"<span style='font-size:26pt'><b>{name}</b></span> "
                f"in {counts[index] / counts.sum():.0%} of {counts.sum()} windows, "
                f"mean probability {sums[index] / counts[index]:.2f}")
        self.set_state(f"{self.classifier.lag():.2f} s behind, "
                       f"{self.classifier.load():.0%} of a core")

    def update():
        """Look; with a limit, end the program when it is reached."""
        look()
        if self.seconds and self.limit.nitems_written(0) >= int(self.seconds * self.rate):
            timer.stop()
            self.wait()  # for what is still under way
            snippets_main_after_stop(self)
            Qt.QApplication.quit()

    timer = Qt.QTimer(self)
    timer.timeout.connect(update)
    timer.start(200)


def snippets_main_after_start(tb):
    snipfcn_watch(tb)

def snippets_main_after_stop(tb):
    snipfcn_result(tb)

def snippets_init_before_blocks(tb):
    snipfcn_check(tb)

from gnuradio import qtgui

class classify_radio(gr.top_block, Qt.QWidget):

    def __init__(self, antenna="", average=8, centre=200e3, device="driver=rtlsdr", freq=100e6, gain=(-1), model="amc_compact", rate=1e6, seconds=0, symbol_rate=25e3):
        gr.top_block.__init__(self, "Which modulation a radio hears", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("Which modulation a radio hears")
        qtgui.util.check_set_qss()
        try:
            self.setWindowIcon(Qt.QIcon.fromTheme('gnuradio-grc'))
        except:
            pass
        self.top_scroll_layout = Qt.QVBoxLayout()
        self.setLayout(self.top_scroll_layout)
        self.top_scroll = Qt.QScrollArea()
        self.top_scroll.setFrameStyle(Qt.QFrame.NoFrame)
        self.top_scroll_layout.addWidget(self.top_scroll)
        self.top_scroll.setWidgetResizable(True)
        self.top_widget = Qt.QWidget()
        self.top_scroll.setWidget(self.top_widget)
        self.top_layout = Qt.QVBoxLayout(self.top_widget)
        self.top_grid_layout = Qt.QGridLayout()
        self.top_layout.addLayout(self.top_grid_layout)

        self.settings = Qt.QSettings("GNU Radio", "classify_radio")

        try:
            if StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
                self.restoreGeometry(self.settings.value("geometry").toByteArray())
            else:
                self.restoreGeometry(self.settings.value("geometry"))
        except:
            pass

        ##################################################
        # Parameters
        ##################################################
        self.antenna = antenna
        self.average = average
        self.centre = centre
        self.device = device
        self.freq = freq
        self.gain = gain
        self.model = model
        self.rate = rate
        self.seconds = seconds
        self.symbol_rate = symbol_rate

        ##################################################
        # Variables
        ##################################################
        self.state = state = "not known"
        self.said = said = "nothing yet"
        self.offset = offset = centre

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self._offset_range = Range(-rate / 2 + symbol_rate, rate / 2 - symbol_rate, 1e3, centre, 150)
        self._offset_win = RangeWidget(self._offset_range, self.set_offset, "Signal (Hz from the middle)", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._offset_win, 2, 0, 1, 4)
        for r in range(2, 3):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.waterfall = qtgui.waterfall_sink_c(
            1024, #size
            window.WIN_BLACKMAN_hARRIS, #wintype
            freq, #fc
            rate, #bw
            "What the radio hears", #name
            1, #number of inputs
            None # parent
        )
        self.waterfall.set_update_time(0.05)
        self.waterfall.enable_grid(False)
        self.waterfall.enable_axis_labels(True)

        self.waterfall.disable_legend()


        labels = ['', '', '', '', '',
                  '', '', '', '', '']
        colors = [0, 0, 0, 0, 0,
                  0, 0, 0, 0, 0]
        alphas = [1.0, 1.0, 1.0, 1.0, 1.0,
                  1.0, 1.0, 1.0, 1.0, 1.0]

        for i in range(1):
            if len(labels[i]) == 0:
                self.waterfall.set_line_label(i, "Data {0}".format(i))
            else:
                self.waterfall.set_line_label(i, labels[i])
            self.waterfall.set_color_map(i, colors[i])
            self.waterfall.set_line_alpha(i, alphas[i])

        self.waterfall.set_intensity_range(-120, -20)

        self._waterfall_win = sip.wrapinstance(self.waterfall.qwidget(), Qt.QWidget)

        self.top_grid_layout.addWidget(self._waterfall_win, 3, 0, 9, 4)
        for r in range(3, 12):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self._state_tool_bar = Qt.QToolBar(self)

        if None:
            self._state_formatter = None
        else:
            self._state_formatter = lambda x: str(x)

        self._state_tool_bar.addWidget(Qt.QLabel("Classifier: "))
        self._state_label = Qt.QLabel(str(self._state_formatter(self.state)))
        self._state_tool_bar.addWidget(self._state_label)
        self.top_grid_layout.addWidget(self._state_tool_bar, 2, 4, 1, 2)
        for r in range(2, 3):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(4, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self._said_tool_bar = Qt.QToolBar(self)

        if None:
            self._said_formatter = None
        else:
            self._said_formatter = lambda x: str(x)

        self._said_tool_bar.addWidget(Qt.QLabel("Said: "))
        self._said_label = Qt.QLabel(str(self._said_formatter(self.said)))
        self._said_tool_bar.addWidget(self._said_label)
        self.top_grid_layout.addWidget(self._said_tool_bar, 0, 0, 2, 4)
        for r in range(0, 2):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.radio = None
        try:
            self.radio = radio_source(
                device=device, sample_rate=rate, frequency=freq,
                gain=gain if gain >= 0 else None, antenna=antenna)
        except RuntimeError as _reason:
            sys.exit(f"radio: {_reason}")
        self.plane = qtgui.const_sink_c(
            256, #size
            "The signal", #name
            1, #number of inputs
            None # parent
        )
        self.plane.set_update_time(0.2)
        self.plane.set_y_axis((-3), 3)
        self.plane.set_x_axis((-3), 3)
        self.plane.set_trigger_mode(qtgui.TRIG_MODE_FREE, qtgui.TRIG_SLOPE_POS, 0.0, 0, "")
        self.plane.enable_autoscale(False)
        self.plane.enable_grid(True)
        self.plane.enable_axis_labels(True)

        self.plane.disable_legend()

        labels = ["samples", '', '', '', '',
            '', '', '', '', '']
        widths = [1, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        colors = ["blue", "red", "red", "red", "red",
            "red", "red", "red", "red", "red"]
        styles = [1, 0, 0, 0, 0,
            0, 0, 0, 0, 0]
        markers = [-1, 0, 0, 0, 0,
            0, 0, 0, 0, 0]
        alphas = [0.8, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0, 1.0]

        for i in range(1):
            if len(labels[i]) == 0:
                self.plane.set_line_label(i, "Data {0}".format(i))
            else:
                self.plane.set_line_label(i, labels[i])
            self.plane.set_line_width(i, widths[i])
            self.plane.set_line_color(i, colors[i])
            self.plane.set_line_style(i, styles[i])
            self.plane.set_line_marker(i, markers[i])
            self.plane.set_line_alpha(i, alphas[i])

        self._plane_win = sip.wrapinstance(self.plane.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._plane_win, 3, 4, 9, 2)
        for r in range(3, 12):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(4, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.limit = blocks.head(gr.sizeof_gr_complex*1, (int(seconds * rate) or 2**62))
        self.front_end = dlcomm.signal_front_end(sample_rate=rate, symbol_rate=symbol_rate, centre=offset, bandwidth=0, remove_dc=False, normalise=True)
        self.decisions = decision_sink(classes=len(dlcomm.read_contract(dlcomm.model_file(model, "classifier"))["labels"]))
        self.classifier = dlcomm.modulation_classifier_c(model=model, hop=0, average=average, threshold=0.0, max_batch=64, sample_rate=(8 * symbol_rate))


        ##################################################
        # Connections
        ##################################################
        self.connect((self.classifier, 1), (self.decisions, 1))
        self.connect((self.classifier, 0), (self.decisions, 0))
        self.connect((self.front_end, 0), (self.classifier, 0))
        self.connect((self.front_end, 0), (self.plane, 0))
        self.connect((self.limit, 0), (self.front_end, 0))
        self.connect((self.limit, 0), (self.waterfall, 0))
        self.connect((self.radio, 0), (self.limit, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "classify_radio")
        self.settings.setValue("geometry", self.saveGeometry())
        self.stop()
        self.wait()
        snippets_main_after_stop(self)
        event.accept()

    def get_antenna(self):
        return self.antenna

    def set_antenna(self, antenna):
        self.antenna = antenna

    def get_average(self):
        return self.average

    def set_average(self, average):
        self.average = average
        self.classifier.set_average(self.average)

    def get_centre(self):
        return self.centre

    def set_centre(self, centre):
        self.centre = centre
        self.set_offset(self.centre)

    def get_device(self):
        return self.device

    def set_device(self, device):
        self.device = device

    def get_freq(self):
        return self.freq

    def set_freq(self, freq):
        self.freq = freq
        self.radio.set_frequency(self.freq)
        self.waterfall.set_frequency_range(self.freq, self.rate)

    def get_gain(self):
        return self.gain

    def set_gain(self, gain):
        self.gain = gain
        self.radio.set_gain(self.gain if self.gain >= 0 else None)

    def get_model(self):
        return self.model

    def set_model(self, model):
        self.model = model
        dlcomm.try_set_model(self.classifier, self.model)

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate
        self.limit.set_length((int(self.seconds * self.rate) or 2**62))
        self.waterfall.set_frequency_range(self.freq, self.rate)

    def get_seconds(self):
        return self.seconds

    def set_seconds(self, seconds):
        self.seconds = seconds
        self.limit.set_length((int(self.seconds * self.rate) or 2**62))

    def get_symbol_rate(self):
        return self.symbol_rate

    def set_symbol_rate(self, symbol_rate):
        self.symbol_rate = symbol_rate

    def get_state(self):
        return self.state

    def set_state(self, state):
        self.state = state
        Qt.QMetaObject.invokeMethod(self._state_label, "setText", Qt.Q_ARG("QString", str(self._state_formatter(self.state))))

    def get_said(self):
        return self.said

    def set_said(self, said):
        self.said = said
        Qt.QMetaObject.invokeMethod(self._said_label, "setText", Qt.Q_ARG("QString", str(self._said_formatter(self.said))))

    def get_offset(self):
        return self.offset

    def set_offset(self, offset):
        self.offset = offset
        self.front_end.set_centre(self.offset)



def argument_parser():
    description = 'Which modulation a radio hears: any that SoapySDR knows.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--antenna", dest="antenna", type=str, default="",
        help="Set antenna; empty: the default one [default=%(default)r]")
    parser.add_argument(
        "--average", dest="average", type=intx, default=8,
        help="Set windows that a decision rests on [default=%(default)r]")
    parser.add_argument(
        "--centre", dest="centre", type=eng_float, default=eng_notation.num_to_str(float(200e3)),
        help="Set where the wanted signal lies beside it, in Hz [default=%(default)r]")
    parser.add_argument(
        "--device", dest="device", type=str, default="driver=rtlsdr",
        help="Set SoapySDR's device string [default=%(default)r]")
    parser.add_argument(
        "--freq", dest="freq", type=eng_float, default=eng_notation.num_to_str(float(100e6)),
        help="Set where to tune it, in Hz [default=%(default)r]")
    parser.add_argument(
        "--gain", dest="gain", type=eng_float, default=eng_notation.num_to_str(float((-1))),
        help="Set gain in dB; below 0: the radio's own control [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="amc_compact",
        help="Set name, folder or file of a classifier [default=%(default)r]")
    parser.add_argument(
        "--rate", dest="rate", type=eng_float, default=eng_notation.num_to_str(float(1e6)),
        help="Set sample rate of the radio [default=%(default)r]")
    parser.add_argument(
        "--seconds", dest="seconds", type=eng_float, default=eng_notation.num_to_str(float(0)),
        help="Set end after so many seconds; 0: never [default=%(default)r]")
    parser.add_argument(
        "--symbol-rate", dest="symbol_rate", type=eng_float, default=eng_notation.num_to_str(float(25e3)),
        help="Set its symbol rate; 25000 for analog signals [default=%(default)r]")
    return parser


def main(top_block_cls=classify_radio, options=None):
    if options is None:
        options = argument_parser().parse_args()

    if StrictVersion("4.5.0") <= StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
        style = gr.prefs().get_string('qtgui', 'style', 'raster')
        Qt.QApplication.setGraphicsSystem(style)
    qapp = Qt.QApplication(sys.argv)

    tb = top_block_cls(antenna=options.antenna, average=options.average, centre=options.centre, device=options.device, freq=options.freq, gain=options.gain, model=options.model, rate=options.rate, seconds=options.seconds, symbol_rate=options.symbol_rate)

    tb.start()
    snippets_main_after_start(tb)
    tb.show()

    def sig_handler(sig=None, frame=None):
        tb.stop()
        tb.wait()
        snippets_main_after_stop(tb)
        Qt.QApplication.quit()

    signal.signal(signal.SIGINT, sig_handler)
    signal.signal(signal.SIGTERM, sig_handler)

    timer = Qt.QTimer()
    timer.start(500)
    timer.timeout.connect(lambda: None)

    qapp.exec_()

if __name__ == '__main__':
    main()
