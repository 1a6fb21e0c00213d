# `make` lists the targets. `make up PORT=8001`, if 8000 is taken.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PY := .venv/bin/python
EMBEDDED := $(PY) -m alliance.embedded
PORT ?= 8000
DAYS ?= 400
CASES ?= 4
N ?=
# What passed once passes again; plain pytest draws anew.
SEEDS := --randomly-seed=20261124 --hypothesis-seed=20261124
BENCH = export N=$(N) ALLIANCE_VAR=var/bench DJANGO_SETTINGS_MODULE=alliance.settings.test; $(EMBEDDED) reset \
  && $(EMBEDDED) run -- bash -c '$(PY) manage.py migrate --verbosity 0 && exec $(PY) -m tests.bench "$$@"' bench
# Only the pinned tzdata counts.
export PYTHONTZPATH :=
# Where Python may leave nothing beside the sources, each of the many programs would compile
# thousands of modules anew: it remembers them elsewhere.
ifdef PYTHONDONTWRITEBYTECODE
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX ?= $(CURDIR)/var/bytecode
endif

.PHONY: help setup up reset check format test bench lock seed prove messages

help: ## these lines
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 14

setup: ## the virtualenv with the pinned packages
	@command -v python3 >/dev/null || { echo "alliance: python3 is missing: install it (apt-get install python3 python3-venv)." >&2; exit 1; }
	@python3 alliance/bootstrap.py

up: setup ## everything on this machine, with the demo world: http://127.0.0.1:8000/
	@PORT=$(PORT) exec $(EMBEDDED) up

reset: setup ## empty var/: data, uploads, logs
	@$(EMBEDDED) reset

check: setup ## the fast half of the tests: format, lint, contracts, types, templates, texts
	@$(PY) -m tests.checks

format: setup ## lay out code and templates as `make check` wants them
	@.venv/bin/ruff format -q . && .venv/bin/ruff check -q --fix .
	@find templates apps -name '*.html' -print0 | xargs -0 -r .venv/bin/djade --target-version 5.2

test: setup ## everything that CI runs
	@$(PY) manage.py messages compile
	@export CHROMIUM && CHROMIUM="$$($(PY) -m tests.browser.find)" \
	  && $(PY) -m tests.parts $(SEEDS)

bench: setup ## measure speed on fresh data; a report, not a test (bench-NAME: one of tests/bench)
	@$(BENCH)

bench-%: setup
	@$(BENCH) $*

seed: setup ## make the demo world anew in a running installation
	@$(EMBEDDED) run -- $(PY) manage.py seed_demo

prove: setup ## replay a synthetic year of handovers (DAYS, CASES) and look for broken invariants
	@export ALLIANCE_VAR=var/prove DJANGO_SETTINGS_MODULE=alliance.settings.test; $(EMBEDDED) reset \
	  && $(EMBEDDED) run -- bash -c '$(PY) manage.py migrate --verbosity 0 && exec $(PY) manage.py prove_custody --keep --days $(DAYS) --cases $(CASES)'

messages: setup ## read the translatable strings into locale/
	@$(PY) manage.py messages extract

COMPILE := .venv/bin/uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url --no-emit-find-links
lock: setup ## compile the pins from requirements.in, requirements/dev.in and requirements/uv.in
	@$(COMPILE) requirements/uv.in -o requirements/uv.txt
	@$(COMPILE) requirements.in -o requirements.txt
	@$(COMPILE) requirements/dev.in -o requirements/dev.txt
