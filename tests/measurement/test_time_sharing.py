# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Users who take turns, against what is known of the modulations that they use."""

import numpy as np
import pytest
from scipy import stats

from gnuradio.dlcomm.measurement.theory import bpsk_bler
from gnuradio.dlcomm.measurement.time_sharing import time_sharing_bler

LEVEL = 1e-5
"""False-alarm rate of the comparison with a simulation."""


@pytest.mark.parametrize(("n", "k"), [(2, 1), (4, 2), (8, 4), (2, 2), (8, 8)])
@pytest.mark.parametrize("ebn0_db", [-3.0, 4.0, 12.0])
def test_qpsk_has_the_bit_errors_of_bpsk(n: int, k: int, ebn0_db: float) -> None:
    """4k/n bits per sample in half the time: QPSK where 2k/n is 1, 16-QAM where it is 2."""
    if 2 * k == n:
        assert time_sharing_bler(n, k, ebn0_db) == pytest.approx(bpsk_bler(ebn0_db, k))
    else:
        assert time_sharing_bler(n, k, ebn0_db) > bpsk_bler(ebn0_db, k)


def test_16_qam_by_simulation() -> None:
    """8 bits on 8 channel uses: in half of them, 4 rails of 4 levels."""
    generator = np.random.default_rng(1)
    trials, ebn0_db = 200_000, 8.0
    levels = np.array([-3.0, -1.0, 1.0, 3.0])
    # Mean energy of a rail 5, of a bit 5/2; the noise of a rail has half of N0.
    sigma = np.sqrt(2.5 / 10.0 ** (ebn0_db / 10.0) / 2.0)
    sent = generator.integers(4, size=(trials, 4))
    received = levels[sent] + sigma * generator.standard_normal(sent.shape)
    decided = np.abs(received[..., None] - levels).argmin(axis=2)
    errors = int((decided != sent).any(axis=1).sum())
    assert stats.binomtest(errors, trials, time_sharing_bler(8, 8, ebn0_db)).pvalue > LEVEL


@pytest.mark.parametrize(("n", "k"), [(7, 4), (8, 6), (4, 1), (3, 3)])
def test_rates_without_a_square_modulation(n: int, k: int) -> None:
    with pytest.raises(ValueError, match=rf"\(n, k\): found \({n}, {k}\), expected"):
        time_sharing_bler(n, k, 4.0)
