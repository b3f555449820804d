# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Budgets: the rule decides as rarely wrongly as it says, and the search keeps to it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.stats import binom

from dlcomm_train.compress import (
    CompressError,
    Factorize,
    Prune,
    PruneUnits,
    Quantize,
    QuantizeAware,
    QuantizeMixed,
    compress,
)
from dlcomm_train.compress.budgets import budget as budgets
from dlcomm_train.compress.budgets.budget import LOOKS, decide
from dlcomm_train.compress.budgets.paired import Comparison, Counts
from dlcomm_train.compress.link import Link

RUNS = 2000


def _shares(ratio: float, alone: float) -> np.ndarray:
    """Shares of common errors, of those before and of those after alone.

    Args:
        ratio: of the rates.
        alone: share of the first link's errors that the second does not make.
    """
    shares = np.array([1.0 - alone, alone, ratio - (1.0 - alone)])
    return shares / shares.sum()


def _run(shares: np.ndarray, ratio: float, generator: np.random.Generator) -> str:
    """The decision about one pair of links that makes errors with `shares`."""
    found, last = np.zeros(3, int), 0
    for look in LOOKS:
        found += generator.multinomial(look - last, shares)
        last = look
        verdict = decide(Counts(*found, sent=10**9), ratio, 0.05 / len(LOOKS))
        if verdict != "undecided":
            break
    return verdict


@pytest.mark.parametrize("alone", [0.005, 0.3, 0.9])
@pytest.mark.parametrize("ratio", [1.01, 1.05, 1.5])
def test_the_rule_errs_as_rarely_as_it_says(ratio, alone):
    # At the limit itself each wrong verdict has a probability of 5 % at most, over all looks.
    # The count exceeds the limit of a rate of 5 % with a probability of 1e-4 (18 counts here).
    shares, generator = _shares(ratio, alone), np.random.default_rng(1)
    verdicts = [_run(shares, ratio, generator) for _ in range(RUNS)]
    limit = binom.isf(1e-4, RUNS, 0.05)
    assert verdicts.count("within") <= limit
    assert verdicts.count("beyond") <= limit


def test_the_rule_sees_what_is_clear():
    # 1.02 and 1.09 are four standard deviations or more from 1.05 at the last look.
    generator = np.random.default_rng(2)
    for ratio, expected in ((1.02, "within"), (1.09, "beyond")):
        shares = _shares(ratio, 0.1)
        assert all(_run(shares, 1.05, generator) == expected for _ in range(100))


def test_equal_rates_are_judged_as_by_mcnemar():
    counts = Counts(both=500, before_only=40, after_only=60, sent=10**5)
    assert counts.deviation(1.0) == pytest.approx((60 - 40) / math.sqrt(60 + 40))


def test_identical_links_tell_nothing_about_a_ratio_of_one():
    assert Counts(both=500, sent=10**5).deviation(1.0) == 0.0
    assert decide(Counts(both=500, sent=10**5), 1.05, 0.001) == "within"


def test_interval_covers_the_ratio():
    # 95 % of 2,000 are 1,900; below 1,860 with a probability of 5e-5.
    generator = np.random.default_rng(3)
    shares, hits = _shares(1.2, 0.25), 0
    for _ in range(RUNS):
        low, high = Counts(*generator.multinomial(1500, shares), sent=10**6).interval()
        hits += low <= 1.2 <= high
    assert hits >= 1860
    assert Counts(sent=100).interval() == (0.0, math.inf)
    assert Counts(0, 7, 0, 100).interval()[0] == 0.0
    assert Counts(0, 0, 7, 100).interval()[1] == math.inf


def test_both_links_meet_the_same_noise(shipped):
    pair = shipped("ae_7_4")
    channel, _ = Link.read(pair).channel("test", None, "")
    comparison = Comparison(pair, channel, 5)
    stream = comparison.counts(pair)
    for _ in range(2):
        counts = next(stream)
    assert counts.both > 500 and counts.before_only == counts.after_only == 0
    again = comparison.counts(pair)
    assert [next(again), next(again)][1] == counts


def _budget(result):
    note = result.contracts()[1].recipe["compression"][-1]
    return note, {entry["setting"]: entry for entry in note["budget"]["tried"]}


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("ae_7_4", Quantize(max_bler_increase=0.15)),
        ("ae_7_4", QuantizeMixed(max_bler_increase=0.15, retraining=None)),
        ("ae_8_8_compact", Prune(max_bler_increase=0.5, budget_ebn0_db=4, retraining=None)),
        ("ae_7_4", Factorize(max_bler_increase=0.1, retraining=None)),
        ("ae_8_8", PruneUnits(max_bler_increase=1.0, budget_ebn0_db=2, retraining=None)),
        ("ae_8_8_fading_compact", Quantize(max_bler_increase=0.1)),
        ("ae_8_8_fading_csi", Quantize(max_bler_increase=0.1)),
        ("ae_7_4_square", Quantize(max_bler_increase=0.1)),
        ("hamming_7_4", Quantize(max_bler_increase=0.1, budget_ebn0_db=4.0)),
    ],
)
def test_search_ends_at_the_border_of_the_budget(shipped, name, step):
    pair = shipped(name)
    result = compress(pair, [step], "small")
    note, tried = _budget(result)
    field = note["budget"]["field"]
    settings = list(step.settings(Link.read(pair)))
    place = settings.index(note[field])
    assert tried[note[field]]["verdict"] == "within"
    if place + 1 < len(settings):
        assert tried[settings[place + 1]]["verdict"] != "within"
    assert len(tried) <= len(settings).bit_length()
    for entry in tried.values():
        assert entry["errors_of_both"] <= min(entry["errors"], entry["errors_before"])
    # The result is what the setting itself gives.
    update = {field: note[field], "max_bler_increase": None, "budget_ebn0_db": None}
    given = compress(pair, [step.model_copy(update=update)], "small")
    for model, other in ((result.encoder, given.encoder), (result.decoder, given.decoder)):
        assert model.graph.SerializeToString() == other.graph.SerializeToString()


def test_a_budget_with_retraining_between_others(shipped, quick, block_errors):
    pair = shipped("ae_7_4_compact")
    steps = [
        Prune(rate=0.2, retraining=quick),
        QuantizeAware(max_bler_increase=0.1, retraining=quick),
    ]
    result = compress(pair, steps)
    note, tried = _budget(result)
    assert tried[note["bits"]]["verdict"] == "within"
    # One bit cannot hold zero and two signs: if it was tried, that is told.
    assert "trouble" in tried.get(1, {"trouble": ""})
    # On other noise: about 800 errors, of which a fifth differ. The ratio's standard deviation
    # is 0.025, so that 1.3 is eight of them above the budget.
    pruned = compress(pair, steps[:1])
    assert block_errors(result, 4.0) < 1.3 * block_errors(pruned, 4.0)


def test_the_nearest_miss_is_told(shipped):
    step = Prune(max_bler_increase=0.001, retraining=None)
    with pytest.raises(CompressError) as error:
        compress(shipped("ae_7_4"), [step])
    assert "\n" not in str(error.value)
    assert "the nearest miss is rate 0.05 with 1." in str(error.value)
    assert "wrong against" in str(error.value) and "at 4 dB" in str(error.value)


def test_what_cannot_be_told_at_all(shipped, monkeypatch):
    monkeypatch.setattr(budgets, "MOST_MESSAGES", 100_000)
    with pytest.raises(CompressError, match="0 of 131,072 messages are wrong.* is too high"):
        compress(shipped("ae_7_4"), [Quantize(max_bler_increase=0.1, budget_ebn0_db=15.0)])


@pytest.mark.parametrize(
    ("name", "step", "message"),
    [
        ("hamming_7_4", Quantize(max_bler_increase=0.1), "budget_ebn0_db is missing"),
        ("hamming_7_4", Prune(max_bler_increase=0.1, budget_ebn0_db=4), "no training recipe"),
        ("ae_7_4_flowgraph", Quantize(max_bler_increase=0.1), "through a flowgraph"),
        ("ae_7_4_compact", PruneUnits(max_bler_increase=0.1), "no hidden units"),
    ],
)
def test_links_without_what_a_budget_needs(shipped, name, step, message):
    with pytest.raises(CompressError, match=message):
        compress(shipped(name), [step])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Prune(),
        lambda: Prune(rate=0.5, max_bler_increase=0.1),
        lambda: Factorize(rank=3, energy=0.5),
        lambda: Quantize(max_bler_increase=0.0),
        lambda: Quantize(bits=4, budget_ebn0_db=3.0),
    ],
)
def test_a_strength_or_a_budget(make):
    with pytest.raises(ValidationError):
        make()
