# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Sets of labelled windows on disk, and their splits. Needs neither torch nor GNU Radio."""
