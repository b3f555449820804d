# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Every technique does what it says, alone and before or after others."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dlcomm_train.compress import (
    CompressError,
    Distill,
    Factorize,
    Prune,
    PruneUnits,
    Quantize,
    QuantizeAware,
    RemoveDeadUnits,
    Retraining,
    compress,
)
from dlcomm_train.compress.link import Link


def _silent(what, share):
    pass


def test_training_with_rounding_beats_rounding_alone(shipped, quick, block_errors):
    # At 2 bits the counts differ severalfold, far beyond their spread.
    pair = shipped("ae_7_4_compact")
    plain = compress(pair, [Quantize(bits=2)])
    aware = compress(pair, [QuantizeAware(bits=2, retraining=quick)])
    assert 2 * block_errors(aware, 4.0) < block_errors(plain, 4.0)


@pytest.mark.parametrize("first", ["prune", "quantize"])
def test_masks_and_levels_survive_each_other(shipped, quick, first):
    prune, quantize = Prune(rate=0.5, retraining=quick), Quantize(bits=4)
    steps = (prune, quantize) if first == "prune" else (quantize, prune)
    link = Link.read(shipped("ae_7_4"))
    for step in steps:
        link = step.apply(link, _silent)
    layers = link.encoder.layers + link.decoder.layers
    sizes = sum(layer.weight.size for layer in layers)
    assert sum(layer.nonzeros for layer in layers) == sizes - round(0.5 * sizes)
    for layer in layers:
        assert not np.any(layer.weight[~layer.mask])
        assert len(np.unique(layer.weight)) <= 16


def test_units_and_factors_shrink_matrices(shipped, quick):
    pair = shipped("ae_7_4")
    smaller = Link.read(compress(pair, [PruneUnits(rate=0.25, retraining=None)]))
    assert smaller.decoder.layers[0].weight.shape == (12, 7)
    assert smaller.decoder.layers[1].weight.shape == (16, 12)
    factored = Link.read(compress(pair, [Factorize(rank=4, retraining=None)]))
    assert [x.weight.shape for x in factored.decoder.layers] == [
        (4, 7), (16, 4), (4, 16), (16, 4),
    ]  # fmt: skip


def test_all_the_energy_changes_nothing(shipped, logits_of):
    pair = shipped("ae_7_4")
    result = compress(pair, [Factorize(energy=1.0, retraining=None)])
    assert np.array_equal(logits_of(result.decoder), logits_of(pair.decoder))


def test_dead_units_leave_without_a_change_of_decisions(shipped, logits_of):
    link = Link.read(shipped("ae_7_4"))
    first, second = link.decoder.layers
    weight, bias, out = first.weight.copy(), first.bias.copy(), second.weight.copy()
    weight[3], bias[3] = 0.0, -1.0
    out[:, 5] = 0.0
    layers = [replace(first, weight=weight, bias=bias), replace(second, weight=out)]
    dead = replace(link, decoder=link.decoder.with_layers(layers)).to_pair("dead", {})
    result = compress(dead, [RemoveDeadUnits()])
    assert Link.read(result).decoder.layers[0].outputs == 14
    before, after = (logits_of(x.decoder).argmax(axis=1) for x in (dead, result))
    assert np.array_equal(before, after)


def test_a_student_learns_from_its_teacher(shipped, block_errors):
    rounds = Retraining(steps=0, receiver_steps=1000, batch=1024, receiver_learning_rate=0.05)
    pair = shipped("ae_7_4")
    result = compress(pair, [Distill(retraining=rounds)])
    # About 775 errors either way; a ratio of 1.3 is beyond six standard deviations.
    assert block_errors(result, 4.0) < 1.3 * block_errors(pair, 4.0)
    assert result.decoder.ByteSize() < pair.decoder.ByteSize()


def test_the_recipe_tells_every_step(shipped):
    result = compress(shipped("hamming_7_4"), [RemoveDeadUnits(), Quantize(bits=4)])
    kinds = [entry["kind"] for entry in result.contracts()[1].recipe["compression"]]
    assert kinds == ["remove_dead_units", "quantize"]


@pytest.mark.parametrize(
    ("name", "step", "message"),
    [
        ("hamming_7_4", QuantizeAware(bits=4), "no training recipe"),
        ("ae_8_8_int8", Quantize(bits=4), "not stored as float32"),
        ("ae_8_8_csi", Quantize(bits=4), "expected dense layers"),
        ("ae_7_4_compact", PruneUnits(rate=0.5), "no hidden units"),
    ],
)
def test_what_cannot_be_done_is_said(shipped, name, step, message):
    with pytest.raises(CompressError, match=message):
        compress(shipped(name), [step])
