"""Word2Vec: learn a vector for each word from the words around it."""

from __future__ import annotations

import warnings
from itertools import pairwise
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted

from textvec._common.constraints import RANDOM_STATE, Number
from textvec._common.counted import counted
from textvec._common.diagram import Diagram
from textvec._common.estimator import NoItems, TextInput
from textvec._common.saved import CheckedState, check
from textvec._common.set_output import NoTable
from textvec._common.sklearn_bases import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from textvec._common.threads import n_threads
from textvec.embeddings import _gensim_engine, _training
from textvec.embeddings._few_words import too_few_words
from textvec.embeddings._gensim_habits import MODEL_NAMES, MODEL_PARAMETERS, GensimHabits, gives_documents, knows_names
from textvec.embeddings._progress import TrainingProgress
from textvec.embeddings._training_state import TrainingState
from textvec.embeddings.word_vectors import WordVectors
from textvec.preprocessing import Tokenizer
from textvec.text.tokens import Tokens

# Numbers in learnt vectors are far below this. If one is not, training diverged.
_MAX_NUMBER = 1e4
# Sizes and counts are numbers of 32 bits: more than memory holds, or anybody waits for.
_MAX_INT32 = 2**31 - 1
# More threads than any machine has cores; systems refuse to start many thousands.
_MAX_THREADS = 1024
# The learning rates of word2vec.c. CBOW takes one step for a window where skip-gram takes one for each word in it: with
# skip-gram's rate it learns too little in five epochs.
_SKIP_GRAM_RATE, _CBOW_RATE = 0.025, 0.05
_ENGINES = {"numba": _training.train, "gensim": _gensim_engine.train}


class Word2Vec(
    CheckedState,
    Diagram,
    GensimHabits,
    NoItems,
    NoTable,
    TextInput,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
):
    r"""Learn word vectors: skip-gram and CBOW with negative sampling.

    The vectors of a word and of a word near it are trained to have a large inner product, those of the word and of
    `negative` words drawn at random a small one [1]_. For each pair of a word `w` and a context word `c` in its window,
    skip-gram makes

    .. math:: -\log \sigma(u_c \cdot v_w) - \sum_{i=1}^{negative} \log \sigma(-u_{n_i} \cdot v_w)

    smaller by gradient descent, with `v` the word vectors, `u` vectors for what is predicted, and negatives `n` drawn
    with probabilities proportional to :math:`count(n)^{ns\_exponent}`. CBOW does the same with the mean of the word
    vectors in the window instead of `v`, which predicts the word in its middle.

    Parameters
    ----------
    vector_size : int, default=100
        Number of dimensions.
    window : int, default=5
        How far from a word its context reaches, to each side, within its document.
    min_count : int, default=5
        Words that occur less often get no vector.
    sg : {0, 1}, default=0
        1 for skip-gram, which is better for rare words and small corpora; 0 for CBOW, which is faster.
    negative : int, default=5
        Negatives for each prediction.
    sample : float, default=1e-3
        A word whose share of all tokens is `f` is passed over with probability
        :math:`1 - \sqrt{sample / f} - sample / f`, anew each time. 0 switches this off.
    ns_exponent : float, default=0.75
        1 draws negatives as often as they occur, 0 all of them equally often.
    alpha : float, default=None
        The learning rate at the beginning. None is 0.025 with skip-gram and 0.05 with CBOW, as in word2vec.c [4]_;
        gensim has 0.025 for both, fastText 0.05.
    min_alpha : float, default=0.0001
        The learning rate at the end, to which it falls in a straight line.
    epochs : int, default=5
        How many times all documents are trained on.
    max_vocab_size : int, default=None
        Keep at most this many words, the most frequent.
    shrink_windows : bool, default=True
        Draw the reach of each window from 1 to `window`, so that nearer words count more. False uses all of it.
    share_negatives : bool, default=True
        Whether 16 neighbouring centre words share their negatives [2]_, which is several times faster. Twice as many
        are drawn for them as for one word (CBOW: three times), and each weighs less, so that the expected gradient is
        the same. With wide windows, many negatives, a high `alpha` or few different words, where 16 would move a vector
        too far at once, 8 or 4 centre words share them, or none.
        False draws `negative` of its own for each pair of words (skip-gram) or each window (CBOW), as word2vec.c and
        gensim do.
    random_state : int, RandomState or None, default=None
        The source of what is random: initial vectors, negatives, windows, subsampling.
    threads : int, default=None
        How many threads train; by default as many as scikit-learn would use, and one for fewer than 100,000 tokens.
        They write to the same vectors without waiting for each other [3]_. **With one thread and a `random_state`
        the result is always the same; with more it is not**, whatever the `random_state`.
    engine : {'numba', 'gensim'}, default='numba'
        'gensim' trains the same vectors with gensim's code, the reference implementation; it needs the extra `gensim`.
        It has no `share_negatives` and computes no loss.
    verbose : int, default=0
        1 shows a progress bar on standard error: words per second, running loss, time left.

    Attributes
    ----------
    vectors_ : WordVectors
        The words and their vectors, the most frequent word first; words that `partial_fit` added come last.
    losses_ : list of float
        For each epoch of the last training the mean loss of a prediction, computed for one block of words in 32. It
        begins at :math:`(1 + negative) \log 2`, and falls while something is learnt. A word that is drawn as a negative
        of itself is not trained on, and does not count.

    Warns
    -----
    UserWarning
        If `fit` trains on so few words that nothing can be learnt from them. The defaults are for millions of words: in
        a small text most words are rarer than `min_count`, and subsampling passes over the others. Set `sample=0`,
        `min_count=1` and more `epochs`.

    See Also
    --------
    WordVectors : The table: neighbours, analogies, files.
    EmbeddingVectorizer : A vector for each document, from those of its words.

    Notes
    -----
    Ctrl-C ends the training early: what was learnt is kept, and a warning says how much of the training was done.

    Documents are cut after every 10,000 words, and windows do not reach across a cut. Differences from gensim, which
    do not change the quality: other random numbers are drawn; `max_vocab_size` keeps exactly the most frequent words,
    where gensim prunes while it reads; gensim drops the words of a document after the first 10,000.

    References
    ----------
    .. [1] T. Mikolov, I. Sutskever, K. Chen, G. Corrado, J. Dean (2013). "Distributed Representations of Words and
       Phrases and their Compositionality". NIPS 26.
    .. [2] S. Ji, N. Satish, S. Li, P. Dubey (2016). "Parallelizing Word2Vec in Shared and Distributed Memory".
       arXiv:1604.04661. There negatives are shared within a window.
    .. [3] B. Recht, C. Re, S. Wright, F. Niu (2011). "Hogwild: A Lock-Free Approach to Parallelizing Stochastic
       Gradient Descent". NIPS 24.
    .. [4] T. Mikolov and others (2013). word2vec.c, https://code.google.com/archive/p/word2vec/, whose `main` has
       ``if (cbow) alpha = 0.05``.

    Examples
    --------
    >>> from textvec import Word2Vec
    >>> from textvec.datasets import load_reviews
    >>> reviews = load_reviews().data
    >>> model = Word2Vec(vector_size=20, sg=1, epochs=20, random_state=0).fit(reviews)
    >>> model.vectors_["good"].shape
    (20,)
    >>> [vectors.shape for vectors in model.transform(["My soup was cold", "", "Good xylophones"])]
    [(4, 20), (0, 20), (1, 20)]
    """

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "vector_size": [Number(Integral, 1, _MAX_INT32, closed="both")],
        "window": [Number(Integral, 1, None, closed="left")],
        "min_count": [Number(Integral, 0, None, closed="left")],
        "sg": ["boolean", Number(Integral, 0, 1, closed="both")],
        "negative": [Number(Integral, 1, _MAX_INT32, closed="both")],
        "sample": [Number(Real, 0, 1, closed="both")],
        "ns_exponent": [Number(Real, -10, 10, closed="both")],
        "alpha": [Number(Real, 0, None, closed="neither"), None],
        "min_alpha": [Number(Real, 0, None, closed="left")],
        "epochs": [Number(Integral, 1, _MAX_INT32, closed="both")],
        "max_vocab_size": [Number(Integral, 1, None, closed="left"), None],
        "shrink_windows": ["boolean"],
        "share_negatives": ["boolean"],
        "random_state": RANDOM_STATE,
        "threads": [Number(Integral, 1, _MAX_THREADS, closed="both"), None],
        "engine": [StrOptions(set(_ENGINES))],
        "verbose": ["verbose"],
    }

    _gensim_names = MODEL_NAMES
    _instead_of_items = (
        "after fit, vectors_[word] is the vector of a word, and word in vectors_ tells whether it has one"
    )
    vectors_: WordVectors
    losses_: list[float]
    _tables: TrainingState  # named as in saved files

    @knows_names(MODEL_PARAMETERS)
    def __init__(
        self,
        vector_size: int = 100,
        window: int = 5,
        min_count: int = 5,
        *,
        sg: int = 0,
        negative: int = 5,
        sample: float = 1e-3,
        ns_exponent: float = 0.75,
        alpha: float | None = None,
        min_alpha: float = 1e-4,
        epochs: int = 5,
        max_vocab_size: int | None = None,
        shrink_windows: bool = True,
        share_negatives: bool = True,
        random_state: Any = None,
        threads: int | None = None,
        engine: str = "numba",
        verbose: int = 0,
    ) -> None:
        if gives_documents(vector_size):
            raise TypeError(
                "Word2Vec takes parameters alone, of which the first is vector_size, and trains in fit: "
                f"Word2Vec(vector_size=100).fit(documents). A {type(vector_size).__name__} was given."
            )
        self.vector_size = vector_size
        self.window = window
        self.min_count = min_count
        self.sg = sg
        self.negative = negative
        self.sample = sample
        self.ns_exponent = ns_exponent
        self.alpha = alpha
        self.min_alpha = min_alpha
        self.epochs = epochs
        self.max_vocab_size = max_vocab_size
        self.shrink_windows = shrink_windows
        self.share_negatives = share_negatives
        self.random_state = random_state
        self.threads = threads
        self.engine = engine
        self.verbose = verbose

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn word vectors from documents.

        Parameters
        ----------
        X : iterable of str, column of strings, list of lists of str, or Tokens
            Raw text is cut by a `Tokenizer` with its defaults first. Documents are read once, so that a generator can
            be given, and held as integers.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError
            If a parameter or a document is not good, no word occurs `min_count` times, or `alpha` is so high, or
            `window` so wide, that vectors grow without end.
        ImportError
            If `engine` is 'gensim' and that is not installed.
        """
        self._validate_params()
        self._train(X, TrainingState.empty(self.vector_size))
        if (why := too_few_words(self._tables, self.min_count, self.sample, self.epochs)) is not None:
            warnings.warn(f"Word2Vec was trained on too few words to learn anything from. {why}", stacklevel=2)
        return self

    def partial_fit(self, X: Any, y: Any = None) -> Self:
        """Continue the training with further documents; new words that are frequent enough get vectors.

        Counts of all calls are added up: a word that was too rare gets a vector when it has occurred `min_count` times
        altogether. The learning rate falls again from `alpha` to `min_alpha`; give a smaller `alpha` to change less
        of what was learnt.

        Parameters
        ----------
        X : iterable of str, column of strings, list of lists of str, or Tokens
            As in `fit`.
        y : None
            Ignored.

        Returns
        -------
        self

        Raises
        ------
        ValueError, TypeError, ImportError
            As in `fit`, or if `vector_size` was changed.
        """
        self._validate_params()
        state = getattr(self, "_tables", TrainingState.empty(self.vector_size))
        if state.inputs.shape[1] != self.vector_size:
            raise ValueError(
                f"Word2Vec: vector_size is {self.vector_size}, but there are vectors of {state.inputs.shape[1]} "
                "dimensions that partial_fit would train on. Use fit to begin anew."
            )
        return self._train(X, state)

    def transform(self, X: Any) -> list[NDArray[np.float32]]:
        """Return for each document the vectors of its words.

        Parameters
        ----------
        X : iterable of str, column of strings, list of lists of str, or Tokens
            Documents, as in `fit`.

        Returns
        -------
        list of n_documents ndarrays of float32 of shape (n_known_words, vector_size)
            In the order of the document; words without a vector are passed over. For one row for each document see
            `EmbeddingVectorizer`.
        """
        check_is_fitted(self)
        tokens = Tokenizer().transform(X)
        vectors, rows = self.vectors_.vectors, self.vectors_.rows(tokens.vocabulary.tolist())[tokens.codes]
        documents = (rows[start:end] for start, end in pairwise(tokens.offsets.tolist()))
        return [vectors[known[known >= 0]] for known in documents]

    if TYPE_CHECKING:

        def fit_transform(self, X: Any, y: Any = None) -> list[NDArray[np.float32]]:
            """Learn, and return for each document the vectors of its words."""
            ...

    def _train(self, X: Any, state: TrainingState) -> Self:
        if self.min_alpha > self._rate:
            raise ValueError(f"Word2Vec: min_alpha, {self.min_alpha}, must not be larger than alpha, {self._rate}.")
        tokens = Tokenizer().transform(X)
        try:
            return self._train_on(tokens, state)
        except MemoryError as error:
            asked = ", ".join(
                f"{name}={getattr(self, name)}" for name in ("vector_size", "window", "negative", "epochs")
            )
            raise MemoryError(
                f"Word2Vec: what training needs with {asked} does not fit into memory. Use smaller numbers."
            ) from error

    def _train_on(self, tokens: Tokens, state: TrainingState) -> Self:
        random = check_random_state(self.random_state)
        state = state.grown(tokens, self.min_count, self.max_vocab_size, random)
        if not state.words:
            raise ValueError(
                f"Word2Vec: no word occurs min_count={self.min_count} times in {counted(len(tokens), 'document')} of "
                f"{counted(tokens.n_tokens, 'token')}. Lower min_count, or give more text."
            )
        settings = self._settings(tokens, int(random.randint(2**31 - 1)))
        codes, offsets = state.rows_of(tokens), _training.cut_long(tokens.offsets)
        losses = np.zeros((self.epochs, 2))
        with TrainingProgress(self.epochs * len(codes), bool(self.verbose)) as progress:
            try:
                _ENGINES[self.engine](state, codes, offsets, settings, progress.report, losses)
            except KeyboardInterrupt:
                warnings.warn(
                    f"Word2Vec was interrupted after {progress.share:.0%} of its training; what it learnt is kept.",
                    stacklevel=4,
                )
        if not all(x.min() > -_MAX_NUMBER and x.max() < _MAX_NUMBER for x in (state.inputs, state.outputs)):
            raise ValueError(
                f"Word2Vec: the vectors grew without end in training with a learning rate of alpha={self._rate} and a "
                f"window of {self.window}. Lower the one or the other: 0.01 to 0.05 and 2 to 50 are usual."
            )
        self._tables = state
        self.losses_ = [float(loss / n) for loss, n in losses if n]
        self.vectors_ = WordVectors(state.words, state.inputs, counts=state.counts)
        return self

    def _settings(self, tokens: Tokens, seed: int) -> _training.Settings:
        return _training.Settings(
            sg=bool(self.sg),
            window=self.window,
            shrink_windows=self.shrink_windows,
            negative=self.negative,
            share_negatives=self.share_negatives,
            sample=self.sample,
            ns_exponent=self.ns_exponent,
            alpha=self._rate,
            min_alpha=self.min_alpha,
            epochs=self.epochs,
            threads=n_threads(tokens.n_tokens) if self.threads is None else self.threads,
            seed=seed,
        )

    @property
    def _rate(self) -> float:
        """The learning rate at the beginning."""
        if self.alpha is None:
            return _SKIP_GRAM_RATE if self.sg else _CBOW_RATE
        return self.alpha

    @property
    def _n_features_out(self) -> int:
        return int(self._tables.inputs.shape[1])

    def _learnt(self) -> list[str]:
        vectors = self.vectors_
        return [counted(len(vectors), "word"), counted(vectors.vector_size, "dimension")]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "vectors_")

    _saved_attributes: ClassVar[frozenset[str]] = frozenset({"_tables", "losses_", "vectors_"})

    def _check_loaded(self) -> None:
        if hasattr(self, "vectors_"):
            check(isinstance(self.vectors_, WordVectors), "vectors_ must be WordVectors")
            check(isinstance(self._tables, TrainingState), "_tables must be a TrainingState")
