"""What `trace` returns: texts, their words, and what each step of a pipeline made of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from textvec._common.html_page import page_or_file
from textvec._common.optional import import_pandas
from textvec.tracing.items import Item, TraceStep, Word
from textvec.tracing.page import to_page
from textvec.tracing.rendering import to_html, to_text


class Trace:
    """What every step of a fitted pipeline made of some texts; `textvec.trace` makes it.

    In a notebook it shows the steps one below the other; `print(trace)` does so in a terminal, and `to_html` writes a
    page in which a word can be followed through all of them.

    Attributes
    ----------
    model : str
        What was traced, in a line.
    texts : list of str
        The texts. Documents that came as words are these with spaces between.
    words : list of list of Word
        For each text the words that it was cut into, and those that were passed over, in their order.
    steps : list of TraceStep
        In the order of the pipeline.
    n_texts : int
        How many texts were given.

    See Also
    --------
    textvec.trace : Makes it, with an example.
    """

    def __init__(
        self, model: str, texts: list[str], words: list[list[Word]], steps: list[TraceStep], n_texts: int
    ) -> None:
        self.model = model
        self.texts = texts
        self.words = words
        self.steps = steps
        self.n_texts = n_texts

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[TraceStep]:
        return iter(self.steps)

    def __getitem__(self, key: int | str) -> TraceStep:
        """Return a step by its number, or the first one with a name or title."""
        if not isinstance(key, str):
            return self.steps[key]
        found = next((step for step in self.steps if key in (step.name, step.title)), None)
        if found is None:
            listed = ", ".join(repr(step.name) for step in self.steps)
            raise KeyError(f"Trace: there is no step {key!r}. The steps are {listed}.")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as plain objects, which JSON can hold; without what the steps returned.

        Returns
        -------
        dict
            "model", "n_texts", "texts", "words" (for each text a list of [start, end, text]), and "steps", each with
            the fields of `TraceStep` and items as dicts.
        """
        steps = [
            {
                "name": step.name,
                "kind": step.kind,
                "title": step.title,
                "about": step.about,
                "items": [[item._asdict() | {"words": list(item.words)} for item in some] for some in step.items],
                "results": step.results,
            }
            for step in self.steps
        ]
        words = [[[word.start, word.end, word.text] for word in some] for some in self.words]
        return {"model": self.model, "n_texts": self.n_texts, "texts": self.texts, "words": words, "steps": steps}

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a dict for each item of each step.

        Returns
        -------
        list of dict
            With the number of the step, "step", and of the text, "document", both from 0; "name" and "title" of the
            step; and the fields of `Item`.
        """
        return [
            {"step": i, "name": step.name, "title": step.title, **row}
            for i, step in enumerate(self.steps)
            for row in step.to_dicts()
        ]

    def to_pandas(self) -> Any:
        """Return a pandas DataFrame with a row for each item of each step.

        Returns
        -------
        pandas.DataFrame
            With the columns "step", "name", "title", "document" and those of `Item`, see `to_dicts`.

        Raises
        ------
        ImportError
            Without pandas.
        """
        pandas = import_pandas("Trace.to_pandas")
        columns = ["step", "name", "title", "document", *Item._fields]
        return pandas.DataFrame.from_records(self.to_dicts(), columns=columns)

    def to_text(self, *, color: bool = True, width: int = 80) -> str:
        """Return the steps one below the other, for a terminal.

        Parameters
        ----------
        color : bool, default=True
            Whether to use colours.
        width : int, default=80
            How many columns the terminal has.

        Returns
        -------
        str
            Control characters of the texts are replaced.
        """
        return to_text(self, color, width)

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str | None:
        """Return a page of HTML in which a word can be followed through every step, or write it to a file.

        Parameters
        ----------
        path : str or path-like, optional
            Where to write it, whole or not at all. The page is one file, and loads nothing.

        Returns
        -------
        str or None
            The page, unless it is written to a file.

        Raises
        ------
        OSError
            If the file cannot be written.
        """
        return page_or_file(to_page(self), path)

    def __repr__(self) -> str:
        return self.to_text(color=False)

    def _repr_html_(self) -> str:
        return to_html(self)

    def __rich__(self) -> Any:
        from rich.text import Text

        return Text.from_ansi(self.to_text())
