"""Chunker: long documents to passages, so that a search finds the place in a document and not only the document.

A passage is a slice of its document. Nothing is folded or rewritten, so that it can be shown, or highlighted, in the
document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.metadata_routing import UNUSED

from textvec._common.numbers import is_integer
from textvec._common.records import Records
from textvec.preprocessing._base import Step, check_choice
from textvec.preprocessing._sentences import Spans, paragraphs, sentences
from textvec.text.chunks import in_chunks
from textvec.text.documents import as_strings
from textvec.text.tokens import accept, is_tokenized

if TYPE_CHECKING:
    import pyarrow as pa

Ints = NDArray[np.int64]

_CUTS = {"sentence": sentences, "paragraph": paragraphs}
# Characters of text whose words or sentences are held at a time. More take more memory; the passages are the same.
_CHARACTERS_PER_PIECE = 1 << 21
# Which code points are white space. The largest that is, is U+3000; one more entry stands for all that follow.
_IS_SPACE = np.array([chr(code).isspace() for code in range(0x3002)])
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


class Passage(NamedTuple):
    """A part of a document.

    Attributes
    ----------
    start, end : int
        Where in the document it lies: `text` is `document[start:end]`.
    text : str
        What it says.
    """

    start: int
    end: int
    text: str


class Passages(Records[Passage]):
    """The passages of a document, in their order: a list of `Passage` that prints well."""

    _head = Passage._fields
    _texts = frozenset({2})
    _what = ("passage", "passages")


class Chunker(Step):
    r"""Cut documents into passages of a number of sentences, paragraphs or words.

    A passage is `size` units that follow one another, or what is left at the end of the document; the next passage
    begins with the last `overlap` of them. Every document has at least one passage, an empty one too, and all its text
    is in its passages, without the white space around each.

    Parameters
    ----------
    by : {"sentence", "paragraph", "words"}, default="sentence"
        The unit:

        - "sentence": ends with a full stop, question or exclamation mark or an ellipsis before white space, with
          the quotation marks and brackets that close behind it; with such a mark of Chinese or Japanese (`。`)
          anywhere; or with a blank line. English abbreviations ("Dr.", "e.g."), initials, decimals and numbers of
          list items do not end one.
        - "paragraph": what stands between blank lines.
        - "words": what stands between white space.
    size : int, default=3
        Units in a passage.
    overlap : int, default=0
        Units that a passage shares with the one before; less than `size`.

    See Also
    --------
    textvec.CosineIndex, textvec.BM25Index : Find documents by their passages.

    Notes
    -----
    White space is what `str.isspace` says it is. HTML's line break, `<br />`, counts as a line's end, since published
    reviews are full of it; no other markup is known.

    Whether "U.S." ends a sentence only its sense tells. Here such an abbreviation ends one if a word follows that
    often begins a sentence ("The", "He", "But").

    Examples
    --------
    >>> from textvec import Chunker
    >>> text = "Dr. Li came at 3.30 p.m. on foot. She left!\n\nWhy? Nobody knows."
    >>> for passage in Chunker(size=1).split(text):
    ...     print(passage)
    Passage(start=0, end=33, text='Dr. Li came at 3.30 p.m. on foot.')
    Passage(start=34, end=43, text='She left!')
    Passage(start=45, end=49, text='Why?')
    Passage(start=50, end=63, text='Nobody knows.')
    >>> [passage.text for passage in Chunker(by="words", size=3, overlap=1).split("one two three four five six")]
    ['one two three', 'three four five', 'five six']
    """

    # The text that `split` cuts is no metadata that a pipeline could route to it.
    __metadata_request__split: ClassVar[dict[str, str]] = {"text": UNUSED}

    def __init__(self, by: str = "sentence", size: int = 3, overlap: int = 0) -> None:
        self.by = by
        self.size = size
        self.overlap = overlap

    def transform(self, X: Any) -> list[list[Passage]]:
        """Cut documents into passages.

        Parameters
        ----------
        X : iterable of str, or a column of them
            Text as it was written.

        Returns
        -------
        list of lists of Passage
            One list for each document. They are not strings, which a vectorizer would take for words.

        Raises
        ------
        ValueError
            If a parameter is not good, `X` is a single string, or a document is missing.
        TypeError
            If a parameter is of another type, or the documents are words already or no strings.
        """
        self._check_params()
        documents = accept(X)
        if is_tokenized(documents):
            raise TypeError(
                "Chunker: documents must be text as it was written, but these are words already, in which sentences "
                "and paragraphs are gone. Cut the text first: Chunker before Tokenizer."
            )
        texts = as_strings(documents)
        offsets, spans = self.spans(texts)
        bounds = spans.tolist()
        return [
            [Passage(start, end, text[start:end]) for start, end in bounds[first:last]]
            for text, first, last in zip(texts.to_pylist(), offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
        ]

    if TYPE_CHECKING:

        def fit_transform(self, X: Any, y: Any = None) -> list[list[Passage]]:
            """Cut documents into passages."""
            ...

    def split(self, text: str) -> Passages:
        """Cut one document into passages.

        Parameters
        ----------
        text : str
            The document.

        Returns
        -------
        Passages
            A list of `Passage`.

        Raises
        ------
        TypeError
            If it is not a string.
        """
        if not isinstance(text, str):
            raise TypeError(f"split takes one document, a string, but it was given {text!r:.60}. Use transform.")
        return Passages(self.transform([text])[0])

    def spans(self, texts: list[str] | pa.Array) -> tuple[Ints, Ints]:
        """Return where the passages of documents lie.

        Parameters
        ----------
        texts : list of str, or Arrow array of strings
            The documents.

        Returns
        -------
        offsets : ndarray of int64 of shape (n_documents + 1,)
            The passages of document i are `spans[offsets[i]:offsets[i + 1]]`.
        spans : ndarray of int64 of shape (n_passages, 2)
            The first character of each passage in its document, and the one behind its last.

        Raises
        ------
        ValueError, TypeError
            If a parameter is not good.

        Examples
        --------
        >>> from textvec import Chunker
        >>> offsets, spans = Chunker(by="words", size=2).spans(["one two three", ""])
        >>> offsets
        array([0, 2, 3])
        >>> spans.tolist()
        [[0, 7], [8, 13], [0, 0]]
        """
        self._check_params()
        counts, spans = [np.zeros(1, np.int64)], [np.zeros((0, 2), np.int64)]
        for chunk in in_chunks(texts, _CHARACTERS_PER_PIECE, missing=None):
            strings: Any = chunk.documents
            piece = [_without_breaks(text) for text in (strings if isinstance(strings, list) else strings.to_pylist())]
            units = _words(piece) if self.by == "words" else _units(piece, _CUTS[self.by])
            n, bounds = self._windows(*units)
            counts.append(n)
            spans.append(bounds)
        return np.cumsum(np.concatenate(counts)), np.concatenate(spans)

    def _windows(self, n_units: Ints, units: Ints) -> tuple[Ints, Ints]:
        """Return the number of passages of each document, and their spans, from the spans of its units."""
        size = min(self.size, max(int(n_units.max(initial=1)), 1))  # a larger one is the same, and may not fit in int64
        step = min(self.size - self.overlap, size)
        counts = 1 + (np.maximum(n_units - size, 0) + step - 1) // step
        document = np.repeat(np.arange(len(counts)), counts)
        window = np.arange(len(document)) - (np.cumsum(counts) - counts)[document]
        ends = np.cumsum(n_units)[document]
        first = ends - n_units[document] + window * step
        last = np.minimum(first + size, ends) - 1
        return counts, np.column_stack([units[first, 0], units[last, 1]])

    def _check_params(self) -> None:
        check_choice(self, "by", ["sentence", "paragraph", "words"])
        for name, least in (("size", 1), ("overlap", 0)):
            value = getattr(self, name)
            if not is_integer(value):
                raise TypeError(
                    f"Chunker: {name} must be a whole number, but it is {value!r} of type {type(value).__name__}."
                )
            if value < least:
                raise ValueError(f"Chunker: {name} must be {least} or more, but it is {value}.")
        if self.overlap >= self.size:
            raise ValueError(
                f"Chunker: overlap must be less than size, {self.size}, or passages would get nowhere, but it is "
                f"{self.overlap}."
            )

    def get_feature_names_out(self, input_features: Iterable[str] | None = None) -> NDArray[np.object_]:
        """Return the name of the one column that comes out: that of the column that went in, or "passages".

        Parameters
        ----------
        input_features : array-like of str, default=None
            The name of the column that goes in.

        Returns
        -------
        ndarray of str objects
        """
        return super().get_feature_names_out(["passages"] if input_features is None else input_features)


def _units(texts: list[str], cut: Callable[[str], Spans]) -> tuple[Ints, Ints]:
    """Return how many units each text has, one if it is blank, and the spans of all."""
    spans = [cut(text) or [(0, len(text))] for text in texts]
    counts = np.fromiter(map(len, spans), np.int64, len(spans))
    flat = chain.from_iterable(chain.from_iterable(spans))
    return counts, np.fromiter(flat, np.int64, 2 * int(counts.sum())).reshape(-1, 2)


def _words(texts: list[str]) -> tuple[Ints, Ints]:
    """Return the same for words, of which there are too many to make a pair of each."""
    codes = np.frombuffer("\n".join(texts).encode("utf-32-le", "surrogatepass"), "<u4")
    is_space = _IS_SPACE[np.minimum(codes, len(_IS_SPACE) - 1)]
    spans: Ints = np.flatnonzero(np.diff(is_space, prepend=True, append=True)).reshape(-1, 2)
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    first = np.cumsum(lengths + 1) - lengths - 1
    document = np.searchsorted(first, spans[:, 0], "right") - 1
    counts = np.bincount(document, minlength=len(texts))
    spans -= first[document, None]
    blank = np.flatnonzero(counts == 0)
    whole = np.column_stack([np.zeros_like(blank), lengths[blank]])
    return np.maximum(counts, 1), np.insert(spans, (np.cumsum(counts) - counts)[blank], whole, axis=0)


def _without_breaks(text: str) -> str:
    """Replace HTML's line breaks by white space of the same length, so that no other character moves."""
    if "<br" not in text and "<BR" not in text:
        return text
    return _LINE_BREAK.sub(lambda found: "\n" + " " * (len(found[0]) - 1), text)
