# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Items about compression, as smoke runs with one small link in every role."""

import csv
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from matplotlib.image import imread

from gnuradio.dlcomm.links import link
from gnuradio.dlcomm.reproduce.catalogue import all_items, select
from gnuradio.dlcomm.reproduce.context import Context

ITEMS = (
    *("fig4.1", "tab4.1", "tab4.2"),
    *("tab5.1", "fig5.2", "tab5.2", "fig5.3", "fig5.4"),
    *("fig6.1", "tab6.1", "fig6.2", "fig6.3", "fig6.4", "fig6.5"),
    *("tab7.1", "mixed7.5", "ch8.filters", "ch8.svd", "ch8.units"),
)
_ROLES = ("ae_7_4", "ae_8_8", "ae_8_8_compact", "ae_8_8_fading", "ae_8_8_fading_real")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Folder of results, shared so that models are made once; (7,4) stands for (8,8)."""
    models = tmp_path_factory.mktemp("models")
    source = Path(link("ae_7_4").encoder).parent
    for name in _ROLES:
        shutil.copytree(source, models / name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DLCOMM_MODEL_PATH", str(models))
        yield tmp_path_factory.mktemp("out")


@pytest.fixture
def run(
    folder: Path, smoke_run: Callable
) -> Callable[[str], tuple[Context, Mapping[str, str]]]:
    """Runs an item: its context, and our values by what they are of."""

    def made(name: str) -> tuple[Context, Mapping[str, str]]:
        context = smoke_run(name, folder)
        (item,) = select([name])
        return context, {found.quantity: found.ours for found in item.run(context)}

    return made


def test_items_are_there_in_the_order_of_the_thesis() -> None:
    links = [name for name, item in all_items().items() if item.models]
    assert [name for name in links if not name.startswith("fig2.")] == list(ITEMS)


@pytest.mark.parametrize("name", [item for item in ITEMS if item not in ("tab4.1", "tab4.2")])
def test_smoke_run(run: Callable, name: str) -> None:
    context, findings = run(name)
    assert context.pictures == [f"{name}.png"]
    assert imread(context.folder / context.pictures[0]).shape[1] > 700
    assert context.counted == (name != "fig6.3")
    for table in context.tables:
        lines = list(csv.reader((context.folder / table).read_text().splitlines()))
        assert len(lines) > 1 and all(len(line) == len(lines[0]) for line in lines)
    rates = [value for key, value in findings.items() if "BLER at" in key]
    assert all("[" in value and " / " in value for value in rates)
    assert rates or name == "fig6.3"


def test_removal_of_dead_units_changes_no_decision(run: Callable) -> None:
    _, findings = run("ch8.units")
    same = [value.split(" of ") for key, value in findings.items() if "stay the same" in key]
    assert same and all(kept == total for kept, total in same)
    rates = [value.split("; ") for key, value in findings.items() if "BLER" in key]
    assert rates and all(before == after for before, after in rates)
    units = [value for key, value in findings.items() if "hidden units" in key]
    # Strong pruning kills some.
    assert any(first != last for first, last in (side(units[-1]) for side in _SIDES))


def _units(place: int) -> Callable[[str], tuple[int, int]]:
    """Reads the units before and after of one network."""

    def read(text: str) -> tuple[int, int]:
        first, last = text.split("; ")[place].split(" ", 1)[1].split(" -> ")
        return int(first), int(last)

    return read


_SIDES = (_units(0), _units(1))
