# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Every item, as a smoke run with stand-ins for its models."""

import csv
import itertools
from collections.abc import Callable, Mapping

import numpy as np
import pytest
from matplotlib.image import imread

from gnuradio.dlcomm.reproduce.campaign import Lane, plan_campaign
from gnuradio.dlcomm.reproduce.catalogue import all_items, select, what_is_missing
from gnuradio.dlcomm.reproduce.context import Context
from gnuradio.dlcomm.reproduce.item import Finding

ITEMS = [f"fig2.{number}" for number in range(3, 11)]


def run(context: Context) -> dict[str, str]:
    """Run the context's item; our values by what they are of."""
    (item,) = select([context.item])
    findings = item.run(context)
    assert findings and all(isinstance(finding, Finding) for finding in findings)
    for name in context.pictures:
        assert imread(context.folder / name).shape[1] > 700
    assert context.pictures[0] == f"{context.item}.png"
    for name in context.tables:
        lines = list(csv.reader((context.folder / name).read_text().splitlines()))
        assert len(lines) > 1 and all(len(line) == len(lines[0]) for line in lines)
    return {finding.quantity: finding.ours for finding in findings}


def value(findings: Mapping[str, str], *parts: str) -> str:
    """Our value of the one finding that is of all `parts`."""
    (found,) = (v for key, v in findings.items() if all(part in key for part in parts))
    return found


def psk(messages: int, offset: float = 0.0) -> np.ndarray:
    angles = offset + 2 * np.pi * np.arange(messages) / messages
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def test_items_are_complete_and_in_the_order_of_the_thesis() -> None:
    found = all_items()
    assert [name for name in found if name.startswith("fig2.")] == [*ITEMS, "fig2.11"]
    for name, item in found.items():
        assert item.id == name
        # Parameters of untrained networks need no model.
        assert item.title and (item.models or item.classifiers or name in ("tab4.3", "tab4.4"))
        assert item.shows.endswith(".") and item.convention.endswith(".")
    chosen = [item.id for item in select(["fig2.10", "fig2.4", "fig2.4"])]
    assert chosen == ["fig2.4", "fig2.10"]
    with pytest.raises(ValueError, match=r"^item 'fig9': found no such item, expected fig2"):
        select(["fig2.4", "fig9"])


def test_what_an_item_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = "gnuradio.dlcomm.reproduce.catalogue"
    items = all_items()
    monkeypatch.setattr(f"{catalogue}.models", lambda: ["bpsk"])
    assert what_is_missing(items["fig2.4"]) == (
        "fig2.4: found no model ae_1_1; train and export with: "
        "python -m dlcomm_train ship --only ae_1_1"
    )
    assert "found no models ae_2_2, ae_7_4;" in str(what_is_missing(items["fig2.5"]))
    monkeypatch.setattr(f"{catalogue}.models", lambda: ["ae_2_2", "ae_7_4"])
    assert what_is_missing(items["fig2.5"]) is None
    monkeypatch.setattr(f"{catalogue}.importlib.util.find_spec", lambda name: None)
    assert "found no Python package scikit-learn;" in str(what_is_missing(items["fig2.5"]))


def test_curves_of_a_campaign_keep_their_channels_and_points() -> None:
    lanes = [
        Lane("a", "awgn", (0.0, 2.0)),
        Lane("b", "rayleigh", (9.0,)),
        Lane("a", "x", (1.0,)),
    ]
    plan = plan_campaign(lanes, 5, rule=None)
    assert plan.models == ("a", "b")
    assert [[point.key for point in lane] for lane in plan.lanes()] == [
        [("a", "awgn", 5, 0.0), ("a", "awgn", 5, 2.0)],
        [("b", "rayleigh", 5, 9.0)],
        [("a", "x", 5, 1.0)],
    ]
    # Whoever asks the plan alone is told of every Eb/N0.
    assert len(plan.ebn0_db) >= max(map(len, plan.lanes()))


def test_fig2_3_eight_phases(add_model: Callable, quick_context: Callable) -> None:
    add_model("ae_2_3", psk(8))
    findings = run(quick_context("fig2.3"))
    # On borders the two may differ, by rounding alone.
    agree, total = value(findings, "nearest").split(" grid")[0].replace(",", "").split(" of ")
    assert int(total) == 101**2
    assert int(agree) >= 0.99 * int(total)
    assert value(findings, "smallest distance").startswith("0.765;")


def test_fig2_4(quick_context: Callable) -> None:
    context = quick_context("fig2.4")
    findings = run(context)
    assert value(findings, "holds the closed form").endswith(" of 3")
    assert len(findings) == 4
    assert context.counted


def test_fig2_5(add_model: Callable, quick_context: Callable) -> None:
    add_model("ae_2_2", psk(4, np.radians(20)))
    context = quick_context("fig2.5")
    findings = run(context)
    assert not context.counted
    assert value(findings, "theta_0") == "20.00 degrees (modulo 90)"
    assert value(findings, "perfect square") == "0.000 % of the radius"
    assert value(findings, "t-SNE").endswith(" of 192")


def test_fig2_6_and_2_7(add_model: Callable, quick_context: Callable, points: Callable) -> None:
    for name in ("ae_7_4_square", "ae_7_4_square_modelfree"):
        add_model(name, points(7, 4))
    findings = run(quick_context("fig2.6"))
    assert value(findings, "(model-free)") == (
        "2.000e-02 after 250 steps (within a factor of 2 of its best after 200)"
    )
    assert value(findings, "believes Y = X + N", "BLER at 4 dB").endswith("000")
    findings = run(quick_context("fig2.7"))
    assert value(findings, "over the mismatched link")
    assert len(findings) == 12


def test_fig2_8(add_model: Callable, quick_context: Callable, points: Callable) -> None:
    add_model("ae_7_4_modelfree", points(7, 4))
    context = quick_context("fig2.8")
    findings = run(context)
    assert context.pictures == ["fig2.8.png", "fig2.8-rates.png"]
    assert value(findings, "training steps") == "250 of 250 (all stages)"


def test_fig2_9(add_model: Callable, quick_context: Callable, points: Callable) -> None:
    form = ("", "_compact", "_modelfree", "_csi", "_real")
    for suffix in form:
        # Nearest codewords are the best receiver on none of these channels.
        add_model(f"ae_8_8_fading{suffix}", points(8, 4))
    context = quick_context("fig2.9")
    findings = run(context)
    assert context.pictures == ["fig2.9.png", "fig2.9-rates.png", "fig2.9-real.png"]
    ratios = [float(v.rpartition("ratio ")[2]) for v in findings.values() if "ratio" in v]
    assert len(ratios) >= len(form) and min(ratios) > 0.9


def taking_turns(n: int, k: int) -> np.ndarray:
    """The 2^k codewords of one user in its half of n real channel uses: levels per rail."""
    rails = n // 2
    levels = 2.0 * np.arange(1 << (k // rails))
    return np.array(list(itertools.product(levels - levels.mean(), repeat=rails)))


def test_fig2_10_users_that_take_turns(add_model: Callable, quick_context: Callable) -> None:
    """Such users are what they are compared with. A point is found to be worse with a
    probability of 2.5 %: more than 3 of 24 by chance for 3 seeds in 1000."""
    sizes = ((2, 1), (4, 2), (8, 4), (8, 8))
    for n, k in sizes:
        own, silent = taking_turns(n, k), np.zeros((1 << k, n // 2))
        add_model(f"two_user_{n}_{k}_a", np.hstack([own, silent]))
        add_model(f"two_user_{n}_{k}_b", np.hstack([silent, own]))
    context = quick_context("fig2.10")
    findings = run(context)
    assert len(context.pictures) == 5
    no_worse = []
    for n, k in sizes:
        angle = value(findings, f"({n},{k}): mean principal angle")
        assert angle == f"90.0 degrees ({n // 2} and {n // 2} of {n} dimensions)"
        assert value(findings, f"({n},{k}): overlap") == "0.0000"
        for user in ("a", "b"):
            model = f"two_user_{n}_{k}_{user}"
            no_worse.append(value(findings, model, "at most that of time sharing"))
    kept, measured = zip(*(map(int, text.split(" of ")) for text in no_worse), strict=True)
    assert sum(measured) >= 20
    assert sum(measured) - sum(kept) <= 3


def test_points_of_a_smoke_run(quick_context: Callable) -> None:
    context = quick_context("fig2.4")
    assert context.points((0.0, 1.0, 2.0, 3.0, 4.0, 5.0)) == (0.0, 2.0, 5.0)
    assert context.points((3.0,)) == (3.0,)
    assert context.points((0.0, 1.0, 2.0)) == (0.0, 1.0, 2.0)
