#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: A file over the loopback device
# Copyright: 2026 gr-dlcomm authors
# Description: Sends a file over the loopback device, with noise, and receives it again.
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
from gnuradio import qtgui
from gnuradio.filter import firdes
import sip
from gnuradio import dlcomm
from gnuradio import gr
from gnuradio.fft import window
import sys
import signal
from argparse import ArgumentParser
from gnuradio.eng_arg import eng_float, intx
from gnuradio import eng_notation
from gnuradio.dlcomm.radio.packet_index import span_text
from gnuradio.dlcomm.radio.radio_sink import radio_sink
from gnuradio.dlcomm.radio.radio_source import radio_source
from pathlib import Path
from gnuradio.dlcomm.radio.file_receiver import file_receiver
from gnuradio.dlcomm.radio.packet_store import PacketStore
from gnuradio.dlcomm.radio.file_sender import file_sender
from gnuradio.dlcomm.radio.packet_file import PacketFile, TransferError
import math


def snipfcn_check(self):
    for name, value, low, high in (("rate", self.rate, 1e3, 64e6), ("esn0-db", self.esn0_db, -20, 100),
                                   ("cfo", self.cfo, -5e-3, 5e-3), ("seed", self.seed, 0, 2**63 - 1)):
        if not low <= value <= high:
            sys.exit(f"loopback: --{name}: found {value:g}, expected {low:g} to {high:g}")
    try:
        dlcomm.model_file(self.model, "encoder")
    except RuntimeError as reason:
        sys.exit(f"loopback: --model: {reason}")
    if self.code not in ("none", "cc"):
        sys.exit(f"loopback: --code: found {self.code}, expected none or cc")

def snipfcn_follow(self):
    def look():
        """End the program when everything has come, or cannot be sent."""
        if self.keeper.done or self.sender.error is not None:
            timer.stop()
            self.stop()
            self.wait()
            snippets_main_after_stop(self)
            Qt.QApplication.quit()

    timer = Qt.QTimer(self)
    timer.timeout.connect(look)
    timer.start(200)

def snipfcn_result(self):
    store, counts = self.keeper.store, self.keeper.counts
    print(f"{self.model} at {self.esn0_db:g} dB Es/N0: {len(store.index)} of {store.expected} packets, "
          f"{store.bytes} bytes")
    print(f"  {counts.bit_errors} of {counts.bits} bits wrong before the outer code")
    if store.missing():
        print("  missing: " + span_text(store.missing()))


def snippets_main_after_start(tb):
    snipfcn_follow(tb)

def snippets_main_after_stop(tb):
    snipfcn_result(tb)

def snippets_init_before_blocks(tb):
    snipfcn_check(tb)

from gnuradio import qtgui

class loopback(gr.top_block, Qt.QWidget):

    def __init__(self, cfo=(1e-3), code="none", esn0_db=15, file="picture.png", model="ae_8_8", out="received.png", rate=1e6, seed=1):
        gr.top_block.__init__(self, "A file over the loopback device", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("A file over the loopback device")
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

        self.settings = Qt.QSettings("GNU Radio", "loopback")

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
        self.cfo = cfo
        self.code = code
        self.esn0_db = esn0_db
        self.file = file
        self.model = model
        self.out = out
        self.rate = rate
        self.seed = seed

        ##################################################
        # Variables
        ##################################################
        self.device = device = "driver=dlcomm_loopback,pace=false,cfo=%.6g,seed=%d,noise_db=%.3f" % (cfo, seed, 10 * math.log10(0.25**2 * 4) - esn0_db)

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self.transmitter = dlcomm.neural_transmitter(model=model, code=code, sps=4, amplitude=0.25, gap=256, end_after_last=False)
        self.spectrum = qtgui.freq_sink_c(
            1024, #size
            window.WIN_BLACKMAN_hARRIS, #wintype
            0, #fc
            rate, #bw
            "What is heard", #name
            1,
            None # parent
        )
        self.spectrum.set_update_time(0.1)
        self.spectrum.set_y_axis((-80), 0)
        self.spectrum.set_y_label('Relative Gain', 'dB')
        self.spectrum.set_trigger_mode(qtgui.TRIG_MODE_FREE, 0.0, 0, "")
        self.spectrum.enable_autoscale(False)
        self.spectrum.enable_grid(False)
        self.spectrum.set_fft_average(0.2)
        self.spectrum.enable_axis_labels(True)
        self.spectrum.enable_control_panel(False)
        self.spectrum.set_fft_window_normalized(False)

        self.spectrum.disable_legend()


        labels = ['', '', '', '', '',
            '', '', '', '', '']
        widths = [1, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        colors = ["blue", "red", "green", "black", "cyan",
            "magenta", "yellow", "dark red", "dark green", "dark blue"]
        alphas = [1.0, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0, 1.0]

        for i in range(1):
            if len(labels[i]) == 0:
                self.spectrum.set_line_label(i, "Data {0}".format(i))
            else:
                self.spectrum.set_line_label(i, labels[i])
            self.spectrum.set_line_width(i, widths[i])
            self.spectrum.set_line_color(i, colors[i])
            self.spectrum.set_line_alpha(i, alphas[i])

        self._spectrum_win = sip.wrapinstance(self.spectrum.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._spectrum_win, 0, 0, 1, 1)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 1):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.source = None
        try:
            self.source = radio_source(
                device=device, sample_rate=rate, frequency=433.92e6,
                gain=None, antenna="")
        except RuntimeError as _reason:
            sys.exit(f"source: {_reason}")
        self.sink = None
        try:
            self.sink = radio_sink(
                device=device, sample_rate=rate, frequency=433.92e6,
                gain=None, antenna="")
        except RuntimeError as _reason:
            sys.exit(f"sink: {_reason}")
        self.sender = None
        try:
            self.sender = file_sender(PacketFile(Path(file), 1024))
        except TransferError as _reason:
            sys.exit(f"sender: {_reason}")
        self.samples = qtgui.time_sink_c(
            24576, #size
            rate, #samp_rate
            "Bursts", #name
            1, #number of inputs
            None # parent
        )
        self.samples.set_update_time(0.2)
        self.samples.set_y_axis(-1, 1)

        self.samples.set_y_label('Amplitude', "")

        self.samples.enable_tags(True)
        self.samples.set_trigger_mode(qtgui.TRIG_MODE_AUTO, qtgui.TRIG_SLOPE_POS, 0.3, 0, 0, "")
        self.samples.enable_autoscale(False)
        self.samples.enable_grid(False)
        self.samples.enable_axis_labels(True)
        self.samples.enable_control_panel(False)
        self.samples.enable_stem_plot(False)


        labels = ['In-phase', 'Quadrature', 'Signal 3', 'Signal 4', 'Signal 5',
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
                    self.samples.set_line_label(i, "Re{{Data {0}}}".format(i/2))
                else:
                    self.samples.set_line_label(i, "Im{{Data {0}}}".format(i/2))
            else:
                self.samples.set_line_label(i, labels[i])
            self.samples.set_line_width(i, widths[i])
            self.samples.set_line_color(i, colors[i])
            self.samples.set_line_style(i, styles[i])
            self.samples.set_line_marker(i, markers[i])
            self.samples.set_line_alpha(i, alphas[i])

        self._samples_win = sip.wrapinstance(self.samples.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._samples_win, 1, 0, 1, 1)
        for r in range(1, 2):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 1):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.receiver = dlcomm.neural_receiver(model=model, soft=True, sps=4, threshold=0, max_payload_symbols=16384, max_cfo=(5e-3), phase_noise=(3e-5), max_clock_ppm=50)
        self.keeper = None
        try:
            self.keeper = file_receiver(
                PacketStore(Path(out)), 4, finish_at_stop=True)
        except (ValueError, OSError) as _reason:
            sys.exit(f"keeper: {_reason}")


        ##################################################
        # Connections
        ##################################################
        self.msg_connect((self.receiver, 'failed'), (self.keeper, 'failed'))
        self.msg_connect((self.receiver, 'pdus'), (self.keeper, 'pdus'))
        self.msg_connect((self.sender, 'pdus'), (self.transmitter, 'pdus'))
        self.msg_connect((self.transmitter, 'sent'), (self.sender, 'sent'))
        self.connect((self.source, 0), (self.receiver, 0))
        self.connect((self.source, 0), (self.samples, 0))
        self.connect((self.source, 0), (self.spectrum, 0))
        self.connect((self.transmitter, 0), (self.sink, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "loopback")
        self.settings.setValue("geometry", self.saveGeometry())
        self.stop()
        self.wait()
        snippets_main_after_stop(self)
        event.accept()

    def get_cfo(self):
        return self.cfo

    def set_cfo(self, cfo):
        self.cfo = cfo
        self.set_device("driver=dlcomm_loopback,pace=false,cfo=%.6g,seed=%d,noise_db=%.3f" % (self.cfo, self.seed, 10 * math.log10(0.25**2 * 4) - self.esn0_db))

    def get_code(self):
        return self.code

    def set_code(self, code):
        self.code = code
        self.transmitter.set_code(self.code)

    def get_esn0_db(self):
        return self.esn0_db

    def set_esn0_db(self, esn0_db):
        self.esn0_db = esn0_db
        self.set_device("driver=dlcomm_loopback,pace=false,cfo=%.6g,seed=%d,noise_db=%.3f" % (self.cfo, self.seed, 10 * math.log10(0.25**2 * 4) - self.esn0_db))

    def get_file(self):
        return self.file

    def set_file(self, file):
        self.file = file

    def get_model(self):
        return self.model

    def set_model(self, model):
        self.model = model
        dlcomm.try_set_model(self.receiver, self.model)
        dlcomm.try_set_model(self.transmitter, self.model)

    def get_out(self):
        return self.out

    def set_out(self, out):
        self.out = out

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate
        self.samples.set_samp_rate(self.rate)
        self.spectrum.set_frequency_range(0, self.rate)

    def get_seed(self):
        return self.seed

    def set_seed(self, seed):
        self.seed = seed
        self.set_device("driver=dlcomm_loopback,pace=false,cfo=%.6g,seed=%d,noise_db=%.3f" % (self.cfo, self.seed, 10 * math.log10(0.25**2 * 4) - self.esn0_db))

    def get_device(self):
        return self.device

    def set_device(self, device):
        self.device = device



def argument_parser():
    description = 'Sends a file over the loopback device, with noise, and receives it again.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--cfo", dest="cfo", type=eng_float, default=eng_notation.num_to_str(float((1e-3))),
        help="Set carrier offset in cycles per sample [default=%(default)r]")
    parser.add_argument(
        "--code", dest="code", type=str, default="none",
        help="Set outer code: none or cc [default=%(default)r]")
    parser.add_argument(
        "--esn0-db", dest="esn0_db", type=eng_float, default=eng_notation.num_to_str(float(15)),
        help="Set Es/N0 in dB [default=%(default)r]")
    parser.add_argument(
        "--file", dest="file", type=str, default="picture.png",
        help="Set what to send [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="ae_8_8",
        help="Set name, folder or file of a link [default=%(default)r]")
    parser.add_argument(
        "--out", dest="out", type=str, default="received.png",
        help="Set where to write what comes [default=%(default)r]")
    parser.add_argument(
        "--rate", dest="rate", type=eng_float, default=eng_notation.num_to_str(float(1e6)),
        help="Set sample rate [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set of the noise [default=%(default)r]")
    return parser


def main(top_block_cls=loopback, options=None):
    if options is None:
        options = argument_parser().parse_args()

    if StrictVersion("4.5.0") <= StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
        style = gr.prefs().get_string('qtgui', 'style', 'raster')
        Qt.QApplication.setGraphicsSystem(style)
    qapp = Qt.QApplication(sys.argv)

    tb = top_block_cls(cfo=options.cfo, code=options.code, esn0_db=options.esn0_db, file=options.file, model=options.model, out=options.out, rate=options.rate, seed=options.seed)

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
