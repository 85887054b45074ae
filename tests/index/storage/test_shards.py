"""Shards are opened as one index: what it finds, and what is said of those that are missing, damaged or foreign."""

import json
import pickle
import shutil

import pytest
from sklearn.frozen import FrozenEstimator

from support.saved_indexes import DOCUMENTS
from textvec import CosineIndex, TfidfVectorizer, open_index
from textvec.index import DamagedIndexError
from textvec.index.storage import schema, shards
from textvec.index.storage.shards import ShardedFolder

QUERIES = ["apple", *DOCUMENTS]


def write(folder, pieces, **options):
    """Write pieces of documents as shards, with the encoder of all of them."""
    encoder = FrozenEstimator(TfidfVectorizer().fit([text for piece in pieces for text in piece]))
    about, start = [], 0
    for number, piece in enumerate(pieces):
        index = CosineIndex(encoder).fit(piece, ids=range(start, start + len(piece)), **options)
        index.save(folder / f"shard-{number:05d}")
        about.append(shards.described(folder / f"shard-{number:05d}"))
        start += len(piece)
    shards.write_shards(folder, "CosineIndex", start, about)


@pytest.fixture
def sharded(tmp_path):
    write(tmp_path / "index", [DOCUMENTS[:1], DOCUMENTS[1:3], DOCUMENTS[3:]])
    return tmp_path / "index"


def test_shards_are_one_index(sharded):
    one, opened = CosineIndex().fit(DOCUMENTS), open_index(sharded, verify=True)
    assert type(opened) is CosineIndex
    assert opened.search(QUERIES).to_dicts() == one.search(QUERIES).to_dicts()
    assert list(opened) == list(one)
    assert opened.info()["shards"] == opened.info()["segments"] == 3
    assert opened.info()["bytes"] == sum(open_index(path).info()["bytes"] for path in sharded.glob("shard-*"))
    assert CosineIndex.open(sharded).search(QUERIES).to_dicts() == one.search(QUERIES).to_dicts()
    assert pickle.loads(pickle.dumps(opened)).search(QUERIES).to_dicts() == one.search(QUERIES).to_dicts()
    opened.verify()


def test_a_shard_is_an_index(sharded):
    whole, part = open_index(sharded), open_index(sharded / "shard-00001")
    scores = {hit.id: hit.score for hit in whole.search(["apple"])[0]}
    assert all(scores[hit.id] == hit.score for hit in part.search(["apple"])[0])
    assert len(part) == 2


def test_shards_are_only_read(sharded, tmp_path):
    opened = open_index(sharded)
    for change in (lambda: opened.add(["more"]), lambda: opened.delete(0), opened.compact):
        with pytest.raises(ValueError, match=r"is in shards, which are not changed\. Add documents as further shards"):
            change()
    opened.save(tmp_path / "single")
    assert len(open_index(tmp_path / "single").add(["red apple"])) == len(DOCUMENTS) + 1
    with pytest.raises(FileExistsError, match="There is an index at"):
        opened.save(sharded)
    with pytest.raises(DamagedIndexError, match=r"holds an index in shards.*open_index"):
        opened.save(sharded, overwrite=True)
    assert len(open_index(sharded, verify=True)) == len(DOCUMENTS)


def test_a_missing_shard_is_named(sharded):
    shutil.rmtree(sharded / "shard-00001")
    with pytest.raises(DamagedIndexError, match=r"1 of 3 shards .* cannot be searched: shard-00001 .*is missing"):
        open_index(sharded)
    folder = ShardedFolder(sharded, allow_partial=True)
    assert list(folder.missing) == ["shard-00001"]
    assert len(folder.collection) == len(DOCUMENTS) - 2
    for number in (0, 2):
        shutil.rmtree(sharded / f"shard-{number:05d}")
    with pytest.raises(DamagedIndexError, match="3 of 3 shards"):
        ShardedFolder(sharded, allow_partial=True)


def test_a_damaged_shard_is_named(sharded):
    path = next((sharded / "shard-00002").rglob("documents.arrow"))
    path.write_bytes(path.read_bytes()[:-8])
    with pytest.raises(DamagedIndexError, match=r"1 of 3 shards .* shard-00002 .*documents\.arrow"):
        open_index(sharded)


def test_damage_within_a_file_is_found_by_verifying(sharded):
    path = next((sharded / "shard-00002").rglob("documents.arrow"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 255
    path.write_bytes(content)
    with pytest.raises(DamagedIndexError, match="shard-00002"):
        open_index(sharded).verify()


def test_a_shard_that_was_changed_by_itself_is_named(sharded):
    open_index(sharded / "shard-00001").delete(1)
    with pytest.raises(DamagedIndexError, match=r"shard-00001 .*not the one that was written"):
        open_index(sharded)


def test_many_missing_shards_are_counted(tmp_path):
    write(tmp_path / "index", [["red apple"]] * 9)
    for number in range(8):
        shutil.rmtree(tmp_path / f"index/shard-{number:05d}")
    with pytest.raises(DamagedIndexError, match=r"8 of 9 shards.*shard-00004.*; and 3 more"):
        open_index(tmp_path / "index")


def change_manifest(folder, **changes):
    path = folder / "manifest.json"
    head = json.loads(path.read_text())
    head["content"] |= changes
    head["sha256"] = schema.checksum(head["content"])
    path.write_text(json.dumps(head))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"shards": []}, "'shards' must not be empty"),
        ({"documents": 0}, "'documents' must be a whole number"),
        ({"next_id": 1}, "'next_id' is 1, but there is an id"),
        ({"shards": [{"name": "../shard-00000", "documents": 1, "bytes": 1, "sha256": "0" * 64}]}, "name of a shard"),
    ],
    ids=["none", "no documents", "ids", "elsewhere"],
)
def test_a_forged_manifest_is_refused(sharded, changes, message):
    change_manifest(sharded, **changes)
    with pytest.raises(DamagedIndexError, match=message):
        open_index(sharded)


def test_a_shard_that_is_named_twice_is_refused(sharded):
    change_manifest(sharded, shards=2 * shards.read_shards(sharded)["shards"])
    with pytest.raises(DamagedIndexError, match="names a shard twice"):
        open_index(sharded)


def test_manifests_of_the_future_and_broken_ones(sharded):
    path = sharded / "manifest.json"
    head = json.loads(path.read_text())
    path.write_text(json.dumps(head | {"version": 9}))
    with pytest.raises(DamagedIndexError, match=r"version 9.*Install a newer textvec"):
        open_index(sharded)
    path.write_text(json.dumps(head | {"sha256": "0" * 64}))
    with pytest.raises(DamagedIndexError, match="its content is not what was written"):
        open_index(sharded)


def test_shards_that_do_not_belong_together(sharded):
    shutil.rmtree(sharded / "shard-00001")
    CosineIndex(TfidfVectorizer(min_df=2)).fit(DOCUMENTS[1:3] * 2, ids=range(4)).save(sharded / "shard-00001")
    about = [shards.described(sharded / f"shard-{number:05d}") for number in range(3)]
    shards.write_shards(sharded, "CosineIndex", 99, about)
    with pytest.raises(DamagedIndexError, match="do not belong together"):
        open_index(sharded)


def test_where_there_are_none(sharded):
    with pytest.raises(FileNotFoundError, match="shard-00000 is no index in shards"):
        ShardedFolder(sharded / "shard-00000")
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        ShardedFolder(sharded / "else")
