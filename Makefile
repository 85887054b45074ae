# One command per habit; CI calls these and nothing else.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
export PYTHONNOUSERSITE = 1

.PHONY: demo test test-slow test-browser test-ray test-frameworks test-minimum fuzz lint docs bench clean

demo: .venv/.installed-pretrained
	@echo
	@echo "1. Search: the paragraphs that say most about a question. Some seconds; the very"
	@echo "   first command also compiles the inner loops, once, for up to a minute."
	@echo
	$(BIN)/textvec similar "how do bees make honey" corpora/paragraphs.jsonl --stop-words english --table -k 3
	@echo
	@echo "   By meaning: what answers \"growing vegetables\" best shares no word with it."
	@echo
	$(BIN)/textvec similar "growing vegetables" corpora/paragraphs.jsonl --model sentences --table -k 1
	@echo
	@echo "2. Spam or not? 32 filters are tried, the best is measured and says why. Half a minute."
	@echo
	$(BIN)/python examples/spam.py
	@echo
	@echo "3. Good review or bad? Features and classifiers in one table. Half a minute."
	@echo
	$(BIN)/python examples/sentiment.py
	@echo
	@echo "What to try next:"
	@echo '  $(BIN)/textvec classify explain spam "You have won a prize, claim it now"'
	@echo '  $(BIN)/textvec classify predict sentiment "The food was cold" "We loved it"'
	@echo '  $(BIN)/textvec trace "You have won a prize, claim it now" --model spam --html trace.html'
	@echo '  $(BIN)/textvec map corpora/reviews.csv -o map.html --color-by label'
	@echo '  $(BIN)/textvec classify compare corpora/reviews.csv'
	@echo '  $(BIN)/textvec --help, README.md, docs/guide/classification.md'

# Two processes test at once: threads of BLAS in both would wait for each other's cores, a sixth of the time.
test: .venv/.installed-test
	OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 -m "not slow"
	@echo "Not run: the search for faults, and what takes long on real data. Before a release: make test-slow"

# What takes long on real data, from the folder that TEXTVEC_DATA names; without it, tests are skipped.
test-slow: .venv/.installed-test
	$(BIN)/python -m pytest -n 2 -m slow

# The pages that the package writes, in a real browser.
test-browser: .venv/.installed-test .venv/.installed-browser
	@command -v chromium || command -v chromium-browser || command -v google-chrome || \
		{ echo "Chromium is missing. Install it: apt-get install chromium"; exit 1; }
	TEXTVEC_BROWSER_REQUIRED=1 $(BIN)/python -m pytest tests/browser

# The tests on Ray, whose packages take a few hundred megabytes; make test skips them where it is not installed.
test-ray: .venv/.installed-test .venv/.installed-test-ray
	$(BIN)/python -m pytest -m ray tests/distributed tests/engines tests/examples

# MLflow and what retrieves from an index; make test skips these tests where the packages are not installed.
test-frameworks: .venv/.installed-test .venv/.installed-test-frameworks
	$(BIN)/python -m pytest tests/interop

test-minimum: .venv-minimum/.installed
	.venv-minimum/bin/python -m pytest -n 2

# make fuzz SECONDS=1200 searches for faults; make fuzz SEED=saved_indexes:17 repeats one that was found.
fuzz: .venv/.installed-test
	PYTHONPATH=tests $(BIN)/python -m fuzz $(if $(SEED),--seed $(SEED),--seconds $(or $(SECONDS),60))

lint: .venv/.installed-test .venv/.installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# The documentation site, without the network: open docs/_build/html/index.html. A warning is an error.
docs: .venv/.installed-docs
	$(BIN)/python -m sphinx --fresh-env --fail-on-warning --keep-going --jobs 2 --quiet docs docs/_build/html
	$(BIN)/python docs/_ext/built_links.py docs/_build/html

bench: .venv/.installed-bench
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .venv-minimum build dist docs/_build docs/api docs/gallery *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Marker files say what is installed; a newer pyproject.toml makes them stale.
.venv/bin/python:
	$(PYTHON) .ci/make_venv.py .venv

.venv/.installed: .venv/bin/python pyproject.toml
	@echo "Installing textvec and what it needs into .venv: a minute or two, mostly downloads ..."
	$(INSTALL) --editable .
	touch $@

.venv/.installed-%: .venv/bin/python pyproject.toml
	@echo "Installing textvec and its extra \"$*\" into .venv: some minutes, mostly downloads ..."
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
