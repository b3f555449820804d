# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compression: one verb, one frozen configuration per technique, in any order."""

from dlcomm_train.compress.activations import QuantizeActivations
from dlcomm_train.compress.distill import Distill
from dlcomm_train.compress.factorize import Factorize
from dlcomm_train.compress.filters import RemoveFilters
from dlcomm_train.compress.layer import CompressError
from dlcomm_train.compress.match_receiver import MatchReceiver
from dlcomm_train.compress.mixed_bits import QuantizeMixed
from dlcomm_train.compress.pipeline import compress
from dlcomm_train.compress.prune import Prune
from dlcomm_train.compress.quantize import Quantize, QuantizeAware
from dlcomm_train.compress.regularize import Regularize
from dlcomm_train.compress.retrain import Retraining
from dlcomm_train.compress.share import ShareWeights
from dlcomm_train.compress.single_file import CompressedFile, compress_file
from dlcomm_train.compress.units import PruneUnits, RemoveDeadUnits

__all__ = [
    "CompressError",
    "CompressedFile",
    "Distill",
    "Factorize",
    "MatchReceiver",
    "Prune",
    "PruneUnits",
    "Quantize",
    "QuantizeActivations",
    "QuantizeAware",
    "QuantizeMixed",
    "Regularize",
    "RemoveDeadUnits",
    "RemoveFilters",
    "Retraining",
    "ShareWeights",
    "compress",
    "compress_file",
]
