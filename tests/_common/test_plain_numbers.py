"""True is no number, wherever a function of search and similarity takes one."""

import math

import numpy as np
import pytest

from textvec import CosineIndex, WordVectors
from textvec._common.plain_numbers import check_positive, is_integer, is_real
from textvec.evaluation import word_pairs
from textvec.similarity import find_duplicates, percent, similarity_matrix, soft_cosine

TEXTS = ["red sea", "red apple"]
VECTORS = WordVectors(["red", "sea"], np.eye(2, dtype=np.float32))
BOOLS = [True, False, np.True_, np.False_]
TAKERS = {
    "search k": lambda value: CosineIndex().fit(TEXTS).search(["red"], k=value),
    "search_by_id k": lambda value: CosineIndex().fit(TEXTS).search_by_id(0, k=value),
    "search min_score": lambda value: CosineIndex().fit(TEXTS).search(["red"], min_score=value),
    "find_duplicates threshold": lambda value: find_duplicates(TEXTS, threshold=value),
    "pairs k": lambda value: similarity_matrix(TEXTS).pairs(value),
    "soft_cosine threshold": lambda value: soft_cosine(*TEXTS, VECTORS, threshold=value),
    "soft_cosine exponent": lambda value: soft_cosine(*TEXTS, VECTORS, exponent=value),
    "percent score": percent,
    "percent digits": lambda value: percent(0.5, value),
    "restrict_vocab": lambda value: word_pairs(VECTORS, [("red", "sea", 1)], restrict_vocab=value),
    "an id": lambda value: CosineIndex().fit(TEXTS)[value],
    "an id to delete": lambda value: CosineIndex().fit(TEXTS).delete(value),
}


@pytest.mark.parametrize("value", [*BOOLS, "1", [1], 1j], ids=repr)
@pytest.mark.parametrize("name", TAKERS)
def test_a_bool_or_a_string_is_no_number(name, value):
    if isinstance(value, str | list) and name in ("an id", "an id to delete", "percent score"):
        return
    with pytest.raises((ValueError, TypeError), match=r"must (be|lie|all be)"):
        TAKERS[name](value)


def test_which_numbers_there_are():
    assert all(map(is_integer, (0, -1, np.int8(1), np.uint64(2**63))))
    assert not any(map(is_integer, (1.0, np.float32(1), None, "1", *BOOLS)))
    assert all(map(is_real, (0, 0.5, np.float16(1), np.int8(1), math.inf, math.nan)))
    assert not any(map(is_real, (1j, None, "1", np.ones(1), *BOOLS)))
    for value in (0, -1, 1.0, *BOOLS):
        with pytest.raises(ValueError, match="k must be a positive integer, but it is"):
            check_positive("k", value)
