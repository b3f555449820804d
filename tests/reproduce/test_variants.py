# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Models beside each other: ratios of error rates, and speeds."""

from collections.abc import Callable

from gnuradio.dlcomm.links import link
from gnuradio.dlcomm.measurement.results import Row
from gnuradio.dlcomm.reproduce.speeds import decoder_speeds
from gnuradio.dlcomm.reproduce.variants import ratio_findings, ratio_text


def test_ratios(curve: Callable[..., list[Row]]) -> None:
    rows = {"full": curve({4.0: 1e-2, 7.0: 0.0}), "small": curve({4.0: 2e-2, 7.0: 1e-4})}
    findings = ratio_findings(rows, "full", [4.0, 7.0, 9.0], {("small", 4.0): "~3e-2"})
    assert [found.quantity for found in findings] == [
        f"{name}, BLER at {ebn0} dB" for ebn0 in (4, 7) for name in ("full", "small")
    ]
    assert findings[1].ours.endswith("20,000 / 1,000,000; ratio 2.000")
    assert findings[1].thesis == "~3e-2"
    assert all("ratio" not in found.ours for found in (findings[0], *findings[2:]))
    assert "ratio" not in ratio_text(rows["full"][0], None)


def test_speeds_of_the_same_decoder() -> None:
    links = {name: link("ae_7_4_compact") for name in ("one", "other")}
    speeds = decoder_speeds(links, "one", repeats=3, seconds=0.02)
    assert speeds["one"].paired == (1.0, 1.0, 1.0)
    low, middle, high = speeds["other"].paired
    # The same work beside itself: a factor of ten would be another unit, not noise.
    assert low <= middle <= high and 0.1 < middle < 10.0
    assert all(speed.kernel == "dense" and speed.serial > 0 for speed in speeds.values())
