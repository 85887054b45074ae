"""Characters: text to code points, and the counts of documents from the counts of their words.

Tested in tests/vectorizers/test_ngrams.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.accumulate import add, make_bitmap, take_row
from textvec.kernels.encode import SKIP, _code_point

_SPACE = 32  # the code point of a space


@kernel(
    nb.int64(
        ro(nb.uint8), ro(nb.int64), nb.int64, nb.int64, ro(nb.int32), ro(nb.boolean), rw(nb.boolean), rw(nb.int32),
        rw(nb.int64),
    )
)  # fmt: skip
def decode(text, offsets, first, last, fold, is_space, seen, points, doc_ends):
    """Write the code points of a range of documents, several white spaces in a row as one space.

    text, offsets     UTF-8 bytes, and where documents begin in them: n_docs + 1 offsets
    fold              what each code point becomes; see `textvec.kernels.encode`
    is_space          which code points are white space
    seen              out: which code points occur
    points, doc_ends  out: the code points; their number after each document

    Returns the number of code points.
    """
    n = 0
    for d in range(first, last):
        i, end = offsets[d], offsets[d + 1]
        in_space = False
        while i < end:
            c = np.int32(text[i])
            if c < 0x80:
                i += 1
            else:
                c, i = _code_point(text, i, c)
            c = fold[c]
            if c == SKIP:
                continue
            if is_space[c]:
                if in_space:
                    points[n - 1] = _SPACE
                    continue
                in_space = True
            else:
                in_space = False
            points[n] = c
            n += 1
        doc_ends[d - first] = n
    for k in range(n):
        seen[points[k]] = True
    return n


@kernel(nb.void(ro(nb.int32), ro(nb.int32), rw(nb.int32)))
def translate(points, code_of, codes):
    """codes[k] = code_of[points[k]]."""
    for k in range(points.shape[0]):
        codes[k] = code_of[points[k]]


@kernel(
    nb.void(
        ro(nb.int32), ro(nb.int64), nb.int64, nb.int64, ro(nb.int64), ro(nb.int32), rw(nb.int64), rw(nb.int32),
    )
)  # fmt: skip
def word_row_sizes(codes, offsets, first, last, indptr, indices, sizes, frequencies):
    """Count the distinct n-grams of a range of documents, and the documents of each n-gram.

    codes, offsets    the words of documents
    indptr, indices   the n-grams of word c: indices[indptr[c] : indptr[c + 1]]
    sizes             out: how many n-grams each document holds
    frequencies       out: in how many of the documents each n-gram occurs
    """
    latest = np.full(frequencies.shape[0], -1, np.int64)
    for d in range(first, last):
        size = 0
        for j in range(offsets[d], offsets[d + 1]):
            c = codes[j]
            for k in range(indptr[c], indptr[c + 1]):
                f = indices[k]
                if latest[f] != d:
                    latest[f] = d
                    frequencies[f] += 1
                    size += 1
        sizes[d] = size


@kernel(
    nb.void(
        ro(nb.int32), ro(nb.int64), nb.int64, nb.int64, ro(nb.int64), ro(nb.int32), ro(nb.int32), ro(nb.int32),
        ro(nb.int64), rw(nb.int32), rw(nb.int32),
    )
)  # fmt: skip
def add_words(codes, offsets, first, last, indptr, indices, counts, columns, row_bounds, row_columns, row_counts):
    """Add up the counts of the words of documents (CSR), for a range of them.

    codes, offsets    the words of documents
    indptr, indices, counts  the n-grams of each word and their counts (CSR)
    columns           the column of each n-gram
    row_bounds        where each document's row begins and ends, see `word_row_sizes`
    row_columns, row_counts  out: the rows, in the order of n-grams
    """
    n_ngrams = columns.shape[0]
    sums = np.zeros(n_ngrams, np.int32)
    seen, blocks = make_bitmap(n_ngrams)
    for d in range(first, last):
        for j in range(offsets[d], offsets[d + 1]):
            c = codes[j]
            for k in range(indptr[c], indptr[c + 1]):
                add(sums, seen, blocks, np.int64(indices[k]), counts[k])
        start = row_bounds[d]
        end = take_row(sums, seen, blocks, row_columns, row_counts, start)
        for k in range(start, end):
            row_columns[k] = columns[row_columns[k]]
