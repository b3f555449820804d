#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Make .venv on GNU Radio's own Python and install the pinned packages of
# requirements/LEVEL.txt into it. Does nothing when that is done already.
#
# Usage: python_env.sh run|train|test
set -euo pipefail
# shellcheck source=scripts/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# Each level includes the ones before it.
levels=(run train test)
level=${1:-}
[[ " ${levels[*]} " == *" $level "* ]] ||
    fail "python_env.sh: expected one of '${levels[*]}', found '$level'"

venv_python=$venv_dir/bin/python

# Print the hash of everything that level $1 depends on.
level_hash() {
    local file
    {
        "$system_python" -V
        for file in "${levels[@]}"; do
            cat "$repo_root/requirements/$file.txt"
            if [ "$file" = "$1" ]; then break; fi
        done
    } | sha256sum | cut -d ' ' -f 1
}
stamp_of() { printf '%s/.requirements-%s' "$venv_dir" "$1"; }

# A virtual environment of another Python (an upgraded system, a copied folder) is
# of no use: GNU Radio's modules load into the interpreter they were built for only.
venv_fits() {
    local base='import sys; print(sys.version_info[:2], sys.base_prefix)'
    [ -x "$venv_python" ] &&
        grep -qF "$venv_dir" "$venv_dir/bin/activate" &&
        grep -qx 'include-system-site-packages = true' "$venv_dir/pyvenv.cfg" &&
        [ "$("$venv_python" -c "$base" 2>/dev/null)" = "$("$system_python" -c "$base")" ]
}

if ! venv_fits; then
    say "Python: making .venv on $system_python"
    logged venv "$system_python" -m venv --clear --system-site-packages "$venv_dir" ||
        fail "cannot make .venv with $system_python: install python3-venv"
fi

stamp=$(stamp_of "$level")
if [ "$(cat "$stamp" 2>/dev/null)" = "$(level_hash "$level")" ]; then exit 0; fi

pip_install() {
    "$venv_python" -m pip install --no-input --disable-pip-version-check --quiet "$@"
}

say "Python: installing requirements/$level.txt into .venv"
logged "pip_$level" pip_install -r "$repo_root/requirements/$level.txt" ||
    fail "pip cannot install requirements/$level.txt: check the network, or name a package index in PIP_INDEX_URL"
"$venv_python" -c 'import numpy; from gnuradio import gr' ||
    fail "GNU Radio does not load in .venv: it needs the system's Python and numpy as in requirements/run.txt"

for file in "${levels[@]}"; do
    level_hash "$file" >"$(stamp_of "$file")"
    if [ "$file" = "$level" ]; then break; fi
done
