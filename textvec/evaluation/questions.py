"""Analogies: whether the word nearest to king - man + woman is queen."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from textvec._common.html_table import html_table
from textvec._common.printable import printable
from textvec.evaluation._agreement import describe_unknown
from textvec.evaluation._completion import complete
from textvec.evaluation._lookup import Lookup
from textvec.evaluation._sources import Source, lines_of, read, text_of
from textvec.readers.errors import ReadError

_LAYOUTS = (("type", "word1", "word2", "word3", "target"), ("word1", "word2", "word3", "target"))
_METHODS = ("3cosadd", "3cosmul")


class AnalogyAnswer(NamedTuple):
    """A question and what the vectors answer.

    Attributes
    ----------
    word1, word2, word3, target : str
        `word1` is to `word2` as `word3` is to `target`.
    answer : str or None
        The word of the table that was found; None if a word of the question is unknown, or there is no other word.
    is_correct : bool
        Whether it is the target, in any letter case if that does not matter.
    """

    word1: str
    word2: str
    word3: str
    target: str
    answer: str | None
    is_correct: bool


@dataclass(frozen=True, repr=False, eq=False)
class AnalogySection:
    """The questions of one kind.

    Attributes
    ----------
    name : str
        As in the test set, or what they are the sum of.
    answers : list of AnalogyAnswer
        The questions that count: those of known words, or all with `dummy4unknown`.
    n_questions : int
        Number of questions in the test set.
    n_known : int
        Number of those whose four words are all in the table.
    """

    name: str
    answers: list[AnalogyAnswer]
    n_questions: int
    n_known: int

    @property
    def n_correct(self) -> int:
        """Number of questions that were answered with the target."""
        return sum(answer.is_correct for answer in self.answers)

    @property
    def wrong(self) -> list[AnalogyAnswer]:
        """The questions that were answered with another word, or not at all."""
        return [answer for answer in self.answers if not answer.is_correct]

    @property
    def accuracy(self) -> float:
        """Share of correct answers among the questions that count; NaN if none does."""
        return self.n_correct / len(self.answers) if self.answers else float("nan")

    @property
    def coverage(self) -> float:
        """Share of the questions whose words are all in the table; NaN if there are no questions."""
        return self.n_known / self.n_questions if self.n_questions else float("nan")

    def __repr__(self) -> str:
        return f"AnalogySection({self.name!r}, {self.n_correct} of {len(self.answers)} correct)"


@dataclass(frozen=True, repr=False, eq=False)
class AnalogiesResult:
    """How many analogies word vectors complete.

    Attributes
    ----------
    sections : dict of str to AnalogySection
        By name, in the order of the test set.
    unknown_words : list of str
        Words of the questions that are not in the table, each once.
    """

    sections: dict[str, AnalogySection]
    unknown_words: list[str]

    @property
    def total(self) -> AnalogySection:
        """All questions."""
        return self._sum("total", list(self.sections))

    @property
    def semantic(self) -> AnalogySection:
        """The questions of all sections that are not syntactic."""
        return self._sum("semantic", [name for name in self.sections if not name.startswith("gram")])

    @property
    def syntactic(self) -> AnalogySection:
        """The questions of the sections whose name begins with "gram", as in the Google analogies."""
        return self._sum("syntactic", [name for name in self.sections if name.startswith("gram")])

    @property
    def accuracy(self) -> float:
        """Share of correct answers among all questions that count."""
        return self.total.accuracy

    @property
    def coverage(self) -> float:
        """Share of all questions whose words are all in the table."""
        return self.total.coverage

    def to_dict(self) -> dict[str, Any]:
        """Return the figures, as a row of a table of results."""
        return {
            "accuracy": self.accuracy,
            "semantic": self.semantic.accuracy,
            "syntactic": self.syntactic.accuracy,
            "n_questions": self.total.n_questions,
            "n_known": self.total.n_known,
            "coverage": self.coverage,
        }

    def _sum(self, name: str, names: Sequence[str]) -> AnalogySection:
        sections = [self.sections[name] for name in names]
        return AnalogySection(
            name,
            [answer for section in sections for answer in section.answers],
            sum(section.n_questions for section in sections),
            sum(section.n_known for section in sections),
        )

    def _about(self) -> str:
        return f"{self.total.n_known} of {self.total.n_questions} questions"

    def _rows(self) -> list[tuple[str, str, str, str]]:
        groups = [group for group in (self.semantic, self.syntactic) if 0 < group.n_questions < self.total.n_questions]
        return [
            (f"{s.accuracy:.4f}" if s.answers else "-", str(s.n_correct), str(len(s.answers)), s.name)
            for s in (*self.sections.values(), *groups, self.total)
        ]

    def __repr__(self) -> str:
        lines = [f"AnalogiesResult({self._about()})", "  accuracy  correct     of  section"]
        lines += [f"  {accuracy:>8}{correct:>9}{of:>7}  {name}" for accuracy, correct, of, name in self._rows()]
        lines += [f"  {describe_unknown(self.unknown_words)}"] if self.unknown_words else []
        return printable("\n".join(lines), keep="\n")

    def _repr_html_(self) -> str:
        return html_table(("accuracy", "correct", "of", "section"), self._rows(), caption=self._about(), texts={3})


def analogies(
    vectors: Any,
    questions: Source,
    *,
    method: str = "3cosadd",
    restrict_vocab: int | None = 300_000,
    case_insensitive: bool = True,
    dummy4unknown: bool = False,
) -> AnalogiesResult:
    r"""Complete analogies, `word1` is to `word2` as `word3` is to what?, and count the answers that are the target.

    The answer is the word :math:`w` of the table, other than the three, that maximizes (with unit vectors)

    .. math::

        \text{3CosAdd: } \cos(w, b) + \cos(w, c) - \cos(w, a) \qquad
        \text{3CosMul: } \frac{\cos'(w, b) \cos'(w, c)}{\cos'(w, a) + 10^{-6}}, \quad \cos' = \frac{1 + \cos}{2}

    Parameters and figures are those of gensim's `KeyedVectors.evaluate_word_analogies`, which always takes 3CosAdd;
    lines that are no questions, which that skips, are an error here.

    Parameters
    ----------
    vectors : WordVectors
        Or anything else with the attributes `words`, by falling frequency, and `vectors`.
    questions : path, DataFrame, or iterable of rows
        A file in the format of `questions-words.txt`, four words on a line below the `: name` of their section; or
        rows of section and four words, or of four words (the section is "all" then). Columns named `type`, `word1`,
        `word2`, `word3` and `target` may be among others.
    method : {"3cosadd", "3cosmul"}, default="3cosadd"
        What the answer maximizes.
    restrict_vocab : int or None, default=300_000
        How many words from the start of the table are used, for questions and answers; None for all. Where words
        share rows, as in spaCy's pruned tables, they are in no order of frequency, and all are used.
    case_insensitive : bool, default=True
        Whether to compare words in upper case. Of several words with the same upper case the first in the table is
        taken for the question; an answer may be any.
    dummy4unknown : bool, default=False
        Whether questions with an unknown word count, as wrong. By default they are left out.

    Returns
    -------
    AnalogiesResult

    Raises
    ------
    ReadError
        If the questions cannot be read; it is a ValueError, and names the line.
    ValueError
        If no question has known words, or a vector is not finite.
    TypeError
        If `vectors` are not word vectors.

    Notes
    -----
    Of words with the same score the first in the table is the answer. Words that share a row of the table are one
    answer, under the name of the first of them: it is right if the target is among them. As in gensim, a neighbour that
    is one of the three words in another letter case is passed over, four times at most.

    References
    ----------
    Mikolov, Chen, Corrado and Dean (2013), Efficient estimation of word representations in vector space. ICLR
    workshop. (the questions, 3CosAdd)

    Levy and Goldberg (2014), Linguistic regularities in sparse and explicit word representations. CoNLL. (3CosMul)

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.evaluation import analogies
    >>> vectors = WordVectors(
    ...     ["man", "woman", "king", "queen", "apple"],
    ...     [[1, 0, 0.1], [1, 1, 0.1], [1, 0, 2], [1, 1, 2], [-1, 0.2, 0.3]],
    ... )
    >>> asked = [("family", "man", "woman", "king", "queen"), ("family", "man", "woman", "he", "she")]
    >>> result = analogies(vectors, asked)
    >>> result
    AnalogiesResult(1 of 2 questions)
      accuracy  correct     of  section
        1.0000        1      1  family
        1.0000        1      1  total
      2 unknown words: he, she
    >>> result.sections["family"].answers[0].answer
    'queen'
    """
    if method not in _METHODS:
        raise ValueError(f"method must be {' or '.join(map(repr, _METHODS))}, but it is {method!r}.")
    lookup = Lookup(vectors, restrict_vocab, case_insensitive)
    names, asked = [], []
    for name, words in _questions(questions):
        names.append(name)
        asked.append(words)
    if not asked:
        raise ReadError(f"{questions} holds no questions, only the names of sections.")
    rows = np.stack([lookup.rows(column) for column in zip(*asked, strict=True)], axis=1)
    known = rows.min(axis=1) >= 0
    if not known.any() and not dummy4unknown:
        raise ValueError(
            f"None of the {len(asked)} questions has all its words in the table of {len(lookup.words)}, such as "
            f"{lookup.words[:3]}."
        )
    found = np.full(len(asked), -1)
    found[known] = complete(lookup, rows[known, :3], method)
    answers = [lookup.word_of(row) if row >= 0 else None for row in found.tolist()]
    correct = np.array([answer is not None for answer in answers])
    correct[correct] = lookup.rows(answer for answer in answers if answer is not None) == rows[correct, 3]
    sections: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        sections.setdefault(name, []).append(i)
    return AnalogiesResult(
        {
            name: AnalogySection(
                name,
                [AnalogyAnswer(*asked[i], answers[i], bool(correct[i])) for i in at if dummy4unknown or known[i]],
                len(at),
                int(known[at].sum()),
            )
            for name, at in sections.items()
        },
        list(dict.fromkeys(asked[i][k] for i, k in np.argwhere(rows < 0).tolist())),
    )


def _questions(source: Source) -> Iterator[tuple[str, tuple[str, str, str, str]]]:
    """Yield the section and the four words of each question."""
    if isinstance(source, str | os.PathLike) and _has_headings(source):
        section = ""
        for place, line in lines_of(source, comments=True):
            words = line.split()
            if line.startswith(":"):
                section = line[1:].strip()
            elif words:
                if len(words) != 4:
                    raise ReadError(f"{place} has {len(words)} words where 4 were expected: {line.strip()}.")
                yield section, (words[0], words[1], words[2], words[3])
        return
    for place, fields in read(source, _LAYOUTS):
        *section_, a, b, c, d = (text_of(place, field) for field in fields)
        yield (section_ or ["all"])[0], (a, b, c, d)


def _has_headings(path: str | os.PathLike[str]) -> bool:
    return next((line for _, line in lines_of(path, comments=True) if line.strip()), "").startswith(":")
