#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Build the C++ tests and what they test with the address and undefined-behaviour
# sanitizers in build-sanitize/, and run them. Any finding is a failure.
set -euo pipefail
# shellcheck source=scripts/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"

unset MAKEFLAGS MFLAGS MAKELEVEL
sanitize_dir=$repo_root/build-sanitize
libraries=("$venv_dir"/lib/python3*/site-packages/onnxruntime/capi/libonnxruntime.so.1.*)

# One target per test file, as lib/CMakeLists.txt and soapy/CMakeLists.txt name them.
targets=()
for file in "$repo_root"/lib/qa_*.cc "$repo_root"/lib/*/qa_*.cc "$repo_root"/soapy/qa_*.cc; do
    targets+=("$(basename "$file" .cc)")
done

say "sanitizers: configuring"
logged sanitize_configure cmake -S "$repo_root" -B "$sanitize_dir" \
    -DCMAKE_BUILD_TYPE=RelWithDebInfo -DENABLE_PYTHON=OFF \
    -DCMAKE_CXX_FLAGS="-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer" \
    -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1" \
    -DOnnxRuntime_LIBRARY="${libraries[0]}" ||
    fail "cmake could not configure the sanitizer build"
say "sanitizers: compiling"
logged sanitize_build cmake --build "$sanitize_dir" --parallel "$(nproc)" \
    --target "${targets[@]}" || fail "the sanitizer build failed"
say "sanitizers: C++ tests"
export GR_DONT_LOAD_PREFS=1 VOLK_GENERIC=1
ctest --test-dir "$sanitize_dir" --output-on-failure --no-tests=error -R '^qa_'
