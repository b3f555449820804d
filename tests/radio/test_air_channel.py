# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Symbols through two radios: the loopback device in the place of both."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy import stats

from dlcomm_train.channels.flowgraph import FlowgraphChannel
from gnuradio import blocks, dlcomm, gr
from gnuradio.dlcomm.flowgraph_channel.probe import FlowgraphError
from gnuradio.dlcomm.measurement.point import Point, StopRule, measure
from gnuradio.dlcomm.measurement.theory import bpsk_bler
from gnuradio.dlcomm.radio.air_channel import LONGEST_FRAME, air_channel
from gnuradio.dlcomm.radio.frame_exchange import MOST_LOST

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/channels/over_the_air.grc"
FRAME, AMPLITUDE, SPS = 500, 0.25, 4
LEVEL = 1e-5
"""False-alarm rate of every statistical comparison here."""


def channel(more: str = "", **settings: object) -> air_channel:
    device = f"driver=dlcomm_loopback,medium=tested,pace=false{more}"
    arguments = {"frame": FRAME, "amplitude": AMPLITUDE} | settings
    return air_channel(device, 1e6, 868.3e6, **arguments)


def through(made: air_channel, symbols: np.ndarray) -> np.ndarray:
    graph, sink = gr.top_block(), blocks.vector_sink_c()
    graph.connect(blocks.vector_source_c(symbols.tolist()), made, sink)
    graph.run()
    return np.array(sink.data(), np.complex64)


def qpsk(count: int, rng: np.random.Generator) -> np.ndarray:
    turns = rng.integers(4, size=count) + 0.5
    return np.exp(0.5j * np.pi * turns).astype(np.complex64)


def test_symbols_come_back_as_they_were(rng: np.random.Generator) -> None:
    sent = qpsk(20 * FRAME + 17, rng)
    made = channel(",cfo=2e-3,clock_ppm=10,delay=0.37")
    received = through(made, sent)
    # What fills no frame is not sent.
    assert len(received) == 20 * FRAME
    error = np.mean(np.abs(received - sent[: len(received)]) ** 2)
    assert error < 10**-3.0
    assert (made.received, made.lost) == (20, 0)


def test_noise_is_what_the_medium_has(rng: np.random.Generator) -> None:
    """At 14 dB Es/N0; residual errors of the synchronisation add at most 3 per cent."""
    sent = qpsk(100 * FRAME, rng)
    n0 = 10**-1.4
    noise_db = 10 * np.log10(AMPLITUDE**2 * SPS * n0)
    received = through(channel(f",noise_db={noise_db},seed=3"), sent)
    ratio = np.sum(np.abs(received - sent) ** 2) / n0
    low, high = stats.gamma.ppf((LEVEL / 2, 1 - LEVEL / 2), len(sent))
    assert low < ratio < 1.03 * high


def test_equal_seeds_give_equal_symbols(rng: np.random.Generator) -> None:
    sent = qpsk(8 * FRAME, rng)
    first, again = (through(channel(",noise_db=-25,seed=5"), sent) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    other = through(channel(",noise_db=-25,seed=6"), sent)
    assert not np.array_equal(first, other)


def test_a_medium_that_swallows_everything_ends_the_stream(
    rng: np.random.Generator, capfd: pytest.CaptureFixture
) -> None:
    made = channel(",noise_db=20,seed=1")
    made._radios.exchange._patience = 0.05
    received = through(made, qpsk((MOST_LOST + 16) * FRAME, rng))
    assert not np.any(received)
    assert len(received) == (MOST_LOST - 1) * FRAME
    said = "".join(capfd.readouterr())
    assert f"{MOST_LOST} bursts in a row were lost, after 0 received" in said


def test_its_error_rate_is_near_the_closed_form() -> None:
    """QPSK at 4 dB, without the amplifier: at most 0.3 dB worse, and no better than chance."""
    graph = f"flowgraph:{EXAMPLE},saturation=0"
    row = measure(Point("qpsk", graph, 4.0, 1), StopRule(10**9, 150_000))
    best, worst = (bpsk_bler(ebn0_db, 2) for ebn0_db in (4.0, 3.7))
    assert stats.binom.cdf(row.block_errors, row.messages, best) > LEVEL
    assert stats.binom.sf(row.block_errors, row.messages, worst) > LEVEL


def test_training_goes_through_it() -> None:
    """Batches come back, message by message, and another channel can follow the first."""
    for seed in (1, 2):
        with FlowgraphChannel(str(EXAMPLE), {"saturation": 0}, 4, 4, 20.0, seed) as made:
            for batch in range(3):
                generator = torch.Generator().manual_seed(batch)
                symbols = torch.randn(1024, 4, generator=generator) * 0.5**0.5
                received = made(symbols, generator).symbols
                assert torch.mean((received - symbols) ** 2) < 0.01
            assert made.latency == 0


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: channel(frame=0), f"frame is 0, expected 1 to {LONGEST_FRAME}"),
        (lambda: channel(sps=3), "sps is 3"),
        (lambda: channel(rx_device="driver=nothing"), "driver=nothing: SoapySDR finds none"),
        (lambda: channel(",cfo=often"), "cfo"),
        (lambda: channel(tx_gain=1e6), "gain is 1000000, expected"),
    ],
)
def test_what_cannot_be(make: Callable, message: str) -> None:
    with pytest.raises((ValueError, RuntimeError), match=message) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_without_a_receiver_training_is_refused() -> None:
    with pytest.raises((FlowgraphError, ValueError)):
        FlowgraphChannel(str(EXAMPLE), {"device": "driver=nothing"}, 4, 4, 20.0)


def test_it_is_offered_by_the_module() -> None:
    assert dlcomm.air_channel is air_channel
