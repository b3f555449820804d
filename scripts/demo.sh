#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Measure learned links, in full precision and as int8, beside classical ones: running
# flowgraphs from 0 to 8 dB. Writes demo/ber.csv, demo/ber.json and demo/ber.png.
# A second run reads back the finished points from demo/ber.csv.
set -euo pipefail
# shellcheck source=scripts/setup/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/setup/common.sh"

models=(ae_7_4 ae_7_4_int8 ae_8_8 ae_8_8_int8 bpsk hamming_7_4)

cd "$repo_root"
mkdir -p demo
say "measuring error rates of ${models[*]}"
.venv/bin/dlcomm ber "${models[@]/#/--model=}" --channel awgn --ebn0 0:8:1 \
    --min-errors 200 --max-messages 2e7 --seed 1 \
    --csv demo/ber.csv --plot demo/ber.png --json demo/ber.json
say "the picture: demo/ber.png   the numbers: demo/ber.csv, demo/ber.json"
