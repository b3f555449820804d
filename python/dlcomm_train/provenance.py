# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Which versions of what made a file."""

from __future__ import annotations

import platform
from importlib.metadata import version


def versions(*packages: str) -> dict[str, str]:
    """Versions of Python and of the named installed packages."""
    return {"python": platform.python_version()} | {
        package: version(package) for package in packages
    }
