# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What a classifier is trained again, calibrated and validated with: a data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import onnx
import torch

from dlcomm_train import contract
from dlcomm_train.contract import Contract
from dlcomm_train.datasets.dataset import Dataset
from dlcomm_train.models.quantize_classifier import (
    ClassifierQuantization,
    quantize_classifier,
)
from dlcomm_train.models.run_classifier import check_fits, model_logits
from dlcomm_train.recognition.config import ClassifierConfig, recorded_config
from dlcomm_train.recognition.run import Lesson, Validation, judge
from dlcomm_train.recognition.train import make_lesson

SELF = "self"
"""The teacher that is the classifier before it was compressed."""


@dataclass(frozen=True)
class Material:
    """A data set, split as the classifier's recipe says.

    Attributes:
        dataset: the data set.
        config: the recipe; defaults where the classifier has none.
        original: the classifier before it was compressed.
    """

    dataset: Dataset
    config: ClassifierConfig
    original: onnx.ModelProto
    _lessons: dict[tuple[object, ...], Lesson] = field(default_factory=dict)

    @classmethod
    def of(cls, model: onnx.ModelProto, about: Contract, dataset: Dataset) -> Material:
        """What a classifier is compressed with.

        Args:
            model: the float classifier.
            about: what it says about itself.
            dataset: the data set.

        Raises:
            ContractError: the classifier knows other classes or windows.
        """
        check_fits(about, dataset.manifest, "classifier")
        return cls(dataset, config_of(about), model)

    def lesson(self, config: ClassifierConfig, teachers: Sequence[str]) -> Lesson:
        """What is to be learned with a recipe.

        Args:
            config: the recipe.
            teachers: files or folders of classifiers, or `SELF`.

        Raises:
            ContractError: a teacher is unusable or knows other classes.
        """
        key = (config.train_windows, *teachers)
        if key not in self._lessons:
            found = [self.original if name == SELF else Path(name) for name in teachers]
            # Several steps mostly want the same: one is enough to keep.
            self._lessons.clear()
            self._lessons[key] = make_lesson(config, self.dataset, found, torch.device("cpu"))
        return self._lessons[key]

    def validate(self, model: onnx.ModelProto) -> Validation:
        """How a model does on the validation part, as the runtime computes it."""
        windows = self.lesson(self.config, ()).validation
        return judge(torch.from_numpy(model_logits(model, windows.iq.numpy())), windows)

    def quantized(
        self, model: onnx.ModelProto, ways: Sequence[ClassifierQuantization]
    ) -> onnx.ModelProto:
        """A float classifier in int8, in the way that is most accurate on the validation part.

        Args:
            model: the classifier.
            ways: settings to choose from; of equally good ones, the first is taken.

        Returns:
            The model; its recipe says under ``quantization`` what was tried.
        """
        found, tried = [], []
        for settings in ways:
            found.append(quantize_classifier(model, self.dataset, model.graph.name, settings))
            accuracy = self.validate(found[-1]).accuracy
            tried.append(settings.model_dump(mode="json") | {"validation": accuracy})
        best = max(range(len(found)), key=lambda i: tried[i]["validation"])
        about = contract.check(found[best])
        quantization = about.recipe["quantization"] | {"tried": tried}
        recipe = about.recipe | {"quantization": quantization}
        return contract.attach(found[best], replace(about, recipe=recipe))


def config_of(about: Contract) -> ClassifierConfig:
    """The recipe that a classifier says it was trained by; defaults where it has none."""
    return recorded_config(about.recipe, "classifier") or ClassifierConfig(name="classifier")
