# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compression: one verb, one frozen configuration per technique, in any order."""

from dlcomm_train.compress.layer import CompressError
from dlcomm_train.compress.pipeline import compress
from dlcomm_train.compress.quantize import Quantize, QuantizeAware
from dlcomm_train.compress.retrain import Retraining

__all__ = ["CompressError", "Quantize", "QuantizeAware", "Retraining", "compress"]
