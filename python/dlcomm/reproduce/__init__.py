# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Reproducing the thesis that this project builds on, figure by figure.

The thesis is Deddy Jobson, *Improving the efficiency of deep learning methods for
communication systems*, IIT Madras, 2019. Each of its figures and tables is an `Item`, a
module of `items`; `catalogue` finds them, `context.Context` is what they work with, and
`report` writes what came out.
"""
