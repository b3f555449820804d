# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Confidence intervals of error rates, after Clopper and Pearson (Biometrika, 1934).

The interval of a rate from x errors in N independent trials is exact in the sense that
it covers the true rate with at least the stated probability, also with few or no errors.

Trials are not always independent. All bits of a message are decided together, so bit
errors come in clusters, one cluster per wrong message; and on a fading channel all
messages of a fading block share one gain. An interval that counted every bit as a trial
of its own would be too narrow. `bit_interval` and the argument `cluster` therefore count
clusters: c errors that come together are one error in N/c trials.
"""

from __future__ import annotations

import warnings

from scipy import stats

CONFIDENCE = 0.95


def clopper_pearson(
    errors: float,
    trials: float,
    cluster: float = 1.0,
    confidence: float = CONFIDENCE,
) -> tuple[float, float]:
    """Two-sided Clopper-Pearson interval of an error rate.

    Args:
        errors: errors seen, 0 to `trials`.
        trials: trials made, more than 0.
        cluster: trials that come out together, at least 1.
        confidence: probability with which the interval covers the true rate.

    Returns:
        (low, high), both in [0, 1]; low is 0 with no errors, high is 1 with only errors.

    Raises:
        ValueError: an argument is out of range.
    """
    if not 0 <= errors <= trials or not trials > 0:
        raise ValueError(
            f"interval: found {errors} errors in {trials} trials, expected "
            "0 <= errors <= trials and trials > 0"
        )
    if not cluster >= 1 or not 0 < confidence < 1:
        raise ValueError(
            f"interval: found cluster={cluster}, confidence={confidence}, expected "
            "cluster >= 1 and 0 < confidence < 1"
        )
    tail = (1.0 - confidence) / 2.0
    rate = errors / trials
    wrong, right = errors / cluster, (trials - errors) / cluster
    low, high = 0.0, 1.0
    with warnings.catch_warnings():
        # Beyond 1e11 trials SciPy warns of a series that it cuts; its result is still
        # good to a fraction of a per mille of the interval's width.
        warnings.simplefilter("ignore", RuntimeWarning)
        if errors > 0:
            low = float(stats.beta.ppf(tail, wrong, right + 1.0))
        if errors < trials:
            high = float(stats.beta.ppf(1.0 - tail, wrong + 1.0, right))
    # Rounding must not put the estimate outside.
    return min(low, rate), max(high, rate)


def block_interval(
    block_errors: int, messages: int, cluster: float = 1.0
) -> tuple[float, float]:
    """95 % interval of the block error rate.

    Args:
        block_errors: wrong messages.
        messages: messages compared.
        cluster: messages that share one state of the channel.
    """
    return clopper_pearson(block_errors, messages, cluster)


def bit_interval(
    block_errors: int,
    bit_errors: int,
    messages: int,
    bits: int,
    cluster: float = 1.0,
) -> tuple[float, float]:
    """95 % interval of the bit error rate.

    A wrong message with its bit_errors/block_errors wrong bits is one event, so the
    interval has the relative width that the block errors give. With one bit per message
    this is Clopper-Pearson on the bits. With no errors nothing is known about how many
    bits a wrong message would have wrong, and the block error rate's own bound is given:
    the bit error rate is never above the block error rate.

    Args:
        block_errors: wrong messages.
        bit_errors: wrong bits; 0 exactly when `block_errors` is 0.
        messages: messages compared.
        bits: bits compared.
        cluster: messages that share one state of the channel.
    """
    if block_errors == 0:
        return block_interval(0, messages, cluster)
    return clopper_pearson(bit_errors, bits, cluster * bit_errors / block_errors)
