# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
# shellcheck shell=bash
#
# What every set-up step shares: where things are, and how it talks to the person.
# Sourced, never run.

# shellcheck disable=SC2034  # read by the scripts that source this file
repo_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
venv_dir=$repo_root/.venv
deps_dir=$repo_root/.deps
build_dir=$repo_root/build
log_dir=$build_dir/logs
# GNU Radio's Python modules belong to the distribution's interpreter; another
# python3 may come first on PATH, so it is always named in full.
system_python=/usr/bin/python3

# say TEXT: one short line about the step that begins.
say() { printf '==> %s\n' "$*"; }

# fail TEXT: one line on standard error, then end the script.
fail() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# logged NAME COMMAND...: run COMMAND with its output in build/logs/NAME.log.
# Returns the command's status; on failure the end of the log is shown.
logged() {
    local log=$log_dir/$1.log status=0
    shift
    mkdir -p "$log_dir"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 30 "$log" >&2
        printf '(whole log: %s)\n' "${log#"$repo_root"/}" >&2
    fi
    return "$status"
}
