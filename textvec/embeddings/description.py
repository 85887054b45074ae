"""The figures of a table of word vectors: how large it is, what it holds, how long its vectors are.

Tested in tests/embeddings/test_description.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from textvec._common import dense_table

if TYPE_CHECKING:
    from textvec.embeddings.word_vectors import WordVectors

_MAX_WORDS = 8  # Words that are named: one line of a terminal.


def described(vectors: WordVectors) -> dict[str, Any]:
    """Return the figures of word vectors, by their names.

    Parameters
    ----------
    vectors : WordVectors
        Any.

    Returns
    -------
    dict
        "words", "rows" (fewer where words share them), "dimensions", "dtype", "bytes" (in memory, vectors of subwords
        included), "shortest", "median" and "longest" (norms of the vectors), "zero_vectors", "subwords" (what n-grams,
        or None), "pieces" (whether the words are pieces of words), "tokens" (the sum of the counts, or None) and
        "most_frequent": the first words, by their counts where these are known, or else in the order of the table,
        in which files have the frequent ones first as a rule.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.embeddings.description import described
    >>> figures = described(WordVectors(["tea", "coffee", "moon"], [[3, 4], [0, 1], [0, 0]], counts=[5, 9, 1]))
    >>> figures["words"], figures["longest"], figures["zero_vectors"], figures["most_frequent"]
    (3, 5.0, 1, ['coffee', 'tea', 'moon'])
    """
    lengths = dense_table.lengths_of(vectors.vectors)
    first = vectors.words[:_MAX_WORDS]
    if vectors.counts is not None:
        first = vectors.words[np.argsort(-vectors.counts, kind="stable")[:_MAX_WORDS]]
    subwords = vectors.subwords
    some = len(lengths) > 0
    return {
        "words": len(vectors),
        "rows": len(vectors.vectors),
        "dimensions": vectors.vector_size,
        "dtype": str(vectors.vectors.dtype),
        "bytes": int(vectors.vectors.nbytes + (0 if subwords is None else subwords.matrix.nbytes)),
        "shortest": float(lengths.min()) if some else None,
        "median": float(np.median(lengths)) if some else None,
        "longest": float(lengths.max()) if some else None,
        "zero_vectors": int((lengths == 0).sum()),
        "subwords": None
        if subwords is None
        else f"n-grams of {subwords.minn} to {subwords.maxn} characters in {subwords.bucket:,} buckets",
        "pieces": vectors.pieces is not None,
        "tokens": None if vectors.counts is None else int(vectors.counts.sum()),
        "most_frequent": first.tolist(),
    }
