"""Features and classifiers by short name, with the parameters that are right for text; see `choices` for the lists."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

from sklearn.base import ClassifierMixin
from sklearn.pipeline import FeatureUnion, Pipeline

from textvec._common.suggestions import did_you_mean
from textvec.classification.choices import CLASSIFIERS, FEATURES

# Where the classifiers of scikit-learn are: no other module is imported for a dotted name.
_MODULES = {
    f"sklearn.{module}"
    for module in (
        "calibration", "discriminant_analysis", "dummy", "ensemble", "gaussian_process", "linear_model",
        "model_selection", "multiclass", "multioutput", "naive_bayes", "neighbors", "neural_network",
        "semi_supervised", "svm", "tree",
    )
}  # fmt: skip

_MIN_BEGINNING = 5  # Characters of the name of a class that tell which one is meant; fewer fit several.


def classifier(name: str, **params: Any) -> Any:
    """Return a classifier by its short name, or one of scikit-learn's by its dotted name.

    ==================== ====================================== =====================================================
    name                 class                                  parameters that are not its defaults
    ==================== ====================================== =====================================================
    "nb"                 `MultinomialNB`
    "complement-nb"      `ComplementNB`
    "bernoulli-nb"       `BernoulliNB`
    "logreg"             `LogisticRegression`                   C=10.0, max_iter=1000
    "svm"                `LinearSVC`
    "nbsvm"              `NBSVMClassifier`
    "sgd"                `SGDClassifier`
    "perceptron"         `Perceptron`
    "passive-aggressive" `SGDClassifier`                        learning_rate="pa1", eta0=1.0, penalty=None
    "ridge"              `RidgeClassifier`
    "knn"                `KNeighborsClassifier`                 metric="cosine", n_neighbors=10, weights="distance"
    "centroid"           `NearestCentroid`
    "forest"             `RandomForestClassifier`               n_estimators=200
    "boosting"           `GradientBoostingClassifier`           n_estimators=200, max_depth=5, max_features="sqrt"
    "mlp"                `MLPClassifier`                        hidden_layer_sizes=(32,), learning_rate_init=0.01,
                                                                n_iter_no_change=2, tol=0.001
    "dummy"              `DummyClassifier`
    ==================== ====================================== =====================================================

    Parameters
    ----------
    name : str
        One of the names above, or the name of a classifier of scikit-learn's with its module, such as
        "sklearn.svm.SVC", which has its own defaults.
    **params : object
        Parameters of the class.

    Returns
    -------
    estimator
        A plain estimator, not fitted.

    Raises
    ------
    ValueError
        If there is no such classifier, it has no parameter of a name, or lacks one that it needs.

    Examples
    --------
    >>> from textvec.classification import classifier
    >>> classifier("logreg", class_weight="balanced")
    LogisticRegression(C=10.0, class_weight='balanced', max_iter=1000)
    >>> classifier("sklearn.svm.SVC", kernel="linear")
    SVC(kernel='linear')
    """
    cls, defaults = _class_of(name)
    _check_params(f"classifier({name!r})", params, _params(cls))
    needed = [p for p, own in inspect.signature(cls).parameters.items() if own.default is own.empty]
    missing = [p for p in needed if p not in params and p not in defaults]
    if missing:
        raise ValueError(f"classifier({name!r}) needs {missing[0]}. Pass {missing[0]}=...")
    return cls(**{**defaults, **params})


def features(name: str, **params: Any) -> Any:
    """Return what makes a matrix of texts, by its short name.

    ============ ============================================================== ======================================
    name         steps                                                          what a column is
    ============ ============================================================== ======================================
    "counts"     `CountVectorizer()`                                            how often a word is in a text
    "binary"     `CountVectorizer(binary=True)`                                 whether it is
    "tfidf"      `TfidfVectorizer()`                                            its count, more for rare words
    "bm25"       `CountVectorizer()`, `BM25Weighting()`                         its weight in search
    "nb"         `CountVectorizer(binary=True)`, `NBWeighting()`                what it says about the class
    "char"       `TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5),       two to five characters in a row,
                 sublinear_tf=True)`                                            within words
    "words+char" `FeatureUnion` of "tfidf", its `words`, and "char"             both
    "hashing"    `HashingVectorizer(n_features=2**18, alternate_sign=False)`    words that share a hash
    "embedding"  `EmbeddingVectorizer(vectors)`                                 a dimension of word vectors
    ============ ============================================================== ======================================

    Parameters
    ----------
    name : str
        One of the names above.
    **params : object
        Parameters of the steps. One goes to each step that has it; that of one step of several is `counts__min_df`,
        `weighting__alpha`, `words__ngram_range`, `char__ngram_range`. "embedding" needs `vectors`: a fitted `Word2Vec`
        or `WordVectors`.

    Returns
    -------
    estimator
        A vectorizer, a `Pipeline` or a `FeatureUnion`, not fitted.

    Raises
    ------
    ValueError
        If there is no such name, or no step has a parameter of a name.

    Examples
    --------
    >>> from textvec.classification import features
    >>> features("tfidf", ngram_range=(1, 2))
    TfidfVectorizer(ngram_range=(1, 2))
    >>> features("bm25", min_df=2, k1=2.0).named_steps
    {'counts': CountVectorizer(min_df=2), 'weighting': BM25Weighting(k1=2.0)}
    """
    known = _params_by_part(name)
    _check_params(f"features({name!r})", params, *params_of_features(name))
    if name == "embedding" and "vectors" not in params:
        raise ValueError(
            "features('embedding') needs vectors: a fitted Word2Vec, or WordVectors.read(file). Pass vectors=..."
        )
    made = []
    for part, (_, defaults) in FEATURES[name].items():
        own = {p: value for p, value in params.items() if p in known[part]}
        own |= {p.removeprefix(f"{part}__"): value for p, value in params.items() if p.startswith(f"{part}__")}
        made.append((part, FEATURES[name][part].cls(**{**defaults, **own})))
    if len(made) == 1:
        return made[0][1]
    return FeatureUnion(made) if name == "words+char" else Pipeline(made)


def params_of_classifier(name: str) -> list[str]:
    """Return the names of the parameters of a classifier."""
    return _params(_class_of(name)[0])


def params_of_features(name: str) -> tuple[list[str], list[str]]:
    """Return the names of the parameters of features: of any step, and those of one step, such as `char__min_df`."""
    known = _params_by_part(name)
    return (
        [*dict.fromkeys(p for own in known.values() for p in own)],
        [f"{part}__{p}" for part, own in known.items() for p in own],
    )


def _class_of(name: str) -> tuple[Any, Mapping[str, Any]]:
    """Return the class of a classifier, and the parameters that are not as it has them."""
    part = CLASSIFIERS.get(name)
    return (part.cls, part.params) if part else (_of_sklearn(name), {})


def _params_by_part(name: str) -> dict[str, list[str]]:
    if name not in FEATURES:
        raise ValueError(f"There are no features {name!r}. {_instead(name, FEATURES)}")
    return {name: _params(part.cls) for name, part in FEATURES[name].items()}


def _params(cls: Any) -> list[str]:
    return [*inspect.signature(cls).parameters]


def _of_sklearn(name: str) -> Any:
    """Return the class of a dotted name, if it is a classifier of scikit-learn's."""
    module, _, cls_name = name.rpartition(".")
    if not module:
        short = _short_name(name)
        there = f"Did you mean {short!r}? There are {', '.join(CLASSIFIERS)}." if short else _instead(name, CLASSIFIERS)
        raise ValueError(
            f"There is no classifier {name!r}. {there} Others of scikit-learn's have a dotted name, such as "
            "'sklearn.svm.SVC'."
        )
    if module not in _MODULES:
        raise ValueError(
            f"There is no classifier {name!r}: by a dotted name only those of scikit-learn are made, such as "
            f"'sklearn.svm.SVC', from {', '.join(sorted(_MODULES))}."
        )
    home = import_module(module)
    classifiers = {
        name: thing
        for name, thing in sorted(vars(home).items())
        if isinstance(thing, type) and issubclass(thing, ClassifierMixin) and not inspect.isabstract(thing)
        if not name.startswith("_") and thing.__module__.partition("._")[0] == module
    }
    if cls_name in classifiers:
        return classifiers[cls_name]
    if hasattr(home, cls_name):
        raise ValueError(f"{name} is no classifier. {_instead(cls_name, classifiers)}")
    raise ValueError(f"{module} has no {cls_name!r}. {_instead(cls_name, classifiers)}")


def _short_name(name: str) -> str | None:
    """Return the short name of a classifier that is called by the name of its class, or by the beginning of that."""
    begins = "".join(filter(str.isalnum, name)).lower()
    if len(begins) < _MIN_BEGINNING:
        return None
    classes = {short: part.home.partition(":")[2].lower() for short, part in CLASSIFIERS.items()}
    return next((short for short, cls in classes.items() if cls.startswith(begins)), None)


def _check_params(who: str, params: Mapping[str, Any], known: Iterable[str], also: Iterable[str] = ()) -> None:
    """Raise an error that lists the parameters there are, unless each is one of them."""
    known = list(known)
    for name in params:
        if name not in [*known, *also]:
            raise ValueError(f"{who} has no parameter {name!r}. {_instead(name, known)}")


def _instead(name: str, known: Iterable[str]) -> str:
    """Return what may have been meant, and all that there is."""
    known = list(known)
    return f"{did_you_mean(name, known)} There are {', '.join(known)}.".lstrip()
