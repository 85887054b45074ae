"""`trace`: what every step of a fitted pipeline makes of some texts."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from textvec._common.counted import counted
from textvec.encoders.encode import name_of
from textvec.encoders.pipeline_steps import best_of, decides
from textvec.text.documents import listed, refuse_missing
from textvec.text.tokens import Tokens, is_tokenized
from textvec.tracing import decisions, formulas, terms, token_steps, vectors
from textvec.tracing.items import Item, TraceStep
from textvec.tracing.result import Trace
from textvec.tracing.state import State, Teller, in_words_of

MAX_TEXTS = 20
"""Of more texts these are traced, the first of them: a page of more is read by nobody."""


def trace(model: Any, texts: Any, *, fitted_on: Any = None) -> Trace:
    r"""Trace texts through a fitted pipeline: what each step made of each word, and how each number came about.

    Every step of this package tells its part: where a token stands in the text, how it was folded, what was dropped
    and why; stems and lemmas beside their words; n-grams, counts, columns; weights with their formulas filled in, such
    as :math:`0.4308 = 1 \times (\ln(4/3) + 1) / 2.99`; a word's share of an average of word vectors; what a term gave
    to a classifier's decision, and how the probability follows. scikit-learn's vectorizers, `TfidfTransformer`,
    selectors, unions and classifiers do so, too. Of any other step there is what came in and what came out.

    All numbers are those of the pipeline itself: the texts go through its own steps, once.

    Parameters
    ----------
    model : Pipeline, transformer, classifier or index
        Fitted, and made for texts. A grid search stands for its best pipeline. For an index of this package the texts
        are queries: they go through its encoder, and the best hits are explained.
    texts : iterable of str, list of lists of str, or Tokens
        Of more than 20 texts the first 20 are traced.
    fitted_on : iterable of str or other documents, optional
        What the pipeline was fitted on. With it a term that is not in the vocabulary is told from one that `min_df`,
        `max_df` or `max_features` left out.

    Returns
    -------
    Trace
        A sequence of `TraceStep`.

    Raises
    ------
    TypeError
        If texts are one string, or the model is nothing that takes texts.
    ValueError
        If there is no text, or a step does not take what the one before it returned.
    NotFittedError
        If the model is not fitted.

    See Also
    --------
    textvec.explanation.explain : The decision of a classifier on one text, in more detail.

    Examples
    --------
    >>> from sklearn.pipeline import make_pipeline
    >>> from textvec import Stemmer, StopWords, TfidfVectorizer, Tokenizer, trace
    >>> texts = ["A great pizza", "The food is good", "Great food"]
    >>> pipeline = make_pipeline(Tokenizer(), StopWords(), Stemmer(), TfidfVectorizer()).fit(texts)
    >>> found = trace(pipeline, ["A great pasta, great food"])
    >>> [step.title for step in found]
    ['Words', 'Stop words', 'Stems', 'Counts', 'Weights']
    >>> [(item.text, item.why) for item in found["Counts"].dropped[0]]
    [('pasta', 'unknown: no text of fit has it')]
    >>> [(item.text, item.why, round(item.value, 4)) for item in found["Weights"].items[0]]
    [('great', '2 × (ln(4/3) + 1) / 2.879', 0.8944), ('food', '1 × (ln(4/3) + 1) / 2.879', 0.4472)]
    """
    model = best_of(model)
    given = texts if isinstance(texts, Tokens) else listed(texts)
    n_texts = len(given)
    if not n_texts:
        raise ValueError("trace: there is no text. Give it a list of one text or more.")
    _check_fitted(model)
    index = model if hasattr(model, "search") and hasattr(model, "query_terms") else None
    if index is not None:
        index.info()  # which raises the error of one that is not fitted
    walked = model if index is None else index.encoder_
    state = _begin(given[:MAX_TEXTS], fitted_on)
    steps: list[TraceStep] = []
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*hold no word that has a vector")  # the trace says so itself
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        for name, step in _leaves(walked):
            if decides(step) or (not hasattr(step, "transform") and hasattr(step, "predict")):
                steps.append(decisions.tell_decision(name, model, step, state))
                break
            before = state
            told, state = _tell(name, step, state)
            if before.are_cut and state.texts is not before.texts:  # words of those texts are none of these
                for each in steps:
                    each.items = [[item._replace(words=()) for item in some] for some in each.items]
            steps += told
        if index is not None:
            steps.append(decisions.tell_search("search", index, state))
    described = name_of(walked) if index is None else f"{type(index).__name__} of {name_of(walked)}"
    return Trace(described, state.texts, state.words, steps, n_texts)


def _check_fitted(model: Any) -> None:
    """Raise an error unless the model is fitted, and is something that takes texts."""
    from sklearn.exceptions import NotFittedError
    from sklearn.utils.validation import check_is_fitted

    kind = type(model).__name__
    wanted = "a fitted pipeline that takes texts, such as make_pipeline(Tokenizer(), TfidfVectorizer()).fit(texts)"
    if isinstance(model, type) or not (hasattr(model, "transform") or hasattr(model, "predict")):
        if hasattr(model, "search") and not isinstance(model, type):
            return  # an index says so itself
        what = f"the class {model.__name__}" if isinstance(model, type) else f"a {kind}"
        raise TypeError(f"trace: model must be {wanted}, but it is {what}.")
    try:
        check_is_fitted(model)
    except NotFittedError:
        raise NotFittedError(
            f"trace: this {kind} is not fitted. Call its fit(texts) first; what it learns from them is shown."
        ) from None
    except TypeError:  # no estimator of scikit-learn's kind, which cannot say whether it is fitted
        return
    if hasattr(model, "n_features_in_") and not hasattr(model, "search"):
        raise TypeError(f"trace: the {kind} was fitted on a matrix, and not on texts. Give {wanted}.")


def _begin(documents: Any, fitted_on: Any) -> State:
    documents = documents if isinstance(documents, Tokens) else list(documents)
    if isinstance(documents, Tokens) or is_tokenized(documents):
        tokens = documents if isinstance(documents, Tokens) else Tokens.from_lists(documents)
        texts, words, items = token_steps.cut_already(tokens.to_lists())
        return State(tokens.to_lists(), texts, tokens, words, items, [{} for _ in texts], fitted_on=fitted_on)
    documents = [each.as_py() if hasattr(each, "as_py") else each for each in documents]
    refuse_missing(documents, 0, None)
    for i, document in enumerate(documents):
        if not isinstance(document, str):
            raise TypeError(f"trace: text {i} is of type {type(document).__name__}, but a text is a str.")
    return State(documents, documents, documents, fitted_on=fitted_on)


def _leaves(model: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the steps of a pipeline and of the pipelines within it, with their names."""
    if type(model).__name__ == "FrozenEstimator":
        model = model.estimator
    if not hasattr(model, "steps"):
        yield prefix or type(model).__name__.lower(), model
        return
    for name, step in model.steps:
        if step is not None and not isinstance(step, str):
            yield from _leaves(step, f"{prefix}__{name}" if prefix else name)


def _tell(name: str, step: Any, state: State) -> tuple[list[TraceStep], State]:
    """Return what a step did, and the state after it."""
    if getattr(step, "input", "content") != "content":
        raise ValueError(
            f"trace: {type(step).__name__}(input={step.input!r}) reads files, and texts are the texts themselves. Set "
            "input='content' with set_params, on a copy of the model."
        )
    if hasattr(step, "transformer_list"):
        return _tell_union(name, step, state)
    if not hasattr(step, "transform"):
        raise TypeError(f"trace: the step {name!r}, a {type(step).__name__}, has no transform.")
    after = _row_for_row(name, step, step.transform(state.content), len(state.texts))
    told = _teller(step, state)(name, step, state, after)
    if isinstance(after, Tokens) and state.fitted_on is not None:
        told.state.fitted_on = step.transform(state.fitted_on)
    else:
        told.state.fitted_on = None
    return told.steps, told.state


def _row_for_row(name: str, step: Any, after: Any, n_texts: int) -> Any:
    """Return what a step returned, as something that can be read more than once and has a row for each text."""
    if isinstance(after, Iterator):
        after = list(after)
    n = after.shape[0] if hasattr(after, "shape") and after.shape else len(after) if hasattr(after, "__len__") else None
    if n != n_texts:
        came = f"a {type(after).__name__}" if n is None else counted(n, "row")
        raise ValueError(
            f"trace: the step {name!r}, a {type(step).__name__}, must return a row for each of "
            f"{counted(n_texts, 'text')}, but it returned {came}, so that words cannot be followed through it. Trace "
            "the steps before it alone, or the steps after it with what it returns."
        )
    return after


def _tell_union(name: str, union: Any, state: State) -> tuple[list[TraceStep], State]:
    """Tell of the parts of a `FeatureUnion` one after the other, and of their columns side by side."""
    from sklearn.preprocessing import FunctionTransformer

    steps: list[TraceStep] = []
    items: list[list[Item]] = [[] for _ in state.texts]
    named: list[dict[str, tuple[int, ...]]] = [{} for _ in state.texts]
    words, offset, are_columns = state.words, 0, True
    for part_name, part in union.transformer_list:
        if part in (None, "drop"):
            continue
        branch, first = state, len(steps)
        if part == "passthrough":
            part = FunctionTransformer()  # as the union does
        for leaf_name, leaf in _leaves(part, f"{name}__{part_name}"):
            told, branch = _tell(leaf_name, leaf, branch)
            steps += told
        words = words or branch.words
        branch = in_words_of(branch, steps[first:], words)
        prefix = f"{part_name}__" if union.verbose_feature_names_out else ""
        factor = (union.transformer_weights or {}).get(part_name, 1.0)
        own_items = branch.items or [[] for _ in items]  # of a part whose columns have no meaning there are none
        own_names = branch.named or [{} for _ in items]
        for some, more, known, found in zip(items, own_items, named, own_names, strict=True):
            some += [
                item._replace(
                    text=prefix + item.text, column=(item.column or 0) + offset, value=factor * (item.value or 0)
                )
                for item in more
            ]
            known |= {prefix + each: sources for each, sources in found.items()}
        are_columns = are_columns and branch.columns
        offset += branch.content.shape[1]
    after = union.transform(state.content)
    told_union = TraceStep(name, type(union).__name__, "Union", output=after)
    told_union.about = [f"The parts side by side: {after.shape[1]:,} columns."]
    if not are_columns:
        return [*steps, told_union], State(state.given, state.texts, after, words, [], named)
    told_union.items = items
    told_union.results = [[f"{len(some):,} columns are not zero."] for some in items]
    return [*steps, told_union], state.after(after, items, words=words, columns=True)


def _teller(step: Any, state: State) -> Teller:
    """Return what tells of a step, by the names of its classes, so that subclasses are known as well."""
    for each in type(step).__mro__:
        found = _OF_TEXTS.get(each.__name__) if not state.columns else _OF_COLUMNS.get(each.__name__)
        if found is not None:
            return found
    return vectors.tell_unknown


_OF_TEXTS: dict[str, Teller] = {
    "Tokenizer": token_steps.tell_tokenizer,
    "TokenStep": token_steps.tell_token_step,
    "HashingVectorizer": terms.tell_hashes,
    "CountVectorizer": terms.tell_counts,
    "OneHotVectorizer": terms.tell_counts,
    "EmbeddingVectorizer": vectors.tell_embedding,
    "SequenceEncoder": vectors.tell_sequence,
}
_OF_COLUMNS: dict[str, Teller] = {
    "TfidfTransformer": terms.teller_of_weights(formulas.about_tfidf, formulas.tfidf),
    "TfidfWeighting": terms.teller_of_weights(formulas.about_smart, formulas.smart),
    "BM25Weighting": terms.teller_of_weights(formulas.about_bm25, formulas.bm25),
    "NBWeighting": terms.tell_naive_bayes,
}
