"""A fitted classifier that says of texts what they are, and why.

Tested in tests/serve/test_app.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from textvec.classification.predicting import kind_of_scores, predictions
from textvec.explanation import explain
from textvec.explanation.classifiers import text_model
from textvec.serve import answers


class ServedModel:
    """A classifier that answers.

    Parameters
    ----------
    name : str
        What it is called, or the path of its file, of which only the name is told.
    model : Pipeline, or classifier that takes texts
        Fitted.

    Raises
    ------
    TypeError
        If it is no classifier of texts.
    """

    def __init__(self, name: str, model: Any) -> None:
        self.classes = list(map(answers.plain, text_model(model, name).labels))
        self.name, self._model = Path(name).name, model
        try:
            self.scores: str | None = kind_of_scores(model)
        except ValueError:
            self.scores = None

    @classmethod
    def open(cls, name: str, trusted: Sequence[str] = ()) -> ServedModel:
        """Open a file of `textvec.save`, or a model that comes with textvec, by its name.

        Parameters
        ----------
        name : str
        trusted : sequence of str
            See `textvec.load`.
        """
        from textvec.datasets.recipes import RECIPES, make
        from textvec.persistence import load

        return cls(name, make(name).model if name in RECIPES else load(name, trusted=trusted))

    def classify(self, texts: Sequence[str]) -> list[dict[str, Any]]:
        """Return the class of each text, and how much speaks for each class."""
        found = predictions(self._model, texts, self.scores is not None)
        rows: list[Any] = [None] * len(texts) if found.scores is None else found.scores.tolist()
        return [
            {"label": answers.plain(label), "scores": self._scored(row), "explanation": None}
            for label, row in zip(found.labels, rows, strict=True)
        ]

    def explain(self, text: str) -> dict[str, Any]:
        """Return the same of one text, and why."""
        [answer] = self.classify([text])
        return answer | {"explanation": answers.decision(explain(self._model, text))}

    def _scored(self, row: list[float] | None) -> list[dict[str, Any]] | None:
        if row is None:
            return None
        return [{"label": label, "score": answers.plain(score)} for label, score in zip(self.classes, row, strict=True)]
