# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Configuration files: they say the same as options, and mistakes are one line."""

from __future__ import annotations

import pytest

from dlcomm_train.shipping.catalogue import LINKS
from dlcomm_train.training.config import LinkConfig
from dlcomm_train.training.configfile import ConfigError, link_config, read_config, write_config


@pytest.mark.parametrize("name", LINKS)
def test_written_and_read_is_the_same(tmp_path, name):
    path = tmp_path / "link.json"
    write_config(path, LINKS[name])
    assert link_config(read_config(path)) == LINKS[name]


def test_what_is_left_out_has_its_default():
    assert link_config({"n": 7, "k": 4}) == LinkConfig(name="ae_7_4_compact", n=7, k=4)
    assert link_config({"n": 7, "k": 4, "form": "thesis"}).name == "ae_7_4"
    assert link_config({"n": 7, "k": 4, "name": "mine"}).name == "mine"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ({"k": 2}, "n is missing"),
        ({"n": "2", "k": 2}, "n is '2': input should be a valid integer"),
        ({"n": 2, "k": True}, "k is True: input should be a valid integer"),
        ({"n": 2, "k": 2, "loss": "hinge"}, "loss is 'hinge': input should be 'symbolwise'"),
        ({"n": 2, "k": 2, "seeds": [1, 1]}, "seeds and validation_seed must all differ"),
        ({"n": 2, "k": 2, "seeds": [0.5]}, "seeds.0 is 0.5"),
        ({"n": 2, "k": 2, "learning_rate": float("inf")}, "learning_rate is inf"),
        ({"n": 2, "k": 2, "name": "../x"}, "name is '../x'"),
        ({"n": "../x", "k": 2}, "n is '../x'"),
    ],
)
def test_bad_entries(entries, expected):
    with pytest.raises(ConfigError) as error:
        link_config(entries)
    assert str(error.value).startswith(expected) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("\xff", "is not JSON"),
        ("[1]", "is a JSON list, expected an object"),
        ('{"n": 2, "n": 3}', "n is given twice"),
        ('{"n": 2, "epochs": 3}', "epochs is unknown, expected one of name, n, k"),
        (None, "cannot be read: No such file"),
    ],
)
def test_bad_files(tmp_path, text, expected):
    path = tmp_path / "link.json"
    if text is not None:
        path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ConfigError) as error:
        read_config(path)
    assert str(error.value).startswith(f"{path}: {expected}")
    assert "\n" not in str(error.value)
