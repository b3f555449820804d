# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Files of compositions, usual spaces, and what makes candidates equal."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from dlcomm_train.compress import Prune, Quantize, compositions
from dlcomm_train.compress.link import Step
from gnuradio.dlcomm import model_file
from gnuradio.dlcomm.pareto.candidate import make_candidate
from gnuradio.dlcomm.pareto.grid import read_space, usual_link_grid, usual_link_search
from gnuradio.dlcomm.pareto.links import LinkSource

QUANTIZE = {"kind": "quantize", "bits": 4}
PRUNE = {"kind": "prune", "rate": 0.5, "retraining": None}


def write(path: Path, value: object) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value))
    return path


def test_a_list_of_compositions(tmp_path: Path):
    space = read_space(write(tmp_path / "g.json", [[QUANTIZE], [PRUNE, QUANTIZE]]))
    assert space.compositions() == [[QUANTIZE], [PRUNE, QUANTIZE]]


def test_axes_are_multiplied(tmp_path: Path):
    axes = [[[], [PRUNE]], [[], [QUANTIZE], [{"kind": "quantize", "bits": 2}]]]
    space = read_space(write(tmp_path / "g.json", {"axes": axes}))
    assert space.size == 6
    assert space.compositions()[-1] == [PRUNE, {"kind": "quantize", "bits": 2}]
    # All but the one without any step.
    assert len(space.compositions()) == 5


@pytest.mark.parametrize(
    ("content", "part"),
    [
        ("{", "is not JSON"),
        ("[]", "expected a list of lists"),
        ("[[1]]", "expected a list of lists"),
        ('{"axes": []}', "expected a list of lists"),
        ('{"axes": [[[]]], "more": 1}', "expected a list of lists"),
        ("[[]]", "found no step"),
        (json.dumps({"axes": [[[PRUNE]] * 101, [[PRUNE]] * 100]}), "found 10,100"),
    ],
)
def test_other_files_are_one_line(tmp_path: Path, content: str, part: str):
    path = write(tmp_path / "g.json", content)
    with pytest.raises(ValueError, match=part) as error:
        read_space(path)
    assert str(error.value).startswith(str(path))
    assert len(str(error.value).splitlines()) == 1


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(ValueError, match="cannot be read"):
        read_space(tmp_path / "g.json")


@pytest.mark.parametrize("usual", [usual_link_grid, usual_link_search])
@pytest.mark.parametrize("messages", [2, 16, 256])
def test_usual_spaces_can_be_read(source: LinkSource, usual: Callable, messages: int):
    kinds = compositions.step_kinds()
    space = usual(kinds, messages)
    found = [make_candidate(source, entries) for entries in space.compositions()]
    assert len({one.id for one in found}) == len(found) > 30
    # A toolchain without a step leaves its alternatives out.
    without = usual(kinds.keys() - {"distill"}, messages)
    assert 0 < without.size < space.size
    assert "distill" not in json.dumps(without.compositions())


def test_all_steps_that_are_offered_are_known():
    kinds = compositions.step_kinds()
    assert kinds["quantize"] is Quantize and kinds["prune"] is Prune
    assert {"quantize_aware", "prune_units", "distill", "factorize"} <= set(kinds)
    assert all(issubclass(step, Step) for step in kinds.values())


@pytest.mark.parametrize(
    ("entries", "part"),
    [
        ([{"kind": "melt"}], "found the step {'kind': 'melt'}, expected a kind of"),
        (["quantize"], "expected a kind of"),
        ({"kind": "quantize"}, "expected a list of steps"),
        ([{"kind": "quantize", "bits": 9}], "bits is 9"),
        ([{"kind": "quantize", "bits": "4"}], "bits is '4'"),
        ([{"kind": "quantize", "bits": 4, "size": 1}], "size"),
    ],
)
def test_impossible_steps_are_one_line(source: LinkSource, entries: list, part: str):
    with pytest.raises(ValueError) as error:
        make_candidate(source, entries)
    assert part in str(error.value)
    assert len(str(error.value).splitlines()) == 1


def test_what_makes_a_candidate(source: LinkSource):
    one = make_candidate(source, [PRUNE, QUANTIZE])
    assert one.label == "prune (rate 0.5) + quantize (bits 4)"
    assert not one.is_source and make_candidate(source, []).is_source
    # Settings that are the usual ones need not be written; the order counts.
    assert make_candidate(source, [PRUNE, QUANTIZE | {"per_channel": False}]).id == one.id
    assert make_candidate(source, [QUANTIZE, PRUNE]).id != one.id
    other = LinkSource(source.name, source.files, "another")
    assert make_candidate(other, [PRUNE, QUANTIZE]).id != one.id


def test_a_teacher_belongs_to_a_candidate(source: LinkSource, tmp_path: Path):
    def teacher(name: str) -> str:
        for role in ("encoder", "decoder"):
            content = Path(model_file(name, role)).read_bytes()
            (tmp_path / f"{role}.onnx").write_bytes(content)
        return make_candidate(source, [{"kind": "distill", "teacher": str(tmp_path)}]).id

    assert teacher("ae_7_4") == teacher("ae_7_4") != teacher("ae_7_4_compact")
    with pytest.raises((ValueError, RuntimeError), match="no_such"):
        make_candidate(source, [{"kind": "distill", "teacher": "no_such"}])
