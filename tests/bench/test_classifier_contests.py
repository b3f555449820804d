# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Contests of all shipped classifiers; the quick run has one."""

from __future__ import annotations

import pytest

from gnuradio import dlcomm
from gnuradio.dlcomm.benchmark.classifiers import (
    VTCNN2,
    classifier_contests,
    classifier_latency_contests,
)
from gnuradio.dlcomm.benchmark.settings import Settings


@pytest.mark.parametrize("name", dlcomm.models("classifier"))
def test_every_classifier_is_held_against_itself_and_the_network_of_2016(name: str) -> None:
    settings = Settings({}, (name,), 1, 0.01, 1)
    (contest,) = classifier_contests(settings)
    # VT-CNN2 beside itself alone.
    assert len(contest.others) == (1 if name == VTCNN2 else 2)
    assert contest.check is not None
    contest.check()
    (value,) = contest.ours.measure()
    assert value > 0.0
    latencies = list(classifier_latency_contests(settings))
    assert len(latencies) == (0 if name == VTCNN2 else 1)
