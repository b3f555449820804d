# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Files over radios: devices by their names, packets, transmission and reception."""
