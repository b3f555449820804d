#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Build, then open GNU Radio Companion with this module's blocks in its palette.
# Arguments (files to open) go to it. It runs on .venv's Python, so flowgraphs started from it do too.
set -euo pipefail
# shellcheck source=scripts/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"

[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] ||
    fail "GNU Radio Companion needs a display, and neither DISPLAY nor WAYLAND_DISPLAY is set: run it in a desktop session or with 'ssh -X'"

"$repo_root/scripts/setup/setup.sh" run
"$repo_root/scripts/setup/build.sh"

companion=$(command -v gnuradio-companion) || fail "gnuradio-companion is not on PATH"

blocks=$venv_dir/share/gnuradio/grc/blocks
export GRC_BLOCKS_PATH=$blocks${GRC_BLOCKS_PATH:+:$GRC_BLOCKS_PATH}
# Flowgraphs of SoapySDR's blocks alone find the device driver of this module, too.
modules=("$venv_dir"/lib/SoapySDR/modules*)
if [ -d "${modules[0]}" ]; then
    export SOAPY_SDR_PLUGIN_PATH=${SOAPY_SDR_PLUGIN_PATH:+$SOAPY_SDR_PLUGIN_PATH:}${modules[0]}
fi
exec "$venv_dir/bin/python" "$companion" "$@"
