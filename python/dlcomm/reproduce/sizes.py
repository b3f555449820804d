# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Error rates of compressed links over the bytes that they take."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from ..measurement.results import Row
from .compressed import CompressedLink
from .drawing import COLOURS, new_figure


def bytes_text(link: CompressedLink, full: CompressedLink) -> str:
    """Bytes of files, and the factor that they shrank by; of the tensors in them."""
    factor = full.file_bytes / link.file_bytes
    return (
        f"{link.file_bytes:,} bytes of both files, 1/{factor:.1f}; "
        f"{link.constant_bytes:,} of them tensors"
    )


def huffman_bytes(link: CompressedLink) -> int:
    """Bytes of all weights in Huffman codes that were made; stored nowhere."""
    return sum(layer["huffman_coded_bytes"] for layer in link.layers)


def draw_sizes(
    links: Mapping[str, CompressedLink], rows: Mapping[str, Row], title: str
) -> Figure:
    """Draw block error rate over bytes of both files, both logarithmic.

    Args:
        links: by what the legend calls them.
        rows: one point of each.
        title: heading.
    """
    figure = new_figure(9.2, 5.4, title)
    axes = figure.subplots()
    for index, (label, link) in enumerate(links.items()):
        row = rows[label]
        axes.errorbar(
            link.file_bytes,
            row.bler,
            yerr=[[row.bler - row.bler_low], [row.bler_high - row.bler]],
            fmt="osD^"[index // len(COLOURS) % 4],
            color=COLOURS[index % len(COLOURS)],
            capsize=3,
            label=label,
        )
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("bytes of both files")
    axes.set_ylabel("block error rate")
    axes.grid(which="both", color="0.9", lw=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure
