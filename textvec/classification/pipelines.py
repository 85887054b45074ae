"""Features and a classifier as one pipeline, from texts to decisions; pairs that cannot work are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sklearn.base import is_classifier
from sklearn.decomposition import PCA, TruncatedSVD
from sklearn.naive_bayes import BernoulliNB
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import get_tags

from textvec.classification import by_name
from textvec.classification.choices import CLASSIFIERS, FEATURES
from textvec.classification.text_pipeline import TextClassifier
from textvec.embeddings import EmbeddingVectorizer
from textvec.encoders.pipeline_steps import steps_of
from textvec.preprocessing.text_steps import text_steps
from textvec.vectorizers import CountVectorizer, HashingVectorizer, TfidfVectorizer
from textvec.weightings import NBWeighting

NEGATIVE = "negative values"
DENSE = "dense rows"
SPARSE = "sparse rows"
# What makes dense rows with values on both sides of zero: averages of word vectors, and what often comes after vectors.
_AROUND_ZERO = (EmbeddingVectorizer, StandardScaler, PCA, TruncatedSVD)


def text_classifier(
    features: Any = "tfidf",
    classifier: Any = "logreg",
    *,
    tokenizer: str | Callable[[str], list[str]] | None = None,
    stop_words: str | Iterable[str] | None = None,
    stem: str | None = None,
) -> TextClassifier:
    """Return a pipeline that learns the classes of texts.

    Its steps are `tokenizer`, `stop_words`, `stemmer`, where they are asked for, `features` and `classifier`.

    Parameters
    ----------
    features : str or estimator, default="tfidf"
        A name that `features` knows, or what makes a matrix of texts: `features("tfidf", min_df=2)`, any vectorizer.
    classifier : str or estimator, default="logreg"
        A name that `classifier` knows, or a classifier: `classifier("svm", C=0.5)`, any of scikit-learn's.
    tokenizer : str or callable, optional
        What words are, as `pattern` of `Tokenizer`; "unicode", for example.
    stop_words : str or iterable of str, optional
        Words to leave out, or the name of a list, as `StopWords` takes them; "english", for example.
    stem : str, optional
        How words are stemmed: "snowball", "porter", "lancaster", or "snowball:german" for another language.

    Returns
    -------
    TextClassifier
        A `sklearn.pipeline.Pipeline`, not fitted.

    Raises
    ------
    ValueError
        If there is no such name; the classifier cannot learn from what the features are; or features that need the
        text, those of characters, come after a step that cuts it into words.
    TypeError
        If one of the two is neither a name nor an estimator of its kind.

    See Also
    --------
    features, classifier : What the names stand for, with other parameters.

    Examples
    --------
    >>> from textvec.classification import text_classifier
    >>> texts = ["win a free prize", "free entry, win cash", "see you at lunch", "lunch is at one"]
    >>> model = text_classifier("counts", "nb", stem="snowball").fit(texts, ["spam", "spam", "ham", "ham"])
    >>> model.predict(["prizes for free", "lunch?"])
    array(['spam', 'ham'], dtype='<U4')
    """
    encoder, model = as_encoder(features), as_model(classifier)
    _check_pair(_shown(features), encoder, _shown(classifier), model)
    steps = _word_steps(features, encoder, tokenizer, stop_words, stem)
    return TextClassifier([*steps, ("features", encoder), ("classifier", model)])


def text_features(
    features: Any = "tfidf",
    *,
    tokenizer: str | Callable[[str], list[str]] | None = None,
    stop_words: str | Iterable[str] | None = None,
    stem: str | None = None,
) -> Pipeline:
    """Return a pipeline that makes a matrix of texts: that of `text_classifier`, without the classifier.

    Its steps are `tokenizer`, `stop_words`, `stemmer`, where they are asked for, and `features`.

    Parameters
    ----------
    features : str or estimator, default="tfidf"
        A name that `features` knows, or what makes a matrix of texts.
    tokenizer : str or callable, optional
        What words are, as `pattern` of `Tokenizer`.
    stop_words : str or iterable of str, optional
        Words to leave out, or the name of a list, as `StopWords` takes them.
    stem : str, optional
        How words are stemmed: "snowball", for example, or "snowball:german".

    Returns
    -------
    Pipeline
        Not fitted.

    Raises
    ------
    ValueError
        If there is no such name, or features that need the text, those of characters, come after a step that cuts it
        into words.
    TypeError
        If it is neither a name nor an estimator with `transform`.

    Examples
    --------
    >>> from textvec.classification import text_features
    >>> text_features("counts", stem="snowball").fit_transform(["win a prize", "prizes won"]).toarray()
    array([[1, 1, 0],
           [1, 0, 1]])
    """
    encoder = as_encoder(features)
    return Pipeline([*_word_steps(features, encoder, tokenizer, stop_words, stem), ("features", encoder)])


def as_encoder(features: Any) -> Any:
    """Return the estimator that makes the features: that of a name, or the one that was given."""
    encoder = by_name.features(features) if isinstance(features, str) else features
    if not hasattr(encoder, "transform") or isinstance(encoder, type):
        raise TypeError(f"features must be a name or an estimator with transform, but it is {encoder!r:.100}.")
    return encoder


def as_model(classifier: Any) -> Any:
    """Return the classifier of a name, or the one that was given."""
    model = by_name.classifier(classifier) if isinstance(classifier, str) else classifier
    if isinstance(model, type) or not hasattr(model, "fit") or not is_classifier(model):
        raise TypeError(f"classifier must be a name or a classifier, but it is {model!r:.100}.")
    return model


def clash_of(encoder: Any, model: Any) -> set[str]:
    """Return what the features are that the classifier does not take; nothing, if it can learn from them."""
    return _made_by(encoder) & _refused_by(model)


def needs_text(encoder: Any) -> bool:
    """Tell whether an encoder needs the text, of which a step before it would leave words only."""
    parts = [step for e in [encoder, *_outputs(encoder)] for step in (steps_of(e) if e is not None else [])]
    return any(
        isinstance(part, CountVectorizer | TfidfVectorizer | HashingVectorizer) and part.analyzer in ("char", "char_wb")
        for part in parts
    )


def _word_steps(
    features: Any, encoder: Any, tokenizer: Any, stop_words: Any, stem: str | None
) -> list[tuple[str, Any]]:
    """Return the steps from texts to words, if there is anything to be done in them."""
    if tokenizer is None and stop_words is None and stem is None:
        return []
    _check_takes_words(_shown(features), encoder)
    return text_steps(tokenizer, stop_words, stem)


def _shown(part: Any) -> str:
    return repr(part) if isinstance(part, str) else type(part).__name__


def _check_pair(features: str, encoder: Any, classifier: str, model: Any) -> None:
    """Raise an error with the pairs that work unless this one does."""
    clash = clash_of(encoder, model)
    if not clash:
        return
    encoders = {name: by_name.features(name, **_needed(name)) for name in FEATURES}
    models = {name: by_name.classifier(name) for name in CLASSIFIERS}
    fitting_features = [name for name, e in encoders.items() if not clash_of(e, model)]
    fitting_models = [name for name, m in models.items() if not clash_of(encoder, m)]
    raise ValueError(
        f"The classifier {classifier} cannot learn from the features {features}: they are {' and '.join(sorted(clash))}"
        f", which it does not take. Classifiers for {features}: {', '.join(fitting_models)}. Features for "
        f"{classifier}: {', '.join(fitting_features)}."
    )


def _needed(name: str) -> dict[str, Any]:
    return {"vectors": None} if name == "embedding" else {}


def _outputs(encoder: Any) -> list[Any]:
    """Return the estimators whose rows an encoder gives: the last step of a pipeline, each part of a union."""
    if isinstance(encoder, FeatureUnion):
        return [last for _, part in encoder.transformer_list for last in _outputs(part)]
    last = steps_of(encoder)[-1]
    return _outputs(last) if isinstance(last, FeatureUnion) else [last]


def _made_by(encoder: Any) -> set[str]:
    """Return what is known of the rows that an encoder makes; of most that are not textvec's, nothing."""
    made = set()
    for last in _outputs(encoder):
        if isinstance(last, _AROUND_ZERO):
            made |= {NEGATIVE, DENSE}
        elif isinstance(last, NBWeighting) or (isinstance(last, HashingVectorizer) and last.alternate_sign):
            made |= {NEGATIVE, SPARSE}
        elif type(last).__module__.startswith("textvec."):
            made |= {SPARSE}
    return made


def _refused_by(model: Any) -> set[str]:
    """Return what a classifier does not take; Bernoulli naive Bayes would take a negative value for no occurrence."""
    tags = get_tags(model).input_tags
    refused = {NEGATIVE} if tags.positive_only or isinstance(model, BernoulliNB) else set()
    return refused if tags.sparse else {*refused, SPARSE}


def _check_takes_words(features: str, encoder: Any) -> None:
    """Raise an error if an encoder needs the text, of which a step before it would leave words only."""
    if needs_text(encoder):
        raise ValueError(
            f"The features {features} are made of characters, and tokenizer, stop_words and stem leave words of a "
            "text: leave these three out, or take features of words."
        )
