# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
"""Getting ONNX Runtime's headers, and CMake finding them and the library."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = "setup/onnxruntime_headers.sh"
SYSTEM_FOLDERS = "/usr/include/onnxruntime /usr/local/include/onnxruntime "
HEADER = "#define ORT_API_VERSION 21\n"


@pytest.fixture
def bare(machine):
    """A pretended machine whose system has no headers, whatever the real one has."""
    script = machine.tree / "scripts" / SCRIPT
    text = script.read_text()
    assert SYSTEM_FOLDERS in text
    script.write_text(text.replace(SYSTEM_FOLDERS, ""))
    return machine


def pretend_apt(machine, download: str) -> None:
    """Stand-in for apt-get with one mirror; ``download`` is what it does on download."""
    machine.stand_in(
        "apt-get",
        'echo "apt-get $*" >>"$CALLS"\n'
        ". /etc/os-release\n"
        'case "$*" in\n'
        '*indextargets*) echo "$VERSION_CODENAME main http://mirror.example/debian/" ;;\n'
        f"*download*) {download} ;;\n"
        "esac",
    )


def test_headers_that_are_there_need_nothing(bare):
    folder = bare.tree / ".deps/onnxruntime/include/onnxruntime"
    folder.mkdir(parents=True)
    (folder / "onnxruntime_c_api.h").write_text(HEADER)
    result = bare.run(SCRIPT)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert bare.called() == []


def test_unpacks_the_package_of_the_configured_mirror(bare, tmp_path):
    content = tmp_path / "package"
    (content / "DEBIAN").mkdir(parents=True)
    (content / "DEBIAN/control").write_text(
        "Package: libonnxruntime-dev\nVersion: 1\nArchitecture: all\n"
        "Maintainer: nobody <nobody@example.org>\nDescription: test\n"
    )
    (content / "usr/include/onnxruntime").mkdir(parents=True)
    (content / "usr/include/onnxruntime/onnxruntime_c_api.h").write_text(HEADER)
    package = tmp_path / "libonnxruntime-dev_1_all.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-b", content, package],
        check=True,
        capture_output=True,
    )
    pretend_apt(bare, f"/bin/cp '{package}' .")
    result = bare.run(SCRIPT)
    assert result.returncode == 0, result.stderr
    header = bare.tree / ".deps/onnxruntime/include/onnxruntime/onnxruntime_c_api.h"
    assert header.read_text() == HEADER
    assert [path.name for path in (bare.tree / ".deps").iterdir()] == ["onnxruntime"]
    # apt must not touch the system's lists, and must check signatures.
    assert all(f"Dir::State={bare.tree}" in call for call in bare.called())
    assert not any("nauthenticated" in call or "nsecure" in call for call in bare.called())


def test_no_network_names_the_package_and_leaves_nothing(bare):
    pretend_apt(bare, "echo unreachable; exit 100")
    result = bare.run(SCRIPT)
    assert result.returncode == 1
    last = result.stderr.splitlines()[-1]
    assert last.startswith("error: cannot fetch libonnxruntime-dev of ")
    assert "http://mirror.example/debian/" in last
    assert list((bare.tree / ".deps").iterdir()) == []


@pytest.fixture
def configure(repo_root, tmp_path):
    """Run CMake on a project that looks for ONNX Runtime, away from the system's own.

    Returns a function of extra environment variables and CMake arguments that gives
    the finished process.
    """
    project = tmp_path / "project"
    modules = project / "cmake/Modules"
    modules.mkdir(parents=True)
    shutil.copy(repo_root / "cmake/Modules/FindOnnxRuntime.cmake", modules)
    (project / "CMakeLists.txt").write_text(
        "cmake_minimum_required(VERSION 3.18)\n"
        "project(finder NONE)\n"
        "list(INSERT CMAKE_MODULE_PATH 0 ${PROJECT_SOURCE_DIR}/cmake/Modules)\n"
        "find_package(OnnxRuntime REQUIRED)\n"
        'message(STATUS "api=${OnnxRuntime_API_VERSION} include=${OnnxRuntime_INCLUDE_DIR} '
        'library=${OnnxRuntime_LIBRARY}")\n'
    )

    inherited = {key: value for key, value in os.environ.items() if key != "ONNXRUNTIME_ROOT"}

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [
                "cmake",
                "-S",
                str(project),
                "-B",
                str(tmp_path / "build"),
                f"-DCMAKE_MAKE_PROGRAM={shutil.which('make')}",
                "-DCMAKE_FIND_USE_CMAKE_SYSTEM_PATH=FALSE",
                "-DCMAKE_FIND_USE_SYSTEM_ENVIRONMENT_PATH=FALSE",
                *arguments,
            ],
            env={**inherited, **variables},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    run.project = project
    return run


def put_header(folder: Path) -> None:
    """Write a header that has only a version into ``folder``."""
    folder.mkdir(parents=True)
    (folder / "onnxruntime_c_api.h").write_text(HEADER)


def test_cmake_without_headers_says_what_to_do(configure):
    result = configure()
    assert result.returncode != 0
    message = " ".join(result.stderr.split())
    assert "onnxruntime_c_api.h not found: install libonnxruntime-dev" in message
    assert "scripts/setup/onnxruntime_headers.sh" in message


def test_cmake_finds_the_fetched_headers(configure):
    folder = configure.project / ".deps/onnxruntime/include/onnxruntime"
    put_header(folder)
    result = configure()
    assert result.returncode == 0, result.stderr
    assert f"api=21 include={folder.resolve()} library=\n" in result.stdout.replace(
        "cmake/Modules/../../", ""
    )


def test_cmake_finds_headers_and_library_of_a_named_root(configure, tmp_path):
    put_header(tmp_path / "root/include")
    (tmp_path / "root/lib").mkdir()
    (tmp_path / "root/lib/libonnxruntime.so").touch()
    result = configure(ONNXRUNTIME_ROOT=str(tmp_path / "root"))
    assert result.returncode == 0, result.stderr
    assert f"include={tmp_path}/root/include" in result.stdout
    assert f"library={tmp_path}/root/lib/libonnxruntime.so" in result.stdout


def test_cmake_takes_the_newest_library_of_the_wheel(configure, tmp_path):
    put_header(tmp_path / "root/include")
    capi = tmp_path / "prefix/lib/python3.11/site-packages/onnxruntime/capi"
    capi.mkdir(parents=True)
    for version in ("1.9.0", "1.32.0"):
        (capi / f"libonnxruntime.so.{version}").touch()
    result = configure(
        f"-DCMAKE_INSTALL_PREFIX={tmp_path}/prefix", ONNXRUNTIME_ROOT=str(tmp_path / "root")
    )
    assert result.returncode == 0, result.stderr
    assert f"library={capi}/libonnxruntime.so.1.32.0" in result.stdout
