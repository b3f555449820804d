#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Install the missing ones of the system packages that building, running (run) and
# testing (test) need. Does nothing, and asks for no rights, when none is missing.
#
# Usage: system_packages.sh run|test
set -euo pipefail
# shellcheck source=scripts/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

# One requirement a line: names that different releases give the same thing, joined by
# '|' (the first that apt knows is taken).
# Boost, VOLK, spdlog and GMP come with gnuradio-dev.
requirements_run='gnuradio
gnuradio-dev
pybind11-dev
g++
cmake
make
pkg-config|pkgconf
python3-dev
python3-venv
libsoapysdr-dev
gir1.2-gtk-3.0
ca-certificates'
requirements_test='xvfb
soapysdr-tools
soapysdr-module-remote
soapyremote-server
dbus
avahi-daemon'
# Only some releases have these; without them onnxruntime_headers.sh steps in.
welcome='libonnxruntime-dev'

case ${1:-} in
run) requirements=$requirements_run ;;
test) requirements=$requirements_run$'\n'$requirements_test ;;
*) fail "system_packages.sh: expected 'run' or 'test', found '${1:-}'" ;;
esac

is_installed() {
    dpkg-query -W -f "\${db:Status-Status}\n" "$1" 2>/dev/null | grep -qx installed
}
# Is there a version of $1 that apt could install?
is_known() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

# Print the packages to install, one a line: for each requirement that no installed
# package meets, its first name that apt knows, or, when apt knows none, its first name.
missing_packages() {
    local requirement name names
    while read -r requirement; do
        IFS='|' read -ra names <<<"$requirement"
        for name in "${names[@]}"; do
            if is_installed "$name"; then continue 2; fi
        done
        for name in "${names[@]}" "${names[0]}"; do
            if is_known "$name"; then break; fi
        done
        printf '%s\n' "$name"
    done <<<"$requirements"
}
# Print the welcome packages that apt knows and that are not installed, one a line.
welcome_packages() {
    local name
    for name in $welcome; do
        if ! is_installed "$name" && is_known "$name"; then printf '%s\n' "$name"; fi
    done
}

command -v dpkg-query >/dev/null ||
    fail "this set-up needs Debian or Ubuntu (dpkg-query not found); elsewhere see 'Building by hand' in CONTRIBUTING.md"

mapfile -t missing < <(missing_packages)
mapfile -t extra < <(welcome_packages)
if [ "${#missing[@]}${#extra[@]}" = 00 ]; then exit 0; fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo)
    # Ask for a password only where somebody can type one.
    if [ -t 0 ]; then ask=(sudo -v); else ask=(sudo -n true); fi
    if ! command -v sudo >/dev/null || ! "${ask[@]}" 2>/dev/null; then
        if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi
        fail "missing system packages, and no right to install them; have an administrator run: apt-get install --no-install-recommends ${missing[*]}"
    fi
fi

apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"; }

say "system packages: reading the package lists"
# A broken third-party source must not stand in the way: installing decides.
logged apt_update apt update || true
# Names can be told apart now that the lists are there.
mapfile -t missing < <(missing_packages)
mapfile -t extra < <(welcome_packages)
packages=("${missing[@]}" "${extra[@]}")

# GNU Radio wants some terminal emulator, and apt's first choice is a desktop's: give it
# a small one where there is none.
if [[ " ${packages[*]} " == *' gnuradio '* ]] && ! command -v x-terminal-emulator >/dev/null; then
    packages=(xterm "${packages[@]}")
fi

say "system packages: installing ${packages[*]}"
logged apt_install apt install -y --no-install-recommends "${packages[@]}" ||
    fail "cannot install system packages: check the network and apt's sources, then run: apt-get install --no-install-recommends ${packages[*]}"
