# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The recipes of the classifiers that are shipped or reproduced."""

from __future__ import annotations

from dataclasses import dataclass

from dlcomm_train.datasets.manifest import Profile
from dlcomm_train.recognition.config import ClassifierConfig


@dataclass(frozen=True)
class Recipe:
    """How a classifier is made.

    Attributes:
        config: the training.
        profile: the data set that it learns from.
    """

    config: ClassifierConfig
    profile: Profile = "historical"


CLASSIFIERS: dict[str, Recipe] = {
    recipe.config.name: recipe
    for recipe in (
        Recipe(ClassifierConfig(name="amc_compact")),
    )
}
