# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Finding the model that a person means."""

from __future__ import annotations

import os
from pathlib import Path

from dlcomm_train.contract import ContractError


def model_folder(model: str) -> Path:
    """The folder of a link's two files, or of a classifier.

    Args:
        model: a folder, or the name of a shipped model. Names are looked up by the
            installed module, which knows where models are.

    Raises:
        ContractError: there is no such folder, and no module that could know the name.
        RuntimeError: there is no model of that name.
    """
    folder = Path(model)
    if folder.is_dir():
        return folder
    if os.sep in model or folder.exists():
        found = "a file" if folder.exists() else "nothing"
        raise ContractError(f"{model}: found {found}, expected a model's name or its folder")
    try:
        from gnuradio import dlcomm
    except ImportError as error:
        raise ContractError(
            f"{model}: there is no such folder, and names of shipped models need GNU Radio "
            f"with this module: {error}"
        ) from None
    try:
        return Path(dlcomm.model_file(model, "encoder")).parent
    except RuntimeError:
        return Path(dlcomm.model_file(model, "classifier")).parent
