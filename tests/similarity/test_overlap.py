"""find_overlap against all cosines in float64, and against find_duplicates of both lists together."""

import numpy as np
import pyarrow as pa
import pytest
import scipy.sparse as sp
from sklearn.metrics.pairwise import cosine_similarity

from support.compare import threads
from textvec import TfidfVectorizer, Tokenizer
from textvec.similarity import find_duplicates, find_overlap
from textvec.similarity._all_pairs import all_pairs

TRAIN = ["Win a big prize now", "See you at home", "", "lunch at noon"]
TEST = ["win a BIG prize, now!", "nothing like it", "", "See you at home", "See you, at home"]


def cosines_between(documents, others, threshold):
    cosines = cosine_similarity(sp.csr_array(documents, dtype=np.float64), sp.csr_array(others, dtype=np.float64))
    first, second = np.nonzero(np.asarray(cosines >= threshold - 1e-12))
    return dict(zip(zip(first.tolist(), second.tolist(), strict=True), cosines[first, second].tolist(), strict=True))


@pytest.mark.parametrize("threshold", [1e-9, 0.3, 0.6, 0.9, 1.0])
@pytest.mark.parametrize("sizes", [(300, 500), (700, 40), (1, 1), (0, 3), (3, 0)])
def test_all_pairs_between_two_matrices(threshold, sizes):
    rng = np.random.default_rng(sum(sizes))
    made = sp.random_array((sum(sizes), 60), density=0.06, rng=rng, format="csr")
    made = sp.csr_array(sp.vstack([made[: sizes[0]], made[sizes[0] :]]))
    made.data = np.round(made.data * 4) - 1  # few values, negative ones and zeros: equal rows, and empty ones
    made.eliminate_zeros()
    documents, others = made[: sizes[0]], made[sizes[0] :]
    expected = cosines_between(documents, others, threshold) if all(sizes) else {}
    for kind in (sp.csr_array, sp.csr_array.toarray):
        overlap = find_overlap(kind(documents), kind(others), threshold, encoder="precomputed")
        pairs = {(first, second): score for first, second, score in overlap}
        assert len(pairs) == len(overlap)
        assert pairs.keys() == expected.keys()
        np.testing.assert_allclose([pairs[p] for p in expected], list(expected.values()), rtol=0, atol=1e-12)
        order = np.lexsort((overlap.second, overlap.first, -overlap.scores))
        assert (order == np.arange(len(order))).all()
        assert overlap.unique.tolist() == sorted(set(range(sizes[0])) - {first for first, _ in expected})


def test_pairs_are_those_of_both_lists_together_on_any_number_of_threads():
    rng = np.random.default_rng(7)
    matrix = sp.random_array((3000, 200), density=0.02, rng=rng, format="csr")
    whole = all_pairs(matrix, 0.5)
    between = (whole.first < 1000) & (whole.second >= 1000)
    assert between.sum() > 100
    for n in (1, 2):
        with threads(n):
            found = all_pairs(matrix, 0.5, n_first=1000)
        for mine, its in zip(found, whole, strict=True):
            np.testing.assert_array_equal(mine, its[between])


def test_texts():
    overlap = find_overlap(TEST, TRAIN, 0.9)
    assert [tuple(pair) for pair in overlap] == [(0, 0, 1.0), (3, 1, 1.0), (4, 1, 1.0)]
    assert overlap.unique.tolist() == [1, 2]
    assert overlap[1:] == [overlap[1], overlap[2]]
    assert repr(overlap) == "Overlap(3 pairs; 3 of 5 documents are nearly the same as one of 4 others)"
    assert overlap.to_dicts()[0] == {"first": 0, "second": 0, "score": 1.0}
    assert overlap.to_pandas().shape == (3, 3)
    for given in (pa.array, Tokenizer().transform):
        assert list(find_overlap(given(TEST), given(TRAIN), 0.9)) == list(overlap)
    assert list(find_overlap(TEST, iter(TRAIN), 0.9, encoder=TfidfVectorizer())) == list(overlap)


def test_weights_are_learnt_from_both_lists():
    documents, others = ["red sea", "blue sky"], ["red sky", "sea"] * 3
    both = find_duplicates([*documents, *others], 0.3)
    expected = {(a, b - 2): score for a, b, score in both if a < 2 <= b}
    assert {(a, b): score for a, b, score in find_overlap(documents, others, 0.3)} == expected


def test_nothing_in_common():
    for documents, others in (([], ["red"]), (["red"], []), ([], []), (["red sea"], ["blue sky"])):
        overlap = find_overlap(documents, others)
        assert (list(overlap), overlap.unique.tolist()) == ([], list(range(len(documents))))


def test_bad_input():
    with pytest.raises(ValueError, match="threshold, the lowest similarity of a pair, must be above 0"):
        find_overlap(["red"], ["red"], 0)
    with pytest.raises(ValueError, match="must have the same columns, but there are 2 and 3"):
        find_overlap(np.eye(2), np.eye(3), encoder="precomputed")
    with pytest.raises(ValueError, match="find_overlap"):
        find_overlap(["red"], [1.5, None], encoder="precomputed")
    with pytest.raises(TypeError, match="find_overlap: the encoder must be"):
        find_overlap(["red"], ["red"], encoder=3)


def test_in_a_notebook():
    page = find_overlap(["red sea"] * 5, ["sea red"] * 5)._repr_html_()
    assert "<td>0</td><td>0</td><td>1.0000</td>" in page
    assert "and 5 more pairs" in page
    assert "Overlap: 25 pairs; 5 of 5 documents are nearly the same as one of 5 others" in page
