import numpy as np
import pytest

from textvec import CosineIndex, CountVectorizer, WordVectors
from textvec._common.numbers import check_positive, check_positive_or_none, is_integer, is_number
from textvec.chunks import in_chunks
from textvec.embeddings import Subwords
from textvec.evaluation import analogies, word_pairs
from textvec.similarity import find_duplicates, percent, similarity_matrix, soft_cosine

WV = WordVectors(["a", "b", "c"], [[1, 0], [0, 1], [1, 1]])
INDEX = CosineIndex().fit(["a word", "another word"])
VECTORIZER = CountVectorizer()
ROW = VECTORIZER.fit_transform(["good food"])[0]
NO_INTEGERS = [True, np.True_, 3.0, np.float64(3), "3", float("nan")]
NO_NUMBERS = [True, np.True_, "1", float("nan")]


@pytest.mark.parametrize("value", [0, -1, 2**70, 10**400, np.int8(3), np.uint64(3)])
def test_integers(value):
    assert is_integer(value)
    assert is_number(value)


@pytest.mark.parametrize("value", [0.5, np.float32(2), np.float64(2), float("inf")])
def test_numbers(value):
    assert is_number(value)
    assert not is_integer(value)


@pytest.mark.parametrize("value", [True, False, np.True_, "1", None, float("nan"), np.float32("nan"), 1j, [1]])
def test_what_is_no_number(value):
    assert not is_number(value)
    assert not is_integer(value)


def test_integers_of_any_size():
    check_positive("k", 10**400)
    check_positive("k", np.int8(1))
    check_positive_or_none("k", None)
    for value in (True, 0, -1, 1.0, "1", None):
        with pytest.raises(ValueError, match="k must be a positive integer, but it is"):
            check_positive("k", value)
    for value in (True, 0, -1, 1.0, "1"):
        with pytest.raises(ValueError, match="k must be a positive integer or None, but it is"):
            check_positive_or_none("k", value)


INTEGERS = {
    "topn of most_similar": lambda n: WV.most_similar("a", topn=n),
    "restrict of most_similar": lambda n: WV.most_similar("a", restrict=n),
    "topn of analogy": lambda n: WV.analogy("a", "b", "c", topn=n),
    "restrict of analogy": lambda n: WV.analogy("a", "b", "c", restrict=n),
    "topn of nearest": lambda n: WV.nearest([1, 0], topn=n),
    "restrict of nearest": lambda n: WV.nearest([1, 0], restrict=n),
    "limit of read": lambda n: WordVectors.read("none.vec", limit=n),
    "minn of Subwords": lambda n: Subwords(np.eye(2), minn=n, maxn=4),
    "maxn of Subwords": lambda n: Subwords(np.eye(2), minn=1, maxn=n),
    "k of search": lambda n: INDEX.search("word", k=n),
    "k of search_by_id": lambda n: INDEX.search_by_id(0, k=n),
    "k of pairs": lambda n: similarity_matrix(["a word", "another word"]).pairs(n),
    "k of terms": lambda n: VECTORIZER.terms(ROW, k=n),
    "digits of percent": lambda n: percent(0.5, n),
    "n_characters of in_chunks": lambda n: in_chunks(["a word"], n),
    "restrict_vocab of analogies": lambda n: analogies(WV, [("a", "b", "c", "a")], restrict_vocab=n),
    "restrict_vocab of word_pairs": lambda n: word_pairs(WV, [("a", "b", 1), ("a", "c", 2)], restrict_vocab=n),
}
FLOATS = {
    "min_score of search": lambda x: INDEX.search("word", min_score=x),
    "min_score of search_by_id": lambda x: INDEX.search_by_id(0, min_score=x),
    "threshold of find_duplicates": lambda x: find_duplicates(["a word", "a word"], threshold=x),
    "threshold of soft_cosine": lambda x: soft_cosine("a", "b", WV, threshold=x),
    "exponent of soft_cosine": lambda x: soft_cosine("a", "b", WV, exponent=x),
    "score of percent": percent,
}


@pytest.mark.parametrize("value", NO_INTEGERS, ids=repr)
@pytest.mark.parametrize("call", INTEGERS)
def test_no_argument_takes_true_or_a_float_for_an_integer(call, value):
    with pytest.raises((ValueError, TypeError), match=call.split()[0]):
        INTEGERS[call](value)


@pytest.mark.parametrize("value", NO_NUMBERS, ids=repr)
@pytest.mark.parametrize("call", FLOATS)
def test_no_argument_takes_true_or_nan_for_a_number(call, value):
    with pytest.raises((ValueError, TypeError), match=call.split()[0]):
        FLOATS[call](value)


@pytest.mark.parametrize("value", [True, False, np.True_, 1j, 1.5], ids=repr)
def test_true_is_no_id(value):
    for call in (INDEX.__getitem__, INDEX.delete, INDEX.search_by_id):
        with pytest.raises((ValueError, TypeError), match=r"must (all be|be all)"):
            call(value)


def test_true_is_no_weight_of_a_word():
    with pytest.raises((ValueError, TypeError)):
        WV.most_similar([("a", True)])
