#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: A classifier on a walk through the modulations
# Copyright: 2026 gr-dlcomm authors
# Description: A walk through the modulations into a classifier: waterfall, samples, a live label, and how often it is right.
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
from gnuradio.dlcomm.recognition.decisions import decision_sink
from gnuradio.dlcomm.recognition.walk_source import modulation_walk_source
from gnuradio.qtgui import Range, RangeWidget
from PyQt5 import QtCore


def snipfcn_check(self):
    try:
        contract = dlcomm.read_contract(dlcomm.model_file(self.model, "classifier"))
    except RuntimeError as reason:
        sys.exit(f"modulation_walk: --model: {reason}")
    if contract["role"] != "classifier":
        sys.exit(f"modulation_walk: --model: found role {contract['role']!r}, "
                 "expected a classifier")
    for name, value, low, high in (("snr-db", self.snr_db, -20, 40),
                                   ("windows", self.windows, 1, 1e6),
                                   ("rounds", self.rounds, 0, 1e6),
                                   ("pace", self.pace, 0, 1e6),
                                   ("average", self.average, 1, 1024),
                                   ("seed", self.seed, 0, 2**31 - 1)):
        if not low <= value <= high:
            sys.exit(f"modulation_walk: --{name}: found {value:g}, expected {low:g} to {high:g}")

    from gnuradio.dlcomm.recognition.confusion import Confusion, share
    from gnuradio.dlcomm.recognition.walk_source import WALK

    def table():
        """(true name, rate of right decisions, what was said most) at the SNR of now."""
        found = Confusion.of_sink(self.counts)
        if found is None:
            return []
        matrix = found.matrix(self.snr, self.snr)
        names = [*found.labels, "unknown"]
        rows = []
        for name in (name for name in WALK if name in found.labels):
            place = found.labels.index(name)
            if matrix[place].any():
                rate = share(int(matrix[place, place]), int(matrix[place].sum()))
                rows.append((name, rate, names[matrix[place].argmax()]))
        return rows

    self.table = table

def snipfcn_look(self):
    # The first time; later the window remembers its size.
    if not self.settings.contains("geometry"):
        self.resize(1100, 760)

def snipfcn_result(self):
    print(f"{self.model} at {self.snr:g} dB SNR, decisions on the mean of {self.average} "
          f"window{'s' * (self.average > 1)}")
    print("  truth      right     (95 %)                            said most")
    rows = self.table()
    for name, rate, said in rows:
        counts = f"({rate.low:.3f} to {rate.high:.3f}, {rate.right} of {rate.windows})"
        print(f"  {name:10} {rate.value:.3f}     {counts:33} {said}")
    if rows:
        right, total = (sum(getattr(rate, x) for _, rate, _ in rows)
                        for x in ("right", "windows"))
        print(f"  all        {right / total:.3f}     ({right} of {total})")
    else:
        print("  no decision yet")

def snipfcn_watch(self):
    before = self.decisions.decisions()

    def colour(right):
        return "#1b8a5a" if right else "#c0392b"

    def look():
        """Show what was said since the last look, and the rates so far."""
        nonlocal before
        now = self.decisions.decisions()
        counts = now.counts - before.counts
        sums = now.probability_sums - before.probability_sums
        before = now
        if counts.any():
            index = int(counts.argmax())
            name = "unknown" if index == 255 else self.classifier.labels()[index]
            self.set_said(
                f"<span style='font-size:26pt; color:{colour(name == now.truth)}'><b>{name}</b>"
                f"</span> in {counts[index] / counts.sum():.0%} of {counts.sum()} windows, "
                f"mean probability {sums[index] / counts[index]:.2f}")
            self.set_truth(f"<span style='font-size:26pt'><b>{now.truth}</b></span>")
        rows = self.table()
        if rows:
            right, total = (sum(getattr(rate, x) for _, rate, _ in rows)
                            for x in ("right", "windows"))
            cells = [(name, rate.value) for name, rate, _ in rows] + [("all", right / total)]
            self.set_rates("<table cellspacing=6><tr>" + "".join(
                f"<td align=center>{name}<br><b style='color:{colour(value > 0.5)}'>"
                f"{100 * value:.0f} %</b></td>" for name, value in cells) + "</tr></table>")

    def update():
        """Look; with a number of rounds, end the program after the last of them."""
        look()
        if self.counts.stop_reason() != "counting":
            timer.stop()
            self.stop()
            self.wait()
            if self.counts.error():
                # Qt would not print what sys.exit() is given.
                print(f"modulation_walk: {self.counts.error()}", file=sys.stderr)
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

class modulation_walk(gr.top_block, Qt.QWidget):

    def __init__(self, average=1, model="amc_compact", pace=0, rounds=0, seed=1, snr_db=18, windows=800):
        gr.top_block.__init__(self, "A classifier on a walk through the modulations", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("A classifier on a walk through the modulations")
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

        self.settings = Qt.QSettings("GNU Radio", "modulation_walk")

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
        self.average = average
        self.model = model
        self.pace = pace
        self.rounds = rounds
        self.seed = seed
        self.snr_db = snr_db
        self.windows = windows

        ##################################################
        # Variables
        ##################################################
        self.speed = speed = pace or 50e3
        self.truth = truth = "not known"
        self.snr = snr = snr_db
        self.sample_rate = sample_rate = 200e3
        self.said = said = "nothing yet"
        self.rates = rates = "no decision yet"
        self.rate = rate = 1e12 if rounds and not pace else speed

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self._snr_range = Range(-20, 40, 1, snr_db, 150)
        self._snr_win = RangeWidget(self._snr_range, self.set_snr, "SNR (dB)", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._snr_win, 2, 0, 1, 3)
        for r in range(2, 3):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 3):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.waterfall = qtgui.waterfall_sink_c(
            512, #size
            window.WIN_BLACKMAN_hARRIS, #wintype
            0, #fc
            sample_rate, #bw
            "Waterfall", #name
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
        self.walk = modulation_walk_source(snr_db=snr, windows=windows, rounds=rounds, seed=seed, modulations=["BPSK", "QPSK", "8PSK", "PAM4", "QAM16", "QAM64", "GFSK", "CPFSK", "WBFM", "AM-DSB", "AM-SSB"])
        self._truth_tool_bar = Qt.QToolBar(self)

        if None:
            self._truth_formatter = None
        else:
            self._truth_formatter = lambda x: str(x)

        self._truth_tool_bar.addWidget(Qt.QLabel("Truth: "))
        self._truth_label = Qt.QLabel(str(self._truth_formatter(self.truth)))
        self._truth_tool_bar.addWidget(self._truth_label)
        self.top_grid_layout.addWidget(self._truth_tool_bar, 0, 0, 2, 2)
        for r in range(0, 2):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.time = qtgui.time_sink_c(
            256, #size
            sample_rate, #samp_rate
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
        self.throttle = blocks.throttle(gr.sizeof_gr_complex*1, rate,True)
        self._speed_range = Range(10e3, 200e3, 10e3, pace or 50e3, 150)
        self._speed_win = RangeWidget(self._speed_range, self.set_speed, "Samples per second", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._speed_win, 2, 3, 1, 3)
        for r in range(2, 3):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(3, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self._said_tool_bar = Qt.QToolBar(self)

        if None:
            self._said_formatter = None
        else:
            self._said_formatter = lambda x: str(x)

        self._said_tool_bar.addWidget(Qt.QLabel("Said: "))
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
        self.decisions = decision_sink(classes=len(dlcomm.read_contract(dlcomm.model_file(model, "classifier"))["labels"]))
        self.counts = dlcomm.classification_sink_b(
            labels=dlcomm.read_contract(dlcomm.model_file(model, "classifier"))["labels"],
            max_decisions=0)
        self.classifier = dlcomm.modulation_classifier_c(model=model, hop=0, average=average, threshold=0.0, max_batch=64, sample_rate=0)


        ##################################################
        # Connections
        ##################################################
        self.connect((self.classifier, 0), (self.counts, 0))
        self.connect((self.classifier, 0), (self.decisions, 0))
        self.connect((self.classifier, 1), (self.decisions, 1))
        self.connect((self.throttle, 0), (self.classifier, 0))
        self.connect((self.throttle, 0), (self.plane, 0))
        self.connect((self.throttle, 0), (self.time, 0))
        self.connect((self.throttle, 0), (self.waterfall, 0))
        self.connect((self.walk, 0), (self.throttle, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "modulation_walk")
        self.settings.setValue("geometry", self.saveGeometry())
        self.stop()
        self.wait()
        snippets_main_after_stop(self)
        event.accept()

    def get_average(self):
        return self.average

    def set_average(self, average):
        self.average = average
        self.classifier.set_average(self.average)

    def get_model(self):
        return self.model

    def set_model(self, model):
        self.model = model
        dlcomm.try_set_model(self.classifier, self.model)

    def get_pace(self):
        return self.pace

    def set_pace(self, pace):
        self.pace = pace
        self.set_rate(1e12 if self.rounds and not self.pace else self.speed)
        self.set_speed(self.pace or 50e3)

    def get_rounds(self):
        return self.rounds

    def set_rounds(self, rounds):
        self.rounds = rounds
        self.set_rate(1e12 if self.rounds and not self.pace else self.speed)

    def get_seed(self):
        return self.seed

    def set_seed(self, seed):
        self.seed = seed

    def get_snr_db(self):
        return self.snr_db

    def set_snr_db(self, snr_db):
        self.snr_db = snr_db
        self.set_snr(self.snr_db)

    def get_windows(self):
        return self.windows

    def set_windows(self, windows):
        self.windows = windows

    def get_speed(self):
        return self.speed

    def set_speed(self, speed):
        self.speed = speed
        self.set_rate(1e12 if self.rounds and not self.pace else self.speed)

    def get_truth(self):
        return self.truth

    def set_truth(self, truth):
        self.truth = truth
        Qt.QMetaObject.invokeMethod(self._truth_label, "setText", Qt.Q_ARG("QString", str(self._truth_formatter(self.truth))))

    def get_snr(self):
        return self.snr

    def set_snr(self, snr):
        self.snr = snr
        (self.snr, self.counts.reset())
        self.walk.set_snr_db(self.snr)

    def get_sample_rate(self):
        return self.sample_rate

    def set_sample_rate(self, sample_rate):
        self.sample_rate = sample_rate
        self.time.set_samp_rate(self.sample_rate)
        self.waterfall.set_frequency_range(0, self.sample_rate)

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

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate
        self.throttle.set_sample_rate(self.rate)



def argument_parser():
    description = 'A walk through the modulations into a classifier: waterfall, samples, a live label, and how often it is right.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--average", dest="average", type=intx, default=1,
        help="Set windows that a decision rests on [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="amc_compact",
        help="Set name, folder or file of a classifier [default=%(default)r]")
    parser.add_argument(
        "--pace", dest="pace", type=eng_float, default=eng_notation.num_to_str(float(0)),
        help="Set samples per second; 0: 50000, or unlimited with --rounds [default=%(default)r]")
    parser.add_argument(
        "--rounds", dest="rounds", type=intx, default=0,
        help="Set end after so many rounds; 0: never [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set seed of data, speech, channels and noise [default=%(default)r]")
    parser.add_argument(
        "--snr-db", dest="snr_db", type=eng_float, default=eng_notation.num_to_str(float(18)),
        help="Set SNR in dB at the start [default=%(default)r]")
    parser.add_argument(
        "--windows", dest="windows", type=intx, default=800,
        help="Set windows of 128 samples until the next modulation [default=%(default)r]")
    return parser


def main(top_block_cls=modulation_walk, options=None):
    if options is None:
        options = argument_parser().parse_args()

    if StrictVersion("4.5.0") <= StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
        style = gr.prefs().get_string('qtgui', 'style', 'raster')
        Qt.QApplication.setGraphicsSystem(style)
    qapp = Qt.QApplication(sys.argv)

    tb = top_block_cls(average=options.average, model=options.model, pace=options.pace, rounds=options.rounds, seed=options.seed, snr_db=options.snr_db, windows=options.windows)
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
