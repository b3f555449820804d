# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Widths of layers: the best assignment is found, and its bytes are those of the file."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dlcomm_train.compress import (
    CompressError,
    Prune,
    Quantize,
    QuantizeMixed,
    Retraining,
    compress,
)
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.pipeline import compress_and_count
from dlcomm_train.compress.steps.mixed_bits import Choice, assignments
from dlcomm_train.compress.storage.store import store


def _note(pair):
    return pair.contracts()[1].recipe["compression"][-1]


def test_no_assignment_is_better():
    generator = np.random.default_rng(5)
    choices = [
        [
            Choice("decoder", layer, None, None, int(generator.integers(10, 60)), float(loss))
            for loss in generator.normal(size=5)
        ]
        for layer in range(5)
    ]
    everything = [
        (sum(choice.size for choice in found), sum(choice.increase for choice in found))
        for found in itertools.product(*choices)
    ]
    front = assignments(choices)
    for budget in range(front[0].size, 301, 7):
        best = [found for found in front if found.size <= budget][-1]
        least = min(loss for size, loss in everything if size <= budget)
        assert best.increase == pytest.approx(least)
        assert best.size == sum(choice.size for choice in best.choices) <= budget
    assert front[0].size == min(size for size, _ in everything)


def _decoder_bytes(model):
    """What the layers of a written model spend on weights, operators included."""
    graph = model.graph
    parts = [*graph.initializer, *graph.sparse_initializer]
    names = ("_code", "_scale", "_zero", "_offset")
    total = 0
    for part in parts:
        name = part.name if hasattr(part, "name") else part.values.name
        if name.startswith("weight_") and (name.endswith(names) or name.count("_") == 1):
            total += part.ByteSize()
    nodes = [x for x in graph.node if x.output[0].startswith("weight_")]
    return total + sum(node.ByteSize() for node in nodes)


@pytest.mark.parametrize("steps", [(), (Prune(rate=0.6, retraining=None),)])
@pytest.mark.parametrize("trained", [False, True])
def test_bytes_are_those_of_the_file(shipped, steps, trained):
    again = Retraining(steps=60, receiver_steps=20, batch=256) if trained else None
    step = QuantizeMixed(byte_budget=1300, retraining=again)
    result = compress_and_count(shipped("ae_7_4"), [*steps, step])
    note = _note(result.pair)
    found = sum(_decoder_bytes(model) for model in (result.pair.encoder, result.pair.decoder))
    assert found == note["stored_bytes"] == sum(x["stored_bytes"] for x in result.layers)
    assert found <= 1300
    bits = [entry["bits"] for entry in note["sensitivity"]]
    levels = [layer["levels"] for layer in result.layers]
    assert levels == [None if found is None else 1 << found for found in bits]


def test_more_bytes_never_look_worse_and_all_change_nothing(shipped, logits_of):
    pair = shipped("ae_7_4")
    losses = []
    for byte_budget in (984, 1200, 1500, 10_000):
        result = compress(pair, [QuantizeMixed(byte_budget=byte_budget, retraining=None)])
        columns = [
            dict(zip(x["tried_bits"], x["loss_increase"], strict=True))[x["bits"]]
            for x in _note(result)["sensitivity"]
        ]
        losses.append(sum(columns))
    assert losses == sorted(losses, reverse=True)
    stay = QuantizeMixed(byte_budget=10_000, widths=(1,), retraining=None)
    result = compress(pair, [stay])
    assert np.array_equal(logits_of(result.decoder), logits_of(pair.decoder))


def test_mixed_beats_even_bits_of_no_fewer_bytes(shipped, block_errors):
    # About 1,300 errors against 4,000 (of 65,536 messages): far beyond the spread of counts.
    pair = shipped("ae_7_4")
    even = compress_and_count(pair, [Quantize(bits=3, fit="error")])
    size = sum(layer["stored_bytes"] for layer in even.layers)
    mixed = compress(pair, [QuantizeMixed(byte_budget=size, retraining=None)])
    assert block_errors(mixed, 4.0) < block_errors(even.pair, 4.0)


def test_sensitivity_is_the_loss_of_that_layer_alone(shipped):
    note = _note(
        compress(shipped("ae_8_8"), [QuantizeMixed(byte_budget=60_000, retraining=None)])
    )
    for entry in note["sensitivity"]:
        increase = dict(zip(entry["tried_bits"], entry["loss_increase"], strict=True))
        assert increase[1] > increase[2] > increase[4] > -1e-4
        assert increase[None] == 0.0


def test_pruned_layers_are_not_offered_one_bit(shipped):
    steps = [
        Prune(rate=0.5, retraining=None, side="decoder"),
        QuantizeMixed(byte_budget=10_000, retraining=None),
    ]
    for entry in _note(compress(shipped("ae_7_4"), steps))["sensitivity"]:
        assert (1 in entry["tried_bits"]) == (entry["network"] == "encoder")


def test_too_small_a_budget_names_the_smallest(shipped):
    pair = shipped("ae_7_4")
    with pytest.raises(CompressError, match="byte_budget is 100, expected at least 984"):
        compress(pair, [QuantizeMixed(byte_budget=100, retraining=None)])
    smallest = sum(
        store(layer, f"weight_{number}").size
        for stack in (
            getattr(Quantize(bits=2).apply(Link.read(pair), lambda *_: None), name)
            for name in ("encoder", "decoder")
        )
        for number, layer in enumerate(stack.layers)
    )
    assert smallest == 984


def test_without_a_recipe(shipped):
    pair = shipped("hamming_7_4")
    step = QuantizeMixed(byte_budget=5000, retraining=None)
    with pytest.raises(CompressError, match="calibration_ebn0_db is missing"):
        compress(pair, [step])
    given = step.model_copy(update={"calibration_ebn0_db": 4.0})
    assert _note(compress(pair, [given]))["stored_bytes"] <= 5000
    with pytest.raises(CompressError, match="no training recipe"):
        compress(pair, [given.model_copy(update={"retraining": Retraining()})])
    pruned = [Prune(rate=0.5, retraining=None), given.model_copy(update={"widths": (1,)})]
    with pytest.raises(CompressError, match="none of the widths 1"):
        compress(pair, [pruned[0], pruned[1].model_copy(update={"may_stay": False})])
