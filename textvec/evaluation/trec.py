"""Files of judgements (qrels) and of rankings (runs) in the forms of TREC, which all tools of the field read and write.

A line that cannot be read is an error that names it, as in `textvec.evaluation._sources`.
"""

from __future__ import annotations

import io
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import check_target, replacing
from textvec.evaluation._ranking_measures import checked_qrels, checked_run, ranked
from textvec.evaluation._sources import lines_of
from textvec.readers.errors import ReadError

_QRELS = ("query", "iteration", "document", "grade")
_RUN = ("query", "Q0", "document", "rank", "score", "name of the run")
_BEIR = ["query-id", "corpus-id", "score"]  # the names of columns with which BEIR's files of judgements begin


def read_qrels(path: str | os.PathLike[str]) -> dict[str, dict[str, int]]:
    """Read judgements: which documents answer which queries, and how well.

    Parameters
    ----------
    path : path-like
        A file of TREC, with a query, an iteration (which is not used), a document and a whole number on each line,
        between white space; or one of BEIR, with tabs and the columns `query-id`, `corpus-id` and `score`. UTF-8.

    Returns
    -------
    dict of str to dict of str to int
        For each query the documents that were judged, and their grades.

    Raises
    ------
    ReadError
        If a line cannot be read or judges a document again, or there are none; it is a ValueError, and names the line.

    See Also
    --------
    write_qrels : Write them.
    retrieval : Measure a search by them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.evaluation import read_qrels, write_qrels
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "qrels.txt")
    ...     write_qrels({"q1": {"d1": 2, "d7": 0}}, path)
    ...     read_qrels(path)
    {'q1': {'d1': 2, 'd7': 0}}
    """
    qrels: dict[str, dict[str, int]] = {}
    for place, query, document, grade in _judgements(path):
        try:
            number = int(grade)
        except ValueError:
            raise ReadError(f"{place} has {grade!r} where a whole number was expected, the grade.") from None
        _put(qrels, place, query, document, number)
    return _some(qrels, path, "judgements")


def read_run(path: str | os.PathLike[str]) -> dict[str, dict[str, float]]:
    """Read what a search found: for each query its documents and their scores.

    Parameters
    ----------
    path : path-like
        A file of TREC, with six fields on each line between white space: query, "Q0", document, rank, score, and the
        name of the run. As for trec_eval, scores alone decide the order; ranks are not used. UTF-8.

    Returns
    -------
    dict of str to dict of str to float

    Raises
    ------
    ReadError
        If a line cannot be read or has a document of its query again, or there are none; it is a ValueError, and names
        the line.

    See Also
    --------
    write_run : Write one.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.evaluation import read_run, write_run
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "run.txt")
    ...     write_run({"q1": {"d7": 1.5, "d1": 2.25}}, path)
    ...     read_run(path)
    {'q1': {'d1': 2.25, 'd7': 1.5}}
    """
    run: dict[str, dict[str, float]] = {}
    for place, (query, _, document, _, score, _) in _fields(path, _RUN):
        try:
            number = float(score)
        except ValueError:
            number = math.nan
        if math.isnan(number):
            raise ReadError(f"{place} has {score!r} where a number was expected, the score.")
        _put(run, place, query, document, number)
    return _some(run, path, "hits")


def write_qrels(qrels: Mapping[Any, Mapping[Any, int]], path: str | os.PathLike[str]) -> None:
    """Write judgements as a file of TREC, whole or not at all.

    Parameters
    ----------
    qrels : dict of query to dict of document to int
        The grade of each document that was judged.
    path : path-like
        The file; one that is there is replaced.

    Raises
    ------
    ValueError
        If an id is empty or has white space in it, which ends a field of such files, or a grade is no whole number.

    See Also
    --------
    read_qrels : Read them.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.evaluation import write_qrels
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "qrels.txt")
    ...     write_qrels({"q1": {"d1": 2, "d7": 0}}, path)
    ...     print(path.read_text(), end="")
    q1 0 d1 2
    q1 0 d7 0
    """
    rows = [
        (query, "0", document, grade) for query, of in checked_qrels(qrels).items() for document, grade in of.items()
    ]
    _write(rows, path)


def write_run(run: Mapping[Any, Any], path: str | os.PathLike[str], *, name: str = "textvec") -> None:
    """Write what a search found as a file of TREC, whole or not at all.

    Parameters
    ----------
    run : dict of query to dict of document to float, or to list of documents
        As `retrieval` takes it and its result has it.
    path : path-like
        The file; one that is there is replaced. Queries without hits leave no trace in it.
    name : str, default="textvec"
        The name of the run, the last field of each line.

    Raises
    ------
    ValueError
        If an id or the name is empty or has white space in it, which ends a field of such files, or a score is no
        number.

    See Also
    --------
    read_run : Read one.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from textvec.evaluation import write_run
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "run.txt")
    ...     write_run({"q1": {"d7": 1.5, "d1": 2.25}}, path)
    ...     print(path.read_text(), end="")
    q1 Q0 d1 1 2.25 textvec
    q1 Q0 d7 2 1.5 textvec
    """
    rows = [
        (query, "Q0", document, rank, hits[document], name)
        for query, hits in checked_run(run).items()
        for rank, document in enumerate(ranked(hits), 1)
    ]
    _write(rows, path)


def _judgements(path: str | os.PathLike[str]) -> Iterator[tuple[str, str, str, str]]:
    """Yield where each judgement is, its query, its document, and its grade as it stands there."""
    first = next((line for _, line in lines_of(path, comments=False) if line.strip()), "")
    if [name.strip() for name in first.split("\t")] != _BEIR:
        for place, (query, _, document, grade) in _fields(path, _QRELS):
            yield place, query, document, grade
        return
    rows = _fields(path, _BEIR, "\t")
    next(rows)
    for place, (query, document, grade) in rows:
        yield place, query, document, grade


def _fields(
    path: str | os.PathLike[str], names: Iterable[str], separator: str | None = None
) -> Iterator[tuple[str, list[str]]]:
    """Yield where each line is that is not empty, and its fields."""
    expected = list(names)
    for place, line in lines_of(path, comments=False):
        fields = [field.strip() for field in line.split(separator)]
        if not any(fields):
            continue
        if len(fields) != len(expected) or not all(fields):
            raise ReadError(
                f"{place} has {len(list(filter(None, fields)))} fields where {len(expected)} were expected, "
                f"{', '.join(expected)}: {line.strip()[:80]}."
            )
        yield place, fields


def _put(rows: dict[str, dict[str, Any]], place: str, query: str, document: str, value: float) -> None:
    of_query = rows.setdefault(query, {})
    if document in of_query:
        raise ReadError(f"{place} has the document {document!r} of the query {query!r} for the second time.")
    of_query[document] = value


def _some(rows: dict[str, Any], path: str | os.PathLike[str], what: str) -> dict[str, Any]:
    if not rows:
        raise ReadError(f"{path} holds no {what}.")
    return rows


def _write(rows: list[tuple[Any, ...]], path: str | os.PathLike[str]) -> None:
    for row in rows:
        for field in row:
            if isinstance(field, str) and field.split() != [field]:
                raise ValueError(
                    f"A file of TREC has white space between its fields, so that {field!r} cannot be one of them. "
                    "Give ids without white space."
                )
    path = Path(path)
    check_target(path)
    with replacing(path) as (output,):
        text = io.TextIOWrapper(output, encoding="utf-8", newline="", write_through=True)
        text.writelines(" ".join(map(str, row)) + "\n" for row in rows)
        text.detach()
