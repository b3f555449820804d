#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Receives a file
# Copyright: 2026 gr-dlcomm authors
# Description: Receives a file over a radio, by a learned link.
# GNU Radio version: 3.10.5.1

from gnuradio import dlcomm
from gnuradio import gr
from gnuradio.filter import firdes
from gnuradio.fft import window
import sys
import signal
from argparse import ArgumentParser
from gnuradio.eng_arg import eng_float, intx
from gnuradio import eng_notation
from gnuradio.dlcomm.radio.packet_index import span_text
from gnuradio.dlcomm.radio.radio_source import radio_source
from pathlib import Path
from gnuradio.dlcomm.radio.file_receiver import file_receiver
from gnuradio.dlcomm.radio.packet_store import PacketStore
import time


def snipfcn_check(self):
    for name, value, low, high in (("rate", self.rate, 1, 1e9),
                                   ("freq", self.freq, 1, 1e12),
                                   ("seconds", self.seconds, 0, 1e9)):
        if not low <= value <= high:
            sys.exit(f"receiver: --{name}: found {value:g}, expected {low:g} to {high:g}")
    try:
        dlcomm.model_file(self.model, "decoder")
    except RuntimeError as reason:
        sys.exit(f"receiver: --model: {reason}")
    try:
        dlcomm.neural_receiver(self.model, sps=self.sps)
    except ValueError as reason:
        sys.exit(f"receiver: {reason}")

def snipfcn_follow(self):
    begun = time.monotonic()
    while not self.keeper.done and not 0 < self.seconds < time.monotonic() - begun:
        time.sleep(0.1)
    self.stop()

def snipfcn_result(self):
    store, counts = self.keeper.store, self.keeper.counts
    print(f"{len(store.index)} of {store.expected} packets: {store.bytes} bytes, "
          f"{counts.bit_errors} of {counts.bits} bits wrong before the outer code")
    if store.missing():
        print("missing: " + span_text(store.missing()))
    if not store.complete:
        sys.exit("receiver: " + (f"{store.path} has what came, {store.sidecar} says which"
                                 if store.bytes else "no packet came"))


def snippets_main_after_start(tb):
    snipfcn_follow(tb)

def snippets_main_after_stop(tb):
    snipfcn_result(tb)

def snippets_init_before_blocks(tb):
    snipfcn_check(tb)


class receiver(gr.top_block):

    def __init__(self, antenna="", device="driver=rtlsdr", freq=433.92e6, gain=(-200), model="ae_8_8", out="received.png", rate=1e6, seconds=0, sps=4):
        gr.top_block.__init__(self, "Receives a file", catch_exceptions=True)

        ##################################################
        # Parameters
        ##################################################
        self.antenna = antenna
        self.device = device
        self.freq = freq
        self.gain = gain
        self.model = model
        self.out = out
        self.rate = rate
        self.seconds = seconds
        self.sps = sps

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self.radio = None
        try:
            self.radio = radio_source(
                device=device, sample_rate=rate, frequency=freq,
                gain=gain if gain >= -100 else None, antenna=antenna)
        except RuntimeError as _reason:
            sys.exit(f"radio: {_reason}")
        self.keeper = None
        try:
            self.keeper = file_receiver(
                PacketStore(Path(out)), sps, finish_at_stop=True)
        except (ValueError, OSError) as _reason:
            sys.exit(f"keeper: {_reason}")
        self.bursts = dlcomm.neural_receiver(model=model, soft=True, sps=sps, threshold=0, max_payload_symbols=16384, max_cfo=(5e-3), phase_noise=(3e-5), max_clock_ppm=50)


        ##################################################
        # Connections
        ##################################################
        self.msg_connect((self.bursts, 'pdus'), (self.keeper, 'pdus'))
        self.msg_connect((self.bursts, 'failed'), (self.keeper, 'failed'))
        self.connect((self.radio, 0), (self.bursts, 0))


    def get_antenna(self):
        return self.antenna

    def set_antenna(self, antenna):
        self.antenna = antenna

    def get_device(self):
        return self.device

    def set_device(self, device):
        self.device = device

    def get_freq(self):
        return self.freq

    def set_freq(self, freq):
        self.freq = freq
        self.radio.set_frequency(self.freq)

    def get_gain(self):
        return self.gain

    def set_gain(self, gain):
        self.gain = gain
        self.radio.set_gain(self.gain if self.gain >= -100 else None)

    def get_model(self):
        return self.model

    def set_model(self, model):
        self.model = model
        dlcomm.try_set_model(self.bursts, self.model)

    def get_out(self):
        return self.out

    def set_out(self, out):
        self.out = out

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate

    def get_seconds(self):
        return self.seconds

    def set_seconds(self, seconds):
        self.seconds = seconds

    def get_sps(self):
        return self.sps

    def set_sps(self, sps):
        self.sps = sps



def argument_parser():
    description = 'Receives a file over a radio, by a learned link.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--antenna", dest="antenna", type=str, default="",
        help="Set antenna; empty: the default one [default=%(default)r]")
    parser.add_argument(
        "--device", dest="device", type=str, default="driver=rtlsdr",
        help="Set device string of SoapySDR [default=%(default)r]")
    parser.add_argument(
        "--freq", dest="freq", type=eng_float, default=eng_notation.num_to_str(float(433.92e6)),
        help="Set where to tune it, in Hz [default=%(default)r]")
    parser.add_argument(
        "--gain", dest="gain", type=eng_float, default=eng_notation.num_to_str(float((-200))),
        help="Set gain in dB; below -100: its own control [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="ae_8_8",
        help="Set name, folder or file of a link [default=%(default)r]")
    parser.add_argument(
        "--out", dest="out", type=str, default="received.png",
        help="Set where to write it [default=%(default)r]")
    parser.add_argument(
        "--rate", dest="rate", type=eng_float, default=eng_notation.num_to_str(float(1e6)),
        help="Set sample rate [default=%(default)r]")
    parser.add_argument(
        "--seconds", dest="seconds", type=eng_float, default=eng_notation.num_to_str(float(0)),
        help="Set end after so many seconds; 0: with the last packet [default=%(default)r]")
    parser.add_argument(
        "--sps", dest="sps", type=intx, default=4,
        help="Set samples per symbol [default=%(default)r]")
    return parser


def main(top_block_cls=receiver, options=None):
    if options is None:
        options = argument_parser().parse_args()
    tb = top_block_cls(antenna=options.antenna, device=options.device, freq=options.freq, gain=options.gain, model=options.model, out=options.out, rate=options.rate, seconds=options.seconds, sps=options.sps)

    def sig_handler(sig=None, frame=None):
        tb.stop()
        tb.wait()
        snippets_main_after_stop(tb)
        sys.exit(0)

    signal.signal(signal.SIGINT, sig_handler)
    signal.signal(signal.SIGTERM, sig_handler)

    tb.start()
    snippets_main_after_start(tb)
    tb.wait()
    snippets_main_after_stop(tb)

if __name__ == '__main__':
    main()
