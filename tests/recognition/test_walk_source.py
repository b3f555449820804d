# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""A walk plays what its truth tags say, at the SNR they say, and follows from its seed."""

from __future__ import annotations

import numpy as np
import pmt
import pytest

from dlcomm_train.datasets.manifest import MODULATIONS
from gnuradio import blocks, gr
from gnuradio.dlcomm.recognition.decisions import decision_sink
from gnuradio.dlcomm.recognition.walk_source import WALK, modulation_walk_source


def play(source: modulation_walk_source, most: int = 0) -> tuple[np.ndarray, list]:
    """Windows [n, 128] of a walk that ends, and its tags as (offset, truth)."""
    graph, sink = gr.top_block(), blocks.vector_sink_c()
    graph.connect(source, sink)
    graph.start(most or 100_000)
    graph.wait()
    tags = [(tag.offset, pmt.to_python(tag.value)) for tag in sink.tags()]
    return np.array(sink.data(), np.complex64).reshape(-1, 128), tags


def test_every_class_is_played_once_a_round() -> None:
    assert sorted(WALK) == sorted(MODULATIONS)
    windows, tags = play(modulation_walk_source(10.0, 3, 2))
    assert len(windows) == 2 * 11 * 3
    np.testing.assert_allclose((np.abs(windows) ** 2).mean(axis=1), 1.0, rtol=1e-5)
    assert tags == [
        (place * 3 * 128, {"modulation": name, "snr_db": 10.0})
        for place, name in enumerate(WALK * 2)
    ]


def test_equal_seeds_give_equal_streams_however_they_are_cut() -> None:
    def walk(seed: int, most: int) -> np.ndarray:
        source = modulation_walk_source(5.0, 60, 1, seed, ("QPSK", "WBFM"))
        return play(source, most)[0]

    first = walk(1, 8192)
    assert np.array_equal(first, walk(1, 128))
    assert not np.array_equal(first, walk(2, 8192))


def test_noise_has_the_power_that_the_truth_says() -> None:
    """The clean signal is the limit of no noise; what is left of it is the noise."""
    for snr_db in (0.0, 10.0):
        clean, _ = play(modulation_walk_source(100.0, 300, 1, 7, ("BPSK",)))
        noisy, _ = play(modulation_walk_source(snr_db, 300, 1, 7, ("BPSK",)))
        # Each window is scaled: its part along the clean one, and the rest.
        along = (clean.conj() * noisy).mean(axis=1, keepdims=True)
        rest = np.abs(noisy - along * clean) ** 2
        found = 10.0 * np.log10((np.abs(along) ** 2).sum() / rest.mean(axis=1).sum())
        # 38,400 samples of noise: 0.2 dB is more than five standard deviations; along
        # the signal lies 1/128 of the noise.
        assert found == pytest.approx(snr_db, abs=0.2)


def test_a_change_of_the_noise_is_told() -> None:
    source = modulation_walk_source(20.0, 50, 1, 1, ("GFSK",))
    graph, sink = gr.top_block(), blocks.vector_sink_c()
    slow = blocks.throttle(gr.sizeof_gr_complex, 1e12)
    graph.connect(source, slow, sink)
    source.set_snr_db(3.0)
    graph.run()
    assert [pmt.to_python(tag.value)["snr_db"] for tag in sink.tags()] == [3.0]
    assert source.snr_db() == 3.0


@pytest.mark.parametrize(("arguments", "message"), [
    ({"snr_db": float("nan")}, "snr_db: found nan"),
    ({"windows": 0}, "windows: found 0"),
    ({"rounds": -1}, "rounds: found -1"),
    ({"seed": -1}, "seed: found -1"),
    ({"modulations": ()}, "modulations: found none"),
    ({"modulations": ("QPSK", "OOK")}, "modulations: found OOK"),
])
def test_bad_arguments(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        modulation_walk_source(**arguments)


def test_decision_sink_follows_the_truth() -> None:
    def truth(offset: int, value: object) -> gr.tag_t:
        tag = gr.tag_t()
        tag.offset, tag.key, tag.value = offset, pmt.intern("truth"), pmt.to_pmt(value)
        return tag

    for tags, expected in (
        ([], None),
        ([truth(0, {"modulation": "QPSK", "snr_db": 1.0})], "QPSK"),
        ([truth(0, {"modulation": "QPSK"}), truth(3, {"modulation": "BPSK"})], "BPSK"),
        ([truth(0, {"modulation": "QPSK"}), truth(3, None)], None),
    ):
        graph, sink = gr.top_block(), decision_sink(2)
        graph.connect(blocks.vector_source_b([0, 0, 1, 1, 255], False, 1, tags), (sink, 0))
        graph.connect(blocks.vector_source_f([0.5] * 10, False, 2), (sink, 1))
        graph.run()
        found = sink.decisions()
        assert (found.total, found.latest, found.truth) == (5, 255, expected)
