# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``python -m gnuradio.dlcomm``: the command line, the same as ``dlcomm``."""

import sys

from gnuradio.dlcomm.cli import main

# Worker processes import this file once more and must not start the program again.
if __name__ == "__main__":
    sys.exit(main())
