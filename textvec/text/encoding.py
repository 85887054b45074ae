r"""The one door from strings to codes.

Two ways in. Patterns such as `(?u)\b\w\w+\b`, which cut text into the longest runs of one class of characters, are
done by a kernel over UTF-8 bytes, lower-casing and accent-stripping included. For any other tokenizer the tokens
are made by it, in Python, and numbered here.
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

from textvec._common.threads import n_threads, run, split
from textvec.kernels import characters as character_kernels
from textvec.kernels import encode as kernels
from textvec.text.folding import N_CODE_POINTS, fold, fold_table

Codes = NDArray[np.int32]
Offsets = NDArray[np.int64]


class Encoded(NamedTuple):
    """Distinct words in the order they were met, one code per token, and where each document's codes begin."""

    words: list[Any]
    codes: Codes
    offsets: Offsets

    def replace(self, words: Iterable[Hashable | None]) -> Encoded:
        """Replace each distinct word, or drop it (None); words that become equal are merged."""
        code_of: dict[Hashable, int] = {}
        names = np.fromiter(
            (-1 if word is None else code_of.setdefault(word, len(code_of)) for word in words),
            np.int32,
            len(self.words),
        )
        if (names >= 0).all():
            return Encoded(list(code_of), names[self.codes], self.offsets)
        codes, offsets = np.empty_like(self.codes), np.empty_like(self.offsets)
        n = kernels.relabel(self.codes, self.offsets, names, codes, offsets)
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


def encode_characters(texts: pa.LargeStringArray, lowercase: bool, strip_accents: str | None) -> Encoded:
    """Number the characters of documents, in threads; white space is normalized as scikit-learn does it.

    Two or more white spaces in a row are one space, after `str.lower` and scikit-learn's accent stripping.
    """
    table = fold_table(r"[\s\S]", lowercase, strip_accents)
    context = _find_context(texts, table)
    if not context.any():
        return _decode(*_buffers(texts), table)
    return _encode_apart(texts, context, lowercase, strip_accents, encode_characters)


def joined(parts: Iterable[Encoded]) -> Encoded:
    """Put documents that were encoded in pieces one after the other."""
    code_of: dict[Any, int] = {}
    codes, offsets, n = [np.empty(0, np.int32)], [np.zeros(1, np.int64)], 0
    for words, part, bounds in parts:
        names = np.fromiter((code_of.setdefault(word, len(code_of)) for word in words), np.int32, len(words))
        codes.append(names[part])
        offsets.append(bounds[1:] + n)
        n += len(part)
    return Encoded(list(code_of), np.concatenate(codes), np.concatenate(offsets))


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


class _Words:
    """The distinct words of a range of documents: a hash table that the kernels fill and this class grows."""

    def __init__(self, slots: int, room: int) -> None:
        self.n_words = 0
        self.slots = np.zeros(slots, np.int32)
        self.hashes = np.empty(slots // 2, np.uint64)
        self.bounds = np.zeros(slots // 2 + 1, np.int64)
        self.arena = np.empty(room, np.uint8)

    def make_room(self, words: int, room: int) -> None:
        """Grow until so many words more, of so many bytes in all, can be added."""
        n, used = self.n_words, self.bounds[self.n_words]
        if n + words > len(self.slots) // 2:
            slots = 1 << int(2 * (n + words) - 1).bit_length()
            self.slots = np.zeros(slots, np.int32)
            self.hashes = np.concatenate([self.hashes[:n], np.empty(slots // 2 - n, np.uint64)])
            self.bounds = np.concatenate([self.bounds[: n + 1], np.empty(slots // 2 - n, np.int64)])
            kernels.fill_slots(self.hashes, self.slots, n)
        if used + room > len(self.arena):
            self.arena = np.concatenate([self.arena[:used], np.empty(max(room, len(self.arena)), np.uint8)])

    def add(self, other: _Words) -> NDArray[np.int32]:
        """Add the words of another table, and return what each of them is called here."""
        self.make_room(other.n_words, int(other.bounds[other.n_words]))
        code_of = np.empty(other.n_words, np.int32)
        self.n_words = kernels.merge_words(
            other.arena, other.bounds, other.hashes, other.n_words,
            self.slots, self.hashes, self.bounds, self.arena, self.n_words, code_of,
        )  # fmt: skip
        return code_of

    def to_list(self) -> list[str]:
        """Return the words as Python strings."""
        bounds = self.bounds[: self.n_words + 1]
        buffers = [None, pa.py_buffer(bounds), pa.py_buffer(self.arena[: bounds[-1]])]
        words: list[str] = pa.Array.from_buffers(pa.large_string(), self.n_words, buffers).to_pylist()
        return words


def _buffers(texts: pa.LargeStringArray) -> tuple[NDArray[np.uint8], Offsets]:
    """Return the UTF-8 bytes and the places in them where documents begin and end."""
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
    run(lambda r: kernels.find_context(text, offsets[r[0] : r[1] + 1], table, found[r[0] : r[1]]), _ranges(offsets))
    return found


def _encode_apart(
    texts: pa.LargeStringArray,
    context: NDArray[np.bool_],
    lowercase: bool,
    strip_accents: str | None,
    encode: Callable[[pa.LargeStringArray, bool, str | None], Encoded],
) -> Encoded:
    """Fold the few documents whose folding depends on context by Python, and encode them apart from the others."""
    marked = pa.array(context)
    folded = [fold(text, lowercase, strip_accents) for text in texts.filter(marked).to_pylist()]
    others = pc.if_else(marked, pa.scalar("", pa.large_string()), texts)
    rewritten = encode(pa.array(folded, pa.large_string()), False, None)
    return _interleave(context, encode(others, lowercase, strip_accents), rewritten)


def _encode(text: NDArray[np.uint8], offsets: Offsets, fold: NDArray[np.int32], min_length: int) -> Encoded:
    """Run the encode kernel over ranges of documents, and put the results together."""
    ranges = _ranges(offsets)
    parts = run(lambda r: _encode_range(text, offsets[r[0] : r[1] + 1], fold, min_length), ranges)
    words, codes, ends = parts[0]
    if len(parts) == 1:
        return Encoded(words.to_list(), codes.copy(), np.concatenate([[0], ends]))
    code_of = [words.add(other) for other, _, _ in parts[1:]]
    places = np.cumsum([0, *(len(c) for _, c, _ in parts)])
    merged = np.empty(places[-1], np.int32)
    merged[: places[1]] = codes
    for names, (_, codes, _), a in zip(code_of, parts[1:], places[1:], strict=False):
        np.take(names, codes, out=merged[a : a + len(codes)], mode="clip")
    bounds = np.concatenate([[0], *(ends + a for (_, _, ends), a in zip(parts, places, strict=False))])
    return Encoded(words.to_list(), merged, bounds)


def _encode_range(
    text: NDArray[np.uint8], offsets: Offsets, fold: NDArray[np.int32], min_length: int
) -> tuple[_Words, Codes, Offsets]:
    n = len(offsets) - 1
    size = int(offsets[-1] - offsets[0])
    words = _Words(1 << min(16, max(8, size.bit_length() - 3)), min(size, 1 << 20) + 64)
    codes = np.empty((size + n) // (min_length + 1) + n, np.int32)
    doc_ends = np.empty(n, np.int64)
    state = np.array([0, offsets[0], 0, 0], np.int64)
    while True:
        status = kernels.encode(
            text, offsets, n, fold, min_length, words.slots, words.hashes, words.bounds, words.arena,
            codes, doc_ends, state,
        )  # fmt: skip
        words.n_words = int(state[3])
        if status == kernels.DONE:
            return words, codes[: state[2]], doc_ends
        if status == kernels.WORDS_FULL:
            words.make_room(len(words.slots), 0)
        else:
            words.make_room(0, 2 * int(offsets[state[0] + 1] - state[1]) + 64)


def _decode(text: NDArray[np.uint8], offsets: Offsets, fold: NDArray[np.int32]) -> Encoded:
    """Decode ranges of documents to code points, then number the code points in their order."""

    def decode(documents: tuple[int, int]) -> tuple[Codes, Offsets, NDArray[np.bool_]]:
        first, last = documents
        points = np.empty(offsets[last] - offsets[first], np.int32)
        ends, seen = np.empty(last - first, np.int64), np.zeros(N_CODE_POINTS, bool)
        n = character_kernels.decode(text, offsets, first, last, fold, _white_spaces(), seen, points, ends)
        return points[:n], ends, seen

    parts = run(decode, _ranges(offsets))
    points = np.flatnonzero(np.logical_or.reduce([seen for _, _, seen in parts])).astype(np.uint32)
    characters = list(points.tobytes().decode("utf-32-le"))
    code_of = np.zeros(N_CODE_POINTS, np.int32)
    code_of[points] = np.arange(len(points), dtype=np.int32)
    places = np.cumsum([0, *(len(part) for part, _, _ in parts)])
    codes = np.empty(places[-1], np.int32)
    run(
        lambda t: character_kernels.translate(parts[t][0], code_of, codes[places[t] : places[t + 1]]), range(len(parts))
    )
    bounds = [ends + place for (_, ends, _), place in zip(parts, places, strict=False)]
    return Encoded(characters, codes, np.concatenate([[0], *bounds]))


@cache
def _white_spaces() -> NDArray[np.bool_]:
    r"""Tabulate which code points `\s` matches."""
    spaces = np.zeros(N_CODE_POINTS, bool)
    spaces[[point for point in range(N_CODE_POINTS) if chr(point).isspace()]] = True
    return spaces


def _interleave(second: NDArray[np.bool_], a: Encoded, b: Encoded) -> Encoded:
    """Put the documents marked `second` from b in the place of their empty stand-ins in a."""
    code_of = {word: code for code, word in enumerate(a.words)}
    names = np.array([code_of.setdefault(word, len(code_of)) for word in b.words], np.int32)
    lengths = np.diff(a.offsets)
    lengths[second] = np.diff(b.offsets)
    from_b = np.repeat(second, lengths)
    codes = np.empty(len(from_b), np.int32)
    codes[~from_b] = a.codes
    codes[from_b] = names[b.codes]
    return Encoded(list(code_of), codes, np.concatenate([[0], np.cumsum(lengths)]))
