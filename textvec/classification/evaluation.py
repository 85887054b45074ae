"""What an evaluation found: precision and recall of each class, and the confusion matrix.

Tested in tests/classification/test_evaluating.py.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple, overload

import numpy as np
from numpy.typing import NDArray

from textvec._common.counted import counted

from .evaluation_rendering import as_html, as_text


class ClassScores(NamedTuple):
    """How well a class is told from the others.

    Attributes
    ----------
    label : object
        The class; None of a mean over classes.
    precision : float
        Which share of the texts that the model puts into the class belongs there; 0 where it puts none.
    recall : float
        Which share of the texts of the class it puts there; 0 where there is none.
    f1 : float
        The harmonic mean of both.
    support : int
        How many texts have this label.
    """

    label: Any
    precision: float
    recall: float
    f1: float
    support: int


class Confusion(NamedTuple):
    """Texts of one class that were put into another.

    Attributes
    ----------
    label : object
        Their class.
    predicted : object
        The class that the model put them into.
    n_texts : int
        How many.
    """

    label: Any
    predicted: Any
    n_texts: int


class Evaluation(Sequence[ClassScores]):
    r"""What `evaluate` and `evaluate_held_out` found: a `ClassScores` for each class, in the order of `labels`.

    The figures are those of `sklearn.metrics.classification_report` with `zero_division=0`.

    Parameters
    ----------
    labels : sequence
        The classes.
    confusion : array of int of shape (n_classes, n_classes)
        In row i and column j the number of texts of class i that were put into class j.

    Attributes
    ----------
    labels : list
        The classes, sorted.
    confusion : ndarray of int of shape (n_classes, n_classes)
        In row i and column j the number of texts of class i that were put into class j.

    See Also
    --------
    textvec.plots.confusion_matrix : A picture of it.

    Examples
    --------
    >>> from textvec.classification import Evaluation
    >>> found = Evaluation(["ham", "spam"], [[8, 0], [1, 3]])
    >>> found
    Evaluation(12 texts, 2 classes, accuracy 0.9167)
    class         precision  recall      f1  support
    ham              0.8889  1.0000  0.9412        8
    spam             1.0000  0.7500  0.8571        4
    macro avg        0.9444  0.8750  0.8992       12
    weighted avg     0.9259  0.9167  0.9132       12
    <BLANKLINE>
    true \ predicted  ham  spam
    ham                 8     0
    spam                1     3
    >>> found.of("spam")
    ClassScores(label='spam', precision=1.0, recall=0.75, f1=0.8571428571428571, support=4)
    >>> found.confusions()
    [Confusion(label='spam', predicted='ham', n_texts=1)]
    """

    def __init__(self, labels: Sequence[Any], confusion: Any) -> None:
        self.labels = list(labels)
        self.confusion: NDArray[np.intp] = np.asarray(confusion, np.intp)

    @classmethod
    def from_predictions(cls, true: Sequence[Any], predicted: Sequence[Any], known: Iterable[Any] = ()) -> Evaluation:
        """Count decisions.

        Parameters
        ----------
        true : sequence
            The label of each text.
        predicted : sequence
            The class that each was put into.
        known : iterable, default=()
            Classes that there are besides.

        Returns
        -------
        Evaluation
            Of all classes that occur.
        """
        labels = sorted({*true, *predicted, *known}, key=lambda label: (isinstance(label, str), label))
        place = {label: i for i, label in enumerate(labels)}
        confusion = np.zeros((len(labels), len(labels)), np.intp)
        for (is_, said), n in Counter(zip(true, predicted, strict=True)).items():
            confusion[place[is_], place[said]] = n
        return cls(labels, confusion)

    def of(self, label: Any) -> ClassScores:
        """Return the figures of a class.

        Parameters
        ----------
        label : object
            One of the classes.

        Returns
        -------
        ClassScores

        Raises
        ------
        ValueError
            If there is no such class.
        """
        if label not in self.labels:
            some = ", ".join(map(repr, self.labels[:10])) + (", …" if len(self) > 10 else "")
            raise ValueError(f"Evaluation: {label!r} is none of the {counted(len(self), 'class', 'classes')}: {some}.")
        return self[self.labels.index(label)]

    def __len__(self) -> int:
        return len(self.labels)

    @overload
    def __getitem__(self, place: int) -> ClassScores: ...
    @overload
    def __getitem__(self, place: slice) -> list[ClassScores]: ...
    def __getitem__(self, place: int | slice) -> ClassScores | list[ClassScores]:
        if isinstance(place, slice):
            return [self[i] for i in range(len(self))[place]]
        if isinstance(place, str):
            raise TypeError(f"Evaluation[...] takes the number of a class; of({place!r}) is that of a label.")
        place = range(len(self))[place]
        precision, recall, f1, support = self._columns()
        return ClassScores(
            self.labels[place], float(precision[place]), float(recall[place]), float(f1[place]), int(support[place])
        )

    def __iter__(self) -> Iterator[ClassScores]:
        return iter(self[:])

    @property
    def n_texts(self) -> int:
        """How many texts there were."""
        return int(self.confusion.sum())

    @property
    def accuracy(self) -> float:
        """Which share of the texts was put where it belongs."""
        return float(np.trace(self.confusion) / max(self.n_texts, 1))

    @property
    def macro_average(self) -> ClassScores:
        """The mean over classes, each of which counts the same."""
        return self._average(np.full(len(self), 1 / max(len(self), 1)))

    @property
    def weighted_average(self) -> ClassScores:
        """The mean over classes, each of which counts as often as it has texts."""
        support = self.confusion.sum(axis=1)
        return self._average(support / max(self.n_texts, 1))

    def confusions(self) -> list[Confusion]:
        """Return which classes were taken for which others, the most frequent first.

        Returns
        -------
        list of Confusion
        """
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        rows, columns = np.nonzero(wrong)
        order = np.argsort(-wrong[rows, columns], kind="stable")
        return [
            Confusion(self.labels[i], self.labels[j], int(wrong[i, j]))
            for i, j in zip(rows[order], columns[order], strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return all figures as numbers, lists and dicts, as JSON has them.

        Returns
        -------
        dict
            With "texts", "accuracy", "classes", "macro_average", "weighted_average", "labels" and "confusion".
        """
        means = {"macro_average": self.macro_average, "weighted_average": self.weighted_average}
        return {
            "texts": self.n_texts,
            "accuracy": self.accuracy,
            "classes": [each._asdict() for each in self],
            **{name: {f: v for f, v in mean._asdict().items() if f != "label"} for name, mean in means.items()},
            "labels": self.labels,
            "confusion": self.confusion.tolist(),
        }

    def _columns(self) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.intp]]:
        right, support, said = np.diag(self.confusion), self.confusion.sum(axis=1), self.confusion.sum(axis=0)
        return _share(right, said), _share(right, support), _share(2 * right, said + support), support

    def _average(self, weights: NDArray[np.float64]) -> ClassScores:
        precision, recall, f1, _ = self._columns()
        return ClassScores(None, float(weights @ precision), float(weights @ recall), float(weights @ f1), self.n_texts)

    def __repr__(self) -> str:
        return as_text(self)

    def _repr_html_(self) -> str:
        return as_html(self)


def _share(part: NDArray[Any], whole: NDArray[Any]) -> NDArray[np.float64]:
    shares = np.zeros(len(part))
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares
