# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Parameters of the thesis's teacher and student, counted on files."""

from collections.abc import Callable

from gnuradio.dlcomm.links import link
from gnuradio.dlcomm.reproduce.catalogue import select
from gnuradio.dlcomm.reproduce.parameters import count_layers


def test_parameters_of_teacher_and_student(quick_context: Callable) -> None:
    for name, total in (("tab4.1", "135,944"), ("tab4.2", "4,360")):
        context = quick_context(name)
        (item,) = select([name])
        findings = item.run(context)
        assert context.tables == [f"{name}.csv"] and not context.counted
        (together,) = (found for found in findings if "together" in found.quantity)
        assert together.ours == together.thesis == total
        layers = [found for found in findings if ", layer " in found.quantity]
        for found in layers:
            assert found.ours.rpartition(": ")[2] == found.thesis.rpartition(": ")[2]


def test_layers_of_the_file() -> None:
    layers = count_layers(link("ae_7_4"))
    assert [layer.parameters for layer in layers] == [272, 119, 128, 272]
    assert [layer.shape for layer in layers] == [(16, 16), (7, 16), (16, 7), (16, 16)]
