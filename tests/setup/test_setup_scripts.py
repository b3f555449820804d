# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The entry points of the set-up: Makefile, CI, GNU Radio Companion."""

from __future__ import annotations

import os
import subprocess

import pytest


def scripts_of(repo_root):
    """Every shell script that a person or the Makefile runs."""
    sourced = {"common.sh"}
    found = [path for path in (repo_root / "scripts").rglob("*.sh") if path.name not in sourced]
    return [*found, repo_root / ".ci/run"]


def test_scripts_can_be_run_and_parsed(repo_root):
    for script in scripts_of(repo_root):
        assert os.access(script, os.X_OK), f"{script} is not executable"
        text = script.read_text()
        assert text.startswith("#!/usr/bin/env bash\n"), script
        assert "\nset -euo pipefail\n" in text, script
        checked = subprocess.run(
            ["bash", "-n", str(script)], capture_output=True, text=True, check=False
        )
        assert checked.returncode == 0, checked.stderr


def test_ci_runs_every_test(repo_root):
    assert "exec make test" in (repo_root / ".ci/run").read_text()


def test_make_names_its_targets(repo_root):
    listed = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=repo_root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    targets = [line.split()[1] for line in listed.splitlines()]
    assert {"demo", "test", "grc", "build", "clean", "sanitize", "help"} <= set(targets)


def test_companion_without_a_display_is_one_clear_line(repo_root, clean_environment):
    result = subprocess.run(
        [str(repo_root / "scripts/grc.sh")],
        env=clean_environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert "needs a display" in line
    assert "DISPLAY" in line


@pytest.mark.parametrize(
    ("ctest", "sanitize", "python", "expected"),
    [(0, 0, 0, 0), (8, 0, 0, 1), (0, 1, 0, 1), (0, 0, 1, 1)],
)
def test_all_test_suites_always_run(machine, ctest, sanitize, python, expected):
    (machine.tree / ".venv/bin").mkdir(parents=True)
    machine.stand_in("ctest", f'echo "ctest $VOLK_GENERIC" >>"$CALLS"; exit {ctest}')
    machine.write_script(
        machine.tree / "scripts/sanitize.sh", f'echo "sanitize" >>"$CALLS"; exit {sanitize}'
    )
    machine.write_script(
        machine.tree / ".venv/bin/python",
        f'echo "pytest $QT_QPA_PLATFORM $*" >>"$CALLS"; echo "5 passed in 1s"; exit {python}',
    )
    result = machine.run("test.sh", "-k", "power")
    assert result.returncode == expected
    assert machine.called() == [
        "ctest 1",
        "sanitize",
        "pytest offscreen -m pytest tests -q -k power",
    ]
    assert result.stdout.splitlines()[-1] == "5 passed in 1s"


def test_demo_measures_full_and_compressed_links(machine):
    (machine.tree / ".venv/bin").mkdir(parents=True)
    machine.write_script(machine.tree / ".venv/bin/dlcomm", 'echo "$*" >>"$CALLS"')
    result = machine.run("demo.sh")
    assert result.returncode == 0, result.stderr
    (call,) = machine.called()
    assert call.startswith("ber --model=ae_7_4 --model=ae_7_4_int8 --model=ae_8_8 ")
    assert "--channel awgn --ebn0 0:8:1 --min-errors 200" in call
    assert "demo/ber.png" in result.stdout.splitlines()[-1]
