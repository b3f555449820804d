# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The known pattern: latencies of known delays, and flowgraphs that are not whole.

The pattern's level is six standard deviations: a false-alarm rate of 2e-9 for each place.
"""

import numpy as np
import pytest

from gnuradio import analog, blocks, channels, dlcomm, filter, gr
from gnuradio.dlcomm.flowgraph_channel import probe
from gnuradio.dlcomm.flowgraph_channel.probe import FlowgraphError, measure_latency

SAMPLE = gr.sizeof_gr_complex


class Python(gr.basic_block):
    """A block whose every call is handed to a function: (block, input, output)."""

    def __init__(self, act):
        gr.basic_block.__init__(self, "python", [np.complex64], [np.complex64])
        self.act, self.count = act, 0

    def general_work(self, input_items, output_items):
        # A function may return more than it gets.
        count = min(len(input_items[0]), max(len(output_items[0]) // 2, 1))
        kept = self.act(self, input_items[0][:count])
        output_items[0][: len(kept)] = kept
        self.count += count
        self.consume(0, count)
        return len(kept)


def dropping(numbers):
    """A block that loses the samples of these numbers."""

    def act(block, samples):
        numbered = block.count + np.arange(len(samples))
        return samples[~np.isin(numbered, numbers)]

    return Python(act)


def series(*parts):
    """A hierarchical block of `parts` in a row."""
    stream = gr.io_signature(1, 1, SAMPLE)
    made = gr.hier_block2("series", stream, stream)
    made.parts = parts
    made.connect(made, *parts, made)
    return made


def test_the_pattern_has_unit_power_and_one_place():
    pattern = probe.pattern()
    assert pattern.shape == (probe.LENGTH,) and pattern.dtype == np.complex64
    assert np.mean(np.abs(pattern) ** 2) == pytest.approx(1.0, rel=1e-6)
    stream = np.concatenate([np.zeros(3000), pattern, np.zeros(3000)])
    fit = probe.correlations(stream)
    assert int(np.argmax(fit)) == 3000
    assert fit[3000] == pytest.approx(1.0, abs=1e-6)
    assert np.delete(fit, 3000)[2800:3200].max() < probe.LEVEL


def test_silence_has_no_pattern():
    assert not probe.correlations(np.zeros(5000, np.complex64)).any()


@pytest.mark.parametrize("delay", [0, 1, 7, 1000, probe.MAX_LATENCY])
def test_delay(delay):
    assert measure_latency(blocks.delay(SAMPLE, delay)) == delay


@pytest.mark.parametrize("early", [1, 3, probe.LEAD])
def test_early(early):
    assert measure_latency(blocks.skiphead(SAMPLE, early)) == -early


def test_the_channel_model_of_gnuradio_is_early():
    model = channels.channel_model(0.1, 0.0, 1.0, [1.0, 0.3], 1)
    assert measure_latency(model) == -3


def test_filters():
    taps = filter.firdes.low_pass(1, 1, 0.45, 0.05)
    assert len(taps) % 2
    assert measure_latency(filter.fir_filter_ccf(1, taps)) == len(taps) // 2
    # Works on blocks of samples and holds back what does not fill one.
    assert measure_latency(filter.fft_filter_ccf(1, taps)) == len(taps) // 2


@pytest.mark.parametrize(
    "channel",
    [
        dlcomm.awgn_channel_cc(-6.0, 1.0, 1),
        dlcomm.rayleigh_block_fading_channel_cc(4, 10.0, 2.0, seed=1),
        dlcomm.polynomial_channel_cc([0.0, 0.0, 1.0], 8.0, 8 / 7, 1),
        dlcomm.polynomial_channel_cc([1.0, 0.0, -0.4], 8.0, 8 / 7, 1),
        analog.agc_cc(1e-3),
        blocks.rotator_cc(0.1),
        blocks.multiply_const_cc(1e-4j),
    ],
    ids=["noise", "fading", "square", "cap", "agc", "offset", "faint"],
)
def test_what_does_not_hide_the_pattern(channel):
    assert measure_latency(series(channel, blocks.delay(SAMPLE, 13))) == 13


@pytest.mark.parametrize(
    ("block", "told"),
    [
        (lambda: blocks.keep_one_in_n(SAMPLE, 4), "a rate of 0.25 samples out per sample in"),
        (lambda: blocks.repeat(SAMPLE, 3), "a rate of 3 samples out per sample in"),
        (lambda: blocks.skiphead(SAMPLE, 10**9), "samples went in, none came back"),
        (lambda: blocks.skiphead(SAMPLE, 3000), "pattern is not among them"),
        (lambda: dropping([8000]), "loses 1 of"),
        (lambda: dropping(np.arange(5000, 5321)), "loses 321 of"),
        (lambda: blocks.multiply_const_cc(0.0), "pattern is not among them"),
        (lambda: blocks.delay(SAMPLE, probe.MAX_LATENCY + 1), "a latency of at most 32768"),
        (lambda: blocks.multiply_const_cc(float("nan")), "NaN or infinite"),
        (lambda: dlcomm.awgn_channel_cc(-25.0, 1.0, 1), "lost in noise"),
    ],
)
def test_what_is_not_whole_is_named(block, told):
    with pytest.raises(FlowgraphError, match=told) as error:
        measure_latency(block(), "thing")
    assert str(error.value).startswith("thing: ")
    assert len(str(error.value).splitlines()) == 1


def test_an_added_sample_is_named():
    def adding(block, samples):
        numbered = block.count + np.arange(len(samples))
        return np.repeat(samples, 1 + (numbered == 9000))

    with pytest.raises(FlowgraphError, match="adds 1 of"):
        measure_latency(Python(adding))


def test_an_exception_in_a_block_is_told():
    def act(block, samples):
        raise ValueError("the oscillator\nis broken")

    with pytest.raises(FlowgraphError) as error:
        measure_latency(series(Python(act)), "chain.py")
    assert str(error.value) == "chain.py: block python: ValueError: the oscillator is broken"


def test_a_flowgraph_without_an_end_is_named():
    stream = gr.io_signature(1, 1, SAMPLE)
    endless = gr.hier_block2("endless", stream, stream)
    endless.parts = blocks.null_sink(SAMPLE), blocks.null_source(SAMPLE)
    endless.connect(endless, endless.parts[0])
    endless.connect(endless.parts[1], blocks.throttle(SAMPLE, 1e4), endless)
    with pytest.raises(FlowgraphError, match="did not end within 0.3 s"):
        measure_latency(endless, timeout_s=0.3)
