# `make` lists the targets. PORT=8001 make up, if 8000 is taken.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
PORT ?= 8000
PYTHON3 ?= $(shell command -v python3.13 || command -v python3.12 || command -v python3.11 || command -v python3)
export PYTHONTZPATH :=

.PHONY: help setup up reset check test bench lock seed messages

help: ## these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: ## the virtualenv with the pinned packages
	@test -n "$(PYTHON3)" || { echo "alliance: python3 is missing: install it (apt-get install python3 python3-venv)." >&2; exit 1; }
	@$(PYTHON3) alliance/bootstrap.py

up: setup ## everything on this machine, with the demo world: http://127.0.0.1:8000/
	@PORT=$(PORT) exec $(PY) -m alliance.embedded up

reset: setup ## empty var/: data, uploads, logs
	@$(PY) -m alliance.embedded reset

check: setup ## the fast half of the tests: format, lint, contracts, types, templates, texts
	@$(PY) -m tests.checks

test: setup ## everything that CI runs
	@$(PY) -m tests.checks
	@$(PY) -m tests.browser.find
	@ALLIANCE_VAR=$${ALLIANCE_TEST_VAR:-var/test} ALLIANCE_PG_FSYNC=off $(PY) -m alliance.embedded run -- $(PY) -m pytest

bench: setup ## measure speed; a report, not a test
	@ALLIANCE_VAR=$${ALLIANCE_TEST_VAR:-var/bench} $(PY) -m alliance.embedded run -- $(PY) -m tests.bench

seed: setup ## make the demo world anew in a running installation
	@$(PY) -m alliance.embedded run -- $(PY) manage.py seed_demo

messages: setup ## read the translatable strings into locale/
	@$(PY) manage.py messages extract

lock: setup ## compile the pins from requirements.in and requirements/dev.in
	@.venv/bin/uv pip compile -q --generate-hashes --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links requirements.in -o requirements.txt
	@.venv/bin/uv pip compile -q --generate-hashes --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links requirements/dev.in -o requirements/dev.txt
