# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""The apt step of the set-up: what it installs, and what it says when it cannot."""

from __future__ import annotations

SCRIPT = "setup/system_packages.sh"


def pretend(machine, *, installed=(), known=(), user=0, apt_status=0) -> None:
    """Stand-ins for dpkg-query, apt-cache, apt-get and id.

    ``installed`` and ``known`` are package names ("*" stands for all); ``user`` is the
    user id; ``apt_status`` the status of apt-get.
    """

    def listed(names):
        return "|".join(names) or "-none-"

    machine.stand_in(
        "dpkg-query",
        f'case "${{@: -1}}" in {listed(installed)}) echo installed ;; *) exit 1 ;; esac',
    )
    machine.stand_in(
        "apt-cache", f'case "$2" in {listed(known)}) echo "$2 | 1.0 | mirror" ;; esac'
    )
    machine.stand_in("apt-get", f'echo "apt-get $*" >>"$CALLS"; exit {apt_status}')
    machine.stand_in("id", f"echo {user}")


def install_line(machine) -> list[str]:
    """The packages that apt-get was asked to install."""
    lines = [line for line in machine.called() if " install " in line]
    assert len(lines) == 1
    return lines[0].split("--no-install-recommends ")[1].split()


def test_nothing_missing_means_nothing_done(machine):
    pretend(machine, installed=["*"], user=1000)
    result = machine.run(SCRIPT, "test")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert machine.called() == []


def test_installs_what_is_missing(machine):
    pretend(machine, installed=["cmake", "make"], known=["*"])
    result = machine.run(SCRIPT, "run")
    assert result.returncode == 0, result.stderr
    packages = install_line(machine)
    assert {"gnuradio", "gnuradio-dev", "g++", "python3-venv"} <= set(packages)
    assert "libonnxruntime-dev" in packages
    assert not {"cmake", "make", "xvfb"} & set(packages)
    assert packages[0] == "xterm"
    assert "installing xterm gnuradio" in result.stdout


def test_keeps_a_terminal_that_is_there(machine):
    pretend(machine, known=["*"])
    machine.stand_in("x-terminal-emulator", "true")
    assert machine.run(SCRIPT, "run").returncode == 0
    assert "xterm" not in install_line(machine)


def test_tests_need_a_virtual_display(machine):
    pretend(machine, known=["*"])
    assert machine.run(SCRIPT, "test").returncode == 0
    assert "xvfb" in install_line(machine)


def test_takes_the_name_that_this_release_has(machine):
    pretend(machine, known=["pkgconf", "gnuradio"])
    assert machine.run(SCRIPT, "run").returncode == 0
    packages = install_line(machine)
    assert "pkgconf" in packages
    assert "pkg-config" not in packages
    assert "libonnxruntime-dev" not in packages


def test_either_name_installed_is_enough(machine):
    installed = "gnuradio gnuradio-dev pybind11-dev g++ cmake make pkgconf python3-dev"
    more = "python3-venv libsoapysdr-dev gir1.2-gtk-3.0 ca-certificates"
    pretend(machine, installed=f"{installed} {more}".split())
    assert machine.run(SCRIPT, "run").returncode == 0
    assert machine.called() == []


def test_without_sudo_names_packages_and_command(machine):
    pretend(machine, installed=["cmake"], known=["*"], user=1000)
    result = machine.run(SCRIPT, "run")
    assert result.returncode == 1
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("error: missing system packages, and no right to install them")
    assert "apt-get install --no-install-recommends gnuradio gnuradio-dev" in line
    assert machine.called() == []


def test_sudo_that_refuses(machine):
    pretend(machine, known=["*"], user=1000)
    machine.stand_in("sudo", 'echo "sudo $*" >>"$CALLS"; exit 1')
    result = machine.run(SCRIPT, "run")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    # Without a terminal nobody can type a password, so none is asked for.
    assert machine.called() == ["sudo -n true"]


def test_sudo_that_works(machine):
    pretend(machine, known=["*"], user=1000)
    machine.stand_in("sudo", 'echo "sudo $1" >>"$CALLS"; [ "$1" = -n ] || "$@"')
    result = machine.run(SCRIPT, "run")
    assert result.returncode == 0, result.stderr
    assert "sudo env" in machine.called()
    assert "gnuradio" in install_line(machine)


def test_only_optional_packages_missing_and_no_rights(machine):
    names = "gnuradio gnuradio-dev pybind11-dev g++ cmake make pkg-config python3-dev"
    more = "python3-venv libsoapysdr-dev gir1.2-gtk-3.0 ca-certificates"
    pretend(machine, installed=f"{names} {more}".split(), known=["*"], user=1000)
    result = machine.run(SCRIPT, "run")
    assert (result.returncode, result.stderr) == (0, "")


def test_no_network_ends_with_one_clear_line(machine):
    pretend(machine, known=["*"], apt_status=100)
    result = machine.run(SCRIPT, "run")
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("error: cannot install system packages: check the network")
    assert "gnuradio gnuradio-dev" in last


def test_other_distributions_are_told_where_to_read(machine):
    result = machine.run(SCRIPT, "run")
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "dpkg-query not found" in line
    assert "CONTRIBUTING.md" in line


def test_unknown_level(machine):
    result = machine.run(SCRIPT, "everything")
    assert result.returncode == 1
    assert "expected 'run' or 'test', found 'everything'" in result.stderr
