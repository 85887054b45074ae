"""Rows of tables in the place of documents are refused; honest lists of words are not."""

import csv
import io
import sqlite3
from collections import namedtuple
from dataclasses import dataclass

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from textvec import CosineIndex, CountVectorizer, HashingVectorizer, SequenceEncoder, Tokenizer, Tokens

TEXTS = ["the food is good", "ok", "pizza is great", "not good at all"]
TITLES = ["food", "reply", "pizza", "review"]
FRAME = pd.DataFrame({"title": TITLES, "text": TEXTS})
Review = namedtuple("Review", "title text")


@dataclass
class Message:
    title: str
    text: str


def database():
    connection = sqlite3.connect(":memory:")
    connection.execute("create table reviews (title, text)")
    connection.executemany("insert into reviews values (?, ?)", zip(TITLES, TEXTS, strict=True))
    return connection


def rows_of_database():
    connection = database()
    connection.row_factory = sqlite3.Row
    return connection.execute("select title, text from reviews").fetchall()


TABLES = {
    "records": lambda: FRAME.to_records(index=False),
    "list of records": lambda: list(FRAME.to_records(index=False)),
    "structured": lambda: np.array(list(zip(TITLES, TEXTS, strict=True)), [("title", "U9"), ("text", "U20")]),
    "itertuples": lambda: FRAME.itertuples(index=False),
    "list of itertuples": lambda: list(FRAME.itertuples()),
    "plain itertuples": lambda: FRAME.itertuples(index=False, name=None),
    "one column of tuples": lambda: FRAME[["text"]].itertuples(index=False, name=None),
    "namedtuples": lambda: [Review("a", "b"), Review("c", "d")],
    "dicts": lambda: FRAME.to_dict("records"),
    "DictReader": lambda: csv.DictReader(io.StringIO(FRAME.to_csv(index=False))),
    "csv.reader": lambda: csv.reader(io.StringIO(FRAME.to_csv(index=False, header=False))),
    "sqlite3.Row": rows_of_database,
    "sqlite3": lambda: database().execute("select title, text from reviews"),
    "sqlite3, one column": lambda: database().execute("select text from reviews").fetchall(),
    "dataclasses": lambda: [Message("a", "b")],
    "values": lambda: FRAME.values,
    "values.tolist": lambda: FRAME.values.tolist(),
    "values.tolist, one column": lambda: FRAME[["text"]].values.tolist(),
    "list(values)": lambda: list(FRAME[["text"]].values),
    "zip": lambda: zip(TITLES, TEXTS, strict=True),
    "zip of one": lambda: zip(TEXTS, strict=True),
    "items": lambda: dict(zip(TITLES, TEXTS, strict=True)).items(),
    "pandas": lambda: FRAME,
    "polars": lambda: pl.DataFrame(FRAME.to_dict("list")),
    "polars.rows": lambda: pl.DataFrame(FRAME.to_dict("list")).rows(),
    "Arrow table": lambda: pa.table(FRAME.to_dict("list")),
    "Arrow batch": lambda: pa.RecordBatch.from_pydict(FRAME.to_dict("list")),
    "Arrow struct": lambda: pa.array(FRAME.to_dict("records")),
    "Arrow lists of one": lambda: pa.array([[text] for text in TEXTS]),
    "polars lists of one": lambda: pl.Series([[text] for text in TEXTS]),
    "Series of rows": lambda: pd.Series(FRAME.values.tolist()),
    "bytearray": lambda: bytearray(b"text"),
    "mapping": lambda: {"text": TEXTS},
}


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "take",
    [
        CountVectorizer().fit_transform,
        CountVectorizer(missing="empty").fit_transform,
        HashingVectorizer().transform,
        SequenceEncoder().fit,
        Tokenizer().transform,
        CosineIndex().fit,
    ],
    ids=lambda take: type(take.__self__).__name__,
)
def test_tables_are_refused_with_the_way_out(table, take):
    with pytest.raises((ValueError, TypeError), match=r"(Pass|Put|of type struct|An index holds texts)"):
        take(TABLES[table]())


HONEST = {
    "words": [["the", "food"], ["good"]],
    "one word each": [["food"], ["good"], ["pizza"]],
    "one name": [["food"], ["good"], ["new york"]],
    "names in pairs": [["new york", "city"], ["san francisco", "bay"]],
    "phrases and words": [["food", "in the end of it"], ["good"]],
    "one document": [["the end of it", "food"]],
    "one document of one name": [["new york"]],
    "spaces": [["  ", "a"], ["\n\n", "b"]],
    "empty": [[], [], ["a"]],
    "tuples": [("a", "b"), ("b", "c")],
    "arrays": [np.array(["a", "b"]), np.array(["b"])],
}


@pytest.mark.parametrize("lists", HONEST.values(), ids=HONEST)
def test_honest_lists_of_words_are_taken(lists):
    expected = Tokens.from_lists(lists)
    for documents in (lists, iter(lists), pa.array([list(words) for words in lists], pa.list_(pa.string()))):
        assert Tokenizer().transform(documents) == expected


def test_the_way_out():
    rows = FRAME[["text"]].values.tolist()
    with pytest.raises(ValueError, match=r"rows of 1 text, the first \['the food is good'\].*Tokens\.from_lists"):
        CountVectorizer().fit(rows)
    assert CountVectorizer().fit([row[0] for row in rows]).vocabulary_.keys() >= {"food", "pizza"}
    assert CountVectorizer().fit(Tokens.from_lists(rows)).vocabulary_.keys() == set(TEXTS)
    with pytest.raises(ValueError, match=r"fields title, text\. .*row\['text'\] for row in rows"):
        CountVectorizer().fit(FRAME.itertuples(index=False))


def test_one_column_is_that_column():
    expected = CountVectorizer().fit_transform(TEXTS)
    for table in (
        FRAME[["text"]].to_records(index=False),
        np.array([(text,) for text in TEXTS], [("text", "U20")]),
        FRAME[["text"]],
        FRAME[["text"]].values,
        pa.table({"text": TEXTS}),
    ):
        assert (CountVectorizer().fit_transform(table) != expected).nnz == 0


@pytest.mark.parametrize(
    "texts",
    [
        map(np.str_, TEXTS),
        np.array(TEXTS),
        [type("Text", (str,), {})(text) for text in TEXTS],
        [text.encode() for text in TEXTS],
        dict(enumerate(TEXTS)).values(),
        dict.fromkeys(TEXTS).keys(),
        np.array(TEXTS, np.dtypes.StringDType()) if hasattr(np.dtypes, "StringDType") else TEXTS,
    ],
    ids=lambda texts: type(texts).__name__,
)
def test_texts_are_taken_whatever_holds_them(texts):
    assert (CountVectorizer().fit_transform(texts) != CountVectorizer().fit_transform(TEXTS)).nnz == 0


def test_functions_take_rows():
    vectorizer = CountVectorizer(preprocessor=lambda row: row["text"])
    assert vectorizer.fit_transform(FRAME.to_dict("records")).shape[0] == 4
