# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright 2026 gr-dlcomm authors
#
# Each target does its own set-up first; see scripts/ for what a step does.

.DEFAULT_GOAL := help
.PHONY: help setup setup-train build demo test grc sanitize clean
# The steps share .venv and build/, so a 'make -j' must not interleave them.
.NOTPARALLEL:

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

setup: ## install what building and running need, nothing else
	@scripts/setup/setup.sh run

setup-train: ## set up, with what training and compression need (torch)
	@scripts/setup/setup.sh train

build: setup ## set up, build, install the module into .venv
	@scripts/setup/build.sh

demo: build ## build, then measure learned and classical links: demo/ber.png
	@scripts/demo.sh

grc: ## build, then open GNU Radio Companion with the blocks in its palette
	@scripts/grc.sh

test: ## set up with what tests need, build, run every test
	@scripts/setup/setup.sh test
	@scripts/setup/build.sh
	@scripts/test.sh

sanitize: ## run the C++ tests with address and undefined-behaviour sanitizers
	@scripts/setup/setup.sh run
	@scripts/sanitize.sh

clean: ## remove what was built; keeps .venv, .deps and demo/
	rm -rf build build-sanitize
