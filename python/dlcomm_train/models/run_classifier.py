# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Running a classifier's file on windows, outside a flowgraph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx

from dlcomm_train import contract
from dlcomm_train.contract import Contract, ContractError
from dlcomm_train.datasets.manifest import Manifest
from dlcomm_train.models.pairs import session

CLASSIFIER_FILE = "classifier.onnx"
"""Name of a classifier in the folder of its model."""

_CHUNK = 1024


def classifier_path(path: Path) -> Path:
    """The file of a classifier: `path`, or the one in the folder `path`."""
    return path / CLASSIFIER_FILE if path.is_dir() else path


def load_classifier(path: Path) -> tuple[onnx.ModelProto, Contract]:
    """A classifier, from its file or the folder that holds it, and what it says.

    Raises:
        ContractError: it is no classifier that obeys the contract.
    """
    path = classifier_path(path)
    model, about = contract.load(path)
    if about.role != "classifier":
        raise ContractError(f"{path}: dlcomm.role is {about.role}, expected classifier")
    return model, about


def check_fits(about: Contract, manifest: Manifest, name: str) -> None:
    """Hold a classifier to a data set.

    Args:
        about: what the classifier says about itself.
        manifest: of the data set.
        name: what error messages call the classifier.

    Raises:
        ContractError: the classifier has other classes, or windows of another length.
    """
    if about.labels != manifest.modulations or about.window != manifest.window:
        raise ContractError(
            f"{name}: has window {about.window} and classes {', '.join(about.labels)}; "
            f"expected {manifest.window} and {', '.join(manifest.modulations)}"
        )


def model_logits(model: onnx.ModelProto, windows: np.ndarray) -> np.ndarray:
    """Logits [N, classes] float32 of windows [N, window, 2] float32."""
    return tensor_of(model, "logits", windows)


def tensor_of(model: onnx.ModelProto, name: str, windows: np.ndarray) -> np.ndarray:
    """What the tensor `name` of a classifier is for windows [N, window, 2] float32.

    Raises:
        ValueError: the classifier does not take such windows; one line.
    """
    if name not in {value.name for value in model.graph.output}:
        shown = onnx.ModelProto()
        shown.CopyFrom(model)
        shown.graph.output.append(onnx.ValueInfoProto(name=name))
        model = shown
    found = session(model)
    parts = [windows[first : first + _CHUNK] for first in range(0, len(windows), _CHUNK)]
    return np.concatenate(
        [found.run([name], {"iq": np.ascontiguousarray(part)})[0] for part in parts]
    )
