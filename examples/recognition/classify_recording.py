#!/usr/bin/env python3
# -*- coding: utf-8 -*-

#
# SPDX-License-Identifier: GPL-3.0
#
# GNU Radio Python Flow Graph
# Title: Which modulations a recording carries
# Copyright: 2026 gr-dlcomm authors
# Description: Which modulations a SigMF recording carries, and when: a table and a picture.
# GNU Radio version: 3.10.5.1

from gnuradio import blocks
import pmt
from gnuradio import dlcomm
from gnuradio import gr
from gnuradio.filter import firdes
from gnuradio.fft import window
import sys
import signal
from argparse import ArgumentParser
from gnuradio.eng_arg import eng_float, intx
from gnuradio import eng_notation
from gnuradio.dlcomm.recognition.decisions import decision_sink
import os


def snipfcn_check(self):
    from pathlib import Path
    from gnuradio.dlcomm.measurement.files import ensure_writable
    from gnuradio.dlcomm.measurement.plot import plot_format
    from gnuradio.dlcomm.radio.recording import open_recording
    from gnuradio.dlcomm.recognition.timeline import annotated_spans

    self.meta = Path(self.file)
    try:
        contract = dlcomm.read_contract(dlcomm.model_file(self.model, "classifier"))
        if contract["role"] != "classifier":
            raise ValueError(f"--model: found role {contract['role']!r}, expected a classifier")
        if not 1 <= self.average <= 1024:
            raise ValueError(f"--average: found {self.average}, expected 1 to 1024")
        if self.seed < 0:
            raise ValueError(f"--seed: found {self.seed}, expected 0 or more")
        if self.picture:
            plot_format(Path(self.picture))
            ensure_writable(Path(self.picture))
        if self.file == "recording.sigmf-meta" and not self.meta.exists():
            from make_recording import make_recording
            make_recording(self.meta, self.seed)
            print(f"{self.meta} was not there: made it from the seed {self.seed}")
        self.recording = open_recording(self.meta, self.rate)
        if self.recording.data != Path(self.data_file):
            raise ValueError(f"{self.meta}: its samples are in {self.recording.data}, expected "
                             f"{self.data_file}")
        if self.recording.format.component != "<i2" or self.recording.skip:
            raise ValueError(f"{self.meta}: found other samples, expected bare ci16_le: "
                             "dlcomm classify plays more formats")
        dlcomm.signal_front_end(self.rate, self.symbol_rate, self.centre)
        self.truth = annotated_spans(self.meta, self.recording)
    except (OSError, RuntimeError, ValueError) as reason:
        sys.exit(f"classify_recording: {reason}")

def snipfcn_result(self):
    from pathlib import Path
    from gnuradio.dlcomm.recognition.timeline import label_at, said_spans, write_timeline

    labels, hop = self.classifier.labels(), self.classifier.hop()
    said = said_spans(self.decisions.decisions(), labels, hop, 8 * self.symbol_rate)
    title = (f"{self.meta.name}, {self.recording.samples / self.rate:.3g} s at "
             f"{self.rate / 1e6:g} MS/s: {self.symbol_rate:g} symbols per second at "
             f"{self.centre / 1e3:g} kHz, by {self.model}")
    print(title)
    print("  from, s   to, s    said      truth")
    step = hop / (8 * self.symbol_rate)
    right = total = 0
    for span in said:
        count = round((span.end_s - span.start_s) / step)
        truths = [label_at(self.truth, span.start_s + (i + 0.5) * step) for i in range(count)]
        right += truths.count(span.label)
        total += count - truths.count(None)
        heard = max(truths, key=truths.count)
        print(f"  {span.start_s:.4f}    {span.end_s:.4f}   {span.label:9} {heard or 'not known'}")
    if total:
        print(f"Right in {right} of {total} windows, each decided on the mean of {self.average}.")
    if self.picture:
        try:
            write_timeline(Path(self.picture), self.recording, said, self.truth, title)
        except OSError as reason:
            sys.exit(f"classify_recording: {reason}")


def snippets_main_after_stop(tb):
    snipfcn_result(tb)

def snippets_init_before_blocks(tb):
    snipfcn_check(tb)


class classify_recording(gr.top_block):

    def __init__(self, average=8, centre=150e3, file="recording.sigmf-meta", model="amc_compact", picture="", rate=1e6, seed=1, symbol_rate=25e3):
        gr.top_block.__init__(self, "Which modulations a recording carries", catch_exceptions=True)

        ##################################################
        # Parameters
        ##################################################
        self.average = average
        self.centre = centre
        self.file = file
        self.model = model
        self.picture = picture
        self.rate = rate
        self.seed = seed
        self.symbol_rate = symbol_rate

        ##################################################
        # Variables
        ##################################################
        self.data_file = data_file = os.path.splitext(file)[0] + ".sigmf-data"

        ##################################################
        # Blocks
        ##################################################
        snippets_init_before_blocks(self)
        self.to_complex = blocks.interleaved_short_to_complex(False, False,32768)
        self.samples = blocks.file_source(gr.sizeof_short*1, data_file, False, 0, 0)
        self.samples.set_begin_tag(pmt.PMT_NIL)
        self.front_end = dlcomm.signal_front_end(sample_rate=rate, symbol_rate=symbol_rate, centre=centre, bandwidth=0, remove_dc=False, normalise=False)
        self.decisions = decision_sink(classes=len(dlcomm.read_contract(dlcomm.model_file(model, "classifier"))["labels"]))
        self.classifier = dlcomm.modulation_classifier_c(model=model, hop=0, average=average, threshold=0.0, max_batch=64, sample_rate=0)


        ##################################################
        # Connections
        ##################################################
        self.connect((self.classifier, 0), (self.decisions, 0))
        self.connect((self.classifier, 1), (self.decisions, 1))
        self.connect((self.front_end, 0), (self.classifier, 0))
        self.connect((self.samples, 0), (self.to_complex, 0))
        self.connect((self.to_complex, 0), (self.front_end, 0))


    def get_average(self):
        return self.average

    def set_average(self, average):
        self.average = average
        self.classifier.set_average(self.average)

    def get_centre(self):
        return self.centre

    def set_centre(self, centre):
        self.centre = centre
        self.front_end.set_centre(self.centre)

    def get_file(self):
        return self.file

    def set_file(self, file):
        self.file = file
        self.set_data_file(os.path.splitext(self.file)[0] + ".sigmf-data")

    def get_model(self):
        return self.model

    def set_model(self, model):
        self.model = model
        dlcomm.try_set_model(self.classifier, self.model)

    def get_picture(self):
        return self.picture

    def set_picture(self, picture):
        self.picture = picture

    def get_rate(self):
        return self.rate

    def set_rate(self, rate):
        self.rate = rate

    def get_seed(self):
        return self.seed

    def set_seed(self, seed):
        self.seed = seed

    def get_symbol_rate(self):
        return self.symbol_rate

    def set_symbol_rate(self, symbol_rate):
        self.symbol_rate = symbol_rate

    def get_data_file(self):
        return self.data_file

    def set_data_file(self, data_file):
        self.data_file = data_file
        self.samples.open(self.data_file, False)



def argument_parser():
    description = 'Which modulations a SigMF recording carries, and when: a table and a picture.'
    parser = ArgumentParser(description=description)
    parser.add_argument(
        "--average", dest="average", type=intx, default=8,
        help="Set windows that a decision rests on [default=%(default)r]")
    parser.add_argument(
        "--centre", dest="centre", type=eng_float, default=eng_notation.num_to_str(float(150e3)),
        help="Set where it lies in the band, in Hz [default=%(default)r]")
    parser.add_argument(
        "--file", dest="file", type=str, default="recording.sigmf-meta",
        help="Set SigMF recording of 16-bit integers; the default is made when it is not there [default=%(default)r]")
    parser.add_argument(
        "--model", dest="model", type=str, default="amc_compact",
        help="Set name, folder or file of a classifier [default=%(default)r]")
    parser.add_argument(
        "--picture", dest="picture", type=str, default="",
        help="Set write a picture: FILE.png, .pdf or .svg [default=%(default)r]")
    parser.add_argument(
        "--rate", dest="rate", type=eng_float, default=eng_notation.num_to_str(float(1e6)),
        help="Set its sample rate [default=%(default)r]")
    parser.add_argument(
        "--seed", dest="seed", type=intx, default=1,
        help="Set seed of the recording that is made [default=%(default)r]")
    parser.add_argument(
        "--symbol-rate", dest="symbol_rate", type=eng_float, default=eng_notation.num_to_str(float(25e3)),
        help="Set symbol rate of the wanted signal [default=%(default)r]")
    return parser


def main(top_block_cls=classify_recording, options=None):
    if options is None:
        options = argument_parser().parse_args()
    tb = top_block_cls(average=options.average, centre=options.centre, file=options.file, model=options.model, picture=options.picture, rate=options.rate, seed=options.seed, symbol_rate=options.symbol_rate)

    def sig_handler(sig=None, frame=None):
        tb.stop()
        tb.wait()
        snippets_main_after_stop(tb)
        sys.exit(0)

    signal.signal(signal.SIGINT, sig_handler)
    signal.signal(signal.SIGTERM, sig_handler)

    tb.start()

    tb.wait()
    snippets_main_after_stop(tb)

if __name__ == '__main__':
    main()
