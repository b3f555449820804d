#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Fading with and without channel knowledge
# Copyright: 2026 gr-dlcomm authors
# Description: Two receivers on one block Rayleigh fading channel: one is told the channel gain, one is not.
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
from gnuradio import analog
from gnuradio import blocks
from gnuradio import dlcomm
import sys
from gnuradio import gr
from gnuradio.fft import window
import signal
from argparse import ArgumentParser
from gnuradio.eng_arg import eng_float, intx
from gnuradio.qtgui import Range, RangeWidget
from PyQt5 import QtCore


def snipfcn_check(self):
    if self.csi_link.uses_csi is False or self.link.uses_csi is True:
        sys.exit("fading_csi: --csi-model must use channel gains and --model must not: found "
                 f"{self.csi_model!r} and {self.model!r}")
    if (self.link.n, self.link.k) != (self.csi_link.n, self.csi_link.k):
        sys.exit("fading_csi: --model and --csi-model must agree in n and k: found "
                 f"({self.link.n}, {self.link.k}) and ({self.csi_link.n}, {self.csi_link.k})")
    if self.block_length < 1 or self.block_length % self.link.samples_per_frame:
        sys.exit(f"fading_csi: --block-length: found {self.block_length}, expected a multiple "
                 f"of {self.link.samples_per_frame}, so that the gain is constant over a message")
    if not 0 <= self.ebn0_db <= 40:
        sys.exit(f"fading_csi: --ebn0-db: found {self.ebn0_db:g}, expected 0 to 40")
    if self.max_messages < 0:
        sys.exit(f"fading_csi: --max-messages: found {self.max_messages}, expected 0 or more")
    if not 0 <= self.message_rate < float("inf"):
        sys.exit(f"fading_csi: --message-rate: found {self.message_rate:g}, expected 0 or more")
    if not 1 <= self.seed < 2**31:
        sys.exit(f"fading_csi: --seed: found {self.seed}, expected 1 to 2147483647")
    # All messages of one fading block share a gain: their errors come together.
    cluster = self.block_length * self.link.messages_per_frame / self.link.samples_per_frame

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

        return (text(wrong, messages, block_interval(wrong, messages, cluster)),
                text(wrong_bits, bits, bit_interval(wrong, wrong_bits, messages, bits, cluster)))

    self.rates = rates

def snipfcn_result(self):
    channel = "block Rayleigh fading" if self.fading else "AWGN (fading off)"
    print(f"{channel}, {self.block_length} samples per block, {self.ebn0:g} dB Eb/N0")
    for link, counter in ((self.csi_link, self.csi_error_rate), (self.link, self.error_rate)):
        bler, ber = self.rates(counter)
        print(f"{link.name}, gain {'known' if link.uses_csi else 'unknown'}")
        print(f"  BLER {bler}")
        print(f"  BER  {ber}")

def snipfcn_watch(self):
    counters = (self.csi_error_rate, self.error_rate)

    def update():
        """Show the counts; with a limit, end the program when it is reached."""
        self.set_csi_bler(self.rates(self.csi_error_rate)[0])
        self.set_bler(self.rates(self.error_rate)[0])
        if self.max_messages and all(
                counter.stop_reason() != "counting" for counter in counters):
            timer.stop()
            self.stop()
            self.wait()
            snippets_main_after_stop(self)
            if min(counter.messages() for counter in counters) < self.max_messages:
                # Qt would not print what sys.exit() is given.
                print("fading_csi: the flowgraph ended before its limit", file=sys.stderr)
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

class fading_csi(gr.top_block, Qt.QWidget):

    def __init__(self, block_length=64, csi_model="qpsk_csi", ebn0_db=10, max_messages=0, message_rate=0, model="qpsk", seed=1):
        gr.top_block.__init__(self, "Fading with and without channel knowledge", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("Fading with and without channel knowledge")
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

        self.settings = Qt.QSettings("GNU Radio", "fading_csi")

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
        self.block_length = block_length
        self.csi_model = csi_model
        self.ebn0_db = ebn0_db
        self.max_messages = max_messages
        self.message_rate = message_rate
        self.model = model
        self.seed = seed

        ##################################################
        # Variables
        ##################################################
        try:
            self.link = link = dlcomm.link(model)
        except (RuntimeError, ValueError) as _reason:
            sys.exit(f"link: {_reason}")
        self.rate = rate = message_rate or (1e12 if max_messages else 50e3)
        self.fading = fading = True
        self.ebn0 = ebn0 = ebn0_db
        try:
            self.csi_link = csi_link = dlcomm.link(csi_model)
        except (RuntimeError, ValueError) as _reason:
            sys.exit(f"csi_link: {_reason}")
        self.csi_bler = csi_bler = "no message yet"
        self.bler = bler = "no message yet"

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        _fading_check_box = Qt.QCheckBox("Fading")
        self._fading_choices = {True: True, False: False}
        self._fading_choices_inv = dict((v,k) for k,v in self._fading_choices.items())
        self._fading_callback = lambda i: Qt.QMetaObject.invokeMethod(_fading_check_box, "setChecked", Qt.Q_ARG("bool", self._fading_choices_inv[i]))
        self._fading_callback(self.fading)
        _fading_check_box.stateChanged.connect(lambda i: self.set_fading(self._fading_choices[bool(i)]))
        self.top_grid_layout.addWidget(_fading_check_box, 0, 0, 1, 1)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 1):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.encoder = dlcomm.neural_encoder_bc(model=link.encoder)
        self._ebn0_range = Range(0, 40, 0.5, ebn0_db, 200)
        self._ebn0_win = RangeWidget(self._ebn0_range, self.set_ebn0, "Eb/N0 (dB)", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._ebn0_win, 0, 1, 1, 3)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(1, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.decoder = dlcomm.neural_decoder_cb(model=link.decoder)
        self.throttle = blocks.throttle(gr.sizeof_char*1, rate,True)
        self.received = qtgui.const_sink_c(
            1024, #size
            "Received", #name
            1, #number of inputs
            None # parent
        )
        self.received.set_update_time(0.1)
        self.received.set_y_axis((-3), 3)
        self.received.set_x_axis((-3), 3)
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
        self.messages = analog.random_uniform_source_b(0, link.messages, seed)
        self.gain = qtgui.time_sink_f(
            2048, #size
            (message_rate or 50e3) * link.n / 2, #samp_rate
            "Channel gain", #name
            1, #number of inputs
            None # parent
        )
        self.gain.set_update_time(0.2)
        self.gain.set_y_axis(0, 3)

        self.gain.set_y_label("amplitude |h|", "")

        self.gain.enable_tags(False)
        self.gain.set_trigger_mode(qtgui.TRIG_MODE_FREE, qtgui.TRIG_SLOPE_POS, 0.0, 0, 0, "")
        self.gain.enable_autoscale(False)
        self.gain.enable_grid(True)
        self.gain.enable_axis_labels(True)
        self.gain.enable_control_panel(False)
        self.gain.enable_stem_plot(False)

        self.gain.disable_legend()

        labels = ["|h|", 'Signal 2', 'Signal 3', 'Signal 4', 'Signal 5',
            'Signal 6', 'Signal 7', 'Signal 8', 'Signal 9', 'Signal 10']
        widths = [2, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        colors = ['blue', 'red', 'green', 'black', 'cyan',
            'magenta', 'yellow', 'dark red', 'dark green', 'dark blue']
        alphas = [1.0, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0, 1.0]
        styles = [1, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        markers = [-1, -1, -1, -1, -1,
            -1, -1, -1, -1, -1]


        for i in range(1):
            if len(labels[i]) == 0:
                self.gain.set_line_label(i, "Data {0}".format(i))
            else:
                self.gain.set_line_label(i, labels[i])
            self.gain.set_line_width(i, widths[i])
            self.gain.set_line_color(i, colors[i])
            self.gain.set_line_style(i, styles[i])
            self.gain.set_line_marker(i, markers[i])
            self.gain.set_line_alpha(i, alphas[i])

        self._gain_win = sip.wrapinstance(self.gain.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._gain_win, 1, 2, 12, 2)
        for r in range(1, 13):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.error_rate = dlcomm.error_rate_sink_bb(k=link.k, target_block_errors=0, max_messages=max_messages, delay=0, check_interval=10000, stop_graph=False)
        self.csi_error_rate = dlcomm.error_rate_sink_bb(k=csi_link.k, target_block_errors=0, max_messages=max_messages, delay=0, check_interval=10000, stop_graph=False)
        self.csi_encoder = dlcomm.neural_encoder_bc(model=csi_link.encoder)
        self.csi_decoder = dlcomm.neural_decoder_cb(model=csi_link.decoder)
        self.csi_channel = dlcomm.rayleigh_block_fading_channel_cc(block_length=block_length, ebn0_db=ebn0, bits_per_sample=csi_link.bits_per_sample, seed=seed, stream=0, real_positive=False, tag_blocks=True)
        self.csi_channel.set_fading(fading)
        self._csi_bler_tool_bar = Qt.QToolBar(self)

        if lambda text: '<b>' + text + '</b>':
            self._csi_bler_formatter = lambda text: '<b>' + text + '</b>'
        else:
            self._csi_bler_formatter = lambda x: str(x)

        self._csi_bler_tool_bar.addWidget(Qt.QLabel("BLER, gain known: "))
        self._csi_bler_label = Qt.QLabel(str(self._csi_bler_formatter(self.csi_bler)))
        self._csi_bler_tool_bar.addWidget(self._csi_bler_label)
        self.top_grid_layout.addWidget(self._csi_bler_tool_bar, 13, 0, 1, 4)
        for r in range(13, 14):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.channel = dlcomm.rayleigh_block_fading_channel_cc(block_length=block_length, ebn0_db=ebn0, bits_per_sample=link.bits_per_sample, seed=seed, stream=0, real_positive=False, tag_blocks=True)
        self.channel.set_fading(fading)
        self._bler_tool_bar = Qt.QToolBar(self)

        if lambda text: '<b>' + text + '</b>':
            self._bler_formatter = lambda text: '<b>' + text + '</b>'
        else:
            self._bler_formatter = lambda x: str(x)

        self._bler_tool_bar.addWidget(Qt.QLabel("BLER, gain unknown: "))
        self._bler_label = Qt.QLabel(str(self._bler_formatter(self.bler)))
        self._bler_tool_bar.addWidget(self._bler_label)
        self.top_grid_layout.addWidget(self._bler_tool_bar, 14, 0, 1, 4)
        for r in range(14, 15):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.amplitude = blocks.complex_to_mag(1)


        ##################################################
        # Connections
        ##################################################
        self.connect((self.amplitude, 0), (self.gain, 0))
        self.connect((self.channel, 0), (self.decoder, 0))
        self.connect((self.csi_channel, 1), (self.amplitude, 0))
        self.connect((self.csi_channel, 1), (self.csi_decoder, 1))
        self.connect((self.csi_channel, 0), (self.csi_decoder, 0))
        self.connect((self.csi_channel, 0), (self.received, 0))
        self.connect((self.csi_decoder, 0), (self.csi_error_rate, 1))
        self.connect((self.csi_encoder, 0), (self.csi_channel, 0))
        self.connect((self.decoder, 0), (self.error_rate, 1))
        self.connect((self.encoder, 0), (self.channel, 0))
        self.connect((self.messages, 0), (self.throttle, 0))
        self.connect((self.throttle, 0), (self.csi_encoder, 0))
        self.connect((self.throttle, 0), (self.csi_error_rate, 0))
        self.connect((self.throttle, 0), (self.encoder, 0))
        self.connect((self.throttle, 0), (self.error_rate, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "fading_csi")
        self.settings.setValue("geometry", self.saveGeometry())
        self.stop()
        self.wait()
        snippets_main_after_stop(self)
        event.accept()

    def get_block_length(self):
        return self.block_length

    def set_block_length(self, block_length):
        self.block_length = block_length

    def get_csi_model(self):
        return self.csi_model

    def set_csi_model(self, csi_model):
        self.csi_model = csi_model
        try:
            self.set_csi_link(dlcomm.replacement_link(self.get_csi_link(), self.csi_model))
        except (RuntimeError, ValueError) as _reason:
            gr.logger("csi_link").error(str(_reason))

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
        self.gain.set_samp_rate((self.message_rate or 50e3) * link.n / 2)

    def get_model(self):
        return self.model

    def set_model(self, model):
        self.model = model
        try:
            self.set_link(dlcomm.replacement_link(self.get_link(), self.model))
        except (RuntimeError, ValueError) as _reason:
            gr.logger("link").error(str(_reason))

    def get_seed(self):
        return self.seed

    def set_seed(self, seed):
        self.seed = seed
        self.channel.set_seed(self.seed)
        self.csi_channel.set_seed(self.seed)

    def get_link(self):
        return self.link

    def set_link(self, link):
        self.link = link
        dlcomm.try_set_model(self.decoder, (self.link).decoder)
        dlcomm.try_set_model(self.encoder, (self.link).encoder)
        ((self.link, self.ebn0, self.fading), self.error_rate.reset())

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate
        self.throttle.set_sample_rate(self.rate)

    def get_fading(self):
        return self.fading

    def set_fading(self, fading):
        self.fading = fading
        self._fading_callback(self.fading)
        self.channel.set_fading(self.fading)
        self.csi_channel.set_fading(self.fading)
        ((self.csi_link, self.ebn0, self.fading), self.csi_error_rate.reset())
        ((self.link, self.ebn0, self.fading), self.error_rate.reset())

    def get_ebn0(self):
        return self.ebn0

    def set_ebn0(self, ebn0):
        self.ebn0 = ebn0
        self.channel.set_ebn0_db(self.ebn0)
        self.csi_channel.set_ebn0_db(self.ebn0)
        ((self.csi_link, self.ebn0, self.fading), self.csi_error_rate.reset())
        ((self.link, self.ebn0, self.fading), self.error_rate.reset())

    def get_csi_link(self):
        return self.csi_link

    def set_csi_link(self, csi_link):
        self.csi_link = csi_link
        dlcomm.try_set_model(self.csi_decoder, (self.csi_link).decoder)
        dlcomm.try_set_model(self.csi_encoder, (self.csi_link).encoder)
        ((self.csi_link, self.ebn0, self.fading), self.csi_error_rate.reset())

    def get_csi_bler(self):
        return self.csi_bler

    def set_csi_bler(self, csi_bler):
        self.csi_bler = csi_bler
        Qt.QMetaObject.invokeMethod(self._csi_bler_label, "setText", Qt.Q_ARG("QString", str(self._csi_bler_formatter(self.csi_bler))))

    def get_bler(self):
        return self.bler

    def set_bler(self, bler):
        self.bler = bler
        Qt.QMetaObject.invokeMethod(self._bler_label, "setText", Qt.Q_ARG("QString", str(self._bler_formatter(self.bler))))



def argument_parser():
    description = 'Two receivers on one block Rayleigh fading channel: one is told the channel gain, one is not.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--block-length", dest="block_length", type=intx, default=64,
        help="Set complex samples per fading block [default=%(default)r]")
    parser.add_argument(
        "--csi-model", dest="csi_model", type=str, default="qpsk_csi",
        help="Set model with channel knowledge, of the same n and k [default=%(default)r]")
    parser.add_argument(
        "--ebn0-db", dest="ebn0_db", type=eng_float, default=eng_notation.num_to_str(float(10)),
        help="Set Eb/N0 in dB [default=%(default)r]")
    parser.add_argument(
        "--max-messages", dest="max_messages", type=intx, default=0,
        help="Set end after this many messages; 0: never [default=%(default)r]")
    parser.add_argument(
        "--message-rate", dest="message_rate", type=eng_float, default=eng_notation.num_to_str(float(0)),
        help="Set messages per second; 0: 50000, or unlimited with --max-messages [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="qpsk",
        help="Set model without channel knowledge [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set seed of messages, fading and noise [default=%(default)r]")
    return parser


def main(top_block_cls=fading_csi, options=None):
    if options is None:
        options = argument_parser().parse_args()

    if StrictVersion("4.5.0") <= StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
        style = gr.prefs().get_string('qtgui', 'style', 'raster')
        Qt.QApplication.setGraphicsSystem(style)
    qapp = Qt.QApplication(sys.argv)

    tb = top_block_cls(block_length=options.block_length, csi_model=options.csi_model, ebn0_db=options.ebn0_db, max_messages=options.max_messages, message_rate=options.message_rate, model=options.model, seed=options.seed)
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
