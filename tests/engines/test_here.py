"""This process as an engine."""

import pytest

from support.spread import DocumentCounts, joined, texts_of
from textvec.engines import Files, fit_spread
from textvec.engines.here import HereEngine


@pytest.fixture
def files(tmp_path, table):
    (tmp_path / "a.txt").write_text("\n".join(table["text"]), encoding="utf-8")
    return Files(tmp_path, bytes_per_piece=20)


def test_it_merges_all_pieces_in_their_order(files, table):
    merged_at_once = []

    def merge(results):
        merged_at_once.append(len(results))
        return joined(results)

    assert HereEngine().fold(texts_of, merge, files) == table["text"]
    assert max(merged_at_once) == 4


def test_it_fits(files, table):
    assert vars(fit_spread(DocumentCounts(), files)) == vars(DocumentCounts().fit(table["text"]))


def test_it_maps_and_skips(files, table):
    told = []
    n = len(files.pieces())
    found = dict(HereEngine().map(texts_of, files, skip={0, 2}, progress=lambda *counts: told.append(counts)))
    assert sorted(found) == [1, *range(3, n)]
    assert told == [(done, n) for done in range(1, n + 1)]
    assert joined(found.values()) == [t for p in files.pieces() if p.number not in (0, 2) for t in texts_of(p.read())]
