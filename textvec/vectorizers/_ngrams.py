"""N-grams as rows of word codes: sorted, merged with others, looked up and, only when somebody asks, named.

A column of the document-term matrix is a row here; its name is put together from words on request. Character n-grams
are the same with characters for words and nothing between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textvec._common.saved import check, check_array
from textvec.vectorizers._words import Words

# The longest n-grams, in words or characters, that are sorted. Those of more take more than 1.6 times the memory of
# their names. The kernels keep lengths in 8 bits, so that it must stay below 254.
MAX_SORTED_LENGTH = 48

# Terms that have a dictionary of columns while texts are transformed one by one, of about 150 bytes each. For more of
# them, binary searches take 15 microseconds a message more.
_MAX_TABLE = 1 << 17


class NGrams:
    """Distinct n-grams, sorted by their words, and the column of each.

    Parameters
    ----------
    words : Words
        The distinct words.
    rows : ndarray of int32 of shape (n_ngrams, n)
        For each n-gram the codes of its words, -1 after the last; sorted.
    columns : ndarray of int32 of shape (n_ngrams,), optional
        The column of each n-gram; by default its own row number.
    separator : str, default=" "
        What is between the words of a name.
    """

    def __init__(
        self, words: Words, rows: NDArray[np.int32], columns: NDArray[np.int32] | None = None, separator: str = " "
    ) -> None:
        self.words = words
        self.rows = rows
        self.columns = columns
        self.separator = separator

    @classmethod
    def empty(cls, separator: str = " ") -> NGrams:
        """Return a set of no n-grams, to which others can be added."""
        return cls(Words(), np.empty((0, 1), np.int32), None, separator)

    @classmethod
    def from_terms(cls, terms: Mapping[Any, int], separator: str = " ") -> NGrams:
        """Make n-grams of named terms and their columns: "new york" is the words "new" and "york"."""
        columns, names = _checked_columns(terms), list(terms)
        words, lengths, codes = _cut(names, separator)
        if lengths.max(initial=1) > MAX_SORTED_LENGTH:  # one long term shall not make the rows of all others as long
            separator, (words, lengths, codes) = " ", _numbered([(name,) for name in names])
        width = int(lengths.max(initial=1))
        rows = np.full((len(names), width), -1, np.int32)
        rows[np.arange(width) < lengths[:, None]] = codes
        return cls._sorted(words, rows, columns, separator)

    @classmethod
    def _sorted(cls, words: Words, rows: NDArray[np.int32], columns: NDArray[np.int32], separator: str) -> NGrams:
        order = np.lexsort(rows.T[::-1])
        columns = columns[order]
        in_order = np.array_equal(columns, np.arange(len(columns)))
        return cls(words, np.ascontiguousarray(rows[order]), None if in_order else columns, separator)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def must_flatten(self) -> bool:
        """Tell whether n-grams of different words can have one name, or names sort otherwise than words do."""
        return self.separator != "" and self.rows.shape[1] > 1 and self.words.has_control

    @cached_property
    def _starts(self) -> NDArray[np.int64]:
        """The rows that begin with each word: where they begin, and end."""
        return np.searchsorted(self.rows[:, 0], np.arange(len(self.words) + 1)).astype(np.int64)

    @property
    def has_keys(self) -> bool:
        """Tell whether `keys` are small enough for 64 bits."""
        return bool((len(self.words) + 1) ** self.rows.shape[1] < 2**63)

    @cached_property
    def are_plain(self) -> bool:
        """Tell whether these are n-grams of words of which `counts` finds those of a text."""
        return self.separator == " " and self.is_numbered and self.has_keys and len(self) > 0

    @cached_property
    def keys(self) -> NDArray[np.int64]:
        """Each row as one number: its codes plus one are the digits. Increasing, as rows are sorted."""
        keys, base = np.zeros(len(self), np.int64), len(self.words) + 1
        for codes in self.rows.T:
            keys *= base
            keys += codes + np.int64(1)
        return keys

    def __getstate__(self) -> tuple[Any, ...]:
        # Most corpora have few enough characters, or words, for small numbers.
        rows = self.rows.astype(np.min_scalar_type(-len(self.words) - 1))
        return self.words, rows, self.columns, self.separator

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        words, rows, columns, separator = state
        self.__init__(words, rows.astype(np.int32), columns, separator)  # type: ignore[misc]

    def _saved_state(self) -> tuple[Any, ...]:
        if not self.is_numbered:
            raise ValueError(
                f"A vocabulary_ of {len(self)} terms whose columns are not 0 to {len(self) - 1}, each once, cannot be "
                "saved. Number the terms anew: "
                "vectorizer.vocabulary_ = {term: i for i, term in enumerate(vectorizer.vocabulary_)}."
            )
        return self.__getstate__()

    @classmethod
    def _from_saved(cls, state: Any) -> NGrams:
        words, rows, columns, separator = state
        check(isinstance(words, Words), "words must be Words")
        check(separator in ("", " "), f"separator must be '' or ' ', but it is {separator!r:.80}")
        rows = check_array("rows", rows, (np.int8, np.int16, np.int32), None, None)
        n, width = rows.shape
        check(width, "rows must have a column")
        check(
            rows.min(initial=0) >= -1 and rows.max(initial=-1) < len(words),
            "rows has codes of words that are not there",
        )
        increasing = np.zeros(max(n - 1, 0), bool)
        for m in reversed(range(width if n else 0)):  # without rows, a width is only a claim
            before, after = rows[:-1, m], rows[1:, m]
            increasing = (before < after) | ((before == after) & increasing)
            check(m == 0 or not ((rows[:, m - 1] < 0) & (rows[:, m] >= 0)).any(), "rows has words after its ends")
        check(increasing.all(), "rows are not sorted, or one is repeated")
        if columns is not None:
            check_array("columns", columns, (np.int32,), n)
            there = columns.min(initial=0) >= 0 and columns.max(initial=-1) < n  # before anything of their size is made
            check(there and (np.bincount(columns, minlength=n) == 1).all(), "columns must have every number once")
        made = cls.__new__(cls)
        made.__setstate__(tuple(state))
        return made

    @cached_property
    def _is_words(self) -> bool:
        """Tell whether the terms are all words, one by one: then the row of a term is the code of its word."""
        n, width = self.rows.shape
        return width == 1 and n == len(self.words) and n > 0 and int(self.rows[0, 0]) == 0

    def counts(self, codes: list[int], low: int, high: int) -> dict[int, int]:
        """Return how often the term of each column is in a text; of numbered terms that have keys.

        Parameters
        ----------
        codes : list of int
            The codes of the words of the text, any other number for a word that has none.
        low, high : int
            From how many words to how many the terms have.
        """
        width = self.rows.shape[1]
        if self._is_words:
            n_words = len(self.words)
            rows = [code for code in codes if 0 <= code < n_words] if low == 1 else []
        else:
            wanted = np.array(self._keys_of(codes, low, min(high, width)), np.int64)
            found = self.keys.searchsorted(wanted)
            rows = (
                found[self.keys.take(found, mode="clip") == wanted].tolist() if len(self.keys) and len(wanted) else []
            )
        return _tally(rows if self.columns is None or not rows else self.columns[rows].tolist())

    def counts_in_words(self, words: list[str], low: int, high: int) -> dict[int, int]:
        """Return `counts` of the words of a text; faster, once a table is made that takes memory."""
        codes, column_of = self.words.code_list(words), self._column_of_key
        if column_of is None:
            return self.counts(codes, low, high)
        keys = self._keys_of(codes, low, min(high, self.rows.shape[1]))
        return _tally([column for column in map(column_of.get, keys) if column is not None])

    @cached_property
    def _column_of_key(self) -> dict[int, int] | None:
        """The column of each key; None where it takes too much memory, or none."""
        if self._is_words or len(self) > _MAX_TABLE:
            return None
        return dict(zip(self.keys.tolist(), self.in_order().tolist(), strict=True))

    def _keys_of(self, codes: list[int], low: int, high: int) -> list[int]:
        """Return the keys of the n-grams of known words in a text."""
        n_words, width = len(self.words), self.rows.shape[1]
        base = n_words + 1
        digits = [code + 1 if 0 <= code < n_words else 0 for code in codes]
        keys, known = [], digits  # of n-grams from each word on, without what follows them; 0 where a word is unknown
        for n in range(1, high + 1):
            if n > 1:
                known = [
                    key and digit and key * base + digit for key, digit in zip(known, digits[n - 1 :], strict=False)
                ]
            if n >= low:
                scale = base ** (width - n)
                keys += [key * scale for key in known if key]
        return keys

    def in_order(self) -> NDArray[np.int32]:
        """Return the columns in the order of the n-grams' words."""
        return np.arange(len(self), dtype=np.int32) if self.columns is None else self.columns

    def by_column(self) -> NDArray[np.int32]:
        """Return the words of each column, an array as `rows` is."""
        return self.rows if self.columns is None else self.rows[np.argsort(self.columns, kind="stable")]

    @cached_property
    def is_numbered(self) -> bool:
        """Tell whether the columns of n n-grams are 0 to n - 1, each once: not if a user numbered them otherwise."""
        if self.columns is None or not len(self):
            return True
        return bool(self.columns.max() < len(self) and (np.bincount(self.columns) == 1).all())

    def columns_by_name(self) -> Iterator[tuple[Any, int]]:
        """Yield the name and column of each n-gram, in the order of columns."""
        return zip(self.names().tolist(), np.sort(self.in_order()).tolist(), strict=True)

    def names(self, columns: Iterable[int] | None = None) -> NDArray[np.object_]:
        """Return the names of the given columns, or of all of them: the words with the separator between.

        Returns
        -------
        ndarray of objects of shape (n_columns,)
        """
        rows = self.by_column()
        if columns is not None:
            rows = rows[np.asarray(columns, dtype=np.intp)]
        words = np.fromiter(self.words.sorted, dtype=object, count=len(self.words))
        if not len(words):
            return np.array([""] * len(rows), dtype=object)
        names = words[rows[:, 0]]
        names[rows[:, 0] < 0] = ""  # the empty string given as a term of characters
        for m in range(1, rows.shape[1]):
            longer = rows[:, m] >= 0
            names[longer] += self.separator + words[rows[longer, m]]
        return names

    def select(self, kept: NDArray[np.bool_]) -> NGrams:
        """Return the n-grams of some columns, with the words that they need; columns are counted anew, by name.

        Parameters
        ----------
        kept : ndarray of bool of shape (n_columns,)
        """
        kept = kept if self.columns is None else kept[self.columns]
        # A copy of all of them only where they lie in a larger array.
        rows = self.rows if kept.all() and self.rows.base is None else self.rows[kept]
        used, new_rows = used_words(rows, len(self.words))
        if used.all():
            return NGrams(self.words, rows, None, self.separator)
        words = [self.words.sorted[code] for code in np.flatnonzero(used).tolist()]
        return NGrams(Words(words), new_rows, None, self.separator)

    def with_words(self, words: Sequence[Any]) -> tuple[NGrams, NDArray[np.int32]]:
        """Return the same n-grams with more words, for others that are made of these; and the codes of those words."""
        joined, moved, codes = self.words.joined_by(words)
        if joined is self.words:
            return self, codes
        rows = np.append(moved, np.int32(-1))[self.rows]
        return NGrams(joined, rows, self.columns, self.separator), codes

    def joined_by(self, other: NGrams) -> tuple[NGrams, NDArray[np.int32]]:
        """Return these n-grams and others; those that are new here get columns after all others.

        Returns
        -------
        NGrams
        columns : ndarray of int32 of shape (n_others,)
            The columns of the others.
        """
        if other.words is not self.words:  # n-grams that had to be flattened, or that were before
            return self._joined_by_names(other)
        n = max(self.rows.shape[1], other.rows.shape[1])
        ours, theirs = widened(self.rows, n), widened(other.rows, n)
        if not len(ours):
            return NGrams(self.words, theirs, other.columns, self.separator), other.in_order()
        from textvec.kernels import ngram_tables as kernels  # compiled code, which the terms of a query do not need

        rows = np.empty((len(ours) + len(theirs), n), np.int32)
        columns, found = np.empty(len(rows), np.int32), np.empty(len(theirs), np.int32)
        n_rows = kernels.merge_rows(
            table=ours, columns=self.in_order(), rows=theirs, merged=rows, merged_columns=columns, found=found
        )
        if n_rows == len(ours):
            return self, found
        return NGrams(self.words, rows[:n_rows], columns[:n_rows], self.separator), found

    def _joined_by_names(self, other: NGrams) -> tuple[NGrams, NDArray[np.int32]]:
        if not len(self) and other.rows.shape[1] == 1:
            return NGrams(other.words, other.rows, other.columns), other.in_order()
        column_of = dict(self.column_of)
        columns = [column_of.setdefault(name, len(column_of)) for name in other.names().tolist()]
        words = Words(sorted(column_of))
        rows = words.codes(list(column_of))[:, None]
        # With a space between words, names of characters are looked up by name ever after; see `Analyzed.count_ngrams`.
        joined = self._sorted(words, rows, np.arange(len(rows), dtype=np.int32), " ")
        joined.column_of = column_of
        return joined, np.array(columns, np.int32)

    @cached_property
    def column_of(self) -> dict[Any, int]:
        """The column of each name."""
        return dict(self.columns_by_name())

    def find(self, other: NGrams) -> NDArray[np.int32]:
        """Return the column that each n-gram of another set has in this one, -1 where it has none."""
        if other.words is not self.words:
            return np.fromiter((self.column_of.get(n, -1) for n in other.names().tolist()), np.int32, len(other))
        from textvec.kernels import ngram_tables as kernels

        found = np.empty(len(other), np.int32)
        kernels.match_rows(rows=other.rows, table=self.rows, starts=self._starts, found=found)
        if self.columns is None:
            return found
        return np.where(found >= 0, self.columns[found], np.int32(-1)).astype(np.int32)


_Cut = tuple[Words, NDArray[np.int64], NDArray[np.int32]]  # distinct words, how many a term has, and the code of each


def _cut(terms: list[Any], separator: str) -> _Cut:
    """Cut terms into the words, or characters, that they are made of."""
    if set(map(type, terms)) == {str}:
        if not separator:
            return _cut_characters(terms)
        try:
            return _cut_words(terms, separator)
        except UnicodeEncodeError:  # half of a surrogate pair
            pass
    pieces = ((t.split(separator) if separator else t) if isinstance(t, str) else (t,) for t in terms)
    return _numbered(list(map(tuple, pieces)))


def _numbered(pieces: list[tuple[Any, ...]]) -> _Cut:
    """Number the words of terms that are cut already, whatever they are."""
    distinct = {word for piece in pieces for word in piece}
    try:
        words = Words(sorted(distinct))
    except TypeError:  # of several types; any order will do
        words = Words(sorted(distinct, key=lambda word: (type(word).__name__, repr(word))))
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    return words, lengths, words.codes([word for piece in pieces for word in piece])


def _cut_words(terms: list[str], separator: str) -> _Cut:
    """Do the same for strings, in a fifth of the time."""
    import pyarrow as pa  # which the terms of a query do not need
    import pyarrow.compute as pc

    pieces = pc.split_pattern(pa.array(terms, pa.large_string()), separator)
    encoded = pieces.flatten().dictionary_encode()
    distinct = encoded.dictionary.to_pylist()
    words = Words(sorted(distinct))
    return words, np.diff(pieces.offsets.to_numpy()).astype(np.int64), words.codes(distinct)[encoded.indices.to_numpy()]


def _cut_characters(terms: list[str]) -> _Cut:
    points = np.frombuffer("".join(terms).encode("utf-32-le", "surrogatepass"), np.uint32)
    used = np.zeros(int(points.max(initial=0)) + 1, bool)
    used[points] = True
    codes = (np.cumsum(used, dtype=np.int32) - np.int32(1))[points]
    lengths = np.fromiter(map(len, terms), np.int64, len(terms))
    return Words(list(map(chr, np.flatnonzero(used).tolist()))), lengths, codes


def _checked_columns(terms: Mapping[Any, Any]) -> NDArray[np.int32]:
    columns = list(terms.values())
    if set(map(type, columns)) != {int} or min(columns) < 0 or max(columns) >= 2**31:
        for term, column in terms.items():
            if not isinstance(column, int | np.integer) or not 0 <= column < 2**31:
                raise ValueError(
                    f"A vocabulary gives each term its column, an integer from 0 on, but {term!r:.80} has "
                    f"{column!r:.80}."
                )
    return np.fromiter(columns, np.int32, len(terms))


def _tally(columns: list[int]) -> dict[int, int]:
    counts: dict[int, int] = {}
    for column in columns:
        counts[column] = counts.get(column, 0) + 1
    return counts


def used_words(rows: NDArray[np.int32], n_words: int) -> tuple[NDArray[np.bool_], NDArray[np.int32]]:
    """Tell which of the words occur in n-grams, and return the rows of these with codes of the words that do."""
    used = np.zeros(n_words + 1, bool)
    used[rows] = True  # -1 is the extra last item
    new_code = np.append((np.cumsum(used[:-1]) - 1).astype(np.int32), np.int32(-1))
    return used[:-1], np.ascontiguousarray(new_code[rows])


def widened(rows: NDArray[np.int32], n: int) -> NDArray[np.int32]:
    """Return rows for n-grams of up to n words."""
    if rows.shape[1] == n:
        return rows
    return np.pad(rows, ((0, 0), (0, n - rows.shape[1])), constant_values=-1)
