"""The harness tells apart what must not happen, and a seed alone repeats it."""

import random

import pytest

from fuzz import faulty
from fuzz.harness import FINDING, KINDS, REFUSED, SURVIVED, TESTS, search


def numbers_of_faults():
    """Return for each fault the number of a case that has it."""
    numbers = {}
    for number in range(1000):
        numbers.setdefault(random.Random(f"faulty:{number}").randrange(len(faulty.FAULTS)), number)
    return [numbers[fault] for fault in range(len(faulty.FAULTS))]


def test_what_must_not_happen_is_told_apart():
    numbers = numbers_of_faults()
    verdicts = list(search("faulty", numbers))
    assert [verdict.number for verdict in verdicts] == numbers
    assert [verdict.outcome for verdict in verdicts] == [SURVIVED, REFUSED] + [FINDING] * 9
    for verdict, cause in zip(verdicts, faulty.CAUSES, strict=True):
        assert verdict.cause.startswith(cause)
        assert "when repeated" not in verdict.cause
    assert "in attempt" in verdicts[5].details
    assert "Segmentation fault" in verdicts[7].details


def test_a_kind_that_cannot_be_prepared_is_no_finding(monkeypatch):
    monkeypatch.setattr("fuzz.harness.SECONDS_TO_PREPARE", 0.01)
    with pytest.raises(RuntimeError, match="could not be prepared"):
        list(search("faulty", [0]))


def test_every_module_that_has_a_kind_is_run():
    with_kinds = {path.stem for path in TESTS.glob("fuzz/*.py") if "\nKIND = " in path.read_text(encoding="utf-8")}
    assert with_kinds == {*KINDS, "faulty"}
