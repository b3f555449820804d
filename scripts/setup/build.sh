#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Configure and build the module in build/ and install it into .venv.
set -euo pipefail
# shellcheck source=scripts/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# A make that runs this script must not hand its job settings to the one CMake runs.
unset MAKEFLAGS MFLAGS MAKELEVEL

venv_python=$venv_dir/bin/python
[ -x "$venv_python" ] || fail ".venv not found: run 'make build'"

# The library that the pinned wheel brings: the same release on every machine, whatever
# the distribution packages. FindOnnxRuntime.cmake finds the headers.
wheel=$("$venv_python" -c 'import importlib.util as u; print(u.find_spec("onnxruntime").submodule_search_locations[0])')
libraries=("$wheel"/capi/libonnxruntime.so.1.*)
[ -e "${libraries[0]}" ] || fail "no libonnxruntime.so.1.* in $wheel/capi: is the onnxruntime wheel complete?"

python_dir=lib/$("$venv_python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')/site-packages
multiarch=$("$venv_python" -c 'import sysconfig; print(sysconfig.get_config_var("MULTIARCH") or "")')

say "build: configuring"
logged configure cmake -S "$repo_root" -B "$build_dir" \
    -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_INSTALL_PREFIX="$venv_dir" \
    -DCMAKE_INSTALL_RPATH="$venv_dir/lib/$multiarch;$venv_dir/lib" \
    -DPYTHON_EXECUTABLE="$venv_python" \
    -DDLCOMM_PYTHON="$venv_python" \
    -DGR_PYTHON_DIR="$python_dir" \
    -DOnnxRuntime_LIBRARY="${libraries[0]}" ||
    fail "cmake could not configure the build"

say "build: compiling"
logged build cmake --build "$build_dir" --parallel "$(nproc)" || fail "the build failed"

say "build: installing into .venv"
logged install cmake --install "$build_dir" || fail "the module could not be installed into .venv"
