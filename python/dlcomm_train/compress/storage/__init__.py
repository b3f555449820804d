# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""How weights are stored in standard ONNX, and what coders would make of them."""
