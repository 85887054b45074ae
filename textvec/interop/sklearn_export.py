"""Out to scikit-learn: a fitted model of textvec as one that needs no textvec where it is loaded.

What comes out is made by scikit-learn's own classes, with the same parameters and all that was learnt, so that it makes
the same numbers and, fitted again, learns the same. What scikit-learn cannot do so is refused, never nearly done.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from copy import copy, deepcopy
from numbers import Integral
from pathlib import Path
from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction import text as sklearn_text
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.utils.validation import check_is_fitted

from textvec._common.diagram import is_estimator
from textvec.classification.text_pipeline import TextClassifier
from textvec.encoders.pipeline_steps import steps_of
from textvec.interop._parts import Parts
from textvec.interop._purity import foreign_to_sklearn
from textvec.interop.standalone import write_standalone
from textvec.preprocessing import StopWords, Tokenizer
from textvec.preprocessing._base import Step
from textvec.vectorizers import CountVectorizer, HashingVectorizer, OneHotVectorizer, TfidfVectorizer
from textvec.weightings import TfidfWeighting

_STANDALONE = "A module that needs NumPy only can do more: to_sklearn(model, standalone=True, path=...)"
_KEEP = "textvec.save writes the model as it is, to be loaded with textvec"

_PEERS = {
    CountVectorizer: sklearn_text.CountVectorizer,
    TfidfVectorizer: sklearn_text.TfidfVectorizer,
    HashingVectorizer: sklearn_text.HashingVectorizer,
}
_ADDED = ("missing", "keep_names")
"""Parameters that scikit-learn's vectorizers do not have."""
_OWN_PARTS = {"input": "content", "analyzer": "word", "preprocessor": None, "tokenizer": None}
"""Parameters of a vectorizer that takes words as they are given to it."""

_REASONS = {
    "BM25Weighting": "scikit-learn has no BM25",
    "NBWeighting": "scikit-learn has no weighting by log-count ratios",
    "NBSVMClassifier": "scikit-learn has no NBSVM",
    "EmbeddingVectorizer": "scikit-learn has no word vectors",
    "Word2Vec": "scikit-learn has no word vectors",
    "Stemmer": "scikit-learn has no stemmer",
    "Lemmatizer": "scikit-learn has no lemmatizer",
    "Phrases": "scikit-learn does not find phrases",
    "SequenceEncoder": "scikit-learn has no rows of word numbers",
}
_IN_STANDALONE = ("BM25Weighting", "NBWeighting", "NBSVMClassifier", "EmbeddingVectorizer")
_TF = {"raw": False, "log": True}
"""The `tf` of `TfidfWeighting` as the `sublinear_tf` of `TfidfTransformer`."""
_IDF = {
    "smooth": {"use_idf": True, "smooth_idf": True},
    "plus_one": {"use_idf": True, "smooth_idf": False},
    "none": {"use_idf": False},
}
_NORMS = {"l1": "l1", "l2": "l2", "none": None}


def to_sklearn(model: Any, *, standalone: bool = False, path: str | Path | None = None) -> Any:
    r"""Return a fitted model as one of scikit-learn's alone, which needs no textvec where it is loaded.

    Parameters
    ----------
    model : estimator
        Fitted: a vectorizer, a `TfidfWeighting`, or whatever of scikit-learn's holds some of these, in any depth:
        pipelines, unions, column transformers, searches, other meta-estimators. It is not changed.
    standalone : bool, default=False
        Whether to write one Python file instead, a module that imports NumPy and the standard library only. It can do
        some of what scikit-learn cannot: BM25, naive Bayes weights, every `TfidfWeighting`, average word vectors,
        each before a linear classifier or without one. See the guide.
    path : str or Path, optional
        Where to write the module; by default "standalone_model.py" in the current folder. A file there is replaced only
        if this function wrote it.

    Returns
    -------
    estimator or Path
        The model made of scikit-learn's classes, fitted; it shares nothing with `model`. With `standalone`, the path.

    Raises
    ------
    NotFittedError
        If the model is not fitted.
    ValueError
        If there is something in the model that scikit-learn cannot do exactly; the message says what, and the way out.
    TypeError
        If it is no estimator.
    FileExistsError
        If there is a file at `path` that this function did not write.

    See Also
    --------
    textvec.save : The model as it is, with textvec, in a file that cannot run code.

    Notes
    -----
    A `Tokenizer` with a regular expression and `StopWords` become parameters of the vectorizer after them. What
    textvec adds is lost: `Tokens` and lists of words as documents, `partial_fit`, `terms`, generators that are read in
    pieces, and the speed.

    Examples
    --------
    >>> import textvec
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.pipeline import make_pipeline
    >>> from textvec import StopWords, TfidfVectorizer, Tokenizer
    >>> texts = ["win a free prize", "free entry, win cash", "see you at lunch", "lunch is at one"]
    >>> model = make_pipeline(Tokenizer(r"\w+"), StopWords(["a", "at"]), TfidfVectorizer(), LogisticRegression())
    >>> plain = textvec.to_sklearn(model.fit(texts, ["spam", "spam", "ham", "ham"]))
    >>> type(plain[0])
    <class 'sklearn.feature_extraction.text.TfidfVectorizer'>
    >>> plain[0].stop_words, plain[0].token_pattern
    (['a', 'at'], '\\w+')
    >>> plain.predict(["a free lunch for you"]) == model.predict(["a free lunch for you"])
    array([ True])
    """
    check_fitted(model, "to_sklearn")
    if standalone:
        return write_standalone(model, path)
    if path is not None:
        raise ValueError("to_sklearn writes a file only with standalone=True; without, it returns an estimator.")
    exported = _exported(model, ())
    foreign = foreign_to_sklearn(exported)
    if foreign:
        raise ValueError(f"to_sklearn: the {type(model).__name__} holds {foreign}, which is textvec's. {_KEEP}.")
    return exported


def check_fitted(model: Any, caller: str) -> None:
    """Raise an error unless a model is a fitted estimator."""
    name = type(model).__name__
    if not is_estimator(model):
        raise TypeError(f"{caller}: a fitted estimator was expected, but a {name} was given: {model!r:.60}.")
    if isinstance(model, CountVectorizer) and model.vocabulary is not None and not isinstance(model, TfidfVectorizer):
        return  # its terms need no documents
    try:
        check_is_fitted(model)
    except NotFittedError:
        raise NotFittedError(f"{caller}: the {name} is not fitted. Fit it first: model.fit(documents).") from None


def _exported(model: Any, before: tuple[Any, ...]) -> Any:
    """Return a copy of a model without textvec, given the steps from texts to words before it."""
    parts = Parts(model)
    for found in parts.walk():
        if is_estimator(found.value):
            other = _of_sklearn(found.value, before)
            if other is not found.value:
                parts.others[id(found.value)] = other
    new = {id(other): other for other in parts.others.values()}  # which need no other copy
    return deepcopy(parts.replaced(), new)


def _of_sklearn(part: Any, before: tuple[Any, ...]) -> Any:
    """Return what does the same as an estimator; the estimator itself where only parts of it are to be replaced."""
    kind = type(part)
    if isinstance(part, Pipeline):
        return _pipeline(part, before)
    if kind in _PEERS:
        return _vectorizer(part, before)
    if kind is OneHotVectorizer:
        return _vectorizer(part._counter if hasattr(part, "_counter") else part._new_counter(), before, part)
    if kind is TfidfWeighting:
        return _weighting(part)
    if kind.__module__.partition(".")[0] == "textvec":
        raise _refused(part, _STANDALONE if kind.__name__ in _IN_STANDALONE else _KEEP)
    ours = next((each.__name__ for each in kind.__mro__ if each.__module__.partition(".")[0] == "textvec"), None)
    if ours:
        raise ValueError(
            f"to_sklearn: {kind.__name__} is a class of {kind.__module__}, derived from textvec's {ours}, and may do "
            f"anything. Use {ours} itself, or derive the class from scikit-learn's."
        )
    if isinstance(part, ColumnTransformer):
        _check_columns(part)
    if before and not isinstance(part, FeatureUnion | FrozenEstimator):
        raise ValueError(
            f"to_sklearn: {_names(before)} makes words, which only textvec's classes take as they are, but a "
            f"{kind.__name__} is given them. Put a vectorizer of textvec between the two."
        )
    return part


def _refused(part: Any, way_out: str) -> ValueError:
    name = type(part).__name__
    reason = _REASONS.get(name, "scikit-learn has nothing that does the same")
    return ValueError(f"to_sklearn: {name} has no counterpart: {reason}. {way_out}.")


def _pipeline(pipeline: Pipeline, before: tuple[Any, ...]) -> Pipeline:
    """Return a pipeline whose vectorizers do what the word steps before them did."""
    kind = type(pipeline)
    steps: list[tuple[str, Any]] = []
    for name, step in pipeline.steps:
        if step is not None and step != "passthrough" and all(isinstance(each, Step) for each in steps_of(step)):
            before += tuple(steps_of(step))
            continue
        is_nothing = step is None or step == "passthrough"
        steps.append((name, step if is_nothing else _exported(step, before)))
        before = before if is_nothing else ()
    if before:
        _word_parameters(before)  # says what else is refused
        raise ValueError(
            f"to_sklearn: the {kind.__name__} ends with {_names(before)}, whose result is Tokens, which only textvec "
            "has. Export it with the vectorizer that comes next."
        )
    made: Any = object.__new__(Pipeline if kind is TextClassifier else kind)
    vars(made).update({name: steps if name == "steps" else deepcopy(each) for name, each in vars(pipeline).items()})
    return made


def _vectorizer(ours: Any, before: tuple[Any, ...], shown: Any = None) -> Any:
    """Return scikit-learn's vectorizer with the parameters of ours and of the word steps before it, and its terms."""
    ours = copy(ours)  # asking for terms may change what an object remembers of them
    shown = type(ours if shown is None else shown).__name__
    params = {name: deepcopy(value) for name, value in ours.get_params(deep=False).items() if name not in _ADDED}
    if isinstance(params.get("vocabulary"), Mapping):
        params["vocabulary"] = dict(params["vocabulary"])  # ours may be a subclass
    if before:
        own = [f"{name}={params[name]!r:.40}" for name, value in _OWN_PARTS.items() if params[name] != value]
        if own or ours.ngram_range[0] < 1:
            raise ValueError(f"to_sklearn: {shown}({', '.join(own) or 'ngram_range'}) after {_names(before)}.")
        words = _word_parameters(before)
        stop_words = {*words.pop("stop_words"), *(ours.get_stop_words() or ())}
        params |= {**words, "stop_words": sorted(stop_words) or None}
    else:
        _check_missing(ours, shown)
    _check_output(ours, shown)
    made = _PEERS[type(ours)](**params)
    if hasattr(ours, "ngrams_"):
        made.vocabulary_ = dict(ours.ngrams_.columns_by_name())
        made.fixed_vocabulary_ = bool(getattr(ours, "fixed_vocabulary_", ours.vocabulary is not None))
    if hasattr(ours, "_tfidf"):
        made._tfidf = deepcopy(ours._tfidf)
    return made


def _word_parameters(before: tuple[Any, ...]) -> dict[str, Any]:
    """Return the parameters by which a vectorizer of scikit-learn's finds the words that some steps make."""
    if type(before[0]) is not Tokenizer:
        before = Tokenizer(), *before  # with which every step cuts text
    tokenizer, pattern = before[0], before[0].pattern
    _check_missing(tokenizer, "Tokenizer")
    stop_words: set[str] = set()
    for i, step in enumerate(before[1:], 1):
        if type(step) is StopWords:
            listed = step if hasattr(step, "stop_words_") else copy(step).fit([])
            stop_words.update(listed._query_steps(before[:i], [])[0]["words"])
        elif type(step) is not Tokenizer:  # a second one leaves words as they are
            raise _refused(step, _KEEP)
    if tokenizer.normalize is not None:
        raise ValueError(f"to_sklearn: Tokenizer(normalize={tokenizer.normalize!r}) has no counterpart. {_STANDALONE}.")
    if pattern == "whitespace" and tokenizer.strip_accents is None:
        pattern = r"\S+"  # no letter case depends on what is beyond white space
    elif not tokenizer._is_regular_expression:
        raise ValueError(
            f"to_sklearn: scikit-learn finds words by a regular expression, and Tokenizer(pattern={pattern!r:.40}) is "
            f"none. {_KEEP}."
        )
    return {
        "token_pattern": pattern,
        "lowercase": bool(tokenizer.lowercase),
        "strip_accents": tokenizer.strip_accents,
        "stop_words": stop_words,
    }


def _weighting(ours: TfidfWeighting) -> Any:
    """Return scikit-learn's transformer of counts for one of ours."""
    natural = math.isclose(ours.log_base, math.e, rel_tol=1e-15)
    possible = {
        f"tf={ours.tf!r}": ours.tf in _TF,
        f"idf={ours.idf!r}": ours.idf in _IDF,
        f"norm={ours.norm!r}": ours.norm in _NORMS,
        f"log_base={ours.log_base!r}": natural or (ours.tf != "log" and ours.idf == "none"),
        "queries": ours.queries is None,
    }
    beyond = [name for name, can in possible.items() if not can]
    if beyond:
        raise ValueError(
            f"to_sklearn: scikit-learn's TfidfTransformer has no {', '.join(beyond)} of TfidfWeighting. It has tf "
            "'raw' and 'log', idf 'smooth', 'plus_one' and 'none', norm 'l1', 'l2' and 'none', and natural logarithms. "
            f"{_STANDALONE}."
        )
    _check_output(ours, "TfidfWeighting")
    made = sklearn_text.TfidfTransformer(norm=_NORMS[ours.norm], sublinear_tf=_TF[ours.tf], **_IDF[ours.idf])
    if hasattr(ours, "idf_"):
        made.n_features_in_ = ours.n_features_in_
        if hasattr(ours, "feature_names_in_"):
            made.feature_names_in_ = ours.feature_names_in_.copy()
        if made.use_idf:
            made.idf_ = ours.idf_.copy()
    return made


def _check_missing(step: Any, name: str) -> None:
    if step.missing != "error":
        raise ValueError(
            f"to_sklearn: {name}(missing={step.missing!r}) takes missing documents for empty ones, which scikit-learn "
            "does not. Fill them in before, and call set_params(missing='error') on it: what it learnt stays."
        )


def _check_output(step: Any, name: str) -> None:
    output = getattr(step, "_sklearn_output_config", {}).get("transform", "default")
    if output != "default":
        raise ValueError(
            f"to_sklearn: set_output(transform={output!r}) was called on {name}, and scikit-learn makes no tables of "
            "sparse matrices. Call set_output(transform='default') on it first."
        )


def _check_columns(transformer: ColumnTransformer) -> None:
    """Raise an error if a table of one column is given to a vectorizer, for whose rows scikit-learn takes the names."""
    for name, part, columns in [*transformer.transformers, *getattr(transformer, "transformers_", ())]:
        if is_estimator(part) and _reads_text(part) and not isinstance(columns, str | Integral):
            raise ValueError(
                f"to_sklearn: in the ColumnTransformer, {name!r} is given a table, by {columns!r:.60}, and a "
                "vectorizer of scikit-learn takes one column only. Name the column alone, not in a list, and fit again."
            )


def _reads_text(part: Any) -> bool:
    first = next(iter(steps_of(part)), None)
    if isinstance(first, FeatureUnion):
        return any(is_estimator(each) and _reads_text(each) for _, each in first.transformer_list)
    return isinstance(first, Step | OneHotVectorizer) or type(first) in _PEERS


def _names(steps: tuple[Any, ...]) -> str:
    return " and ".join(type(step).__name__ for step in steps)
