"""One is singular, everything else plural, wherever a count is shown."""

import numpy as np
import pytest

from textvec import Tokens
from textvec._common.counted import counted
from textvec.embeddings import WordVectors
from textvec.similarity import find_duplicates, similarity_matrix


@pytest.mark.parametrize(
    ("n", "shown"), [(0, "0 texts are"), (1, "1 text is"), (2, "2 texts are"), (1234, "1,234 texts are")]
)
def test_counts(n, shown):
    assert counted(n, "text is", "texts are") == shown


def test_what_is_shown():
    tokens = Tokens.from_lists([["red"]])
    assert repr(tokens).startswith("Tokens(1 document, 1 token, 1 word)")
    assert "1 document, 1 token, 1 distinct word" in tokens._repr_html_()
    assert repr(Tokens.from_lists([["red", "apple"], []])).startswith("Tokens(2 documents, 2 tokens, 2 words)")
    matrix = similarity_matrix(["red apple"])
    assert repr(matrix).startswith("SimilarityMatrix(1 text)")
    assert "SimilarityMatrix: 1 text<" in matrix._repr_html_()
    assert "0 pairs; 0 clusters of 0 among 1 document)" in repr(find_duplicates(["red apple"]))
    assert "1 word, 1 dimension, float32, 4 bytes" in repr(WordVectors(["red"], np.ones((1, 1), np.float32)))
