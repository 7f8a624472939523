# The commands for development. `make` alone lists them.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
RUNTIME := .venv/.runtime
WORKSHOP := .venv/.workshop
# Python compiles what pip installed on all cores; pip itself would use one.
PIP_INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-compile -r
TRANSLATIONS := supporters/translations
COPIES := build/static
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/*.po))

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
LINTERS := mypy formatted ruff imports dependencies templates
.PHONY: help install run test faults proofs drill check $(LINTERS) bench format messages lock sbom release audit vendor territory

help: ## List these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

install: $(RUNTIME) $(CATALOGUES) $(COPIES) ## Install or update the program, without the tools of development
	@$(COMPILE_PYTHON) supporters app.py

# The sample party offers every language. With a name of your own, its words are yours as well.
run: export SUPPORTERS_LANGUAGES ?= fr,en,de,es,it
ifndef SUPPORTERS_PARTY_NAME
run: export SUPPORTERS_PARTY_NAME_OF_FR ?= du Parti de l’Exemple
run: export SUPPORTERS_PARTY_NAME_OF_EN ?= of Parti de l’Exemple
run: export SUPPORTERS_PARTY_NAME_OF_DE ?= des Parti de l’Exemple
run: export SUPPORTERS_PARTY_NAME_OF_ES ?= del Parti de l’Exemple
run: export SUPPORTERS_PARTY_NAME_OF_IT ?= del Parti de l’Exemple
endif
run: install ## Start everything on this machine, with sample data and a mailbox at /dev/inbox
	@exec $(BIN)/flask develop $(ARGS)

# A process of pytest-xdist runs whole files, in the order of the tree: they share what a file makes.
BY_FILES := --numprocesses auto --dist loadfile --no-loadscope-reorder
# The tests rewrite their asserts: 6 s, if Python may not keep the compiled files. They start
# hundreds of processes of ours as well.
test faults proofs bench drill: export PYTHONDONTWRITEBYTECODE :=
run bench drill: export SUPPORTERS_ENV := development

test: $(WORKSHOP) $(CATALOGUES) ## Run all tests; ARGS="tests/signup -x" for some of them
	@tests/system-packages age prometheus chromium-headless-shell faketime libatomic1 fonts-dejavu-core fonts-yanone-kaffeesatz
	@$(COMPILE_PYTHON) supporters app.py
	@$(BIN)/pytest $(BY_FILES) --durations 10 $(ARGS)

faults: $(WORKSHOP) $(CATALOGUES) ## Run the long form of the fault, history and upgrade tests, and write docs/faults.txt
	@tests/system-packages faketime
	@$(COMPILE_PYTHON) supporters app.py
	@FAULTS_FORM=long FAULTS_TABLE=docs/faults.txt \
	  $(BIN)/pytest --numprocesses auto --dist worksteal $(or $(ARGS),tests/faults tests/properties tests/backup/upgrades)

proofs: $(WORKSHOP) $(CATALOGUES) ## Try the attacks by a keeper, and write docs/proofs.txt
	@$(COMPILE_PYTHON) supporters app.py
	@PROOFS_TABLE=docs/proofs.txt \
	  $(BIN)/pytest --numprocesses auto --dist worksteal tests/audit/keeper/test_keeper_attacks.py

drill: $(WORKSHOP) $(CATALOGUES) ## Run the drill of operations, and write its table; ARGS=--short for a short form
	@tests/system-packages age nginx-light openssl
	@$(COMPILE_PYTHON) supporters app.py
	@PYTHONPATH=. $(BIN)/python -m benchmarks.drill $(ARGS)

check: $(WORKSHOP) ## Run the linters: ruff, mypy, import-linter, deptry, djlint
	@$(MAKE) --no-print-directory --jobs 2 --output-sync $(LINTERS)
	@echo "No linter found a fault."

# They run at the same time; mypy takes longest, and begins first.
$(LINTERS): $(WORKSHOP)
mypy:
	@$(BIN)/mypy --no-error-summary
formatted:
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted. Run: make format"; exit 1; }
ruff:
	@$(BIN)/ruff check --quiet .
imports:
	@$(BIN)/lint-imports --no-logo > .venv/imports.txt || { cat .venv/imports.txt; exit 1; }
dependencies:
	@$(BIN)/deptry . > .venv/dependencies.txt 2>&1 || { cat .venv/dependencies.txt; exit 1; }
templates:
	@$(BIN)/djlint templates --lint --quiet

bench: $(WORKSHOP) $(CATALOGUES) ## Run the benchmarks; ARGS=name for one of them
	@$(COMPILE_PYTHON) supporters app.py
	@set -e; for file in benchmarks/$(or $(ARGS),[a-z]*).py; do \
	  echo "== $$file"; PYTHONPATH=. $(BIN)/python "$$file"; done

format: $(WORKSHOP) ## Format the code
	@$(BIN)/ruff check --quiet --fix-only .
	@$(BIN)/ruff format --quiet .

messages: $(WORKSHOP) ## Collect the strings to translate, and compile the translations
	@$(BIN)/pybabel --quiet extract --mapping-file babel.cfg --keyword lazy_gettext \
	  --no-location --sort-output --project supporters --output-file $(TRANSLATIONS)/messages.pot .
	@$(BIN)/pybabel --quiet update --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date \
	  --input-file $(TRANSLATIONS)/messages.pot --output-dir $(TRANSLATIONS) --locale fr
	@$(BIN)/python -m tests.public_texts --write > /dev/null || true  # they may still lack words
	@$(BIN)/pybabel --quiet compile --directory $(TRANSLATIONS) --domain "messages party"

lock: $(WORKSHOP) ## Update both locks to the newest versions (with Python 3.11, the oldest that we support)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "The locks need Python 3.11. Run: rm -r .venv && make lock PYTHON=python3.11"; exit 1; }
	@$(COMPILE) --output-file requirements.lock pyproject.toml
	@$(COMPILE) --extra workshop --constraint requirements.lock \
	  --output-file requirements-workshop.lock pyproject.toml

vendor: ## Make static/vendor again from the locked packages (needs npm; the site doesn't)
	@contrib/vendor/make

territory: $(RUNTIME) ## Make the table of postcodes and communes again from its locked package (needs npm; the site doesn't)
	@PYTHON=$(BIN)/python contrib/territory/make

sbom: $(WORKSHOP) ## Write the bill of materials (CycloneDX) of the program to build/sbom.json
	@mkdir -p build
	@PYTHONWARNINGS=ignore $(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible \
	  --output-format JSON --output-file build/sbom.json requirements.lock
	@echo "Written: build/sbom.json"

release: $(WORKSHOP) ## Make the files of a release in dist/, the same bytes each time; KEY=path signs them with minisign
	@$(BIN)/python contrib/release/make_release.py dist $(if $(KEY),--key "$(KEY)")

audit: $(WORKSHOP) ## Look for known holes in the packages of the program (asks the public package index)
	@$(BIN)/python -m tests.known_holes build/audit.json

# A lock has no index address: each machine may use another index.
COMPILE := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --upgrade --generate-hashes \
  --allow-unsafe --strip-extras --no-emit-options --no-emit-index-url --no-emit-trusted-host \
  --no-emit-find-links

# Compiles at the installation. A service may write to the instance folder only, so it can't store
# compiled files: each start would compile again.
COMPILE_PYTHON := $(BIN)/python -m compileall -q

# A new lock gets a new environment, so that only the packages in the lock are installed.
$(RUNTIME): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Python 3.11 or newer is needed: make PYTHON=python3.11 ..."; exit 1; }
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tests/system-packages python3-venv
	@test ! -L .venv || { echo ".venv is a link: installing would empty another folder's. Run: rm .venv"; exit 1; }
	@echo "Installing into .venv"
	@$(PYTHON) -m venv --clear .venv
	@$(PIP_INSTALL) requirements.lock
	@$(COMPILE_PYTHON) -j 0 .venv/lib || true  # some packages have files for other Python versions
	@touch $@

$(WORKSHOP): requirements-workshop.lock $(RUNTIME)
	@echo "Installing the tools of development into .venv"
	@$(PIP_INSTALL) requirements-workshop.lock
	@$(COMPILE_PYTHON) -j 0 .venv/lib || true
	@touch $@

# Copies of static files with hashed names, which browsers cache, and their compressed forms. No copy
# is deleted: pages that are open during an upgrade refer to the former ones.
$(COPIES): $(RUNTIME) $(shell find static -type f) supporters/web/static_bundles.py
	@$(BIN)/python -m supporters.web.static_copies
	@touch $@

%.mo: %.po $(RUNTIME)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
