# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Payloads to symbols and back, without a channel in between or with noise alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pmt
import pytest
from payloads import channel_bits, crc16, pdu, symbols, through

from gnuradio import dlcomm

EXAMPLE_MODELS = Path(__file__).resolve().parents[2] / "examples" / "models"
MODELS = ("ae_7_4", "ae_8_8", "qpsk")
CODES = ("none", "cc")


def noisy(rng: np.random.Generator, sent: np.ndarray, n0: float) -> np.ndarray:
    """Symbols in white noise of this variance."""
    noise = rng.standard_normal((len(sent), 2)) @ [1, 1j] * np.sqrt(n0 / 2)
    return (sent + noise).astype(np.complex64)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("model", MODELS)
def test_symbols_are_those_of_the_description(model, code, rng):
    payloads = [rng.bytes(size) for size in (1, 2, 3, 37, 500)]
    found = through(
        [dlcomm.neural_pdu_encoder(model, code)], map(pdu, payloads), len(payloads)
    )
    for number, (payload, (fields, sent)) in enumerate(zip(payloads, found.pdus, strict=True)):
        assert fields == {
            "model": crc16(dlcomm.link(model).name), "code": CODES.index(code),
            "length": len(payload), "sequence": number,
        }
        assert np.array_equal(sent.astype(np.complex64), symbols(payload, model, code))


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("model", [*MODELS, "hamming_7_4", "ae_2_3", "ae_8_8_csi"])
def test_payloads_come_back(model, code, rng):
    sizes = [1, 2, 3, 4, 5, 6, 7, 255, 1500]
    payloads = [rng.bytes(size) for size in sizes] + [bytes(80), b"\xff" * 80]
    decoder = dlcomm.neural_pdu_decoder(model)
    found = through(
        [dlcomm.neural_pdu_encoder(model, code), decoder], map(pdu, payloads), len(payloads)
    )
    assert found.failed == []
    for payload, (fields, received) in zip(payloads, found.pdus, strict=True):
        assert bytes(received) == payload
        assert fields["bits"] == len(channel_bits(payload, code))
        # A learned codebook may have a symbol that its own decoder takes for another.
        assert fields["bit_errors"] <= 0.005 * fields["bits"]
    assert decoder.decoded() == len(payloads)
    assert decoder.bits() == sum(fields["bits"] for fields, _ in found.pdus)
    assert decoder.crc_errors() == decoder.unknown_models() == 0


def test_a_compressed_decoder_receives_what_the_full_encoder_sent(rng):
    payload = rng.bytes(300)
    tiny = EXAMPLE_MODELS / "ae_8_8_decoder_tiny.onnx"
    chain = [dlcomm.neural_pdu_encoder("ae_8_8", "cc"), dlcomm.neural_pdu_decoder(str(tiny))]
    assert bytes(through(chain, [pdu(payload)], 1).pdus[0][1]) == payload


@pytest.mark.parametrize(("model", "code"), [("ae_8_8", "none"), ("qpsk", "cc")])
def test_the_largest_payload_comes_back_and_no_larger_one_is_sent(model, code, rng):
    encoder = dlcomm.neural_pdu_encoder(model, code)
    most = encoder.max_payload()
    payload = rng.bytes(most)
    found = through(
        [encoder, dlcomm.neural_pdu_decoder(model)],
        [pdu(rng.bytes(most + 1)), pdu(payload)],
        1,
    )
    assert encoder.refused() == 1
    assert bytes(found.pdus[0][1]) == payload
    assert len(symbols(bytes(most), model, code)) <= 65535


def test_entries_are_kept_and_bursts_counted():
    sent = [
        pdu(b"a", sequence=7, last=True, name="first"),
        pdu(b"b"),
        pdu(b"c", sequence=2**32 - 1, model=1, code=9, length=3),
        pmt.cons(pmt.PMT_NIL, pmt.init_u8vector(1, list(b"d"))),
    ]
    found = through(
        [dlcomm.neural_pdu_encoder("ae_8_8"), dlcomm.neural_pdu_decoder("ae_8_8")], sent, 4
    ).pdus
    assert [fields["sequence"] for fields, _ in found] == [7, 8, 2**32 - 1, 0]
    assert found[0][0]["last"] is True
    assert found[0][0]["name"] == "first"
    assert "last" not in found[1][0]
    assert [bytes(received) for _, received in found] == [b"a", b"b", b"c", b"d"]


def test_what_cannot_be_sent_is_refused():
    encoder = dlcomm.neural_pdu_encoder("ae_8_8")
    bad = [
        pdu(b""),
        pdu(bytes(65536)),
        pdu(b"a", sequence=-1),
        pdu(b"a", sequence=2**32),
        pdu(b"a", sequence="one"),
        pdu(np.zeros(3, np.complex64)),
        pmt.intern("no pair"),
        pmt.cons(pmt.intern("no dictionary"), pmt.init_u8vector(1, list(b"a"))),
    ]
    found = through([encoder], [*bad, pdu(b"good")], 1)
    assert len(found.pdus) == 1
    assert encoder.refused() == len(bad)
    assert encoder.encoded() == 1


def test_failures_have_their_reason(rng):
    good = symbols(b"payload", "ae_8_8", "none")
    name = crc16("ae_8_8")
    entries = {"model": name, "code": 0, "length": 7, "sequence": 5}
    spoilt = good.copy()
    spoilt[:8] = -spoilt[:8]
    cases = [
        (spoilt, entries, "crc"),
        (good, {**entries, "model": name ^ 1}, "unknown model"),
        (good, {"code": 0, "length": 7}, "unknown model"),
        (good, {**entries, "code": 2}, "unknown code"),
        (good, {**entries, "code": -1}, "unknown code"),
        (good, {**entries, "length": 6}, "inconsistent lengths"),
        (good, {**entries, "length": 0}, "inconsistent lengths"),
        (good, {**entries, "length": 2**40}, "inconsistent lengths"),
        (good, {**entries, "code": 1}, "inconsistent lengths"),
        (good[:-1], entries, "inconsistent lengths"),
        (good[:0], entries, "inconsistent lengths"),
        (b"bytes", entries, "inconsistent lengths"),
    ]
    decoder = dlcomm.neural_pdu_decoder("ae_8_8")
    messages = [pdu(sent, **fields) for sent, fields, _ in cases]
    messages += [pmt.intern("no pair"), pdu(good, **entries)]
    found = through([decoder], messages, len(messages))
    assert [fields["reason"] for fields in found.failed] == [
        *(reason for _, _, reason in cases), "inconsistent lengths",
    ]
    for fields, (_, given, _) in zip(found.failed, cases, strict=False):
        assert {**given, "reason": fields["reason"]} == fields
    assert bytes(found.pdus[0][1]) == b"payload"
    assert decoder.crc_errors() == 1
    assert decoder.unknown_models() == 2
    assert decoder.unknown_codes() == 2
    assert decoder.inconsistent_lengths() == 8
    assert decoder.decoded() == 1


def test_wrong_channel_bits_are_counted(rng):
    payload = rng.bytes(400)
    sent = symbols(payload, "qpsk", "cc")
    received = noisy(rng, sent, 0.4)
    decoder = dlcomm.neural_pdu_decoder("qpsk")
    fields = {"model": crc16("qpsk"), "code": 1, "length": 400}
    found = through([decoder], [pdu(received, **fields)], 1)
    assert bytes(found.pdus[0][1]) == payload
    # QPSK: a bit is wrong where a rail has another sign.
    wrong = np.count_nonzero((sent.view(np.float32) > 0) != (received.view(np.float32) > 0))
    assert 50 < wrong < 1000
    assert found.pdus[0][0]["bit_errors"] == decoder.bit_errors() == wrong


@pytest.mark.parametrize(("model", "n0"), [("ae_8_8", 0.36), ("qpsk", 0.45)])
def test_soft_decisions_save_payloads(model, n0, rng):
    """Where hard decisions lose most payloads."""
    fields = {"model": crc16(model), "code": 1, "length": 60}
    messages = [
        pdu(noisy(rng, symbols(rng.bytes(60), model, "cc"), n0), **fields) for _ in range(40)
    ]
    arrived = {}
    for soft in (True, False):
        decoder = dlcomm.neural_pdu_decoder(model, soft)
        assert decoder.soft() is soft
        arrived[soft] = len(through([decoder], messages, 40).pdus)
    # 40 payloads each, the same noise.
    assert arrived[True] >= 34, arrived
    assert arrived[False] <= 25, arrived


def test_not_finite_symbols_are_counted_and_harm_themselves_alone(rng):
    payload = rng.bytes(100)
    sent = symbols(payload, "ae_8_8", "cc")
    sent[40] = np.nan
    sent[80] = np.inf
    decoder = dlcomm.neural_pdu_decoder("ae_8_8")
    fields = {"model": crc16("ae_8_8"), "code": 1, "length": 100}
    found = through([decoder], [pdu(sent, **fields)], 1)
    assert bytes(found.pdus[0][1]) == payload
    assert decoder.nonfinite_messages() == 2


def test_models_and_codes_can_be_changed():
    encoder, decoder = dlcomm.neural_pdu_encoder("ae_8_8"), dlcomm.neural_pdu_decoder("ae_8_8")
    assert (encoder.n(), encoder.k(), encoder.code()) == (8, 8, "none")
    most = encoder.max_payload()
    encoder.set_model("ae_7_4")
    encoder.set_code("cc")
    assert (encoder.n(), encoder.k(), encoder.code()) == (7, 4, "cc")
    assert encoder.model() == dlcomm.model_file("ae_7_4", "encoder")
    assert encoder.max_payload() < most
    assert through([encoder, decoder], [pdu(b"x")], 1).failed[0]["reason"] == "unknown model"
    decoder.set_model("ae_7_4")
    decoder.set_soft(False)
    assert (decoder.n(), decoder.k(), decoder.soft()) == (7, 4, False)
    assert decoder.executor() in ("dense", "onnxruntime")
    assert bytes(through([encoder, decoder], [pdu(b"x")], 1).pdus[0][1]) == b"x"
    for block in (encoder, decoder):
        with pytest.raises(RuntimeError, match="no_such_model"):
            block.set_model("no_such_model")
        assert "ae_7_4" in block.model()


def test_bad_arguments_are_one_line():
    with pytest.raises(ValueError, match=r"^neural_pdu_encoder: code is 'turbo', expected"):
        dlcomm.neural_pdu_encoder("ae_8_8", "turbo")
    with pytest.raises(ValueError, match="code is '', expected 'none' or 'cc'"):
        dlcomm.neural_pdu_encoder("ae_8_8").set_code("")
    for make in (dlcomm.neural_pdu_encoder, dlcomm.neural_pdu_decoder):
        with pytest.raises(RuntimeError, match=rf"^{make.__name__}: .*no_such_model") as error:
            make("no_such_model")
        assert "\n" not in str(error.value)
    with pytest.raises(RuntimeError, match="expected 'encoder'"):
        dlcomm.neural_pdu_encoder(dlcomm.model_file("ae_8_8", "decoder"))
