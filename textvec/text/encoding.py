r"""Strings to integer codes. All strings become codes in this file.

There are three ways. Patterns such as `(?u)\b\w\w+\b`, which cut text into the longest runs of one class of characters,
are done by a kernel over UTF-8 bytes, lower-casing and accent-stripping included. Words after the rules of Unicode are
separated by newlines by one kernel, and are runs of other characters then. Any other tokenizer makes its tokens in
Python, and they are numbered here.
"""

from __future__ import annotations

import re
from array import array
from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from textvec._common.offsets import joined_offsets, offsets_of
from textvec._common.threads import n_threads, run, split
from textvec.kernels import characters as character_kernels
from textvec.kernels import encode as kernels
from textvec.kernels import word_breaks as word_kernels
from textvec.text.folding import N_CODE_POINTS, fold, fold_table
from textvec.text.word_breaks import ALONE, CONNECTOR, class_table, rule_tables

Codes = NDArray[np.int32]
Bytes = NDArray[np.uint8]
Offsets = NDArray[np.int64]  # see `textvec._common.offsets`


class Encoded(NamedTuple):
    """Distinct words in the order they were met, one code per token, and where each document's codes begin."""

    words: list[Any]
    codes: Codes
    offsets: Offsets

    def replace(self, words: Iterable[Hashable | None]) -> Encoded:
        """Replace each distinct word, or drop it (None); words that become equal are merged."""
        code_of: dict[Hashable, int] = {}
        new_code = np.fromiter(
            (-1 if word is None else code_of.setdefault(word, len(code_of)) for word in words),
            np.int32,
            len(self.words),
        )
        if (new_code >= 0).all():
            return Encoded(list(code_of), new_code[self.codes], self.offsets)
        codes, offsets = np.empty_like(self.codes), np.empty_like(self.offsets)
        n = kernels.relabel(
            codes=self.codes, offsets=self.offsets, code_of=new_code, new_codes=codes, new_offsets=offsets
        )
        return Encoded(list(code_of), codes[:n].copy(), offsets)

    def without(self, words: Container[Any]) -> Encoded:
        """Drop some words."""
        if not any(word in words for word in self.words):
            return self
        return self.replace(None if word in words else word for word in self.words)


class Runs(NamedTuple):
    """A tokenizer that takes the longest runs of characters of one class.

    Attributes
    ----------
    character : str
        A regular expression for one character.
    min_length : int
        Shorter runs are left out.
    """

    character: str
    min_length: int

    @classmethod
    def parse(cls, pattern: str) -> Runs | None:
        r"""Return the class and length that a regular expression comes down to, or None where it is of another kind.

        Examples
        --------
        >>> Runs.parse(r"(?u)\b\w\w+\b")
        Runs(character='\\w', min_length=2)
        >>> Runs.parse(r"[a-z]{3,}")
        Runs(character='[a-z]', min_length=3)
        >>> Runs.parse(r"\w+(?:'\w+)?") is None
        True
        """
        found = re.fullmatch(
            r"(?:\(\?u\))?(?P<before>\\b)?(?P<all>(?P<one>\\[wSd]|\[[^\[\]\\]+\])"
            r"(?P<more>(?P=one)*)(?:\+|\{(?P<least>[1-9]\d{0,3}),\}))(?P<after>\\b)?",
            pattern,
        )
        # \b lies between \w and anything else: at the ends of a run of \w it says nothing, elsewhere it does.
        if not found or ((found["before"] or found["after"]) and found["one"] != r"\w"):
            return None
        try:
            re.compile(found["one"])
        except re.error:
            return None
        return cls(found["one"], len(found["more"]) // len(found["one"]) + int(found["least"] or 1))


def encode_runs(texts: pa.LargeStringArray, runs: Runs, lowercase: bool, strip_accents: str | None) -> Encoded:
    """Tokenize and number the tokens of documents, in threads.

    Equal to `re.findall` of the pattern on each document after `str.lower` and scikit-learn's accent stripping.
    """
    table = fold_table(runs.character, lowercase, strip_accents)
    context = _find_context(texts, table)
    if not context.any():
        return _encode(*_buffers(texts), table, runs.min_length)
    return _encode_apart(texts, context, lowercase, strip_accents, lambda t, *how: encode_runs(t, runs, *how))


def encode_words(texts: pa.LargeStringArray) -> Encoded:
    """Number the words of documents after the rules of Unicode, in threads; see `textvec.text.word_breaks`."""
    return _encode(*_buffers(texts), _lines_table(), 1, _separated)


def encode_characters(texts: pa.LargeStringArray, lowercase: bool, strip_accents: str | None) -> Encoded:
    """Number the characters of documents, in threads; white space is normalized as scikit-learn does it.

    Two or more white spaces in a row are one space, after `str.lower` and scikit-learn's accent stripping.
    """
    table = fold_table(r"[\s\S]", lowercase, strip_accents)
    context = _find_context(texts, table)
    if not context.any():
        return _decode(*_buffers(texts), table)
    return _encode_apart(texts, context, lowercase, strip_accents, encode_characters)


def joined(pieces: Iterable[Encoded]) -> Encoded:
    """Put documents that were encoded in pieces one after the other."""
    code_of: dict[Any, int] = {}
    codes, offsets = [np.empty(0, np.int32)], []
    for piece in pieces:
        new_code = np.fromiter((code_of.setdefault(w, len(code_of)) for w in piece.words), np.int32, len(piece.words))
        codes.append(new_code[piece.codes])
        offsets.append(piece.offsets)
    return Encoded(list(code_of), np.concatenate(codes), joined_offsets(offsets))


def encode_lists(documents: Iterable[Iterable[Hashable]]) -> Encoded:
    """Number the tokens of documents that are tokenized already; tokens may be of any hashable type."""
    code_of: defaultdict[Hashable, int] = defaultdict()
    code_of.default_factory = code_of.__len__
    codes = array("i")
    offsets = array("q", [0])
    for document in documents:
        codes.extend(map(code_of.__getitem__, document))
        offsets.append(len(codes))
    return Encoded(list(code_of), np.array(codes, np.int32), np.array(offsets, np.int64))


class _WordTable:
    """The distinct words of a range of documents: a hash table that the kernels fill and this class grows.

    Parameters
    ----------
    n_slots : int
        Length of the hash table at first, a power of two; it holds half as many words.
    n_bytes : int
        Bytes of words that there is room for at first.
    """

    def __init__(self, n_slots: int, n_bytes: int) -> None:
        self.n_words = 0
        self.slots = np.zeros(n_slots, np.int32)
        self.hashes = np.empty(n_slots // 2, np.uint64)
        self.bounds = np.zeros(n_slots // 2 + 1, np.int64)
        self.arena = np.empty(n_bytes, np.uint8)

    def make_room(self, n_words: int, n_bytes: int) -> None:
        """Grow until n_words more words, of n_bytes in all, can be added."""
        n, used = self.n_words, self.bounds[self.n_words]
        if n + n_words > len(self.slots) // 2:
            n_slots = 1 << int(2 * (n + n_words) - 1).bit_length()
            self.slots = np.zeros(n_slots, np.int32)
            self.hashes = np.concatenate([self.hashes[:n], np.empty(n_slots // 2 - n, np.uint64)])
            self.bounds = np.concatenate([self.bounds[: n + 1], np.empty(n_slots // 2 - n, np.int64)])
            kernels.fill_slots(hashes=self.hashes, slots=self.slots, n_words=n)
        if used + n_bytes > len(self.arena):
            self.arena = np.concatenate([self.arena[:used], np.empty(max(n_bytes, len(self.arena)), np.uint8)])

    def add(self, other: _WordTable) -> NDArray[np.int32]:
        """Add the words of another table, and return the code that each of them has here."""
        self.make_room(other.n_words, int(other.bounds[other.n_words]))
        code_of = np.empty(other.n_words, np.int32)
        self.n_words = kernels.merge_words(
            from_arena=other.arena,
            from_bounds=other.bounds,
            from_hashes=other.hashes,
            n_from=other.n_words,
            slots=self.slots,
            hashes=self.hashes,
            bounds=self.bounds,
            arena=self.arena,
            n_words=self.n_words,
            code_of=code_of,
        )
        return code_of

    def to_list(self) -> list[str]:
        """Return the words as Python strings."""
        bounds = self.bounds[: self.n_words + 1]
        buffers = [None, pa.py_buffer(bounds), pa.py_buffer(self.arena[: bounds[-1]])]
        words: list[str] = pa.Array.from_buffers(pa.large_string(), self.n_words, buffers).to_pylist()
        return words


def _buffers(texts: pa.LargeStringArray) -> tuple[NDArray[np.uint8], Offsets]:
    """Return the UTF-8 bytes of all documents, and the offsets of the documents in them."""
    _, bounds, data = texts.buffers()
    n = len(texts)
    offsets = np.frombuffer(bounds, np.int64, n + 1, 8 * texts.offset) if n else np.zeros(1, np.int64)
    text = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return text, offsets


def _ranges(offsets: Offsets) -> list[tuple[int, int]]:
    """Cut documents into a range for each thread."""
    return split(offsets, n_threads(int(offsets[-1] - offsets[0]) // 4))


def _find_context(texts: pa.LargeStringArray, table: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Tell which documents hold a character whose folding depends on its neighbours."""
    text, offsets = _buffers(texts)
    found = np.zeros(len(texts), bool)

    def find(documents: tuple[int, int]) -> None:
        first, last = documents
        kernels.find_context(text=text, offsets=offsets[first : last + 1], fold=table, found=found[first:last])

    run(find, _ranges(offsets))
    return found


def _encode_apart(
    texts: pa.LargeStringArray,
    context: NDArray[np.bool_],
    lowercase: bool,
    strip_accents: str | None,
    encode: Callable[[pa.LargeStringArray, bool, str | None], Encoded],
) -> Encoded:
    """Fold the few documents whose folding depends on context by Python, and encode them apart from the others."""
    is_few = pa.array(context)
    folded = [fold(text, lowercase, strip_accents) for text in texts.filter(is_few).to_pylist()]
    others = pc.if_else(is_few, pa.scalar("", pa.large_string()), texts)
    rewritten = encode(pa.array(folded, pa.large_string()), False, None)
    return _interleave(context, encode(others, lowercase, strip_accents), rewritten)


def _encode(
    text: NDArray[np.uint8],
    offsets: Offsets,
    fold: NDArray[np.int32],
    min_length: int,
    prepared: Callable[[Bytes, Offsets], tuple[Bytes, Offsets]] = lambda *given: given,
) -> Encoded:
    """Run the encode kernel over ranges of documents, as they are or prepared, and put the results together."""
    pieces = run(lambda r: _encode_range(*prepared(text, offsets[r[0] : r[1] + 1]), fold, min_length), _ranges(offsets))
    words, first_codes, _ = pieces[0]
    if len(pieces) == 1:
        codes = first_codes.copy()  # they lie in an array as long as the text
    else:
        new_codes = [words.add(other) for other, _, _ in pieces[1:]]
        codes = np.empty(sum(len(piece) for _, piece, _ in pieces), np.int32)
        end = len(first_codes)
        codes[:end] = first_codes
        for new_code, (_, piece, _) in zip(new_codes, pieces[1:], strict=True):
            begin, end = end, end + len(piece)
            np.take(new_code, piece, out=codes[begin:end], mode="clip")
    return Encoded(words.to_list(), codes, joined_offsets([bounds for _, _, bounds in pieces]))


def _separated(text: Bytes, offsets: Offsets) -> tuple[Bytes, Offsets]:
    """Return the words of a range of documents with a newline after each, and the offsets of the documents in them."""
    joins, bridges = rule_tables()
    separated = np.empty(2 * int(offsets[-1] - offsets[0]) + 1, np.uint8)  # each word has a byte or more
    bounds = np.zeros(len(offsets), np.int64)
    word_kernels.separate(
        text=text,
        offsets=offsets,
        classes=class_table(),
        joins=joins,
        bridges=bridges,
        first_of_words=CONNECTOR,
        first_of_letters=ALONE,
        separated=separated,
        ends=bounds[1:],
    )
    return separated, bounds


@cache
def _lines_table() -> NDArray[np.int32]:
    """Tabulate for the encode kernel that newlines separate, and all else stays."""
    table = np.arange(N_CODE_POINTS, dtype=np.int32)
    table[ord("\n")] = kernels.SEPARATOR
    return table


def _encode_range(
    text: NDArray[np.uint8], offsets: Offsets, fold: NDArray[np.int32], min_length: int
) -> tuple[_WordTable, Codes, Offsets]:
    """Return the words of a range of documents, their codes, and the offsets of the documents in them."""
    n = len(offsets) - 1
    size = int(offsets[-1] - offsets[0])
    words = _WordTable(1 << min(16, max(8, size.bit_length() - 3)), min(size, 1 << 20) + 64)
    codes = np.empty((size + n) // (min_length + 1) + n, np.int32)
    bounds = np.zeros(n + 1, np.int64)
    state = np.array([0, offsets[0], 0, 0], np.int64)
    while True:
        status = kernels.encode(
            text=text,
            offsets=offsets,
            last=n,
            fold=fold,
            min_length=min_length,
            slots=words.slots,
            hashes=words.hashes,
            bounds=words.bounds,
            arena=words.arena,
            codes=codes,
            doc_ends=bounds[1:],
            state=state,
        )
        words.n_words = int(state[3])
        if status == kernels.DONE:
            return words, codes[: state[2]], bounds
        if status == kernels.WORDS_FULL:
            words.make_room(len(words.slots), 0)
        else:
            words.make_room(0, 2 * int(offsets[state[0] + 1] - state[1]) + 64)


def _decode(text: NDArray[np.uint8], offsets: Offsets, fold: NDArray[np.int32]) -> Encoded:
    """Decode ranges of documents to code points, then number the code points in their order."""

    def decode(documents: tuple[int, int]) -> tuple[Codes, Offsets, NDArray[np.bool_]]:
        first, last = documents
        points = np.empty(offsets[last] - offsets[first], np.int32)
        bounds, seen = np.zeros(last - first + 1, np.int64), np.zeros(N_CODE_POINTS, bool)
        n = character_kernels.decode(
            text=text,
            offsets=offsets,
            first=first,
            last=last,
            fold=fold,
            is_space=_white_spaces(),
            seen=seen,
            points=points,
            doc_ends=bounds[1:],
        )
        return points[:n], bounds, seen

    pieces = run(decode, _ranges(offsets))
    points = np.flatnonzero(np.logical_or.reduce([seen for _, _, seen in pieces])).astype(np.uint32)
    characters = list(points.tobytes().decode("utf-32-le"))
    code_of = np.zeros(N_CODE_POINTS, np.int32)
    code_of[points] = np.arange(len(points), dtype=np.int32)
    places = offsets_of(np.array([len(piece) for piece, _, _ in pieces]))
    codes = np.empty(places[-1], np.int32)

    def translate(i: int) -> None:
        character_kernels.translate(points=pieces[i][0], code_of=code_of, codes=codes[places[i] : places[i + 1]])

    run(translate, range(len(pieces)))
    return Encoded(characters, codes, joined_offsets([bounds for _, bounds, _ in pieces]))


@cache
def _white_spaces() -> NDArray[np.bool_]:
    r"""Tabulate which code points `\s` matches."""
    spaces = np.zeros(N_CODE_POINTS, bool)
    spaces[[point for point in range(N_CODE_POINTS) if chr(point).isspace()]] = True
    return spaces


def _interleave(second: NDArray[np.bool_], a: Encoded, b: Encoded) -> Encoded:
    """Return the documents of a, with those of b instead of the ones, all of them empty, where `second` is True."""
    code_of = {word: code for code, word in enumerate(a.words)}
    new_code = np.array([code_of.setdefault(word, len(code_of)) for word in b.words], np.int32)
    lengths = np.diff(a.offsets)
    lengths[second] = np.diff(b.offsets)
    from_b = np.repeat(second, lengths)
    codes = np.empty(len(from_b), np.int32)
    codes[~from_b] = a.codes
    codes[from_b] = new_code[b.codes]
    return Encoded(list(code_of), codes, offsets_of(lengths))
