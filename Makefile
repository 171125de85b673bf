# `make help` lists the targets. Everything is built once: CMake's preset release in build/release makes the
# C++ program, its tests and the Python module cv2x._core (in place, in analysis/cv2x).
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup configure build demo test unit bench validation docs lint lint-python lint-cpp tidy format clean

PYTHON ?= /usr/bin/python3
JOBS ?= $(shell nproc)
BUILD := build/release
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BUILD):$(CURDIR)/$(BIN):$(PATH)

DEMO := out/demo/a10-interchange.h5
REPORT := out/demo/report.html
DEMO_POLICIES := nearest_edge cloud local  # beside the scenario's own

CPP_FILES = $(shell git ls-files '*.cc' '*.h')

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

# --- set-up: Debian packages, Python environment -------------------------------------------------------------

build/.packages: packages.txt .ci/install-packages
	.ci/install-packages build python run
	mkdir -p build && touch $@

$(VENV)/.installed: requirements.lock pyproject.toml | build/.packages
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps --no-build-isolation --config-settings wheel.cmake=false -e .
	touch $@

setup: build/.packages $(VENV)/.installed  ## install what is missing: Debian packages, .venv with the locked requirements

# --- build ----------------------------------------------------------------------------------------------------

$(BUILD)/build.ninja: | setup
	cmake --preset release -DCV2X_PYTHON=ON -DPython_EXECUTABLE=$(CURDIR)/$(BIN)/python

configure: $(BUILD)/build.ninja

build/.packages-test: packages.txt .ci/install-packages
	.ci/install-packages test
	mkdir -p build && touch $@

build: configure  ## compile everything
	ninja -C $(BUILD) -j $(JOBS)

# --- use ------------------------------------------------------------------------------------------------------

demo: configure  ## simulate the Berlin A10 interchange with several policies: a summary, out/demo/*.h5 and out/demo/report.html
	ninja -C $(BUILD) -j $(JOBS) _core cv2x-sim
	mkdir -p $(dir $(DEMO))
	$(BIN)/cv2x run scenarios/a10-interchange/scenario.yaml -o $(DEMO)
	$(BIN)/cv2x compare scenarios/a10-interchange/scenario.yaml -q -R 1 -j $(JOBS) -o out/demo/policies $(DEMO_POLICIES:%=--policy %)
	$(BIN)/cv2x report $(DEMO) $(DEMO_POLICIES:%=out/demo/policies/%-r000.h5) -o $(REPORT)

# Both runners run, and print their own summaries, even when the first of them fails.
test: build build/.packages-test  ## all tests: C++ (unit and integration) and Python
	failed=0; \
	ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS) || failed=1; \
	$(BIN)/pytest || failed=1; \
	exit $$failed

unit: build  ## the fast tests: unit tests of C++ and Python
	failed=0; \
	ctest --test-dir $(BUILD) --output-on-failure -j $(JOBS) -L unit || failed=1; \
	$(BIN)/pytest -m 'not slow' tests/layout tests/python || failed=1; \
	exit $$failed

validation: build  ## compare with standards and literature: prints a table, out/validation/table.csv and curves
	$(BIN)/python tests/validation/table.py

bench: build  ## how fast and how small it is, ns-3's LTE beside it (about 10 minutes; LONG=1: more of it)
	! grep -q bench_ns3_lte $(BUILD)/build.ninja || ninja -C $(BUILD) -j $(JOBS) bench_ns3_lte
	$(BIN)/python tests/bench/bench.py $(if $(LONG),--long)

docs: build build/.packages-test  ## renew what documents show: reference, outputs of commands, pictures (then read them)
	$(BIN)/cv2x reference > docs/reference.md
	$(BIN)/python tests/docs/pages.py
	$(BIN)/python tests/browser/picture.py

# --- habits ---------------------------------------------------------------------------------------------------

build/.packages-lint: packages.txt .ci/install-packages
	.ci/install-packages lint
	mkdir -p build && touch $@

lint: lint-python lint-cpp  ## formatters (checking only), ruff, mypy

lint-python: $(VENV)/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

lint-cpp: build/.packages-lint
	clang-format-14 --dry-run -Werror $(CPP_FILES)

tidy: build/.packages-lint configure  ## clang-tidy over the program: takes about twenty minutes
	.ci/tidy $(BUILD) $(JOBS)

format: build/.packages-lint $(VENV)/.installed  ## format C++ and Python in place
	clang-format-14 -i $(CPP_FILES)
	$(BIN)/ruff check -q --fix-only
	$(BIN)/ruff format -q

clean:  ## remove what was built (not .venv, not out/)
	rm -rf build analysis/cv2x/_core*.so .mypy_cache .ruff_cache .pytest_cache
