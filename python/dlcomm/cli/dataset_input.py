# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What ``dlcomm dataset generate`` is told, checked before long work begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .errors import usage_errors

if TYPE_CHECKING:
    from dlcomm_train.datasets.dataset import Dataset

    from ..dataset.settings import GenerateSettings


def chosen_settings(
    profile: str,
    windows_per_cell: int,
    modulations: str | None,
    snrs: str | None,
    seed: int,
) -> GenerateSettings:
    """What to make.

    Raises:
        click.UsageError: that cannot be made.
    """
    from pydantic import ValidationError

    from ..dataset.settings import GenerateSettings, parse_snrs

    given: dict[str, Any] = {}
    if modulations is not None:
        given["modulations"] = tuple(name.strip() for name in modulations.split(","))
    if snrs is not None:
        with usage_errors("--snrs"):
            given["snrs_db"] = parse_snrs(snrs)
    try:
        return GenerateSettings(
            profile=profile, windows_per_cell=windows_per_cell, seed=seed, **given
        )
    except ValidationError as error:
        first = error.errors()[0]
        option = f"--{str(first['loc'][0]).replace('_', '-')}"
        with usage_errors(option):
            raise ValueError(first["msg"].removeprefix("Value error, ")) from None


def must_be_made_of(dataset: Dataset, settings: GenerateSettings) -> None:
    """Make sure that a data set is what would be made.

    Raises:
        click.UsageError: it is another.
    """
    from ..dataset.generate import is_made_of

    if not is_made_of(dataset, settings):
        asked = settings.model_dump()
        found = {name: getattr(dataset.manifest, name) for name in asked}
        other = [f"{name} {found[name]}" for name in asked if found[name] != asked[name]]
        with usage_errors("--out"):
            raise ValueError(
                f"{dataset.folder}: is another data set ({'; '.join(other) or 'changed'}), "
                "expected a new name"
            )
