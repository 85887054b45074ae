# One command per habit; CI calls these and nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
export PYTHONNOUSERSITE = 1

.PHONY: demo test test-minimum fuzz lint bench clean

demo: .venv/.installed
	$(BIN)/textvec similar "how do bees make honey" corpora/paragraphs.jsonl --stop-words english --table -k 5
	$(BIN)/python examples/spam.py
	$(BIN)/python examples/sentiment.py

test: .venv/.installed-test
	$(BIN)/python -m pytest -n 2

test-minimum: .venv-minimum/.installed
	.venv-minimum/bin/python -m pytest -n 2

# make fuzz SECONDS=1200 searches for faults; make fuzz SEED=saved_indexes:17 repeats one that was found.
fuzz: .venv/.installed-test
	PYTHONPATH=tests $(BIN)/python -m fuzz $(if $(SEED),--seed $(SEED),--seconds $(or $(SECONDS),60))

lint: .venv/.installed-test .venv/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.installed-bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .venv-minimum build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Marker files say what is installed; a newer pyproject.toml makes them stale.
.venv/bin/python:
	$(PYTHON) .ci/make_venv.py .venv

.venv/.installed: .venv/bin/python pyproject.toml
	$(INSTALL) --editable .
	touch $@

.venv/.installed-%: .venv/bin/python pyproject.toml
	$(INSTALL) --editable ".[$*]"
	touch $@

# The oldest versions that pyproject.toml allows.
.venv-minimum/.installed: pyproject.toml .ci/minimum.py
	rm -rf .venv-minimum
	$(PYTHON) .ci/make_venv.py .venv-minimum
	$(PYTHON) .ci/minimum.py pyproject.toml > .venv-minimum/constraints.txt
	.venv-minimum/bin/python -m pip install --quiet --disable-pip-version-check --editable ".[test]" \
		--constraint .venv-minimum/constraints.txt
	touch $@
