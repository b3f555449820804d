# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Pictures of accuracies: what is drawn in them."""

from __future__ import annotations

import numpy as np
import pytest
from made import LABELS, accuracy, confusion
from matplotlib.image import imread

from gnuradio.dlcomm.recognition.picture import (
    draw_confusions,
    draw_curves,
    write_confusions,
    write_curves,
)


def test_curves_are_the_rates_and_their_intervals():
    results = [accuracy(1, model="one"), accuracy(2, model="two")]
    figure = draw_curves(results)
    (axes,) = figure.axes
    for result, container in zip(results, axes.containers, strict=True):
        rates = result.confusion.by_snr()
        line, _, (bars,) = container
        np.testing.assert_array_equal(line.get_xdata(), result.confusion.snrs_db)
        np.testing.assert_allclose(line.get_ydata(), [rate.value for rate in rates])
        ends = np.array([segment[:, 1] for segment in bars.get_segments()])
        np.testing.assert_allclose(ends, [(rate.low, rate.high) for rate in rates])
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert [label.split(":")[0] for label in labels] == ["one", "two"]
    assert "regenerated, historical" in figure.get_suptitle()
    assert any(text.get_text() == "guessing among 3" for text in axes.texts)


def test_curves_of_several_sets_say_which_is_which():
    figure = draw_curves([accuracy(1), accuracy(1, split="window")])
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert texts[0].endswith("(regenerated, historical)")
    assert texts[1].endswith("(regenerated, historical, leaky split by windows)")


def test_leaky_results_say_so_in_pictures():
    leaky = accuracy(split="window")
    assert "leaky" in draw_curves([leaky]).get_suptitle()
    assert "leaky" in draw_confusions([leaky]).subfigs[0].get_suptitle()


def test_matrices_are_shares_of_the_true_classes():
    counted = confusion()
    figure = draw_confusions([accuracy(), accuracy(2, model="other")])
    assert [part.get_suptitle().split(" ")[0] for part in figure.subfigs] == [
        "amc_made", "other",
    ]  # fmt: skip
    panels = figure.subfigs[0].axes
    best = counted.peak().snr_db
    for axes, matrix in zip(
        panels, (counted.matrix(best, best), counted.matrix(0.0), counted.matrix()),
        strict=True,
    ):  # fmt: skip
        shares = axes.images[0].get_array()
        np.testing.assert_allclose(shares, matrix / matrix.sum(axis=1, keepdims=True))
        said = [label.get_text() for label in axes.get_xticklabels()]
        assert said == [*LABELS, "unknown"]
        written = {text.get_position(): text.get_text() for text in axes.texts}
        assert all(
            value == f"{100 * shares[row, column]:.0f}"
            for (column, row), value in written.items()
        )


def test_without_unknown_that_column_is_left_out():
    counts = confusion().counts.copy()
    counts[:, :, -1] = 0
    result = accuracy(confusion=type(confusion())(LABELS, (-6, -4, -2), counts))
    below = draw_confusions([result]).subfigs[0].axes
    assert [label.get_text() for label in below[0].get_xticklabels()] == list(LABELS)
    # Nothing was measured at 0 dB or above.
    assert not below[1].images and not below[1].axison


@pytest.mark.parametrize("write", [write_curves, write_confusions])
def test_files(write, tmp_path):
    write(tmp_path / "a.png", [accuracy()])
    image = imread(tmp_path / "a.png")
    assert image.shape[0] > 300 and image[..., :3].std() > 0.01
    write(tmp_path / "a.svg", [accuracy()])
    assert "<svg" in (tmp_path / "a.svg").read_text()
    with pytest.raises(ValueError, match="found the ending '.bmp'"):
        write(tmp_path / "a.bmp", [accuracy()])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg"]
