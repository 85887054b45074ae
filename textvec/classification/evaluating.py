"""How good a classifier is: its decisions on texts that it has not seen, counted by true and predicted class."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import StratifiedKFold, StratifiedShuffleSplit

from textvec._common.counted import counted
from textvec.classification.evaluation import Evaluation
from textvec.text.documents import is_missing


def evaluate(model: Any, texts: Iterable[str], labels: Iterable[Any]) -> Evaluation:
    """Compare what a fitted classifier says of texts with their labels.

    Parameters
    ----------
    model : Pipeline, or classifier that takes texts
        Fitted, on other texts than these.
    texts : iterable of str
        The texts.
    labels : iterable of str or of int
        The class of each. One that the model does not know is never predicted, so that its recall is 0.

    Returns
    -------
    Evaluation
        Of all classes that the labels or the model have.

    Raises
    ------
    ValueError
        If there are no texts, not as many labels, a label is missing, or none of them is a class of the model.

    See Also
    --------
    evaluate_held_out : The same for a model that is not fitted yet.

    Examples
    --------
    >>> from textvec.classification import evaluate, text_classifier
    >>> from textvec.datasets import load_messages
    >>> messages = load_messages()
    >>> model = text_classifier("tfidf", "logreg").fit(messages.data[::2], messages.target[::2])
    >>> found = evaluate(model, messages.data[1::2], messages.target[1::2])
    >>> found.accuracy > 0.9
    True
    >>> [each.label for each in found]
    ['ham', 'spam']
    """
    texts, labels = labelled("evaluate", texts, labels)
    known = np.asarray(getattr(model, "classes_", [])).tolist()
    if known and not set(known) & set(labels):
        raise ValueError(
            f"evaluate: no label is a class of the model: the labels are {_some(dict.fromkeys(labels))}, the classes "
            f"{_some(known)}. Rename one of the two, or choose the column that holds the labels."
        )
    return Evaluation.from_predictions(labels, np.asarray(model.predict(texts)).tolist(), known)


def evaluate_held_out(
    model: Any,
    texts: Iterable[str],
    labels: Iterable[Any],
    *,
    cv: int | None = None,
    test_size: float = 0.2,
    random_state: int = 0,
) -> Evaluation:
    """Train copies of a classifier on some of the texts, and compare what they say of the others with their labels.

    Each class has the same share among the texts that are held out as among all (they are stratified).

    Parameters
    ----------
    model : Pipeline, or classifier that takes texts
        Stays as it is: copies are fitted.
    texts : iterable of str
        The texts.
    labels : iterable of str or of int
        The class of each.
    cv : int, optional
        How many parts the texts are cut into, each of which is held out once, so that each text is decided on once.
    test_size : float, default=0.2
        Without `cv`: the share of the texts that is held out.
    random_state : int, default=0
        Of the choice. The same number makes the same choice.

    Returns
    -------
    Evaluation
        Of the texts that were held out.

    Raises
    ------
    ValueError
        If there are fewer than two classes, not as many labels as texts, a label is missing, or a class has too few
        texts to be on both sides.

    See Also
    --------
    evaluate : The same for a model that is fitted already.

    Examples
    --------
    >>> from textvec.classification import evaluate_held_out, text_classifier
    >>> from textvec.datasets import load_messages
    >>> messages = load_messages()
    >>> evaluate_held_out(text_classifier("tfidf", "logreg"), messages.data, messages.target).n_texts
    482
    """
    texts, labels = labelled("evaluate_held_out", texts, labels)
    check_two_classes(labels)
    _check_sizes(labels, cv, test_size)
    splitter: Any = (
        StratifiedShuffleSplit(1, test_size=test_size, random_state=random_state)
        if cv is None
        else StratifiedKFold(cv, shuffle=True, random_state=random_state)
    )
    y = np.asarray(labels)
    true: list[Any] = []
    predicted: list[Any] = []
    for train, test in splitter.split(texts, y):
        copy = clone(model).fit([texts[i] for i in train.tolist()], y[train])
        predicted += np.asarray(copy.predict([texts[i] for i in test.tolist()])).tolist()
        true += y[test].tolist()
    return Evaluation.from_predictions(true, predicted, y.tolist())


def check_two_classes(labels: Sequence[Any]) -> None:
    """Raise an error unless there are two labels at least, as there must be something to decide."""
    counts = Counter(labels)
    if len(counts) < 2:
        what = "There is no label." if not counts else f"All {len(labels):,} texts have the label {labels[0]!r:.80}."
        raise ValueError(
            f"{what} A classifier tells two or more classes apart: give texts of another, or choose the column that "
            "holds the labels."
        )


def labelled(who: str, texts: Iterable[str], labels: Iterable[Any]) -> tuple[list[str], list[Any]]:
    """Return texts and their labels as lists, or raise an error that begins with who needs them."""
    texts, labels = _listed(texts), _listed(labels)
    if not texts:
        raise ValueError(f"{who}: there are no texts.")
    if len(labels) != len(texts):
        raise ValueError(
            f"{who}: there must be a label for each text, but there are {len(labels):,} for {len(texts):,}."
        )
    for i, label in enumerate(labels):
        if is_missing(label) or label == "":
            raise ValueError(f"{who}: the label of text {i} is missing. Leave texts without one out.")
    return texts, labels


def _listed(column: Iterable[Any]) -> list[Any]:
    """Return what is in a list, an array or a column of any library, as Python has it."""
    if hasattr(column, "to_pylist"):  # of Arrow, whose items equal nothing
        return list(column.to_pylist())
    return [each.item() if isinstance(each, np.generic) else each for each in column]


def _check_sizes(labels: Sequence[Any], cv: int | None, test_size: float) -> None:
    """Raise an error unless each class can be on both sides."""
    counts = Counter(labels)
    label, fewest = min(counts.items(), key=lambda item: item[1])
    few = f"the class {label!r:.80} has {counted(fewest, 'text')}"
    remedy = "Give more texts of it, or leave it out"
    if cv is not None:
        if cv < 2:
            raise ValueError(f"cv must be 2 or more folds, but it is {cv!r}.")
        if fewest < cv:
            fewer = f", or take {fewest} folds" if fewest >= 2 else ""
            raise ValueError(f"{few}, which cannot be in each of {cv} folds. {remedy}{fewer}.")
        return
    if not 0 < test_size < 1:
        raise ValueError(f"test_size must be a share of the texts between 0 and 1, but it is {test_size!r}.")
    if fewest < 2:
        raise ValueError(f"{few}, which cannot be among those to learn from and those to test with. {remedy}.")
    n_test = int(np.ceil(test_size * len(labels)))
    if min(n_test, len(labels) - n_test) < len(counts):
        raise ValueError(
            f"test_size={test_size:g} of {len(labels):,} texts leaves one side with fewer texts than there are "
            f"classes, {len(counts)}. Choose another share, or folds: cv."
        )


def _some(labels: Iterable[Any], most: int = 10) -> str:
    labels = list(labels)
    return ", ".join(f"{label!r:.80}" for label in labels[:most]) + (", …" if len(labels) > most else "")
