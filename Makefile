# Everything happens in .venv; a second call of any target adds no set-up time.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: run test check bench lint types format snapshots screenshots clean

run: $(VENV)/.installed ## open the program
	@$(BIN)/tutor

test: $(VENV)/.developer ## run the whole test suite
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

check: $(VENV)/.developer lint types test ## what has to hold before a change lands
	@$(BIN)/tutor course check

lint: $(VENV)/.developer
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache

types: $(VENV)/.developer
	@$(BIN)/mypy

bench: $(VENV)/.developer ## speed, as ratios inside one run
	@$(BIN)/python -m tests.bench

format: $(VENV)/.developer
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format --quiet .

snapshots: $(VENV)/.developer ## take the pictures of the screens anew; look at each before committing it
	@$(BIN)/python -m pytest tests/ui --snapshot-update

screenshots: $(VENV)/.developer ## take the README's pictures anew, with the real engine
	@$(BIN)/python -m tests.screenshots

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("tutor needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Name one: make PYTHON=python3.12 run")'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python pyproject.toml constraints.txt
	@echo "Setting up .venv: PyTorch is large, so the first time takes a few minutes."
	@$(PIP) --editable .
	@touch $@

$(VENV)/.developer: $(VENV)/.installed
	@$(PIP) --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache
