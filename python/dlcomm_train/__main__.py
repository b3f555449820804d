# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``python -m dlcomm_train``."""

from dlcomm_train.cli import main

main()
