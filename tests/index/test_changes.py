"""A CosineIndex that is changed, in memory and on disk, against a dictionary and all its similarities."""

import datetime
import pickle
import threading

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_similarity

from textvec import Chunker, CosineIndex, TfidfVectorizer
from textvec.index._collection import LiveSegment
from textvec.kernels.search import ROWS_PER_PART

WIDTH = 5
numbers = st.sampled_from([0, 0, 0, 1, 2, -1, 0.5])
vectors = st.lists(numbers, min_size=WIDTH, max_size=WIDTH)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.lists(vectors, min_size=1, max_size=6)),
        st.tuples(st.just("update"), vectors, st.integers(0, 99)),
        st.tuples(st.just("delete"), st.integers(0, 99)),
        st.tuples(st.sampled_from(["compact", "save", "reopen"])),
    ),
    max_size=12,
)


def assert_best(hits, query, model, k, group=None):
    """Check hits against all similarities of a model: id -> (vector, group)."""
    ids = [id_ for id_, (_, of) in model.items() if group is None or of == group]
    truth = {}
    if ids:
        table = np.array([model[id_][0] for id_ in ids])
        truth = dict(zip(ids, cosine_similarity([query], table)[0].tolist(), strict=True))
    assert len({hit.id for hit in hits}) == len(hits)
    assert all(abs(truth[hit.id] - hit.score) < 1e-6 for hit in hits)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.id))
    positive = sum(score > 1e-6 for score in truth.values())
    assert min(k, positive) <= len(hits) <= k
    worst = hits[-1].score if len(hits) == k else 0
    found = {hit.id for hit in hits}
    assert all(score < worst + 1e-6 for id_, score in truth.items() if id_ not in found)


@pytest.mark.parametrize("as_matrix", [sp.csr_array, lambda rows: np.array(rows, np.float32)], ids=["sparse", "dense"])
@pytest.mark.parametrize("name", [lambda i: i, lambda i: f"d{i}"], ids=["integers", "strings"])
@given(start=st.lists(vectors, min_size=1, max_size=30), changes=changes, query=vectors, k=st.integers(1, 5))
@settings(deadline=None, max_examples=40)
def test_any_changes_give_what_a_dictionary_gives(as_matrix, name, start, changes, query, k, tmp_path_factory):
    folder = tmp_path_factory.mktemp("index")
    groups = [i % 2 for i in range(len(start))]
    index = CosineIndex("precomputed").fit(
        as_matrix(np.array(start, float)), ids=[name(i) for i in range(len(start))], metadata={"group": groups}
    )
    model = {name(i): (row, i % 2) for i, row in enumerate(start)}
    n = len(start)
    for i, (what, *details) in enumerate(changes):
        known = sorted(model)
        if what == "add":
            rows = details[0]
            ids = [name(n + j) for j in range(len(rows))]
            index.add(as_matrix(np.array(rows, float)), ids=ids, metadata=[{"group": i % 2}] * len(rows))
            model |= {id_: (row, i % 2) for id_, row in zip(ids, rows, strict=True)}
            n += len(rows)
        elif what == "update" and known:
            id_ = known[details[1] % len(known)]
            index.update(as_matrix(np.array([details[0]], float)), ids=[id_], metadata={"group": [7]})
            model[id_] = (details[0], 7)
        elif what == "delete" and known:
            id_ = known[details[0] % len(known)]
            index.delete(id_)
            del model[id_]
        elif what == "compact":
            index.compact()
            assert index.info()["segments"] == 1
            assert index.info()["deleted"] == 0
        elif what == "save":
            index.save(folder / str(i))
            index = CosineIndex.open(folder / str(i))
        elif what == "reopen" and index._folder is not None:
            index = CosineIndex.open(index._folder.path, verify=True)
    assert len(index) == len(model)
    assert list(index) == sorted(model)
    assert all(index[id_].metadata == {"group": group} for id_, (_, group) in model.items())
    queries = as_matrix(np.array([query], float))
    assert_best(index.search(queries, k)[0], query, model, k)
    for group in (0, 7):
        assert_best(index.search(queries, k, where={"group": group})[0], query, model, k, group)
    for id_ in list(model)[:3]:
        others = {other: entry for other, entry in model.items() if other != id_}
        assert_best(index.search_by_id(id_, k)[0], model[id_][0], others, k)


@pytest.fixture
def index():
    return CosineIndex().fit(
        ["red apple pie", "green apple", "blue sea", "red sea"],
        ids=["a", "b", "c", "d"],
        metadata={"year": [1999, 2005, None, 2020], "kind": ["food", "food", "water", "water"]},
    )


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ({"kind": "water"}, ["d"]),
        ({"kind": ["food"], "year": 1999}, ["a"]),
        ({"year": None}, []),
        ("year >= 2000", ["b", "d"]),
        (["year >= 2000", "kind = food"], ["b"]),
        (pc.field("year") < 2000, ["a"]),
        (~pc.field("kind").isin(["food"]), ["d"]),
        ({"year": [1999.5, 2005.0]}, ["b"]),
        ({"year": []}, []),
        ({"year": [None, 2020]}, ["d"]),
        ({}, ["d", "b", "a"]),
    ],
    ids=str,
)
def test_where(index, where, found):
    hits = index.search(["red apple apple red"], where=where)[0]
    assert sorted(hit.id for hit in hits) == sorted(found)
    assert all(hit.metadata["kind"] in ("food", "water") for hit in hits)


@pytest.mark.parametrize(
    ("where", "error", "message"),
    [
        ({"nope": 1}, ValueError, "no column 'nope'. Its columns are: 'year'"),
        ("nope = 1", ValueError, "no column 'nope'"),
        (pc.field("nope") == 1, ValueError, "does not fit the metadata, whose columns are 'year'"),
        ({"year": 2**70}, ValueError, "does not fit"),
        ("year", ValueError, "such as 'rating >= 7', but it is 'year'"),
        ("year > soon", ValueError, "'year' of the metadata is of type int64, which 'soon' does not fit"),
        (pc.field("year") + 1, ValueError, "must be a condition"),
        (7, TypeError, "must be a dict"),
    ],
    ids=str,
)
def test_where_that_does_not_fit(index, where, error, message):
    with pytest.raises(error, match=message):
        index.search(["red"], where=where)


def test_where_of_dates():
    days = [datetime.date(1999, 5, 1), datetime.date(2020, 2, 29)]
    index = CosineIndex().fit(
        ["red apple", "red sea"], metadata={"day": days, "at": pa.array(days).cast(pa.timestamp("s"))}
    )
    for where in ("day >= 2020-01-01", "at >= 2020-01-01", {"day": days[1]}, {"at": ["2020-02-29"]}):
        assert [hit.id for hit in index.search(["red"], where=where)[0]] == [1]
    for where in ("day >= 2020", "at >= soon"):
        with pytest.raises(ValueError, match="does not fit"):
            index.search(["red"], where=where)


def test_where_without_metadata():
    with pytest.raises(ValueError, match="this index has none"):
        CosineIndex().fit(["red apple"]).search(["red"], where={"x": 1})


def metadata_as(kind):
    columns = {"year": [1999, 2005], "kind": ["food", "water"]}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return {
        "mapping": columns, "list of dicts": rows, "pandas": pd.DataFrame(columns), "polars": pl.DataFrame(columns),
        "Arrow": pa.table(columns), "NumPy columns": {name: np.array(values) for name, values in columns.items()},
    }[kind]  # fmt: skip


@pytest.mark.parametrize("kind", ["mapping", "list of dicts", "pandas", "polars", "Arrow", "NumPy columns"])
def test_metadata_of_any_kind(kind):
    index = CosineIndex().fit(["red apple", "red sea"], metadata=metadata_as(kind))
    (hit,) = index.search(["red"], where={"kind": "water"})[0]
    assert hit.metadata == {"year": 2005, "kind": "water"}
    index.add(["red wine", "red ink"], metadata=metadata_as(kind))
    assert sorted(hit.id for hit in index.search(["red"], where="year < 2000")[0]) == [0, 2]


def test_metadata_of_polars_with_categories_and_lists():
    columns = {"kind": ["food", "water"], "tags": [["a"], ["b", "c"]]}
    table = pl.DataFrame(columns, schema_overrides={"kind": pl.Categorical})
    index = CosineIndex().fit(["red apple", "red sea"], metadata=table)
    results = index.search(["red"], where="kind = water")
    assert results[0][0].metadata == {"kind": "water", "tags": ["b", "c"]}
    assert results.to_pandas()["kind"].tolist() == ["water"]


def test_added_metadata_has_the_columns_of_the_index(index):
    index.add(["red wine"], ids=["w"], metadata=[{"kind": "drink"}])
    assert index["w"].metadata == {"year": None, "kind": "drink"}
    index.add(["red ink"], ids=["i"])
    assert index["i"].metadata == {"year": None, "kind": None}
    with pytest.raises(ValueError, match="has the columns 'year', 'kind', but not 'size'"):
        index.add(["red brick"], ids=["x"], metadata={"size": [1]})
    with pytest.raises(ValueError, match="does not fit the types"):
        index.add(["red brick"], ids=["x"], metadata={"year": ["long ago"]})
    assert "x" not in index


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda index: index.add(["red"], ids=["a"]), ValueError, "id 'a' already. Delete it, or update it"),
        (lambda index: index.add(["red"], ids=[1]), ValueError, "an id is of type large_string, but here .* int64"),
        (lambda index: index.add(["red"]), ValueError, "give each document that is added its id"),
        (lambda index: index.add(["red", "sea"], ids=["x", "x"]), ValueError, "'x' stands for several"),
        (lambda index: index.add(["red"], ids=["x", "y"]), ValueError, "2 came for 1"),
        (lambda index: index.update(["red"], ids=["x"]), KeyError, "No document has the id 'x'"),
        (lambda index: index.delete("x"), KeyError, "No document has the id 'x'; there are 4, such as 'a', 'b', 'c'"),
        (lambda index: index.delete(["a", "x"]), KeyError, "the id 'x'"),
        (lambda index: index.delete(1.5), TypeError, "strings or all integers, but one is 1.5"),
        (lambda index: index.delete([1.5]), TypeError, "strings or all integers, but one is 1.5"),
        (lambda index: index.search_by_id("x"), KeyError, "the id 'x'"),
        (lambda index: index["x"], KeyError, "the id 'x'"),
        (lambda index: index.add("red", ids=["x"]), ValueError, "string object received"),
        (lambda index: index.verify(), ValueError, "this one is in memory"),
    ],
)
def test_changes_that_make_no_sense_change_nothing(index, change, error, message):
    before = index.search(["red apple sea"]).to_dicts()
    with pytest.raises(error, match=message):
        change(index)
    assert index.search(["red apple sea"]).to_dicts() == before
    assert list(index) == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("ids", "error", "message"),
    [
        (["a", 1], TypeError, "these are of type int, str"),
        ([True, False], TypeError, "one is True"),
        ([0.5, 1.5], TypeError, "one is 0.5"),
        ([2**70, 1], ValueError, "must fit into 64 bits"),
        ([None, "a"], TypeError, "one is None"),
    ],
)
def test_ids_are_all_strings_or_all_integers(ids, error, message):
    with pytest.raises(error, match=message):
        CosineIndex().fit(["red apple", "red sea"], ids=ids)


def test_equal_scores_come_by_id_whatever_was_added_when():
    index = CosineIndex().fit(["red sea"] * 3, ids=["m", "c", "x"])
    index.add(["red sea"] * 3, ids=["n", "a", "z"]).update(["red sea"], ids=["x"]).add(["red sea"], ids=["b"])
    assert [hit.id for hit in index.search(["sea"])[0]] == list("abcmnxz")
    assert [hit.id for hit in index.search(["sea"], k=3)[0]] == list("abc")


def test_default_ids_go_on_and_are_never_used_again():
    index = CosineIndex().fit(["red sea", "blue sea"]).delete(1).add(["green sea"])
    assert list(index) == [0, 2]
    assert list(index.delete(2).compact().add(["grey sea"])) == [0, 3]
    assert list(CosineIndex().fit(["red sea"], ids=[-5]).add(["blue sea"])) == [-5, 0]


def test_all_documents_can_be_deleted_and_others_added():
    index = CosineIndex().fit(["red sea", "blue sea"]).delete([0, 1])
    assert len(index) == 0
    assert list(index) == []
    assert index.search(["sea"])[0] == []
    assert index.compact().search(["sea"])[0] == []
    assert [hit.document for hit in index.add(["grey sea"]).search(["sea"])[0]] == ["grey sea"]


def test_additions_one_by_one_make_few_segments():
    index = CosineIndex().fit(["red sea"])
    for i in range(40):
        index.add([f"sea {i}"])
    assert index.info()["segments"] <= 7
    assert list(index) == list(range(41))


def test_words_that_fit_did_not_see_are_no_terms(index):
    index.add(["pie in the sky", "unheard of"], ids=["p", "q"])
    assert [hit.id for hit in index.search(["pie sky"])[0]] == ["p", "a"]
    assert index.search(["unheard"])[0] == []


def test_documents_of_other_kinds():
    lists = CosineIndex(TfidfVectorizer()).fit([["red", "sea"], ["blue"]])
    assert lists.add([["blue", "sea"]])[2].document == ["blue", "sea"]
    with pytest.raises(ValueError, match="a document is of type large_list"):
        lists.add(["a text"])


def test_functions_and_matrices_as_encoders(messages):
    letters = CosineIndex(lambda texts: np.array([[text.count(c) for c in "aeiou"] for text in texts])).fit(messages)
    truth = cosine_similarity([[text.count(c) for c in "aeiou"] for text in messages])
    scores = letters.search(messages[:20], 3).scores
    assert np.abs(scores - -np.sort(-truth[:20], axis=1)[:, :3]).max() < 1e-6
    hit = CosineIndex("precomputed").fit(np.eye(3), ids="abc").search([[0, 2, 1]])[0][0]
    assert (hit.id, hit.document) == ("b", None)
    for wrong in ("nope", 7):
        with pytest.raises(TypeError, match="a transformer, a function that returns a matrix, or 'precomputed'"):
            CosineIndex(wrong).fit(["red"])
    with pytest.raises(ValueError, match="must return a matrix of numbers"):
        CosineIndex(lambda texts: texts).fit(["red"])
    with pytest.raises(ValueError, match="of this index are dense, of 5 dimensions, but these are dense, of 2"):
        CosineIndex("precomputed").fit(np.eye(5)).search(np.eye(2))


def test_results_keep_what_they_found_while_the_index_changes(index):
    results = index.search(["red apple"])
    before = results.to_dicts()
    index.delete(["a", "b", "d"]).compact()
    assert results.to_dicts() == before


def test_readers_and_a_writer_at_once(messages):
    index = CosineIndex().fit(messages[:200])
    errors, done = [], threading.Event()

    def read():
        while not done.is_set():
            results = index.search(messages[:5], 5)
            if not all(hits and hits[0].score > 0.999 for hits in results):
                errors.append(results)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for start in range(200, 380, 20):
        index.add(messages[start : start + 20]).delete(range(start, start + 10))
    index.compact()
    done.set()
    for reader in readers:
        reader.join()
    assert not errors
    assert len(index) == 290


def test_pickle(index):
    again = pickle.loads(pickle.dumps(index.add(["red wine"], ids=["w"])))
    assert again.search(["red"]).to_dicts() == index.search(["red"]).to_dicts()
    assert list(again.delete("w")) == ["a", "b", "c", "d"]


def test_representations(index):
    assert repr(index) == "CosineIndex(4 documents, 1 segment, sparse)"
    assert repr(CosineIndex()) == "CosineIndex(encoder=None)"
    assert repr(CosineIndex(approximate=True)) == "CosineIndex(encoder=None, approximate=True)"
    assert index.info() == {
        "documents": 4, "ids": "strings", "deleted": 0, "segments": 1, "scores": "cosines", "vectors": "sparse",
        "columns": 6, "metadata": ["year", "kind"], "encoder": "TfidfVectorizer",
    }  # fmt: skip


def test_results_as_tables(index):
    results = index.search(["red apple", "nothing"], k=2, where={"kind": "food"})
    table = results.to_arrow()
    assert table.column_names == ["query", "rank", "id", "score", "document", "year", "kind"]
    assert table.to_pylist() == [{"query": 0, "rank": rank, **row} for rank, row in enumerate(results.to_dicts()[0], 1)]
    assert results.to_pandas()["id"].tolist() == [hit.id for hit in results[0]]
    assert index.search(["nothing"]).to_arrow().num_rows == 0
    metadata = {"id": [7], "query": ["what"], "metadata.id": [8]}
    named = CosineIndex().fit(["red"], metadata=metadata, ids=["r"]).search(["red"])
    assert named.to_arrow().column_names[-3:] == ["metadata.id", "metadata.query", "metadata.metadata.id"]
    assert named.to_arrow().to_pylist()[0] == {"query": 0, "rank": 1, **named.to_dicts()[0][0]}
    assert named.to_dicts()[0][0]["metadata.query"] == "what"


def test_no_documents_added_and_none_left():
    index = CosineIndex().fit(["red sea"], ids=["x"]).add([], ids=[])
    assert list(index.add(["red wine"], ids=["y"])) == ["x", "y"]
    index = CosineIndex(chunker=Chunker(by="words", size=2)).fit(["red sea wine"]).delete(0).compact()
    assert index.search(["sea"])[0] == []
    assert index.add([]).search(["sea"])[0] == []


def test_which_documents_are_deleted_is_written_down_once_for_all_searches(monkeypatch):
    index = CosineIndex().fit(["red apple", "green apple", "sea"])
    index.delete(0)
    asked, allowed_rows = [], LiveSegment.allowed_rows
    monkeypatch.setattr(
        LiveSegment, "allowed_rows", lambda live, where: asked.append(where) or allowed_rows(live, where)
    )
    for _ in range(3):
        assert [hit.id for hit in index.search(["apple"])[0]] == [1]
    assert asked == [None]
    index.delete(1)
    assert not index.search(["apple"])[0]
    assert asked == [None, None]


def test_what_is_deleted_or_not_allowed_in_one_part_is_found_in_the_next():
    n = ROWS_PER_PART + 1000
    documents = ["common alpha gamma"] + ["common alpha"] * (n - 1) + ["common beta"] * n + ["rare gamma word"] * 2
    index = CosineIndex().fit(documents, metadata={"year": [2020] * n + [2021] * (n + 2)})
    for _ in range(2):
        results = index.search(["gamma", "gamma"], k=2, where={"year": 2021})
        assert [[hit.id for hit in hits] for hits in results] == [[2 * n, 2 * n + 1]] * 2
    index.delete(range(n))
    assert [[hit.id for hit in hits] for hits in index.search(["gamma", "gamma"], k=2)] == [[2 * n, 2 * n + 1]] * 2


def test_right_angles_and_equal_vectors():
    index = CosineIndex("precomputed").fit([[1, -1, -1, -1, 1], [2, 2, 2, 2, 4]])
    assert [hit.id for hit in index.search([[1, 1, 1, 1, 2]])[0]] == [1]
    texts = ["red apple sea", "apple sea and more red", "pie"]
    assert [hit.id for hit in CosineIndex().fit(texts).search(["red apple sea"], min_score=1)[0]] == [0]
    with pytest.raises(ValueError, match="min_score must be a number, but it is nan"):
        index.search([[1, 0, 0, 0, 0]], min_score=float("nan"))


def test_quotes_around_a_value(index):
    assert [hit.id for hit in index.search(["red"], where="kind == 'food'")[0]] == ["a"]
    assert [hit.id for hit in index.search(["red"], where='kind == "food"')[0]] == ["a"]


def test_ids_at_the_end_of_their_range():
    index = CosineIndex().fit(["red sea"], ids=[2**63 - 1])
    with pytest.raises(ValueError, match="which is too large: give ids"):
        index.add(["blue sea"])
    assert list(index.add(["blue sea"], ids=[5])) == [5, 2**63 - 1]
    assert True not in CosineIndex().fit(["red sea"], ids=[1])
