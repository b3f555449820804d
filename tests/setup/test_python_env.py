# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The Python step of the set-up: pip runs when the requirements changed, only then."""

from __future__ import annotations

import pytest

SCRIPT = "setup/python_env.sh"


@pytest.fixture
def venv(machine):
    """A virtual environment whose pip only notes what it is asked; exits 1 when
    ``pip-fails`` exists in the tree."""
    folder = machine.tree / ".venv"
    (folder / "bin").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("include-system-site-packages = true\n")
    (folder / "bin/activate").write_text(f'VIRTUAL_ENV="{folder}"\n')
    machine.write_script(
        folder / "bin/python",
        'if [ "$1" = -m ]; then\n'
        '    echo "pip ${*: -1}" >>"$CALLS"\n'
        f"    [ ! -e '{machine.tree}/pip-fails' ] || {{ echo no such package; exit 1; }}\n"
        'elif [[ "$2" != *gnuradio* ]]; then exec /usr/bin/python3 "$@"; fi',
    )
    return folder


def pip_calls(machine) -> list[str]:
    """The last argument of each pip call, shortened to what follows the last slash."""
    return [line.rsplit("/", 1)[-1].removeprefix("pip ") for line in machine.called()]


def test_second_run_does_nothing(machine, venv):
    first = machine.run(SCRIPT, "run")
    assert first.returncode == 0, first.stderr
    assert "installing requirements/run.txt" in first.stdout
    assert pip_calls(machine) == ["run.txt"]
    second = machine.run(SCRIPT, "run")
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    assert pip_calls(machine) == ["run.txt"]


def test_running_does_not_need_torch(machine, venv):
    assert machine.run(SCRIPT, "run").returncode == 0
    assert not any("torch" in call for call in pip_calls(machine))
    assert "torch" not in (machine.tree / "requirements/run.txt").read_text()


def test_a_higher_level_includes_the_lower_ones(machine, venv):
    assert machine.run(SCRIPT, "test").returncode == 0
    calls = pip_calls(machine)
    assert calls == ["test.txt"]
    assert machine.run(SCRIPT, "run").returncode == 0
    assert machine.run(SCRIPT, "train").returncode == 0
    assert pip_calls(machine) == calls


def test_changed_requirements_are_installed(machine, venv):
    assert machine.run(SCRIPT, "run").returncode == 0
    with (machine.tree / "requirements/run.txt").open("a") as stream:
        stream.write("# changed\n")
    assert machine.run(SCRIPT, "run").returncode == 0
    assert pip_calls(machine) == ["run.txt", "run.txt"]


def test_pip_failing_is_one_clear_line_and_is_tried_again(machine, venv):
    (machine.tree / "pip-fails").touch()
    result = machine.run(SCRIPT, "run")
    assert result.returncode == 1
    assert "no such package" in result.stderr
    last = result.stderr.splitlines()[-1]
    assert last.startswith("error: pip cannot install requirements/run.txt: check the network")
    (machine.tree / "pip-fails").unlink()
    assert machine.run(SCRIPT, "run").returncode == 0


def test_unknown_level(machine):
    result = machine.run(SCRIPT, "all")
    assert result.returncode == 1
    assert "expected one of 'run train test', found 'all'" in result.stderr


def test_every_requirement_is_pinned(repo_root):
    for file in sorted((repo_root / "requirements").glob("*.txt")):
        for line in file.read_text().splitlines():
            if line and not line.startswith(("#", "-r ")):
                assert "==" in line.split(";")[0], f"{file.name}: {line}"
