# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The picture of a data set, and the spectra in it."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.image import imread
from sets import MODULATIONS, random_arrays, write

from dlcomm_train.datasets.summary import summarize
from gnuradio.dlcomm.dataset.picture import draw, spectrum, write_picture


def test_spectrum_of_tones() -> None:
    """A tone stands at its frequency, and power is relative to the mean over all of them."""
    time = np.arange(64)
    tones = np.exp(2j * np.pi * (-12 / 64) * time) * np.array([[0.1], [3.0]])
    found = spectrum(tones)
    assert found.argmax() == 32 - 12
    assert (10.0 ** (found / 10.0)).mean() == pytest.approx(1.0)
    # All but a Hann window's main lobe is far below.
    beside = np.delete(found, np.arange(32 - 12 - 2, 32 - 12 + 3))
    assert beside.max() < -20.0
    assert np.allclose(spectrum(100.0 * tones)[found > -100.0], found[found > -100.0])


def test_panels(tmp_path: Path) -> None:
    """A panel a class with its first window at the highest label, then the powers."""
    windows, index = random_arrays()
    dataset = write(tmp_path / "set", windows, index)
    figure = draw(dataset, summarize(dataset))
    parts = [part for part in figure.subfigs if part.axes]
    assert [part.axes[0].get_title() for part in parts] == [
        *MODULATIONS, "mean power of windows",
    ]  # fmt: skip
    for number, part in enumerate(parts[:-1]):
        first = windows[(index["modulation"] == number) & (index["snr_db"] == 6)][0]
        drawn = [line.get_ydata() for line in part.axes[0].lines]
        assert np.allclose(drawn, first.T, rtol=1e-5)
        assert len(part.axes[1].lines) == 2
    assert figure.get_suptitle().startswith("set (regenerated, calibrated): 180 windows.")


@pytest.mark.parametrize("ending", ["png", "pdf", "svg"])
def test_files(tmp_path: Path, ending: str) -> None:
    dataset = write(tmp_path / "set", *random_arrays())
    path = tmp_path / f"picture.{ending}"
    write_picture(path, dataset, summarize(dataset))
    assert path.stat().st_size > 10_000
    if ending == "png":
        image = imread(path)
        assert image.shape[1] > 1000 and image.std() > 0.02


def test_poor_sets(tmp_path: Path) -> None:
    """Silence, no numbers, a class that is missing, one label alone: drawn all the same."""
    windows, index = random_arrays()
    windows[index["modulation"] == 0] = 0.0
    windows[index["modulation"] == 1] = np.nan
    mine = (index["modulation"] < 2) & (index["snr_db"] == 0)
    dataset = write(tmp_path / "set", windows[mine], index[mine], snrs_db=(0,))
    write_picture(tmp_path / "picture.png", dataset, summarize(dataset))
    assert imread(tmp_path / "picture.png").shape[1] > 1000
