"""N-grams by sorting the positions of a corpus: how threads share the passes of `textvec.kernels.ngrams`.

Tested in tests/vectorizers/test_ngrams.py.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from textvec._common.offsets import offsets_of
from textvec._common.threads import n_threads, run, split
from textvec.kernels import ngrams as kernels
from textvec.text.encoding import Codes, Offsets


class Occurrences(NamedTuple):
    """Where n-grams occur: f in `documents[length[f] - 1, begin[f]:end[f]]`, once for each time, in order."""

    documents: NDArray[np.int32]
    length: NDArray[np.uint8]
    begin: NDArray[np.int32]
    end: NDArray[np.int32]


def sort_ngrams(
    codes: Codes, offsets: Offsets, rank: NDArray[np.int32], n_ranks: int, ngram_range: tuple[int, int]
) -> tuple[NDArray[np.int32], NDArray[np.int32], Occurrences]:
    """List the n-grams of a tokenized corpus.

    Parameters
    ----------
    codes, offsets : ndarrays
        See `textvec.Tokens`.
    rank : ndarray of int32
        What sorts each code: from 0 to n_ranks - 1. Codes of one rank are taken for one word.
    n_ranks : int
    ngram_range : (min_n, max_n)

    Returns
    -------
    rows : ndarray of int32 of shape (n_ngrams, max_n)
        The ranks of each n-gram, -1 after the last; sorted.
    frequencies : ndarray of int32 of shape (n_ngrams,)
        In how many documents each occurs.
    occurrences : Occurrences
    """
    min_n, n = ngram_range
    order = _sort(codes, offsets, rank, n_ranks, n, n_threads(len(codes)))

    groups = offsets_of(np.array(order.groups)).tolist()

    def count_stretch(t: int) -> int:
        first, last = order.stretches[t]
        size: int = kernels.count_listed(
            depth=order.depth, group_rows=order.rows, min_n=min_n, first=first, last=last, group=groups[t]
        )
        return size

    stretches = range(len(order.stretches))
    places = offsets_of(np.array(run(count_stretch, stretches)))
    length, rows = np.empty(places[-1], np.uint8), np.empty((places[-1], n), np.int32)
    begin, end, frequencies = (np.empty(places[-1], np.int32) for _ in range(3))

    def list_stretch(t: int) -> None:
        first, last = order.stretches[t]
        out = slice(places[t], places[t + 1])
        kernels.list_ngrams(
            depth=order.depth,
            documents=order.documents,
            group_rows=order.rows,
            min_n=min_n,
            first=first,
            last=last,
            group=groups[t],
            length=length[out],
            begin=begin[out],
            end=end[out],
            frequency=frequencies[out],
            rows=rows[out],
        )

    run(list_stretch, stretches)
    return rows, frequencies, Occurrences(order.documents, length, begin, end)


class _Order(NamedTuple):
    """The positions of a corpus, sorted by the n-grams that begin there; see `textvec.kernels.ngrams`."""

    documents: NDArray[np.int32]  # of the positions sorted by 1-gram, by 2-gram, ..., by n-gram; a row each
    depth: NDArray[np.uint8]  # where groups of equal n-grams begin
    rows: NDArray[np.int32]  # the words of each group
    stretches: list[tuple[int, int]]  # parts of the order, for a thread each
    groups: list[int]  # how many groups each stretch has


def _sort(codes: Codes, offsets: Offsets, rank: NDArray[np.int32], n_ranks: int, n: int, threads: int) -> _Order:
    """Sort positions by word, threads sharing documents; then by pairs, triples, ... , threads sharing first words."""
    ranges = split(offsets, threads)
    stream = np.empty(len(codes) + len(offsets), np.int32)
    stream[0] = -1
    sizes = np.zeros((len(ranges), n_ranks), np.int64)

    def make_stream(t: int) -> None:
        first, last = ranges[t]
        kernels.make_stream(
            codes=codes, offsets=offsets, rank=rank, first=first, last=last, stream=stream, sizes=sizes[t]
        )

    run(make_stream, range(len(ranges)))
    buckets = offsets_of(sizes.sum(axis=0))
    documents = np.empty((n, len(codes)), np.int32)
    depth = np.full(len(codes), 2, np.uint8)
    depth[buckets[:-1][np.diff(buckets) > 0]] = 1

    carried = left, order = _carried(1, n, len(codes))
    places = buckets[:-1] + np.cumsum(sizes, axis=0) - sizes

    def sort_words(t: int) -> None:
        first, last = ranges[t]
        kernels.sort_words(
            stream=stream,
            offsets=offsets,
            first=first,
            last=last,
            places=places[t],
            documents=documents[0],
            left=left,
            order=order,
        )

    run(sort_words, range(len(ranges)))
    word_ranges = split(buckets, threads)
    stretches = [(int(buckets[a]), int(buckets[b])) for a, b in word_ranges]
    rows = np.flatnonzero(np.diff(buckets)).astype(np.int32)[:, None]
    groups = [int(np.count_nonzero(depth[a:b] == 1)) for a, b in stretches]
    for m in range(2, n + 1):
        carried, rows, groups = _sort_longer(m, stream, offsets, buckets, word_ranges, documents, depth, carried, rows)
    return _Order(documents, depth, rows, stretches, groups)


def _sort_longer(
    m: int,
    stream: NDArray[np.int32],
    offsets: Offsets,
    buckets: NDArray[np.int64],
    ranges: list[tuple[int, int]],
    documents: NDArray[np.int32],
    depth: NDArray[np.uint8],
    carried: tuple[NDArray[np.int32], NDArray[np.int32]],
    shorter: NDArray[np.int32],
) -> tuple[tuple[NDArray[np.int32], NDArray[np.int32]], NDArray[np.int32], list[int]]:
    """From positions sorted by (m - 1)-gram to positions sorted by m-gram; writes `documents[m - 1]` and `depth`."""
    (left, order), (left_m, order_m) = carried, _carried(m, len(documents), len(depth))
    tail, places = np.empty(len(depth), np.int32), buckets[:-1].copy()

    def induce(words: tuple[int, int]) -> None:
        low, high = words
        kernels.induce(
            stream=stream,
            offsets=offsets,
            depth=depth,
            n=m,
            low=low,
            high=high,
            places=places,
            documents=documents[m - 2],
            left=left,
            order=order,
            documents_n=documents[m - 1],
            left_n=left_m,
            order_n=order_m,
            tail=tail,
        )

    def split_groups(words: tuple[int, int]) -> int:
        low, high = words
        n_groups: int = kernels.split_groups(tail=tail, n=m, first=buckets[low], last=buckets[high], depth=depth)
        return n_groups

    run(induce, ranges)
    groups = run(split_groups, ranges)
    rows = np.empty((sum(groups), m), np.int32)

    def write_rows(t: int) -> None:
        low, high = ranges[t]
        kernels.write_rows(
            tail=tail,
            depth=depth,
            buckets=buckets,
            low=low,
            high=high,
            shorter=shorter,
            group=sum(groups[:t]),
            rows=rows,
        )

    run(write_rows, range(len(ranges)))
    return (left_m, order_m), rows, groups


def _carried(m: int, n: int, n_tokens: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Make arrays for what the next passes need: the word to the left and, to find the one before it, the position."""
    return np.empty(n_tokens if m < n else 0, np.int32), np.empty(n_tokens if m + 1 < n else 0, np.int32)
