# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""What links are trained over: models of channels, and any flowgraph."""
