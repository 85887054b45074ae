"""Documents as rows of word numbers, all of one length: what an embedding layer of a neural network takes."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from functools import partial
from itertools import pairwise, starmap
from numbers import Integral
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_array, check_is_fitted

from textvec._common.constraints import Number
from textvec._common.counted import counted
from textvec._common.csr import make_csr
from textvec._common.diagram import Diagram
from textvec._common.estimator import TextInput
from textvec._common.offsets import offsets_of
from textvec._common.saved import CheckedState, check
from textvec._common.sklearn_bases import BaseEstimator, TransformerMixin
from textvec._common.threads import n_threads, run, split
from textvec.kernels import sequence as kernels
from textvec.text.chunks import come_as_words, in_chunks
from textvec.text.encoding import Encoded, joined
from textvec.vectorizers._analysis import encode_documents
from textvec.vectorizers._numbering import Numbering
from textvec.vectorizers.count import CountVectorizer

_ANALYSIS = ("lowercase", "strip_accents", "stop_words", "token_pattern", "missing")
_ENDS = StrOptions({"pre", "post"})


class SequenceEncoder(CheckedState, Diagram, TextInput, TransformerMixin, BaseEstimator):
    r"""Convert documents to rows of word numbers of equal length, for the embedding layer of a neural network.

    0 is padding, 1 is any word that is not in the vocabulary, and the words have the numbers from 2 on, the most
    frequent first, equally frequent ones in alphabetical order. An embedding layer for them has
    ``len(encoder.vocabulary_) + 2`` rows. Padding and truncating are those of Keras' `pad_sequences`.

    Parameters
    ----------
    max_length : int, default=None
        Length of every row; by default that of the longest document given to `fit`, which with one very long document
        makes very long rows.
    padding : {'pre', 'post'}, default='pre'
        Where zeros are put in the rows of shorter documents.
    truncating : {'pre', 'post'}, default='pre'
        From which end of longer documents words are taken away.
    lowercase : bool, default=True
        Lower-case text before tokens are made.
    strip_accents : {'ascii', 'unicode'} or callable, default=None
        Remove accents before tokens are made.
    stop_words : {'english'} or list of str, default=None
        Tokens to leave out, as if they were not in the documents.
    token_pattern : str, default=r"(?u)\b\w\w+\b"
        Regular expression of a token.
    min_df : int or float, default=1
        Words in fewer documents than this number or share of them are unknown.
    max_features : int, default=None
        Number only this many words, the most frequent; the others are unknown.
    vocabulary : Mapping or collection of str, default=None
        The words in the order of their numbers, or the `vocabulary_` of another encoder, instead of learning them;
        `min_df` and `max_features` then do nothing.
    missing : {'error', 'empty'}, default='error'
        Whether to refuse missing documents (None, NaN, NA, null), or to take them for empty ones.

    Attributes
    ----------
    vocabulary_ : dict
        The number of each word.
    max_length_ : int
        Length of every row.

    See Also
    --------
    OneHotVectorizer : Which words a document holds, in no order.

    Examples
    --------
    >>> from textvec import SequenceEncoder
    >>> encoder = SequenceEncoder(max_length=4)
    >>> encoder.fit_transform(["The food is good", "Good pizza", "Good pizza is good food indeed"])
    array([[7, 3, 4, 2],
           [0, 0, 2, 5],
           [4, 2, 3, 6]], dtype=int32)
    >>> encoder.vocabulary_
    {'good': 2, 'food': 3, 'is': 4, 'pizza': 5, 'indeed': 6, 'the': 7}
    >>> X = encoder.transform(["Bad pizza"])
    >>> X
    array([[0, 0, 1, 5]], dtype=int32)
    >>> encoder.inverse_transform(X)
    [['[UNK]', 'pizza']]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "max_length": [Number(Integral, 1, None, closed="left"), None],
        "padding": [_ENDS],
        "truncating": [_ENDS],
        **{name: CountVectorizer._parameter_constraints[name] for name in (*_ANALYSIS, "min_df", "max_features")},
        "token_pattern": [str],
        "vocabulary": [Mapping, "array-like", None],
    }

    max_length_: int
    _words: Numbering

    def __init__(
        self,
        max_length: int | None = None,
        *,
        padding: str = "pre",
        truncating: str = "pre",
        lowercase: bool = True,
        strip_accents: Any = None,
        stop_words: Any = None,
        token_pattern: str = r"(?u)\b\w\w+\b",
        min_df: float = 1,
        max_features: int | None = None,
        vocabulary: Any = None,
        missing: str = "error",
    ) -> None:
        self.max_length = max_length
        self.padding = padding
        self.truncating = truncating
        self.lowercase = lowercase
        self.strip_accents = strip_accents
        self.stop_words = stop_words
        self.token_pattern = token_pattern
        self.min_df = min_df
        self.max_features = max_features
        self.vocabulary = vocabulary
        self.missing = missing

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the words of the documents, and how long the longest is.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as strings or as words.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError
            If a parameter is invalid, no word is left, a document is missing, or one string was given instead of
            several.
        """
        _, self._words, self.max_length_ = self._learn(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> NDArray[np.int32]:
        """Learn the words of the documents and return the documents as rows of their numbers.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as in `fit`.
        y : None
            Ignored.

        Returns
        -------
        ndarray of int32 of shape (n_documents, max_length)
        """
        encoded, words, max_length = self._learn(X)
        sequences = self._pad(encoded, words, max_length)
        self._words, self.max_length_ = words, max_length
        return sequences

    def transform(self, X: Any) -> NDArray[np.int32]:
        """Return documents as rows of word numbers.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as in `fit`.

        Returns
        -------
        ndarray of int32 of shape (n_documents, max_length)
        """
        check_is_fitted(self)
        return self._pad(self._encode(X)[0], self._words, self.max_length_)

    def inverse_transform(self, X: Any) -> list[list[str]]:
        """Return the words of each row, "[UNK]" for unknown ones, without the padding.

        Parameters
        ----------
        X : array-like of int of shape (n_documents, any length)
            Sequences as `transform` returns them.

        Returns
        -------
        list of n_documents lists of str

        Raises
        ------
        ValueError
            If a number is that of no word.
        """
        numbers = self._check_numbers(X)
        names = np.array(["", "[UNK]", *self._words.names], dtype=object)
        words = numbers > 0
        flat = names[numbers[words]].tolist()
        offsets = offsets_of(np.count_nonzero(words, axis=1)).tolist()
        return [flat[a:b] for a, b in pairwise(offsets)]

    def one_hot(self, X: Any) -> csr_matrix:
        """Return one row for each place of each sequence, with a 1 in the column of its number.

        Sparse, since the dense array of 25,000 reviews of 200 words out of 20,000 has 100 GB. For a network that takes
        it dense, make it of one batch after another: ``encoder.one_hot(batch).toarray().reshape(*batch.shape, -1)``.

        Parameters
        ----------
        X : array-like of int of shape (n_documents, any length)
            Sequences as `transform` returns them.

        Returns
        -------
        CSR matrix of uint8 of shape (n_documents * length, n_words + 2)
            Columns 0 and 1 stand for padding and unknown words.

        Raises
        ------
        ValueError
            If a number is that of no word.
        """
        numbers = self._check_numbers(X).ravel()
        return make_csr(np.ones(len(numbers), np.uint8), numbers, np.arange(len(numbers) + 1), self._words.end)

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns, which are places in a sequence: "position_0" and so on.

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (max_length,)
        """
        check_is_fitted(self)
        return np.array([f"position_{i}" for i in range(self.max_length_)], dtype=object)

    def _learnt(self) -> list[str]:
        return [counted(len(self._words.names), "word"), f"sequences of {self.max_length_:,}"]

    @property
    def vocabulary_(self) -> dict[str, int]:
        """The number of each word; made, and kept, at the first request."""
        if "_words" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no vocabulary_ before it is fitted.")
        return self._words.number_of

    def _encode(self, X: Any) -> tuple[Encoded, bool]:
        """Return documents in codes, and whether they came as words."""
        self._validate_params()
        analyzer = CountVectorizer(**{name: getattr(self, name) for name in _ANALYSIS})
        tokenized, chunks = come_as_words(in_chunks(X, missing=self.missing, reader="SequenceEncoder(missing='empty')"))
        return joined(starmap(partial(encode_documents, analyzer), chunks)), tokenized

    def _learn(self, X: Any) -> tuple[Encoded, Numbering, int]:
        """Return the documents in codes, the words that get a number, and the length of rows; change nothing."""
        encoded, tokenized = self._encode(X)
        if self.vocabulary is None:
            words = Numbering.learnt(encoded, self.min_df, self.max_features)
        else:
            words = Numbering.given(self.vocabulary)
            if self.lowercase and not tokenized and words.any_upper_case():
                warnings.warn(
                    "SequenceEncoder: words of the vocabulary have upper-case characters, but lowercase=True. They "
                    "will not be found in any document.",
                    stacklevel=3,
                )
        max_length = self.max_length or int(np.diff(encoded.offsets).max(initial=0))
        if not max_length:
            raise ValueError(
                "SequenceEncoder found no word in the documents, so that the longest has length 0. Give it max_length."
            )
        return encoded, words, max_length

    def _pad(self, encoded: Encoded, words: Numbering, max_length: int) -> NDArray[np.int32]:
        _, codes, offsets = encoded
        numbers = words.numbers(encoded.words)
        length = np.minimum(np.diff(offsets), min(max_length, len(codes)))
        begin = offsets[1:] - length if self.truncating == "pre" else offsets[:-1]
        try:
            sequences = np.zeros((len(length), max_length), np.int32)
        except (MemoryError, ValueError, OverflowError):  # of sizes that no array can have
            raise MemoryError(
                f"SequenceEncoder: {len(length)} rows of max_length={max_length} numbers of 4 bytes do not fit into "
                f"memory. The longest of these documents has {np.diff(offsets).max(initial=0)} words: use a smaller "
                "max_length."
            ) from None
        column = max_length - length if self.padding == "pre" else np.zeros_like(length)

        def fill(r: tuple[int, int]) -> None:
            rows = slice(*r)
            kernels.place(
                codes=codes,
                numbers=numbers,
                begin=begin[rows],
                length=length[rows],
                column=column[rows],
                sequences=sequences[rows],
            )

        run(fill, split(offsets, n_threads(len(codes))))
        return sequences

    def _check_numbers(self, X: Any) -> NDArray[np.int32]:
        """Return sequences as an array, or raise an error if a number stands for nothing."""
        check_is_fitted(self)
        numbers = check_array(X, ensure_min_samples=0)
        end = self._words.end
        wrong = (numbers < 0) | (numbers >= end) | (numbers % 1 != 0)
        if wrong.any():
            row, column = np.argwhere(wrong)[0]
            raise ValueError(
                f"SequenceEncoder expects the numbers of words, integers from 0 to {end - 1}, but row {row} has "
                f"{numbers[row, column]} at position {column}. Give it what its transform returned."
            )
        return np.asarray(numbers, np.int32)

    _saved_attributes: ClassVar[frozenset[str]] = frozenset({"_words", "max_length_"})

    def _check_loaded(self) -> None:
        if hasattr(self, "_words"):
            check(isinstance(self._words, Numbering), "_words must be a Numbering")
            check(isinstance(self.max_length_, int) and self.max_length_ > 0, "max_length_ must be above 0")
