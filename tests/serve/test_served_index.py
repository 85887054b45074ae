"""An index that is served follows its folder, and never fails while that changes."""

import shutil
import threading
import time

import pytest

from textvec import BM25Index, CosineIndex, open_index
from textvec.distributed import build_index
from textvec.index import DamagedIndexError
from textvec.serve.served_index import ServedIndex


def ids(served, query):
    return served.ask(lambda index: [hit.id for hit in index.search([query])[0]])


def test_a_change_is_taken_up(folder):
    served = ServedIndex(folder)
    assert not served.refresh()
    open_index(folder).add(["a zebra"])
    assert ids(served, "zebra") == []
    assert served.refresh()
    assert not served.refresh()
    assert ids(served, "zebra") == [5]
    CosineIndex().fit(["other zebra"]).save(folder, overwrite=True)
    assert served.refresh()
    assert ids(served, "zebra") == [0]


def test_what_cannot_be_opened_leaves_the_old_state(folder):
    served = ServedIndex(folder)
    (folder / "manifest.json").write_bytes(b"{}")
    with pytest.raises(DamagedIndexError):
        served.refresh()
    assert ids(served, "lunch") == [2, 1]
    shutil.rmtree(folder)
    with pytest.raises((FileNotFoundError, DamagedIndexError)):
        served.refresh()
    assert ids(served, "lunch") == [2, 1]
    BM25Index().fit(["lunch"]).save(folder)
    assert served.refresh()
    assert ids(served, "lunch") == [0]


def test_an_index_in_shards_takes_the_place_of_another_and_back(folder, tmp_path):
    served = ServedIndex(folder)
    (tmp_path / "lines.txt").write_text("lunch of an okapi\nzebra\n")
    build_index(CosineIndex(), tmp_path / "lines.txt", tmp_path / "shards")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "shards", folder)
    assert served.refresh()
    assert ids(served, "okapi") == [0]
    CosineIndex().fit(["zebra", "okapi"]).save(tmp_path / "single")
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "single", folder)
    assert served.refresh()
    assert ids(served, "okapi") == [1]


def test_a_file_that_is_gone_is_no_failure(folder):
    """The encoder of a state is read when it is first needed, and another index has taken its place."""
    served = ServedIndex(folder)
    del vars(served.index)["encoder_"]  # which was read to see whether scores can be explained
    BM25Index().fit(["lunch of an okapi"]).save(folder, overwrite=True)
    assert served.ask(lambda index: index.explain("okapi", 0).score) > 0
    assert ids(served, "okapi") == [0]


def test_an_error_that_no_change_explains_is_told_once(folder):
    served, asked = ServedIndex(folder), []

    def broken(index):
        asked.append(index)
        raise DamagedIndexError("broken")

    with pytest.raises(DamagedIndexError, match="broken"):
        served.ask(broken)
    assert len(asked) == 1


def test_no_question_fails_while_another_writes(folder):
    served, end, failures, n = ServedIndex(folder), threading.Event(), [], [0]

    def ask():
        while not end.is_set():
            try:
                found = ids(served, "lunch zebra")
                assert {1, 2} <= set(found)
                served.refresh()
                n[0] += 1
            except Exception as error:
                failures.append(error)

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    index = open_index(folder)
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        index.add(["a zebra"])
        index.delete(max(index)).compact()
    end.set()
    for asker in askers:
        asker.join()
    assert failures == []
    assert n[0] > 10
