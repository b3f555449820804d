# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The thesis's tables and figures of modulation recognition."""

from collections.abc import Callable

import pytest

from gnuradio.dlcomm.reproduce.catalogue import all_items, select


def test_items_are_there_in_the_order_of_the_thesis() -> None:
    found = [name for name, item in all_items().items() if not item.models]
    assert found == ["fig2.11", "fig4.2", "tab4.3", "tab4.4", "tab4.5", "fig5.1"]


@pytest.mark.parametrize(("name", "total"), [("tab4.3", "9,278,475"), ("tab4.4", "2,830,427")])
def test_parameters(quick_context: Callable, name: str, total: str) -> None:
    context = quick_context(name)
    (item,) = select([name])
    findings = item.run(context)
    (together,) = (found for found in findings if "together" in found.quantity)
    assert together.ours == together.thesis == total
    for found in findings:
        if ", layer " in found.quantity:
            assert found.ours.rpartition(": ")[2] == found.thesis.rpartition(": ")[2]


def test_times(quick_context: Callable) -> None:
    context = quick_context("tab4.5")
    (item,) = select(["tab4.5"])
    findings = item.run(context)
    assert context.tables == ["tab4.5.csv"]
    (ratio,) = (found for found in findings if found.quantity == "teacher over student")
    # Five times the multiply-accumulates and three times the weights take longer.
    assert float(ratio.ours) > 1.5
