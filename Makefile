# DeviceHub. "make run" starts a demo shop from a fresh clone; "make help" tells the rest.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PORT ?= 8000
# Where the shop keeps its data, as its settings read it.
VAR := $(or $(VAR_DIR),var)
export PORT
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
STATIC_SOURCES := $(shell find static -type f 2>/dev/null)
# Wheels with known hashes only; where they come from is the machine's own business.
PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all:

.PHONY: help run dev test quick-test prove prove-long lint lock pictures screenshots clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/installed $(VAR)/static/collected ## Start the demo shop with its worker on http://127.0.0.1:$(PORT)
	@$(BIN)/python manage.py prepare
	@exec $(BIN)/python -m devicehub.serve web worker

dev: export SHOP_MODE := development
dev: .venv/installed-dev ## Start with reload and debug toolbar
	@$(BIN)/python manage.py prepare
	@exec $(BIN)/python -m devicehub.serve development worker

test: lint ## All checks and all tests
	$(BIN)/pytest -n 2 --dist worksteal

quick-test: .venv/installed-dev ## The tests without servers and browsers
	$(BIN)/pytest -n 2 -m "not postgres and not redis and not browser and not server"

prove: .venv/installed-dev ## Race, kill, cut off and fill up real shops: the promises of docs/proof.md
	$(BIN)/python -m proof

prove-long: .venv/installed-dev ## The same for an hour, and keep the table
	$(BIN)/python -m proof --long --write docs/proof.md

lint: .venv/installed-dev ## Style, types, imports, templates, migrations, settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --target-version 5.2 --check $$(git ls-files 'templates/*.html')
	$(BIN)/mypy
	PYTHONPATH=. $(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/python manage.py makemigrations --check --dry-run
	ENV_FILE=/dev/null SHOP_MODE=production SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_hex(50))") \
	  ALLOWED_HOSTS=shop.example DATABASE_URL=sqlite:///var/check.sqlite3 \
	  SHOP_STREET=Street SHOP_POSTCODE=10115 SHOP_CITY=City SHOP_VAT_NUMBER=DE123456788 SHOP_IBAN=DE02120300000000202051 \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

lock: .venv/installed-dev ## Lock the newest allowed versions (needs the package index)
	for name in requirements requirements-dev requirements-prod; do \
	  $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --no-emit-find-links --no-emit-index-url --no-strip-extras \
	    --only-binary :all: --python-version 3.11 $$name.in -o $$name.txt; \
	done

pictures: .venv/installed ## Draw the demo's pictures that are missing or drawn by another script now
	cd demo/pictures && ../../$(BIN)/python draw.py

screenshots: .venv/installed-dev ## Take the pictures in docs/screenshots of a demo shop of their own (needs Chromium)
	$(BIN)/python demo/screenshots.py

clean: ## Remove the demo shop's data, the environment and all caches
	rm -rf var .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11")'
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	@echo "Installing the shop's libraries ..."
	$(PIP_INSTALL) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Installing libraries for development ..."
	$(PIP_INSTALL) -r requirements-dev.txt
	@touch .venv/installed $@

$(VAR)/static/collected: .venv/installed $(STATIC_SOURCES)
	@echo "Collecting static files ..."
	@$(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@touch $@
