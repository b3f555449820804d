# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What two users reach who take turns: the measure for users who send at the same time.

Each user is silent for half the time and sends with twice the power in the other half, so
that mean power, energy per bit and rate are those of users who send all the time. In half
the time, the rate of 2k/n bits per complex sample takes square QAM of 4k/n bits (T. O'Shea,
J. Hoydis, "An Introduction to Deep Learning for the Physical Layer", 2017, section III-B).
"""

from __future__ import annotations

import math

from .theory import db_to_ratio, gaussian_tail


def time_sharing_bler(n: int, k: int, ebn0_db: float) -> float:
    """Block error rate of k bits in uncoded square QAM with time sharing.

    Per rail, QAM is amplitude modulation with L = 2^(2k/n) levels, whose error rate is
    2 (1 - 1/L) Q(sqrt(6 log2(L) / (L^2 - 1) Eb/N0)) (J. Proakis, M. Salehi, Digital
    Communications, 5th edition, 4.3-5); the message is right when all its rails are.

    Args:
        n: real channel uses per message of each user, both halves counted.
        k: bits per message.
        ebn0_db: Eb/N0 in dB.

    Raises:
        ValueError: 2k/n is not a whole number of bits per rail, or the k bits do not fill
            whole rails.
    """
    bits, rest = divmod(2 * k, n)
    if rest or k % bits:
        raise ValueError(
            f"(n, k): found ({n}, {k}), expected a whole number 2k/n that divides k"
        )
    levels = 1 << bits
    distance = math.sqrt(6.0 * bits / (levels**2 - 1.0) * db_to_ratio(ebn0_db))
    rail = 2.0 * (1.0 - 1.0 / levels) * float(gaussian_tail(distance))
    return -math.expm1(k // bits * math.log1p(-rail))
