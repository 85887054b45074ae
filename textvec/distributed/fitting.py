"""Estimators and pipelines fitted on documents that lie in pieces: a pass over them for each step that learns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sklearn.base import clone
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils import get_tags

from textvec.distributed.sums import check_sums, passes
from textvec.engines import engine_for, fit_spread, spread_of

_Fit = Callable[[Any], Any]


def fit(
    estimator: Any,
    documents: Any,
    y: str | None = None,
    *,
    column: str | None = None,
    engine: Any = None,
    progress: Callable[[int, int], object] | None = None,
) -> Any:
    r"""Fit an estimator, or a pipeline, on documents that lie in pieces; the result is that of one machine.

    Each step of a pipeline that learns reads all documents once, or twice (see `passes`), through the steps before it,
    which are fitted then and sent to the workers. Nothing but states comes back.

    Parameters
    ----------
    estimator : estimator, Pipeline or FeatureUnion
        What learns in it learns by sums: see `partial`. What learns nothing, such as a `Tokenizer` or a
        `HashingVectorizer`, needs no pass. It is not changed.
    documents : dask DataFrame, Series or Bag, ray Dataset, Files, str, path, or a list of these
        The texts. A path or pattern names Parquet, JSON lines or text files, which the workers read themselves.
    y : str, default=None
        The column that holds the class of each document, for an estimator that needs it.
    column : str, default=None
        The column that holds the texts; by default the only one of strings, or the one with a name such as text.
    engine : distributed.Client or str, default=None
        Who does the work; by default what fits the documents, see `textvec.engines.engine_for`.
    progress : callable, default=None
        It is called in each pass with the numbers of pieces that are done and of all.

    Returns
    -------
    estimator
        A fitted clone, equal to one that was fitted on all documents at once. It is an ordinary estimator, which needs
        no engine.

    Raises
    ------
    TypeError
        If a step does not learn by sums; nothing is read then.
    ValueError
        If y is needed and not named, or for the reasons that the estimator's `fit` has.

    See Also
    --------
    partial, merge, finish : The same without an engine.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from sklearn.pipeline import make_pipeline
    >>> from textvec import BM25Weighting, CountVectorizer, Stemmer
    >>> from textvec.distributed import fit
    >>> with TemporaryDirectory() as folder:
    ...     for name, text in {"a.txt": "good bees\nhoney\n", "b.txt": "a bee\n"}.items():
    ...         _ = Path(folder, name).write_text(text)
    ...     encoder = fit(make_pipeline(Stemmer(), CountVectorizer(), BM25Weighting()), folder)
    >>> encoder[1].get_feature_names_out()
    array(['bee', 'good', 'honey'], dtype=object)
    >>> encoder.transform(["more honey"]).toarray().round(2)
    array([[0.  , 0.  , 0.44]])
    """
    check_steps(estimator, y)
    documents = spread_of(documents)
    with engine_for(documents, engine) as chosen:

        def learn(step: Any) -> Any:
            return fit_spread(step, documents, y, chosen, column=column, progress=progress)

        return _fitted(estimator, [], learn)


class AfterSteps:
    """A step of a pipeline that learns from texts, through the fitted steps before it.

    Parameters
    ----------
    before : sequence of transformers
    step : estimator
        It has the methods `_partial`, `_merge` and `_finish`, and is fitted.
    """

    def __init__(self, before: Sequence[Any], step: Any) -> None:
        self._before = list(before)
        self._step = step
        self._passes = passes(step)
        self._merge = step._merge

    def _partial(self, documents: Any, y: Any = None) -> Any:
        for step in self._before:
            documents = step.transform(documents)
        return self._step._partial(documents) if y is None else self._step._partial(documents, y)

    def _finish(self, state: Any) -> Any:
        return self._step._finish(state)


def check_steps(estimator: Any, y: str | None) -> None:
    """Raise an error unless everything that learns in an estimator learns by sums, and has the classes it needs."""
    for step in _leaves(estimator):
        if passes(step) and get_tags(step).target_tags.required and y is None:
            raise ValueError(
                f"{type(step).__name__} learns from the class of each document: name the column that holds it, "
                "fit(..., y='label')."
            )


def _leaves(estimator: Any) -> list[Any]:
    if isinstance(estimator, Pipeline):
        parts = [step for _, step in estimator.steps]
    elif isinstance(estimator, FeatureUnion):
        parts = [step for _, step in estimator.transformer_list]
    elif type(estimator).__name__ == "ColumnTransformer":
        raise TypeError(
            "ColumnTransformer takes tables, and documents that lie in pieces are one column of texts. Fit what it "
            "does to the column of texts by itself."
        )
    else:
        return [estimator]
    return [leaf for part in parts if not _passed_through(part) for leaf in _leaves(part)]


def _passed_through(step: Any) -> bool:
    return step is None or isinstance(step, str)


def _fitted(estimator: Any, before: list[Any], learn: _Fit) -> Any:
    """Return a fitted clone of an estimator that comes after fitted steps."""
    if _passed_through(estimator):
        return estimator
    made = clone(estimator)
    if isinstance(made, Pipeline):
        before = list(before)
        for i, (name, step) in enumerate(made.steps):
            step = _fitted(step, before, learn)
            made.steps[i] = (name, step)
            before += [] if _passed_through(step) else [step]
        return made
    if isinstance(made, FeatureUnion):
        made.transformer_list = [(name, _fitted(step, before, learn)) for name, step in made.transformer_list]
        return made
    if not passes(made):
        return made.fit([])
    check_sums(made)
    return learn(AfterSteps(before, made))
