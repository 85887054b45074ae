"""Estimators are fitted and applied on Ray: what comes out is what one machine makes. `make test-ray` runs it."""

import pickle
import re

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from support.deaths import AFTER, Deadly, DiesInMerge
from support.part_folders import assert_same, bytes_of
from support.parts import differences
from support.paths import ROOT
from textvec import (
    BM25Weighting,
    CosineIndex,
    CountVectorizer,
    NBWeighting,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
)
from textvec.datasets import load_reviews
from textvec.distributed import fit, read_parts, transform
from textvec.engines import Files
from textvec.engines.identity import identity_of

pytestmark = pytest.mark.ray

ESTIMATORS = {
    "tfidf": TfidfVectorizer(min_df=2, ngram_range=(1, 2)),
    "stems": make_pipeline(Tokenizer(), StopWords("english"), Stemmer(), CountVectorizer(min_df=2)),
    "bm25": make_pipeline(CountVectorizer(), BM25Weighting()),
    "classes": make_pipeline(CountVectorizer(min_df=2), NBWeighting()),
}
PARTITIONS = {"1": [90], "2": [40, 50], "7": [0, 3, 50, 0, 1, 30, 6]}


@pytest.fixture(scope="module")
def table(messages, labels):
    return pa.table({"text": [*messages[:88], "", "§ !"], "label": labels[:90], "number": range(90)})


def parts_of(table, sizes):
    """Return a table in parts of these sizes."""
    starts = np.cumsum([0, *sizes[:-1]]).tolist()
    return [table.slice(start, size) for start, size in zip(starts, sizes, strict=True)]


@pytest.fixture
def collection(ray_cluster, table, tmp_path):
    """Return a function that gives the table as a Dataset, or as files, in parts of these sizes."""

    def collection_of(kind, sizes):
        parts = parts_of(table, sizes)
        if kind == "dataset":
            return ray_cluster.data.from_arrow(parts)
        for i, part in enumerate(parts):
            pq.write_table(part, tmp_path / f"{i}.parquet")
        return Files(str(tmp_path / "*.parquet"))

    return collection_of


@pytest.mark.parametrize(("kind", "n"), [("dataset", "1"), ("dataset", "2"), ("dataset", "7"), ("files", "7")])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_a_fit_is_that_of_one_machine(name, kind, n, collection, table):
    texts, labels = table["text"].to_pylist(), table["label"].to_pylist()
    alone = clone(ESTIMATORS[name]).fit(texts, labels)
    made = fit(ESTIMATORS[name], collection(kind, PARTITIONS[n]), "label", column="text", engine="ray")
    assert differences(made.transform(texts), alone.transform(texts)) == []
    assert made.get_feature_names_out().tolist() == alone.get_feature_names_out().tolist()
    assert differences(pickle.loads(pickle.dumps(made)).transform(texts), alone.transform(texts)) == []


@pytest.mark.parametrize("kind", ["texts", "pandas", "blocks of pandas"])
def test_the_natural_spelling(kind, ray_cluster, table):
    column = table.select(["text"])
    if kind == "texts":
        documents = ray_cluster.data.from_items(table["text"].to_pylist(), override_num_blocks=3)
    else:
        documents = ray_cluster.data.from_pandas(column.to_pandas()).repartition(3)
        if kind == "blocks of pandas":
            documents = documents.map_batches(lambda frame: frame, batch_format="pandas")
    vectorizer, alone = TfidfVectorizer(), TfidfVectorizer()
    expected = alone.fit_transform(table["text"])
    assert vectorizer.fit(documents) is vectorizer
    assert differences(vectorizer.transform(table["text"]), expected) == []
    rows = TfidfVectorizer().fit_transform(documents).take_all()
    assert [row["values"] for row in rows] == [row.data.tolist() for row in expected]


def test_a_worker_dies_in_a_fit(collection, table, tmp_path):
    from textvec.engines.ray_engine import RayEngine

    engine = Deadly(RayEngine(), tmp_path / "died", AFTER)
    vectorizer = TfidfVectorizer(min_df=2)
    made = fit(vectorizer, collection("dataset", PARTITIONS["2"]), column="text", engine=engine)
    assert engine.n_died == engine.n_passes == 1
    assert differences(made.transform(table["text"]), vectorizer.fit(table["text"]).transform(table["text"])) == []


def test_a_worker_dies_that_merges(collection, table, tmp_path):
    vectorizer = TfidfVectorizer(min_df=2)
    vectorizer._merge = DiesInMerge(TfidfVectorizer(min_df=2)._merge, tmp_path / "died")
    vectorizer.fit(collection("dataset", PARTITIONS["2"]).select_columns(["text"]))
    assert (tmp_path / "died").exists()
    alone = TfidfVectorizer(min_df=2).fit(table["text"])
    assert differences(vectorizer.transform(table["text"]), alone.transform(table["text"])) == []


class SlowAtFirst:
    """Takes its time for the first documents, so that what comes after them is done before."""

    def __call__(self, block):
        import time

        time.sleep(0.5 if 0 in block["number"].to_pylist() else 0)
        return block


@pytest.mark.parametrize("layout", ["npz", "parquet"])
def test_parts_are_in_the_order_of_the_dataset(layout, ray_cluster, table, tmp_path):
    vectorizer = TfidfVectorizer(dtype=np.float32).fit(table["text"])
    pieces = parts_of(table, [10] * 9)
    documents = ray_cluster.data.from_arrow(pieces).map_batches(SlowAtFirst(), batch_format="pyarrow", batch_size=10)
    parts = transform(vectorizer, documents, tmp_path, column="text", keep=["number", "text"], format=layout)
    assert_same(parts.to_matrix(), vectorizer.transform(table["text"]))
    assert [each for part in parts for each in part.columns["number"].to_pylist()] == list(range(90))
    assert not documents.context.execution_options.preserve_order  # that of the user is not touched
    made = transform(vectorizer, documents, column="text", keep=["number"])
    assert [row["number"] for row in made.take_all()] == list(range(90))


def test_blocks_of_files_are_the_same_whenever_they_are_read(ray_cluster, table, tmp_path, monkeypatch):
    monkeypatch.setattr(ray_cluster.data.DataContext.get_current(), "target_max_block_size", 3000)  # bytes
    (tmp_path / "documents").mkdir()
    for i, part in enumerate(parts_of(table, [10] * 9)):
        pq.write_table(part, tmp_path / "documents" / f"{i}.parquet")
    vectorizer = CountVectorizer().fit(table["text"])
    for name in ("one", "other"):
        documents = ray_cluster.data.read_parquet(str(tmp_path / "documents"))
        parts = transform(vectorizer, documents, tmp_path / name, column="text", keep=["number"])
        assert parts.n_parts > 2
        numbers = [each for part in parts for each in part.columns["number"].to_pylist()]
        assert sorted(numbers) == list(range(90))
        assert_same(parts.to_matrix(), vectorizer.transform(table["text"].take(pa.array(numbers))))
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "other")


def test_a_run_goes_on_with_the_same_documents_only(ray_cluster, table, tmp_path):
    vectorizer = CountVectorizer().fit(table["text"])
    documents, same = (ray_cluster.data.from_arrow(parts_of(table, PARTITIONS["2"])) for _ in range(2))
    transform(vectorizer, documents, tmp_path, column="text")
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    transform(vectorizer, same, tmp_path, column="text")
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before
    (tmp_path / "part-00001.npz").unlink()
    transform(vectorizer, same, tmp_path, column="text")
    assert_same(read_parts(tmp_path).to_matrix(), vectorizer.transform(table["text"]))
    assert (tmp_path / "part-00000.npz").stat().st_mtime_ns == before["part-00000.npz"]
    others = [
        same.map_batches(lambda block: block.append_column("more", block["number"]), batch_format="pyarrow"),
        ray_cluster.data.from_arrow(parts_of(table, PARTITIONS["1"])),
        ray_cluster.data.from_arrow(parts_of(table.take(list(range(89, -1, -1))), PARTITIONS["2"])),
    ]
    transform(vectorizer, others[0], tmp_path, column="text")  # of the same texts
    for other in others[1:]:
        with pytest.raises(FileExistsError, match="belongs to another run, of other documents"):
            transform(vectorizer, other, tmp_path, column="text")


def test_texts_that_are_missing_make_a_difference(ray_cluster):
    from textvec.engines.ray_engine import RayEngine

    def identity(*texts):
        return identity_of(ray_cluster.data.from_arrow(pa.table({"text": texts})), RayEngine())

    assert identity("red", None) == identity("red", None)
    assert len({identity("red", None), identity("red", ""), identity("red"), identity(None, "red")}) == 4


def test_the_ten_lines_of_the_guide(ray_cluster, tmp_path, monkeypatch):
    """They run on the Ray of all tests, so that what starts one and ends it does nothing."""
    page = (ROOT / "docs" / "guide" / "distributed.md").read_text(encoding="utf-8")
    [code] = re.findall(r"^```python ray\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    data = load_reviews()
    reviews = pa.table({"text": data.data, "id": range(len(data.data))})
    (tmp_path / "reviews").mkdir()
    for i in range(4):
        pq.write_table(reviews[i * 500 : (i + 1) * 500], tmp_path / "reviews" / f"part-{i}.parquet")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(ray_cluster, "init", lambda: None)
    monkeypatch.setattr(ray_cluster, "shutdown", lambda: None)
    names = {}
    code = code.replace('"reviews"', repr(str(tmp_path / "reviews")))  # workers run where the tests were started
    exec(compile(code, "docs/guide/distributed.md", "exec"), names)
    alone = CosineIndex(TfidfVectorizer(min_df=2)).fit(data.data)
    assert list(names["hits"]) == list(alone.search(["cold soup"], k=3)[0])
    assert_same(read_parts("parts").to_matrix(), names["vectorizer"].transform(data.data))
