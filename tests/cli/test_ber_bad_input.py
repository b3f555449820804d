# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""``dlcomm ber`` and ``dlcomm models``: bad input is found before the run, in one line."""

import shutil
from collections.abc import Callable
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, external_data_helper

from gnuradio import dlcomm


def files_below(folder: Path) -> list[str]:
    """Every file below a folder."""
    return sorted(str(path) for path in folder.rglob("*") if path.is_file())


BAD_ARGUMENTS = [
    (["--ebn0", "8:0:1"], "8:0:1"),
    (["--ebn0", "0:8:0"], "step 0"),
    (["--ebn0", "0:8:-1"], "step -1"),
    (["--ebn0", "nan"], "nan"),
    (["--ebn0", "0:inf:1"], "inf"),
    (["--ebn0", "0:8"], "2 parts"),
    (["--ebn0", "a,b"], "'a'"),
    (["--ebn0", ""], "''"),
    (["--channel", "nonsense"], "nonsense"),
    (["--channel", "rayleigh:block=0"], "block=0"),
    (["--channel", "polynomial:1,nan"], "nan"),
    (["--channel", "awgn:1"], "awgn has no options"),
    (["--model", "no_such_model"], "no_such_model"),
    (["--model", "/does/not/exist"], "/does/not/exist"),
    (["--model", ""], "--model"),
    (["--model", "a\nb"], "printable"),
    (["--model", "a.onnx"], "a.onnx"),
    (["--model", "a.onnx,b.onnx"], "a.onnx"),
    (["--min-errors", "0"], "'0'"),
    (["--min-errors", "-5"], "'-5'"),
    (["--min-errors", "1.5"], "'1.5'"),
    (["--min-errors", "many"], "'many'"),
    (["--max-messages", "0"], "'0'"),
    (["--max-messages", "nan"], "'nan'"),
    (["--max-messages", "1e99"], "'1e99'"),
    (["--seed", "-1"], "'-1'"),
    (["--seed", "x"], "'x'"),
    (["--seed", str(2**64)], str(2**64)),
    (["--jobs", "0"], "--jobs"),
    (["--jobs", "two"], "two"),
    (["--scheduler", "nonsense"], "--scheduler: found 'nonsense'"),
    (["--nonsense"], "--nonsense"),
    (["extra"], "extra"),
    (["--csv", "/dev/null/x.csv"], "/dev/null/x.csv"),
    (["--json", "/dev/null/x.json"], "/dev/null/x.json"),
    (["--plot", "/dev/null/x.png"], "/dev/null/x.png"),
    (["--plot", "picture.xyz"], "picture.xyz"),
    (["--csv", "/"], "found a folder"),
    (["--csv", "rows", "--json", "rows"], "one file twice"),
]


@pytest.mark.parametrize(("arguments", "part"), BAD_ARGUMENTS)
def test_bad_arguments(
    dlcomm_here: Callable,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    part: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    outcome = dlcomm_here("ber", "--model", "qpsk", *arguments)
    outcome.assert_one_line(2, part)
    assert outcome.out == ""
    assert files_below(tmp_path) == []


def test_the_model_is_needed(dlcomm_here: Callable) -> None:
    dlcomm_here("ber").assert_one_line(2, "--model")


@pytest.mark.parametrize(
    "arguments",
    [
        ["ber", "--model", "no_such_model"],
        ["ber", "--model", "qpsk", "--ebn0", "8:0:1"],
        ["ber", "--model", "qpsk", "--csv", "/dev/null/x.csv"],
        ["ber", "--model", "qpsk", "--min-errors", "0"],
        ["models", "no_such_model"],
        ["nonsense"],
        ["--nonsense"],
    ],
)
def test_as_a_person_sees_it(dlcomm_process: Callable, arguments: list[str]) -> None:
    outcome = dlcomm_process(*arguments)
    outcome.assert_one_line(2)
    assert outcome.out == ""


def test_a_foreign_csv_is_left_alone(dlcomm_here: Callable, tmp_path: Path) -> None:
    path = tmp_path / "budget.csv"
    path.write_text("year,amount\n2026,12\n")
    outcome = dlcomm_here("ber", "--model", "qpsk", "--csv", path)
    outcome.assert_one_line(2, "budget.csv", "year,amount")
    assert path.read_text() == "year,amount\n2026,12\n"
    assert files_below(tmp_path) == [str(path)]


def change_value_info(value: onnx.ValueInfoProto, **changes: int) -> None:
    """Change the element type or the last dimension of a tensor's description."""
    tensor = value.type.tensor_type
    if "dtype" in changes:
        tensor.elem_type = changes["dtype"]
    if "width" in changes:
        tensor.shape.dim[1].dim_value = changes["width"]


def set_metadata(model: onnx.ModelProto, key: str, value: str | None) -> None:
    """Set or remove one metadata entry."""
    entries = [(e.key, e.value) for e in model.metadata_props if e.key != key]
    del model.metadata_props[:]
    for name, text in entries + ([(key, value)] if value is not None else []):
        model.metadata_props.add(key=name, value=text)


def external(model: onnx.ModelProto) -> None:
    """Say that the weights are in a file outside the model's folder."""
    tensor = model.graph.initializer[0]
    external_data_helper.set_external_data(tensor, "../outside.bin")
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL


BAD_DECODERS: dict[str, Callable[[onnx.ModelProto], None]] = {
    "wrong role": lambda m: set_metadata(m, "dlcomm.role", "encoder"),
    "unknown role": lambda m: set_metadata(m, "dlcomm.role", "transmogrifier"),
    "no role": lambda m: set_metadata(m, "dlcomm.role", None),
    "no contract": lambda m: set_metadata(m, "dlcomm.contract", None),
    "other contract": lambda m: set_metadata(m, "dlcomm.contract", "99"),
    "no n": lambda m: set_metadata(m, "dlcomm.n", None),
    "n is no number": lambda m: set_metadata(m, "dlcomm.n", "two"),
    "n contradicts": lambda m: set_metadata(m, "dlcomm.n", "4"),
    "k contradicts": lambda m: set_metadata(m, "dlcomm.k", "3"),
    "k is too large": lambda m: set_metadata(m, "dlcomm.k", "9"),
    "other link": lambda m: set_metadata(m, "dlcomm.link", "another"),
    "wrong input shape": lambda m: change_value_info(m.graph.input[0], width=5),
    "wrong output shape": lambda m: change_value_info(m.graph.output[0], width=5),
    "wrong input type": lambda m: change_value_info(m.graph.input[0], dtype=TensorProto.DOUBLE),
    "wrong output type": lambda m: change_value_info(
        m.graph.output[0], dtype=TensorProto.INT64
    ),
    "wrong operator set": lambda m: setattr(m.opset_import[0], "version", 99),
    "external data": external,
}


@pytest.fixture
def qpsk_folder(tmp_path: Path) -> Path:
    """A copy of the shipped QPSK link."""
    return Path(shutil.copytree(Path(dlcomm.link("qpsk").encoder).parent, tmp_path / "link"))


@pytest.mark.parametrize("kind", list(BAD_DECODERS))
def test_models_that_break_the_contract(
    dlcomm_here: Callable, qpsk_folder: Path, kind: str
) -> None:
    path = qpsk_folder / "decoder.onnx"
    model = onnx.load(path)
    BAD_DECODERS[kind](model)
    path.write_bytes(model.SerializeToString())
    outcome = dlcomm_here("ber", "--model", qpsk_folder, "--ebn0", "0")
    outcome.assert_one_line(2, "--model", "decoder.onnx")
    assert outcome.out == ""


@pytest.mark.parametrize("command", [["models"], ["ber", "--model"]])
@pytest.mark.parametrize("kind", ["missing", "empty", "truncated", "text", "folder"])
def test_files_that_are_no_models(
    dlcomm_here: Callable, qpsk_folder: Path, kind: str, command: list[str]
) -> None:
    path = qpsk_folder / "encoder.onnx"
    whole = path.read_bytes()
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        content = {"empty": b"", "truncated": whole[: len(whole) // 2], "text": b"hello\n"}
        path.write_bytes(content[kind])
    if command == ["models"] and kind == "missing":
        # A decoder alone is a model to look at, but no link.
        assert dlcomm_here(*command, qpsk_folder).status == 0
        return
    dlcomm_here(*command, qpsk_folder).assert_one_line(2, str(qpsk_folder))


def test_a_broken_model_in_the_list(
    dlcomm_here: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "encoder.onnx").write_bytes(b"hello")
    monkeypatch.setenv("DLCOMM_MODEL_PATH", str(tmp_path))
    outcome = dlcomm_here("models")
    assert outcome.status == 1
    assert "hamming_7_4_hard" in outcome.out
    assert [line.split(":")[1].strip() for line in outcome.err.splitlines()] == [
        "broken",
        "error",
    ]
