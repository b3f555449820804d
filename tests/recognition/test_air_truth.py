# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Truth that is told beside a radio's stream is that of the samples it stands on."""

from __future__ import annotations

import numpy as np
import pmt
import pytest

from gnuradio import blocks, gr
from gnuradio.dlcomm.radio.radio_sink import radio_sink
from gnuradio.dlcomm.radio.radio_source import radio_source
from gnuradio.dlcomm.recognition.air_truth import SentTruth, _Heard, air_truth

NAMES = ("BPSK", "QPSK", "GFSK")


def visits(length: int) -> gr.basic_block:
    """A source of 1, 2 and 3, each so many times, with truth tags."""
    tags = []
    for place, name in enumerate(NAMES):
        tag = gr.tag_t()
        tag.offset, tag.key = place * length, pmt.intern("truth")
        tag.value = pmt.to_pmt({"modulation": name, "snr_db": 10.0})
        tags.append(tag)
    values = np.repeat(np.arange(1, len(NAMES) + 1), length).astype(np.complex64)
    return blocks.vector_source_c(values.tolist(), False, 1, tags)


def told(sink: blocks.vector_sink_c) -> list[tuple[int, str | None]]:
    """Where truth tags stand, and what they say."""
    found = [(tag.offset, pmt.to_python(tag.value)) for tag in sink.tags()]
    return [
        (offset, truth["modulation"] if isinstance(truth, dict) else None)
        for offset, truth in found
    ]


def test_truth_over_a_device_is_that_of_the_samples() -> None:
    """The medium holds back up to 11,776 samples, the flowgraph the rest."""
    length, settle = 120_000, 32_768
    truth = air_truth(settle)
    device = "driver=dlcomm_loopback,medium=truth,pace=false,buffer=16384"
    sink, source = radio_sink(device, 1e6, 1e8), radio_source(device, 1e6, 1e8)
    graph, heard = gr.top_block(), blocks.vector_sink_c()
    graph.connect(visits(length), (truth, 0))
    graph.connect((truth, 0), sink)
    graph.connect(source, (truth, 1))
    graph.connect((truth, 1), blocks.head(8, 4 * length), heard)
    assert (truth.sent(), truth.ended()) == (None, False)
    graph.run()
    assert (truth.sent(), truth.ended()) == (None, True)
    samples, tags = np.array(heard.data()), told(heard)
    # From nothing to the first, each to the next, the last to nothing.
    known = [name for _, name in tags if name is not None]
    assert known == list(NAMES)
    assert tags[-1][1] is None
    ends = [offset for offset, _ in tags[1:]] + [len(samples)]
    for (begin, name), end in zip(tags, ends, strict=True):
        if name is not None:
            assert end - begin > length // 8
            # The filters of the device are not exact to the last digit.
            assert np.abs(samples[begin:end] - (NAMES.index(name) + 1)).max() < 0.01


@pytest.mark.parametrize("most", [1, 77, 100_000])
@pytest.mark.parametrize("settle", [1, 999, 3999, 4000])
def test_the_truth_is_known_after_it_has_settled(settle: int, most: int) -> None:
    truth, sink, graph = SentTruth(), blocks.vector_sink_c(), gr.top_block()
    truth.note(pmt.to_pmt({"modulation": "QPSK", "snr_db": 3.0}))
    numbers = np.arange(4000).astype(np.complex64)
    heard = _Heard(truth, settle)
    graph.connect(blocks.vector_source_c(numbers.tolist()), heard, sink)
    graph.start(most)
    graph.wait()
    assert np.array_equal(sink.data(), numbers)
    assert told(sink) == [(0, None)] + [(settle, "QPSK")] * (settle < len(numbers))


def test_no_time_at_all_is_refused() -> None:
    with pytest.raises(ValueError, match="settle: found 0, expected 1 or more samples"):
        air_truth(0)
