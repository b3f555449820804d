# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The items: every module of `items` holds one as ``ITEM``."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterable

from ..links import models
from . import items
from .item import Item


def all_items() -> dict[str, Item]:
    """All items by their id, in the order of the thesis."""
    modules = (
        importlib.import_module(f"{items.__name__}.{module.name}")
        for module in pkgutil.iter_modules(items.__path__)
    )
    found = [module.ITEM for module in modules]
    return {item.id: item for item in sorted(found, key=lambda item: item.order)}


def select(names: Iterable[str]) -> list[Item]:
    """The items of these ids, each once, in the order of the thesis.

    Raises:
        ValueError: one line, when there is no such item.
    """
    known = all_items()
    wanted = set(names)
    for name in sorted(wanted - known.keys()):
        raise ValueError(f"item {name!r}: found no such item, expected {', '.join(known)}")
    return [item for item in known.values() if item.id in wanted]


def what_is_missing(item: Item) -> str | None:
    """One line about models or packages that `item` needs and that are not there.

    Returns:
        The line, which says how to get them as well; None when nothing is missing.
    """
    there = set(models())
    absent = sorted(set(item.classifiers) - there)
    if absent:
        return (
            f"{item.id}: found no {_listed('classifier', absent)}; train with: dlcomm train "
            "classifier --recipe NAME"
        )
    missing = sorted(set(item.models) - there)
    if missing:
        options = " ".join(f"--only {name}" for name in missing)
        return (
            f"{item.id}: found no {_listed('model', missing)}; train and export with: "
            f"python -m dlcomm_train ship {options}"
        )
    packages = [
        name
        for module, name in item.packages.items()
        if importlib.util.find_spec(module) is None
    ]
    if packages:
        return (
            f"{item.id}: found no {_listed('Python package', packages)}; install what "
            "requirements/train.txt lists (make setup-train)"
        )
    return None


def _listed(noun: str, names: list[str]) -> str:
    """``model ae_2_3``, ``models ae_2_3, ae_4_8``."""
    return f"{noun}{'s' if len(names) > 1 else ''} {', '.join(names)}"
