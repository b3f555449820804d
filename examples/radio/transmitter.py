#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Sends a file
# Copyright: 2026 gr-dlcomm authors
# Description: Sends a file over a radio, by a learned link.
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
from gnuradio.dlcomm.radio.radio_sink import radio_sink
from pathlib import Path
from gnuradio.dlcomm.radio.file_sender import file_sender
from gnuradio.dlcomm.radio.packet_file import PacketFile, TransferError
import time


def snipfcn_check(self):
    for name, value, low, high in (("rate", self.rate, 1, 1e9), ("freq", self.freq, 1, 1e12)):
        if not low <= value <= high:
            sys.exit(f"transmitter: --{name}: found {value:g}, expected {low:g} to {high:g}")
    try:
        dlcomm.model_file(self.model, "encoder")
    except RuntimeError as reason:
        sys.exit(f"transmitter: --model: {reason}")
    try:
        most = dlcomm.neural_transmitter(self.model, self.code, self.sps).max_payload()
    except ValueError as reason:
        sys.exit(f"transmitter: {reason}")
    if not 1 <= self.packet <= most:
        sys.exit(f"transmitter: --packet: found {self.packet}, expected 1 to {most}")

def snipfcn_follow(self):
    # Half a second of zeros follows the last burst, so that it leaves the radio's buffers.
    while not self.sender.finished and self.sender.error is None:
        time.sleep(0.1)
    end = self.radio.samples() + int(0.5 * self.rate)
    while self.sender.error is None and self.radio.samples() < end:
        time.sleep(0.1)
    self.stop()

def snipfcn_result(self):
    if self.sender.error is not None:
        sys.exit(f"transmitter: {self.sender.error}")
    print(f"{self.sender.sent} packets of {self.file} sent by {self.model}")


def snippets_main_after_start(tb):
    snipfcn_follow(tb)

def snippets_main_after_stop(tb):
    snipfcn_result(tb)

def snippets_init_before_blocks(tb):
    snipfcn_check(tb)


class transmitter(gr.top_block):

    def __init__(self, antenna="", code="none", device="driver=hackrf", file="picture.png", freq=433.92e6, gain=(-200), model="ae_8_8", packet=1024, rate=1e6, sps=4):
        gr.top_block.__init__(self, "Sends a file", catch_exceptions=True)

        ##################################################
        # Parameters
        ##################################################
        self.antenna = antenna
        self.code = code
        self.device = device
        self.file = file
        self.freq = freq
        self.gain = gain
        self.model = model
        self.packet = packet
        self.rate = rate
        self.sps = sps

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self.sender = None
        try:
            self.sender = file_sender(PacketFile(Path(file), packet))
        except TransferError as _reason:
            sys.exit(f"sender: {_reason}")
        self.radio = None
        try:
            self.radio = radio_sink(
                device=device, sample_rate=rate, frequency=freq,
                gain=gain if gain >= -100 else None, antenna=antenna)
        except RuntimeError as _reason:
            sys.exit(f"radio: {_reason}")
        self.bursts = dlcomm.neural_transmitter(model=model, code=code, sps=sps, amplitude=0.25, gap=256, end_after_last=False)


        ##################################################
        # Connections
        ##################################################
        self.msg_connect((self.bursts, 'sent'), (self.sender, 'sent'))
        self.msg_connect((self.sender, 'pdus'), (self.bursts, 'pdus'))
        self.connect((self.bursts, 0), (self.radio, 0))


    def get_antenna(self):
        return self.antenna

    def set_antenna(self, antenna):
        self.antenna = antenna

    def get_code(self):
        return self.code

    def set_code(self, code):
        self.code = code
        self.bursts.set_code(self.code)

    def get_device(self):
        return self.device

    def set_device(self, device):
        self.device = device

    def get_file(self):
        return self.file

    def set_file(self, file):
        self.file = file

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

    def get_packet(self):
        return self.packet

    def set_packet(self, packet):
        self.packet = packet

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate

    def get_sps(self):
        return self.sps

    def set_sps(self, sps):
        self.sps = sps



def argument_parser():
    description = 'Sends a file over a radio, by a learned link.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--antenna", dest="antenna", type=str, default="",
        help="Set antenna; empty: the default one [default=%(default)r]")
    parser.add_argument(
        "--code", dest="code", type=str, default="none",
        help="Set outer code: none or cc [default=%(default)r]")
    parser.add_argument(
        "--device", dest="device", type=str, default="driver=hackrf",
        help="Set device string of SoapySDR [default=%(default)r]")
    parser.add_argument(
        "--file", dest="file", type=str, default="picture.png",
        help="Set what to send [default=%(default)r]")
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
        "--packet", dest="packet", type=intx, default=1024,
        help="Set bytes of a packet [default=%(default)r]")
    parser.add_argument(
        "--rate", dest="rate", type=eng_float, default=eng_notation.num_to_str(float(1e6)),
        help="Set sample rate [default=%(default)r]")
    parser.add_argument(
        "--sps", dest="sps", type=intx, default=4,
        help="Set samples per symbol [default=%(default)r]")
    return parser


def main(top_block_cls=transmitter, options=None):
    if options is None:
        options = argument_parser().parse_args()
    tb = top_block_cls(antenna=options.antenna, code=options.code, device=options.device, file=options.file, freq=options.freq, gain=options.gain, model=options.model, packet=options.packet, rate=options.rate, sps=options.sps)

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
