# Everything a user or a contributor runs. `make help` lists it.
PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check
RUN ?= pytest -n 2 --dist loadfile
export PIP_CONSTRAINT = constraints.txt

.PHONY: help setup demo demo-check test check coverage docs wheel-check bench clean

help:           ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(INSTALLED)  ## Create .venv with the pinned dependencies and the command .venv/bin/weft

$(INSTALLED): pyproject.toml constraints.txt $(wildcard frontend/*.js frontend/*.json frontend/build.py)
	@echo "setting up .venv (once; about a minute)" >&2
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Weft needs Python 3.11 or newer: make PYTHON=python3.12")'
	@$(PYTHON) -m venv .venv
	@$(PIP) install --quiet --editable '.[dev,docs,mcp]'
	@$(BIN)/python frontend/build.py || true  # without Node the pages do without scripts
	@touch $@

demo: $(INSTALLED)  ## Harvest the bundled sample, build a release, serve it on port 8080
	$(BIN)/weft demo

demo-check: $(INSTALLED)  ## The demo once through, asked and stopped again; prints the answers
	@$(BIN)/python tests/demo_check.py

test: $(INSTALLED)  ## Run the tests
	@$(BIN)/python -m $(RUN) -q

check: $(INSTALLED)  ## Format, lint, types, direction of imports
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

coverage: $(INSTALLED)  ## Run the tests and say which lines no test reaches
	@$(MAKE) --no-print-directory test RUN='$(RUN) --cov --cov-report='
	@$(BIN)/coverage report --skip-covered

docs: $(INSTALLED)  ## Build the documentation site into build/docs
	@$(BIN)/python -m sphinx -q -W --keep-going docs build/docs && echo build/docs/index.html

wheel-check: $(INSTALLED)  ## Build a wheel, install it into an empty environment, run its demo
	@PYTHON=$(PYTHON) bash tests/wheel_check.sh

bench: $(INSTALLED)  ## Measure the pipeline on generated records
	@$(BIN)/python -m benchmarks

clean:          ## Remove what the other targets made
	rm -rf .venv search/static/built frontend/node_modules build dist data/demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage
