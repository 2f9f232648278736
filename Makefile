# The project's commands. `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := all
PYTHON ?= python3
BIN := .venv/bin
# make ACCEPT=REASON publishes in spite of it; said for one run, so a variable of the environment does not count
ACCEPTED = $(if $(findstring command,$(origin ACCEPT)),$(patsubst %,--accept %,$(ACCEPT)))
PYTHON_FOLDERS := dbt_novoed loader novoed playground publisher reporter tests scripts

.PHONY: all
all: .venv/installed ## the main job: set up, load, build, publish
	@$(BIN)/python -m novoed run $(ACCEPTED)

.PHONY: load
load: .venv/installed ## extract where credentials are set, then load; the sample where there is nothing else
	@$(BIN)/python -m novoed refresh

.PHONY: test
test: .venv/installed-dev ## every test: Python, dbt, lint, types
	$(MAKE) --no-print-directory lint
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder
	@$(BIN)/coverage combine --quiet && $(BIN)/coverage report

.PHONY: test-faults
test-faults: .venv/installed-dev ## kill load, build and publish at 50 moments each, publish 52 samples (half an hour)
	$(BIN)/python -m pytest -m faults

.PHONY: test-spark
test-spark: .venv/installed-spark ## the same models on Spark, row for row (Java 17 or newer)
	$(BIN)/python -m pytest -m spark tests/spark

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
docs: .venv/installed ## write the docs site, data/docs/index.html, and the dictionary beside it
	@$(BIN)/python -m novoed docs

.PHONY: report
report: .venv/installed-report ## write the report as one page, data/report/index.html
	@$(BIN)/python -m novoed report

ROWS ?= 1_000_000
BENCH ?=
.PHONY: bench
bench: .venv/installed-bench ## measure load and build against others, write docs/performance.md; ROWS=10_000_000
	PYTHONPATH=scripts $(BIN)/python -m bench --rows $(ROWS) $(BENCH)

.PHONY: clean
clean: ## remove what was built in this folder, the sample too; your CSV files and extracted pages stay
	@if [ -e .venv/installed ]; then $(BIN)/python -m novoed clean-sample; fi
	@rm -rf target logs .venv *.egg-info data/published data/docs data/report data/novoed.duckdb data/novoed.duckdb.wal data/.novoed.duckdb.lock

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# The locks name every package and its hash, so nothing is resolved here.
.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; name one with: make PYTHON=python3.11" if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv .venv

.venv/installed: requirements.lock pyproject.toml | .venv/bin/python
	@echo "Setting up .venv: installing the packages of $< (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/installed-dev: requirements-dev.lock .venv/installed
	@echo "Setting up .venv: installing the tools of $< (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

.venv/installed-report: requirements-report.lock .venv/installed
	@echo "Setting up .venv: installing what the report is drawn with (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-report.lock
	@touch $@

.venv/installed-bench: requirements-bench.lock .venv/installed
	@echo "Setting up .venv: installing what $< is compared with (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-bench.lock
	@touch $@

.venv/installed-spark: requirements-spark.lock .venv/installed-dev
	@echo "Setting up .venv: installing the packages of $< (once, two minutes: Spark is large) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-spark.lock
	@touch $@
