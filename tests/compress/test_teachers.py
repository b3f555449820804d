# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Students learn what their teachers know, by every way of teaching.

All seeds are fixed. Differences that are asserted are beyond six standard deviations of the
counts, a false-alarm rate below 1e-8 if the noise were drawn anew.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch
from pydantic import ValidationError

from dlcomm_train.compress import (
    CompressError,
    Distill,
    Quantize,
    QuantizeAware,
    Retraining,
    compress,
)
from dlcomm_train.compress.link import Link
from dlcomm_train.compress.steps import distill
from dlcomm_train.compress.training.network import networks
from dlcomm_train.compress.training.teacher import squared_mmd
from dlcomm_train.models.pairs import codebook_of
from dlcomm_train.models.statistics import cost

_RECEIVER = Retraining(steps=0, receiver_steps=600, batch=1024, receiver_learning_rate=0.05)
_OWN = Retraining(steps=1000, receiver_steps=200, batch=1024, learning_rate=0.05, fresh=True)
_SHORT = Retraining(steps=0, receiver_steps=3, batch=256)


def _silent(what, share):
    pass


@pytest.mark.parametrize("temperature", [1.0, 50.0])
def test_soft_targets_alone_are_enough(shipped, block_errors, temperature):
    # About 775 errors either way; untrained decoders have 60,000.
    pair = shipped("ae_7_4")
    step = Distill(weight=0.0, temperature=temperature, retraining=_RECEIVER)
    assert block_errors(compress(pair, [step]), 4.0) < 1.3 * block_errors(pair, 4.0)


def test_a_codebook_of_its_own_is_learned_from_soft_targets(shipped, block_errors):
    # The teacher says no more than which messages are alike.
    pair = shipped("ae_7_4")
    result = compress(pair, [Distill(weight=1 / 3, temperature=50.0, retraining=_OWN)])
    assert block_errors(result, 4.0) < 1.3 * block_errors(pair, 4.0)
    ours, theirs = (codebook_of(found.encoder) for found in (result, pair))
    assert np.abs(ours - theirs).max() > 0.1


def test_the_codebook_is_kept_where_only_the_receiver_learns(shipped):
    pair = shipped("ae_8_8")
    result = compress(pair, [Distill(retraining=_SHORT)])
    ours, theirs = (codebook_of(found.encoder) for found in (result, pair))
    assert np.abs(ours - theirs).max() < 1e-5


def test_parameters_of_the_student_of_the_thesis(shipped):
    short = Retraining(steps=3, receiver_steps=0, batch=256)
    result = compress(shipped("ae_8_8"), [Distill(retraining=short)])
    assert cost(result.encoder).parameters == 2056
    assert cost(result.decoder).parameters == 2304


@pytest.mark.parametrize("weight", [0.0, 1.0])
def test_a_weight_of_one_is_training_without_a_teacher(shipped, quick, weight):
    link = Link.read(shipped("ae_7_4_compact"))
    alone = QuantizeAware(bits=3, retraining=quick)
    taught = QuantizeAware(bits=3, teacher="self", weight=weight, retraining=quick)
    ours, theirs = (step.apply(link, _silent).decoder.layers[0] for step in (alone, taught))
    assert np.array_equal(ours.weight, theirs.weight) == (weight == 1.0)


def test_low_precision_learns_from_the_float_teacher(shipped, block_errors):
    # 2 bits that are only rounded have about 4,600 errors, more than twice as many.
    pair = shipped("ae_7_4_compact")
    plain = compress(pair, [Quantize(bits=2, side="decoder")])
    step = QuantizeAware(
        bits=2, side="decoder", teacher="self", temperature=1.0, weight=0.0,
        retraining=_RECEIVER.model_copy(update={"receiver_learning_rate": 0.02}),
    )  # fmt: skip
    assert 1.5 * block_errors(compress(pair, [step]), 4.0) < block_errors(plain, 4.0)


def test_another_pair_teaches(shipped, models_dir, block_errors):
    # Hamming's codewords with maximum-likelihood decoding.
    pair, teacher = shipped("ae_7_4"), shipped("hamming_7_4")
    step = Distill(teacher=str(models_dir / "hamming_7_4"), retraining=_RECEIVER)
    result = compress(pair, [step])
    assert np.allclose(codebook_of(result.encoder), codebook_of(teacher.encoder), atol=1e-5)
    assert block_errors(result, 4.0) < 1.3 * block_errors(teacher, 4.0)


def test_assistants_learn_each_from_the_one_before(shipped, monkeypatch):
    lessons = []
    original = distill.taught_by

    def spy(teacher, student, *rest):
        widths = (found.decoder.layers[0].outputs for found in (teacher, student))
        lessons.append(tuple(widths))
        return original(teacher, student, *rest)

    monkeypatch.setattr(distill, "taught_by", spy)
    step = Distill(units=4, assistants=(12, 8), retraining=_SHORT)
    result = compress(shipped("ae_7_4"), [step])
    assert lessons == [(16, 12), (12, 8), (8, 4)]
    note = result.contracts()[0].recipe["compression"][0]
    assert [found["units"] for found in note["chain"]] == [12, 8, 4]
    assert all(0.0 < found["bler"] < 1.0 for found in note["chain"])


def test_squared_mmd_is_the_mean_over_all_kernels():
    generator = np.random.default_rng(5)
    units, others = generator.normal(size=(40, 3)), generator.normal(size=(40, 5))

    def kernel(left, right):
        return [
            (np.dot(x, y) / np.linalg.norm(x) / np.linalg.norm(y)) ** 2
            for x in left.T for y in right.T
        ]  # fmt: skip

    expected = np.mean(kernel(units, units)) + np.mean(kernel(others, others))
    expected -= 2.0 * np.mean(kernel(units, others))
    found = squared_mmd(torch.from_numpy(units), torch.from_numpy(others))
    assert float(found) == pytest.approx(expected, rel=1e-9)


def test_squared_mmd_knows_no_order_and_no_scale():
    units = torch.randn(40, 6, generator=torch.Generator().manual_seed(2)).relu()
    other = units[:, [3, 1, 5, 0, 2, 4]] * torch.tensor([1.0, 2.0, 0.1, 5.0, 3.0, 7.0])
    assert abs(float(squared_mmd(units, other))) < 1e-6
    assert float(squared_mmd(units, torch.ones(40, 6))) > 0.01


def test_selectivity_brings_hidden_units_closer(shipped):
    pair = shipped("ae_7_4")
    distances = []
    for selectivity in (0.0, 10.0):
        step = Distill(units=8, selectivity=selectivity, retraining=_RECEIVER)
        distances.append(_discrepancy(pair, compress(pair, [step])))
    # At least 50 times closer with each of four seeds.
    assert 10.0 * distances[1] < distances[0]


def _discrepancy(pair, other):
    units = []
    for link in (Link.read(pair), Link.read(other)):
        encoder, decoder = networks(link, link.config)
        channel = link.config.channel_model(4.0)
        messages = torch.arange(4096) % 16
        with torch.no_grad():
            received = channel(encoder(messages), torch.Generator().manual_seed(3))
            units.append(decoder.layers[0](received.symbols))
    return float(squared_mmd(*units))


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("ae_7_4", {"selectivity": 1.0}, "the student has no hidden units"),
        ("ae_7_4_compact", {"selectivity": 1.0, "units": 4}, "the teacher has no hidden"),
        (
            "ae_7_4",
            {"selectivity": 1.0, "assistants": (4,)},
            "the student has no hidden units",
        ),
        ("ae_7_4", {"teacher": "ae_8_8"}, "ae_8_8 has n 8 and k 8, expected 7 and 4"),
        ("ae_8_8", {"teacher": "ae_8_8_fading"}, "is for channel rayleigh, expected channel"),
    ],
)
def test_what_cannot_be_taught_is_said(shipped, models_dir, name, settings, message):
    if "teacher" in settings:
        settings = settings | {"teacher": str(models_dir / settings["teacher"])}
    with pytest.raises(CompressError, match=message):
        compress(shipped(name), [Distill(retraining=_SHORT, **settings)])


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"retraining": Retraining(steps=0, fresh=True)}, "the codebook would stay random"),
        ({"retraining": Retraining(steps=0, receiver_steps=0)}, "has no steps"),
        ({"assistants": (0,)}, "greater than or equal to 1"),
        ({"selectivity": -1.0}, "greater than or equal to 0"),
    ],
)
def test_settings_that_cannot_be(settings, message):
    with pytest.raises(ValidationError, match=message):
        Distill(**settings)
