from collections import Counter

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support import strategies
from support.compare import threads
from textvec.text.encoding import encode_lists
from textvec.vectorizers._analysis import Analyzed
from textvec.vectorizers._ngrams import NGrams

RANGES = st.tuples(st.integers(1, 5), st.integers(0, 4)).map(lambda r: (r[0], min(5, r[0] + r[1])))


def count(lists, ngram_range=(1, 1)):
    return Analyzed(encode_lists(lists), ngram_range).count_ngrams(NGrams.empty(), learn=True)[1]


def named(document, ngram_range):
    low, high = ngram_range
    return [" ".join(document[i : i + n]) for n in range(low, high + 1) for i in range(len(document) - n + 1)]


def check(lists, ngram_range):
    counts = count(lists, ngram_range)
    expected = [Counter(named(document, ngram_range)) for document in lists]
    names = counts.ngrams.names().tolist()
    assert len(counts.ngrams) == len(names) == len(set(names))
    assert names == sorted(set().union(*expected))
    assert counts.n_documents == len(lists)

    found = [Counter() for _ in lists]
    at = counts.occurrences
    for name, length, begin, end in zip(names, at.length, at.begin, at.end, strict=True):
        documents = at.documents[length - 1, begin:end].tolist()
        assert documents == sorted(documents), "occurrences are in document order"
        for d in documents:
            found[d][name] += 1
    assert found == expected

    frequencies = Counter(name for document in expected for name in document)
    assert counts.document_frequencies.tolist() == [frequencies[name] for name in names]
    totals = sum(expected, Counter())
    assert counts.totals(np.int64, binary=False).tolist() == [totals[name] for name in names]
    assert counts.totals(np.float32, binary=True).tolist() == [frequencies[name] for name in names]
    return counts


@given(
    strategies.plain_token_lists, st.lists(st.sampled_from(["a", "b", "c", "ab", "é"])), RANGES, RANGES, st.booleans()
)
@example([["a"]], ["a"], (2, 2), (1, 1), False)  # there are no terms
@settings(deadline=None)
def test_counts_of_one_text_by_codes(lists, words, learnt, asked, are_shuffled):
    ngrams = count(lists, learnt).ngrams
    if not ngrams.has_keys:
        return
    if are_shuffled:
        ngrams.columns = np.random.default_rng(0).permutation(len(ngrams)).astype(np.int32)
    column_of = dict(zip(ngrams.names(range(len(ngrams))).tolist(), range(len(ngrams)), strict=True))
    expected = Counter(column_of[name] for name in named(words, asked) if name in column_of)
    code_of = {word: code for code, word in enumerate(ngrams.words.sorted)}
    for unknown in -1, len(code_of):
        assert ngrams.counts([code_of.get(word, unknown) for word in words], *asked) == expected


@given(strategies.plain_token_lists, RANGES, st.sampled_from([1, 2, 3]))
@example([], (1, 2), 2)
@example([[], []], (2, 3), 2)
@example([["a"] * 50, ["a"] * 3, ["b", "a"] * 9], (1, 5), 2)
@settings(deadline=None, max_examples=200)
def test_counts_are_those_of_a_counter(lists, ngram_range, n):
    with threads(n):
        check(lists, ngram_range)


@given(strategies.token_lists, RANGES, st.sampled_from([1, 2]))
@example([["a b", "c"], ["a", "b c"], ["a", "b", "c"]], (1, 3), 1)
@example([["", "a"], ["a", ""], ["", ""], [" "]], (1, 2), 1)
@example([["a\x1f", "b"], ["a", "b"], ["a ", "b"]], (1, 2), 1)
@settings(deadline=None, max_examples=200)
def test_n_grams_of_one_name_are_one(lists, ngram_range, n):
    with threads(n):
        check(lists, ngram_range)


@pytest.mark.parametrize("n", [1, 2])
def test_more_documents_than_a_toy(n, reviews):
    with threads(n):
        check([review.split() for review in reviews[:300]], (1, 3))


@given(strategies.plain_token_lists, RANGES, st.randoms(use_true_random=False), st.sampled_from([1, 2]))
@settings(deadline=None, max_examples=100)
def test_rows_of_some_columns(lists, ngram_range, random, n):
    with threads(n):
        counts = count(lists, ngram_range)
        columns = np.array([-1 if random.random() < 0.3 else i for i in range(len(counts.ngrams))], np.int32)
        indptr, indices, data = counts.to_rows(columns)
    names = counts.ngrams.names()
    for document, a, b in zip(lists, indptr, indptr[1:], strict=False):
        expected = Counter(named(document, ngram_range))
        kept = {name: expected[name] for name in names[columns >= 0] if name in expected}
        assert dict(zip(names[indices[a:b]], data[a:b], strict=True)) == kept
        assert (np.diff(indices[a:b]) > 0).all()


terms = st.lists(
    st.lists(strategies.tokens, min_size=1, max_size=3).map(" ".join), unique=True, min_size=1, max_size=8
).flatmap(lambda names: st.permutations(range(len(names))).map(lambda columns: dict(zip(names, columns, strict=True))))


@given(terms)
def test_terms_come_back_by_name(terms):
    ngrams = NGrams.from_terms(terms)
    names = ngrams.names()
    assert names.dtype == object
    assert {name: column for column, name in enumerate(names)} == terms
    assert len(ngrams) == len(terms)
    last = len(terms) - 1
    assert ngrams.names([last, 0]).tolist() == [names[last], names[0]]
    assert ngrams.names([]).tolist() == []


@given(terms, strategies.token_lists, RANGES)
@settings(deadline=None, max_examples=200)
def test_terms_are_found_by_name(terms, lists, ngram_range):
    ngrams, other = NGrams.from_terms(terms), count(lists, ngram_range).ngrams
    assert ngrams.find(other).tolist() == [terms.get(name, -1) for name in other.names()]
    _, counts = Analyzed(encode_lists(lists), ngram_range).count_ngrams(ngrams, learn=False)
    assert {name: column for name, column in terms.items() if column in ngrams.find(counts.ngrams)} == {
        name: column for name, column in terms.items() if name in other.names().tolist()
    }


@given(strategies.plain_token_lists, strategies.plain_token_lists, RANGES, RANGES)
@settings(deadline=None, max_examples=200)
def test_n_grams_of_one_corpus_are_found_in_another(a, b, range_a, range_b):
    a, b = count(a, range_a).ngrams, count(b, range_b).ngrams
    column_of = {name: column for column, name in enumerate(a.names())}
    assert a.find(b).tolist() == [column_of.get(name, -1) for name in b.names()]
    assert a.find(a).tolist() == list(range(len(a)))


@given(st.lists(strategies.plain_token_lists, min_size=1, max_size=4), RANGES, st.sampled_from([1, 2]))
@settings(deadline=None, max_examples=100)
def test_n_grams_that_join_get_columns_after_those_that_were_there(corpora, ngram_range, n):
    check_joining(corpora, ngram_range, n)


@given(st.lists(strategies.token_lists, min_size=1, max_size=4), RANGES, st.sampled_from([1, 2]))
@example([[["a", "b"]], [["a b", "c"], ["a", "b c"]], [["b", "c", "a"]]], (1, 2), 1)
@settings(deadline=None, max_examples=100)
def test_n_grams_of_words_with_spaces_join_by_name(corpora, ngram_range, n):
    check_joining(corpora, ngram_range, n)


def check_joining(corpora, ngram_range, n):
    ngrams, names = NGrams.empty(), []
    with threads(n):
        for lists in corpora:
            before = list(names)
            ngrams, counts = Analyzed(encode_lists(lists), ngram_range).count_ngrams(ngrams, learn=True)
            assert ngrams.names().tolist() == before, "more words change no names"
            ngrams, columns = ngrams.joined_by(counts.ngrams)
            names = ngrams.names().tolist()
            assert names[: len(before)] == before
            assert [names[column] for column in columns] == counts.ngrams.names().tolist()
            expected = set(before).union(*(named(document, ngram_range) for document in lists))
            assert sorted(names) == sorted(expected)
            assert [names[column] for column in ngrams.in_order()] == sorted(names)


@given(strategies.plain_token_lists, RANGES, st.data())
@settings(deadline=None)
def test_selected_n_grams_keep_only_their_words(lists, ngram_range, data):
    ngrams = count(lists, ngram_range).ngrams
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=len(ngrams), max_size=len(ngrams))), bool)
    selected = ngrams.select(kept)
    kept = np.flatnonzero(kept)
    assert selected.names().tolist() == ngrams.names(kept).tolist()
    assert set(selected.words.sorted) == set(" ".join(selected.names()).split())
    assert selected.find(ngrams).tolist() == [kept.tolist().index(i) if i in kept else -1 for i in range(len(ngrams))]


def test_terms_may_be_of_other_types():
    for terms in ({3: 0, 1: 1}, {("a", 1): 1, ("a", 0): 0}):
        ngrams = NGrams.from_terms(terms)
        assert {name: column for column, name in enumerate(ngrams.names())} == terms
    counts = count([[3, 1, 3], [2]])
    assert counts.ngrams.names().tolist() == [1, 2, 3]
    assert NGrams.from_terms({3: 0, 1: 1}).find(counts.ngrams).tolist() == [1, -1, 0]
