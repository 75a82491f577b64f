# Two commands matter: `make demo` and `make test`. Both set up what they need.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SPEED ?= 1
SOAK_SEED ?= 20261122
# A test that hangs shows where, and counts as failed; tests that go on for too long end.
STRICTLY := timeout --kill-after 10 12m $(BIN)/pytest -n 2 --dist load -o faulthandler_timeout=240 -o faulthandler_exit_on_timeout=true
export OMP_WAIT_POLICY ?= PASSIVE

.PHONY: help setup demo serve test soak sbom check format web extension chromium postgres lock screenshots clean

help: ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

setup: $(VENV)/.ready web/dist/.ready ## build .venv, pull the models, build the page
	@$(BIN)/sidenote models pull

$(VENV)/.ready: requirements.lock pyproject.toml
	@PYTHON=$(PYTHON) bash .ci/venv
	@touch $@

web: web/dist/.ready ## build the page
web/dist/.ready: web/package-lock.json web/vite.config.ts $(shell find web/src -type f 2>/dev/null)
	@echo "Page: packages and build"
	@cd web && npm ci --ignore-scripts --no-audit --no-fund && npm run build
	@touch $@

extension: web/dist/.ready ## build the browser extension: out/sidenote-extension.zip
	@cd web && npm run --silent build:extension
	@mkdir -p out
	@$(BIN)/python -m bench.package_extension web/dist-extension out/sidenote-extension.zip

chromium:
	@bash .ci/chromium

postgres:
	@bash .ci/postgres

demo: setup ## the whole story: a spoken visit becomes a signed note in a FHIR server
	$(BIN)/sidenote demo --speed $(SPEED)

serve: setup ## the server for people, with an invented EHR; page at http://127.0.0.1:8000/
	$(BIN)/sidenote serve --sandbox

test: setup chromium postgres ## set up and run every test
	cd web && npm run --silent test
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
	$(BIN)/pytest -q tests/prompts/test_verify.py tests/prompts/gate --cov prompts.verify --cov prompts.gate --cov-branch \
		--cov-report term:skip-covered --cov-fail-under 100

soak: setup chromium postgres ## break the server for half an hour: kills, bad lines, storms at the EHR; nothing may be lost
	$(BIN)/python -m bench.soak --seed $(SOAK_SEED) --minutes 20 --out out/soak.jsonl
	SIDENOTE_TEST_EXAMPLES=5 $(STRICTLY) --hypothesis-seed=$(SOAK_SEED) tests/app/rest/test_description.py
	SIDENOTE_STORM_SEEDS=200 SIDENOTE_TEST_KILLS=10 SIDENOTE_TEST_EXAMPLES=100 $(STRICTLY) --hypothesis-seed=$(SOAK_SEED) \
		-m fault --ignore tests/app/rest/test_description.py

sbom: $(VENV)/.ready ## write the software bill of materials to out/sbom.json
	@mkdir -p out && $(BIN)/sidenote sbom > out/sbom.json

check: $(VENV)/.ready web/dist/.ready ## lint and types, Python and TypeScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	cd web && npm run --silent check

format: $(VENV)/.ready ## rewrite the code as `make check` wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.ready ## rewrite requirements.lock from pyproject.toml
	@bash .ci/lock

screenshots: setup chromium ## redraw the pictures of the README and the guides
	$(BIN)/python -m bench.screenshots

clean: ## remove what the build made (models stay in their cache)
	rm -rf $(VENV) web/dist web/node_modules out
