# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Measuring error rates with flowgraphs: points, sweeps, results, theory, pictures."""
