# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Compiling a hierarchical block that was drawn in GNU Radio Companion.

This is what ``grcc`` does, without leaving files behind and with one clear line where
something is wrong. GNU Radio Companion's core is imported when it is used: running
flowgraphs does not need it.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gnuradio import gr

if TYPE_CHECKING:
    from gnuradio.grc.core.platform import Platform

_HIERARCHICAL = ("hb", "hb_qt_gui")


def compile_hierarchical_block(file: Path, folder: Path) -> Path:
    """Write the Python module of a flowgraph that makes a hierarchical block.

    Args:
        file: the ``.grc`` file.
        folder: an existing folder for the module and for what it imports.

    Returns:
        The module's path. The class in it has the module's name.

    Raises:
        ValueError: one line: the file is not a flowgraph, not a hierarchical block, uses
            a block that is not installed, or has another error.
        RuntimeError: GNU Radio Companion is not installed.
    """
    platform = _platform()
    flow_graph = platform.make_flow_graph()
    flow_graph.grc_file_path = str(file)
    try:
        data = platform.parse_flow_graph(str(file))
        _check_blocks(file, data, platform)
        flow_graph.import_data(data)
        flow_graph.rewrite()
        flow_graph.validate()
    except OSError:
        raise
    except ValueError as error:
        raise ValueError(f"{file}: {' '.join(str(error).split())}") from None
    except Exception as error:  # whatever a damaged file makes GRC raise
        found = " ".join(f"{type(error).__name__}: {error}".split())
        raise ValueError(
            f"{file}: found no flowgraph of GNU Radio Companion ({found})"
        ) from None
    kind, language = (
        flow_graph.get_option(key) for key in ("generate_options", "output_language")
    )
    if kind not in _HIERARCHICAL or language != "python":
        raise ValueError(
            f"{file}: generates {kind!r} in {language!r}, expected a hierarchical block "
            "('hb') in 'python': set it in the Options block"
        )
    for element, message in flow_graph.iter_error_messages():
        raise ValueError(f"{file}: {' '.join(f'{element}: {message}'.split())}")
    # The generator writes hierarchical blocks to this folder, whatever it is told.
    platform.config.hier_block_lib_dir = str(folder)
    generator = platform.Generator(flow_graph, str(folder))
    generator.write()
    return Path(generator.file_path)


def _check_blocks(file: Path, data: Any, platform: Platform) -> None:
    """Raise ValueError where a flowgraph uses blocks that are not installed."""
    used = {block["id"] for block in data["blocks"]}
    # Sources of embedded blocks are in the file itself.
    missing = sorted(used - set(platform.blocks))
    if missing:
        raise ValueError(
            f"uses {', '.join(missing)}, which GNU Radio Companion does not find: "
            "install it, or name its folder in GRC_BLOCKS_PATH"
        )


@functools.cache
def _platform() -> Platform:
    """GNU Radio Companion's core with every block that it finds."""
    try:
        from gnuradio.grc.core.platform import Platform
    except ImportError as error:
        raise RuntimeError(
            f"a .grc file needs GNU Radio Companion, which cannot be imported: {error}"
        ) from None

    class WithModule(Platform):
        """Looks for blocks where this module and GNU Radio are installed, too."""

        class Config(Platform.Config):
            """GRC's own settings and two more folders of blocks."""

            @property
            def block_paths(self) -> list[str]:
                """Folders with block descriptions, none of them twice."""
                found = super().block_paths
                return found + [
                    str(folder)
                    for folder, block in _block_folders()
                    if not any(Path(path, block).exists() for path in found)
                ]

    platform = WithModule(
        name="gr-dlcomm",
        prefs=gr.prefs(),
        version=gr.version(),
        version_parts=(gr.major_version(), gr.api_version(), gr.minor_version()),
    )
    platform.build_library()
    return platform


def _block_folders() -> list[tuple[Path, str]]:
    """Folders with block descriptions, of GNU Radio and of this module, and one of each.

    A module may be installed under another prefix than GNU Radio, which its Companion
    knows only when it is told. A folder that it knows must not be read twice.
    """
    places = [(Path(gr.prefix()), "pad_source")]
    places += [(prefix, "dlcomm_awgn_channel_cc") for prefix in Path(__file__).parents]
    folders = [
        (prefix / "share" / "gnuradio" / "grc" / "blocks", f"{block}.block.yml")
        for prefix, block in places
    ]
    return [(folder, block) for folder, block in folders if (folder / block).exists()]
