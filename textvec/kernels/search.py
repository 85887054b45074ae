"""Exact top-k search over sparse rows that computes the scores of few of them.

Levels (see `levels`) times a query's weights add up to a bound of each row's score that is hardly above it: the
bounds of MaxScore (Turtle and Flood 1995), but for each row instead of each term. Rows are scored in the order of their
bounds, until the k-th best score is above all bounds that are left; of 100,000 film reviews some 30 are, for 10 hits.

A score is added up along its row, so that it depends on the query and the row alone, to the last bit.

No number in the arrays of an index can make a kernel leave them, as they may come from a file that was damaged.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from textvec.kernels._compile import kernel, ro, rw
from textvec.kernels.heap import is_worse, replace_worst, sort_best_first
from textvec.kernels.postings import TINY

PART = 65536  # rows whose bounds are held at a time, in the processor's cache
STRIDE = 128  # rows of which the largest bound is kept
FEW = 128  # where fewer than one of so many rows of a part are allowed, all of these are scored
_SUMS = {"reassoc", "contract", "nsz"}  # bounds may be added up in any order


@nb.njit
def _place(values, value):
    """Return where a value is in an increasing array of distinct ones from 0 on, or -1."""
    high = min(np.int64(value), values.shape[0] - 1)
    if high < 0 or values[high] == value:  # nearly always, as few columns are empty
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
def _add_levels(bounds, n, start, table, rows, factors, first, last):
    """Add to the bounds of n rows the levels of frequent columns, four at a time, each times its factor."""
    t = first
    while t + 4 <= last:
        a, b = table[rows[t], start : start + n], table[rows[t + 1], start : start + n]
        c, d = table[rows[t + 2], start : start + n], table[rows[t + 3], start : start + n]
        v, w, x, y = factors[t], factors[t + 1], factors[t + 2], factors[t + 3]
        for i in range(n):
            bounds[i] += v * np.float32(a[i]) + w * np.float32(b[i]) + x * np.float32(c[i]) + y * np.float32(d[i])
        t += 4
    while t < last:
        a, v = table[rows[t], start : start + n], factors[t]
        for i in range(n):
            bounds[i] += v * np.float32(a[i])
        t += 1


@nb.njit
def _top(bits, stride):
    """Return the largest bound of a stride; bits of floats from 0 on sort as the floats do, in SIMD instructions."""
    top = np.int32(0)
    for i in range(STRIDE):
        top = max(top, bits[stride, i])
    return top


@nb.njit
def _highest(values, n):
    """Return the largest of n values, in SIMD instructions, as NumPy's argmax is not."""
    highest = values[0]
    for i in range(n):
        highest = max(highest, values[i])
    return highest


@nb.njit
def _first_of(values, value):
    """Return where a value, which is there, is first."""
    i = np.int64(0)
    while values[i] != value:
        i += 1
    return i


@nb.njit(inline="always")
def _slot(column, mask):
    return (np.int64(column) * 0x9E3779B1 >> 15) & mask


@nb.njit
def _table_size(n):
    size = 64
    while size < 4 * n:
        size *= 2
    return size


@nb.njit
def _tabulate(terms, weights, first, last, keys, values):
    """Write a query into a hash table, of which at most a quarter is used, and return its size - 1."""
    mask = _table_size(last - first) - 1
    keys[: mask + 1] = -1
    for t in range(first, last):
        s = _slot(terms[t], mask)
        while keys[s] >= 0:
            s = (s + 1) & mask
        keys[s] = terms[t]
        values[s] = weights[t]
    return mask


@nb.njit
def _score(row, indptr, columns, weights, keys, values, mask):
    """Return the product of a row and a tabulated query, and whether the row is damaged."""
    begin, end = indptr[row], indptr[row + 1]
    if begin < 0 or end < begin or end > columns.shape[0]:
        return np.float32(0), True
    total = 0.0  # long queries add up too much rounding in float32
    for j in range(begin, end):
        c = columns[j]
        s = _slot(c, mask)
        while keys[s] != c and keys[s] >= 0:
            s = (s + 1) & mask
        if keys[s] == c:
            total += values[s] * weights[j]
    return np.float32(total), False


@nb.njit
def _look_up(
    q_ptr, q_terms, q_weights, first, last, used, steps, p_ptr, n_postings, frequent, n_table, at, stop, factors, ends
):  # fmt: skip
    """Find the levels of each query's terms, those of frequent columns first; return whether an array is damaged.

    at                out: rows of the table; then where postings begin
    stop              out: where these postings end
    factors           out: what a level adds to a bound
    ends              out: of shape (n_queries, 2), where these two sorts of entries end
    """
    base = q_ptr[first]
    for q in range(first, last):
        n = q_ptr[q] - base
        for has_postings in range(2):
            for e in range(q_ptr[q], q_ptr[q + 1]):
                u = _place(used, q_terms[e])
                if u < 0:
                    continue
                begin, end = p_ptr[u], p_ptr[u + 1]
                if begin < 0 or end < begin or end > n_postings:
                    return True
                if (begin < end) != has_postings:
                    continue
                if not has_postings:
                    begin = _place(frequent, u)
                    if begin < 0 or begin >= n_table:
                        return True
                at[n], stop[n] = begin, end
                factors[n] = max(abs(q_weights[e]) * steps[u], TINY)
                n += 1
            ends[q - first, has_postings] = n
    return False


@nb.njit
def _skip(p_rows, at, stop, row):
    """Return the first of a column's postings that is not before a row."""
    while at < stop:
        middle = (at + stop) // 2
        if p_rows[middle] < row:
            at = middle + 1
        else:
            stop = middle
    return at


@nb.njit
def _find_few(allowed, start, n, few):
    """Write down the rows of a part that are allowed, if they are few, and return how many; otherwise -1."""
    n_allowed = 0
    for i in range(n):
        n_allowed += allowed[start + i] != 0
    if n_allowed * FEW >= n:
        return -1
    n_few = 0
    for i in range(n if n_allowed > 0 else 0):
        if allowed[start + i] != 0:
            few[n_few] = start + i
            n_few += 1
    return n_few


@nb.njit
def _add_postings(bounds, n, start, p_rows, p_levels, factors, at, stop, first, last):
    """Add to the bounds of n rows the levels of rare columns, and write down where their postings go on."""
    for t in range(first, last):
        begin = at[t]
        if begin < stop[t] and p_rows[begin] < start:  # the parts before were passed over
            begin = _skip(p_rows, begin, stop[t], start)
        p, end, factor = np.uint64(begin), np.uint64(stop[t]), factors[t]
        while p < end:
            i = np.uint32(p_rows[p] - start)  # a row before the part, of damaged postings, is beyond it as well
            if i >= n:
                break
            bounds[i] += factor * np.float32(p_levels[p])
            p += np.uint64(1)
        at[t] = p


@kernel(
    nb.int64(
        ro(nb.int64), ro(nb.int32), ro(nb.float32), nb.int64, nb.int64, ro(nb.int64), ro(nb.int32), ro(nb.float32),
        ro(nb.int32), ro(nb.float32), ro(nb.int64), ro(nb.int32), ro(nb.uint8), ro(nb.int32), ro(nb.uint8, 2),
        ro(nb.uint8), nb.int64, nb.int64, rw(nb.int64, 2), rw(nb.float32, 2),
    )
)  # fmt: skip
def search(
    q_ptr, q_terms, q_weights, first, last, indptr, columns, weights,
    used, steps, p_ptr, p_rows, p_levels, frequent, table, allowed, low, high, ids, scores,
):  # fmt: skip
    """Find the k rows with the highest products, out of the rows from low to high, for a range of queries.

    q_ptr, q_terms, q_weights   queries, as CSR
    indptr, columns, weights    rows, as CSR
    used                        the columns that are not empty, increasing
    steps                       of each of these: what a level stands for
    p_ptr, p_rows, p_levels     of each of these: rows, increasing, and their levels; none for frequent ones
    frequent, table             places in `used`, increasing, and for each the levels of all rows
    allowed                     0 for rows that are not to be found; or empty
    ids, scores                 in: -1 and a score to beat, at least 0; out: the k best of each query, best first
    Returns 1 if an array is damaged, or 0.
    """
    base = q_ptr[first]
    n_entries = q_ptr[last] - base
    at, stop = np.empty(n_entries, np.int64), np.empty(n_entries, np.int64)
    factors = np.empty(n_entries, np.float32)
    ends = np.empty((last - first, 2), np.int64)
    if _look_up(
        q_ptr, q_terms, q_weights, first, last, used, steps, p_ptr, p_rows.shape[0], frequent, table.shape[0],
        at, stop, factors, ends,
    ):  # fmt: skip
        return 1
    longest = 0
    for q in range(first, last):
        longest = max(longest, q_ptr[q + 1] - q_ptr[q])
        for t in range(ends[q - first, 0], ends[q - first, 1] if low > 0 else 0):
            at[t] = _skip(p_rows, at[t], stop[t], low)
    keys, values = np.empty(_table_size(longest), np.int32), np.empty(_table_size(longest), np.float64)
    bounds = np.empty(PART, np.float32)
    bits = bounds.view(np.int32).reshape(PART // STRIDE, STRIDE)
    tops = np.empty(PART // STRIDE, np.int32)
    top_values = tops.view(np.float32)
    few = np.empty(PART // FEW + 1, np.int64)
    for start in range(low, high, PART):
        n = min(PART, high - start)
        n_strides = (n + STRIDE - 1) // STRIDE
        n_few = _find_few(allowed, start, n, few) if allowed.shape[0] > 0 else -1
        if n_few == 0:
            continue
        for q in range(first, last):
            t, n_frequent, n_all = q_ptr[q] - base, ends[q - first, 0], ends[q - first, 1]
            if t == n_all:
                continue
            mask = np.int64(0)
            if n_few < 0:
                bounds[: n_strides * STRIDE] = 0
                _add_levels(bounds, n, start, table, at, factors, t, n_frequent)
                _add_postings(bounds, n, start, p_rows, p_levels, factors, at, stop, n_frequent, n_all)
                for i in range(n if allowed.shape[0] > 0 else 0):
                    bounds[i] = bounds[i] if allowed[start + i] != 0 else np.float32(0)
                for s in range(n_strides):
                    tops[s] = _top(bits, s)
            safe = np.float32(1 - (n_all - t + 8) * 2.0**-23)  # a bound is rounded about as often
            n_scored = 0
            while n_scored != n_few:
                if n_few < 0:
                    s = _first_of(tops, _highest(tops, n_strides))
                    if not top_values[s] > max(scores[q, 0] * safe, np.float32(0)):
                        break
                    i = _first_of(bits[s], tops[s])
                    bits[s, i] = 0
                    tops[s] = _top(bits, s)
                    row = start + s * STRIDE + i
                else:
                    row = few[n_scored]
                n_scored += 1
                if mask == 0:
                    mask = _tabulate(q_terms, q_weights, q_ptr[q], q_ptr[q + 1], keys, values)
                score, damaged = _score(row, indptr, columns, weights, keys, values, mask)
                if damaged:
                    return 1
                if score > 0 and is_worse(scores[q, 0], ids[q, 0], score, row):
                    replace_worst(ids[q], scores[q], ids.shape[1], row, score)
    for q in range(first, last):
        sort_best_first(ids[q], scores[q])
    return 0
