"""An index in shards on one machine: what of it is missing is said, and the rest is as of a single index."""

import pickle
import shutil

import pytest
from sklearn.frozen import FrozenEstimator

from support.sharded import SIZES, write_pieces
from textvec import BM25Index, CosineIndex, TfidfVectorizer, save
from textvec.distributed import ShardedIndex, _shard_tasks, build_index
from textvec.distributed._holders import _shards_of
from textvec.index import DamagedIndexError
from textvec.index.storage.shards import ShardedFolder
from textvec.similarity import find_duplicates


@pytest.fixture(scope="module")
def built(tmp_path_factory, texts):
    """A folder of shards that no test may change, whose ids are not in the order of the documents."""
    folder = tmp_path_factory.mktemp("shards")
    paths = write_pieces(folder / "pieces", texts, SIZES["7"], number=[7 * i % 90 for i in range(90)])
    build_index(CosineIndex(), paths, folder / "index", column="text", ids="number")
    return folder / "index"


@pytest.fixture
def folder(built, tmp_path):
    shutil.copytree(built, tmp_path / "index")
    return tmp_path / "index"


def test_what_it_tells(built, texts):
    index = ShardedIndex.open(built, verify=True)
    assert repr(index) == "ShardedIndex(90 documents, 5 shards, CosineIndex)"
    assert (len(index), index.missing_shards) == (90, ())
    assert index[7].document == texts[1]
    assert 7 in index
    assert 90 not in index
    info = index.info()
    assert (info["documents"], info["shards"], info["path"]) == (90, 5, str(built))
    assert "workers" not in info
    with pytest.raises(KeyError, match="No document has the id 90"):
        index.explain("free", 90)
    with pytest.raises(ValueError, match="k, the number of hits,"):
        index.search(["free"], k=0)


def test_duplicates_are_those_of_all_documents(built, texts):
    index, ids = ShardedIndex.open(built), [7 * i % 90 for i in range(90)]
    by_id = sorted(range(90), key=ids.__getitem__)
    one = find_duplicates([texts[i] for i in by_id], 0.1, encoder=FrozenEstimator(TfidfVectorizer().fit(texts)))
    found = index.find_duplicates(0.1)
    assert len(found) > 20
    assert found.scores.tobytes() == one.scores.tobytes()
    assert list(found) == list(one)
    assert (found.clusters, found.unique.tolist()) == (one.clusters, one.unique.tolist())
    assert repr(found) == repr(pickle.loads(pickle.dumps(found))) == repr(one)
    with pytest.raises(ValueError, match="threshold, the lowest similarity"):
        index.find_duplicates(0)


def test_duplicates_with_passages_and_counts(tmp_path, texts):
    paths = write_pieces(tmp_path / "pieces", texts, SIZES["2"])
    index = build_index(BM25Index(statistics="frozen"), paths, tmp_path / "index", column="text")
    one = find_duplicates(texts, 0.5, encoder=FrozenEstimator(index._index.encoder_))
    assert list(index.find_duplicates(0.5)) == list(one)


def test_a_missing_shard(folder, texts):
    shutil.rmtree(folder / "shard-00002")
    with pytest.raises(DamagedIndexError, match=r"1 of 5 shards .*shard-00002.*allow_partial=True"):
        ShardedIndex.open(folder)
    index = ShardedIndex.open(folder, allow_partial=True)
    assert index.missing_shards == ("shard-00002",)
    assert repr(index) == "ShardedIndex(40 documents, 5 shards, CosineIndex, 1 shard missing)"
    assert index.info()["missing_shards"] == ["shard-00002"]
    results = index.search([texts[0], "unknownword"])
    for each in (results, results[:1], pickle.loads(pickle.dumps(results)), pickle.loads(pickle.dumps(results))[:1]):
        assert (each.is_partial, each.missing_shards) == (True, ("shard-00002",))
    assert repr(results).startswith("SearchResults(2 queries, 1 shard missing: shard-00002)\n")
    assert "1 shard missing: shard-00002" in results._repr_html_()
    assert index.search_by_id(0).is_partial
    with pytest.raises(DamagedIndexError, match="1 of 5 shards"):
        index.find_duplicates()


def test_rows_are_numbered_through_all_shards_though_a_worker_misses_one(folder, texts):
    opened = ShardedFolder(folder)
    index, shards = ShardedIndex.open(folder), _shards_of(opened)
    asked = index._index._asked(index._index._encoded(texts[:5], opened.collection), opened.collection)
    every = _shard_tasks.search_shards(shards, asked, 90, 0.0, None)
    lost = shards[2]
    shutil.rmtree(folder / lost.name)
    _shard_tasks._kept.cache_clear()
    found = _shard_tasks.search_shards(shards[1:], asked, 90, 0.0, None)
    there = (every.rows >= shards[1].first_row) & ~((every.rows >= lost.first_row) & (every.rows < shards[3].first_row))
    assert list(found.missing) == [lost.name]
    for row in range(5):
        hits = found.rows[row][found.rows[row] >= 0].tolist()
        assert len(hits) > 0
        assert hits == every.rows[row][there[row]].tolist()


def test_complete_results_are_not_marked(built, texts):
    results = ShardedIndex.open(built, allow_partial=True).search(texts[:2])
    assert (results.is_partial, results.missing_shards) == (False, ())
    assert "missing" not in repr(results)
    four = type(results)(results._rows, results.scores, results._collection, ["a", "b", "c", "d"])
    assert repr(four).startswith("SearchResults(2 queries, 4 shards missing: a, b, c, ...)")


def test_what_is_no_client(built):
    with pytest.raises(TypeError, match=r"client must be a Client of dask\.distributed, or 'ray', but it is 3"):
        ShardedIndex.open(built, client=3)


def test_an_index_that_was_written_anew_meanwhile(tmp_path):
    (tmp_path / "a.txt").write_text("red apple\ngreen\n")
    index = build_index(CosineIndex(TfidfVectorizer()), tmp_path / "a.txt", tmp_path / "index")
    build_index(CosineIndex(TfidfVectorizer()), tmp_path / "a.txt", tmp_path / "index", overwrite=True)
    with pytest.raises(DamagedIndexError, match=r"its index was written anew\. Open it again"):
        index.search(["red"])


def test_no_index(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        ShardedIndex.open(tmp_path / "index")


def test_it_is_its_folder_and_is_not_saved(built, tmp_path):
    with pytest.raises(TypeError, match="a ShardedIndex is saved in its folder"):
        save(ShardedIndex.open(built), tmp_path / "file")
