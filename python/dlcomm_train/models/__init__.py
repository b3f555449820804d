# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""From networks to ONNX files, and models that are made from other models."""
