"""A test of word vectors whose kind its rows tell: pairs of words with judgements, or analogies.

Tested in tests/evaluation/test_word_tests.py.
"""

from __future__ import annotations

from typing import Any

from textvec.evaluation._sources import Source, first_row
from textvec.evaluation.questions import AnalogiesResult, analogies
from textvec.evaluation.words import WordPairsResult, word_pairs

_WORDS_OF_A_QUESTION = 4


def word_test(
    vectors: Any, test: Source, *, method: str = "3cosadd", **options: Any
) -> WordPairsResult | AnalogiesResult:
    """Try word vectors on word pairs or on analogies, whichever the rows are.

    Analogies begin with the `: name` of a section, have a column "word3", or four or five fields that are all words;
    anything else is read as word pairs.

    Parameters
    ----------
    vectors : WordVectors
        As `word_pairs` takes them.
    test : path, DataFrame, or iterable of rows
        As `word_pairs` or `analogies` takes it; an iterator is refused, because the first row is read twice.
    method : {"3cosadd", "3cosmul"}, default="3cosadd"
        That of `analogies`.
    **options : object
        `restrict_vocab`, `case_insensitive` and `dummy4unknown`, which both have.

    Returns
    -------
    WordPairsResult or AnalogiesResult

    Raises
    ------
    ReadError, ValueError, TypeError
        As `word_pairs` and `analogies` raise them.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.evaluation.word_tests import word_test
    >>> vectors = WordVectors(["cup", "mug", "tea", "moon"], [[4, 1], [4, 2], [2, 3], [-1, 3]])
    >>> word_test(vectors, [("cup", "mug", 9.1), ("cup", "tea", 6), ("mug", "tea", 5.2), ("cup", "moon", 0.4)])
    WordPairsResult(4 of 4 pairs)
      Spearman   0.8000  p = 0.2
      Pearson    0.9337  p = 0.066
    """
    if _are_questions(first_row(test)):
        return analogies(vectors, test, method=method, **options)
    return word_pairs(vectors, test, **options)


def figures(result: WordPairsResult | AnalogiesResult) -> list[dict[str, Any]]:
    """Return the figures of a test as rows of one table, whatever its kind.

    Parameters
    ----------
    result : WordPairsResult or AnalogiesResult

    Returns
    -------
    list of dict
        "part" (None of pairs), "measure" ("spearman", "pearson" or "accuracy"), "score" (None where nothing is known),
        "known" and "of": how many pairs or questions count, and how many there are.

    Examples
    --------
    >>> from textvec import WordVectors
    >>> from textvec.evaluation.word_tests import figures, word_test
    >>> vectors = WordVectors(["man", "woman", "king", "queen"], [[1, 0, 0], [1, 1, 0], [1, 0, 2], [1, 1, 2]])
    >>> figures(word_test(vectors, [("man", "woman", "king", "queen"), ("man", "woman", "he", "she")]))
    [{'part': 'total', 'measure': 'accuracy', 'score': 1.0, 'known': 1, 'of': 2}]
    """
    if isinstance(result, WordPairsResult):
        return [
            {"part": None, "measure": measure, "score": getattr(result, measure), "known": result.n_known}
            | {"of": result.n_pairs}
            for measure in ("spearman", "pearson")
        ]
    sections = list(result.sections.values())
    groups = [each for each in (result.semantic, result.syntactic) if 0 < each.n_questions < result.total.n_questions]
    return [
        {"part": part.name, "measure": "accuracy", "score": part.accuracy if part.answers else None}
        | {"known": part.n_known, "of": part.n_questions}
        for part in (*(sections if len(sections) > 1 else []), *groups, result.total)
    ]


def _are_questions(row: list[Any]) -> bool:
    names = [str(field).strip().lower() for field in row]
    if "word3" in names or (names and names[0].startswith(":")):
        return True
    are_words = all(isinstance(field, str) and not _is_number(field) for field in row)
    return are_words and len(row) in (_WORDS_OF_A_QUESTION, _WORDS_OF_A_QUESTION + 1) and "word2" not in names


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
