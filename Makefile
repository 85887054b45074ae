# One command per habit; CI calls these and nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
export PYTHONNOUSERSITE = 1

.PHONY: demo test lint bench clean

# The environment is made once for each set of extras; a marker file newer than pyproject.toml says it is there.
.venv/bin/python:
	$(PYTHON) -m venv .venv || { echo "venv is missing: on Debian, apt-get install python3-venv" >&2; exit 1; }

.venv/.installed-%: .venv/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[$*]"
	touch $@

demo: .venv/.installed-all
	$(BIN)/textvec similar "how do bees make honey" corpora/paragraphs.jsonl --stop-words english --table -k 5
	$(BIN)/python examples/spam.py

test: .venv/.installed-test
	$(BIN)/python -m pytest -n 2

lint: .venv/.installed-test .venv/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/.installed-bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
