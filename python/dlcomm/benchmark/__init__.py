# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Throughput and latency of the blocks, beside what could be used instead of them.

`suite` runs everything; a module per group says what is compared with what, and
`pairing` measures: all sides of a comparison in turns, round after round, so that a
drift of the machine's speed falls on each of them alike.
"""
