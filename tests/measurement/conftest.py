# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Rows to test with."""

from collections.abc import Callable
from typing import Any

import pytest

from gnuradio.dlcomm.measurement.results import Row, make_row


@pytest.fixture
def row() -> Callable[..., Row]:
    """Makes a consistent row; keyword arguments replace its counts and names."""

    def make(**changes: Any) -> Row:
        values: dict[str, Any] = {
            "model": "hamming_7_4",
            "channel": "awgn",
            "ebn0_db": 4.0,
            "messages": 20_000,
            "block_errors": 230,
            "bit_errors": 410,
            "messages_per_second": 1.25e6 / 3,
            "stop_reason": "target_errors",
            "seed": 1,
        } | changes
        values.setdefault("bits", 4 * values["messages"])
        return make_row(**values)

    return make
