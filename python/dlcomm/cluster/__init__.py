# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Work in several processes or on several machines, by Dask (https://distributed.dask.org).

It knows nothing of models and flowgraphs. Dask is imported when a pool is opened.
"""
