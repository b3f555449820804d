#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Run every test of the built module: the C++ ones through ctest, once more in a build
# with sanitizers, then pytest. All always run; the exit status is not 0 if one failed.
# Arguments go to pytest.
set -euo pipefail
# shellcheck source=scripts/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"

# Results must not depend on the user's GNU Radio settings or on which SIMD kernels
# VOLK prefers here, and windows must not open.
export GR_DONT_LOAD_PREFS=1 VOLK_GENERIC=1 QT_QPA_PLATFORM=offscreen

cd "$repo_root"
ctest_status=0
sanitize_status=0
pytest_status=0
say "C++ tests"
ctest --test-dir "$build_dir" --output-on-failure --no-tests=error || ctest_status=$?
"$repo_root/scripts/sanitize.sh" || sanitize_status=$?
say "Python tests"
if [ "$ctest_status" -ne 0 ]; then printf 'error: C++ tests failed, see above\n' >&2; fi
if [ "$sanitize_status" -ne 0 ]; then printf 'error: sanitizers failed, see above\n' >&2; fi
# pytest's summary stays the last line.
.venv/bin/python -m pytest tests -q "$@" || pytest_status=$?
[ "$ctest_status" -eq 0 ] && [ "$sanitize_status" -eq 0 ] && [ "$pytest_status" -eq 0 ]
