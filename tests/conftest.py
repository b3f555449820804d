# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What all tests share: repeatable property tests, and no settings of the user.

The environment is set before GNU Radio is first imported; ``scripts/test.sh`` sets the
same, so a folder of tests that is run by itself behaves as in the whole suite.
"""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("GR_DONT_LOAD_PREFS", "1")
os.environ.setdefault("VOLK_GENERIC", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# Examples follow from the test's own text, not from the clock, and are not remembered.
# A flowgraph takes as long as the machine's load lets it: no deadline.
settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("repeatable")
