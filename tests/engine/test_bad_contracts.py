# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Metadata that is missing, wrong, or at odds with the tensors: what was found and what was
expected, on one line."""

from __future__ import annotations

import pytest
from good_models import set_key
from refusals import refused, refused_by_all

from gnuradio import dlcomm

KEYS = {
    "encoder": ("contract", "role", "link", "n", "k", "recipe", "measured"),
    "decoder": ("contract", "role", "link", "n", "k", "recipe", "measured"),
    "classifier": ("contract", "role", "labels", "window", "recipe", "measured"),
}


@pytest.mark.parametrize(
    ("kind", "key"), [(kind, key) for kind, keys in KEYS.items() for key in keys]
)
def test_missing_key(kind, key, make_model, save):
    model = make_model(kind)
    kept = [entry for entry in model.metadata_props if entry.key != f"dlcomm.{key}"]
    del model.metadata_props[:]
    model.metadata_props.extend(kept)
    refused_by_all(kind, save(model), f"metadata key dlcomm.{key} is missing")


@pytest.mark.parametrize(
    ("kind", "key", "value", "parts"),
    [
        ("encoder", "contract", "2", ("dlcomm.contract is '2'", "expected '1'")),
        ("decoder", "contract", "", ("dlcomm.contract is ''", "expected '1'")),
        ("decoder", "role", "receiver", ("'receiver'", "expected encoder, decoder")),
        ("encoder", "link", "", ("dlcomm.link is empty", "expected a name")),
        ("decoder", "link", "two\nlines", ("dlcomm.link is 'two?lines'", "expected one line")),
        ("encoder", "n", "0", ("dlcomm.n is 0", "expected a whole number from 1 to 64")),
        ("encoder", "n", "seven", ("dlcomm.n is 'seven'", "expected a whole number")),
        ("decoder", "k", "9", ("dlcomm.k is 9", "expected a whole number from 1 to 8")),
        ("decoder", "k", "4" * 1000, ("dlcomm.k is '444", "expected a whole number")),
        ("encoder", "recipe", "made well", ("dlcomm.recipe is not JSON", "expected JSON")),
        ("decoder", "measured", "[" * 100000, ("deeper than 64 levels", "expected")),
        ("classifier", "labels", "bpsk", ("dlcomm.labels is not JSON", "expected JSON")),
        ("classifier", "labels", '{"a": 1}', ("not a list of names", "expected a JSON list")),
        ("classifier", "labels", '["a"]', ("a list of 1", "expected at least two")),
        ("classifier", "window", "-1", ("dlcomm.window is '-1'", "expected a whole number")),
    ],
)
def test_bad_value(kind, key, value, parts, make_model, save):
    path = save(set_key(make_model(kind), key, value))
    refused_by_all(kind, path, *parts)


@pytest.mark.parametrize(
    ("kind", "key", "value", "parts"),
    [
        ("encoder", "n", "6", ("output 'symbols' is [batch, 4]", "expected [batch, 6]")),
        ("decoder", "n", "6", ("input 'symbols' is [batch, 4]", "expected [batch, 6]")),
        ("decoder", "k", "3", ("output 'logits' is [batch, 4]", "expected [batch, 8]")),
        ("classifier", "window", "8", ("'iq' is [batch, 16, 2]", "expected [batch, 8, 2]")),
        ("classifier", "labels", '["a", "b"]', ("[batch, 3]", "expected [batch, 2]")),
    ],
)
def test_key_contradicts_the_tensors(kind, key, value, parts, make_model, save):
    refused_by_all(kind, save(set_key(make_model(kind), key, value)), *parts)


def test_metadata_that_is_not_text(make_model, save):
    data = make_model("decoder").SerializeToString()
    path = save(data.replace(b"dlcomm.link\x12\x04test", b"dlcomm.link\x12\x04te\xff\xfe"))
    refused_by_all("decoder", path, "dlcomm.link is not UTF-8, expected UTF-8 text")


@pytest.mark.parametrize(
    ("loader", "given", "wanted"),
    [
        (dlcomm.neural_encoder_bc, "decoder", "encoder"),
        (dlcomm.neural_encoder_bc, "classifier", "encoder"),
        (dlcomm.neural_decoder_cb, "encoder", "decoder"),
        (dlcomm.neural_decoder_cf, "encoder", "decoder"),
        (dlcomm.neural_decoder_cf, "classifier", "decoder"),
    ],
)
def test_wrong_role(loader, given, wanted, make_model, save):
    path = save(make_model(given))
    refused(lambda: loader(path), path, f"dlcomm.role is '{given}', expected '{wanted}'")


@pytest.mark.parametrize("loader", [dlcomm.neural_encoder_bc, dlcomm.neural_decoder_cb])
def test_network_without_a_contract(loader, make_model, save):
    path = save(make_model("vector"))
    refused(lambda: loader(path), path, "metadata key dlcomm.contract is missing")
