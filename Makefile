# The project's commands. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := all
PYTHON ?= python3
BIN := .venv/bin
PYTHON_FOLDERS := loader novoed playground publisher tests scripts
# dbt reads the same settings as the loader: those of .env too, where there is one; an empty variable is an unset one
DBT := $(if $(wildcard .env),env $(if $(NOVOED_DATABASE),,-u NOVOED_DATABASE )$(BIN)/dotenv run --no-override -- )$(BIN)/dbt

# Of status 1 something is left to build from; not of 2 (settings) and 3 (the database cannot be used).
# The unit tests judge the code, not the data: `make test` and a plain `dbt build` run them.
.PHONY: all
all: .venv/installed ## the main job: set up, load, build, publish
	@status=0; $(BIN)/python -m novoed refresh || status=$$?; \
	if [ $$status -gt 1 ]; then exit $$status; fi; \
	echo "Building the marts and testing them (dbt build) ..."; \
	$(DBT) --log-level warn build --exclude-resource-type unit_test; \
	$(BIN)/python -m novoed publish; \
	if [ $$status -ne 0 ]; then \
		echo "Built and published, but not everything was loaded: see the messages above." >&2; exit $$status; \
	fi

.PHONY: load
load: .venv/installed ## extract where credentials are set, then load; the sample where there is nothing else
	@$(BIN)/python -m novoed refresh

.PHONY: test
test: .venv/installed-dev ## every test: Python, dbt, lint, types
	$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest

.PHONY: lint
lint: .venv/installed-dev ## look for mistakes in style and types; writes nothing
	$(BIN)/ruff check $(PYTHON_FOLDERS)
	$(BIN)/ruff format --check $(PYTHON_FOLDERS)
	$(BIN)/mypy
	$(BIN)/sqlfluff lint models tests/dbt

.PHONY: format
format: .venv/installed-dev ## put Python in the house's shape
	$(BIN)/ruff check --fix $(PYTHON_FOLDERS)
	$(BIN)/ruff format $(PYTHON_FOLDERS)

.PHONY: docs
docs: .venv/installed ## write the docs site as one page, data/docs/index.html
	@$(DBT) docs generate --static --quiet || \
		{ echo "The docs describe a built warehouse: run make first, then make docs." >&2; exit 1; }
	@mkdir -p data/docs && cp target/static_index.html data/docs/.index.html && mv data/docs/.index.html data/docs/index.html
	@echo "The docs are one page, open it in a browser: data/docs/index.html"

.PHONY: clean
clean: ## remove what was built in this folder, the sample too; your CSV files and extracted pages stay
	@rm -rf target logs .venv *.egg-info data/published data/docs data/novoed.duckdb data/novoed.duckdb.wal
	@if [ -e data/landing/.sample-institution ]; then \
		find data/landing -name 'sample-*' -delete; \
		rm data/landing/.sample-institution; \
		find data/landing -type d -empty -delete; \
	fi

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# The locks name every package and its hash, so nothing is resolved here.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one with: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@
