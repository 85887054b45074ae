"""Lists of named tuples: a list in every respect, and tables to look at."""

import copy
import pickle
from typing import NamedTuple

import numpy as np
import pytest

from textvec._common.records import Records, Tabular, cut, snippet


class Fruit(NamedTuple):
    name: str
    weight: float
    number: int


class Fruits(Records[Fruit]):
    _head = ("name", "weight", "number")
    _texts = frozenset({0})
    _what = ("fruit", "fruits")


@pytest.fixture
def fruits():
    return Fruits([Fruit("apple", 0.25, 3), Fruit("<b>\x1b[1m", -1.0, 12)])


def test_is_a_list(fruits):
    assert fruits == [("apple", 0.25, 3), ("<b>\x1b[1m", -1.0, 12)]
    assert isinstance(fruits[0], Fruit)
    assert isinstance(fruits[:1], Fruits)
    assert fruits[:1] == [fruits[0]]
    for again in (copy.copy(fruits), copy.deepcopy(fruits), pickle.loads(pickle.dumps(fruits))):
        assert isinstance(again, Fruits)
        assert again == fruits
    with pytest.raises(IndexError):
        fruits[2]


def test_prints_as_a_table(fruits):
    assert repr(fruits).splitlines() == [
        "Fruits(2)",
        "  name      weight  number",
        "  apple     0.2500       3",
        "  <b>\ufffd[1m  -1.0000      12",
    ]
    assert repr(Fruits()) == "Fruits(0)"


def test_many_and_long_ones_are_cut():
    many = Fruits([Fruit("apple " * 30, 1.0, i) for i in range(1021)])
    lines = repr(many).splitlines()
    assert len(lines) == 1 + 1 + 20 + 1
    assert max(map(len, lines)) <= 80
    assert lines[-1] == "  and 1,001 more fruits"
    page = many._repr_html_()
    assert page.count("<tr>") == 1 + 20 + 1
    assert "and 1,001 more fruits" in page
    assert "and 1 more fruit<" in many[:21]._repr_html_()
    assert "more" not in many[:20]._repr_html_() + repr(many[:20])


def test_in_a_notebook(fruits):
    page = fruits._repr_html_()
    assert ">2 fruits</caption>" in page
    assert '<th scope="col">weight</th>' in page
    assert "&lt;b&gt;" in page
    assert "<b>" not in page
    assert "\x1b" not in page


def test_tables(fruits):
    assert fruits.to_dicts()[0] == {"name": "apple", "weight": 0.25, "number": 3}
    assert fruits.to_pandas().to_dict("records") == fruits.to_dicts()


def test_columns_of_a_table_without_rows():
    class Named(Tabular, list):
        def _columns(self):
            return ["a", "b"]

    assert list(Named().to_pandas().columns) == ["a", "b"]
    assert list(Fruits().to_pandas().columns) == []


def test_cells():
    assert snippet(np.array(["two", "words"])) == snippet(("two", "words")) == "two words"
    assert snippet("a \n b") == "a b"
    assert snippet("x" * 71) == "x" * 67 + "..."
    assert cut("  a" * 40) == ("  a" * 40)[:77] + "..."
