PYTHON ?= python3
BIN := .venv/bin
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

.venv/run.stamp: pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable .
	@touch $@

.venv/dev.stamp: pyproject.toml
	test -d .venv || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --editable '.[train,heif,dev]'
	@touch $@

run: .venv/run.stamp  ## make the environment and start the editor on http://127.0.0.1:8642/
	$(BIN)/huewise serve

test: .venv/dev.stamp  ## pass the tests
	$(BIN)/pytest -n 2

check: .venv/dev.stamp  ## style, types, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: .venv/dev.stamp  ## format the code
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

browser: .venv/dev.stamp  ## the browser tests; demands Chromium
	HUEWISE_DEMAND_BROWSER=1 $(BIN)/pytest -m browser

.PHONY: help run test check fmt browser
