#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Coded learned link
# Copyright: 2026 gr-dlcomm authors
# Description: A convolutional code around a learned link: what soft decisions are worth.
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
from gnuradio import digital
from gnuradio import dlcomm
import sys
from gnuradio import fec
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
        sys.exit(f"coded_link: --model: found {self.model!r}, expected one of "
                 + ", ".join(self.models))
    if not 0 <= self.ebn0_db <= 12:
        sys.exit(f"coded_link: --ebn0-db: found {self.ebn0_db:g}, expected 0 to 12")
    if self.max_bits < 0:
        sys.exit(f"coded_link: --max-bits: found {self.max_bits}, expected 0 or more")
    if not 0 <= self.bit_rate < float("inf"):
        sys.exit(f"coded_link: --bit-rate: found {self.bit_rate:g}, expected 0 or more")
    if not 1 <= self.seed < 2**31:
        sys.exit(f"coded_link: --seed: found {self.seed}, expected 1 to 2147483647")

    from gnuradio.dlcomm.measurement.intervals import bit_interval

    def rate(counter):
        """Bit error rate of an error rate sink with its 95 % interval, as text."""
        # Errors are read before trials: both only grow meanwhile.
        wrong_bytes, wrong = counter.block_errors(), counter.bit_errors()
        count, bits = counter.messages(), counter.bits()
        if count < 4:
            return "no bit yet"
        # Viterbi decoders err for some 30 bits at a time, which is four bytes.
        low, high = bit_interval(wrong_bytes, wrong, count, bits, cluster=4)
        return f"{wrong / bits:.2e}  (95 %: {low:.2e} to {high:.2e}, {wrong} of {bits})"

    self.error_rate_text = rate

def snipfcn_result(self):
    print(f"{self.link.name} within a code of rate 1/2, over AWGN at {self.ebn0:g} dB Eb/N0 "
          "per information bit")
    print(f"  soft decisions: BER  {self.error_rate_text(self.soft_errors)}")
    print(f"  hard decisions: BER  {self.error_rate_text(self.hard_errors)}")

def snipfcn_watch(self):
    counters = (self.soft_errors, self.hard_errors)

    def update():
        """Show the counts; with a limit, end the program when it is reached."""
        self.set_soft_ber(self.error_rate_text(self.soft_errors))
        self.set_hard_ber(self.error_rate_text(self.hard_errors))
        if self.max_bits and all(
                counter.stop_reason() != "counting" for counter in counters):
            timer.stop()
            self.stop()
            self.wait()
            snippets_main_after_stop(self)
            if min(counter.bits() for counter in counters) < self.max_bits // 8 * 8:
                # Qt would not print what sys.exit() is given.
                print("coded_link: the flowgraph ended before its limit", file=sys.stderr)
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

class coded_link(gr.top_block, Qt.QWidget):

    def __init__(self, bit_rate=0, ebn0_db=6, max_bits=0, model="ae_8_8", seed=1):
        gr.top_block.__init__(self, "Coded learned link", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("Coded learned link")
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

        self.settings = Qt.QSettings("GNU Radio", "coded_link")

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
        self.bit_rate = bit_rate
        self.ebn0_db = ebn0_db
        self.max_bits = max_bits
        self.model = model
        self.seed = seed

        ##################################################
        # Variables
        ##################################################
        self.frame_bits = frame_bits = 1018
        self.choice = choice = model
        self.soft_code = soft_code = fec.cc_decoder.make(frame_bits,7, 2, [109, 79], 0, (-1), fec.CC_TERMINATED, False)
        self.soft_ber = soft_ber = "no bit yet"
        self.rate = rate = bit_rate or (1e12 if max_bits else 100e3)
        self.models = models = ['ae_8_8', 'ae_8_8_bitwise', 'ae_8_8_compact', 'ae_8_8_int8', 'e8_8_8', 'uncoded_8_8']
        try:
            self.link = link = dlcomm.link(choice)
        except (RuntimeError, ValueError) as _reason:
            sys.exit(f"link: {_reason}")
        self.hard_code = hard_code = fec.cc_decoder.make(frame_bits,7, 2, [109, 79], 0, (-1), fec.CC_TERMINATED, False)
        self.hard_ber = hard_ber = "no bit yet"
        self.ebn0 = ebn0 = ebn0_db
        self.code_rate = code_rate = frame_bits / (2 * (frame_bits + 6))
        self.code = code = fec.cc_encoder_make(frame_bits,7, 2, [109, 79], 0, fec.CC_TERMINATED, False)

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
        self.to_messages = blocks.pack_k_bits_bb(link.k)
        self.throttle = blocks.throttle(gr.sizeof_char*1, rate,True)
        self.sure_levels = digital.chunks_to_symbols_bf([-2.65, 2.65], 1)
        self.soft_errors = dlcomm.error_rate_sink_bb(k=8, target_block_errors=0, max_messages=(max_bits // 8), delay=0, check_interval=10000, stop_graph=False)
        self.soft_bytes = blocks.pack_k_bits_bb(8)
        self._soft_ber_tool_bar = Qt.QToolBar(self)

        if lambda text: '<b>' + text + '</b>':
            self._soft_ber_formatter = lambda text: '<b>' + text + '</b>'
        else:
            self._soft_ber_formatter = lambda x: str(x)

        self._soft_ber_tool_bar.addWidget(Qt.QLabel("BER with soft decisions: "))
        self._soft_ber_label = Qt.QLabel(str(self._soft_ber_formatter(self.soft_ber)))
        self._soft_ber_tool_bar.addWidget(self._soft_ber_label)
        self.top_grid_layout.addWidget(self._soft_ber_tool_bar, 13, 0, 1, 4)
        for r in range(13, 14):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.signs = digital.binary_slicer_fb()
        self.sent_bytes = blocks.pack_k_bits_bb(8)
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
        self.top_grid_layout.addWidget(self._received_win, 1, 0, 12, 2)
        for r in range(1, 13):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.ratios = qtgui.histogram_sink_f(
            8192,
            101,
            (-3),
            3,
            "Log-likelihood ratios, scaled",
            1,
            None # parent
        )

        self.ratios.set_update_time(0.2)
        self.ratios.enable_autoscale(True)
        self.ratios.enable_accumulate(False)
        self.ratios.enable_grid(True)
        self.ratios.enable_axis_labels(True)

        self.ratios.disable_legend()

        labels = ['', '', '', '', '',
            '', '', '', '', '']
        widths = [1, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        colors = ["blue", "red", "green", "black", "cyan",
            "magenta", "yellow", "dark red", "dark green", "dark blue"]
        styles = [1, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        markers= [-1, -1, -1, -1, -1,
            -1, -1, -1, -1, -1]
        alphas = [1.0, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0, 1.0]

        for i in range(1):
            if len(labels[i]) == 0:
                self.ratios.set_line_label(i, "Data {0}".format(i))
            else:
                self.ratios.set_line_label(i, labels[i])
            self.ratios.set_line_width(i, widths[i])
            self.ratios.set_line_color(i, colors[i])
            self.ratios.set_line_style(i, styles[i])
            self.ratios.set_line_marker(i, markers[i])
            self.ratios.set_line_alpha(i, alphas[i])

        self._ratios_win = sip.wrapinstance(self.ratios.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._ratios_win, 1, 2, 12, 2)
        for r in range(1, 13):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.levels = analog.agc_ff((1e-4), 1.0, 1.0)
        self.levels.set_max_gain(65536)
        self.hard_errors = dlcomm.error_rate_sink_bb(k=8, target_block_errors=0, max_messages=(max_bits // 8), delay=0, check_interval=10000, stop_graph=False)
        self.hard_bytes = blocks.pack_k_bits_bb(8)
        self._hard_ber_tool_bar = Qt.QToolBar(self)

        if lambda text: '<b>' + text + '</b>':
            self._hard_ber_formatter = lambda text: '<b>' + text + '</b>'
        else:
            self._hard_ber_formatter = lambda x: str(x)

        self._hard_ber_tool_bar.addWidget(Qt.QLabel("BER with hard decisions: "))
        self._hard_ber_label = Qt.QLabel(str(self._hard_ber_formatter(self.hard_ber)))
        self._hard_ber_tool_bar.addWidget(self._hard_ber_label)
        self.top_grid_layout.addWidget(self._hard_ber_tool_bar, 14, 0, 1, 4)
        for r in range(14, 15):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.fec_soft = fec.extended_decoder(decoder_obj_list=soft_code, threading= None, ann=None, puncpat='11', integration_period=10000)
        self.fec_hard = fec.extended_decoder(decoder_obj_list=hard_code, threading= None, ann=None, puncpat='11', integration_period=10000)
        self.fec_encoder = fec.extended_encoder(encoder_obj_list=code, threading= None, puncpat='11')
        self.encoder = dlcomm.neural_encoder_bc(model=link.encoder)
        self.decoder = dlcomm.neural_decoder_cf(model=link.decoder)
        # Create the options list
        self._choice_options = ['ae_8_8', 'ae_8_8_bitwise', 'ae_8_8_compact', 'ae_8_8_int8', 'e8_8_8', 'uncoded_8_8']
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
        self.channel = dlcomm.awgn_channel_cc(ebn0_db=ebn0, bits_per_sample=(link.bits_per_sample * code_rate), seed=seed, stream=0)
        self.bits = analog.random_uniform_source_b(0, 2, seed)


        ##################################################
        # Connections
        ##################################################
        self.connect((self.bits, 0), (self.throttle, 0))
        self.connect((self.channel, 0), (self.decoder, 0))
        self.connect((self.channel, 0), (self.received, 0))
        self.connect((self.decoder, 0), (self.levels, 0))
        self.connect((self.decoder, 0), (self.signs, 0))
        self.connect((self.encoder, 0), (self.channel, 0))
        self.connect((self.fec_encoder, 0), (self.to_messages, 0))
        self.connect((self.fec_hard, 0), (self.hard_bytes, 0))
        self.connect((self.fec_soft, 0), (self.soft_bytes, 0))
        self.connect((self.hard_bytes, 0), (self.hard_errors, 1))
        self.connect((self.levels, 0), (self.fec_soft, 0))
        self.connect((self.levels, 0), (self.ratios, 0))
        self.connect((self.sent_bytes, 0), (self.hard_errors, 0))
        self.connect((self.sent_bytes, 0), (self.soft_errors, 0))
        self.connect((self.signs, 0), (self.sure_levels, 0))
        self.connect((self.soft_bytes, 0), (self.soft_errors, 1))
        self.connect((self.sure_levels, 0), (self.fec_hard, 0))
        self.connect((self.throttle, 0), (self.fec_encoder, 0))
        self.connect((self.throttle, 0), (self.sent_bytes, 0))
        self.connect((self.to_messages, 0), (self.encoder, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "coded_link")
        self.settings.setValue("geometry", self.saveGeometry())
        self.stop()
        self.wait()
        snippets_main_after_stop(self)
        event.accept()

    def get_bit_rate(self):
        return self.bit_rate

    def set_bit_rate(self, bit_rate):
        self.bit_rate = bit_rate
        self.set_rate(self.bit_rate or (1e12 if self.max_bits else 100e3))

    def get_ebn0_db(self):
        return self.ebn0_db

    def set_ebn0_db(self, ebn0_db):
        self.ebn0_db = ebn0_db
        self.set_ebn0(self.ebn0_db)

    def get_max_bits(self):
        return self.max_bits

    def set_max_bits(self, max_bits):
        self.max_bits = max_bits
        self.set_rate(self.bit_rate or (1e12 if self.max_bits else 100e3))

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

    def get_frame_bits(self):
        return self.frame_bits

    def set_frame_bits(self, frame_bits):
        self.frame_bits = frame_bits
        self.set_code_rate(self.frame_bits / (2 * (self.frame_bits + 6)))

    def get_choice(self):
        return self.choice

    def set_choice(self, choice):
        self.choice = choice
        self._choice_callback(self.choice)
        try:
            self.set_link(dlcomm.replacement_link(self.get_link(), self.choice))
        except (RuntimeError, ValueError) as _reason:
            gr.logger("link").error(str(_reason))

    def get_soft_code(self):
        return self.soft_code

    def set_soft_code(self, soft_code):
        self.soft_code = soft_code

    def get_soft_ber(self):
        return self.soft_ber

    def set_soft_ber(self, soft_ber):
        self.soft_ber = soft_ber
        Qt.QMetaObject.invokeMethod(self._soft_ber_label, "setText", Qt.Q_ARG("QString", str(self._soft_ber_formatter(self.soft_ber))))

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
        ((self.link, self.ebn0), self.hard_errors.reset())
        ((self.link, self.ebn0), self.soft_errors.reset())

    def get_hard_code(self):
        return self.hard_code

    def set_hard_code(self, hard_code):
        self.hard_code = hard_code

    def get_hard_ber(self):
        return self.hard_ber

    def set_hard_ber(self, hard_ber):
        self.hard_ber = hard_ber
        Qt.QMetaObject.invokeMethod(self._hard_ber_label, "setText", Qt.Q_ARG("QString", str(self._hard_ber_formatter(self.hard_ber))))

    def get_ebn0(self):
        return self.ebn0

    def set_ebn0(self, ebn0):
        self.ebn0 = ebn0
        self.channel.set_ebn0_db(self.ebn0)
        ((self.link, self.ebn0), self.hard_errors.reset())
        ((self.link, self.ebn0), self.soft_errors.reset())

    def get_code_rate(self):
        return self.code_rate

    def set_code_rate(self, code_rate):
        self.code_rate = code_rate

    def get_code(self):
        return self.code

    def set_code(self, code):
        self.code = code



def argument_parser():
    description = 'A convolutional code around a learned link: what soft decisions are worth.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--bit-rate", dest="bit_rate", type=eng_float, default=eng_notation.num_to_str(float(0)),
        help="Set information bits per second; 0: 100000, or unlimited with --max-bits [default=%(default)r]")
    parser.add_argument(
        "--ebn0-db", dest="ebn0_db", type=eng_float, default=eng_notation.num_to_str(float(6)),
        help="Set Eb/N0 per information bit in dB [default=%(default)r]")
    parser.add_argument(
        "--max-bits", dest="max_bits", type=intx, default=0,
        help="Set end after this many information bits; 0: never [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="ae_8_8",
        help="Set model at the start, one of the chooser's list [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set seed of bits and noise [default=%(default)r]")
    return parser


def main(top_block_cls=coded_link, options=None):
    if options is None:
        options = argument_parser().parse_args()

    if StrictVersion("4.5.0") <= StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
        style = gr.prefs().get_string('qtgui', 'style', 'raster')
        Qt.QApplication.setGraphicsSystem(style)
    qapp = Qt.QApplication(sys.argv)

    tb = top_block_cls(bit_rate=options.bit_rate, ebn0_db=options.ebn0_db, max_bits=options.max_bits, model=options.model, seed=options.seed)
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
