"""A decision of a classifier and its reasons: what each term of a text gave to each class."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Any, overload

from textvec._common.counted import counted
from textvec._common.optional import import_pandas
from textvec.explanation.decision_parts import ClassDecision, Neighbour, Table, TermContribution, of_class
from textvec.explanation.decision_rendering import MAX_REASONS, page_of, summary, to_html, to_text
from textvec.explanation.highlights import Mark


class Decision(Sequence[ClassDecision]):
    """Why a classifier decides as it does on one text: a `ClassDecision` for each class, in the order of `classes_`.

    `textvec.explanation.explain` makes it. In a notebook it shows the text with its words marked;
    `print(decision.to_text())` does so in a terminal.

    Attributes
    ----------
    text : str
        As it was given.
    label : object
        The class that the model predicts.
    score_name : str
        What the scores are, such as "decision function" or "joint log likelihood".
    exact : bool
        Whether contributions and intercept add up to the scores. Otherwise a contribution is what the score loses when
        the word is left out.
    neighbours : list of Neighbour or None
        Those that decided, the nearest first, of a `KNeighborsClassifier`.
    marks : list of Mark
        Which characters speak for the predicted class, or against it, and how much.
    unknown : list of Mark
        The words that the model does not know, without contributions.

    Examples
    --------
    >>> from sklearn.naive_bayes import MultinomialNB
    >>> from sklearn.pipeline import make_pipeline
    >>> from textvec import CountVectorizer
    >>> from textvec.explanation import explain
    >>> texts = ["win a free prize", "free prize now", "lunch at noon", "see you at lunch"]
    >>> model = make_pipeline(CountVectorizer(), MultinomialNB()).fit(texts, ["spam", "spam", "ham", "ham"])
    >>> decision = explain(model, "A free lunch, blimey! Free!")
    >>> decision
    Decision('spam', probability 0.7845, joint log likelihood -6.6201, 2 terms)
      +2.3263  free
      -1.0341  lunch
      +0.0000  (intercept)
    >>> decision.unknown_words
    ['blimey']
    >>> [(each.label, round(each.score, 4)) for each in decision]
    [('ham', -7.9123), ('spam', -6.6201)]
    """

    def __init__(
        self,
        text: str,
        label: Any,
        labels: list[Any],
        table: Table,
        *,
        score_name: str,
        scores: list[float],
        probabilities: list[float] | None,
        marks: Callable[[list[Any], list[float]], list[Mark]],
        unknown: Callable[[], list[Mark]],
        neighbours: list[Neighbour] | None = None,
    ) -> None:
        self.text = text
        self.label = label
        self.score_name = score_name
        self.exact = table.intercepts is not None
        self.neighbours = neighbours
        self._labels = labels
        self._table = table
        self._scores = scores
        self._probabilities = probabilities
        self._find_marks = marks
        self._find_unknown = unknown

    def __len__(self) -> int:
        return len(self._labels)

    def __iter__(self) -> Iterator[ClassDecision]:
        return map(self.__getitem__, range(len(self)))

    @overload
    def __getitem__(self, place: int) -> ClassDecision: ...
    @overload
    def __getitem__(self, place: slice) -> list[ClassDecision]: ...
    def __getitem__(self, place: int | slice) -> ClassDecision | list[ClassDecision]:
        if isinstance(place, slice):
            return [self[i] for i in range(len(self))[place]]
        if isinstance(place, str):
            raise TypeError(f"Decision[...] takes the number of a class; of({place!r}) is that of a label.")
        place = range(len(self))[place]
        intercepts, probabilities = self._table.intercepts, self._probabilities
        return ClassDecision(
            self._labels[place],
            self._scores[place],
            None if probabilities is None else probabilities[place],
            None if intercepts is None else float(intercepts[place]),
            self._table.contributions(place),
        )

    def of(self, label: Any) -> ClassDecision:
        """Return what the model says of a class.

        Parameters
        ----------
        label : object
            One of the classes.

        Returns
        -------
        ClassDecision

        Raises
        ------
        ValueError
            If there is no such class.
        """
        return self[self._place(label)]

    @property
    def probability(self) -> float | None:
        """The probability of the predicted class; None of a model that has none."""
        return None if self._probabilities is None else self._probabilities[self._place(None)]

    def reasons(self, label: Any = None) -> list[TermContribution]:
        """Return what spoke for a class and, with negative contributions, against it.

        They are the contributions to the class. Those of naive Bayes and of centroids, which mean something only
        against those of other classes, are taken less the mean of those to the other classes.

        Parameters
        ----------
        label : object, optional
            One of the classes; the predicted one by default.

        Returns
        -------
        list of TermContribution
            The largest first.
        """
        return self._table.contributions(self._place(label), compared=True)

    def intercept(self, label: Any = None) -> float | None:
        """Return what speaks for a class before any term does; `reasons` add up with it.

        Parameters
        ----------
        label : object, optional
            One of the classes; the predicted one by default.

        Returns
        -------
        float or None
            None if the decision is not exact.
        """
        intercepts, place = self._table.intercepts, self._place(label)
        return None if intercepts is None else float(of_class(intercepts, place, self._table.compared))

    def marks_of(self, label: Any = None) -> list[Mark]:
        """Return which characters of the text made the reasons for a class, and how much.

        Parameters
        ----------
        label : object, optional
            One of the classes; the predicted one by default.

        Returns
        -------
        list of Mark
            In the order of the text, without overlaps.
        """
        table = self._table
        return self._find_marks(table.keys, of_class(table.gives, self._place(label), table.compared).tolist())

    @cached_property
    def marks(self) -> list[Mark]:
        """Which characters speak for the predicted class, or against it; found at the first request."""
        return self.marks_of()

    @cached_property
    def unknown(self) -> list[Mark]:
        """The words of the text that the model does not know; found at the first request."""
        return self._find_unknown()

    @property
    def unknown_words(self) -> list[str]:
        """The words of the text that the model does not know, each once, as they are written."""
        return list(dict.fromkeys(self.text[mark.start : mark.end] for mark in self.unknown))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a dict for each class, with the fields of `ClassDecision`, contributions as dicts as well.

        Returns
        -------
        list of dict
        """
        return [each._asdict() | {"contributions": [given._asdict() for given in each.contributions]} for each in self]

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame with a row for each class and term.

        Returns
        -------
        pandas.DataFrame
            With the columns "label", "term", "value", "weight" and "contribution".

        Raises
        ------
        ImportError
            Without pandas.
        """
        pandas = import_pandas("Decision.to_pandas")
        rows = [(each.label, *given) for each in self for given in each.contributions]
        return pandas.DataFrame.from_records(rows, columns=["label", *TermContribution._fields])

    def to_text(
        self, *, label: Any = None, color: bool = True, full: bool = False, width: int = 80, top: int = MAX_REASONS
    ) -> str:
        """Return the decision, the text with its words marked, and what spoke for and against it, for a terminal.

        Parameters
        ----------
        label : object, optional
            The class whose reasons to show; the predicted one by default.
        color : bool, default=True
            Whether to mark words in colour, yellow for what speaks for the class and cyan for what speaks against it,
            the stronger the more, and unknown words struck through; otherwise words are in brackets.
        full : bool, default=False
            Whether to show all of a long text, not only what is around marked words.
        width : int, default=80
            How many columns the terminal has.
        top : int, default=7
            How many terms to list for the class, and how many against it.

        Returns
        -------
        str
            Control characters of the text are replaced.
        """
        return to_text(self, self._labels[self._place(label)], color, full, width, top)

    def to_html(self, *, label: Any = None, full: bool = False, top: int = MAX_REASONS) -> str:
        """Return the same as a page of HTML: it loads nothing, and is for light and dark screens.

        Parameters
        ----------
        label : object, optional
            The class whose reasons to show; the predicted one by default.
        full : bool, default=False
            Whether to show all of a long text, not only what is around marked words.
        top : int, default=7
            How many terms to list for the class, and how many against it.

        Returns
        -------
        str
        """
        return page_of(self, self._labels[self._place(label)], full, top)

    def _place(self, label: Any) -> int:
        label = self.label if label is None else label
        if label not in self._labels:
            some = ", ".join(map(repr, self._labels[:10])) + (", …" if len(self) > 10 else "")
            raise ValueError(f"Decision: {label!r} is none of the {counted(len(self), 'class', 'classes')}: {some}.")
        return self._labels.index(label)

    def __repr__(self) -> str:
        return summary(self)

    def _repr_html_(self) -> str:
        return to_html(self, self.label, False, MAX_REASONS)

    def __rich__(self) -> Any:
        from rich.text import Text

        return Text.from_ansi(self.to_text())
