# Two commands matter: `make run` and `make test`. Both set up what they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps
# The build backend looks for its own program on the path.
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_NO_INPUT := 1
# Products of small matrices take longer when several threads share one, and the cores have other work.
export OPENBLAS_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.PHONY: help run test lint types imports unit soak bench fit lock clean

help:
	@echo "make run    set everything up and run Prepbot (the console without tokens)"
	@echo "make test   set everything up and run every check"
	@echo "make soak   the longer tests"
	@echo "make bench  measure speed, as ratios"
	@echo "make fit    fit the local grader anew (DATA=folder of scored answers)"
	@echo "make lock   resolve the dependencies anew"

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
		{ echo "Prepbot needs CPython 3.11, 3.12 or 3.13: make PYTHON=python3.11 run"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "Installing Prepbot (about a minute, once) …"
	@$(PIP_INSTALL) --require-hashes --requirement requirements.lock
	@$(PIP_INSTALL) --no-build-isolation --editable .
	@touch $@

$(VENV)/.test: requirements-dev.lock $(VENV)/.run
	@echo "Installing the checks …"
	@$(PIP_INSTALL) --require-hashes --requirement requirements-dev.lock
	@touch $@

run: $(VENV)/.run
	@$(BIN)/prepbot run

test: lint types imports unit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

imports: $(VENV)/.test
	$(BIN)/lint-imports

unit: $(VENV)/.test
	$(BIN)/pytest -n 2 --dist worksteal -m "not soak and not bench"

soak: $(VENV)/.test
	$(BIN)/pytest -m soak --timeout 1800

bench: $(VENV)/.test
	$(BIN)/pytest -m bench -s -q tests/benchmarks

fit: $(VENV)/.test
	$(BIN)/python -m tests.fitting $(if $(DATA),--data $(DATA))

lock: $(VENV)/.test
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --no-header --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --group dev --constraint requirements.lock --universal \
		--python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet \
		--output-file requirements-dev.lock

clean:
	rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
