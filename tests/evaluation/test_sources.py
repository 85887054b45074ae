"""Test sets in every shape they come in: the same rows, or an error that names the line."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import strategies
from textvec.evaluation._sources import number_of, read, text_of
from textvec.readers.errors import ReadError

LAYOUTS = (("word1", "word2", "similarity"), ("word1", "word2", "score"))
ROWS = [("day", "night", 4.5), ("big", "large", 9.0), ("new york", "city", 7.25)]
FRAME = pd.DataFrame(ROWS, columns=["word1", "word2", "similarity"])


def rows_of(source, layouts=LAYOUTS, **options):
    return [
        (text_of(place, a), text_of(place, b), number_of(place, c))
        for place, (a, b, c) in read(source, layouts, **options)
    ]


@pytest.fixture
def written(tmp_path):
    def write(text, encoding="utf-8", name="pairs.txt"):
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


FILES = {
    "tabs": "# a comment, with a comma\nday\tnight\t4.5\nbig\tlarge\t9.0\nnew york\tcity\t7.25\n",
    "commas": "day,night,4.5\nbig,large,9\nnew york,city,7.25",
    "header": ",word2,similarity,word1\n0,night,4.5,day\n1,large,9.0,big\n2,city,7.25,new york\n",
    "header, another name": "WORD1,Word2,Score\r\nday,night,4.5\r\n\r\nbig,large,9.0\r\nnew york,city,7.25\r\n",
    "quotes": 'word1,word2,score\n"day","night",4.5\nbig,large,9\n"new york",city,"7.25"\n',
    "a row of nothing": ",word1,word2,similarity\n0,day,night,4.5\n1,big,large,9\n2,new york,city,7.25\n3,,,\n",
}


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_files(written, kind, encoding):
    path = written(FILES[kind], encoding)
    assert rows_of(path) == rows_of(str(path)) == ROWS


def test_white_space(written):
    assert rows_of(written("day night 4.5\n#no pair\n\n big   large 9\n")) == ROWS[:2]


@pytest.mark.parametrize(
    "source",
    [
        FRAME,
        FRAME.assign(more=1)[["more", "similarity", "word2", "word1"]],
        FRAME.set_axis(["a", "b", "c"], axis=1),
        pd.concat([FRAME, pd.DataFrame([[np.nan, None, np.nan]], columns=FRAME.columns)]),
        pl.DataFrame(ROWS, schema=["word1", "word2", "similarity"], orient="row"),
        ROWS,
        iter(ROWS),
        [["word1", "word2", "score"], *map(list, ROWS)],
        np.array(ROWS, dtype=object),
    ],
    ids=lambda source: type(source).__name__,
)
def test_tables_and_lists(source):
    assert rows_of(source) == ROWS


def test_comments_are_text_where_they_may_be(written):
    path = written('sentence1,sentence2,score\n"#one\n#two",b,1\n#three,d,2\n')
    layouts = [("sentence1", "sentence2", "score")]
    assert rows_of(path, layouts, comments=False) == [("#one\n#two", "b", 1.0), ("#three", "d", 2.0)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is empty; rows of word1, word2, similarity or word1, word2, score were expected"),
        ("# only\n\n", "is empty"),
        ("word1,word2,score\n", "has the names of columns, but no rows"),
        ("a,b,1\n# c\n\nd,e\n", "Line 4 of .*pairs.txt has 2 fields where 3 were expected: d, e"),
        ("a\tb\t1\nc\td\t2\t3\n", "Line 2 of .* has 4 fields where 3"),
        ("a b 1\nc d\n", "Line 2 of .* has 2 fields"),
        ("a,b,1\nc,d,many\n", "Line 2 of .* has 'many' where a number was expected"),
        ("a,b,1\nc,d,nan\n", "Line 2 of .* has 'nan' where a number"),
        ("a,b,inf\n", "Line 1 of .* has 'inf' where a number"),
        ("a,b,1\nc,,2\n", "Line 2 of .* has '' where text was expected"),
        ("a,b\n", "must have columns that are named .* Line 1 of .* has 2 fields: a, b"),
        ("one,two,mean\na,b,1\n", "Line 1 of .* has 'mean' where a number"),
        ('a,b,1\n"c\nd,e,2\nf,g,3\n', "Line 2 of .* cannot be read as CSV: unexpected end of data"),
        ('c,"a\nb",1\n"d,"e,2\n', "Line 3 of .* cannot be read as CSV"),
    ],
)
def test_malformed_files(written, text, message):
    with pytest.raises(ReadError, match=message):
        rows_of(written(text))


def test_another_encoding(written):
    with pytest.raises(ReadError, match=r"is not UTF-8 text \(.* 0xe9\)\. Read it with its own encoding"):
        rows_of(written("café,thé,3\n", "latin-1"))


def test_no_such_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        rows_of(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("source", "error", "message"),
    [
        ([], ReadError, "The list is empty"),
        ([("a", "b", 1), ("c", "d")], ReadError, "row 1 has 2 fields where 3"),
        ([("a", None, 1)], ReadError, "row 0 has None where text"),
        ([("a", 5, 1)], ReadError, "row 0 has 5 where text"),
        ([("a", "b", None)], ReadError, "row 0 has None where a number"),
        (["abc"], TypeError, "Row 0 must be a tuple or list of fields, but it is 'abc'"),
        (5, TypeError, "A path, a DataFrame or a list of rows was expected, but int was given"),
        (FRAME[["word1", "word2"]], ReadError, "the table has 2 fields: word1, word2"),
        (FRAME.assign(word2=[np.nan, "b", "c"]), ReadError, "row 0 has nan where text"),
    ],
    ids=str,
)
def test_malformed_rows(source, error, message):
    with pytest.raises(error, match=message):
        rows_of(source)


@given(st.lists(st.tuples(strategies.words, strategies.words, st.integers()), min_size=1, max_size=5))
def test_any_text(rows):
    """Rows of text are what they were, or refused: they are never fewer without a word."""
    try:
        found = rows_of(rows)
    except ReadError:
        assert any(not word.strip() for row in rows for word in row[:2])
    else:
        assert found == [(a.strip(), b.strip(), float(c)) for a, b, c in rows]
