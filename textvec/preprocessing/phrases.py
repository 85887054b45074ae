"""Phrases: learn which words belong together, and make one of them: "new york" becomes "new_york".

Pairs of neighbours are counted as paths of word codes, not as strings; only what turns out to be a phrase gets a name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, Self, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from textvec import engines
from textvec._common.counted import counted
from textvec._common.estimator import NoItems
from textvec._common.numbers import is_integer, is_number
from textvec._common.saved import check
from textvec._common.states import field, make_state, words_from_arrow, words_to_arrow
from textvec._common.threads import n_threads, run
from textvec.engines.kinds import is_spread
from textvec.preprocessing._base import TokenStep, check_choice
from textvec.preprocessing._paths import PathCounts, PathJoiner, PathTable
from textvec.preprocessing.tokenizer import Tokenizer
from textvec.text.tokens import Tokens

Integers = NDArray[np.int64]

ENGLISH_CONNECTOR_WORDS = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with", "without"]
)


class Phrases(NoItems, TokenStep):
    r"""Learn which neighbouring words are phrases, and join each to one word.

    Two of these steps, one after the other, make phrases of up to four words ("new_york_city"), and so on.

    Parameters
    ----------
    min_count : int, default=5
        Pairs that occur less often are no phrases; for what else it does, see `scoring`.
    threshold : float, default=None
        Pairs that score higher are phrases. Raise it to have fewer. By default 10, and 0.5 with `scoring="npmi"`,
        where it must lie between -1 and 1.
    scoring : {"word2vec", "npmi"}, default="word2vec"
        With `n(a)`, `n(b)` and `n(ab)` the number of times that the words and the pair occur:

        - "word2vec": `(n(ab) - min_count) * V / (n(a) * n(b))`, where `V` is the number of distinct words, connector
          words aside, plus the number of distinct pairs. It is the score of word2vec [1]_ times this `V`, as in
          gensim. Since `min_count` is taken off, a pair must occur more often than that.
        - "npmi": normalized pointwise mutual information [2]_, `ln(p(ab) / (p(a) * p(b))) / -ln(p(ab))`, where `p` is
          the count divided by the number of tokens. It is 1 for words that are never apart, 0 for words that meet by
          chance.
    delimiter : str, default="_"
        What is put between the words of a phrase.
    connector_words : {"english"} or iterable of str, default=None
        Words that may stand inside a phrase, any number of them, and neither begin nor end one: with "of" among them,
        "bank of america" is a pair, and another one than "bank america". They are compared with the tokens as they
        are. "english" stands for the articles, "and", "or" and the commonest prepositions.

    Attributes
    ----------
    phrases_ : dict of str to float
        The phrases, joined, and their scores; the highest first.

    See Also
    --------
    Tokenizer : With `merge_entities=True`, joins the named entities that a spaCy pipeline finds.

    Notes
    -----
    What is learnt and what comes out is that of gensim's `Phrases` [3]_, with these exceptions. Integers are exact
    however many pairs there are, where gensim drops rare ones beyond 40 million. A word that is written with the
    delimiter, "new_york", is counted by itself, where gensim adds it to the pair that has its name; in the output the
    two are one word. Empty words are words, which gensim can lose.

    Phrases do not overlap and are found from left to right: where "a b" and "b c" are phrases, "a b c" becomes "a_b",
    "c". They do not reach across documents. Scores of "word2vec" grow with the corpus, since `V` does.

    References
    ----------
    .. [1] T. Mikolov, I. Sutskever, K. Chen, G. Corrado, J. Dean (2013). "Distributed Representations of Words and
       Phrases and their Compositionality". NIPS 26, section 4.
    .. [2] G. Bouma (2009). "Normalized (Pointwise) Mutual Information in Collocation Extraction". Proceedings of the
       Biennial GSCL Conference, 31-40.
    .. [3] R. Rehurek, P. Sojka (2010). "Software Framework for Topic Modelling with Large Corpora". Proceedings of
       the LREC Workshop on New Challenges for NLP Frameworks, 45-50.

    Examples
    --------
    >>> from textvec.preprocessing import Phrases
    >>> texts = ["We flew to New York", "New York is big", "The Bank of America is big", "Is the Bank of America new?"]
    >>> phrases = Phrases(min_count=1, threshold=2.0, connector_words="english").fit(texts)
    >>> phrases.phrases_
    {'bank_of_america': 4.25, 'is_big': 2.833333333333333, 'new_york': 2.833333333333333}
    >>> phrases.transform(["The mayor of New York", "New in York", "A bank of America"])
    Tokens(3 documents, 8 tokens, 8 words)
      0: the mayor of new_york
      1: new in york
      2: bank_of_america
    """

    phrases_: dict[str, float]

    def __init__(
        self,
        min_count: int = 5,
        threshold: float | None = None,
        *,
        scoring: str = "word2vec",
        delimiter: str = "_",
        connector_words: str | Iterable[str] | None = None,
    ) -> None:
        self.min_count = min_count
        self.threshold = threshold
        self.scoring = scoring
        self.delimiter = delimiter
        self.connector_words = connector_words

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the phrases of the documents.

        Parameters
        ----------
        X : iterable of str, list of lists of str, or Tokens
            Raw text is cut by a `Tokenizer` with its defaults first. Or a Dask Series, DataFrame or Bag, or a Ray
            Dataset, of which each worker reads its own part.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If a parameter is not good, or the documents are not.
        """
        if is_spread(X):
            return cast(Self, engines.fit_spread(self, X))
        return self._finish(self._partial(X))

    def fit_transform(self, X: Any, y: Any = None) -> Tokens:
        """Learn the phrases of the documents and join them.

        Parameters
        ----------
        X : iterable of str, list of lists of str, or Tokens
            Raw text is cut by a `Tokenizer` with its defaults first.
        y : None
            Ignored.

        Returns
        -------
        Tokens
            As many documents as went in.

        Raises
        ------
        ValueError, TypeError
            As in `fit`.
        """
        self._check_params()
        tokens = Tokenizer().transform(X)
        return self._finish(self._counted(tokens)).transform(tokens)

    def transform(self, X: Any) -> Tokens:
        """Join the words of each phrase to one.

        Parameters
        ----------
        X : iterable of str, list of lists of str, or Tokens
            Raw text is cut by a `Tokenizer` with its defaults first.

        Returns
        -------
        Tokens
            As many documents as went in.

        Raises
        ------
        NotFittedError
            If `fit` was not called.
        ValueError, TypeError
            If the documents are not good.
        """
        check_is_fitted(self)
        tokens = Tokenizer().transform(X)
        return Tokens._of(*self._joiner.join(tokens), steps=(*tokens.steps, self))

    def _partial(self, documents: Any, y: Any = None) -> pa.RecordBatch:
        self._check_params()
        return self._counted(Tokenizer().transform(documents))

    def _counted(self, tokens: Tokens) -> pa.RecordBatch:
        """Return how often the words and the pairs of some documents occur."""
        words, codes = tokens.vocabulary.tolist(), tokens.codes
        connectors = _connectors(self.connector_words)
        shares = n_threads(len(codes))
        share_of = np.arange(len(words), dtype=np.int32) % shares
        share_of[[word in connectors for word in words]] = -1
        parts = run(lambda share: PathCounts(codes, tokens.offsets, share_of, share).table(), range(shares))
        counts = np.bincount(codes, minlength=len(words))
        return _state(words_to_arrow(words), counts, PathTable.joined(parts))

    def _merge(self, states: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
        parts = [field(state, "words") for state in states]
        words = pc.unique(pa.chunked_array(parts))
        counts, tables = np.zeros(len(words), np.int64), []
        for state, part in zip(states, parts, strict=True):
            code_of = pc.index_in(part, words).to_numpy()
            counts[code_of] += field(state, "counts")
            table = _paths(state)
            tables.append(table._replace(codes=code_of[table.codes]))
        return _state(words, counts, PathTable.joined(tables).merged())

    def _finish(self, state: pa.RecordBatch) -> Self:
        self._check_params()
        arrow, counts, paths = field(state, "words"), field(state, "counts"), _paths(state)
        connectors = _connectors(self.connector_words)
        words = words_from_arrow(arrow)
        n_distinct = len(paths.counts) + int(np.count_nonzero(counts))
        n_distinct -= sum(count > 0 for word, count in zip(words, counts.tolist(), strict=True) if word in connectors)

        often = np.flatnonzero(paths.counts >= self.min_count)
        starts, ends = paths.offsets[often], paths.offsets[often + 1]
        first, last = paths.codes[starts], paths.codes[ends - 1]
        scores = self._score(paths.counts[often], counts[first], counts[last], n_distinct, int(counts.sum()))
        high = scores > self._threshold()
        found = [
            (score, [words[code] for code in paths.codes[start:end].tolist()])
            for score, start, end in zip(scores[high].tolist(), starts[high].tolist(), ends[high].tolist(), strict=True)
        ]
        found.sort(key=lambda item: (-item[0], item[1]))
        names = [self.delimiter.join(path) for _, path in found]
        self._joiner = PathJoiner([path for _, path in found], names)
        self.phrases_ = {}
        for name, (score, _) in zip(names, found, strict=True):
            self.phrases_.setdefault(name, score)  # of two pairs that make one name, the better
        return self

    def _score(
        self, pair: Integers, first: Integers, last: Integers, n_distinct: int, n_tokens: int
    ) -> NDArray[np.float64]:
        """Score pairs, of which this is how often they and their words occur."""
        if self.scoring == "word2vec":
            return (pair - float(self.min_count)) / (first.astype(np.float64) * last) * n_distinct
        share: NDArray[np.float64] = pair / n_tokens
        scores: NDArray[np.float64] = np.log(share / ((first / n_tokens) * (last / n_tokens))) / -np.log(share)
        return scores

    def _check_params(self) -> None:
        if not is_integer(self.min_count) or self.min_count < 1:
            raise ValueError(f"Phrases: min_count must be an integer of 1 or more, but it is {self.min_count!r}.")
        check_choice(self, "scoring", ["word2vec", "npmi"])
        self._check_threshold()
        if not isinstance(self.delimiter, str):
            raise TypeError(f"Phrases: delimiter must be a string, but it is {self.delimiter!r}.")
        _connectors(self.connector_words)

    def _threshold(self) -> float:
        if self.threshold is None:
            return 10.0 if self.scoring == "word2vec" else 0.5
        return self.threshold

    def _check_threshold(self) -> None:
        threshold = self._threshold()
        if not is_number(threshold):
            raise ValueError(f"Phrases: threshold must be a number, but it is {threshold!r}.")
        if self.scoring == "word2vec" and threshold <= 0:
            raise ValueError(f"Phrases: threshold must be above 0 with scoring='word2vec', but it is {threshold!r}.")
        if self.scoring == "npmi" and not -1 <= threshold <= 1:
            raise ValueError(
                f"Phrases: threshold must lie between -1 and 1 with scoring='npmi', but it is {threshold!r}. "
                "0.5 is a good start."
            )

    _instead_of_items = "after fit, transform(documents) joins the phrases in documents, and phrases_ has their scores"
    _saved_attributes: ClassVar[frozenset[str]] = frozenset({"_joiner", "phrases_"})

    def _check_loaded(self) -> None:
        if hasattr(self, "phrases_"):
            check(isinstance(self._joiner, PathJoiner), "_joiner must be a PathJoiner")

    def _learnt(self) -> list[str]:
        return [counted(len(self.phrases_), "phrase")]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "phrases_")

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.requires_fit = True
        return tags


def _state(words: pa.Array, counts: Integers, paths: PathTable) -> pa.RecordBatch:
    return make_state(
        words=words, counts=counts, path_codes=paths.codes, path_offsets=paths.offsets, path_counts=paths.counts
    )


def _paths(state: pa.RecordBatch) -> PathTable:
    return PathTable(*(field(state, f"path_{name}") for name in PathTable._fields))


def _connectors(words: Any) -> frozenset[str]:
    """Return the connector words that a parameter names or holds."""
    if words is None:
        return frozenset()
    if isinstance(words, str) and words == "english":
        return ENGLISH_CONNECTOR_WORDS
    if isinstance(words, str | bytes | Iterator) or not isinstance(words, Iterable):
        raise TypeError(
            "Phrases: connector_words must be None, 'english', or a list or set of words, but it is "
            f"{words!r:.60} of type {type(words).__name__}."
        )
    for word in words:
        if not isinstance(word, str):
            raise TypeError(f"Phrases: connector words must be strings, but {word!r} is of type {type(word).__name__}.")
    return frozenset(words)
