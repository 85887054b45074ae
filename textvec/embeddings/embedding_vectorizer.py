"""EmbeddingVectorizer: a vector for each document, pooled from the vectors of its words."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from numbers import Integral, Real
from typing import Any, ClassVar, Self, cast

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted

from textvec import engines
from textvec._common.constraints import Number
from textvec._common.counted import counted
from textvec._common.diagram import Diagram
from textvec._common.estimator import NoItems, TextInput, unchanged_on_error
from textvec._common.exact_sums import ExactSums, add_exactly
from textvec._common.query_steps import require
from textvec._common.saved import CheckedState, check, check_array
from textvec._common.sklearn_bases import BaseEstimator, TransformerMixin
from textvec._common.states import field, make_state
from textvec.embeddings._components import common_components, gram
from textvec.embeddings._pooling import (
    N_COMPONENTS,
    POWER_MEANS,
    WEIGHED,
    CodedDocuments,
    Floats,
    WordCounts,
    WordWeights,
    learn_weights,
    look_up,
    names,
    pool,
    scaled,
    word_parts,
)
from textvec.embeddings._sources import check_cut, given_vectors, tokenizer_for, word_vectors
from textvec.embeddings.word_vectors import WordVectors
from textvec.encoders.query_means import NO_KNOWN_WORD
from textvec.engines.kinds import is_spread
from textvec.kernels import pooling as kernels
from textvec.preprocessing import Tokenizer
from textvec.text.tokens import Tokens

# Of as many documents or fewer, at most one dimension is left when one component is removed.
_FEW_DOCUMENTS = 2


class EmbeddingVectorizer(CheckedState, Diagram, NoItems, TextInput, TransformerMixin, BaseEstimator):
    r"""Convert documents to dense vectors, pooled from the vectors of their words.

    Parameters
    ----------
    vectors : Word2Vec, WordVectors, str or path-like, default=None
        Where the words' vectors come from:

        - a `Word2Vec`: it is cloned and trained on the documents of `fit`. One that is fitted already is used as it
          is, but scikit-learn's `clone`, and so a grid search, makes an unfitted one of it: give its `vectors_` if it
          is not to be trained again.
        - a `WordVectors`, used as it is.
        - "sentences" or "words": pretrained vectors of an installed package, see `WordVectors.pretrained`. They are
          read in each `fit`. "sentences" are the ones for similarities of texts by their meaning.
        - any other path or string: a file that `WordVectors.read` knows, read in each `fit`; "./words" is a file.
        - None: `Word2Vec()`.
    pooling : {"mean", "tfidf", "sif", "usif", "max", "pmeans"}, default="mean"
        How the vectors v of a document's n words become one. A word that is repeated counts each time.

        - "mean": their average, :math:`\frac{1}{n} \sum_w v_w`.
        - "tfidf": the average weighted by inverse document frequency,
          :math:`\sum_w idf(w) v_w / \sum_w idf(w)`, with scikit-learn's
          :math:`idf(w) = \ln\frac{1 + n_{documents}}{1 + df(w)} + 1`.
        - "sif": :math:`\frac{1}{n} \sum_w \frac{a}{a + p(w)} v_w`, without the first common component [1]_.
        - "usif": :math:`\frac{1}{n} \sum_w \frac{a}{a/2 + p(w)} v_w`, with an a that is learnt, without five
          common components, each in part [2]_.
        - "max": the largest value of each dimension.
        - "pmeans": the power means with exponents :math:`-\infty, 1, 3, \infty` side by side: smallest value, mean,
          cube root of the mean cube, largest value; four times as many features [3]_.

        Document frequencies df and probabilities p, the share of a word in all words, are those of the documents in
        `fit`; words that are not in them have 0.
    unknown : {"skip", "zero", "error", "subword"}, default="skip"
        What becomes of words that have no vector: they are left out as if they had not been written, have a vector
        of zeros and count as words, are refused, or get a vector from their character n-grams if the word vectors
        have subwords.
    normalize : bool, default=False
        Whether to divide each row by its Euclidean length, so that products of rows are cosines.
    a : float, default=1e-3
        The a of "sif": the smaller, the less frequent words weigh.
    n_components : int, default=None
        How many common components to remove, with any pooling; by default 1 with "sif", 5 with "usif", 0 with others.
    missing : {"error", "empty"}, default="error"
        Whether to refuse missing documents (None, NaN, NA, null), or to take them for empty ones.

    Attributes
    ----------
    vectors_ : WordVectors
        The word vectors in use.
    word_weights_ : dict
        The weight of each word of the documents in `fit`. Any other word that is looked up in it gives the weight
        of a new word.
    components_ : ndarray of float64 of shape (n_components, n_features)
        The common components: the first right singular vectors of the rows of `fit`.
    component_weights_ : ndarray of float64 of shape (n_components,)
        How much of its projection on each is taken from a row: the square of the singular value over the sum of
        these squares. It is 1 for one component.

    Warns
    -----
    UserWarning
        If there are documents without any known word. Their rows are zero. If common components are learnt from so few
        documents, such as one or two, that what is left of these when they are removed means nothing.

    See Also
    --------
    TfidfVectorizer : Sparse rows, with a column for each word.

    Notes
    -----
    Raw text is cut by a `Tokenizer` with its defaults, into lower-case words of two or more characters; for vectors of
    word pieces that know their tokenizer (`pieces` of `WordVectors`), into these. For vectors of words that were cut in
    another way, put that `Tokenizer` before this in a pipeline.

    A table of float64 whose largest number is near the limits of float32, or beyond them, is divided by a power of two
    as a whole: rows have the same directions, in the range of float32.

    Common components are learnt from the documents of `fit`; of a single one nothing is left when its component is
    removed.

    References
    ----------
    .. [1] Arora, Liang and Ma (2017), A simple but tough-to-beat baseline for sentence embeddings. ICLR.
    .. [2] Ethayarajh (2018), Unsupervised random walk sentence embeddings: a strong but simple baseline. RepL4NLP.
    .. [3] Rücklé, Eger, Peyrard and Gurevych (2018), Concatenated power mean word embeddings as universal
       cross-lingual sentence representations. arXiv:1803.01400.

    Examples
    --------
    >>> from textvec import EmbeddingVectorizer, WordVectors
    >>> vectors = WordVectors(["food", "pizza", "good", "great"], [[1, 0], [0.75, 0.25], [0, 1], [0.25, 1]])
    >>> vectorizer = EmbeddingVectorizer(vectors)
    >>> vectorizer.fit_transform(["The food is good", "Great pizza, good pizza"])
    array([[0.5   , 0.5   ],
           [0.4375, 0.625 ]], dtype=float32)
    >>> vectorizer.get_feature_names_out()
    array(['embedding_0', 'embedding_1'], dtype=object)
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "vectors": "no_validation",
        "pooling": [StrOptions({"mean", "tfidf", "sif", "usif", "max", "pmeans"})],
        "unknown": [StrOptions({"skip", "zero", "error", "subword"})],
        "normalize": ["boolean"],
        "a": [Number(Real, 0, None, closed="neither")],
        "n_components": [Number(Integral, 0, None, closed="left"), None],
        "missing": [StrOptions({"error", "empty"})],
    }

    _instead_of_items = (
        "after fit, vectors_[word] is the vector of a word; transform(documents) makes those of documents"
    )
    vectors_: WordVectors
    word_weights_: WordWeights
    components_: Floats
    component_weights_: Floats

    def __init__(
        self,
        vectors: Any = None,
        *,
        pooling: str = "mean",
        unknown: str = "skip",
        normalize: bool = False,
        a: float = 1e-3,
        n_components: int | None = None,
        missing: str = "error",
    ) -> None:
        self.vectors = vectors
        self.pooling = pooling
        self.unknown = unknown
        self.normalize = normalize
        self.a = a
        self.n_components = n_components
        self.missing = missing

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train or read word vectors, if need be, and learn weights of words and common components.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Raw text is cut into the words of the vectors, see the notes. Or, with word vectors that are given, a Dask
            Series, DataFrame or Bag, or a Ray Dataset, of which each worker reads its own part.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If a parameter is not good, a document is missing or no string, a vector holds NaN, there are unknown
            words with `unknown="error"`, or none but those with a pooling that learns, or a `Tokenizer` cut documents
            into other words than the pieces that the vectors are of.
        """
        with unchanged_on_error(self):
            if is_spread(X):
                engines.fit_spread(self, X)
            else:
                self._learn(X)
        return self

    def fit_transform(self, X: Any, y: Any = None) -> NDArray[np.float32]:
        """Learn as `fit` does, and return the documents as vectors.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as in `fit`.
        y : None
            Ignored.

        Returns
        -------
        ndarray of float32 of shape (n_documents, n_features)
            Of a Dask collection, a Dask array; of a Ray Dataset, a Dataset: see `transform`.
        """
        if is_spread(X):
            return self.fit(X).transform(X)
        with unchanged_on_error(self):
            docs, rows = self._learn(X)
            return self._finished_rows(docs, rows)

    def transform(self, X: Any) -> NDArray[np.float32]:
        """Return documents as vectors.

        Parameters
        ----------
        X : iterable of str, column of strings, Tokens, or list of lists of str
            Documents, as in `fit`.

        Returns
        -------
        ndarray of float32 of shape (n_documents, n_features)
            Of a Dask collection, a Dask array of such blocks, which is not computed yet; of a Ray Dataset, a Dataset
            with the column `vector`.
        """
        check_is_fitted(self)
        self._validate_params()
        if is_spread(X):
            return cast(NDArray[np.float32], engines.transform_spread(self, X))
        docs = look_up(self._tokens(X), self.vectors_, self.unknown)
        return self._finished_rows(docs, pool(docs, self._pooling, self.word_weights_))

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[np.object_]:
        """Return the names of the columns: "embedding_0" and so on, or "min_0", "mean_0", "power3_0", "max_0".

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (n_features,)
        """
        check_is_fitted(self)
        return np.array(names(self._pooling, self.vectors_.vector_size), dtype=object)

    def _word_parts(self, document: Any) -> tuple[list[str], Floats]:
        """Return the words of one document that have a vector, and what each of them gives to the document's.

        Parameters
        ----------
        document : str, list of str, or Tokens of one document

        Returns
        -------
        words : list of str
        vectors : ndarray of float64 of shape (n_words, n_features)
            They add up to the document's vector, or to a multiple of it with `normalize`.

        Raises
        ------
        ValueError
            If the pooling is "max" or "pmeans", which are no sums.
        """
        check_is_fitted(self)
        tokens = document if isinstance(document, Tokens) else self._tokens([document])
        docs = look_up(tokens, self.vectors_, self.unknown)
        return word_parts(docs, self._pooling, self.word_weights_, self.components_, self.component_weights_)

    def _tokenizer(self) -> Tokenizer:
        """Return what cuts raw text, which `encoders.query_description` asks for, too."""
        return tokenizer_for(self.vectors_, self.missing)

    def _tokens(self, X: Any) -> Tokens:
        tokens = self._tokenizer().transform(X)
        check_cut(tokens, self.vectors_)
        return tokens

    def _query_steps(self, before: tuple[Any, ...], words: list[str]) -> list[dict[str, Any]]:
        require(self._pooling not in POWER_MEANS, f"EmbeddingVectorizer(pooling={self._pooling!r})")
        require(self.unknown in ("skip", "zero"), f"EmbeddingVectorizer(unknown={self.unknown!r})")
        words = sorted(self.vectors_.words)
        weighed = sorted(self.word_weights_)
        step = {
            "words": words,
            "rows": self.vectors_.rows(words).astype(np.int32),
            "vectors": scaled(self.vectors_, self.vectors_.vectors),
            "weighed": weighed,
            "weights": self.word_weights_.of(weighed),
            "unseen": float(self.word_weights_.unseen),
            "by_weight": self._pooling == "tfidf",
            "skip": self.unknown == "skip",
            "components": self.components_,
            "shares": self.component_weights_,
            "normalize": bool(self.normalize),
        }
        return [{"step": "means", **step}]

    def _learnt(self) -> list[str]:
        return [counted(len(self.vectors_), "word"), counted(self.vectors_.vector_size, "dimension")]

    def _learn(self, X: Any) -> tuple[CodedDocuments, NDArray[np.float32]]:
        """Learn, and return the documents and their rows with the common components."""
        self._validate_params()
        self._pooling = self.pooling  # Weights and components belong to it, even if the parameter is set later.
        self.vectors_, X = word_vectors(self.vectors, X, self.missing)
        docs = look_up(self._tokens(X), self.vectors_, self.unknown)
        self.word_weights_ = self._learnt_weights(WordCounts.of(docs) if self.pooling in WEIGHED else None)
        rows = pool(docs, self.pooling, self.word_weights_)
        self._learn_components(gram(rows) if self._n_components() else None, len(rows))
        return docs, rows

    def _n_components(self) -> int:
        return N_COMPONENTS.get(self.pooling, 0) if self.n_components is None else self.n_components

    def _learnt_weights(self, counts: WordCounts | None) -> WordWeights:
        return WordWeights({}, 1.0) if counts is None else learn_weights(counts, self.pooling, self.a)

    def _learn_components(self, products: ExactSums | None, n_rows: int) -> None:
        n, d = self._n_components(), len(names(self.pooling, self.vectors_.vector_size))
        sums = np.zeros((d, d)) if products is None else products.rounded()
        self.components_, self.component_weights_, n_left = common_components(sums, n)
        if len(self.components_) and n_left < 2 and n_rows <= _FEW_DOCUMENTS:
            left, cosines = ("one dimension", "1, -1") if n_left else ("nothing", "0")
            warnings.warn(
                f"EmbeddingVectorizer removes what the vectors of {n_rows} documents have in common, which leaves "
                f"{left} of them: similarities are {cosines} or chance, whatever the documents say. Fit more "
                "documents, or set n_components=0.",
                stacklevel=5,  # whoever called fit
            )

    @property
    def _passes(self) -> int:
        learns = (self.pooling in WEIGHED) + (self._n_components() > 0)
        return max(learns, int(self.unknown == "error"))

    @property
    def _begun(self) -> bool:
        return self._passes > 1 and hasattr(self, "word_weights_") and not hasattr(self, "components_")

    def _partial(self, documents: Any, y: Any = None) -> pa.RecordBatch:
        self._validate_params()
        vectors = self.vectors_ if self._begun else given_vectors(self.vectors)
        tokens = tokenizer_for(vectors, self.missing).transform(documents)
        check_cut(tokens, vectors)
        docs = look_up(tokens, vectors, self.unknown)
        if self.pooling in WEIGHED and not self._begun:
            return make_state(**WordCounts.of(docs)._asdict())
        if not self._n_components():
            return make_state(n_documents=docs.n_documents)
        rows = pool(docs, self.pooling, self.word_weights_ if self._begun else self._learnt_weights(None))
        return make_state(n_documents=len(rows), **gram(rows).fields("gram"))

    def _merge(self, states: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
        if "words" in states[0].schema.names:
            return make_state(**WordCounts.merged([WordCounts.of_state(state) for state in states])._asdict())
        n = sum(field(state, "n_documents") for state in states)
        if "gram" not in states[0].schema.names:
            return make_state(n_documents=n)
        return make_state(n_documents=n, **add_exactly([_products(state) for state in states]).fields("gram"))

    def _finish(self, state: pa.RecordBatch) -> Self:
        self._validate_params()
        if not self._begun:
            self._pooling, self.vectors_ = self.pooling, given_vectors(self.vectors)
            self.word_weights_ = self._learnt_weights(WordCounts.of_state(state) if self.pooling in WEIGHED else None)
            if self._passes > 1:
                vars(self).pop("components_", None)
                return self
        products = _products(state) if "gram" in state.schema.names else None
        self._learn_components(products, field(state, "n_documents"))
        return self

    def _finished_rows(self, docs: CodedDocuments, rows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Remove common components from rows, in place, normalize them, and warn of those that are zero."""
        if len(self.components_):
            kernels.remove(components=self.components_, shares=self.component_weights_, rows=rows)
        if self.normalize:
            kernels.normalize(rows=rows)
        n = docs.n_without()
        if n:
            warnings.warn(
                NO_KNOWN_WORD.format(n=n, n_documents=len(rows)),
                stacklevel=4,  # whoever called transform, which scikit-learn wraps
            )
        return rows

    _saved_attributes: ClassVar[frozenset[str]] = frozenset(
        {"vectors_", "word_weights_", "components_", "component_weights_", "_pooling"}
    )

    def __getstate__(self) -> dict[str, Any]:
        """Give the weights as plain data: skops makes a dict of its class of them, which would lose `unseen`."""
        state = dict(super().__getstate__())
        if "word_weights_" in state:
            state["word_weights_"] = state["word_weights_"]._saved_state()
        return state

    def _set_state(self, state: dict[str, Any]) -> None:
        super()._set_state(state)
        if type(state.get("word_weights_")) is dict:  # files of before have the object
            self.word_weights_ = WordWeights._from_saved(state["word_weights_"])

    def _check_loaded(self) -> None:
        if not hasattr(self, "vectors_"):
            return
        check(isinstance(self.vectors_, WordVectors), "vectors_ must be WordVectors")
        check(isinstance(self.word_weights_, WordWeights), "word_weights_ must be WordWeights")
        check(isinstance(self._pooling, str), "_pooling must be a string")
        n = len(names(self._pooling, 1)) * self.vectors_.vector_size
        components = check_array("components_", self.components_, (np.float64,), None, n)
        check_array("component_weights_", self.component_weights_, (np.float64,), len(components))


def _products(state: pa.RecordBatch) -> ExactSums:
    """Return the products of columns in a state."""
    d = math.isqrt(len(field(state, "gram")) // field(state, "gram_digits"))
    return ExactSums.of_state(state, "gram", (d, d))
