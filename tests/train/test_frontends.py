# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Front ends: what they compute, and that the exported graph computes the same."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from dlcomm_train import contract
from dlcomm_train.channels.models import Received, as_complex
from dlcomm_train.models.export import decoder_model
from dlcomm_train.models.pairs import session
from dlcomm_train.networks.frontends import CLAMP, Matched, Quadratic
from dlcomm_train.networks.link import Decoder, front_end
from dlcomm_train.training.config import LinkConfig

N, K, B = 6, 4, 50


def _received(scale: float = 1.0, csi: bool = False) -> Received:
    generator = torch.Generator().manual_seed(4)
    symbols = scale * torch.randn(B, N, generator=generator)
    return Received(symbols, torch.randn(B, 2, generator=generator) if csi else None)


def _decoder(kind: str, form: str = "compact", real_gain: bool = False) -> Decoder:
    generator = torch.Generator().manual_seed(7)
    before = front_end(kind, N, 12, real_gain, generator)
    decoder = Decoder(N, K, form, generator, before, 20)
    with torch.no_grad():  # biases begin at zero, where a mix-up would not be seen
        for weight in decoder.parameters():
            weight.add_(torch.randn(weight.shape, generator=generator) * 0.1)
    return decoder


@pytest.mark.parametrize("form", ["thesis", "compact", "convolutional"])
@pytest.mark.parametrize(
    ("kind", "real_gain"),
    [("plain", False), ("matched", False), ("inverse", False), ("inverse", True),
     ("quadratic", False)],
)
def test_exported_decoder_computes_the_same(kind, real_gain, form):
    decoder = _decoder(kind, form, real_gain)
    link = contract.Contract("decoder", "test", N, K, recipe={})
    model = decoder_model(decoder, link)
    received = _received(csi=kind == "matched")
    feed = {"symbols": received.symbols.numpy()}
    if received.csi is not None:
        feed["csi"] = received.csi.numpy()
    with torch.no_grad():
        expected = decoder(received).numpy()
    found = session(model).run(["logits"], feed)[0]
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-4)


def test_estimates_are_clamped():
    decoder = _decoder("inverse")
    received = _received(scale=1e6)
    ratio = decoder.front_end(received) / received.symbols
    # |a + jb| with both parts at the limit turns a real part by at most this much.
    limit = CLAMP * (1 + (received.symbols.abs().max() / received.symbols.abs().min()))
    assert torch.isfinite(ratio).all() and ratio.abs().max() <= limit
    estimate = decoder.front_end.estimator(received.symbols)
    assert estimate.abs().max() > CLAMP
    with torch.no_grad():
        energy = decoder.front_end(received).square().sum(dim=1)
    bound = 2 * CLAMP**2 * received.symbols.square().sum(dim=1)
    assert (energy <= bound * 1.001).all()


def test_products_are_the_outer_product():
    received = _received()
    y = as_complex(received.symbols)
    products = Quadratic(N)(received)
    column = 0
    for i in range(N // 2):
        for j in range(i, N // 2):
            expected = y[:, i] * y[:, j].conj()
            torch.testing.assert_close(products[:, column], expected.real)
            column += 1
            if i != j:
                torch.testing.assert_close(products[:, column], expected.imag)
                column += 1
    assert column == products.shape[1] == (N // 2) ** 2


def test_products_do_not_see_the_phase_of_the_gain():
    received = _received()
    turned = as_complex(received.symbols) * np.exp(1.3j)
    other = Received(torch.view_as_real(turned).flatten(start_dim=1).float())
    torch.testing.assert_close(
        Quadratic(N)(received), Quadratic(N)(other), rtol=1e-4, atol=1e-5
    )


def test_matched_filter_undoes_the_phase_of_the_gain():
    generator = torch.Generator().manual_seed(2)
    sent = torch.randn(B, N, generator=generator)
    gain = torch.randn(B, 2, generator=generator)
    faded = as_complex(sent) * as_complex(gain)
    received = Received(torch.view_as_real(faded).flatten(start_dim=1), gain)
    features = Matched(N)(received)
    power = gain.square().sum(dim=1, keepdim=True)
    torch.testing.assert_close(features[:, :-1], power * sent, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(features[:, -1:], power)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, "plain"),
        ({"channel": "polynomial:0,0,1", "form": "thesis"}, "plain"),
        ({"channel": "rayleigh", "form": "thesis"}, "inverse"),
        ({"channel": "rayleigh"}, "quadratic"),
        ({"channel": "rayleigh", "csi": True, "form": "thesis"}, "matched"),
        ({"channel": "rayleigh:real_positive=1", "form": "thesis"}, "inverse"),
        ({"channel": "rayleigh:real_positive=1"}, "plain"),
    ],
)
def test_front_end_suits_the_channel(fields, expected):
    assert LinkConfig(name="a", n=N, k=K, **fields).front_end == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"channel": ""}, "found ''.*expected awgn, rayleigh"),
        ({"channel": "rayleigh:block=3"}, "found 'rayleigh:block=3', expected awgn"),
        ({"channel": "polynomial:"}, "expected 1 to 32 finite coefficients"),
        ({"channel": "polynomial:1,inf"}, "expected 1 to 32 finite coefficients"),
        ({"channel": "polynomial:2"}, "coefficient from C1 on that is not 0"),
        ({"n": 1, "power_norm": "codeword"}, "k is 4, expected 1 with n 1"),
        ({"through": "a.grc", "policy": {}, "channel": "rayleigh"}, "expected none with"),
        ({"channel": "rayleigh", "n": 7}, "n is 7, expected an even number"),
        ({"csi": True}, "channel awgn has no gain"),
        ({"channel": "rayleigh", "csi": True, "front_end": "plain"}, "front_end matched with"),
        ({"front_end": "matched"}, "front_end matched with csi"),
        ({"n": 7, "front_end": "quadratic"}, "n is 7, expected an even number"),
        ({"through": "a.grc"}, "policy is missing"),
        ({"through_parameters": {"a": 1}}, "expected none without through"),
        ({"policy": {}, "batch": 16}, "batch is 16, expected at least 32 with policy"),
        ({"policy": {}, "loss": "bitwise"}, "expected symbolwise with policy"),
        (
            {"channel": "rayleigh", "receiver_steps": 100, "receiver_ebn0_db": 3.0},
            "receiver_ebn0_db is 3, expected ebn0_db = 5",
        ),
    ],
)
def test_impossible_combinations(fields, expected):
    with pytest.raises(ValueError, match=expected):
        LinkConfig(**({"name": "a", "n": N, "k": K} | fields))
