"""A few cases of each kind of search, always the same; `make fuzz` tries others, and for long."""

import importlib

import pytest

from fuzz.harness import FINDING, KINDS, search


@pytest.mark.slow
@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_found(name):
    kind = importlib.import_module(f"fuzz.{name}").KIND
    verdicts = list(search(name, range(kind.short)))
    found = [verdict for verdict in verdicts if verdict.outcome == FINDING]
    assert not found, "\n".join(f"make fuzz SEED={verdict.seed}  {verdict.cause}" for verdict in found)
    assert len(verdicts) == kind.short
