# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Payloads over the whole chain: transmitter, a channel, receiver."""

from __future__ import annotations

import numpy as np
import pytest
from payloads import Heard, finish, heard, pdu, post, symbols, wait_for

from gnuradio import blocks, dlcomm, gr

SPS = 4
AMPLITUDE = 0.25


def transmit(payloads: list[bytes], model: str, code: str = "none") -> np.ndarray:
    """The stream of bursts of these payloads, the last one marked as such."""
    transmitter = dlcomm.neural_transmitter(
        model, code, SPS, AMPLITUDE, gap=64, end_after_last=True
    )
    graph = gr.top_block()
    end, sent = blocks.vector_sink_c(), blocks.message_debug()
    graph.connect(transmitter, end)
    graph.msg_connect(transmitter, "sent", sent, "store")
    for number, payload in enumerate(payloads):
        last = number == len(payloads) - 1
        post(transmitter.encoder, pdu(payload, last=last))
    finish(transmitter.encoder)
    graph.run()
    assert transmitter.counts() == {
        "encoded": len(payloads), "bursts": len(payloads), "refused": 0,
    }
    return np.array(end.data(), np.complex64)


def channel(rng: np.random.Generator, sent: np.ndarray, es_n0_db: float) -> np.ndarray:
    """Noise, a carrier offset of 1e-3 cycles per sample, and some noise before and after."""
    padded = np.concatenate([np.zeros(333), sent, np.zeros(777)])
    turned = padded * np.exp(2j * np.pi * 1e-3 * np.arange(len(padded)))
    n0 = AMPLITUDE**2 * SPS / 10 ** (es_n0_db / 10)
    noise = rng.standard_normal((len(padded), 2)) @ [1, 1j] * np.sqrt(n0 / 2)
    return (0.5 * (turned + noise)).astype(np.complex64)


def receive(stream: np.ndarray, receiver: dlcomm.neural_receiver, expected: int) -> Heard:
    """What a receiver makes of a stream that has this many bursts for it to hear."""
    graph = gr.top_block()
    good, bad = blocks.message_debug(), blocks.message_debug()
    # Behind the stream come zeros: it must not end before its last message is stored.
    endless = blocks.stream_mux(gr.sizeof_gr_complex, [len(stream), 2**30])
    graph.connect(blocks.vector_source_c(stream.tolist()), endless, receiver)
    graph.connect(blocks.null_source(gr.sizeof_gr_complex), (endless, 1))
    graph.msg_connect(receiver, "pdus", good, "store")
    graph.msg_connect(receiver, "failed", bad, "store")
    graph.start()
    try:
        wait_for(
            lambda: good.num_messages() + bad.num_messages() + receiver.counts()["too_long"]
            >= expected
        )
    finally:
        graph.stop()
        graph.wait()
    return heard(good, bad)


@pytest.mark.parametrize("code", ["none", "cc"])
@pytest.mark.parametrize("model", ["ae_7_4", "ae_8_8", "qpsk"])
def test_payloads_come_back(model, code, rng):
    payloads = [rng.bytes(size) for size in (1, 2, 100, 333)]
    receiver = dlcomm.neural_receiver(model)
    found = receive(channel(rng, transmit(payloads, model, code), 16.0), receiver, 4)
    assert found.failed == []
    assert [bytes(received) for _, received in found.pdus] == payloads
    for number, (fields, received) in enumerate(found.pdus):
        assert fields["sequence"] == number
        assert fields["last"] is (number == 3)
        assert fields["length"] == len(received)
        assert fields["code"] == (code == "cc")
        assert fields["symbols"] == len(symbols(bytes(len(received)), model, code))
        assert fields["cfo"] == pytest.approx(1e-3, abs=1e-4)
        assert fields["bit_errors"] <= 0.01 * fields["bits"]
    assert receiver.bursts() == receiver.counts()["bursts"] == 4
    assert receiver.counts()["header_errors"] == receiver.counts()["too_long"] == 0


def test_the_largest_payload_comes_back(rng):
    most = dlcomm.neural_transmitter("ae_8_8", "cc").max_payload()
    payload = rng.bytes(most)
    stream = channel(rng, transmit([payload], "ae_8_8", "cc"), 20.0)
    found = receive(
        stream, dlcomm.neural_receiver("ae_8_8", max_payload_symbols=65535), 1
    )
    assert bytes(found.pdus[0][1]) == payload
    assert found.pdus[0][0]["symbols"] == 65528
    short = dlcomm.neural_receiver("ae_8_8", max_payload_symbols=65527)
    assert receive(stream, short, 1) == ([], [])
    assert short.counts()["too_long"] == 1


def test_what_the_code_cannot_save_fails(rng):
    payloads = [rng.bytes(200) for _ in range(3)]
    sent = transmit(payloads, "ae_8_8", "cc")
    # Half of the second payload's samples have their sign changed.
    length = len(sent) // 3
    sent[length + 600 * SPS : length + 1100 * SPS] *= -1
    found = receive(channel(rng, sent, 20.0), dlcomm.neural_receiver("ae_8_8"), 3)
    assert [fields["sequence"] for fields, _ in found.pdus] == [0, 2]
    assert [(one["sequence"], one["reason"]) for one in found.failed] == [(1, "crc")]


def test_bursts_of_another_model_fail(rng):
    stream = channel(rng, transmit([b"a", b"b"], "ae_7_4"), 20.0)
    receiver = dlcomm.neural_receiver("ae_8_8")
    found = receive(stream, receiver, 2)
    assert [one["reason"] for one in found.failed] == ["unknown model"] * 2
    assert found.pdus == []
    receiver = dlcomm.neural_receiver("ae_8_8")
    receiver.set_model("ae_7_4")
    receiver.set_soft(False)
    found = receive(stream, receiver, 2)
    assert [bytes(received) for _, received in found.pdus] == [b"a", b"b"]


def test_soft_decisions_save_bursts(rng):
    """Es/N0 of 5 dB, where hard decisions lose most payloads of 100 bytes."""
    payloads = [rng.bytes(100) for _ in range(20)]
    stream = channel(rng, transmit(payloads, "qpsk", "cc"), 4.5)
    arrived = {
        soft: len(receive(stream, dlcomm.neural_receiver("qpsk", soft), 20).pdus)
        for soft in (True, False)
    }
    assert arrived[True] >= 18, arrived
    assert arrived[False] <= 15, arrived


def test_an_empty_payload_is_refused():
    transmitter = dlcomm.neural_transmitter("ae_8_8", end_after_last=True)
    graph = gr.top_block()
    graph.connect(transmitter, blocks.null_sink(gr.sizeof_gr_complex))
    post(transmitter.encoder, pdu(b""))
    post(transmitter.encoder, pdu(b"x", last=True))
    finish(transmitter.encoder)
    graph.run()
    assert transmitter.counts() == {"encoded": 1, "bursts": 1, "refused": 1}


def test_settings_reach_the_blocks():
    transmitter = dlcomm.neural_transmitter("ae_8_8")
    transmitter.set_model("ae_7_4")
    transmitter.set_code("cc")
    transmitter.set_amplitude(0.5)
    assert transmitter.model() == dlcomm.model_file("ae_7_4", "encoder")
    assert transmitter.encoder.code() == "cc"
    assert transmitter.shaper.amplitude() == 0.5
    for change, value in (
        (transmitter.set_code, "turbo"), (transmitter.set_amplitude, 0.0),
    ):
        with pytest.raises(ValueError, match="expected"):
            change(value)
    receiver = dlcomm.neural_receiver("ae_8_8", soft=False)
    assert receiver.decoder.soft() is False
    assert receiver.model() == dlcomm.model_file("ae_8_8", "decoder")
    for block in (transmitter, receiver):
        assert not dlcomm.try_set_model(block, "no_such_model")
    with pytest.raises(RuntimeError, match=r"^neural_pdu_encoder: .*no_such_model"):
        dlcomm.neural_transmitter("no_such_model")
    with pytest.raises(ValueError, match="sps is 3"):
        dlcomm.neural_receiver("ae_8_8", sps=3)


def test_messages_enter_by_the_port_of_the_hierarchy():
    """As from a block in front of the transmitter."""
    expected = transmit([b"hello"], "qpsk")
    transmitter = dlcomm.neural_transmitter("qpsk", gap=64, end_after_last=True)
    strobe = blocks.message_strobe(pdu(b"hello", last=True), 10)
    graph = gr.top_block()
    end = blocks.vector_sink_c()
    graph.msg_connect(strobe, "strobe", transmitter, "pdus")
    graph.connect(transmitter, end)
    graph.start()
    try:
        wait_for(lambda: end.nitems_read(0) >= len(expected))
    finally:
        graph.stop()
        graph.wait()
    assert np.array_equal(np.array(end.data(), np.complex64), expected)
