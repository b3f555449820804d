# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Data sets for modulation recognition, regenerated with GNU Radio: RadioML 2016.10a."""
