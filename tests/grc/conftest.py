# Copyright 2026 gr-dlcomm authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the GRC files share: GRC's platform, and a clean environment."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from gnuradio import gr

ROOT = Path(__file__).resolve().parent.parent.parent

sys.path.insert(0, str(Path(__file__).resolve().parent))


@pytest.fixture(scope="session")
def blocks_path() -> str:
    """GRC_BLOCKS_PATH: the block files of the source tree, then GNU Radio's own.

    GNU Radio's own are named because its preferences, which say where they are, are not
    read with GR_DONT_LOAD_PREFS.
    """
    return os.pathsep.join(
        [str(ROOT / "grc"), str(Path(gr.prefix(), "share", "gnuradio", "grc", "blocks"))]
    )


@pytest.fixture(scope="session")
def platform(blocks_path, tmp_path_factory):
    """GRC's platform with all blocks loaded; it writes nothing outside a new folder."""
    patch = pytest.MonkeyPatch()
    patch.setenv("GRC_BLOCKS_PATH", blocks_path)
    patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
    from gnuradio.grc.core.platform import Platform

    made = Platform(
        name="GRC of the tests",
        prefs=gr.prefs(),
        version=gr.version(),
        version_parts=(gr.major_version(), gr.api_version(), gr.minor_version()),
    )
    made.build_library()
    yield made
    patch.undo()


@pytest.fixture
def clean_environment(blocks_path, tmp_path) -> dict[str, str]:
    """Environment of a program without a display that keeps its settings in tmp_path."""
    return {
        **os.environ,
        "QT_QPA_PLATFORM": "offscreen",
        "GRC_BLOCKS_PATH": blocks_path,
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "XDG_RUNTIME_DIR": str(tmp_path),
    }
