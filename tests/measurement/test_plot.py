# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The picture of a sweep."""

from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.image import imread

from gnuradio.dlcomm.channel_specs import parse_channel
from gnuradio.dlcomm.links import Link
from gnuradio.dlcomm.measurement.curves import theory_curves
from gnuradio.dlcomm.measurement.plot import draw, plot_format, write_plot
from gnuradio.dlcomm.measurement.results import Row


def a_link(n: int, k: int) -> Link:
    return Link("x", "encoder.onnx", "decoder.onnx", n, k, False)


def texts(curves: list) -> list[str]:
    return [curve.label for curve in curves]


def test_known_curves_belong_to_channel_and_link() -> None:
    links = [a_link(7, 4), a_link(8, 8), a_link(7, 4), a_link(1, 1)]
    awgn = theory_curves(parse_channel("awgn"), links)
    assert texts(awgn) == [
        "uncoded BPSK, 1 bit",
        "uncoded BPSK, 4 bits",
        "uncoded BPSK, 8 bits",
        "Hamming(7,4), hard decisions",
        "Hamming(7,4), maximum likelihood",
    ]
    assert [curve.ber is not None for curve in awgn] == [True, False, False, True, True]
    assert all(0 < curve.bler(4.0) < 0.2 for curve in awgn if curve.bler)
    rayleigh = theory_curves(parse_channel("rayleigh"), links)
    assert len(rayleigh) == 3
    assert theory_curves(parse_channel("rayleigh:block=9"), links) == []
    assert theory_curves(parse_channel("polynomial:0,1"), links) == []


def test_markers_and_legend(row: Callable[..., Row]) -> None:
    rows = [
        row(ebn0_db=3.0),
        row(ebn0_db=6.0, block_errors=7, bit_errors=12),
        row(ebn0_db=8.0, block_errors=0, bit_errors=0),
    ]
    curves = theory_curves(parse_channel("awgn"), [a_link(7, 4)])
    figure = draw(rows, curves, 200, "title")
    left, right = figure.axes
    assert left.get_yscale() == right.get_yscale() == "log"
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels[0] == "hamming_7_4"
    assert "open: fewer than 200 block errors" in labels
    assert "no error seen: upper limit (95 %)" in labels
    marked = [line for line in left.lines if line.get_marker() not in ("None", "_")]
    open_markers = [line for line in marked if line.get_markerfacecolor() == "white"]
    assert [float(line.get_xdata()[0]) for line in open_markers] == [6.0]


def test_all_formats_are_written(tmp_path: Path, row: Callable[..., Row]) -> None:
    for name in ("a.png", "a.pdf", "a.svg"):
        write_plot(tmp_path / name, [row()], [], 200, "one point")
    assert imread(tmp_path / "a.png").shape[2] == 4
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    assert "<svg" in (tmp_path / "a.svg").read_text()


def test_a_sweep_without_an_error_can_be_drawn(tmp_path: Path, row: Callable[..., Row]) -> None:
    write_plot(tmp_path / "a.png", [row(block_errors=0, bit_errors=0)], [], 200, "none")
    write_plot(tmp_path / "b.png", [], [], 200, "nothing")


@pytest.mark.parametrize("name", ["a.bmp", "a", "a.png.txt"])
def test_other_endings(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: found the ending .*, expected one of"):
        plot_format(Path(name))
