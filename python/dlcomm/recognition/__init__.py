# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Modulation recognition in flowgraphs: labelled streams, accuracy, pictures, a live view."""
