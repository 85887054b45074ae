"""A classifier of texts from what a command line says: names, and parameters as texts.

A parameter goes to that of the two, features and classifier, that has one of its name; where both have, `features__` or
`classifier__` before the name decides.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Mapping
from typing import Any

from sklearn.pipeline import Pipeline

from textvec.classification import by_name
from textvec.classification.choices import CLASSIFIERS
from textvec.classification.pipelines import text_classifier

OF_FEATURES, OF_CLASSIFIER = "features__", "classifier__"
_JSON = {"true": True, "false": False, "null": None}


def parsed(text: str) -> Any:
    """Return the value that a text stands for as Python or JSON writes it: a number, True, None, a list; or the text.

    Two whole numbers with a dash between are a range. Nothing is run.

    Examples
    --------
    >>> [parsed(text) for text in ("0.5", "1e-3", "true", "None", "1-2", "(64, 32)", "balanced", "'5'")]
    [0.5, 0.001, True, None, (1, 2), (64, 32), 'balanced', '5']
    """
    text = text.strip()
    if text in _JSON:
        return _JSON[text]
    first, dash, second = text.partition("-")
    if dash and all(part.isascii() and part.isdecimal() for part in (first, second)):
        return int(first), int(second)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that Python does not know, as in the pattern '\\w+'
            return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return text


def classifier_of_options(
    features: str,
    classifier: str,
    params: Mapping[str, Any],
    *,
    ngrams: tuple[int, int] | None = None,
    class_weight: str | None = None,
    random_state: int | None = None,
    vectors: Any = None,
    tokenizer: str | None = None,
    stop_words: str | Iterable[str] | None = None,
    stem: str | None = None,
) -> Pipeline:
    """Return the pipeline that options ask for.

    Parameters
    ----------
    features, classifier : str
        Names, as `text_classifier` takes them.
    params : mapping of str to object
        Parameters of either.
    ngrams : tuple of (int, int), optional
        The `ngram_range` of the features, in "words+char" that of words.
    class_weight : str, optional
        That of the classifier, which has to have one.
    random_state : int, optional
        That of the classifier, if it has one.
    vectors : WordVectors, optional
        Those of "embedding".
    tokenizer, stop_words, stem
        As `text_classifier` takes them.

    Raises
    ------
    ValueError
        If there is no such name, neither or both have a parameter, one is given twice, or the two do not go together.

    Examples
    --------
    >>> classifier_of_options("tfidf", "logreg", {"C": 2.0, "min_df": 3}, class_weight="balanced")
    TextClassifier(steps=[('features', TfidfVectorizer(min_df=3)),
                          ('classifier',
                           LogisticRegression(C=2.0, class_weight='balanced',
                                              max_iter=1000))])
    """
    of_features, of_classifier = _split(features, classifier, params)
    known = by_name.params_of_classifier(classifier)
    if ngrams is not None:
        name = ngram_param(features)
        if not {name, "ngram_range"}.isdisjoint(of_features):
            raise ValueError("The lengths of n-grams are given twice, as such and as the parameter ngram_range.")
        of_features[name] = ngrams
    if class_weight is not None:
        if "class_weight" not in known:
            having = [each for each in CLASSIFIERS if "class_weight" in by_name.params_of_classifier(each)]
            raise ValueError(f"The classifier {classifier!r} has no class_weight. These have: {', '.join(having)}.")
        of_classifier.setdefault("class_weight", class_weight)
    if random_state is not None and "random_state" in known:
        of_classifier.setdefault("random_state", random_state)
    if vectors is not None:
        of_features["vectors"] = vectors
    return text_classifier(
        by_name.features(features, **of_features) if of_features else features,
        by_name.classifier(classifier, **of_classifier) if of_classifier else classifier,
        tokenizer=tokenizer,
        stop_words=stop_words,
        stem=stem,
    )


def features_of_options(
    names: Iterable[str], *, ngrams: tuple[int, int] | None = None, vectors: Any = None
) -> dict[str, Any]:
    """Return the features that options ask for, by their names, each a name or an estimator.

    Parameters
    ----------
    names : iterable of str
        As `features` takes them.
    ngrams : tuple of (int, int), optional
        The `ngram_range` of all features that are made of words.
    vectors : WordVectors, optional
        Those of "embedding".

    Examples
    --------
    >>> features_of_options(["tfidf", "char"], ngrams=(1, 2))
    {'tfidf': TfidfVectorizer(ngram_range=(1, 2)), 'char': 'char'}
    """
    found: dict[str, Any] = {}
    for name in names:
        found[name] = name
        if name == "embedding":
            found[name] = by_name.features(name, vectors=vectors)
        elif ngrams is not None and name != "char":
            found[name] = by_name.features(name, **{ngram_param(name): ngrams})
    return found


def ngram_param(features: str) -> str:
    """Return the parameter of features that is the lengths of their n-grams: in "words+char" of those of words.

    Raises
    ------
    ValueError
        If they have none.
    """
    plain, of_steps = by_name.params_of_features(features)
    for name in ("words__ngram_range", "ngram_range"):
        if name in (*plain, *of_steps):
            return name
    raise ValueError(f"The features {features!r} have no n-grams.")


def _split(features: str, classifier: str, params: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the parameters of features, and those of the classifier."""
    plain, of_steps = by_name.params_of_features(features)
    known = {OF_FEATURES: [*plain, *of_steps], OF_CLASSIFIER: by_name.params_of_classifier(classifier)}
    split: dict[str, dict[str, Any]] = {OF_FEATURES: {}, OF_CLASSIFIER: {}}
    for given, value in params.items():
        owners = [owner for owner, names in known.items() if given in names]
        for owner in known:
            if given.startswith(owner):
                owners, given = [owner], given.removeprefix(owner)
        if not owners or given not in known[owners[0]]:
            raise ValueError(
                f"Neither the features {features!r} nor the classifier {classifier!r} have a parameter {given!r}. "
                f"The features have {', '.join(plain)}. The classifier has {', '.join(known[OF_CLASSIFIER])}."
            )
        if len(owners) > 1:
            raise ValueError(
                f"Both the features {features!r} and the classifier {classifier!r} have a parameter {given!r}: say "
                f"{OF_FEATURES}{given} or {OF_CLASSIFIER}{given}."
            )
        if given in split[owners[0]]:
            raise ValueError(f"The parameter {given!r} is given twice.")
        split[owners[0]][given] = value
    return split[OF_FEATURES], split[OF_CLASSIFIER]
