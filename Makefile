PYTHON ?= python3
BIN := .venv/bin
TYPESCRIPT := typescript@5.9
.DEFAULT_GOAL := help

help:  ## list the targets
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

.venv/run.stamp: pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

.venv/dev.stamp: pyproject.toml
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check 'torch==2.13.0'
	$(BIN)/pip install --quiet --disable-pip-version-check --editable '.[train,heif,dev]'
	@touch $@

.venv/tsc.stamp: Makefile .venv/dev.stamp
	@if command -v npm >/dev/null; then npm install --silent --no-save --no-package-lock --prefix .venv/tsc $(TYPESCRIPT); \
	else echo "the page's types are not checked: npm is not installed"; fi
	@touch $@

run: .venv/run.stamp  ## make the environment and start the editor on http://127.0.0.1:8642/
	$(BIN)/huewise serve

test: .venv/dev.stamp  ## pass the tests
	$(BIN)/pytest -n 2

check: .venv/dev.stamp .venv/tsc.stamp  ## style, types (Python and the page), import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@if test -x .venv/tsc/node_modules/.bin/tsc; then .venv/tsc/node_modules/.bin/tsc -p src/huewise/server/web/jsconfig.json; fi

fmt: .venv/dev.stamp  ## format the code
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

browser: .venv/dev.stamp  ## the browser tests; demands Chromium
	HUEWISE_DEMAND_BROWSER=1 $(BIN)/pytest -m browser

golden: .venv/dev.stamp  ## write the generated pages again (docs/cli.md)
	$(BIN)/python -m tests.golden

bench: .venv/run.stamp  ## time the photo model, upsampling, rendering and the editor (with Chromium where it is found)
	for file in photo joint_upsample render editor; do $(BIN)/python benchmarks/$$file.py; done

.PHONY: help run test check fmt browser golden bench
