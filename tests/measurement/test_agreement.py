# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The baselines, measured by flowgraphs, have their known error rates at 0 to 8 dB.

Every point is an exact two-sided binomial test on a number of messages fixed before.
The 36 tests of block errors and 36 of bit errors are held to a level of 1e-4 together,
so a chain that is right fails with a probability of at most 1e-4.
"""

from collections.abc import Callable

import pytest
from scipy import stats

from gnuradio import dlcomm
from gnuradio.dlcomm.channel_specs import parse_channel
from gnuradio.dlcomm.flowgraphs import link_flowgraph
from gnuradio.dlcomm.measurement import theory
from gnuradio.dlcomm.measurement.intervals import clopper_pearson

EBN0_DB = tuple(float(value) for value in range(9))
MODELS: dict[str, tuple[int, Callable[[float], float], Callable[[float], float]]] = {
    "bpsk": (2_000_000, theory.bpsk_ber, theory.bpsk_ber),
    "qpsk": (2_000_000, lambda e: theory.bpsk_bler(e, 2), theory.bpsk_ber),
    "hamming_7_4": (
        4_000_000,
        lambda e: theory.hamming_ml(e)[0].value,
        lambda e: theory.hamming_ml(e)[1].value,
    ),
    "hamming_7_4_hard": (2_000_000, theory.hamming_hard_bler, theory.hamming_hard_ber),
}
LEVEL = 1e-4 / (2 * len(MODELS) * len(EBN0_DB))


@pytest.mark.parametrize("model", list(MODELS))
def test_baseline_has_its_known_error_rate(model: str) -> None:
    messages, bler, ber = MODELS[model]
    for ebn0_db in EBN0_DB:
        flowgraph = link_flowgraph(
            dlcomm.link(model),
            parse_channel("awgn"),
            ebn0_db,
            seed=20260,
            max_messages=messages,
        )
        flowgraph.run_watched(lambda: True)
        sink = flowgraph.sink
        assert sink.messages() == messages
        blocks, bits = sink.block_errors(), sink.bit_errors()
        assert stats.binomtest(blocks, messages, bler(ebn0_db)).pvalue > LEVEL, ebn0_db
        # Wrong bits come in clusters, at most k of one message at a time: with k as the
        # size of all of them the interval is wider than needed, never too narrow.
        low, high = clopper_pearson(bits, sink.bits(), flowgraph.sink.bits() // messages,
                                    1.0 - LEVEL)  # fmt: skip
        assert low <= ber(ebn0_db) <= high, ebn0_db
