# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The recipes of the classifiers that are shipped, and of those of the thesis.

Names end in ``_2016`` where a network learned from the regenerated set of 2016, defects and
all, and can be compared with published figures. The others learned from true SNRs, and are
those to use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dlcomm_train.datasets.manifest import Profile
from dlcomm_train.recognition.config import ClassifierConfig, Teaching

SUFFIX_2016 = "_2016"
INT8_SUFFIX = "_int8"


@dataclass(frozen=True)
class Recipe:
    """How a classifier is made.

    Attributes:
        config: the training; its teachers are classifiers of this catalogue.
        profile: the data set that it learns from.
    """

    config: ClassifierConfig
    profile: Profile = "calibrated"


# Five strides of two with long filters cost little and see the whole window; found on the
# validation part of the set of 2016.
_FAMILY: dict[str, Any] = {
    "strides": (2, 2, 2, 2, 1),
    "kernels": (11, 9),
    "taps": 2,
    "label_smoothing": 0.1,
}
_COMPACT = _FAMILY | {"channels": (24, 32, 32, 48, 48), "epochs": 25, "learning_rate": 0.01}
# A first convolution at full rate costs no parameter, but twice the multiply-accumulates.
_TINY = _FAMILY | {
    "channels": (12, 16, 20, 24, 24),
    "strides": (1, 2, 2, 2, 2),
    "taps": 1,
    "epochs": 30,
    "learning_rate": 0.015,
    "label_smoothing": 0.05,
}
_LARGE = _FAMILY | {
    "channels": (48, 64, 64, 96, 96),
    "epochs": 10,
    "learning_rate": 0.005,
    "dropout": 0.2,
}

# Half of the training part, so that two cores need an hour and not two.
_THESIS_TEACHER: dict[str, Any] = {
    "architecture": "vtcnn2_teacher",
    "train_windows": 66_000,
    "epochs": 10,
    "learning_rate": 0.001,
    "dropout": 0.3,
    "bfloat16": True,
}
# All students of the thesis alike, but that true classes alone want dropout, and teachers none.
_THESIS_STUDENT: dict[str, Any] = {
    "architecture": "vtcnn2",
    "epochs": 8,
    "learning_rate": 0.001,
    "mirror": True,
    "bfloat16": True,
}
TEACHER = "amc_teacher_2016"
"""The thesis's teacher, too large to be shipped."""

OTHER_TEACHER = "amc_compact_2016"
"""A network a thousand times smaller, which teaches as well."""

SEEDS = (1, 2)
"""Of the thesis's students."""


def alone(seed: int) -> str:
    """Name of the thesis's student that learned by itself; the first is shipped."""
    return f"amc_vtcnn2{'' if seed == SEEDS[0] else f'_{seed}'}{SUFFIX_2016}"


def taught(seed: int, teacher: str = TEACHER) -> str:
    """Name of the thesis's student that learned from a teacher."""
    by = {TEACHER: "taught", OTHER_TEACHER: "compact_taught"}[teacher]
    return f"amc_vtcnn2_{by}_{seed}{SUFFIX_2016}"


def _students(seed: int) -> tuple[Recipe, ...]:
    settings = _THESIS_STUDENT | {"seed": seed}
    return (
        Recipe(
            ClassifierConfig(name=alone(seed), dense_dropout=0.5, **settings), "historical"
        ),
        *(
            Recipe(
                ClassifierConfig(
                    name=taught(seed, teacher),
                    # Soft targets alone, as in the thesis.
                    teaching=Teaching(models=(teacher,), weight=0.0),
                    **settings,
                ),
                "historical",
            )
            for teacher in (TEACHER, OTHER_TEACHER)
        ),
    )


CLASSIFIERS: dict[str, Recipe] = {
    recipe.config.name: recipe
    for recipe in (
        Recipe(ClassifierConfig(name="amc_compact", **_COMPACT)),
        Recipe(ClassifierConfig(name="amc_compact_2016", **_COMPACT), "historical"),
        Recipe(ClassifierConfig(name="amc_tiny_2016", **_TINY), "historical"),
        Recipe(ClassifierConfig(name="amc_large_2016", **_LARGE), "historical"),
        Recipe(ClassifierConfig(name=TEACHER, **_THESIS_TEACHER), "historical"),
        Recipe(ClassifierConfig(name="amc_teacher", **_THESIS_TEACHER)),
        *(recipe for seed in SEEDS for recipe in _students(seed)),
    )
}
"""Recipes by name."""
