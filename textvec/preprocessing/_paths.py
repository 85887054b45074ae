"""Paths from word to word, as tries of codes: counted by `PathCounts`, joined to one word each by `PathJoiner`.

`textvec.kernels.phrases` says how a trie is kept.

Tested in tests/preprocessing/test_phrases.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from textvec._common.offsets import offsets_of
from textvec._common.saved import check, check_array, check_words
from textvec._common.threads import n_threads, run, split
from textvec.kernels import phrases as kernels
from textvec.text.encoding import Codes, Encoded, Offsets
from textvec.text.tokens import Tokens

# Bits of an edge's key that hold the code of its word, which is an int32; the bits above hold the node it leaves.
_WORD_BITS = 32
# Edges that a new table has room for. It grows when it is full.
_FIRST_EDGES = 1 << 16


class PathCounts:
    """The paths between neighbouring words of a corpus that begin with some of its words, and how often each occurs.

    Parameters
    ----------
    codes, offsets : ndarrays
        See `textvec.Tokens`.
    share_of : ndarray of int32 of shape (n_words,)
        The share that each word belongs to; -1 for words that connect others, and neither begin nor end a path.
    share : int
        The share whose words begin the paths.

    Attributes
    ----------
    counts : ndarray of int64 of shape (n_edges,)
        How often the path that ends in each edge occurs; 0 for edges within a path only.
    """

    def __init__(self, codes: Codes, offsets: Offsets, share_of: NDArray[np.int32], share: int) -> None:
        self._n_words = len(share_of)
        room = _FIRST_EDGES
        keys, counts = np.empty(room, np.int64), np.empty(room, np.int64)
        slots, n_edges, document = _slots(keys, 0, room), np.zeros(1, np.int64), 0
        while True:
            document = kernels.count_paths(
                codes=codes,
                offsets=offsets,
                share_of=share_of,
                share=share,
                first=document,
                keys=keys,
                counts=counts,
                slots=slots,
                n_edges=n_edges,
            )
            n = int(n_edges[0])
            if document == len(offsets) - 1:
                break
            room = 2 * room + int(offsets[document + 1] - offsets[document])
            keys, counts = (np.concatenate([array[:n], np.empty(room - n, np.int64)]) for array in (keys, counts))
            slots = _slots(keys, n, room)
        self._keys, self.counts = keys[:n], counts[:n]

    def table(self) -> PathTable:
        """Return the paths themselves."""
        edges = np.flatnonzero(self.counts)
        columns, left = [], edges.copy()
        while (left >= 0).any():  # from the last word of each path to its first
            keys = self._keys[left]
            columns.append(np.where(left >= 0, keys & (2**_WORD_BITS - 1), -1))
            node = keys >> _WORD_BITS
            is_first = (left >= 0) & (node < self._n_words)
            columns.append(np.where(is_first, node, -1))
            left = np.where((left >= 0) & ~is_first, node - self._n_words, -1)
        if not columns:
            return PathTable(np.empty(0, np.int32), np.zeros(1, np.int64), self.counts[edges])
        codes = np.stack(columns[::-1], axis=1)
        written = codes >= 0
        return PathTable(codes[written].astype(np.int32), offsets_of(written.sum(axis=1)), self.counts[edges])


class PathTable(NamedTuple):
    """Paths between neighbouring words, each once, and how often they occur.

    Attributes
    ----------
    codes : ndarray of int32
        The words of all paths, one path after the other.
    offsets : ndarray of int64 of shape (n_paths + 1,)
    counts : ndarray of int64 of shape (n_paths,)
    """

    codes: Codes
    offsets: Offsets
    counts: NDArray[np.int64]

    @classmethod
    def joined(cls, tables: Sequence[PathTable]) -> PathTable:
        """Put tables one after the other; a path may be in several of them."""
        codes = np.concatenate([table.codes for table in tables])
        lengths = np.concatenate([np.diff(table.offsets) for table in tables])
        return cls(codes, offsets_of(lengths), np.concatenate([table.counts for table in tables]))

    def merged(self) -> PathTable:
        """Return the distinct paths, with their counts added up."""
        width = self.codes.dtype.itemsize
        offsets, codes = pa.py_buffer(self.offsets * width), pa.py_buffer(self.codes)
        paths = pa.Array.from_buffers(pa.large_binary(), len(self.counts), [None, offsets, codes]).dictionary_encode()
        counts = np.zeros(len(paths.dictionary), np.int64)
        np.add.at(counts, paths.indices.to_numpy(), self.counts)
        _, offsets, codes = paths.dictionary.buffers()
        ends = np.frombuffer(offsets, np.int64)[: len(counts) + 1] // width
        words = np.frombuffer(codes, np.int32)[: ends[-1]] if ends[-1] else self.codes[:0]
        return PathTable(words, ends, counts)


class PathJoiner:
    """Replaces each of some paths by one word. It has a vocabulary of its own, so that it works on any tokens.

    Parameters
    ----------
    paths : iterable of lists of str
        Of two words or more each. No path may begin another.
    names : iterable of str
        What each is joined to; several paths may have one name.
    """

    def __init__(self, paths: Iterable[list[str]], names: Iterable[str]) -> None:
        self._code_of: dict[str, int] = {}
        paths = list(paths)
        for path in paths:
            for word in path:
                self._code_of.setdefault(word, len(self._code_of))
        number_of: dict[str, int] = {}
        edges: dict[int, int] = {}
        joined: dict[int, int] = {}
        for path, name in zip(paths, names, strict=True):
            node = self._code_of[path[0]]
            for word in path[1:]:
                edge = edges.setdefault(node << _WORD_BITS | self._code_of[word], len(edges))
                node = len(self._code_of) + edge
            joined[edge] = number_of.setdefault(name, len(number_of))
        self._names = list(number_of)
        self._keys = np.fromiter(edges, np.int64, len(edges))
        self._slots = _slots(self._keys, len(edges), len(edges))
        self._joined = np.fromiter((joined.get(edge, -1) for edge in range(len(edges))), np.int32, len(edges))

    def join(self, tokens: Tokens) -> Encoded:
        """Join the paths in each document from left to right; words that are left in none are not in the result."""
        words = tokens.vocabulary.tolist()
        code_of = np.fromiter((self._code_of.get(word, -1) for word in words), np.int32, len(words))
        ranges = split(tokens.offsets, n_threads(tokens.n_tokens))
        parts = run(lambda r: self._join_range(tokens.codes, tokens.offsets[r[0] : r[1] + 1], code_of), ranges)
        codes, lengths = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        words += self._names
        used = np.flatnonzero(np.bincount(codes, minlength=len(words)))
        new_code = np.empty(len(words), np.int32)
        new_code[used] = np.arange(len(used), dtype=np.int32)
        words = [words[code] for code in used.tolist()]
        # A name may be a word of the text already: the two become one.
        return Encoded(words, new_code[codes], offsets_of(lengths)).replace(words)

    def _saved_state(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name != "_slots"}

    @classmethod
    def _from_saved(cls, state: Any) -> PathJoiner:
        made = cls.__new__(cls)
        made._code_of, made._names = dict(state["_code_of"]), check_words("_names", state["_names"])
        made._keys = check_array("_keys", state["_keys"], (np.int64,), None)
        n = len(made._keys)
        made._joined = check_array("_joined", state["_joined"], (np.int32,), n)
        codes = made._code_of
        check(set(map(type, codes)) <= {str} and list(codes.values()) == list(range(len(codes))), "_code_of has gaps")
        check(
            made._joined.min(initial=0) >= -1 and made._joined.max(initial=-1) < len(made._names), "_joined has no name"
        )
        check(len(np.unique(made._keys)) == n, "_keys has one twice")
        made._slots = _slots(made._keys, n, n)
        return made

    def _join_range(
        self, codes: Codes, offsets: Offsets, code_of: NDArray[np.int32]
    ) -> tuple[Codes, NDArray[np.int64]]:
        """Return the new codes of a range of documents, and how many each has."""
        new_codes, ends = np.empty(offsets[-1] - offsets[0], np.int32), np.empty(len(offsets) - 1, np.int64)
        kernels.join(
            codes=codes,
            offsets=offsets,
            word_of=code_of,
            n_words=len(self._code_of),
            keys=self._keys,
            slots=self._slots,
            joined=self._joined,
            new_codes=new_codes,
            ends=ends,
        )
        lengths = np.diff(ends, prepend=0)
        return new_codes[: lengths.sum()], lengths


def _slots(keys: NDArray[np.int64], n_edges: int, room: int) -> NDArray[np.int32]:
    """Make a hash table of the first n_edges edges, with room for more."""
    slots = np.zeros(1 << int(2 * room - 1).bit_length(), np.int32)
    kernels.fill_slots(keys=keys, n_edges=n_edges, slots=slots)
    return slots
