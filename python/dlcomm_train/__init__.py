# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The toolchain beside the blocks: train, quantize and export learned links.

The package needs PyTorch and ONNX, never GNU Radio. Its only product is the pair
of ``.onnx`` files that the blocks load; :mod:`dlcomm_train.contract` says what is
in them.
"""
