# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Accuracy budgets: how strong a step may be, and how links are compared."""
