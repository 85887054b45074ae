"""Made text: the same from the same seed, of the size that was asked for, with words as often as in natural text."""

import numpy as np
import pyarrow.parquet as pq
import pytest

from benchmarks.made_text import documents, ranks, spell, write


def test_the_same_seed_makes_the_same_files(tmp_path):
    first, second, other = (
        [pq.read_table(path) for path in write(tmp_path / name, 200_000, n_files=2, seed=seed)]
        for name, seed in (("first", 1), ("second", 1), ("other", 2))
    )
    assert first == second
    assert first != other


def test_size_and_ids(tmp_path):
    paths = write(tmp_path, 2_000_000, n_files=3)
    tables = [pq.read_table(path) for path in paths]
    assert [table.column_names for table in tables] == [["id", "text"]] * 3
    assert [i for table in tables for i in table["id"].to_pylist()] == list(range(sum(map(len, tables))))
    size = sum(len(text) for table in tables for text in table["text"].to_pylist())
    assert 2_000_000 <= size < 2_600_000


def test_every_rank_has_a_word_of_its_own():
    numbers = np.concatenate([np.arange(1, 30_000), 10 ** np.arange(5, 12)])
    words = spell(numbers).to_pylist()
    assert len(set(words)) == len(numbers)
    assert all(word.isalpha() and 2 <= len(word) <= 12 for word in words)


def test_frequencies_fall_with_the_rank_and_new_words_keep_coming():
    drawn = ranks(2_000_000, np.random.default_rng(0))
    counts = np.bincount(drawn[drawn <= 1000])
    assert counts[10:20].sum() / counts[100:110].sum() == pytest.approx(np.log(2) / np.log(1.1), rel=0.05)
    distinct = [len(np.unique(drawn[:n])) for n in (500_000, 2_000_000)]
    assert 1.6 < distinct[1] / distinct[0] < 2.4


def test_documents_have_some_200_words():
    lengths = [len(text.split()) for text in documents(500, np.random.default_rng(0)).to_pylist()]
    assert min(lengths) >= 100
    assert max(lengths) <= 300
    assert 190 < np.mean(lengths) < 210
