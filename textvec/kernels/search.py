"""Exact top-k search over sparse rows that computes only few of the scores.

The levels of `postings`, multiplied by a query's weights and added up, give a bound of each row's score that is hardly
above it. MaxScore (Turtle and Flood 1995) has a bound for each term; here, each row has one. Rows are scored in the
order of their bounds, until the k-th best score is above all bounds that remain: for the 10 best of 100,000 film
reviews, about 30 rows are scored.

A score is added up along its row in float64, so that it depends on the query and the row alone, to the last bit.

Rows may hold counts instead of weights: then each row has a half-count, and the weight of a count c is
c / (c + half-count). That is how BM25 weighs terms. The bounds of the levels hold for the half-counts at the time
when the levels were made; `slack` is by how much a weight can have grown since then.

The arrays may come from a corrupt file. No number in them can make a kernel read or write outside of an array.

Tested in tests/index/rows/test_sparse.py.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.heap import is_worse, replace_worst, sort_best_first
from textvec.kernels.postings import MAX_LEVEL, MIN_STEP

# Rows are searched in parts of this many: their bounds, 256 KB, should fit into the processor's second-level cache. In
# smaller parts the terms of a query are looked up more often; in larger ones bounds are read from memory.
ROWS_PER_PART = 65536
# The largest bound of each stride of this many rows is kept up to date, so that the largest of a part is found fast.
ROWS_PER_STRIDE = 128
# Where fewer than one row in this many of a part is allowed, the allowed rows are all scored, without bounds. With
# another number the same rows are found in more time.
MIN_ROWS_PER_ALLOWED_ROW = 128
# For queries of at most so many terms, each term is looked for in a row; for longer ones each column of a row is looked
# for in the query. With another number scores are the same.
MAX_TERMS_TO_BISECT = 8
_SUMS = {"reassoc", "contract", "nsz"}  # The fastmath flags that let SIMD instructions add up bounds in any order.


@nb.njit
def _index_of(values, value):
    """Return the index of a value in an increasing array of distinct numbers that are not negative, or -1."""
    high = min(np.int64(value), values.shape[0] - 1)
    if high < 0 or values[high] == value:  # this is nearly always so, as few columns are empty
        return high
    low = np.int64(0)
    while low < high:
        middle = (low + high) // 2
        if values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low if values[low] == value else np.int64(-1)


@nb.njit(fastmath=_SUMS)
def _set_levels(bounds, n, start, table, rows, factors, first, last):
    """Make the bounds of n rows the levels of up to four frequent columns, times their factors.

    Each number of columns has a loop, so that bounds are written once, and read not at all.
    """
    if first == last:
        bounds[:n] = 0
        return
    a, v = table[rows[first], start : start + n], factors[first]
    b, w = table[rows[min(first + 1, last - 1)], start : start + n], factors[min(first + 1, last - 1)]
    c, x = table[rows[min(first + 2, last - 1)], start : start + n], factors[min(first + 2, last - 1)]
    d, y = table[rows[last - 1], start : start + n], factors[last - 1]
    if first + 1 == last:
        for i in range(n):
            bounds[i] = v * np.float32(a[i])
    elif first + 2 == last:
        for i in range(n):
            bounds[i] = v * np.float32(a[i]) + w * np.float32(b[i])
    elif first + 3 == last:
        for i in range(n):
            bounds[i] = v * np.float32(a[i]) + w * np.float32(b[i]) + x * np.float32(c[i])
    else:
        for i in range(n):
            bounds[i] = v * np.float32(a[i]) + w * np.float32(b[i]) + x * np.float32(c[i]) + y * np.float32(d[i])


@nb.njit(fastmath=_SUMS)
def _add_levels(bounds, n, start, table, rows, factors, first, last):
    """Add the levels of frequent columns, four at a time, times their factors, to the bounds of n rows.

    first, last       how many columns there are must be a multiple of four
    """
    for t in range(first, last, 4):
        a, b = table[rows[t], start : start + n], table[rows[t + 1], start : start + n]
        c, d = table[rows[t + 2], start : start + n], table[rows[t + 3], start : start + n]
        v, w, x, y = factors[t], factors[t + 1], factors[t + 2], factors[t + 3]
        for i in range(n):
            bounds[i] += v * np.float32(a[i]) + w * np.float32(b[i]) + x * np.float32(c[i]) + y * np.float32(d[i])


@nb.njit
def _top(bits, stride):
    """Return the largest bound of a stride, by SIMD instructions, for which floats are taken as integers.

    For floats that are not negative, the integers with the same bits are in the same order.
    """
    top = np.int32(0)
    for i in range(ROWS_PER_STRIDE):
        top = max(top, bits[stride, i])
    return top


@nb.njit
def _highest(values, n):
    """Return the largest of n values; unlike NumPy's argmax, this is compiled to SIMD instructions."""
    highest = values[0]
    for i in range(n):
        highest = max(highest, values[i])
    return highest


@nb.njit
def _first_of(values, n, value):
    """Return the first index of a value that n values contain, by SIMD instructions."""
    first = np.int32(n)
    for i in range(n):
        first = min(first, np.int32(i) if values[i] == value else np.int32(n))
    return first


@nb.njit(inline="always")
def _slot(column, mask):
    """Return the slot of a hash table where the search for a column begins."""
    return (np.int64(column) * 0x9E3779B1 >> 15) & mask


@nb.njit
def _table_size(n):
    """Return the size of a hash table for n columns: a power of two, at least four times as large."""
    size = 64
    while size < 4 * n:
        size *= 2
    return size


@nb.njit
def _tabulate(terms, weights, first, last, keys, values):
    """Write a query into a hash table from columns to weights; return the size of the table minus 1, its mask."""
    mask = _table_size(last - first) - 1
    keys[: mask + 1] = -1
    for t in range(first, last):
        s = _slot(terms[t], mask)
        while keys[s] >= 0:
            s = (s + 1) & mask
        keys[s] = terms[t]
        values[s] = weights[t]
    return mask


@nb.njit(error_model="numpy")  # as that of kernels: corrupt counts are divided by zero, and raise nothing
def _score(row, indptr, columns, weights, half, keys, values, mask):
    """Return the product of a row and a query in a hash table, and whether the row is corrupt.

    half              the half-count of the row, or -1 where it holds weights
    """
    begin, end = indptr[row], indptr[row + 1]
    if begin < 0 or end < begin or end > columns.shape[0]:
        return np.float32(0), True
    total = 0.0  # in float64, as rounding in float32 adds up too much for long queries
    for j in range(begin, end):
        c = columns[j]
        s = _slot(c, mask)
        while keys[s] != c and keys[s] >= 0:
            s = (s + 1) & mask
        if keys[s] == c:
            weight = np.float64(weights[j])
            total += values[s] * (weight if half < 0 else weight / (weight + half))
    return np.float32(total), False


@nb.njit(error_model="numpy")
def _score_few(row, indptr, columns, weights, half, terms, q_weights, first, last):
    """Return what `_score` does, by bisection of the row, which takes less time for a query of few terms."""
    begin, end = indptr[row], indptr[row + 1]
    if begin < 0 or end < begin or end > columns.shape[0]:
        return np.float32(0), True
    total = 0.0
    for t in range(first, last):
        c, n = terms[t], end - begin
        while n > 0:
            middle = n >> 1
            if columns[begin + middle] < c:
                begin += middle + 1
                n -= middle + 1
            else:
                n = middle
        if begin < end and columns[begin] == c:
            weight = np.float64(weights[begin])
            total += np.float64(q_weights[t]) * (weight if half < 0 else weight / (weight + half))
    return np.float32(total), False


@nb.njit
def _look_up(
    q_ptr, q_terms, q_weights, first, last, used, steps, slack, p_ptr, n_postings, frequent, n_table,
    at, stop, factors, ends,
):  # fmt: skip
    """Find the levels of each query's terms, frequent columns before the others; return whether an array is corrupt.

    at                out: of each term its row in the table or, after all of these, where its postings begin
    stop              out: where its postings end
    factors           out: what one level adds to a bound
    ends              out: of shape (n_queries, 2), where a query's terms in frequent columns, and in others, end
    """
    base = q_ptr[first]
    for q in range(first, last):
        n = q_ptr[q] - base
        for has_postings in range(2):
            for t in range(q_ptr[q], q_ptr[q + 1]):
                u = _index_of(used, q_terms[t])
                if u < 0:
                    continue
                begin, end = p_ptr[u], p_ptr[u + 1]
                if begin < 0 or end < begin or end > n_postings:
                    return True
                if (begin < end) != has_postings:
                    continue
                if not has_postings:
                    begin = _index_of(frequent, u)
                    if begin < 0 or begin >= n_table:
                        return True
                at[n], stop[n] = begin, end
                factors[n] = max(abs(q_weights[t]) * steps[u] * slack, MIN_STEP)
                n += 1
            ends[q - first, has_postings] = n
    return False


@nb.njit
def _skip(p_rows, at, stop, row):
    """Return the index of a column's first posting of this row or a later one, by bisection."""
    while at < stop:
        middle = (at + stop) // 2
        if p_rows[middle] < row:
            at = middle + 1
        else:
            stop = middle
    return at


@nb.njit
def _find_few(allowed, start, n, few):
    """Write the allowed rows of a part to `few` and return their number, if they are few; otherwise return -1."""
    part, n_allowed = allowed[start : start + n], np.int32(0)
    for i in range(n):
        n_allowed += np.int32(part[i] != 0)
    if n_allowed * MIN_ROWS_PER_ALLOWED_ROW >= n:
        return -1
    n_few = 0
    for i in range(n if n_allowed > 0 else 0):
        if allowed[start + i] != 0:
            few[n_few] = start + i
            n_few += 1
    return n_few


@nb.njit
def _keep_allowed(bounds, allowed):
    """Make the bounds of rows that are not allowed 0."""
    for i in range(allowed.shape[0]):
        bounds[i] = bounds[i] if allowed[i] != 0 else np.float32(0)


@nb.njit
def _highest_possible(p_rows, factors, at, stop, first, n_frequent, last, start, end):
    """Return what no bound exceeds of the rows from start to end: what the columns that are there give at the most.

    at                in and out: a posting of each rare column before which none is in these rows
    """
    possible = np.float32(0)
    for t in range(first, last):
        if t >= n_frequent:
            if at[t] < stop[t] and p_rows[at[t]] < start:  # parts were skipped
                at[t] = _skip(p_rows, at[t], stop[t], start)
            if at[t] == stop[t] or p_rows[at[t]] >= end:
                continue
        possible += factors[t] * np.float32(MAX_LEVEL)
    return possible


@nb.njit
def _add_postings(bounds, n, start, p_rows, p_levels, factors, at, stop, first, last):
    """Add the levels of rare columns, times their factors, to the bounds of n rows from start on.

    at                in and out: the first posting of each column that has not been added
    """
    for t in range(first, last):
        p, end, factor = np.uint64(at[t]), np.uint64(stop[t]), factors[t]
        while p < end:
            i = np.uint32(p_rows[p] - start)  # in corrupt postings, a row before the part becomes one after it
            if i >= n:
                break
            bounds[i] += factor * np.float32(p_levels[p])
            p += np.uint64(1)
        at[t] = p


@kernel(
    nb.int64(
        ro(nb.int64), ro(nb.int32), ro(nb.float32), nb.int64, nb.int64, ro(nb.int64), ro(nb.int32), ro(nb.float32),
        ro(nb.float64), nb.float64, nb.float64, nb.float32,
        ro(nb.int32), ro(nb.float32), ro(nb.int64), ro(nb.int32), ro(nb.uint8), ro(nb.int32), ro(nb.uint8, 2),
        ro(nb.uint8), nb.int64, nb.int64, rw(nb.int64, 2), rw(nb.float32, 2),
    )
)  # fmt: skip
def search(
    q_ptr, q_terms, q_weights, first, last, indptr, columns, weights, lengths, half_base, half_slope, slack,
    used, steps, p_ptr, p_rows, p_levels, frequent, table, allowed, low, high, ids, scores,
):  # fmt: skip
    """Find the k rows with the highest products for each query of a range, among the rows from low to high.

    q_ptr, q_terms, q_weights   the queries, as CSR
    first, last                 the range of queries
    indptr, columns, weights    the rows, as CSR
    lengths                     of each row, where it holds counts: its half-count is half_base + half_slope * length;
                                empty where rows hold weights
    slack                       how many times its bound a weight can be: 1, or more for counts
    used                        the columns that are not empty, increasing
    steps                       the step of each used column: its levels are multiples of it
    p_ptr, p_rows, p_levels     the postings of each used column: rows, increasing, and levels; none if it is frequent
    frequent, table             the indices in `used` of frequent columns, increasing, and a level for every row
    allowed                     0 for rows that must not be found; or empty, where all may be
    low, high                   the range of rows
    ids, scores                 in: -1, and a score to exceed, at least 0; out: each query's k best rows, best first
    Returns 1 if an array is corrupt, or 0.
    """
    base = q_ptr[first]
    n_terms = q_ptr[last] - base
    at, stop = np.empty(n_terms, np.int64), np.empty(n_terms, np.int64)
    factors = np.empty(n_terms, np.float32)
    ends = np.empty((last - first, 2), np.int64)
    if _look_up(
        q_ptr=q_ptr, q_terms=q_terms, q_weights=q_weights, first=first, last=last, used=used, steps=steps,
        slack=slack, p_ptr=p_ptr, n_postings=p_rows.shape[0], frequent=frequent, n_table=table.shape[0],
        at=at, stop=stop, factors=factors, ends=ends,
    ):  # fmt: skip
        return 1
    longest = 0
    for q in range(first, last):
        longest = max(longest, q_ptr[q + 1] - q_ptr[q])
        for t in range(ends[q - first, 0], ends[q - first, 1] if low > 0 else 0):
            at[t] = _skip(p_rows, at[t], stop[t], low)
    keys, values = np.empty(_table_size(longest), np.int32), np.empty(_table_size(longest), np.float64)
    bounds = np.empty(ROWS_PER_PART, np.float32)
    bits = bounds.view(np.int32).reshape(ROWS_PER_PART // ROWS_PER_STRIDE, ROWS_PER_STRIDE)
    tops = np.empty(ROWS_PER_PART // ROWS_PER_STRIDE, np.int32)
    top_values = tops.view(np.float32)
    few = np.empty(ROWS_PER_PART // MIN_ROWS_PER_ALLOWED_ROW + 1, np.int64)
    for start in range(low, high, ROWS_PER_PART):
        n = min(ROWS_PER_PART, high - start)
        n_strides = (n + ROWS_PER_STRIDE - 1) // ROWS_PER_STRIDE
        n_few = _find_few(allowed, start, n, few) if allowed.shape[0] > 0 else -1
        if n_few == 0:
            continue
        for q in range(first, last):
            t, n_frequent, n_all = q_ptr[q] - base, ends[q - first, 0], ends[q - first, 1]
            safe = np.float32(1 - (n_all - t + 8) * 2.0**-23)  # a bound is rounded about this often
            possible = _highest_possible(
                p_rows=p_rows, factors=factors, at=at, stop=stop, first=t, n_frequent=n_frequent, last=n_all,
                start=start, end=start + n,
            )  # fmt: skip
            if not possible > scores[q, 0] * safe:
                continue
            mask = np.int64(0)
            if n_few < 0:
                n_set = n_frequent - max(n_frequent - t - 1, 0) // 4 * 4
                _set_levels(bounds=bounds, n=n, start=start, table=table, rows=at, factors=factors, first=t, last=n_set)
                _add_levels(
                    bounds=bounds, n=n, start=start, table=table, rows=at, factors=factors, first=n_set, last=n_frequent
                )
                bounds[n : n_strides * ROWS_PER_STRIDE] = 0
                _add_postings(
                    bounds=bounds, n=n, start=start, p_rows=p_rows, p_levels=p_levels, factors=factors,
                    at=at, stop=stop, first=n_frequent, last=n_all,
                )  # fmt: skip
                if allowed.shape[0] > 0:
                    _keep_allowed(bounds=bounds, allowed=allowed[start : start + n])
                for s in range(n_strides):
                    tops[s] = _top(bits, s)
            n_scored = 0
            while n_scored != n_few:
                if n_few < 0:
                    s = _first_of(tops, n_strides, _highest(tops, n_strides))
                    if not top_values[s] > max(scores[q, 0] * safe, np.float32(0)):
                        break
                    i = _first_of(bits[s], ROWS_PER_STRIDE, tops[s])
                    bits[s, i] = 0
                    tops[s] = _top(bits, s)
                    row = start + s * ROWS_PER_STRIDE + i
                else:
                    row = few[n_scored]
                n_scored += 1
                half = half_base + half_slope * lengths[row] if lengths.shape[0] > 0 else -1.0
                if q_ptr[q + 1] - q_ptr[q] <= MAX_TERMS_TO_BISECT:
                    score, corrupt = _score_few(
                        row=row, indptr=indptr, columns=columns, weights=weights, half=half,
                        terms=q_terms, q_weights=q_weights, first=q_ptr[q], last=q_ptr[q + 1],
                    )  # fmt: skip
                else:
                    if mask == 0:
                        mask = _tabulate(
                            terms=q_terms, weights=q_weights, first=q_ptr[q], last=q_ptr[q + 1], keys=keys,
                            values=values,
                        )  # fmt: skip
                    score, corrupt = _score(
                        row=row, indptr=indptr, columns=columns, weights=weights, half=half, keys=keys, values=values,
                        mask=mask,
                    )  # fmt: skip
                if corrupt:
                    return 1
                if score > 0 and is_worse(scores[q, 0], ids[q, 0], score, row):
                    replace_worst(ids[q], scores[q], ids.shape[1], row, score)
    for q in range(first, last):
        sort_best_first(ids[q], scores[q])
    return 0
