#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Make ONNX Runtime's C and C++ headers available to the build.
#
# A distribution that packages them (Debian 13, Ubuntu 24.10 and newer) has them
# installed already by system_packages.sh, and nothing is done here. On an older one
# the -dev package of a newer release is fetched from the mirror that this machine's
# apt uses already and unpacked under .deps/onnxruntime. The C API is versioned, so
# headers of an older release work with the newer library of the pinned Python wheel.
#
# apt runs with state, cache and sources of its own: the system's package lists do not
# change, no right to install is needed, and signatures are checked as always.
set -euo pipefail
# shellcheck source=scripts/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"

package=libonnxruntime-dev
target=$deps_dir/onnxruntime
header=onnxruntime_c_api.h
by_hand="or unpack the headers of ONNX Runtime 1.21 into .deps/onnxruntime/include"

# Does the folder $1 hold the header somewhere below it?
holds_header() { [ -d "$1" ] && [ -n "$(find "$1" -name "$header" -print -quit)" ]; }

for folder in /usr/include/onnxruntime /usr/local/include/onnxruntime "$target"; do
    if holds_header "$folder"; then exit 0; fi
done

say "ONNX Runtime headers: none on this system, fetching $package into .deps/"

# shellcheck source=/dev/null
. /etc/os-release
case ${ID:-} in
debian) suite=trixie component=main keyring=debian-archive-keyring ;;
ubuntu) suite=resolute component=universe keyring=ubuntu-archive-keyring ;;
*) fail "no ONNX Runtime headers for '${ID:-unknown system}': install its ONNX Runtime development package, $by_hand" ;;
esac
keys=/usr/share/keyrings/$keyring.gpg
[ -r "$keys" ] ||
    fail "$keys not found, it is needed to check $package: run 'apt-get install $keyring', $by_hand"

mkdir -p "$deps_dir"
work=$(mktemp -d "$deps_dir/.onnxruntime.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{state/lists,cache/archives,download}/partial "$work/tree"

# apt as configured on this machine (proxies, certificates), but with state of its own.
private_apt() {
    apt-get -q -o Dir::State="$work/state" -o Dir::State::status=/var/lib/dpkg/status \
        -o Dir::Cache="$work/cache" -o Acquire::Languages=none -o Acquire::Retries=2 \
        -o APT::Update::Error-Mode=any -o APT::Sandbox::User="$(id -un)" "$@"
}

# The archive this machine installs its own release from, whichever way apt's sources
# are written. ('indextargets' reads both the .list and the .sources form.)
mirror=$(private_apt indextargets --no-release-info \
    --format "\$(RELEASE) \$(COMPONENT) \$(REPO_URI)" 'Identifier: Packages' |
    awk -v release="${VERSION_CODENAME:-}" '$1 == release && $2 == "main" { print $3; exit }')
[ -n "$mirror" ] ||
    fail "apt's sources name no archive for ${ID} ${VERSION_CODENAME:-}: add one, $by_hand"

printf 'deb [signed-by=%s] %s %s %s\n' "$keys" "$mirror" "$suite" "$component" >"$work/sources.list"

own_sources=(-o Dir::Etc::SourceList="$work/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null)
fetch() (
    cd "$work/download"
    private_apt "${own_sources[@]}" update && private_apt "${own_sources[@]}" download "$package"
)
logged onnxruntime_headers fetch ||
    fail "cannot fetch $package of '$suite' from $mirror: check the network, $by_hand"

dpkg-deb -x "$work"/download/"$package"_*.deb "$work/tree"
holds_header "$work/tree/usr/include" || fail "$package of '$suite' holds no $header"
rm -rf "$target"
mkdir "$target"
mv "$work/tree/usr/include" "$target/include"
