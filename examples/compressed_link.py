#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Full and compressed decoder side by side
# Copyright: 2026 gr-dlcomm authors
# Description: One noisy stream into a full and a compressed decoder: error rates and processor loads side by side.
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
import numpy
import os


def snipfcn_check(self):
    if self.model not in self.decoders:
        sys.exit(f"compressed_link: --model: found {self.model!r}, expected one of "
                 + ", ".join(self.decoders))
    if not 0 <= self.ebn0_db <= 10:
        sys.exit(f"compressed_link: --ebn0-db: found {self.ebn0_db:g}, expected 0 to 10")
    if self.max_messages < 0:
        sys.exit(f"compressed_link: --max-messages: found {self.max_messages}, "
                 "expected 0 or more")
    if not 0 <= self.message_rate <= 1e6:
        sys.exit(f"compressed_link: --message-rate: found {self.message_rate:g}, "
                 "expected 0 to 1000000")
    if not 1 <= self.seed < 2**31:
        sys.exit(f"compressed_link: --seed: found {self.seed}, expected 1 to 2147483647")

    from gnuradio.dlcomm.measurement.intervals import bit_interval, block_interval

    def rates(counter):
        """(errors, trials, 95 % interval) of messages and of bits; None before the first."""
        # Errors are read before trials: both only grow meanwhile.
        wrong, wrong_bits = counter.block_errors(), counter.bit_errors()
        messages, bits = counter.messages(), counter.bits()
        if messages == 0:
            return None
        return ((wrong, messages, block_interval(wrong, messages)),
                (wrong_bits, bits, bit_interval(wrong, wrong_bits, messages, bits)))

    self.rates = rates
    self.loads = []

def snipfcn_look(self):
    # What the chooser's files take, as it stands on the disk.
    for place, name in enumerate(self.decoders):
        label = self._choice_combo_box.itemText(place)
        path = os.path.join(self.folder, f"ae_8_8_decoder_{name}.onnx")
        size = f"{os.path.getsize(path):,} bytes" if os.path.exists(path) else "missing"
        self._choice_combo_box.setItemText(place, f"{label} ({size})")

    # Rates span decades. Bars show tenths of a percent; `watch` writes into them.
    self.over_time.enable_semilogy(True)
    self.over_time.set_y_axis(1e-5, 1)
    self.over_time.set_nsamps(300)
    for bar in (self.full_load, self.compressed_load):
        bar.numberControl.setFormat("not known")

    # The first time; later the window remembers its size.
    if not self.settings.contains("geometry"):
        self.resize(1100, 760)

def snipfcn_result(self):
    rows = [("", "full", "compressed")]

    def add(name, texts):
        rows.append((name, *texts))

    decoders = (self.full_decoder, self.compressed_decoder)
    rates = [self.rates(counter) for counter in (self.full_errors, self.compressed_errors)]
    add("file", (os.path.basename(decoder.model()) for decoder in decoders))
    add("bytes", (str(os.path.getsize(decoder.model())) for decoder in decoders))
    add("executor", (decoder.executor() for decoder in decoders))
    for number, (name, what) in enumerate((("BLER", "messages"), ("BER", "bits"))):
        found = [rate[number] if rate else None for rate in rates]
        add(name, ("no message yet" if rate is None else
                   f"{rate[0] / rate[1]:.2e} ({rate[2][0]:.2e} to {rate[2][1]:.2e})"
                   for rate in found))
        add(f"wrong {what}", ("" if rate is None else f"{rate[0]} of {rate[1]}"
                              for rate in found))
    # Nothing is known of a decoder that decided nothing since the counts began.
    loads = [load if load.items else None for load in self.loads] or [None, None]
    add("load", (f"{load.percent:.1f} % of a core" if load else "not known" for load in loads))
    add("time", (f"{load.ns_per_item:.0f} ns per message" if load else "not known"
                 for load in loads))
    print(f"{self.link.name} over AWGN at {self.ebn0:g} dB Eb/N0: one stream, two decoders")
    for name, full, compressed in rows:
        print(f"  {name:16}{full:34}{compressed}".rstrip())
    different = self.rates(self.differences)
    if different:
        (errors, trials, interval), _ = different
        print(f"Decisions differ in {errors} of {trials} messages "
              f"({interval[0]:.2e} to {interval[1]:.2e}). In brackets: 95 % intervals.")
    if loads[0]:
        print(f"The stream ran at {loads[0].items_per_second:.0f} messages per second.")

def snipfcn_watch(self):
    from collections import deque
    from gnuradio.dlcomm.thread_load import ThreadLoad

    decoders = (self.full_decoder, self.compressed_decoder)
    counters = (self.full_errors, self.compressed_errors, self.differences)
    try:
        meters = [ThreadLoad(decoder) for decoder in decoders]
    except RuntimeError as reason:
        gr.logger("compressed_link").warn(str(reason))
        meters = []
    begin = [meter.read() for meter in meters]
    counted = (self.compressed, self.ebn0)
    second = deque(maxlen=6)  # what was seen at the looks of the last second

    def look():
        """Show counts and loads."""
        nonlocal begin, counted
        readings = [meter.read() for meter in meters]
        counts = [(counter.block_errors(), counter.messages()) for counter in counters[:2]]
        if counted != (self.compressed, self.ebn0):
            counted, begin = (self.compressed, self.ebn0), readings
            second.clear()
        self.loads = [now.since(then) for now, then in zip(readings, begin)]
        second.append((readings, counts))

        earlier_readings, earlier_counts = second[0]
        trials = [now[1] - then[1] for now, then in zip(counts, earlier_counts)]
        if min(trials) > 0:
            wrong = [now[0] - then[0] for now, then in zip(counts, earlier_counts)]
            # A logarithmic axis has no zero: no errors are drawn below its lower end.
            full, compressed = (max(x / n, 1e-6) for x, n in zip(wrong, trials))
            self.set_minute(numpy.append(self.minute[1:], numpy.complex64(full + 1j * compressed)))

        loads = [now.since(then) for now, then in zip(readings, earlier_readings)]
        for load, bar in zip(loads, (self.full_load, self.compressed_load)):
            if load.items > 0:
                bar.setValue(round(10 * load.percent))
                bar.numberControl.setFormat(
                    f"{load.percent:.1f} % of a core, {load.ns_per_item:.0f} ns per message")
        if loads and loads[0].items > 0:
            self.set_stream(f"{loads[0].items_per_second:,.0f} messages per second")

        def text(errors, trials, interval):
            rate, low, high = (f"{x:.2e}".replace("e-0", "e-")
                               for x in (errors / trials, *interval))
            return f"<b>{rate}</b> ({low} to {high}), {errors} of {trials}"

        for counter, show in ((self.full_errors, self.set_full_rates),
                              (self.compressed_errors, self.set_compressed_rates)):
            rates = self.rates(counter)
            if rates:
                show(f"{text(*rates[0])}<br>{text(*rates[1])}")
        rates = self.rates(self.differences)
        if rates:
            self.set_different(f"{text(*rates[0])} messages. In brackets: 95 % intervals.")

    def update():
        """Look; with a limit, end the program when it is reached."""
        try:
            look()
        except RuntimeError:  # the threads have ended: what was seen last stays
            pass
        if self.max_messages and all(
                counter.stop_reason() != "counting" for counter in counters):
            timer.stop()
            self.stop()
            self.wait()
            snippets_main_after_stop(self)
            if min(counter.messages() for counter in counters) < self.max_messages:
                # Qt would not print what sys.exit() is given.
                print("compressed_link: the flowgraph ended before its limit", file=sys.stderr)
                sys.exit(1)
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

class compressed_link(gr.top_block, Qt.QWidget):

    def __init__(self, ebn0_db=6, max_messages=0, message_rate=0, model="tiny", seed=1):
        gr.top_block.__init__(self, "Full and compressed decoder side by side", catch_exceptions=True)
        Qt.QWidget.__init__(self)
        self.setWindowTitle("Full and compressed decoder side by side")
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

        self.settings = Qt.QSettings("GNU Radio", "compressed_link")

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
        try:
            self.link = link = dlcomm.link("ae_8_8")
        except (RuntimeError, ValueError) as _reason:
            sys.exit(f"link: {_reason}")
        self.folder = folder = os.path.join(os.path.dirname(__file__), "models") if "__file__" in globals() else ""
        self.decoders = decoders = ['q8', 'q4', 'q2', 'p90', 'units64', 'tiny', 'tiny_q4']
        self.choice = choice = model
        self.speed = speed = message_rate or 200e3
        self.decoder_file = decoder_file = os.path.join(folder, "ae_8_8_decoder_" + choice + ".onnx") if folder and choice in decoders else (link).decoder
        self.stream = stream = "not known"
        self.rate = rate = 1e12 if max_messages and not message_rate else speed
        self.minute = minute = numpy.full(300, 1e-6 + 1e-6j, numpy.complex64)
        self.full_rates = full_rates = "no message yet"

        self.ebn0 = ebn0 = ebn0_db
        self.different = different = "no message yet"
        self.compressed_rates = compressed_rates = "no message yet"

        try:
            self.compressed = compressed = dlcomm.link(((link).encoder, decoder_file))
        except (RuntimeError, ValueError) as _reason:
            sys.exit(f"compressed: {_reason}")

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self._stream_tool_bar = Qt.QToolBar(self)

        if None:
            self._stream_formatter = None
        else:
            self._stream_formatter = lambda x: str(x)

        self._stream_tool_bar.addWidget(Qt.QLabel("Stream: "))
        self._stream_label = Qt.QLabel(str(self._stream_formatter(self.stream)))
        self._stream_tool_bar.addWidget(self._stream_label)
        self.top_grid_layout.addWidget(self._stream_tool_bar, 0, 4, 1, 2)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(4, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self._ebn0_range = Range(0, 10, 0.25, ebn0_db, 150)
        self._ebn0_win = RangeWidget(self._ebn0_range, self.set_ebn0, "Eb/N0 (dB)", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._ebn0_win, 1, 0, 1, 3)
        for r in range(1, 2):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 3):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.to_plot = blocks.var_to_msg_pair('minute')
        self.throttle = blocks.throttle(gr.sizeof_char*1, rate,True)
        self._speed_range = Range(10e3, 1e6, 10e3, message_rate or 200e3, 150)
        self._speed_win = RangeWidget(self._speed_range, self.set_speed, "Messages per second", "counter_slider", float, QtCore.Qt.Horizontal)
        self.top_grid_layout.addWidget(self._speed_win, 1, 3, 1, 3)
        for r in range(1, 2):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(3, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.received = qtgui.const_sink_c(
            1024, #size
            "Received", #name
            1, #number of inputs
            None # parent
        )
        self.received.set_update_time(0.2)
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
        colors = ["green", "red", "red", "red", "red",
            "red", "red", "red", "red", "red"]
        styles = [0, 0, 0, 0, 0,
            0, 0, 0, 0, 0]
        markers = [0, 0, 0, 0, 0,
            0, 0, 0, 0, 0]
        alphas = [0.3, 1.0, 1.0, 1.0, 1.0,
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
        self.top_grid_layout.addWidget(self._received_win, 2, 3, 8, 3)
        for r in range(2, 10):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(3, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.over_time = qtgui.time_sink_c(
            300, #size
            5, #samp_rate
            "BLER of the last second", #name
            0, #number of inputs
            None # parent
        )
        self.over_time.set_update_time(0.1)
        self.over_time.set_y_axis(1e-5, 1)

        self.over_time.set_y_label("BLER", "")

        self.over_time.enable_tags(False)
        self.over_time.set_trigger_mode(qtgui.TRIG_MODE_FREE, qtgui.TRIG_SLOPE_POS, 0.0, 0, 0, "")
        self.over_time.enable_autoscale(False)
        self.over_time.enable_grid(True)
        self.over_time.enable_axis_labels(True)
        self.over_time.enable_control_panel(False)
        self.over_time.enable_stem_plot(False)

        self.over_time.disable_legend()

        labels = ["full", "compressed", 'Signal 3', 'Signal 4', 'Signal 5',
            'Signal 6', 'Signal 7', 'Signal 8', 'Signal 9', 'Signal 10']
        widths = [6, 2, 1, 1, 1,
            1, 1, 1, 1, 1]
        colors = ['blue', 'red', 'green', 'black', 'cyan',
            'magenta', 'yellow', 'dark red', 'dark green', 'dark blue']
        alphas = [0.4, 1.0, 1.0, 1.0, 1.0,
            1.0, 1.0, 1.0, 1.0, 1.0]
        styles = [1, 1, 1, 1, 1,
            1, 1, 1, 1, 1]
        markers = [-1, -1, -1, -1, -1,
            -1, -1, -1, -1, -1]


        for i in range(2):
            if len(labels[i]) == 0:
                if (i % 2 == 0):
                    self.over_time.set_line_label(i, "Re{{Data {0}}}".format(i/2))
                else:
                    self.over_time.set_line_label(i, "Im{{Data {0}}}".format(i/2))
            else:
                self.over_time.set_line_label(i, labels[i])
            self.over_time.set_line_width(i, widths[i])
            self.over_time.set_line_color(i, colors[i])
            self.over_time.set_line_style(i, styles[i])
            self.over_time.set_line_marker(i, markers[i])
            self.over_time.set_line_alpha(i, alphas[i])

        self._over_time_win = sip.wrapinstance(self.over_time.qwidget(), Qt.QWidget)
        self.top_grid_layout.addWidget(self._over_time_win, 2, 0, 8, 3)
        for r in range(2, 10):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 3):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.messages = analog.random_uniform_source_b(0, link.messages, seed)
        self._full_rates_tool_bar = Qt.QToolBar(self)

        if None:
            self._full_rates_formatter = None
        else:
            self._full_rates_formatter = lambda x: str(x)

        self._full_rates_tool_bar.addWidget(Qt.QLabel("BLER&nbsp;&nbsp;<br>BER"))
        self._full_rates_label = Qt.QLabel(str(self._full_rates_formatter(self.full_rates)))
        self._full_rates_tool_bar.addWidget(self._full_rates_label)
        self.top_grid_layout.addWidget(self._full_rates_tool_bar, 12, 0, 1, 3)
        for r in range(12, 13):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 3):
            self.top_grid_layout.setColumnStretch(c, 1)
        if "int" == "int":
        	isFloat = False
        	scaleFactor = 1
        else:
        	isFloat = True
        	scaleFactor = 1

        _full_load_lg_win = qtgui.GrLevelGauge("Full decoder","blue","default","default",0,1000, 100, False,1,isFloat,scaleFactor,True,self)
        _full_load_lg_win.setValue(0)
        self.full_load = _full_load_lg_win

        self.top_grid_layout.addWidget(_full_load_lg_win, 10, 0, 2, 3)
        for r in range(10, 12):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 3):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.full_errors = dlcomm.error_rate_sink_bb(k=link.k, target_block_errors=0, max_messages=max_messages, delay=0, check_interval=10000, stop_graph=False)
        self.full_decoder = dlcomm.neural_decoder_cb(model=link.decoder)
        self.encoder = dlcomm.neural_encoder_bc(model=link.encoder)
        self._different_tool_bar = Qt.QToolBar(self)

        if None:
            self._different_formatter = None
        else:
            self._different_formatter = lambda x: str(x)

        self._different_tool_bar.addWidget(Qt.QLabel("Decisions differ in "))
        self._different_label = Qt.QLabel(str(self._different_formatter(self.different)))
        self._different_tool_bar.addWidget(self._different_label)
        self.top_grid_layout.addWidget(self._different_tool_bar, 13, 0, 1, 6)
        for r in range(13, 14):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.differences = dlcomm.error_rate_sink_bb(k=link.k, target_block_errors=0, max_messages=max_messages, delay=0, check_interval=10000, stop_graph=False)
        self._compressed_rates_tool_bar = Qt.QToolBar(self)

        if None:
            self._compressed_rates_formatter = None
        else:
            self._compressed_rates_formatter = lambda x: str(x)

        self._compressed_rates_tool_bar.addWidget(Qt.QLabel("BLER&nbsp;&nbsp;<br>BER"))
        self._compressed_rates_label = Qt.QLabel(str(self._compressed_rates_formatter(self.compressed_rates)))
        self._compressed_rates_tool_bar.addWidget(self._compressed_rates_label)
        self.top_grid_layout.addWidget(self._compressed_rates_tool_bar, 12, 3, 1, 3)
        for r in range(12, 13):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(3, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        if "int" == "int":
        	isFloat = False
        	scaleFactor = 1
        else:
        	isFloat = True
        	scaleFactor = 1

        _compressed_load_lg_win = qtgui.GrLevelGauge("Compressed decoder","red","default","default",0,1000, 100, False,1,isFloat,scaleFactor,True,self)
        _compressed_load_lg_win.setValue(0)
        self.compressed_load = _compressed_load_lg_win

        self.top_grid_layout.addWidget(_compressed_load_lg_win, 10, 3, 2, 3)
        for r in range(10, 12):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(3, 6):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.compressed_errors = dlcomm.error_rate_sink_bb(k=link.k, target_block_errors=0, max_messages=max_messages, delay=0, check_interval=10000, stop_graph=False)
        self.compressed_decoder = dlcomm.neural_decoder_cb(model=compressed.decoder)
        # Create the options list
        self._choice_options = ['q8', 'q4', 'q2', 'p90', 'units64', 'tiny', 'tiny_q4']
        # Create the labels list
        self._choice_labels = ['q8: 8 bits per weight', 'q4: 4 bits per weight', 'q2: 2 bits per weight', 'p90: one weight in ten left', 'units64: 64 of 256 hidden units', 'tiny: no hidden layer', 'tiny_q4: tiny in 4 bits per weight']
        # Create the combo box
        self._choice_tool_bar = Qt.QToolBar(self)
        self._choice_tool_bar.addWidget(Qt.QLabel("Compressed decoder" + ": "))
        self._choice_combo_box = Qt.QComboBox()
        self._choice_tool_bar.addWidget(self._choice_combo_box)
        for _label in self._choice_labels: self._choice_combo_box.addItem(_label)
        self._choice_callback = lambda i: Qt.QMetaObject.invokeMethod(self._choice_combo_box, "setCurrentIndex", Qt.Q_ARG("int", self._choice_options.index(i)))
        self._choice_callback(self.choice)
        self._choice_combo_box.currentIndexChanged.connect(
            lambda i: self.set_choice(self._choice_options[i]))
        # Create the radio buttons
        self.top_grid_layout.addWidget(self._choice_tool_bar, 0, 0, 1, 4)
        for r in range(0, 1):
            self.top_grid_layout.setRowStretch(r, 1)
        for c in range(0, 4):
            self.top_grid_layout.setColumnStretch(c, 1)
        self.channel = dlcomm.awgn_channel_cc(ebn0_db=ebn0, bits_per_sample=link.bits_per_sample, seed=seed, stream=0)


        ##################################################
        # Connections
        ##################################################
        self.msg_connect((self.to_plot, 'msgout'), (self.over_time, 'in'))
        self.connect((self.channel, 0), (self.compressed_decoder, 0))
        self.connect((self.channel, 0), (self.full_decoder, 0))
        self.connect((self.channel, 0), (self.received, 0))
        self.connect((self.compressed_decoder, 0), (self.compressed_errors, 1))
        self.connect((self.compressed_decoder, 0), (self.differences, 1))
        self.connect((self.encoder, 0), (self.channel, 0))
        self.connect((self.full_decoder, 0), (self.differences, 0))
        self.connect((self.full_decoder, 0), (self.full_errors, 1))
        self.connect((self.messages, 0), (self.throttle, 0))
        self.connect((self.throttle, 0), (self.compressed_errors, 0))
        self.connect((self.throttle, 0), (self.encoder, 0))
        self.connect((self.throttle, 0), (self.full_errors, 0))


    def closeEvent(self, event):
        self.settings = Qt.QSettings("GNU Radio", "compressed_link")
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
        self.set_rate(1e12 if self.max_messages and not self.message_rate else self.speed)

    def get_message_rate(self):
        return self.message_rate

    def set_message_rate(self, message_rate):
        self.message_rate = message_rate
        self.set_rate(1e12 if self.max_messages and not self.message_rate else self.speed)
        self.set_speed(self.message_rate or 200e3)

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

    def get_link(self):
        return self.link

    def set_link(self, link):
        self.link = link
        try:
            self.set_compressed(dlcomm.replacement_link(self.get_compressed(), ((self.link).encoder, self.decoder_file)))
        except (RuntimeError, ValueError) as _reason:
            gr.logger("compressed").error(str(_reason))
        self.set_decoder_file(os.path.join(self.folder, "ae_8_8_decoder_" + self.choice + ".onnx") if self.folder and self.choice in self.decoders else (self.link).decoder)
        dlcomm.try_set_model(self.encoder, (self.link).encoder)
        dlcomm.try_set_model(self.full_decoder, (self.link).decoder)

    def get_folder(self):
        return self.folder

    def set_folder(self, folder):
        self.folder = folder
        self.set_decoder_file(os.path.join(self.folder, "ae_8_8_decoder_" + self.choice + ".onnx") if self.folder and self.choice in self.decoders else (self.link).decoder)

    def get_decoders(self):
        return self.decoders

    def set_decoders(self, decoders):
        self.decoders = decoders
        self.set_decoder_file(os.path.join(self.folder, "ae_8_8_decoder_" + self.choice + ".onnx") if self.folder and self.choice in self.decoders else (self.link).decoder)

    def get_choice(self):
        return self.choice

    def set_choice(self, choice):
        self.choice = choice
        self._choice_callback(self.choice)
        self.set_decoder_file(os.path.join(self.folder, "ae_8_8_decoder_" + self.choice + ".onnx") if self.folder and self.choice in self.decoders else (self.link).decoder)

    def get_speed(self):
        return self.speed

    def set_speed(self, speed):
        self.speed = speed
        self.set_rate(1e12 if self.max_messages and not self.message_rate else self.speed)

    def get_decoder_file(self):
        return self.decoder_file

    def set_decoder_file(self, decoder_file):
        self.decoder_file = decoder_file
        try:
            self.set_compressed(dlcomm.replacement_link(self.get_compressed(), ((self.link).encoder, self.decoder_file)))
        except (RuntimeError, ValueError) as _reason:
            gr.logger("compressed").error(str(_reason))

    def get_stream(self):
        return self.stream

    def set_stream(self, stream):
        self.stream = stream
        Qt.QMetaObject.invokeMethod(self._stream_label, "setText", Qt.Q_ARG("QString", str(self._stream_formatter(self.stream))))

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate
        self.throttle.set_sample_rate(self.rate)

    def get_minute(self):
        return self.minute

    def set_minute(self, minute):
        self.minute = minute
        self.to_plot.variable_changed(self.minute)

    def get_full_rates(self):
        return self.full_rates

    def set_full_rates(self, full_rates):
        self.full_rates = full_rates
        Qt.QMetaObject.invokeMethod(self._full_rates_label, "setText", Qt.Q_ARG("QString", str(self._full_rates_formatter(self.full_rates))))

    def get_full_load(self):
        return self.full_load

    def set_full_load(self, full_load):
        self.full_load = full_load
        self.full_load.setValue(0)

    def get_ebn0(self):
        return self.ebn0

    def set_ebn0(self, ebn0):
        self.ebn0 = ebn0
        self.channel.set_ebn0_db(self.ebn0)
        ((self.compressed, self.ebn0), self.compressed_errors.reset())
        ((self.compressed, self.ebn0), self.differences.reset())
        ((self.compressed, self.ebn0), self.full_errors.reset())

    def get_different(self):
        return self.different

    def set_different(self, different):
        self.different = different
        Qt.QMetaObject.invokeMethod(self._different_label, "setText", Qt.Q_ARG("QString", str(self._different_formatter(self.different))))

    def get_compressed_rates(self):
        return self.compressed_rates

    def set_compressed_rates(self, compressed_rates):
        self.compressed_rates = compressed_rates
        Qt.QMetaObject.invokeMethod(self._compressed_rates_label, "setText", Qt.Q_ARG("QString", str(self._compressed_rates_formatter(self.compressed_rates))))

    def get_compressed_load(self):
        return self.compressed_load

    def set_compressed_load(self, compressed_load):
        self.compressed_load = compressed_load
        self.compressed_load.setValue(0)

    def get_compressed(self):
        return self.compressed

    def set_compressed(self, compressed):
        self.compressed = compressed
        dlcomm.try_set_model(self.compressed_decoder, (self.compressed).decoder)
        ((self.compressed, self.ebn0), self.compressed_errors.reset())
        ((self.compressed, self.ebn0), self.differences.reset())
        ((self.compressed, self.ebn0), self.full_errors.reset())



def argument_parser():
    description = 'One noisy stream into a full and a compressed decoder: error rates and processor loads side by side.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--ebn0-db", dest="ebn0_db", type=eng_float, default=eng_notation.num_to_str(float(6)),
        help="Set Eb/N0 in dB [default=%(default)r]")
    parser.add_argument(
        "--max-messages", dest="max_messages", type=intx, default=0,
        help="Set end after this many messages; 0: never [default=%(default)r]")
    parser.add_argument(
        "--message-rate", dest="message_rate", type=eng_float, default=eng_notation.num_to_str(float(0)),
        help="Set messages per second, at most 1e6; 0: 200000, or unlimited with --max-messages [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="tiny",
        help="Set compressed decoder at the start, one of the chooser's list [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set seed of messages and noise [default=%(default)r]")
    return parser


def main(top_block_cls=compressed_link, options=None):
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
