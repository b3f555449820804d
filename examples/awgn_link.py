#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Learned link over AWGN
# Copyright: 2026 gr-dlcomm authors
# Description: A learned link over an AWGN channel: constellation and live error rates.
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
from PyQt5.QtCore import QObject, pyqtSlot
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


def snipfcn_check(self):
    if self.model not in self.models:
        sys.exit(f"awgn_link: --model: found {self.model!r}, expected one of "
                 + ", ".join(self.models))
    if not 0 <= self.ebn0_db <= 12:
        sys.exit(f"awgn_link: --ebn0-db: found {self.ebn0_db:g}, expected 0 to 12")
    if self.max_messages < 0:
        sys.exit(f"awgn_link: --max-messages: found {self.max_messages}, expected 0 or more")
    if not 0 <= self.message_rate < float("inf"):
        sys.exit(f"awgn_link: --message-rate: found {self.message_rate:g}, expected 0 or more")
    if not 1 <= self.seed < 2**31:
        sys.exit(f"awgn_link: --seed: found {self.seed}, expected 1 to 2147483647")

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
    bler, ber = self.rates(self.error_rate)
    print(f"{self.link.name} over AWGN at {self.ebn0:g} dB Eb/N0")
    print(f"  BLER {bler}")
    print(f"  BER  {ber}")

def snipfcn_watch(self):
    counters = (self.error_rate,)

    def update():
        """Show the counts; with a limit, end the program when it is reached."""
        bler, ber = self.rates(self.error_rate)
        self.set_bler(bler)
        self.set_ber(ber)
        if self.max_messages and all(
                counter.stop_reason() != "counting" for counter in counters):
            timer.stop()
            self.stop()
            self.wait()
            snippets_main_after_stop(self)
            if min(counter.messages() for counter in counters) < self.max_messages:
                # Qt would not print what sys.exit() is given.
                print("awgn_link: the flowgraph ended before its limit", file=sys.stderr)
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

class awgn_link(gr.top_block, Qt.QWidget):

    def __init__(self, ebn0_db=4, max_messages=0, message_rate=0, model="ae_7_4", seed=1):
        gr.top_block.__init__(self, "Learned link over AWGN", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("Learned link over AWGN")
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

        self.settings = Qt.QSettings("GNU Radio", "awgn_link")

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
        self.ebn0_db = ebn0_db
        self.max_messages = max_messages
        self.message_rate = message_rate
        self.model = model
        self.seed = seed

        ##################################################
        # Variables
        ##################################################
        self.choice = choice = model
        self.rate = rate = message_rate or (1e12 if max_messages else 50e3)
        self.models = models = ['ae_7_4', 'ae_7_4_int8', 'ae_7_4_compact', 'ae_7_4_compact_int8', 'hamming_7_4', 'hamming_7_4_hard']
        try:
            self.link = link = dlcomm.link(choice)
        except (RuntimeError, ValueError) as _reason:
            sys.exit(f"link: {_reason}")
        self.ebn0 = ebn0 = ebn0_db
        self.bler = bler = "no message yet"
        self.ber = ber = "no message yet"

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self._ebn0_range = Range(0, 12, 0.25, ebn0_db, 200)
        self._ebn0_win = RangeWidget(self._ebn0_range, self.set_ebn0, "Eb/N0 (dB)", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._ebn0_win, 0, 2, 1, 2)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.throttle = blocks.throttle(gr.sizeof_char*1, rate,True)
        self.sent = qtgui.const_sink_c(
            1024, #size
            "Sent", #name
            1, #number of inputs
            None # parent
        )
        self.sent.set_update_time(0.1)
        self.sent.set_y_axis((-2), 2)
        self.sent.set_x_axis((-2), 2)
        self.sent.set_trigger_mode(qtgui.TRIG_MODE_FREE, qtgui.TRIG_SLOPE_POS, 0.0, 0, "")
        self.sent.enable_autoscale(False)
        self.sent.enable_grid(True)
        self.sent.enable_axis_labels(True)

        self.sent.disable_legend()

        labels = ["encoder output", '', '', '', '',
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
                self.sent.set_line_label(i, "Data {0}".format(i))
            else:
                self.sent.set_line_label(i, labels[i])
            self.sent.set_line_width(i, widths[i])
            self.sent.set_line_color(i, colors[i])
            self.sent.set_line_style(i, styles[i])
            self.sent.set_line_marker(i, markers[i])
            self.sent.set_line_alpha(i, alphas[i])

        self._sent_win = sip.wrapinstance(self.sent.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._sent_win, 1, 0, 12, 2)
        for r in range(1, 13):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.received = qtgui.const_sink_c(
            1024, #size
            "Received", #name
            1, #number of inputs
            None # parent
        )
        self.received.set_update_time(0.1)
        self.received.set_y_axis((-2), 2)
        self.received.set_x_axis((-2), 2)
        self.received.set_trigger_mode(qtgui.TRIG_MODE_FREE, qtgui.TRIG_SLOPE_POS, 0.0, 0, "")
        self.received.enable_autoscale(False)
        self.received.enable_grid(True)
        self.received.enable_axis_labels(True)

        self.received.disable_legend()

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
                self.received.set_line_label(i, "Data {0}".format(i))
            else:
                self.received.set_line_label(i, labels[i])
            self.received.set_line_width(i, widths[i])
            self.received.set_line_color(i, colors[i])
            self.received.set_line_style(i, styles[i])
            self.received.set_line_marker(i, markers[i])
            self.received.set_line_alpha(i, alphas[i])

        self._received_win = sip.wrapinstance(self.received.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._received_win, 1, 2, 12, 2)
        for r in range(1, 13):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.messages = analog.random_uniform_source_b(0, link.messages, seed)
        self.error_rate = dlcomm.error_rate_sink_bb(k=link.k, target_block_errors=0, max_messages=max_messages, delay=0, check_interval=10000, stop_graph=True)
        self.encoder = dlcomm.neural_encoder_bc(model=link.encoder)
        self.decoder = dlcomm.neural_decoder_cb(model=link.decoder)
        # Create the options list
        self._choice_options = ['ae_7_4', 'ae_7_4_int8', 'ae_7_4_compact', 'ae_7_4_compact_int8', 'hamming_7_4', 'hamming_7_4_hard']
        # Create the labels list
        self._choice_labels = map(str, self._choice_options)
        # Create the combo box
        self._choice_tool_bar = Qt.QToolBar(self)
        self._choice_tool_bar.addWidget(Qt.QLabel("Model" + ": "))
        self._choice_combo_box = Qt.QComboBox()
        self._choice_tool_bar.addWidget(self._choice_combo_box)
        for _label in self._choice_labels: self._choice_combo_box.addItem(_label)
        self._choice_callback = lambda i: Qt.QMetaObject.invokeMethod(self._choice_combo_box, "setCurrentIndex", Qt.Q_ARG("int", self._choice_options.index(i)))
        self._choice_callback(self.choice)
        self._choice_combo_box.currentIndexChanged.connect(
            lambda i: self.set_choice(self._choice_options[i]))
        # Create the radio buttons
        self.top_grid_layout.addWidget(self._choice_tool_bar, 0, 0, 1, 2)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.channel = dlcomm.awgn_channel_cc(ebn0_db=ebn0, bits_per_sample=link.bits_per_sample, seed=seed, stream=0)
        self._bler_tool_bar = Qt.QToolBar(self)

        if lambda text: '<b>' + text + '</b>':
            self._bler_formatter = lambda text: '<b>' + text + '</b>'
        else:
            self._bler_formatter = lambda x: str(x)

        self._bler_tool_bar.addWidget(Qt.QLabel("Message error rate (BLER): "))
        self._bler_label = Qt.QLabel(str(self._bler_formatter(self.bler)))
        self._bler_tool_bar.addWidget(self._bler_label)
        self.top_grid_layout.addWidget(self._bler_tool_bar, 13, 0, 1, 4)
        for r in range(13, 14):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self._ber_tool_bar = Qt.QToolBar(self)

        if lambda text: '<b>' + text + '</b>':
            self._ber_formatter = lambda text: '<b>' + text + '</b>'
        else:
            self._ber_formatter = lambda x: str(x)

        self._ber_tool_bar.addWidget(Qt.QLabel("Bit error rate (BER): "))
        self._ber_label = Qt.QLabel(str(self._ber_formatter(self.ber)))
        self._ber_tool_bar.addWidget(self._ber_label)
        self.top_grid_layout.addWidget(self._ber_tool_bar, 14, 0, 1, 4)
        for r in range(14, 15):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)


        ##################################################
        # Connections
        ##################################################
        self.connect((self.channel, 0), (self.decoder, 0))
        self.connect((self.channel, 0), (self.received, 0))
        self.connect((self.decoder, 0), (self.error_rate, 1))
        self.connect((self.encoder, 0), (self.channel, 0))
        self.connect((self.encoder, 0), (self.sent, 0))
        self.connect((self.messages, 0), (self.throttle, 0))
        self.connect((self.throttle, 0), (self.encoder, 0))
        self.connect((self.throttle, 0), (self.error_rate, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "awgn_link")
        self.settings.setValue("geometry", self.saveGeometry())
        self.stop()
        self.wait()
        snippets_main_after_stop(self)
        event.accept()

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
        self.set_choice(self.model)

    def get_seed(self):
        return self.seed

    def set_seed(self, seed):
        self.seed = seed
        self.channel.set_seed(self.seed)

    def get_choice(self):
        return self.choice

    def set_choice(self, choice):
        self.choice = choice
        self._choice_callback(self.choice)
        try:
            self.set_link(dlcomm.replacement_link(self.get_link(), self.choice))
        except (RuntimeError, ValueError) as _reason:
            gr.logger("link").error(str(_reason))

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate
        self.throttle.set_sample_rate(self.rate)

    def get_models(self):
        return self.models

    def set_models(self, models):
        self.models = models

    def get_link(self):
        return self.link

    def set_link(self, link):
        self.link = link
        dlcomm.try_set_model(self.decoder, (self.link).decoder)
        dlcomm.try_set_model(self.encoder, (self.link).encoder)
        ((self.link, self.ebn0), self.error_rate.reset())

    def get_ebn0(self):
        return self.ebn0

    def set_ebn0(self, ebn0):
        self.ebn0 = ebn0
        self.channel.set_ebn0_db(self.ebn0)
        ((self.link, self.ebn0), self.error_rate.reset())

    def get_bler(self):
        return self.bler

    def set_bler(self, bler):
        self.bler = bler
        Qt.QMetaObject.invokeMethod(self._bler_label, "setText", Qt.Q_ARG("QString", str(self._bler_formatter(self.bler))))

    def get_ber(self):
        return self.ber

    def set_ber(self, ber):
        self.ber = ber
        Qt.QMetaObject.invokeMethod(self._ber_label, "setText", Qt.Q_ARG("QString", str(self._ber_formatter(self.ber))))



def argument_parser():
    description = 'A learned link over an AWGN channel: constellation and live error rates.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--ebn0-db", dest="ebn0_db", type=eng_float, default=eng_notation.num_to_str(float(4)),
        help="Set Eb/N0 in dB [default=%(default)r]")
    parser.add_argument(
        "--max-messages", dest="max_messages", type=intx, default=0,
        help="Set end after this many messages; 0: never [default=%(default)r]")
    parser.add_argument(
        "--message-rate", dest="message_rate", type=eng_float, default=eng_notation.num_to_str(float(0)),
        help="Set messages per second; 0: 50000, or unlimited with --max-messages [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="ae_7_4",
        help="Set model at the start, one of the chooser's list [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set seed of messages and noise [default=%(default)r]")
    return parser


def main(top_block_cls=awgn_link, options=None):
    if options is None:
        options = argument_parser().parse_args()

    if StrictVersion("4.5.0") <= StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
        style = gr.prefs().get_string('qtgui', 'style', 'raster')
        Qt.QApplication.setGraphicsSystem(style)
    qapp = Qt.QApplication(sys.argv)

    tb = top_block_cls(ebn0_db=options.ebn0_db, max_messages=options.max_messages, message_rate=options.message_rate, model=options.model, seed=options.seed)
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
