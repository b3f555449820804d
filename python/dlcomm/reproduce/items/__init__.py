# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The items of the thesis, one module each, which holds an `Item` called ``ITEM``."""
