# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Classifiers that tell a student what they make of the very windows that it sees."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import onnx
import torch
from torch.nn import functional

from dlcomm_train.datasets.dataset import file_hash
from dlcomm_train.datasets.manifest import Manifest
from dlcomm_train.models.pairs import session
from dlcomm_train.models.run_classifier import (
    check_fits,
    classifier_path,
    load_classifier,
)

Teacher = Path | onnx.ModelProto
"""A classifier, or its file or folder."""


class Teachers:
    """One or several classifiers, run by ONNX Runtime on every batch of the student's.

    What a teacher says depends on how a window is turned, so it is asked about the window as
    the student gets it. The runtime has as many threads as torch.
    """

    def __init__(self, teachers: Sequence[Teacher], manifest: Manifest) -> None:
        """Load them.

        Args:
            teachers: the classifiers, at least one.
            manifest: of the data set, whose classes and window they must have.

        Raises:
            ContractError: one is unusable, or knows other classes or windows.
        """
        threads = torch.get_num_threads()
        self._sessions = [session(_model(x, manifest), threads) for x in teachers]

    def log_probabilities(self, iq: torch.Tensor) -> torch.Tensor:
        """Mean of their log-probabilities [b, classes] for windows [b, window, 2].

        The result is on the device of `iq`; of several teachers it is a log-probability up
        to a constant for each window.
        """
        feed = {"iq": iq.contiguous().cpu().numpy()}
        found = [
            functional.log_softmax(torch.from_numpy(x.run(["logits"], feed)[0]), dim=1)
            for x in self._sessions
        ]
        return torch.stack(found).mean(dim=0).to(iq.device)


def teacher_hash(teacher: Teacher) -> str:
    """What tells a teacher from others, in hexadecimal digits."""
    if isinstance(teacher, onnx.ModelProto):
        return hashlib.sha256(teacher.SerializeToString(deterministic=True)).hexdigest()
    return file_hash(classifier_path(teacher))


def _model(teacher: Teacher, manifest: Manifest) -> onnx.ModelProto:
    if isinstance(teacher, onnx.ModelProto):
        return teacher
    model, about = load_classifier(teacher)
    check_fits(about, manifest, str(teacher))
    return model
