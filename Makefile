# Two commands matter: `make demo` and `make test`. Both build .venv first, and are safe to repeat.
# Needs Python 3.11 or newer and make; name another one with `make demo PYTHON=/path/to/python3.11`.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= $(shell for name in python3.11 python3 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& command -v "$$name" && break; done)
BIN := .venv/bin
# One thread per test worker: two workers on two cores would only wait for each other.
ONE_THREAD := OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 POLARS_MAX_THREADS=2
PYTEST := $(ONE_THREAD) $(BIN)/python -m pytest
WORKERS ?= 2

.PHONY: help demo setup setup-dev check test test-long test-data bench clean distclean

help: ## List the targets
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: setup ## Build .venv, invent a company and make its first report (in demo/)
	@$(BIN)/jixiao demo

setup: ## Build .venv with what the product needs
	@PYTHON="$(PYTHON)" .ci/setup pg

setup-dev: ## Build .venv with what tests and checks need, and find a browser
	@PYTHON="$(PYTHON)" .ci/setup pg,track,dev
	@.ci/browser

check: setup-dev ## Lint, format, types and import directions
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@echo 'docstrings: no argument is described that does not exist'
	@! $(BIN)/pydoclint --style=google --skip-checking-short-docstrings=True \
		--arg-type-hints-in-docstring=False src 2>&1 | grep -B 9 -E 'DOC10[24]'

test: check ## All checks and all tests but the two groups below
	$(PYTEST) -m "not data and not long" -n $(WORKERS) --dist loadfile

test-long: setup-dev ## Tests at full size: many kills, many clients, many steps
	$(PYTEST) -m long -n $(WORKERS) --dist loadfile

test-data: setup-dev ## Tests on the real data sets (JIXIAO_DATA, or ../shared/data)
	@$(PYTEST) tests/data -m data -n $(WORKERS) --dist loadfile \
		|| { code=$$?; [ $$code -eq 5 ] && echo "no test is marked data" || exit $$code; }

bench: ## List the benchmarks
	@for file in $$(grep -l '__main__' benchmarks/*.py || true); do \
		printf '%s\n    ' "$(BIN)/python -m benchmarks.$$(basename "$$file" .py) --data ../shared/data"; \
		head -n 1 "$$file" | tr -d '"'; done

clean: ## Remove what runs and checks leave behind
	rm -rf demo build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## Remove .venv too
	rm -rf .venv
