#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: A network as a spectrum analyser
# Copyright: 2026 gr-dlcomm authors
# Description: Runs any ONNX network on a stream: here one that computes power spectra.
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
from gnuradio import gr
from gnuradio.fft import window
import sys
import signal
from argparse import ArgumentParser
from gnuradio.eng_arg import eng_float, intx
from gnuradio.qtgui import Range, RangeWidget
from PyQt5 import QtCore
import os


def snipfcn_check(self):
    if not os.path.isfile(self.model_file):
        sys.exit(f"onnx_inference: --model: found no file {self.model!r}")
    if not -15 <= self.frequency_khz <= 15:
        sys.exit("onnx_inference: --frequency-khz: "
                 f"found {self.frequency_khz:g}, expected -15 to 15")
    if not 0 <= self.noise_level <= 2:
        sys.exit(f"onnx_inference: --noise-level: found {self.noise_level:g}, expected 0 to 2")
    if self.max_windows < 0:
        sys.exit(f"onnx_inference: --max-windows: found {self.max_windows}, expected 0 or more")

    def strongest_text():
        """The strongest frequency of the latest window."""
        power = self.spectrum.level()
        index = max(range(len(power)), key=power.__getitem__)
        frequency = (index / self.window_length - 0.5) * self.sample_rate / 1e3
        return f"{frequency:g} kHz at {power[index]:.1f} dB"

    self.strongest_text = strongest_text

def snipfcn_result(self):
    print(f"{self.network.nitems_written(0)} windows of {self.window_length} samples")
    print(f"  strongest frequency of the last window: {self.strongest_text()}")

def snipfcn_watch(self):
    def update():
        """Show the strongest frequency; with a limit, end the program when it is reached."""
        windows = self.network.nitems_written(0)
        if windows:
            self.set_strongest(self.strongest_text())
        if self.max_windows and windows >= self.max_windows:
            timer.stop()
            self.stop()
            self.wait()
            snippets_main_after_stop(self)
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

class onnx_inference(gr.top_block, Qt.QWidget):

    def __init__(self, frequency_khz=4, max_windows=0, model="models/power_spectrum.onnx", noise_level=0.3, seed=1):
        gr.top_block.__init__(self, "A network as a spectrum analyser", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("A network as a spectrum analyser")
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

        self.settings = Qt.QSettings("GNU Radio", "onnx_inference")

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
        self.frequency_khz = frequency_khz
        self.max_windows = max_windows
        self.model = model
        self.noise_level = noise_level
        self.seed = seed

        ##################################################
        # Variables
        ##################################################
        self.sample_rate = sample_rate = 32e3
        self.window_length = window_length = 64
        self.strongest = strongest = "no message yet"
        self.rate = rate = 1e12 if max_windows else sample_rate
        self.noise = noise = noise_level
        self.model_file = model_file = model if os.path.exists(model) else os.path.join(os.path.dirname(globals().get("__file__", "")), model)
        self.frequency = frequency = frequency_khz

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self._noise_range = Range(0, 2, 0.05, noise_level, 200)
        self._noise_win = RangeWidget(self._noise_range, self.set_noise, "Noise amplitude", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._noise_win, 0, 2, 1, 2)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self._frequency_range = Range(-15, 15, 0.1, frequency_khz, 200)
        self._frequency_win = RangeWidget(self._frequency_range, self.set_frequency, "Frequency (kHz)", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._frequency_win, 0, 0, 1, 2)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.windows = blocks.stream_to_vector(gr.sizeof_gr_complex*1, window_length)
        self.tone = analog.sig_source_c(sample_rate, analog.GR_COS_WAVE, (1e3 * frequency), 1, 0, 0)
        self.throttle = blocks.throttle(gr.sizeof_gr_complex*1, rate,True)
        self._strongest_tool_bar = Qt.QToolBar(self)

        if lambda text: '<b>' + text + '</b>':
            self._strongest_formatter = lambda text: '<b>' + text + '</b>'
        else:
            self._strongest_formatter = lambda x: str(x)

        self._strongest_tool_bar.addWidget(Qt.QLabel("Strongest frequency: "))
        self._strongest_label = Qt.QLabel(str(self._strongest_formatter(self.strongest)))
        self._strongest_tool_bar.addWidget(self._strongest_label)
        self.top_grid_layout.addWidget(self._strongest_tool_bar, 13, 0, 1, 4)
        for r in range(13, 14):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.spectrum = blocks.probe_signal_vf(window_length)
        self.received = blocks.add_vcc(1)
        self.output_plot = qtgui.vector_sink_f(
            window_length,
            (-sample_rate / 2e3),
            (sample_rate / 1e3 / window_length),
            "Frequency (kHz)",
            "Power (dB)",
            "Output of the network",
            1, # Number of inputs
            None # parent
        )
        self.output_plot.set_update_time(0.2)
        self.output_plot.set_y_axis((-60), 10)
        self.output_plot.enable_autoscale(False)
        self.output_plot.enable_grid(True)
        self.output_plot.set_x_axis_units("kHz")
        self.output_plot.set_y_axis_units("dB")
        self.output_plot.set_ref_level(0)

        self.output_plot.disable_legend()

        labels = ["power spectrum", '', '', '', '',
            '', '', '', '', '']
        widths = [1, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        colors = ["blue", "red", "green", "black", "cyan",
            "magenta", "yellow", "dark red", "dark green", "dark blue"]
        alphas = [1.0, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0, 1.0]

        for i in range(1):
            if len(labels[i]) == 0:
                self.output_plot.set_line_label(i, "Data {0}".format(i))
            else:
                self.output_plot.set_line_label(i, labels[i])
            self.output_plot.set_line_width(i, widths[i])
            self.output_plot.set_line_color(i, colors[i])
            self.output_plot.set_line_alpha(i, alphas[i])

        self._output_plot_win = sip.wrapinstance(self.output_plot.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._output_plot_win, 1, 2, 12, 2)
        for r in range(1, 13):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(2, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.noise_source = analog.noise_source_c(analog.GR_GAUSSIAN, noise, seed)
        self.network = dlcomm.onnx_inference(model=model_file, complex_in=True, complex_out=False, vlen_in=window_length, vlen_out=window_length)
        self.limit = blocks.head(gr.sizeof_gr_complex*window_length, (max_windows or 2**62))
        self.input_plot = qtgui.time_sink_c(
            128, #size
            sample_rate, #samp_rate
            "Input of the network", #name
            1, #number of inputs
            None # parent
        )
        self.input_plot.set_update_time(0.2)
        self.input_plot.set_y_axis(-3, 3)

        self.input_plot.set_y_label('Amplitude', "")

        self.input_plot.enable_tags(False)
        self.input_plot.set_trigger_mode(qtgui.TRIG_MODE_FREE, qtgui.TRIG_SLOPE_POS, 0.0, 0, 0, "")
        self.input_plot.enable_autoscale(False)
        self.input_plot.enable_grid(True)
        self.input_plot.enable_axis_labels(True)
        self.input_plot.enable_control_panel(False)
        self.input_plot.enable_stem_plot(False)


        labels = ["real", "imaginary", 'Signal 3', 'Signal 4', 'Signal 5',
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
                    self.input_plot.set_line_label(i, "Re{{Data {0}}}".format(i/2))
                else:
                    self.input_plot.set_line_label(i, "Im{{Data {0}}}".format(i/2))
            else:
                self.input_plot.set_line_label(i, labels[i])
            self.input_plot.set_line_width(i, widths[i])
            self.input_plot.set_line_color(i, colors[i])
            self.input_plot.set_line_style(i, styles[i])
            self.input_plot.set_line_marker(i, markers[i])
            self.input_plot.set_line_alpha(i, alphas[i])

        self._input_plot_win = sip.wrapinstance(self.input_plot.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._input_plot_win, 1, 0, 12, 2)
        for r in range(1, 13):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 2):
            self.top_grid_layout.setColumnStretch(c, 1)


        ##################################################
        # Connections
        ##################################################
        self.connect((self.limit, 0), (self.network, 0))
        self.connect((self.network, 0), (self.output_plot, 0))
        self.connect((self.network, 0), (self.spectrum, 0))
        self.connect((self.noise_source, 0), (self.received, 1))
        self.connect((self.received, 0), (self.throttle, 0))
        self.connect((self.throttle, 0), (self.input_plot, 0))
        self.connect((self.throttle, 0), (self.windows, 0))
        self.connect((self.tone, 0), (self.received, 0))
        self.connect((self.windows, 0), (self.limit, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "onnx_inference")
        self.settings.setValue("geometry", self.saveGeometry())
        self.stop()
        self.wait()
        snippets_main_after_stop(self)
        event.accept()

    def get_frequency_khz(self):
        return self.frequency_khz

    def set_frequency_khz(self, frequency_khz):
        self.frequency_khz = frequency_khz
        self.set_frequency(self.frequency_khz)

    def get_max_windows(self):
        return self.max_windows

    def set_max_windows(self, max_windows):
        self.max_windows = max_windows
        self.set_rate(1e12 if self.max_windows else self.sample_rate)
        self.limit.set_length((self.max_windows or 2**62))

    def get_model(self):
        return self.model

    def set_model(self, model):
        self.model = model
        self.set_model_file(self.model if os.path.exists(self.model) else os.path.join(os.path.dirname(globals().get("__file__", "")), self.model))

    def get_noise_level(self):
        return self.noise_level

    def set_noise_level(self, noise_level):
        self.noise_level = noise_level
        self.set_noise(self.noise_level)

    def get_seed(self):
        return self.seed

    def set_seed(self, seed):
        self.seed = seed

    def get_sample_rate(self):
        return self.sample_rate

    def set_sample_rate(self, sample_rate):
        self.sample_rate = sample_rate
        self.set_rate(1e12 if self.max_windows else self.sample_rate)
        self.input_plot.set_samp_rate(self.sample_rate)
        self.output_plot.set_x_axis((-self.sample_rate / 2e3), (self.sample_rate / 1e3 / self.window_length))
        self.tone.set_sampling_freq(self.sample_rate)

    def get_window_length(self):
        return self.window_length

    def set_window_length(self, window_length):
        self.window_length = window_length
        self.output_plot.set_x_axis((-self.sample_rate / 2e3), (self.sample_rate / 1e3 / self.window_length))

    def get_strongest(self):
        return self.strongest

    def set_strongest(self, strongest):
        self.strongest = strongest
        Qt.QMetaObject.invokeMethod(self._strongest_label, "setText", Qt.Q_ARG("QString", str(self._strongest_formatter(self.strongest))))

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate
        self.throttle.set_sample_rate(self.rate)

    def get_noise(self):
        return self.noise

    def set_noise(self, noise):
        self.noise = noise
        self.noise_source.set_amplitude(self.noise)

    def get_model_file(self):
        return self.model_file

    def set_model_file(self, model_file):
        self.model_file = model_file
        dlcomm.try_set_model(self.network, self.model_file)

    def get_frequency(self):
        return self.frequency

    def set_frequency(self, frequency):
        self.frequency = frequency
        self.tone.set_frequency((1e3 * self.frequency))



def argument_parser():
    description = 'Runs any ONNX network on a stream: here one that computes power spectra.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--frequency-khz", dest="frequency_khz", type=eng_float, default=eng_notation.num_to_str(float(4)),
        help="Set frequency of the tone in kHz [default=%(default)r]")
    parser.add_argument(
        "--max-windows", dest="max_windows", type=intx, default=0,
        help="Set end after this many windows; 0: never [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="models/power_spectrum.onnx",
        help="Set network: a path, or a file beside this program [default=%(default)r]")
    parser.add_argument(
        "--noise-level", dest="noise_level", type=eng_float, default=eng_notation.num_to_str(float(0.3)),
        help="Set amplitude of the noise [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set seed of the noise [default=%(default)r]")
    return parser


def main(top_block_cls=onnx_inference, options=None):
    if options is None:
        options = argument_parser().parse_args()

    if StrictVersion("4.5.0") <= StrictVersion(Qt.qVersion()) < StrictVersion("5.0.0"):
        style = gr.prefs().get_string('qtgui', 'style', 'raster')
        Qt.QApplication.setGraphicsSystem(style)
    qapp = Qt.QApplication(sys.argv)

    tb = top_block_cls(frequency_khz=options.frequency_khz, max_windows=options.max_windows, model=options.model, noise_level=options.noise_level, seed=options.seed)
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
