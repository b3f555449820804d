#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# The whole set-up, each step a script of its own: system packages, ONNX Runtime's
# headers, the Python environment. Safe to repeat, quick when all is done.
#
# Usage: setup.sh run|train|test
set -euo pipefail
# shellcheck source=scripts/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

level=${1:-}
case $level in
run | train) packages='run' ;;
test) packages='test' ;;
*) fail "setup.sh: expected 'run', 'train' or 'test', found '$level'" ;;
esac

here=$repo_root/scripts/setup
"$here/system_packages.sh" "$packages"
"$here/onnxruntime_headers.sh"
"$here/python_env.sh" "$level"
