"""An index that is built in shards is the index that one machine builds; what is not good is refused before."""

import shutil

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline

from support.sharded import SIZES, check_equal, write_pieces
from textvec import (
    BM25Index,
    Chunker,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    HybridIndex,
    Stemmer,
    TfidfVectorizer,
    Tokenizer,
    VectorIndex,
    WordVectors,
    open_index,
)
from textvec.distributed import _facts, _shard_folder, _shards, add_documents, build_index
from textvec.engines import Files
from textvec.index.storage.shards import ShardedFolder

RNG = np.random.default_rng(0)
INDEXES = {
    "tfidf": CosineIndex(TfidfVectorizer(min_df=2, ngram_range=(1, 2))),
    "stemmed": CosineIndex(make_pipeline(Tokenizer(), Stemmer(), TfidfVectorizer())),
    "hashed": CosineIndex(HashingVectorizer(n_features=2**10)),
    "passages": CosineIndex(TfidfVectorizer(), chunker=Chunker(by="words", size=4, overlap=1)),
    "dot": VectorIndex(CountVectorizer(), metric="dot"),
    "frozen": BM25Index(statistics="frozen", chunker=Chunker(by="words", size=5)),
    **{
        method: BM25Index(statistics="frozen", method=method, k1=1.2, b=0.6)
        for method in ("robertson", "lucene", "atire", "bm25l", "bm25+")
    },
}


@pytest.fixture(scope="module")
def texts(messages):
    return [*messages[:80], *messages[:9], ""]  # ties, and a document without words


@pytest.fixture(scope="module")
def queries(messages):
    return ["free prize now", "see you at home", "wholly unknownword", *messages[70:90]]


@pytest.fixture(scope="module")
def columns(texts):
    names = [f"m{number:03d}" for number in np.random.default_rng(1).permutation(len(texts))]
    return {
        "name": names,
        "number": list(range(len(texts))),
        "kind": [["a", "b", None][i % 3] for i in range(len(texts))],
    }


@pytest.fixture(scope="module")
def pieces(tmp_path_factory, texts, columns):
    """Return a function that gives the paths of documents in so many pieces, which are written once."""
    folder, written = tmp_path_factory.mktemp("pieces"), {}

    def paths(n):
        if n not in written:
            written[n] = write_pieces(folder / n, texts, SIZES[n], **columns)
        return written[n]

    return paths


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_every_index_in_pieces(index, pieces, texts, columns, queries, tmp_path):
    one = clone(index).fit(texts, metadata=pa.table({name: columns[name] for name in ("number", "kind")}))
    sharded = build_index(index, pieces("7"), tmp_path / "index", column="text", metadata=["number", "kind"])
    check_equal(one, sharded, queries)
    check_equal(one, sharded, queries, where={"kind": "a"})
    assert sharded.info()["shards"] == 5
    part = open_index(tmp_path / "index/shard-00002")
    scores = {hit.id: hit.score for hit in one.search(queries[:1], k=90)[0]}
    for hit in part.search(queries[:1], k=5)[0]:
        assert scores[hit.id] == hit.score


@pytest.mark.parametrize("n", SIZES)
def test_any_number_of_pieces(n, pieces, texts, columns, queries, tmp_path):
    index = BM25Index(statistics="frozen")
    one = clone(index).fit(texts, ids=columns["name"])
    check_equal(one, build_index(index, pieces(n), tmp_path / "index", column="text", ids="name"), queries)


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer")
def test_dense_vectors(pieces, texts, queries, tmp_path):
    words = CountVectorizer().fit(texts).get_feature_names_out()
    encoder = EmbeddingVectorizer(WordVectors(words, RNG.normal(size=(len(words), 12)).astype(np.float32)))
    one = CosineIndex(encoder).fit(texts)
    check_equal(one, build_index(encoder.fit(texts), pieces("7"), tmp_path / "index", column="text"), queries)


def test_an_encoder_that_is_fitted_stays_as_it_is(pieces, texts, queries, tmp_path):
    encoder = TfidfVectorizer().fit(texts[:30])
    for number, given in enumerate((encoder, CosineIndex(FrozenEstimator(encoder)))):
        sharded = build_index(given, pieces("2"), tmp_path / f"{number}", column="text")
        check_equal(CosineIndex(FrozenEstimator(encoder)).fit(texts), sharded, queries)


def test_adding_is_what_one_index_does(pieces, texts, queries, tmp_path):
    more = write_pieces(tmp_path / "more", texts[5:45], [0, 30, 10], kind=["c"] * 40)
    index = BM25Index(statistics="frozen")
    one = clone(index).fit(texts, metadata={"kind": [["a", "b", None][i % 3] for i in range(len(texts))]})
    before = build_index(index, pieces("7"), tmp_path / "index", column="text", metadata=["kind"])
    after = add_documents(tmp_path / "index", more, column="text")
    check_equal(one, before, queries)
    check_equal(one.add(texts[5:45], metadata={"kind": ["c"] * 40}), after, queries)
    assert after.info()["shards"] == 7


def test_adding_without_some_columns_and_with_ids(pieces, texts, columns, queries, tmp_path):
    more = write_pieces(tmp_path / "more", texts[:4], [4], name=["n1", "n2", "n3", "m999"])
    build_index(CosineIndex(), pieces("2"), tmp_path / "index", column="text", ids="name", metadata=["kind"])
    with pytest.raises(ValueError, match="ids of this index are strings: name the column"):
        add_documents(tmp_path / "index", more, column="text", metadata=[])
    index = add_documents(tmp_path / "index", more, column="text", ids="name", metadata=[])
    assert index["n2"].metadata == {"kind": None}
    with pytest.raises(ValueError, match=r"'m999' stands for several documents\. Nothing was written"):
        add_documents(tmp_path / "index", more, column="text", ids="name", metadata=[])
    assert len(open_index(tmp_path / "index", verify=True)) == len(texts) + 4
    with pytest.raises(FileNotFoundError, match="is no index in shards"):
        add_documents(tmp_path / "index/shard-00000", more, column="text")


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (BM25Index(), ValueError, r"statistics='live' the scores in each shard would change.*statistics='frozen'"),
        (HybridIndex(dense=CosineIndex(HashingVectorizer())), ValueError, "A HybridIndex is not built in shards"),
        (CosineIndex("precomputed"), ValueError, "documents cannot be precomputed rows"),
        ("precomputed", ValueError, "documents cannot be precomputed rows"),
        (3, TypeError, "the encoder must be a transformer"),
        (TfidfVectorizer, TypeError, "must be an instance"),
        (BM25Index(statistics="frozen", k1=-1), ValueError, "k1 must be a number"),
        (CosineIndex(chunker=3), TypeError, "chunker must be a Chunker"),
    ],
    ids=["live", "hybrid", "precomputed index", "precomputed", "number", "class", "k1", "chunker"],
)
def test_what_cannot_be_built(given, error, message, pieces, tmp_path):
    with pytest.raises(error, match=message):
        build_index(given, pieces("2"), tmp_path / "index", column="text")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("ids", [["a", "b", "a"], [1, 2, 1]], ids=["strings", "integers"])
def test_repeated_ids_are_refused(ids, tmp_path):
    paths = write_pieces(tmp_path / "pieces", ["red", "green", "blue"], [2, 1], name=ids)
    with pytest.raises(ValueError, match=f"{ids[0]!r} stands for several documents"):
        build_index(CosineIndex(), paths, tmp_path / "index", column="text", ids="name")
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("ids", [["a", "b"], pd.Series(["a", "b"])], ids=["list", "column"])
def test_ids_are_named_not_given(ids, tmp_path):
    paths = write_pieces(tmp_path / "pieces", ["red", "green"], [2])
    message = f"ids must be the name of the column .* but it is of type {type(ids).__name__}"
    with pytest.raises(TypeError, match=message):
        build_index(CosineIndex(), paths, tmp_path / "index", column="text", ids=ids)
    assert not (tmp_path / "index").exists()


def test_one_column_of_metadata(tmp_path):
    paths = write_pieces(tmp_path / "pieces", ["red", "green"], [1, 1], year=[1999, 2000])
    index = build_index(CosineIndex(), paths, tmp_path / "index", column="text", metadata="year")
    assert index[1].metadata == {"year": 2000}
    more = write_pieces(tmp_path / "more", ["blue"], [1], year=[2001])
    assert add_documents(tmp_path / "index", more, column="text", metadata="year")[2].metadata == {"year": 2001}


def test_no_documents(tmp_path):
    paths = write_pieces(tmp_path / "pieces", pa.array([], pa.string()), [0, 0])
    with pytest.raises(ValueError, match="all pieces are empty"):
        build_index(CosineIndex(), paths, tmp_path / "index", column="text")
    assert not (tmp_path / "index").exists()


def test_a_folder_with_something_else(pieces, tmp_path):
    CosineIndex().fit(["red"]).save(tmp_path / "single")
    (tmp_path / "file").write_text("mine")
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange/notes.txt").write_text("mine")
    for name in ("single", "file", "strange"):
        with pytest.raises(FileExistsError, match=f"{name} exists, and is no index in shards"):
            build_index(CosineIndex(), pieces("2"), tmp_path / name, column="text", overwrite=True)
    assert (tmp_path / "strange/notes.txt").read_text() == "mine"


def test_an_index_that_is_there(pieces, texts, tmp_path):
    folder = tmp_path / "index"
    build_index(CosineIndex(), pieces("7"), folder, column="text")
    with pytest.raises(FileExistsError, match=r"already\. Overwrite it, add documents to it, or"):
        build_index(CosineIndex(), pieces("2"), folder, column="text")
    (folder / "notes.txt").write_text("mine")
    old = open_index(folder)
    assert old.search(["free"])[0]
    build_index(BM25Index(statistics="frozen"), pieces("2"), folder, column="text", overwrite=True)
    assert type(open_index(folder, verify=True)) is BM25Index
    assert sorted(path.name for path in folder.iterdir()) == [
        "lock", "manifest.json", "notes.txt", "shard-00007", "shard-00008",
    ]  # fmt: skip
    assert old.search(["free"])[0]  # it is mapped still


def test_a_folder_in_use(pieces, tmp_path):
    from textvec.index.storage.own_files import locked

    (tmp_path / "index").mkdir()
    with locked(tmp_path / "index"), pytest.raises(BlockingIOError, match="Somebody else is writing"):
        build_index(CosineIndex(), pieces("2"), tmp_path / "index", column="text")


def test_a_build_that_failed_goes_on(pieces, texts, queries, tmp_path, monkeypatch):
    folder, save, saved = tmp_path / "index", _shards.WriteShard._save, []

    def failing(self, path, *args):
        if path.name == "shard-00004":
            raise OSError("the disk is gone")
        saved.append(path.name)
        save(self, path, *args)

    monkeypatch.setattr(_shards.WriteShard, "_save", failing)
    with pytest.raises(OSError, match="the disk is gone"):
        build_index(CosineIndex(), pieces("7"), folder, column="text")
    assert saved == ["shard-00001", "shard-00002"]
    with pytest.raises(FileNotFoundError, match=r"is no index: it has no manifest\.json"):
        open_index(folder)
    monkeypatch.setattr(
        _shards.WriteShard, "_save", lambda self, path, *args: (saved.append(path.name), save(self, path, *args))
    )
    index = build_index(CosineIndex(), pieces("7"), folder, column="text")
    assert saved == ["shard-00001", "shard-00002", "shard-00004", "shard-00005", "shard-00006"]
    check_equal(CosineIndex().fit(texts), index, queries)
    assert not list(folder.glob("*.built"))


@pytest.mark.parametrize("changed", ["encoder", "documents", "shard", "mark"])
def test_shards_of_something_else_are_written_anew(changed, pieces, texts, queries, tmp_path, monkeypatch):
    folder, other = tmp_path / "index", [*texts[:-2], "another document", ""]
    with monkeypatch.context() as patched:
        patched.setattr("textvec.distributed.building.write_shards", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            build_index(TfidfVectorizer().fit(texts), pieces("2"), folder, column="text")
    assert len(list(folder.glob("*.built"))) == 2
    shutil.copytree(folder / "shard-00001", folder / "shard-00007")
    if changed == "shard":
        shutil.rmtree(folder / "shard-00001")
        shutil.copytree(folder / "shard-00000", folder / "shard-00001")
    if changed == "mark":
        (folder / "shard-00001.built").write_text("{}")
    now = TfidfVectorizer(binary=True).fit(texts) if changed == "encoder" else TfidfVectorizer().fit(texts)
    given = other if changed == "documents" else texts
    index = build_index(now, write_pieces(tmp_path / "now", given, [40, 50]), folder, column="text")
    check_equal(CosineIndex(FrozenEstimator(now)).fit(given), index, queries)
    assert sorted(path.name for path in folder.iterdir()) == ["lock", "manifest.json", "shard-00000", "shard-00001"]


def test_what_a_shard_is_made_of_tells_apart():
    def mark(documents=("red", "blue"), ids=(0, 1), table=None, index=None, bm25=None):
        index = CosineIndex() if index is None else index
        index.encoder_, index._chunker = TfidfVectorizer().fit(["red blue"]), None
        facts = _facts.Facts({0: 2}, {0: 0}, [], None, 2)
        write = _shards.WriteShard(None, {}, index, bm25, facts, None, [])
        return write._mark(list(documents), pa.array(ids), table)

    marks = [
        mark(), mark(("red", "green")), mark(ids=(1, 2)), mark(table=pa.table({"a": [1, 2]})),
        mark(table=pa.table({"b": [1, 2]})), mark(index=VectorIndex()), mark(bm25=(1, 2)), mark(("redb", "lue")),
    ]  # fmt: skip
    assert len(set(marks)) == len(marks)
    assert mark() == marks[0]


def test_documents_that_change_meanwhile(pieces, texts, tmp_path, monkeypatch):
    paths = write_pieces(tmp_path / "now", texts, [40, 50])
    fit = build_index.__globals__["_fit"]

    def changing(index, source):
        fit(index, source)
        pq.write_table(pa.table({"text": texts[:3]}), tmp_path / "now/001.parquet")

    monkeypatch.setitem(build_index.__globals__, "_fit", changing)
    with pytest.raises(Exception, match="changed"):
        build_index(CosineIndex(), Files(paths), tmp_path / "index", column="text")
    assert not (tmp_path / "index/manifest.json").exists()


def test_metadata_of_other_types(tmp_path):
    (tmp_path / "a").mkdir()
    for name, kind in {"1": pa.null(), "2": pa.string()}.items():
        pq.write_table(pa.table({"text": ["red", "blue"], "kind": pa.nulls(2, kind)}), tmp_path / f"a/{name}.parquet")
    look = _facts.Look(None, ["kind"], None)
    from textvec.engines import Batch

    tables = [pa.table({"text": ["red"], "kind": values}) for values in (pa.nulls(1), pa.array(["x"]), pa.array([1]))]
    seen = [look(Batch(number, table["text"], table)) for number, table in enumerate(tables)]
    facts = _facts.Facts.of(dict(enumerate(seen[:2])), 0, None, are_given=False)
    assert facts.like.schema.field("kind").type == pa.string()
    with pytest.raises(ValueError, match="columns of metadata are not of the same types"):
        _facts.Facts.of(dict(enumerate(seen)), 0, None, are_given=False)


def test_a_worker_with_another_file_system_is_told(pieces, tmp_path, monkeypatch):
    real = _shard_folder.described
    monkeypatch.setattr(
        _shard_folder, "described", lambda path: real(path) | ({"bytes": 1} if "1" in path.name else {})
    )
    with pytest.raises(FileNotFoundError, match=r"A worker has written shard-00001.*all workers share"):
        build_index(CosineIndex(), pieces("2"), tmp_path / "index", column="text")
    with pytest.raises(FileNotFoundError):
        ShardedFolder(tmp_path / "index")
