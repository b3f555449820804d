# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Configuration files: a link's recipe as a JSON object.

The keys are the fields of :class:`~dlcomm_train.training.config.LinkConfig`; what is left
out has its default.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from dlcomm_train.files import write_atomic
from dlcomm_train.training.config import LinkConfig


class ConfigError(ValueError):
    """A configuration cannot be used; the message is one line for people."""


def read_config(path: Path) -> dict[str, Any]:
    """The entries of a configuration file, their values not checked yet.

    Raises:
        ConfigError: the file cannot be read, is not one JSON object with different keys,
            or has an unknown key.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_unique)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{path}: is not JSON, expected an object") from None
    if not isinstance(found, dict):
        kind = type(found).__name__
        raise ConfigError(f"{path}: is a JSON {kind}, expected an object")
    for key in found:
        if key not in LinkConfig.model_fields:
            known = ", ".join(LinkConfig.model_fields)
            raise ConfigError(f"{path}: {key} is unknown, expected one of {known}")
    return found


def write_config(path: Path, config: LinkConfig) -> None:
    """Write every field of `config`, so that reading it gives `config` again.

    Raises:
        OSError: the file cannot be written.
    """
    text = json.dumps(config.model_dump(mode="json"), indent=2)
    write_atomic(path, (text + "\n").encode("utf-8"))


def link_config(entries: dict[str, Any]) -> LinkConfig:
    """The config that `entries` describe; without a name it gets one from n, k and form.

    Raises:
        ConfigError: an entry is missing or impossible.
    """
    if "name" not in entries and {"n", "k"} <= entries.keys():
        form = entries.get("form", "compact")
        suffix = "" if form == "thesis" else f"_{form}"
        entries = {"name": f"ae_{entries['n']}_{entries['k']}{suffix}"} | entries
    try:
        # As JSON, strictly: a list is a tuple there, but "7" and true are not numbers.
        return LinkConfig.model_validate_json(json.dumps(entries), strict=True)
    except ValidationError as error:
        raise ConfigError(problem(error)) from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ConfigError(f"{key} is given twice")
        found[key] = value
    return found


def problem(error: ValidationError) -> str:
    """The first problem that does not follow from another, on one line."""
    # A bad n or k makes a bad name, and any bad entry a missing default: consequences.
    first = min(
        error.errors(),
        key=lambda problem: (
            problem["type"] == "default_factory_not_called",
            problem["loc"] == ("name",),
        ),
    )
    # In brackets stands which of several kinds of settings was taken for meant.
    parts = (str(part) for part in first["loc"])
    where = ".".join(part for part in parts if not part.startswith("["))
    text = first["msg"].removeprefix("Value error, ")
    if not where:
        return text
    if first["type"] == "missing":
        return f"{where} is missing"
    return f"{where} is {first['input']!r}: {text[0].lower()}{text[1:]}"
