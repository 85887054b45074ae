"""All pairs of rows whose cosine can reach a threshold, and the exact cosines of pairs.

Sparse rows have their rarest columns first. The end of a row, where its length is below a limit, can add only so much
to any cosine, by Cauchy and Schwarz. So only what comes before, the row's head, needs postings, and these are few and
short: common columns are in no head (prefix filtering: Bayardo, Ma and Srikant 2007; with lengths: Anastasiu and
Karypis 2014). Dense rows go through BLAS, a tile at a time. Either is done in float32, with the threshold lowered by
the bound on its rounding; float64 decides.

Tested in tests/similarity/test_duplicates.py and tests/similarity/test_overlap.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.vector_ops import divide_by_norm

# How many rows and columns of cosines are computed at a time: 256 kB of them, which stay in the cache of a core.
TILE_ROWS, TILE_COLUMNS = 128, 512


@kernel(nb.void(ro(nb.int64), rw(nb.float64)))
def normalize(indptr, data):
    """Divide each row by its length, however long or short that is; zero rows stay."""
    for i in range(indptr.shape[0] - 1):
        divide_by_norm(data[indptr[i] : indptr[i + 1]], 2)


@kernel(nb.void(ro(nb.int64), ro(nb.int32), ro(nb.float64), ro(nb.int64), ro(nb.int64), rw(nb.float64)))
def sparse_products(indptr, columns, data, first, second, out):
    """The dot products of pairs of sparse rows, columns increasing in each."""
    for p in range(out.shape[0]):
        j, j_end = indptr[first[p]], indptr[first[p] + 1]
        k, k_end = indptr[second[p]], indptr[second[p] + 1]
        total = 0.0
        while j < j_end and k < k_end:
            if columns[j] == columns[k]:
                total += data[j] * data[k]
                j += 1
                k += 1
            elif columns[j] < columns[k]:
                j += 1
            else:
                k += 1
        out[p] = total


@kernel(nb.void(ro(nb.float64, 2), ro(nb.int64), ro(nb.int64), rw(nb.float64)))
def dense_products(rows, first, second, out):
    """The dot products of pairs of dense rows."""
    for p in range(out.shape[0]):
        total = 0.0
        for d in range(rows.shape[1]):
            total += rows[first[p], d] * rows[second[p], d]
        out[p] = total


@kernel(nb.void(ro(nb.int64), ro(nb.int32), ro(nb.float32), nb.float64, rw(nb.int64), rw(nb.float32), rw(nb.int64)))
def heads(indptr, columns, data, limit, ends, rests, sizes):
    """Find where the head of each row ends: so that what comes after is shorter than a limit.

    ends     out: of shape (n_rows,)
    rests    out: of each number, the length of what comes after it in its row
    sizes    in: zeros; out: of each column, in how many heads it is
    """
    for i in range(ends.shape[0]):
        square = 0.0
        end = indptr[i]
        for j in range(indptr[i + 1] - 1, indptr[i] - 1, -1):
            rests[j] = np.sqrt(square)
            square += np.float64(data[j]) * data[j]
            if end == indptr[i] and square >= limit * limit:
                end = j + 1
        ends[i] = end
        for j in range(indptr[i], end):
            sizes[columns[j]] += 1


@kernel(
    nb.void(
        ro(nb.int64), ro(nb.int32), ro(nb.float32), ro(nb.int64), ro(nb.int64),
        rw(nb.int64), rw(nb.int32), rw(nb.float32), rw(nb.int64),
    )
)  # fmt: skip
def invert(indptr, columns, data, ends, p_ptr, after, p_rows, p_weights, work):
    """Write the postings of heads: for each column its rows, increasing, and their weights.

    ends, p_ptr   see `heads`; p_ptr tells where the postings of each column begin
    after         out: of each number in a head, where the postings of later rows begin
    work          out: of each row, how many postings of later rows there are
    """
    filled = p_ptr[:-1].copy()
    for i in range(ends.shape[0]):
        n = 0
        for j in range(indptr[i], ends[i]):
            c = columns[j]
            p = filled[c]
            filled[c] = p + 1
            p_rows[p] = i
            p_weights[p] = data[j]
            after[j] = p + 1
            n += p_ptr[c + 1] - p - 1
        work[i] = n


@kernel(nb.void(ro(nb.int64), ro(nb.int32), ro(nb.int64), ro(nb.int64), rw(nb.int64), rw(nb.int64)))
def skip_first(indptr, columns, ends, p_ptr, after, work):
    """Let the first rows find none of each other, but only those after all of them; see `invert`.

    after    in, out: of each number in the head of a first row, where the postings of the others begin
    work     out: of each first row, how many postings of others there are; its length is the number of first rows
    """
    others = p_ptr[:-1].copy()
    for i in range(work.shape[0]):
        for j in range(indptr[i], ends[i]):
            others[columns[j]] += 1
    for i in range(work.shape[0]):
        n = 0
        for j in range(indptr[i], ends[i]):
            after[j] = others[columns[j]]
            n += p_ptr[columns[j] + 1] - after[j]
        work[i] = n


@nb.njit
def _rest(columns, rests, begin, end, last):
    """The length of what comes after column `last` in a row whose head lies from `begin` to `end`."""
    low, high = begin, end
    while low < high:
        middle = (low + high) // 2
        if columns[middle] <= last:
            low = middle + 1
        else:
            high = middle
    return rests[low - 1] if low > begin else np.float32(1)


@kernel(
    nb.types.UniTuple(nb.int64, 2)(
        ro(nb.int64), ro(nb.int32), ro(nb.float32), ro(nb.float32), ro(nb.int64), ro(nb.int64),
        ro(nb.int64), ro(nb.int32), ro(nb.float32), nb.float32, nb.float32, nb.int64, nb.int64,
        rw(nb.int64), rw(nb.int64),
    )
)  # fmt: skip
def sparse_candidates(
    indptr, columns, data, rests, ends, after,
    p_ptr, p_rows, p_weights, threshold, limit, begin, stop, first, second,
):  # fmt: skip
    """Find the later rows whose cosine with a row of a range can reach the threshold.

    limit            what comes after each head is shorter than this; see `heads` and `invert` for the rest
    begin, stop      the range of rows
    first, second    out: pairs; at least twice as long as there are rows
    returns          how many pairs were written, and the row to go on with when `first` and `second` are full
    """
    n_rows = ends.shape[0]
    total = np.zeros(n_rows, np.float32)  # the product of the two heads
    noted_for = np.full(n_rows, -1, np.int32)
    noted = np.empty(n_rows, np.int32)
    enough = threshold - limit  # that product must be larger, as ends add less than `limit`
    n_pairs = 0
    for i in range(begin, stop):
        if first.shape[0] - n_pairs < n_rows:
            return n_pairs, i
        n_noted = 0
        n_touched = 0
        for j in range(indptr[i], ends[i]):
            weight = data[j]
            rows = p_rows[after[j] : p_ptr[columns[j] + 1]]
            weights = p_weights[after[j] : p_ptr[columns[j] + 1]]
            n_touched += rows.shape[0]
            for p in range(rows.shape[0]):
                row = rows[p]
                product = total[row] + weight * weights[p]
                total[row] = product
                if product > enough and noted_for[row] != i:
                    noted_for[row] = i
                    noted[n_noted] = row
                    n_noted += 1
        for k in range(n_noted):
            row = noted[k]
            last = min(columns[ends[i] - 1], columns[ends[row] - 1])  # up to here, the product is that of whole rows
            mine = _rest(columns, rests, indptr[i], ends[i], last)
            its = _rest(columns, rests, indptr[row], ends[row], last)
            if total[row] + mine * its > threshold:
                first[n_pairs] = i
                second[n_pairs] = row
                n_pairs += 1
        if n_touched > n_rows // 8:
            total[i:] = 0
        else:
            for j in range(indptr[i], ends[i]):
                for p in range(after[j], p_ptr[columns[j] + 1]):
                    total[p_rows[p]] = 0
    return n_pairs, stop


@kernel(
    nb.types.UniTuple(nb.int64, 2)(
        ro(nb.float32, 2), nb.float32, nb.int64, nb.int64, nb.int64, rw(nb.int64), rw(nb.int64)
    )
)
def dense_candidates(rows, threshold, begin, stop, column, first, second):
    """Find the later rows whose cosine with a row of a range reaches the threshold, from the row `column` on.

    rows             of length 1, or 0
    begin, stop      the range, of at most TILE_ROWS rows
    first, second    out: pairs; at least TILE_ROWS * TILE_COLUMNS
    returns          how many pairs were written, and the column to go on with when `first` and `second` are full
    """
    asked = rows[begin:stop]
    products = np.empty(TILE_ROWS * TILE_COLUMNS, np.float32)
    n_pairs = 0
    for start in range(column, rows.shape[0], TILE_COLUMNS):
        if first.shape[0] - n_pairs < TILE_ROWS * TILE_COLUMNS:
            return n_pairs, start
        part = rows[start : start + TILE_COLUMNS]
        tile = products[: asked.shape[0] * part.shape[0]].reshape(asked.shape[0], part.shape[0])
        np.dot(asked, part.T, tile)
        for i in range(tile.shape[0]):
            line = tile[i]
            n_over = 0
            for k in range(line.shape[0]):  # nearly always none, which SIMD instructions tell
                n_over += line[k] > threshold
            if n_over:
                for k in range(line.shape[0]):
                    if line[k] > threshold and start + k > begin + i:
                        first[n_pairs] = begin + i
                        second[n_pairs] = start + k
                        n_pairs += 1
    return n_pairs, rows.shape[0]
