"""Workers of Dask's build an index in shards, hold it and search it, also where some of them die."""

import shutil

import pyarrow.compute as pc
import pytest
from sklearn.base import clone
from sklearn.frozen import FrozenEstimator

from support.sharded import check_equal, dies_once, restored
from textvec import BM25Index, Chunker, CosineIndex, TfidfVectorizer
from textvec.distributed import ShardedIndex, build_index
from textvec.distributed._holders import DaskWorkers, grouped, holders_for
from textvec.index import DamagedIndexError
from textvec.index.storage.shards import ShardedFolder
from textvec.similarity import find_duplicates

INDEXES = {
    "tfidf": CosineIndex(TfidfVectorizer(ngram_range=(1, 2))),
    "bm25": BM25Index(statistics="frozen", method="bm25+"),
    "passages": CosineIndex(chunker=Chunker(by="words", size=5)),
}


@pytest.fixture
def folder(pieces, tmp_path):
    build_index(INDEXES["tfidf"], pieces, tmp_path / "index", column="text", metadata=["number"])
    return tmp_path / "index"


@pytest.fixture
def patched(dask_client):
    """Return a function that replaces a function in all workers by one that kills the first worker that calls it."""
    names = []

    def patch(name, mark):
        names.append(name)
        dask_client.run(dies_once, name, str(mark))

    yield patch
    for name in names:
        dask_client.run(restored, name, on_error="ignore")  # a worker may be starting


@pytest.mark.parametrize("index", INDEXES.values(), ids=INDEXES)
def test_workers_build_and_search(index, dask_client, pieces, texts, queries, tmp_path):
    one = clone(index).fit(texts, metadata={"number": range(90)})
    build_index(index, pieces, tmp_path / "index", engine=dask_client, column="text", metadata=["number"])
    sharded = ShardedIndex.open(tmp_path / "index", client=dask_client)
    check_equal(one, sharded, queries)
    check_equal(one, sharded, queries[:3], where=pc.field("number") > 30)
    assert repr(sharded).endswith(", held by 3 workers)")
    assert sharded.info()["workers"] == 3


def test_duplicates(dask_client, folder, texts):
    encoder = FrozenEstimator(TfidfVectorizer(ngram_range=(1, 2)).fit(texts))
    found, one = (
        ShardedIndex.open(folder, client=dask_client).find_duplicates(0.2),
        find_duplicates(texts, 0.2, encoder=encoder),
    )
    assert found.scores.tobytes() == one.scores.tobytes()
    assert list(found) == list(one)


def test_what_a_worker_raises_is_raised(dask_client, folder):
    with pytest.raises(ValueError, match="nothing"):
        ShardedIndex.open(folder, client=dask_client).search(["free"], where="nothing == 3")


def test_a_worker_dies_during_a_build(dask_client, patched, pieces, texts, queries, tmp_path):
    patched("textvec.distributed._shards.encoded_documents", tmp_path / "died")
    index = INDEXES["tfidf"]
    sharded = build_index(index, pieces, tmp_path / "index", engine=dask_client, column="text")
    assert (tmp_path / "died").exists()
    check_equal(clone(index).fit(texts), sharded, queries)
    names = {path.name for path in (tmp_path / "index").iterdir()}
    assert names == {"lock", "manifest.json", *(f"shard-{number:05d}" for number in (1, 2, 4, 5, 6))}


def test_a_worker_dies_during_a_search(dask_client, patched, folder, texts, queries, tmp_path):
    sharded, one = ShardedIndex.open(folder, client=dask_client), clone(INDEXES["tfidf"]).fit(texts)
    patched("textvec.distributed._shard_tasks.count", tmp_path / "died")
    assert sharded.search(queries).scores.tobytes() == one.search(queries).scores.tobytes()
    assert (tmp_path / "died").exists()


class KilledWorker(Exception):  # noqa: N818
    """What Dask raises of a task whose workers have died again and again."""

    __module__ = "distributed.scheduler"


class Promise:
    """What is promised by workers that die, or by a function that fails."""

    def __init__(self, error):
        self.error = error

    def result(self, timeout=None):
        raise self.error


class FailingClient:
    """A cluster of two workers, of which the second one fails."""

    __module__ = "distributed.client"

    def __init__(self, client, error):
        self.client, self.error = client, error

    def nthreads(self):
        return {"first": 1, "second": 1}

    def submit(self, function, *args, workers, allow_other_workers, pure):
        return Promise(self.error) if workers == ["second"] else self.client.submit(function, *args, pure=pure)


def test_workers_that_die_again_and_again(dask_client, folder):
    client = FailingClient(dask_client, KilledWorker("gone"))
    message = r"3 of 5 shards .* shard-00004 \(its workers have died, KilledWorker"
    with pytest.raises(DamagedIndexError, match=message):
        ShardedIndex.open(folder, client=client).search(["free"])
    results = ShardedIndex.open(folder, client=client, allow_partial=True).search(["free"])
    assert results.missing_shards == ("shard-00004", "shard-00005", "shard-00006")
    with pytest.raises(DamagedIndexError, match="KilledWorker"):
        ShardedIndex.open(folder, client=client, allow_partial=True).find_duplicates()
    with pytest.raises(KeyError, match="a mistake"):
        ShardedIndex.open(folder, client=FailingClient(dask_client, KeyError("a mistake"))).search(["free"])


class Silence:
    """What is promised by a worker that answers nothing."""

    key = "silent"

    def result(self, timeout=None):
        raise TimeoutError

    def done(self):
        return False


class Fallen:
    """A cluster of two workers, of which the first one stands still; or of none any more."""

    __module__ = "distributed.client"

    def __init__(self, client, workers):
        self.client, self.workers, self.seconds = client, workers, 0

    def nthreads(self):
        return {"first": 1, "second": 1}

    def submit(self, function, *args, workers, allow_other_workers, pure):
        if workers == ["first"] or not self.workers:
            return Silence()
        return self.client.submit(function, *args, pure=pure)

    def scheduler_info(self, n_workers):
        self.seconds += 1
        heard = {"first": 1.5, "second": self.seconds}
        return {"workers": {each: {"last_seen": heard[each]} for each in self.workers}}

    def processing(self):
        return {each: ["silent"] if each == "first" else [] for each in self.workers}


def test_a_worker_that_stands_still(dask_client, folder, texts, queries):
    """Another one is asked."""
    sharded = ShardedIndex.open(folder, client=Fallen(dask_client, ["first", "second"]))
    assert (
        sharded.search(queries).scores.tobytes() == clone(INDEXES["tfidf"]).fit(texts).search(queries).scores.tobytes()
    )


def test_a_cluster_that_has_no_workers_any_more(dask_client, folder):
    with pytest.raises(
        DamagedIndexError, match=r"5 of 5 shards .* shard-00001 \(the cluster has had no workers for 30"
    ):
        ShardedIndex.open(folder, client=Fallen(dask_client, [])).search(["free"])


@pytest.mark.parametrize("name", ["ClosedClientError", "FutureCancelledError"])
@pytest.mark.parametrize("allow_partial", [False, True])
def test_a_client_that_is_closed(dask_client, folder, name, allow_partial):
    """Nothing is known of any shard: that is no result without some of them."""
    error = type(name, (Exception,), {"__module__": "distributed.client"})("closed")
    index = ShardedIndex.open(folder, client=FailingClient(dask_client, error), allow_partial=allow_partial)
    with pytest.raises(ConnectionError, match="the client is closed, or has lost the connection"):
        index.search(["free"])


def test_a_function_that_runs_out_of_time(dask_client, folder):
    class Late(Silence):
        def done(self):
            return True

    class Client(Fallen):
        __module__ = Fallen.__module__

        def submit(self, *args, **kwargs):
            return Late()

    with pytest.raises(TimeoutError):
        ShardedIndex.open(folder, client=Client(dask_client, ["first"])).search(["free"])


def test_a_shard_that_is_lost(dask_client, folder):
    index = ShardedIndex.open(folder, client=dask_client)
    some = ShardedIndex.open(folder, client=dask_client, allow_partial=True)
    everything = some.search(["free"], k=90)
    lost = {hit.id for hit in everything[0] if 3 <= hit.id < 53}
    shutil.rmtree(folder / "shard-00002")
    dask_client.run(forget)
    for search in (lambda: index.search(["free"]), lambda: index.search_by_id(0), index.find_duplicates):
        with pytest.raises(DamagedIndexError, match=r"1 of 5 shards .*shard-00002.*is missing"):
            search()
    results = some.search(["free"], k=90)
    assert results.missing_shards == ("shard-00002",)
    assert {hit.id for hit in everything[0]} - {hit.id for hit in results[0]} == lost != set()
    assert some.search_by_id(0).missing_shards == ("shard-00002",)
    assert not everything.is_partial


def forget():
    """Close the shards that a worker has open."""
    from textvec.distributed._shard_tasks import _kept

    _kept.cache_clear()


def test_groups_follow_one_another():
    for n, of in ((7, 3), (2, 5), (1, 1), (40, 7)):
        groups = grouped(range(n), of)
        assert [each for group in groups for each in group] == list(range(n))
        assert max(map(len, groups)) - min(map(len, groups)) <= 1
        assert len(groups) == min(n, of)


def test_a_cluster_without_workers(folder):
    class Client:
        __module__ = "distributed.client"

        def nthreads(self):
            return {}

        def submit(self): ...

    assert len(DaskWorkers(Client())) == 0
    with pytest.raises(ConnectionError, match="The cluster has no workers"):
        holders_for(Client(), ShardedFolder(folder))
