# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Layers of a model file, what their weights may be, and what follows from them."""
