# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What compression costs and saves: many compositions of steps, and which are worth it.

The toolchain is asked for compressed models when it is needed; nothing here imports torch
before that.
"""
