"""`compare`: every pair of some features and classifiers, cross-validated in the same folds.

Texts are cut into words once, features are fitted once for each fold, and all classifiers learn from the same matrix.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from textvec._common.progress import progress
from textvec.classification._fitting import Fitting
from textvec.classification._folds import folds_of, lacks, scorers_of
from textvec.classification._grid import Pair, grid_of
from textvec.classification._schedule import run_jobs
from textvec.classification._shared_tokens import SharedTokens
from textvec.classification.comparison import Comparison
from textvec.classification.pair_scores import SkippedPair
from textvec.preprocessing.text_steps import text_steps
from textvec.text.documents import as_strings, listed
from textvec.text.tokens import Tokens, as_tokens, is_tokenized
from textvec.weightings._classes import check_classes


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
        Prints as a table. Pairs that cannot work, such as naive Bayes on features with negative values, and pairs that
        fail are left out and listed in `skipped`.

    Raises
    ------
    ValueError
        If there are no texts, a text or a label is missing, there are more or fewer labels than texts, or one class
        only; there is no such name; no pair can work; every class has fewer documents than there are folds; or every
        pair fails.
    TypeError
        If texts are no strings, or a part is neither a name nor an estimator of its kind.

    Warns
    -----
    UserWarning
        If a class has fewer documents than there are folds, so that some have none to test; or if a pair fails, which
        is named, with the fold and the error. The others go on.

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
    work = Fitting(grid.pairs, _shared(grid.pairs, documents), classes[codes], folds, scorers)
    with progress("Comparing", len(grid.pairs) * len(folds)) as advance:
        run_jobs(work.jobs(advance), len(grid.pairs) * len(folds))
    _tell_of(work.failures, len(grid.pairs))
    skipped = [*grid.skipped, *(pair for pair, _ in work.failures)]
    n_train, n_test = np.array([(len(fold.train), len(fold.test)) for fold in folds]).T
    return Comparison(work.results(), skipped, n_train, n_test, len(documents), time.perf_counter() - begin)


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
            try:
                found[pair.features] = shared.for_features(pair.pipeline.named_steps["features"])
            except Exception as error:
                raise ValueError(
                    f"compare: the features {pair.features!r} cannot cut the texts into words, with "
                    f"{type(error).__name__}: {error}\nNothing was compared. Mend it, or leave it out."
                ) from error
    return found


def _tell_of(failures: list[tuple[SkippedPair, Exception]], n_pairs: int) -> None:
    """Warn of pairs that failed; raise the first error if all did."""
    if len(failures) == n_pairs:
        first, error = failures[0]
        is_binary = "pos_label" in first.reason or "average='binary'" in first.reason
        remedy = ". Choose a scoring that averages over classes, such as f1_macro." if is_binary else ""
        said = f"{first.features} + {first.classifier}, {first.reason.rstrip('.')}{remedy}"
        raise ValueError(f"compare: every pair failed; first {said}") from error
    for pair, _ in failures:
        warnings.warn(f"compare: {pair.features} + {pair.classifier} is left out: {pair.reason}", stacklevel=3)
