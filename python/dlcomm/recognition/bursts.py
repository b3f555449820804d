# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How many windows are worth one independent trial.

Windows of one burst share its channel, and tend to be decided rightly or wrongly together.
The rate of right decisions then varies more, from one draw of bursts to another, than that of
as many independent windows would. The ratio of the two variances is the design effect of
L. Kish, Survey Sampling, 1965.
"""

from __future__ import annotations

import numpy as np


def design_effect(right: np.ndarray, classes: np.ndarray, bursts: np.ndarray) -> float:
    """The design effect of windows drawn burst by burst, so many of each class.

    The variance is that of the sums over bursts about their class's rate: bursts are drawn
    anew, the numbers of windows of a class are not.

    Args:
        right: whether each window was decided rightly, bool [n].
        classes: its class, int [n].
        bursts: its burst, int [n]; a burst has one class.

    Returns:
        At least 1, also where the estimate is below: classes that differ make the rate vary
        less than that of windows drawn from all. 1 where nothing varies.
    """
    rate = right.mean()
    independent = len(right) * rate * (1.0 - rate)
    if independent == 0.0:
        return 1.0
    clustered = 0.0
    for one in np.unique(classes):
        mine = classes == one
        deviations = right[mine] - right[mine].mean()
        _, places = np.unique(bursts[mine], return_inverse=True)
        sums = np.bincount(places, deviations)
        # A class of a single burst tells nothing of how bursts differ.
        clustered += np.square(sums).sum() * len(sums) / max(1, len(sums) - 1)
    return max(1.0, float(clustered / independent))


def design_effects(right: np.ndarray, index: np.ndarray) -> dict[float, float]:
    """The design effect at every SNR label.

    Args:
        right: whether each window was decided rightly, bool [n].
        index: rows of a data set's index for these windows, [n].
    """
    effects = {}
    for snr_db in np.unique(index["snr_db"]):
        mine = index["snr_db"] == snr_db
        rows = index[mine]
        effects[float(snr_db)] = design_effect(right[mine], rows["modulation"], rows["burst"])
    return effects
