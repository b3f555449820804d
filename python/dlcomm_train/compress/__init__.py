# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compression: one verb, one frozen configuration per technique, in any order."""

from dlcomm_train.compress.layers.layer import CompressError
from dlcomm_train.compress.pipeline import compress
from dlcomm_train.compress.single_file import CompressedFile, compress_classifier, compress_file
from dlcomm_train.compress.steps.activations import QuantizeActivations
from dlcomm_train.compress.steps.distill import Distill
from dlcomm_train.compress.steps.factorize import Factorize
from dlcomm_train.compress.steps.filters import RemoveFilters
from dlcomm_train.compress.steps.match_receiver import MatchReceiver
from dlcomm_train.compress.steps.mixed_bits import QuantizeMixed
from dlcomm_train.compress.steps.prune import Prune
from dlcomm_train.compress.steps.quantize import Quantize, QuantizeAware
from dlcomm_train.compress.steps.regularize import Regularize
from dlcomm_train.compress.steps.share import ShareWeights
from dlcomm_train.compress.steps.units import PruneUnits, RemoveDeadUnits
from dlcomm_train.compress.training.data_retraining import DataRetraining
from dlcomm_train.compress.training.retrain import Retraining

__all__ = [
    "CompressError",
    "CompressedFile",
    "DataRetraining",
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
    "compress_classifier",
    "compress_file",
]
