# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How a model was trained, as its file says."""

from __future__ import annotations

import json
from typing import Any

from ..dlcomm_python import read_contract
from ..links import Link


def training_ebn0(link: Link) -> float:
    """The Eb/N0 in dB that `link` was trained at.

    Raises:
        ValueError: one line, when its file does not say so.
    """
    config = _recipe(link).get("config", {})
    return float(_number(link, "config.ebn0_db", config.get("ebn0_db")))


def shipped_seed(link: Link) -> int:
    """The seed, of those that were trained, whose result `link` is.

    Raises:
        ValueError: one line, when its file does not say so.
    """
    return int(_number(link, "seed", _recipe(link).get("seed")))


def _recipe(link: Link) -> dict[str, Any]:
    """The recipe in the encoder's file; empty when there is none to read."""
    try:
        recipe = json.loads(str(read_contract(link.encoder)["recipe"]))
    except json.JSONDecodeError:
        return {}
    return recipe if isinstance(recipe, dict) else {}


def _number(link: Link, key: str, value: object) -> float:
    """`value` when it is a number; ValueError naming the key otherwise."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(
            f"{link.encoder}: dlcomm.recipe, {key}: found {value!r}, expected a number, as "
            "training writes it"
        )
    return value
