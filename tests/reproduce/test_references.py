# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Maximum-likelihood receivers that are made to be measured beside a model."""

from pathlib import Path

import numpy as np
import pytest

from gnuradio.dlcomm.links import link
from gnuradio.dlcomm.reproduce.chains import codewords
from gnuradio.dlcomm.reproduce.references import maximum_likelihood_model


@pytest.mark.parametrize(
    ("model", "channel", "name"),
    [
        ("ae_8_8_compact", "rayleigh", "ae_8_8_compact_ml_rayleigh_12dB"),
        (
            "ae_8_8_compact",
            "rayleigh:real_positive=1",
            "ae_8_8_compact_ml_rayleigh_real_positive_1_12dB",
        ),
        ("ae_8_8_csi", "rayleigh", "ae_8_8_csi_ml"),
    ],
)
def test_same_codewords_same_knowledge(
    tmp_path: Path, model: str, channel: str, name: str
) -> None:
    original = link(model)
    reference = maximum_likelihood_model(original, channel, 12.0, tmp_path)
    assert reference == str(tmp_path / "references" / name)
    found = link(reference)
    assert found.uses_csi == original.uses_csi
    assert np.array_equal(codewords(found), codewords(original))


def test_a_channel_without_reference(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="interference:ae_8_8"):
        maximum_likelihood_model(link("ae_8_8"), "interference:ae_8_8", 4.0, tmp_path)
    assert list(tmp_path.iterdir()) == []
