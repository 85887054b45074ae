"""Documents in pieces for indexes in shards, and what is compared of an index in shards and a single one."""

import os
import signal
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

SIZES = {
    "1": [90],
    "2": [40, 50],
    "7": [0, 3, 50, 0, 1, 30, 6],  # skewed, and some are empty
    "40": [2, 3] * 18,
}


def write_pieces(folder, documents, sizes, **columns):
    """Write documents, and columns beside them, to a Parquet file for each piece."""
    folder.mkdir()
    table = pa.table({"text": documents, **columns})
    start = 0
    for number, size in enumerate(sizes):
        pq.write_table(table.slice(start, size), folder / f"{number:03d}.parquet")
        start += size
    assert start == len(documents)
    return f"{folder}/*.parquet"


def check_equal(one, sharded, queries, where=None):
    """Compare what two indexes find, to the last bit, and how they explain it."""
    found, same = one.search(queries, k=25, where=where), sharded.search(queries, k=25, where=where)
    assert found.scores.tobytes() == same.scores.tobytes()
    assert found.to_dicts() == same.to_dicts()
    assert repr(found) == repr(same)
    ids = [hits[0].id for hits in found if hits][:4]
    again, like = one.search_by_id(ids, where=where), sharded.search_by_id(ids, where=where)
    assert again.scores.tobytes() == like.scores.tobytes()
    assert again.to_dicts() == like.to_dicts()
    for query, hits in list(zip(queries, found, strict=True))[:5]:
        for hit in hits[:2]:
            assert repr(one.explain(query, hit.id)) == repr(sharded.explain(query, hit.id))
            assert list(one.explain(query, hit.id)) == list(sharded.explain(query, hit.id))
        assert one.query_terms(query) == sharded.query_terms(query)
        assert one.knows(query) == sharded.knows(query)
    assert list(one) == list(sharded)
    assert len(one) == len(sharded)


def dies_once(name, mark):
    """Replace a function in this process by one that kills the process, unless there is a mark, which it makes."""
    module, attribute = _place(name)
    function = getattr(module, attribute)

    def dying(*args, **kwargs):
        if not Path(mark).exists():
            Path(mark).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*args, **kwargs)

    dying.replaced = function
    setattr(module, attribute, dying)


def restored(name):
    """Take back what `dies_once` replaced."""
    module, attribute = _place(name)
    function = getattr(module, attribute)
    while hasattr(function, "replaced"):
        function = function.replaced
    setattr(module, attribute, function)


def _place(name):
    module, _, attribute = name.rpartition(".")
    return import_module(module), attribute
