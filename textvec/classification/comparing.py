"""`compare`: every pair of some features and classifiers, cross-validated in the same folds.

Texts are cut into words once, features are fitted once for each fold, and all classifiers learn from the same matrix.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import clone

from textvec._common.progress import Advance, progress
from textvec.classification._folds import Fold, at_once, folds_of, lacks, scorers_of
from textvec.classification._grid import Pair, grid_of
from textvec.classification._schedule import Job, run_jobs
from textvec.classification._shared_tokens import SharedTokens
from textvec.classification._thread_safety import must_be_alone
from textvec.classification.comparison import Comparison, PairScores
from textvec.preprocessing.text_steps import text_steps
from textvec.text.documents import as_strings, listed
from textvec.text.tokens import Tokens, as_tokens, is_tokenized
from textvec.weightings.nb import check_classes


def compare(
    texts: Any,
    labels: Any,
    features: Any = ("counts", "tfidf", "words+char"),
    classifiers: Any = ("nb", "logreg", "svm", "nbsvm"),
    *,
    cv: Any = 5,
    scoring: Any = "accuracy",
    groups: Any = None,
    tokenizer: str | Callable[[str], list[str]] | None = None,
    stop_words: str | Iterable[str] | None = None,
    stem: str | None = None,
    random_state: int | None = None,
) -> Comparison:
    """Cross-validate each of some features with each of some classifiers.

    The scores are those of `sklearn.model_selection.cross_validate(text_classifier(f, c), texts, labels, cv=cv)` for
    each pair, but texts are cut into words once, features are fitted once for each fold, on its training documents
    alone, and shared by all classifiers. Pairs are fitted in as many threads as there are cores to use, with a
    progress bar on a terminal.

    Parameters
    ----------
    texts : iterable of str, column of strings, Tokens, or list of lists of str
        Documents.
    labels : array-like of shape (n_documents,)
        The class of each document.
    features : list or dict, default=("counts", "tfidf", "words+char")
        Names that `features` knows, or what makes a matrix of texts: `features("tfidf", min_df=2)`, any vectorizer.
        A dict gives them names of your own: `{"pairs": features("counts", ngram_range=(1, 2))}`.
    classifiers : list or dict, default=("nb", "logreg", "svm", "nbsvm")
        Names that `classifier` knows, or classifiers, in the same way.
    cv : int, splitter or iterable of (train, test), default=5
        As scikit-learn takes it: an integer is the number of folds, which have equal shares of the classes.
    scoring : str, callable, list or dict, default="accuracy"
        Names of scikit-learn's scores, of which the first decides what is best. A callable, also as a value of a
        dict, is called with the fitted classifier, the matrix of the features, and the labels.
    groups : array-like of shape (n_documents,), optional
        What `cv` must not tear apart, for splitters such as `GroupKFold`.
    tokenizer, stop_words, stem : optional
        Steps before all features, as `text_classifier` takes them.
    random_state : int, optional
        For each part that has a `random_state` and none set. With an int, the same comparison has the same scores.

    Returns
    -------
    Comparison
        Prints as a table. Pairs that cannot work, such as naive Bayes on features with negative values, are left out
        and listed in `skipped`.

    Raises
    ------
    ValueError
        If there are no texts, a text or a label is missing, there are more or fewer labels than texts, or one class
        only; there is no such name; no pair can work; every class has fewer documents than there are folds; or a pair
        fails, which is named, with the fold.
    TypeError
        If texts are no strings, or a part is neither a name nor an estimator of its kind.

    Warns
    -----
    UserWarning
        If a class has fewer documents than there are folds, so that some have none to test.

    See Also
    --------
    text_classifier : One pair, as a pipeline.

    Notes
    -----
    What uses liblinear, such as `LinearSVC` and `NBSVMClassifier`, is fitted in one thread at a time, and so are
    estimators of other packages: liblinear has one generator of random numbers for all threads, and with two of them
    the same `random_state` would give other weights. The matrix of the features is read-only, because others learn
    from it, too.

    Examples
    --------
    >>> from textvec.classification import compare
    >>> from textvec.datasets import load_messages
    >>> messages = load_messages()
    >>> comparison = compare(messages.data, messages.target, ["tfidf", "nb"], ["nb", "svm"], random_state=0)
    >>> [(pair.features, pair.classifier) for pair in comparison]
    [('tfidf', 'svm'), ('nb', 'svm'), ('tfidf', 'nb')]
    >>> comparison.best.mean() > 0.9
    True
    >>> comparison.skipped
    [SkippedPair(features='nb', classifier='nb', reason='the classifier does not take negative values')]
    >>> model = comparison.best.pipeline.fit(messages.data, messages.target)
    """
    begin = time.perf_counter()
    documents = _read(texts)
    classes, codes = check_classes("compare", labels, len(documents), name="labels")
    scorers = scorers_of(scoring)
    options = {"tokenizer": tokenizer, "stop_words": stop_words, "stem": stem}
    grid = grid_of(
        features,
        classifiers,
        options,
        of_words=isinstance(documents, Tokens),
        missing_method=lambda model: lacks(scorers, model),
        random_state=random_state,
    )
    folds = folds_of(cv, classes[codes], groups)
    if any(option is not None for option in options.values()):
        for _, step in text_steps(tokenizer, stop_words, stem):
            documents = step.fit_transform(documents)
    work = _Work(grid.pairs, _shared(grid.pairs, documents), classes[codes], folds, scorers)
    with progress("Comparing", len(grid.pairs) * len(folds)) as advance:
        run_jobs(work.jobs(advance), len(grid.pairs) * len(folds))
    n_train, n_test = np.array([(len(fold.train), len(fold.test)) for fold in folds]).T
    return Comparison(work.results(), grid.skipped, n_train, n_test, len(documents), time.perf_counter() - begin)


def _read(texts: Any) -> Tokens | list[str]:
    """Return the documents as a list of strings, or as tokens if they come as words already."""
    documents = texts if isinstance(texts, Tokens) else listed(texts)
    if not len(documents):
        raise ValueError("compare: there are no texts. Give it texts of two classes or more.")
    if is_tokenized(documents):
        return as_tokens(documents)
    strings: list[str] = as_strings(documents).to_pylist()
    return strings


def _shared(pairs: list[Pair], documents: Tokens | list[str]) -> dict[str, Tokens | list[str]]:
    """Return what each of the features is made of: texts are cut into words once for all that have the same words."""
    if isinstance(documents, Tokens):
        return {pair.features: documents for pair in pairs}
    shared = SharedTokens(documents)
    found = {}
    for pair in pairs:
        if pair.features not in found:
            with _named_error(f"the features {pair.features!r} cannot cut the texts into words"):
                found[pair.features] = shared.for_features(pair.pipeline.named_steps["features"])
    return found


@dataclass(frozen=True)
class _Matrices:
    """The features of the documents of one fold, which its classifiers share."""

    X_train: Any
    X_test: Any
    fit_time: float
    transform_time: float
    size: int | None


class _Work:
    """The jobs of a comparison: one for each fold and features, which leads to one for each classifier.

    Nearly all of them release the GIL nearly all of the time: ours, products of sparse matrices, liblinear, stochastic
    gradient descent, trees. Nearest neighbours of sparse rows do not.
    """

    def __init__(
        self,
        pairs: list[Pair],
        documents: Mapping[str, Tokens | list[str]],
        y: NDArray[Any],
        folds: list[Fold],
        scorers: Mapping[str, Any],
    ) -> None:
        self.pairs, self.documents, self.y, self.folds = pairs, documents, y, folds
        self.score = at_once(scorers)
        shape = len(pairs), len(folds)
        self.scores = {name: np.empty(shape) for name in scorers}
        self.fit_times, self.predict_times = np.empty(shape), np.empty(shape)
        self.sizes: list[int | None] = [None] * len(pairs)

    def jobs(self, advance: Advance) -> Iterator[Job]:
        """Yield the jobs that fit features; each pair of each fold advances the bar by one."""
        for fold in self.folds:
            for name in self.documents:
                encoder = next(pair for pair in self.pairs if pair.features == name).pipeline.named_steps["features"]
                yield Job(partial(self._fit_features, fold, name, encoder, advance), must_be_alone(encoder))

    def results(self) -> list[PairScores]:
        """Return what the jobs have found, when all are done."""
        return [
            PairScores(
                pair.features,
                pair.classifier,
                {name: scores[i] for name, scores in self.scores.items()},
                self.fit_times[i],
                self.predict_times[i],
                self.sizes[i],
                pair.pipeline,
            )
            for i, pair in enumerate(self.pairs)
        ]

    def _fit_features(self, fold: Fold, name: str, unfitted: Any, advance: Advance) -> list[Job]:
        encoder = clone(unfitted)
        train, test = (_taken(self.documents[name], rows) for rows in (fold.train, fold.test))
        with _named_error(f"the features {name!r} failed in {self._place(fold)}"):
            begin = time.perf_counter()
            if hasattr(encoder, "fit_transform"):
                X_train = encoder.fit_transform(train, self.y[fold.train])
            else:
                X_train = encoder.fit(train, self.y[fold.train]).transform(train)
            fitted = time.perf_counter()
            X_test = encoder.transform(test)
            end = time.perf_counter()
        _protect(X_train)
        _protect(X_test)
        size = _pickled_size(encoder) if fold.number == 0 else None
        made = _Matrices(X_train, X_test, fitted - begin, end - fitted, size)
        return [
            Job(partial(self._fit_classifier, fold, i, made, advance), must_be_alone(pair.pipeline[-1]))
            for i, pair in enumerate(self.pairs)
            if pair.features == name
        ]

    def _fit_classifier(self, fold: Fold, i: int, made: _Matrices, advance: Advance) -> None:
        pair, k = self.pairs[i], fold.number
        model = clone(pair.pipeline.named_steps["classifier"])
        with _named_error(
            f"the classifier {pair.classifier!r} failed on the features {pair.features!r} in {self._place(fold)}"
        ):
            begin = time.perf_counter()
            model.fit(made.X_train, self.y[fold.train])
            fitted = time.perf_counter()
            scores = self.score(model, made.X_test, self.y[fold.test])
            end = time.perf_counter()
        for name, score in scores.items():
            self.scores[name][i, k] = score
        self.fit_times[i, k] = made.fit_time + fitted - begin
        self.predict_times[i, k] = made.transform_time + end - fitted
        if k == 0:
            size = _pickled_size(model)
            self.sizes[i] = None if made.size is None or size is None else made.size + size
        advance(1, f"{pair.features} + {pair.classifier}")

    def _place(self, fold: Fold) -> str:
        return f"fold {fold.number + 1} of {len(self.folds)}"


@contextmanager
def _named_error(what: str) -> Iterator[None]:
    """Raise an error that says what failed."""
    try:
        yield
    except Exception as error:
        raise ValueError(
            f"compare: {what}, with {type(error).__name__}: {error}\nNothing was compared. Mend it, or leave it out."
        ) from error


def _taken(documents: Tokens | list[str], rows: NDArray[np.intp]) -> Tokens | list[str]:
    return documents[rows] if isinstance(documents, Tokens) else [documents[i] for i in rows.tolist()]


def _protect(X: Any) -> None:
    """Let nobody change a matrix that others read: who tries gets an error of NumPy's."""
    arrays = (X.data, X.indices, X.indptr) if sp.issparse(X) and X.format in ("csr", "csc") else (X,)
    for array in arrays:
        if isinstance(array, np.ndarray):
            array.flags.writeable = False


class _Counter:
    """A file that only counts the bytes that are written to it."""

    n_bytes = 0

    def write(self, data: Any) -> int:
        n = memoryview(data).nbytes
        self.n_bytes += n
        return n


def _pickled_size(estimator: Any) -> int | None:
    """Return how many bytes pickle writes, or None where it cannot, as with a lambda."""
    counter = _Counter()
    try:
        pickle.dump(estimator, counter, protocol=5)
    except Exception:  # any code may run here, and a size is no reason to lose the scores
        return None
    return counter.n_bytes
