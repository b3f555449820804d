# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Recognising modulations: data sets as streams, accuracy in flowgraphs, recordings, radios."""
