#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Two users on one channel
# Copyright: 2026 gr-dlcomm authors
# Description: Two learned links that disturb each other: two transmitters, two receivers, one medium.
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
import sip
from gnuradio import analog
from gnuradio import blocks
from gnuradio import dlcomm
import sys
from gnuradio import gr
from gnuradio.filter import firdes
from gnuradio.fft import window
import signal
from argparse import ArgumentParser
from gnuradio.eng_arg import eng_float, intx
from gnuradio.qtgui import Range, RangeWidget
from PyQt5 import QtCore
import cmath


def snipfcn_check(self):
    if self.link1.bits_per_sample != self.link2.bits_per_sample:
        sys.exit("interference: --model and --model2 must send equally many bits per sample: "
                 f"found {self.link1.bits_per_sample:g} and {self.link2.bits_per_sample:g}")
    if not 0 <= self.cross_gain <= 1:
        sys.exit(f"interference: --cross-gain: found {self.cross_gain:g}, expected 0 to 1")
    if not 0 <= self.ebn0_db <= 20:
        sys.exit(f"interference: --ebn0-db: found {self.ebn0_db:g}, expected 0 to 20")
    if self.max_messages < 0:
        sys.exit(f"interference: --max-messages: found {self.max_messages}, expected 0 or more")
    if not 0 <= self.message_rate < float("inf"):
        sys.exit(f"interference: --message-rate: found {self.message_rate:g}, expected 0 or more")
    if not 1 <= self.seed < 2**31:
        sys.exit(f"interference: --seed: found {self.seed}, expected 1 to 2147483647")

    from gnuradio.dlcomm.measurement.intervals import bit_interval, block_interval

    def rates(counter):
        """Message and bit error rate of an error rate sink: two texts, 95 % intervals."""
        # Errors are read before trials: both only grow meanwhile.
        wrong, wrong_bits = counter.block_errors(), counter.bit_errors()
        messages, bits = counter.messages(), counter.bits()
        if messages == 0:
            return "no message yet", "no message yet"

        def text(errors, trials, interval):
            return (f"{errors / trials:.2e}  (95 %: {interval[0]:.2e} to {interval[1]:.2e}, "
                    f"{errors} of {trials})")

        return (text(wrong, messages, block_interval(wrong, messages)),
                text(wrong_bits, bits, bit_interval(wrong, wrong_bits, messages, bits)))

    self.rates = rates

def snipfcn_result(self):
    print(f"cross gain {self.cross:g} at {self.phase:g} degrees, {self.ebn0:g} dB Eb/N0")
    for link, counter in ((self.link1, self.error_rate1), (self.link2, self.error_rate2)):
        bler, ber = self.rates(counter)
        print(f"user {1 if counter is self.error_rate1 else 2}: {link.name}")
        print(f"  BLER {bler}")
        print(f"  BER  {ber}")

def snipfcn_watch(self):
    counters = (self.error_rate1, self.error_rate2)

    def update():
        """Show the counts; with a limit, end the program when it is reached."""
        self.set_bler1(self.rates(self.error_rate1)[0])
        self.set_bler2(self.rates(self.error_rate2)[0])
        if self.max_messages and all(
                counter.stop_reason() != "counting" for counter in counters):
            timer.stop()
            self.stop()
            self.wait()
            snippets_main_after_stop(self)
            if min(counter.messages() for counter in counters) < self.max_messages:
                # Qt would not print what sys.exit() is given.
                print("interference: the flowgraph ended before its limit", file=sys.stderr)
                sys.exit(1)
            Qt.QApplication.quit()

    timer = Qt.QTimer(self)
    timer.timeout.connect(update)
    timer.start(200)

def snipfcn_window_size(self):
    # The first time; later the window remembers its size.
    if not self.settings.contains("geometry"):
        self.resize(1100, 700)


def snippets_main_after_init(tb):
    snipfcn_window_size(tb)

def snippets_main_after_start(tb):
    snipfcn_watch(tb)

def snippets_main_after_stop(tb):
    snipfcn_result(tb)

def snippets_init_before_blocks(tb):
    snipfcn_check(tb)

from gnuradio import qtgui

class interference(gr.top_block, Qt.QWidget):

    def __init__(self, cross_gain=0.3, ebn0_db=8, max_messages=0, message_rate=0, model="qpsk", model2="qpsk", seed=1):
        gr.top_block.__init__(self, "Two users on one channel", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("Two users on one channel")
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

        self.settings = Qt.QSettings("GNU Radio", "interference")

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
        self.cross_gain = cross_gain
        self.ebn0_db = ebn0_db
        self.max_messages = max_messages
        self.message_rate = message_rate
        self.model = model
        self.model2 = model2
        self.seed = seed

        ##################################################
        # Variables
        ##################################################
        self.phase = phase = 0
        self.cross = cross = cross_gain
        self.rate = rate = message_rate or (1e12 if max_messages else 50e3)
        try:
            self.link2 = link2 = dlcomm.link(model2)
        except (RuntimeError, ValueError) as _reason:
            sys.exit(f"link2: {_reason}")
        try:
            self.link1 = link1 = dlcomm.link(model)
        except (RuntimeError, ValueError) as _reason:
            sys.exit(f"link1: {_reason}")
        self.ebn0 = ebn0 = ebn0_db
        self.cross_path = cross_path = cmath.rect(cross, cmath.pi * phase / 180)
        self.bler2 = bler2 = "no message yet"
        self.bler1 = bler1 = "no message yet"

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self._ebn0_range = Range(0, 20, 0.25, ebn0_db, 200)
        self._ebn0_win = RangeWidget(self._ebn0_range, self.set_ebn0, "Eb/N0 (dB)", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._ebn0_win, 0, 0, 1, 4)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.throttle2 = blocks.throttle(gr.sizeof_char*1, rate,True)
        self.throttle1 = blocks.throttle(gr.sizeof_char*1, rate,True)
        self.received2 = qtgui.const_sink_c(
            1024, #size
            "Receiver 2", #name
            1, #number of inputs
            None # parent
        )
        self.received2.set_update_time(0.1)
        self.received2.set_y_axis((-2), 2)
        self.received2.set_x_axis((-2), 2)
        self.received2.set_trigger_mode(qtgui.TRIG_MODE_FREE, qtgui.TRIG_SLOPE_POS, 0.0, 0, "")
        self.received2.enable_autoscale(False)
        self.received2.enable_grid(True)
        self.received2.enable_axis_labels(True)

        self.received2.disable_legend()

        labels = ["channel output", '', '', '', '',
            '', '', '', '', '']
        widths = [2, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        colors = ["red", "red", "red", "red", "red",
            "red", "red", "red", "red", "red"]
        styles = [0, 0, 0, 0, 0,
            0, 0, 0, 0, 0]
        markers = [0, 0, 0, 0, 0,
            0, 0, 0, 0, 0]
        alphas = [0.5, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0, 1.0]

        for i in range(1):
            if len(labels[i]) == 0:
                self.received2.set_line_label(i, "Data {0}".format(i))
            else:
                self.received2.set_line_label(i, labels[i])
            self.received2.set_line_width(i, widths[i])
            self.received2.set_line_color(i, colors[i])
            self.received2.set_line_style(i, styles[i])
            self.received2.set_line_marker(i, markers[i])
            self.received2.set_line_alpha(i, alphas[i])

        self._received2_win = sip.wrapinstance(self.received2.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._received2_win, 2, 2, 12, 2)
        for r in range(2, 14):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.received1 = qtgui.const_sink_c(
            1024, #size
            "Receiver 1", #name
            1, #number of inputs
            None # parent
        )
        self.received1.set_update_time(0.1)
        self.received1.set_y_axis((-2), 2)
        self.received1.set_x_axis((-2), 2)
        self.received1.set_trigger_mode(qtgui.TRIG_MODE_FREE, qtgui.TRIG_SLOPE_POS, 0.0, 0, "")
        self.received1.enable_autoscale(False)
        self.received1.enable_grid(True)
        self.received1.enable_axis_labels(True)

        self.received1.disable_legend()

        labels = ["channel output", '', '', '', '',
            '', '', '', '', '']
        widths = [2, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        colors = ["blue", "red", "red", "red", "red",
            "red", "red", "red", "red", "red"]
        styles = [0, 0, 0, 0, 0,
            0, 0, 0, 0, 0]
        markers = [0, 0, 0, 0, 0,
            0, 0, 0, 0, 0]
        alphas = [0.5, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0, 1.0]

        for i in range(1):
            if len(labels[i]) == 0:
                self.received1.set_line_label(i, "Data {0}".format(i))
            else:
                self.received1.set_line_label(i, labels[i])
            self.received1.set_line_width(i, widths[i])
            self.received1.set_line_color(i, colors[i])
            self.received1.set_line_style(i, styles[i])
            self.received1.set_line_marker(i, markers[i])
            self.received1.set_line_alpha(i, alphas[i])

        self._received1_win = sip.wrapinstance(self.received1.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._received1_win, 2, 0, 12, 2)
        for r in range(2, 14):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)
        self._phase_range = Range(-180, 180, 1, 0, 200)
        self._phase_win = RangeWidget(self._phase_range, self.set_phase, "Cross phase (degrees)", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._phase_win, 1, 2, 1, 2)
        for r in range(1, 2):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.messages2 = analog.random_uniform_source_b(0, link2.messages, (seed + 1))
        self.messages1 = analog.random_uniform_source_b(0, link1.messages, seed)
        self.error_rate2 = dlcomm.error_rate_sink_bb(k=link2.k, target_block_errors=0, max_messages=max_messages, delay=0, check_interval=10000, stop_graph=False)
        self.error_rate1 = dlcomm.error_rate_sink_bb(k=link1.k, target_block_errors=0, max_messages=max_messages, delay=0, check_interval=10000, stop_graph=False)
        self.encoder2 = dlcomm.neural_encoder_bc(model=link2.encoder)
        self.encoder1 = dlcomm.neural_encoder_bc(model=link1.encoder)
        self.decoder2 = dlcomm.neural_decoder_cb(model=link2.decoder)
        self.decoder1 = dlcomm.neural_decoder_cb(model=link1.decoder)
        self._cross_range = Range(0, 1, 0.01, cross_gain, 200)
        self._cross_win = RangeWidget(self._cross_range, self.set_cross, "Cross gain", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._cross_win, 1, 0, 1, 2)
        for r in range(1, 2):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.channel = dlcomm.interference_channel_cc(matrix=[1, cross_path, cross_path, 1], ebn0_db=ebn0, bits_per_sample=link1.bits_per_sample, seed=seed, stream=0)
        self._bler2_tool_bar = Qt.QToolBar(self)

        if lambda text: '<b>' + text + '</b>':
            self._bler2_formatter = lambda text: '<b>' + text + '</b>'
        else:
            self._bler2_formatter = lambda x: str(x)

        self._bler2_tool_bar.addWidget(Qt.QLabel("BLER of user 2: "))
        self._bler2_label = Qt.QLabel(str(self._bler2_formatter(self.bler2)))
        self._bler2_tool_bar.addWidget(self._bler2_label)
        self.top_grid_layout.addWidget(self._bler2_tool_bar, 15, 0, 1, 4)
        for r in range(15, 16):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self._bler1_tool_bar = Qt.QToolBar(self)

        if lambda text: '<b>' + text + '</b>':
            self._bler1_formatter = lambda text: '<b>' + text + '</b>'
        else:
            self._bler1_formatter = lambda x: str(x)

        self._bler1_tool_bar.addWidget(Qt.QLabel("BLER of user 1: "))
        self._bler1_label = Qt.QLabel(str(self._bler1_formatter(self.bler1)))
        self._bler1_tool_bar.addWidget(self._bler1_label)
        self.top_grid_layout.addWidget(self._bler1_tool_bar, 14, 0, 1, 4)
        for r in range(14, 15):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)


        ##################################################
        # Connections
        ##################################################
        self.connect((self.channel, 0), (self.decoder1, 0))
        self.connect((self.channel, 1), (self.decoder2, 0))
        self.connect((self.channel, 0), (self.received1, 0))
        self.connect((self.channel, 1), (self.received2, 0))
        self.connect((self.decoder1, 0), (self.error_rate1, 1))
        self.connect((self.decoder2, 0), (self.error_rate2, 1))
        self.connect((self.encoder1, 0), (self.channel, 0))
        self.connect((self.encoder2, 0), (self.channel, 1))
        self.connect((self.messages1, 0), (self.throttle1, 0))
        self.connect((self.messages2, 0), (self.throttle2, 0))
        self.connect((self.throttle1, 0), (self.encoder1, 0))
        self.connect((self.throttle1, 0), (self.error_rate1, 0))
        self.connect((self.throttle2, 0), (self.encoder2, 0))
        self.connect((self.throttle2, 0), (self.error_rate2, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "interference")
        self.settings.setValue("geometry", self.saveGeometry())
        self.stop()
        self.wait()
        snippets_main_after_stop(self)
        event.accept()

    def get_cross_gain(self):
        return self.cross_gain

    def set_cross_gain(self, cross_gain):
        self.cross_gain = cross_gain
        self.set_cross(self.cross_gain)

    def get_ebn0_db(self):
        return self.ebn0_db

    def set_ebn0_db(self, ebn0_db):
        self.ebn0_db = ebn0_db
        self.set_ebn0(self.ebn0_db)

    def get_max_messages(self):
        return self.max_messages

    def set_max_messages(self, max_messages):
        self.max_messages = max_messages
        self.set_rate(self.message_rate or (1e12 if self.max_messages else 50e3))

    def get_message_rate(self):
        return self.message_rate

    def set_message_rate(self, message_rate):
        self.message_rate = message_rate
        self.set_rate(self.message_rate or (1e12 if self.max_messages else 50e3))

    def get_model(self):
        return self.model

    def set_model(self, model):
        self.model = model
        try:
            self.set_link1(dlcomm.replacement_link(self.get_link1(), self.model))
        except (RuntimeError, ValueError) as _reason:
            gr.logger("link1").error(str(_reason))

    def get_model2(self):
        return self.model2

    def set_model2(self, model2):
        self.model2 = model2
        try:
            self.set_link2(dlcomm.replacement_link(self.get_link2(), self.model2))
        except (RuntimeError, ValueError) as _reason:
            gr.logger("link2").error(str(_reason))

    def get_seed(self):
        return self.seed

    def set_seed(self, seed):
        self.seed = seed
        self.channel.set_seed(self.seed)

    def get_phase(self):
        return self.phase

    def set_phase(self, phase):
        self.phase = phase
        self.set_cross_path(cmath.rect(self.cross, cmath.pi * self.phase / 180))

    def get_cross(self):
        return self.cross

    def set_cross(self, cross):
        self.cross = cross
        self.set_cross_path(cmath.rect(self.cross, cmath.pi * self.phase / 180))

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate
        self.throttle1.set_sample_rate(self.rate)
        self.throttle2.set_sample_rate(self.rate)

    def get_link2(self):
        return self.link2

    def set_link2(self, link2):
        self.link2 = link2
        dlcomm.try_set_model(self.decoder2, (self.link2).decoder)
        dlcomm.try_set_model(self.encoder2, (self.link2).encoder)
        ((self.link2, self.ebn0, self.cross_path), self.error_rate2.reset())

    def get_link1(self):
        return self.link1

    def set_link1(self, link1):
        self.link1 = link1
        dlcomm.try_set_model(self.decoder1, (self.link1).decoder)
        dlcomm.try_set_model(self.encoder1, (self.link1).encoder)
        ((self.link1, self.ebn0, self.cross_path), self.error_rate1.reset())

    def get_ebn0(self):
        return self.ebn0

    def set_ebn0(self, ebn0):
        self.ebn0 = ebn0
        self.channel.set_ebn0_db(self.ebn0)
        ((self.link1, self.ebn0, self.cross_path), self.error_rate1.reset())
        ((self.link2, self.ebn0, self.cross_path), self.error_rate2.reset())

    def get_cross_path(self):
        return self.cross_path

    def set_cross_path(self, cross_path):
        self.cross_path = cross_path
        self.channel.set_matrix([1, self.cross_path, self.cross_path, 1])
        ((self.link1, self.ebn0, self.cross_path), self.error_rate1.reset())
        ((self.link2, self.ebn0, self.cross_path), self.error_rate2.reset())

    def get_bler2(self):
        return self.bler2

    def set_bler2(self, bler2):
        self.bler2 = bler2
        Qt.QMetaObject.invokeMethod(self._bler2_label, "setText", Qt.Q_ARG("QString", str(self._bler2_formatter(self.bler2))))

    def get_bler1(self):
        return self.bler1

    def set_bler1(self, bler1):
        self.bler1 = bler1
        Qt.QMetaObject.invokeMethod(self._bler1_label, "setText", Qt.Q_ARG("QString", str(self._bler1_formatter(self.bler1))))



def argument_parser():
    description = 'Two learned links that disturb each other: two transmitters, two receivers, one medium.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--cross-gain", dest="cross_gain", type=eng_float, default=eng_notation.num_to_str(float(0.3)),
        help="Set gain from each transmitter to the other receiver [default=%(default)r]")
    parser.add_argument(
        "--ebn0-db", dest="ebn0_db", type=eng_float, default=eng_notation.num_to_str(float(8)),
        help="Set Eb/N0 in dB [default=%(default)r]")
    parser.add_argument(
        "--max-messages", dest="max_messages", type=intx, default=0,
        help="Set end after this many messages; 0: never [default=%(default)r]")
    parser.add_argument(
        "--message-rate", dest="message_rate", type=eng_float, default=eng_notation.num_to_str(float(0)),
        help="Set messages per second; 0: 50000, or unlimited with --max-messages [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="qpsk",
        help="Set model of user 1 [default=%(default)r]")
    parser.add_argument(
        "--model2", dest="model2", type=str, default="qpsk",
        help="Set model of user 2, of the same 2k/n [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set seed of messages and noise [default=%(default)r]")
    return parser


def main(top_block_cls=interference, options=None):
    if options is None:
        options = argument_parser().parse_args()

    if StrictVersion("4.5.0") <= StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
        style = gr.prefs().get_string('qtgui', 'style', 'raster')
        Qt.QApplication.setGraphicsSystem(style)
    qapp = Qt.QApplication(sys.argv)

    tb = top_block_cls(cross_gain=options.cross_gain, ebn0_db=options.ebn0_db, max_messages=options.max_messages, message_rate=options.message_rate, model=options.model, model2=options.model2, seed=options.seed)
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
