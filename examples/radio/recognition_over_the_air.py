#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Modulation recognition over the air
# Copyright: 2026 gr-dlcomm authors
# Description: Plays modulations to one radio and recognises what another one hears: waterfall, samples, what is sent beside what is heard.
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
from gnuradio import filter
from gnuradio import gr
from gnuradio.fft import window
import sys
import signal
from argparse import ArgumentParser
from gnuradio.eng_arg import eng_float, intx
from gnuradio.dlcomm.radio.radio_sink import radio_sink
from gnuradio.dlcomm.radio.radio_source import radio_source
from gnuradio.dlcomm.recognition.air_truth import air_truth
from gnuradio.dlcomm.recognition.decisions import decision_sink
from gnuradio.dlcomm.recognition.walk_source import modulation_walk_source
from gnuradio.qtgui import Range, RangeWidget
from PyQt5 import QtCore
import math


def snipfcn_check(self):
    try:
        contract = dlcomm.read_contract(dlcomm.model_file(self.model, "classifier"))
    except RuntimeError as reason:
        sys.exit(f"recognition_over_the_air: --model: {reason}")
    if contract["role"] != "classifier":
        sys.exit(f"recognition_over_the_air: --model: found role {contract['role']!r}, "
                 "expected a classifier")
    for name, value, low, high in (("rate", self.rate, 1e3, 1e9),
                                   ("interpolation", self.interpolation, 1, 1000),
                                   ("freq", self.freq, 1, 1e12),
                                   ("amplitude", self.amplitude, 1e-6, 1),
                                   ("average", self.average, 1, 1024),
                                   ("settle", self.settle, 1, 1e6),
                                   ("windows", self.windows, self.settle + 1, 1e6),
                                   ("rounds", self.rounds, 0, 1e6),
                                   ("snr-db", self.snr_db, -20, 60),
                                   ("cfo", self.cfo, -self.rate / 100, self.rate / 100),
                                   ("clock-ppm", self.clock_ppm, -100, 100),
                                   ("seed", self.seed, 0, 2**31 - 1)):
        if not low <= value <= high:
            sys.exit(f"recognition_over_the_air: --{name}: found {value:g}, "
                     f"expected {low:g} to {high:g}")

    from gnuradio.dlcomm.recognition.confusion import Confusion, share
    from gnuradio.dlcomm.recognition.walk_source import WALK

    def table():
        """(true name, rate of right decisions) of what has been counted."""
        found = Confusion.of_sink(self.counts)
        if found is None:
            return []
        matrix = found.counts.sum(axis=0)
        rows = []
        for name in (name for name in WALK if name in found.labels):
            place = found.labels.index(name)
            if matrix[place].any():
                right, windows = int(matrix[place, place]), int(matrix[place].sum())
                rows.append((name, share(right, windows)))
        return rows

    def total(rows):
        """The rate of right decisions in all rows."""
        return share(*(sum(getattr(rate, x) for _, rate in rows) for x in ("right", "windows")))

    self.table, self.total = table, total

def snipfcn_look(self):
    # The first time; later the window remembers its size.
    if not self.settings.contains("geometry"):
        self.resize(1100, 760)

def snipfcn_result(self):
    rows = self.table()
    if rows:
        rate = self.total(rows)
        print(f"{self.model} over the air: right in {rate.right} of {rate.windows} decisions, "
              f"{rate.value:.3f} (95 %: {rate.low:.3f} to {rate.high:.3f})")
    else:
        print(f"{self.model} over the air: no decision was counted")

def snipfcn_watch(self):
    before = self.decisions.decisions()
    counted, still = -1, 0
    progress, idle = [0, 0], [0, 0]

    def colour(right):
        return "#1b8a5a" if right else "#c0392b"

    def look():
        """Show what is sent, what was heard since the last look, and the rates so far."""
        nonlocal before
        now = self.decisions.decisions()
        counts = now.counts - before.counts
        sums = now.probability_sums - before.probability_sums
        before = now
        self.set_sent(f"<span style='font-size:26pt'><b>{self.air.sent() or 'nothing'}</b></span>")
        if counts.any():
            index = int(counts.argmax())
            name = "unknown" if index == 255 else self.classifier.labels()[index]
            shade = "#808080" if now.truth is None else colour(name == now.truth)
            self.set_said(
                f"<span style='font-size:26pt; color:{shade}'><b>{name}</b>"
                f"</span> in {counts[index] / counts.sum():.0%} of {counts.sum()} windows, "
                f"mean probability {sums[index] / counts[index]:.2f}")
        rows = self.table()
        if rows:
            cells = [(name, rate.value) for name, rate in rows] + [("all", self.total(rows).value)]
            self.set_rates("<table cellspacing=6><tr>" + "".join(
                f"<td align=center>{name}<br><b style='color:{colour(value > 0.5)}'>"
                f"{100 * value:.0f} %</b></td>" for name, value in cells) + "</tr></table>")

    def lost():
        """What is wrong when a radio has stood still for 3 s; empty when none has."""
        for i, now in enumerate((before.total, self.sink.samples())):
            idle[i] = idle[i] + 1 if now == progress[i] else 0
            progress[i] = now
        if idle[0] >= 15:
            return f"device {self.hearer}: has given no sample for 3 s: is it lost?"
        if idle[1] >= 15 and not self.air.ended():
            return f"device {self.sender}: has taken no sample for 3 s: is it lost?"
        return ""

    def update():
        """Look; with a number of rounds, end the program when the last was sent and heard."""
        nonlocal counted, still
        look()
        now = self.counts.decisions()
        still = still + 1 if now == counted and self.air.ended() else 0
        counted = now
        trouble = lost() or self.counts.error()
        if trouble or still == 3 or self.counts.stop_reason() != "counting":
            timer.stop()
            self.stop()
            self.wait()
            if trouble:
                # Qt would not print what sys.exit() is given.
                print(f"recognition_over_the_air: {trouble}", file=sys.stderr)
                sys.exit(1)
            snippets_main_after_stop(self)
            Qt.QApplication.quit()

    timer = Qt.QTimer(self)
    timer.timeout.connect(update)
    timer.start(200)


def snippets_main_after_init(tb):
    snipfcn_look(tb)

def snippets_main_after_start(tb):
    snipfcn_watch(tb)

def snippets_main_after_stop(tb):
    snipfcn_result(tb)

def snippets_init_before_blocks(tb):
    snipfcn_check(tb)

from gnuradio import qtgui

class recognition_over_the_air(gr.top_block, Qt.QWidget):

    def __init__(self, amplitude=0.25, average=1, cfo=50, clock_ppm=10, device="", freq=433.92e6, gain=(-1), interpolation=1, model="amc_compact", rate=100e3, rounds=0, rx_device="", rx_gain=(-1), seed=1, settle=200, snr_db=18, windows=800):
        gr.top_block.__init__(self, "Modulation recognition over the air", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("Modulation recognition over the air")
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

        self.settings = Qt.QSettings("GNU Radio", "recognition_over_the_air")

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
        self.amplitude = amplitude
        self.average = average
        self.cfo = cfo
        self.clock_ppm = clock_ppm
        self.device = device
        self.freq = freq
        self.gain = gain
        self.interpolation = interpolation
        self.model = model
        self.rate = rate
        self.rounds = rounds
        self.rx_device = rx_device
        self.rx_gain = rx_gain
        self.seed = seed
        self.settle = settle
        self.snr_db = snr_db
        self.windows = windows

        ##################################################
        # Variables
        ##################################################
        self.loopback = loopback = "driver=dlcomm_loopback,medium=recognition,%s,seed=%d,cfo=%.9g,clock_ppm=%g,noise_db=%.3f" % ("pace=false,buffer=16384" if rounds else "pace=true", seed, cfo / max(rate, 1), clock_ppm, 10 * math.log10(max(amplitude, 1e-6)**2 * max(interpolation, 1)) - snr_db)
        self.sender = sender = device or loopback
        self.signal_rate = signal_rate = rate / max(interpolation, 1)
        self.sent = sent = "nothing yet"
        self.said = said = "nothing yet"
        self.rates = rates = "no decision yet"
        self.level = level = 0
        self.hearer = hearer = rx_device or sender

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self._level_range = Range(-40, 0, 1, 0, 150)
        self._level_win = RangeWidget(self._level_range, self.set_level, "Transmit level (dB)", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._level_win, 2, 0, 1, 6)
        for r in range(2, 3):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.waterfall = qtgui.waterfall_sink_c(
            512, #size
            window.WIN_BLACKMAN_hARRIS, #wintype
            0, #fc
            signal_rate, #bw
            "What is heard", #name
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

        self.waterfall.set_intensity_range(-70, 0)

        self._waterfall_win = sip.wrapinstance(self.waterfall.qwidget(), Qt.QWidget)

        self.top_grid_layout.addWidget(self._waterfall_win, 3, 0, 9, 2)
        for r in range(3, 12):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.walk = modulation_walk_source(snr_db=100, windows=windows, rounds=rounds, seed=seed, modulations=["BPSK", "QPSK", "8PSK", "PAM4", "QAM16", "QAM64", "GFSK", "CPFSK", "WBFM", "AM-DSB", "AM-SSB"])
        self.time = qtgui.time_sink_c(
            256, #size
            signal_rate, #samp_rate
            "Two windows", #name
            1, #number of inputs
            None # parent
        )
        self.time.set_update_time(0.2)
        self.time.set_y_axis(-3, 3)

        self.time.set_y_label("", "")

        self.time.enable_tags(False)
        self.time.set_trigger_mode(qtgui.TRIG_MODE_FREE, qtgui.TRIG_SLOPE_POS, 0.0, 0, 0, "")
        self.time.enable_autoscale(False)
        self.time.enable_grid(True)
        self.time.enable_axis_labels(True)
        self.time.enable_control_panel(False)
        self.time.enable_stem_plot(False)


        labels = ["I", "Q", 'Signal 3', 'Signal 4', 'Signal 5',
            'Signal 6', 'Signal 7', 'Signal 8', 'Signal 9', 'Signal 10']
        widths = [1, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        colors = ['blue', 'red', 'green', 'black', 'cyan',
            'magenta', 'yellow', 'dark red', 'dark green', 'dark blue']
        alphas = [1.0, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0, 1.0]
        styles = [1, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        markers = [-1, -1, -1, -1, -1,
            -1, -1, -1, -1, -1]


        for i in range(2):
            if len(labels[i]) == 0:
                if (i % 2 == 0):
                    self.time.set_line_label(i, "Re{{Data {0}}}".format(i/2))
                else:
                    self.time.set_line_label(i, "Im{{Data {0}}}".format(i/2))
            else:
                self.time.set_line_label(i, labels[i])
            self.time.set_line_width(i, widths[i])
            self.time.set_line_color(i, colors[i])
            self.time.set_line_style(i, styles[i])
            self.time.set_line_marker(i, markers[i])
            self.time.set_line_alpha(i, alphas[i])

        self._time_win = sip.wrapinstance(self.time.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._time_win, 3, 4, 9, 2)
        for r in range(3, 12):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(4, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.source = None
        try:
            self.source = radio_source(
                device=hearer, sample_rate=rate, frequency=freq,
                gain=rx_gain if rx_gain >= 0 else None, antenna="")
        except RuntimeError as _reason:
            sys.exit(f"source: {_reason}")
        self.source.set_max_output_buffer(2048)
        self.sink = None
        try:
            self.sink = radio_sink(
                device=sender, sample_rate=rate, frequency=freq,
                gain=gain if gain >= 0 else None, antenna="")
        except RuntimeError as _reason:
            sys.exit(f"sink: {_reason}")
        self._sent_tool_bar = Qt.QToolBar(self)

        if None:
            self._sent_formatter = None
        else:
            self._sent_formatter = lambda x: str(x)

        self._sent_tool_bar.addWidget(Qt.QLabel("Sent: "))
        self._sent_label = Qt.QLabel(str(self._sent_formatter(self.sent)))
        self._sent_tool_bar.addWidget(self._sent_label)
        self.top_grid_layout.addWidget(self._sent_tool_bar, 0, 0, 2, 2)
        for r in range(0, 2):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.scale = blocks.multiply_const_cc(amplitude * 10 ** (level / 20))
        self._said_tool_bar = Qt.QToolBar(self)

        if None:
            self._said_formatter = None
        else:
            self._said_formatter = lambda x: str(x)

        self._said_tool_bar.addWidget(Qt.QLabel("Heard: "))
        self._said_label = Qt.QLabel(str(self._said_formatter(self.said)))
        self._said_tool_bar.addWidget(self._said_label)
        self.top_grid_layout.addWidget(self._said_tool_bar, 0, 2, 2, 4)
        for r in range(0, 2):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self._rates_tool_bar = Qt.QToolBar(self)

        if None:
            self._rates_formatter = None
        else:
            self._rates_formatter = lambda x: str(x)

        self._rates_tool_bar.addWidget(Qt.QLabel("Right:"))
        self._rates_label = Qt.QLabel(str(self._rates_formatter(self.rates)))
        self._rates_tool_bar.addWidget(self._rates_label)
        self.top_grid_layout.addWidget(self._rates_tool_bar, 12, 0, 2, 6)
        for r in range(12, 14):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.plane = qtgui.const_sink_c(
            256, #size
            "I/Q plane", #name
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
        self.top_grid_layout.addWidget(self._plane_win, 3, 2, 9, 2)
        for r in range(3, 12):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.interpolate = filter.rational_resampler_ccc(
                interpolation=interpolation,
                decimation=1,
                taps=[],
                fractional_bw=0)
        self.interpolate.set_max_output_buffer(2048)
        self.front_end = dlcomm.signal_front_end(sample_rate=rate, symbol_rate=(signal_rate / 8), centre=0, bandwidth=0, remove_dc=False, normalise=True)
        self.decisions = decision_sink(classes=len(dlcomm.read_contract(dlcomm.model_file(model, "classifier"))["labels"]))
        self.counts = dlcomm.classification_sink_b(
            labels=dlcomm.read_contract(dlcomm.model_file(model, "classifier"))["labels"],
            max_decisions=0)
        self.classifier = dlcomm.modulation_classifier_c(model=model, hop=0, average=average, threshold=0.0, max_batch=64, sample_rate=signal_rate)
        self.air = air_truth(settle=(128 * settle * interpolation))


        ##################################################
        # Connections
        ##################################################
        self.connect((self.air, 1), (self.front_end, 0))
        self.connect((self.air, 0), (self.interpolate, 0))
        self.connect((self.classifier, 0), (self.counts, 0))
        self.connect((self.classifier, 0), (self.decisions, 0))
        self.connect((self.classifier, 1), (self.decisions, 1))
        self.connect((self.front_end, 0), (self.classifier, 0))
        self.connect((self.front_end, 0), (self.plane, 0))
        self.connect((self.front_end, 0), (self.time, 0))
        self.connect((self.front_end, 0), (self.waterfall, 0))
        self.connect((self.interpolate, 0), (self.sink, 0))
        self.connect((self.scale, 0), (self.air, 0))
        self.connect((self.source, 0), (self.air, 1))
        self.connect((self.walk, 0), (self.scale, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "recognition_over_the_air")
        self.settings.setValue("geometry", self.saveGeometry())
        self.stop()
        self.wait()
        snippets_main_after_stop(self)
        event.accept()

    def get_amplitude(self):
        return self.amplitude

    def set_amplitude(self, amplitude):
        self.amplitude = amplitude
        self.set_loopback("driver=dlcomm_loopback,medium=recognition,%s,seed=%d,cfo=%.9g,clock_ppm=%g,noise_db=%.3f" % ("pace=false,buffer=16384" if self.rounds else "pace=true", self.seed, self.cfo / max(self.rate, 1), self.clock_ppm, 10 * math.log10(max(self.amplitude, 1e-6)**2 * max(self.interpolation, 1)) - self.snr_db))
        self.scale.set_k(self.amplitude * 10 ** (self.level / 20))

    def get_average(self):
        return self.average

    def set_average(self, average):
        self.average = average
        self.classifier.set_average(self.average)

    def get_cfo(self):
        return self.cfo

    def set_cfo(self, cfo):
        self.cfo = cfo
        self.set_loopback("driver=dlcomm_loopback,medium=recognition,%s,seed=%d,cfo=%.9g,clock_ppm=%g,noise_db=%.3f" % ("pace=false,buffer=16384" if self.rounds else "pace=true", self.seed, self.cfo / max(self.rate, 1), self.clock_ppm, 10 * math.log10(max(self.amplitude, 1e-6)**2 * max(self.interpolation, 1)) - self.snr_db))

    def get_clock_ppm(self):
        return self.clock_ppm

    def set_clock_ppm(self, clock_ppm):
        self.clock_ppm = clock_ppm
        self.set_loopback("driver=dlcomm_loopback,medium=recognition,%s,seed=%d,cfo=%.9g,clock_ppm=%g,noise_db=%.3f" % ("pace=false,buffer=16384" if self.rounds else "pace=true", self.seed, self.cfo / max(self.rate, 1), self.clock_ppm, 10 * math.log10(max(self.amplitude, 1e-6)**2 * max(self.interpolation, 1)) - self.snr_db))

    def get_device(self):
        return self.device

    def set_device(self, device):
        self.device = device
        self.set_sender(self.device or self.loopback)

    def get_freq(self):
        return self.freq

    def set_freq(self, freq):
        self.freq = freq
        self.sink.set_frequency(self.freq)
        self.source.set_frequency(self.freq)

    def get_gain(self):
        return self.gain

    def set_gain(self, gain):
        self.gain = gain
        self.sink.set_gain(self.gain if self.gain >= 0 else None)

    def get_interpolation(self):
        return self.interpolation

    def set_interpolation(self, interpolation):
        self.interpolation = interpolation
        self.set_loopback("driver=dlcomm_loopback,medium=recognition,%s,seed=%d,cfo=%.9g,clock_ppm=%g,noise_db=%.3f" % ("pace=false,buffer=16384" if self.rounds else "pace=true", self.seed, self.cfo / max(self.rate, 1), self.clock_ppm, 10 * math.log10(max(self.amplitude, 1e-6)**2 * max(self.interpolation, 1)) - self.snr_db))
        self.set_signal_rate(self.rate / max(self.interpolation, 1))

    def get_model(self):
        return self.model

    def set_model(self, model):
        self.model = model
        dlcomm.try_set_model(self.classifier, self.model)

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate
        self.set_loopback("driver=dlcomm_loopback,medium=recognition,%s,seed=%d,cfo=%.9g,clock_ppm=%g,noise_db=%.3f" % ("pace=false,buffer=16384" if self.rounds else "pace=true", self.seed, self.cfo / max(self.rate, 1), self.clock_ppm, 10 * math.log10(max(self.amplitude, 1e-6)**2 * max(self.interpolation, 1)) - self.snr_db))
        self.set_signal_rate(self.rate / max(self.interpolation, 1))

    def get_rounds(self):
        return self.rounds

    def set_rounds(self, rounds):
        self.rounds = rounds
        self.set_loopback("driver=dlcomm_loopback,medium=recognition,%s,seed=%d,cfo=%.9g,clock_ppm=%g,noise_db=%.3f" % ("pace=false,buffer=16384" if self.rounds else "pace=true", self.seed, self.cfo / max(self.rate, 1), self.clock_ppm, 10 * math.log10(max(self.amplitude, 1e-6)**2 * max(self.interpolation, 1)) - self.snr_db))

    def get_rx_device(self):
        return self.rx_device

    def set_rx_device(self, rx_device):
        self.rx_device = rx_device
        self.set_hearer(self.rx_device or self.sender)

    def get_rx_gain(self):
        return self.rx_gain

    def set_rx_gain(self, rx_gain):
        self.rx_gain = rx_gain
        self.source.set_gain(self.rx_gain if self.rx_gain >= 0 else None)

    def get_seed(self):
        return self.seed

    def set_seed(self, seed):
        self.seed = seed
        self.set_loopback("driver=dlcomm_loopback,medium=recognition,%s,seed=%d,cfo=%.9g,clock_ppm=%g,noise_db=%.3f" % ("pace=false,buffer=16384" if self.rounds else "pace=true", self.seed, self.cfo / max(self.rate, 1), self.clock_ppm, 10 * math.log10(max(self.amplitude, 1e-6)**2 * max(self.interpolation, 1)) - self.snr_db))

    def get_settle(self):
        return self.settle

    def set_settle(self, settle):
        self.settle = settle

    def get_snr_db(self):
        return self.snr_db

    def set_snr_db(self, snr_db):
        self.snr_db = snr_db
        self.set_loopback("driver=dlcomm_loopback,medium=recognition,%s,seed=%d,cfo=%.9g,clock_ppm=%g,noise_db=%.3f" % ("pace=false,buffer=16384" if self.rounds else "pace=true", self.seed, self.cfo / max(self.rate, 1), self.clock_ppm, 10 * math.log10(max(self.amplitude, 1e-6)**2 * max(self.interpolation, 1)) - self.snr_db))

    def get_windows(self):
        return self.windows

    def set_windows(self, windows):
        self.windows = windows

    def get_loopback(self):
        return self.loopback

    def set_loopback(self, loopback):
        self.loopback = loopback
        self.set_sender(self.device or self.loopback)

    def get_sender(self):
        return self.sender

    def set_sender(self, sender):
        self.sender = sender
        self.set_hearer(self.rx_device or self.sender)

    def get_signal_rate(self):
        return self.signal_rate

    def set_signal_rate(self, signal_rate):
        self.signal_rate = signal_rate
        self.time.set_samp_rate(self.signal_rate)
        self.waterfall.set_frequency_range(0, self.signal_rate)

    def get_sent(self):
        return self.sent

    def set_sent(self, sent):
        self.sent = sent
        Qt.QMetaObject.invokeMethod(self._sent_label, "setText", Qt.Q_ARG("QString", str(self._sent_formatter(self.sent))))

    def get_said(self):
        return self.said

    def set_said(self, said):
        self.said = said
        Qt.QMetaObject.invokeMethod(self._said_label, "setText", Qt.Q_ARG("QString", str(self._said_formatter(self.said))))

    def get_rates(self):
        return self.rates

    def set_rates(self, rates):
        self.rates = rates
        Qt.QMetaObject.invokeMethod(self._rates_label, "setText", Qt.Q_ARG("QString", str(self._rates_formatter(self.rates))))

    def get_level(self):
        return self.level

    def set_level(self, level):
        self.level = level
        (self.level, self.counts.reset())
        self.scale.set_k(self.amplitude * 10 ** (self.level / 20))

    def get_hearer(self):
        return self.hearer

    def set_hearer(self, hearer):
        self.hearer = hearer



def argument_parser():
    description = 'Plays modulations to one radio and recognises what another one hears: waterfall, samples, what is sent beside what is heard.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--amplitude", dest="amplitude", type=eng_float, default=eng_notation.num_to_str(float(0.25)),
        help="Set root mean square of what is sent [default=%(default)r]")
    parser.add_argument(
        "--average", dest="average", type=intx, default=1,
        help="Set windows that a decision rests on [default=%(default)r]")
    parser.add_argument(
        "--cfo", dest="cfo", type=eng_float, default=eng_notation.num_to_str(float(50)),
        help="Set carrier offset on it in Hz [default=%(default)r]")
    parser.add_argument(
        "--clock-ppm", dest="clock_ppm", type=eng_float, default=eng_notation.num_to_str(float(10)),
        help="Set clock offset on it in ppm [default=%(default)r]")
    parser.add_argument(
        "--device", dest="device", type=str, default="",
        help="Set device string of the transmitter; empty: the loopback device [default=%(default)r]")
    parser.add_argument(
        "--freq", dest="freq", type=eng_float, default=eng_notation.num_to_str(float(433.92e6)),
        help="Set where to tune them, in Hz [default=%(default)r]")
    parser.add_argument(
        "--gain", dest="gain", type=eng_float, default=eng_notation.num_to_str(float((-1))),
        help="Set gain of the transmitter in dB; below 0: its own control [default=%(default)r]")
    parser.add_argument(
        "--interpolation", dest="interpolation", type=intx, default=1,
        help="Set samples of the radios for one of the signal [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="amc_compact",
        help="Set name, folder or file of a classifier [default=%(default)r]")
    parser.add_argument(
        "--rate", dest="rate", type=eng_float, default=eng_notation.num_to_str(float(100e3)),
        help="Set sample rate of both radios [default=%(default)r]")
    parser.add_argument(
        "--rounds", dest="rounds", type=intx, default=0,
        help="Set end after so many rounds; 0: never [default=%(default)r]")
    parser.add_argument(
        "--rx-device", dest="rx_device", type=str, default="",
        help="Set that of the receiver; empty: the same [default=%(default)r]")
    parser.add_argument(
        "--rx-gain", dest="rx_gain", type=eng_float, default=eng_notation.num_to_str(float((-1))),
        help="Set gain of the receiver in dB; below 0: its own control [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set seed of data, speech, channels and of the noise on it [default=%(default)r]")
    parser.add_argument(
        "--settle", dest="settle", type=intx, default=200,
        help="Set windows after a change that are not counted [default=%(default)r]")
    parser.add_argument(
        "--snr-db", dest="snr_db", type=eng_float, default=eng_notation.num_to_str(float(18)),
        help="Set SNR on the loopback device in dB [default=%(default)r]")
    parser.add_argument(
        "--windows", dest="windows", type=intx, default=800,
        help="Set windows of 128 samples until the next modulation [default=%(default)r]")
    return parser


def main(top_block_cls=recognition_over_the_air, options=None):
    if options is None:
        options = argument_parser().parse_args()

    if StrictVersion("4.5.0") <= StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
        style = gr.prefs().get_string('qtgui', 'style', 'raster')
        Qt.QApplication.setGraphicsSystem(style)
    qapp = Qt.QApplication(sys.argv)

    tb = top_block_cls(amplitude=options.amplitude, average=options.average, cfo=options.cfo, clock_ppm=options.clock_ppm, device=options.device, freq=options.freq, gain=options.gain, interpolation=options.interpolation, model=options.model, rate=options.rate, rounds=options.rounds, rx_device=options.rx_device, rx_gain=options.rx_gain, seed=options.seed, settle=options.settle, snr_db=options.snr_db, windows=options.windows)
    snippets_main_after_init(tb)
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
