import gc
import itertools
import tracemalloc

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import strategies
from textvec import Tokens
from textvec.text.chunks import in_chunks
from textvec.text.documents import as_strings
from textvec.text.tokens import as_tokens, is_tokenized

TEXTS = ["good food", "", "the Café \U0001f600", "a\x00b", "good good food", "x" * 100, "b", "c"]
LISTS = [["good", "food"], [], ["a"] * 30, ["b"], ["c"]]


def cut(items, at):
    """Return the items in lists that end at some places."""
    return [items[a:b] for a, b in itertools.pairwise([0, *at, len(items)])]


KINDS = {
    "list": list,
    "tuple": tuple,
    "generator": lambda texts: (text for text in texts),
    "numpy": lambda texts: np.array(texts, dtype=object),
    "pandas objects": lambda texts: pd.Series(texts, dtype=object),
    "pandas str": lambda texts: pd.Series(texts, dtype="str"),
    "pandas table": lambda texts: pd.DataFrame({"text": texts}),
    "polars": pl.Series,
    "polars categories": lambda texts: pl.Series(texts, dtype=pl.Categorical),
    "arrow string": lambda texts: pa.array(texts, pa.string()),
    "arrow large_string": lambda texts: pa.array(texts, pa.large_string()),
    "arrow string_view": lambda texts: pa.array(texts, pa.string_view()),
    "arrow string_view slice": lambda texts: pa.array(["xyz", *texts, "y"], pa.string_view())[1:-1],
    "arrow dictionary": lambda texts: pa.array(texts).dictionary_encode(),
    "arrow slice": lambda texts: pa.array(["x", *texts, "y"])[1:-1],
    "arrow chunked": lambda texts: pa.chunked_array(cut(texts, [1, 1, 6]), pa.string()),
    "arrow chunked dictionary": lambda texts: pa.chunked_array(
        [pa.array(t).dictionary_encode() for t in cut(texts, [3])]
    ),
    "arrow reader": lambda texts: pa.table({"text": pa.chunked_array(cut(texts, [1, 5]))}).to_reader(),
}


def joined(parts):
    return list(itertools.chain.from_iterable(parts))


def pieces(documents, n_characters, **kwargs):
    """Return the pieces as lists of texts or of lists of words, after checks that hold for all pieces."""
    chunks = list(in_chunks(documents, n_characters, **kwargs))
    assert chunks
    firsts = np.cumsum([0, *(len(c.documents) for c in chunks)])
    assert [c.first for c in chunks] == firsts[:-1].tolist()
    assert len(chunks) == 1 or all(len(c.documents) for c in chunks)
    return [
        as_tokens(c.documents).to_lists() if is_tokenized(c.documents) else as_strings(c.documents).to_pylist()
        for c in chunks
    ]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("n_characters", [1, 12, 25, 40, 110, 10**6])
def test_every_kind_of_column(kind, n_characters):
    parts = pieces(kind(TEXTS), n_characters)
    assert joined(parts) == TEXTS
    for part in parts:
        assert len(part) == 1 or sum(map(len, part)) <= n_characters
    if n_characters >= 1000:
        assert len(parts) == 1
    if n_characters == 1:
        assert len(parts) == len(TEXTS)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_real_text(kind, imdb):
    parts = pieces(kind(imdb[:500]), 20_000)
    assert joined(parts) == imdb[:500]
    assert 30 < len(parts) < 60


@pytest.mark.parametrize("kind", ["list", "generator", "arrow large_string", "arrow string_view", "polars"])
@given(texts=strategies.documents, n_characters=st.integers(0, 200))
def test_pieces_are_as_long_as_they_may_be(kind, texts, n_characters):
    """A document counts for its length and 1; no piece could take the next document as well."""
    parts = pieces(KINDS[kind](texts), n_characters)
    assert joined(parts) == texts
    size = len if kind in ("list", "generator") else lambda text: len(text.encode())
    sizes = [[size(text) + 1 for text in part] for part in parts]
    for part, following in itertools.pairwise(sizes):
        assert sum(part) + following[0] > n_characters
    for part in sizes:
        assert len(part) <= 1 or sum(part) <= n_characters


@pytest.mark.parametrize(
    "kind",
    [
        list,
        iter,
        Tokens.from_lists,
        lambda lists: Tokens.from_lists(lists).to_arrow(),
        lambda lists: pa.chunked_array(cut(lists, [2, 3]), pa.list_(pa.string())),
        lambda lists: pa.array([["x"], *lists], pa.large_list(pa.string()))[1:],
        lambda lists: [np.array(words, dtype=object) for words in lists],
        lambda lists: pd.Series(lists),
    ],
    ids=["list", "iterator", "Tokens", "arrow", "arrow chunked", "arrow slice", "arrays", "pandas"],
)
@pytest.mark.parametrize("n_characters", [1, 20, 170, 10**6])
def test_documents_that_are_words_already(kind, n_characters):
    parts = pieces(kind(LISTS), n_characters)
    assert joined(parts) == LISTS
    for part in parts:
        assert len(part) == 1 or sum(5 * len(words) + 1 for words in part) <= n_characters
    assert len(parts) == {1: 5, 20: 3, 170: 2, 10**6: 1}[n_characters]


@pytest.mark.parametrize(
    "empty",
    [
        [],
        iter([]),
        Tokens.from_lists([]),
        np.array([], object),
        pd.Series([], dtype="str"),
        pl.Series([], dtype=pl.String),
        pl.Series([], dtype=pl.Categorical),
        pa.array([], pa.string()),
        pa.chunked_array([], pa.string()),
        pa.chunked_array([[], []], pa.string()),
        pa.chunked_array([], pa.dictionary(pa.int32(), pa.string())),
        pa.chunked_array([], pa.list_(pa.string())),
        pa.table({"text": pa.array([], pa.string())}).to_reader(),
    ],
    ids=lambda e: type(e).__name__,
)
def test_no_documents_are_one_piece(empty):
    assert pieces(empty, 10) == [[]]


class Text(str):
    """A string that is counted while it is alive, and the most of them at once."""

    alive = most = 0

    def __new__(cls, text):
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        return super().__new__(cls, text)

    def __del__(self):
        Text.alive -= 1


def test_of_a_generator_one_piece_is_held():
    """And the document that did not fit into it any more."""
    gc.collect()
    Text.alive = Text.most = 0
    lengths = list(map(len_of_piece, in_chunks((Text(f"document {i:05}") for i in range(1000)), 16 * 10)))
    assert lengths == [10] * 100
    assert Text.most == 11
    assert Text.alive == 0


def len_of_piece(chunk):
    assert all(type(document) is Text for document in chunk.documents)
    return len(chunk.documents)


def test_a_generator_is_read_no_further_than_needed():
    read = []
    chunks = in_chunks((read.append(i) or "abc" for i in range(100)), 4 * 10)
    next(chunks)
    assert len(read) == 11
    next(chunks)
    assert len(read) == 21


def test_a_reader_is_read_no_further_than_needed():
    read = []

    def batches():
        for i in range(100):
            read.append(i)
            yield pa.record_batch({"text": ["abc"] * 10})

    chunks = in_chunks(pa.RecordBatchReader.from_batches(pa.schema({"text": pa.string()}), batches()), 4 * 10)
    next(chunks)
    assert len(read) == 2
    assert sum(len(c.documents) for c in chunks) == 990


def test_lines_of_a_file(tmp_path):
    path = tmp_path / "lines.txt"
    path.write_text("good food\n\nthe café\n" * 1000, encoding="utf-8")
    with path.open(encoding="utf-8") as file:
        parts = pieces(file, 200)
    assert joined(parts) == ["good food\n", "\n", "the café\n"] * 1000
    assert all(150 < sum(map(len, part)) < 200 for part in parts[:-1])


def test_strings_of_a_list_are_not_copied():
    texts = [f"document {i}" for i in range(100)]
    documents = itertools.chain.from_iterable(c.documents for c in in_chunks(texts, 50))
    assert all(a is b for a, b in zip(documents, texts, strict=True))


def text_addresses(arrays):
    return {array.buffers()[2].address for array in arrays}


def test_arrow_columns_are_not_copied():
    texts = [f"document {i}" for i in range(100)]
    for column in (
        pa.array(texts, pa.large_string()),
        pa.array(texts),
        pa.array(["x", *texts])[1:],
        pa.chunked_array([texts], pa.string()),
        pa.chunked_array([texts[:50], texts[50:]], pa.large_string()),
        pa.table({"text": texts}),
        pd.Series(texts, dtype="str"),
    ):
        chunks = [c.documents for c in in_chunks(column, 100)]
        if isinstance(column, pd.Series):
            column = column.array.__arrow_array__()
        if isinstance(column, pa.Table):
            column = column.column(0)
        expected = text_addresses(getattr(column, "chunks", [column]))
        assert len(chunks) > 5
        assert expected == text_addresses(c for c in chunks if len(c) > 1)
        assert expected == text_addresses(as_strings(c) for c in chunks if len(c) > 1)


def test_small_chunks_are_put_together_and_large_ones_stay():
    column = pa.chunked_array([["a"]] * 100 + [["b" * 50], []] + [["c"]] * 10)
    parts = pieces(column, 60)
    assert [len(part) for part in parts] == [30, 30, 30, 10, 5, 6]
    large = pa.chunked_array([pa.array(["a"] * 100), pa.array(["b"] * 100)])
    chunks = [c.documents for c in in_chunks(large, 160)]
    assert [len(c) for c in chunks] == [80, 20, 80, 20]
    assert text_addresses(chunks) == text_addresses(large.chunks)


def test_empty_chunks_are_left_out():
    column = pa.chunked_array([[], ["a", "b"], []], pa.large_string())
    (chunk,) = in_chunks(column, 100)
    assert text_addresses([chunk.documents]) == text_addresses([column.chunk(1)])


def test_what_lies_under_a_null_has_no_length():
    views = pa.array(["a", "twelve bytes", "b"], pa.string_view())
    column = pa.Array.from_buffers(pa.string_view(), 3, [pa.py_buffer(b"\x05"), *views.buffers()[1:]])
    assert column.to_pylist() == ["a", None, "b"]
    assert [len(c.documents) for c in in_chunks(column, 2 + 1 + 2, "empty")] == [3]


def test_a_column_of_many_chunks_is_never_one_copy():
    column = pa.chunked_array([pa.array(["x" * 1000] * 100)] * 200)  # 20 MB
    before = pa.total_allocated_bytes()
    for chunk in in_chunks(column, 300_000):
        as_strings(chunk.documents)
        assert pa.total_allocated_bytes() - before < 2_000_000


def test_memory_of_a_generator_does_not_grow_with_it():
    def peak(n):
        tracemalloc.start()
        for c in in_chunks((f"{i:01000}" for i in range(n)), 50_000):
            assert as_strings(c.documents).nbytes < 60_000
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    # The smallest of several: threads of other tests, such as those of a cluster, may allocate meanwhile.
    assert min(peak(5000) for _ in range(5)) < 1.2 * min(peak(500) for _ in range(5))


@pytest.mark.parametrize(
    "documents",
    [
        ["a"] * 50 + [None] + ["a"] * 50 + [np.nan],
        pd.Series(["a"] * 50 + [None] + ["a"] * 50 + [None]),
        pl.Series(["a"] * 50 + [None] + ["a"] * 50 + [None]),
        pa.chunked_array([["a"] * 50, [None], ["a"] * 50, [None]], pa.string()),
        pa.array(["a"] * 50 + [None] + ["a"] * 50 + [None]).dictionary_encode(),
        pa.DictionaryArray.from_arrays([0] * 50 + [1] + [0] * 50 + [1], ["a", None]),
    ],
    ids=lambda d: type(d).__name__,
)
def test_missing_documents_of_a_column_are_counted_first(documents):
    with pytest.raises(ValueError, match="2 of 102 documents are missing, the first at position 50"):
        in_chunks(documents, 10)
    for missing in ("empty", None):
        strings = [as_strings(c.documents, "empty", c.first) for c in in_chunks(documents, 10, missing)]
        assert pa.chunked_array(strings).to_pylist() == ["a"] * 50 + [""] + ["a"] * 50 + [""]


def read(documents):
    """Read pieces as estimators do."""
    for piece, first in in_chunks(documents, 20):
        _ = as_tokens(piece) if is_tokenized(piece) else as_strings(piece, first=first)


@pytest.mark.parametrize("lazy", [iter, lambda texts: pa.table({"text": texts}).to_reader(max_chunksize=7)])
def test_a_missing_document_of_a_generator_is_told_by_its_place(lazy):
    with pytest.raises(ValueError, match=r"1 of 10\d documents are missing, the first at position 100: None"):
        read(lazy(["a"] * 100 + [None] + ["a"] * 100))


@pytest.mark.parametrize("bad", [b"b", 1, ["b"], np.array(["b"])], ids=lambda b: type(b).__name__)
@pytest.mark.parametrize("place", [99, 100, 101])
def test_what_is_no_text_is_told_by_its_place(bad, place):
    """Also where a piece begins with it, and would be taken for tokens."""
    documents = ["a"] * place + [bad] + ["a"] * 100
    for lazy in (list, iter):
        with pytest.raises(TypeError, match=f"document {place} is of type {type(bad).__name__}"):
            read(lazy(documents))


@pytest.mark.parametrize("bad", ["text", None, 1])
def test_what_is_no_list_of_words_is_told_by_its_place(bad):
    documents = [["a"]] * 100 + [bad] + [["a"]] * 100
    for lazy in (list, iter):
        error = r"(list of words, but document|documents are missing, the first at position) 100"
        with pytest.raises((TypeError, ValueError), match=error):
            list(in_chunks(lazy(documents), 20))


def test_anything_may_be_a_document_where_nothing_is_checked():
    documents = [{"a": 1}, None, ["a"], 3, b"bytes", object()]
    for lazy in (list, iter):
        chunks = in_chunks(lazy(documents), 1000, missing=None)
        assert list(itertools.chain.from_iterable(c.documents for c in chunks)) == documents


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        ("text", ValueError, "string object received"),
        (3, TypeError, "int received"),
        (pd.DataFrame({"a": ["x"], "b": ["y"]}), ValueError, "ColumnTransformer"),
    ],
)
def test_refused_at_once(documents, error, message):
    with pytest.raises(error, match=message):
        in_chunks(documents, 10)
