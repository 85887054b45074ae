"""Which classes a file of `textvec.save` may name, what is written of their objects, and what these must be.

A class is looked up in the tables below, never imported by a name that a file gives.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

from textvec.persistence import checks

# Of scikit-learn: what may hold an object of textvec. Everything else of it is written by skops.
_OTHERS = {
    "ColumnTransformer": "sklearn.compose._column_transformer",
    "FeatureUnion": "sklearn.pipeline",
    "FrozenEstimator": "sklearn.frozen._frozen",
    "GridSearchCV": "sklearn.model_selection._search",
    "Pipeline": "sklearn.pipeline",
    "RandomizedSearchCV": "sklearn.model_selection._search",
    "TfidfTransformer": "sklearn.feature_extraction.text",
    "_PassthroughScorer": "sklearn.metrics._scorer",
}

_OURS = {
    "BM25Weighting": "textvec.weightings.bm25",
    "Chunker": "textvec.preprocessing.chunker",
    "CountVectorizer": "textvec.vectorizers.count",
    "EmbeddingVectorizer": "textvec.embeddings.embedding_vectorizer",
    "HashingVectorizer": "textvec.vectorizers.hashing",
    "Lemmatizer": "textvec.preprocessing.lemmatizer",
    "NBWeighting": "textvec.weightings.nb",
    "NGrams": "textvec.vectorizers._ngrams",
    "Numbering": "textvec.vectorizers._numbering",
    "OneHotVectorizer": "textvec.vectorizers.one_hot",
    "PathJoiner": "textvec.preprocessing._paths",
    "Phrases": "textvec.preprocessing.phrases",
    "SequenceEncoder": "textvec.vectorizers.sequence",
    "Stemmer": "textvec.preprocessing.stemmer",
    "StopWords": "textvec.preprocessing.stop_words",
    "Subwords": "textvec.embeddings.subwords",
    "Tables": "textvec.embeddings._training_state",
    "TfidfVectorizer": "textvec.vectorizers.tfidf",
    "TfidfWeighting": "textvec.weightings.tfidf",
    "Tokenizer": "textvec.preprocessing.tokenizer",
    "Tokens": "textvec.text.tokens",
    "Word2Vec": "textvec.embeddings.word2vec",
    "WordVectors": "textvec.embeddings.word_vectors",
    "WordWeights": "textvec.embeddings._pooling",
    "Words": "textvec.vectorizers._words",
}

# Classes whose name in files, the first one they had, is not that in the code.
_CLASS_NAMES = {"Tables": "TrainingState"}
_NAMES_IN_FILES = {name: name_in_files for name_in_files, name in _CLASS_NAMES.items()}

# What our estimators learn; besides their parameters a file holds nothing of them. Caches are made anew.
_COUNTER = {"ngrams_", "fixed_vocabulary_", "_pruned"}
_LEARNT: dict[str, set[str]] = {
    "BM25Weighting": {"idf_", "average_length_", "_absent"},
    "Chunker": set(),
    "CountVectorizer": _COUNTER,
    "EmbeddingVectorizer": {"vectors_", "word_weights_", "components_", "component_weights_", "_pooling"},
    "HashingVectorizer": {"feature_counts_"},
    "Lemmatizer": set(),
    "NBWeighting": {"classes_", "log_count_ratio_"},
    "OneHotVectorizer": {"_counter"},
    "Phrases": {"_joiner", "phrases_"},
    "SequenceEncoder": {"_words", "max_length_"},
    "Stemmer": set(),
    "StopWords": {"stop_words_"},
    "TfidfVectorizer": {*_COUNTER, "document_frequencies_", "n_documents_", "_tfidf", "_idf_type"},
    "TfidfWeighting": {"idf_", "pivot_", "queries_", "_term_lengths"},
    "Tokenizer": set(),
    "Word2Vec": {"_tables", "losses_", "vectors_"},
}
_ANY = {"n_features_in_", "feature_names_in_", "_sklearn_output_config", "_metadata_request"}  # scikit-learn's

# What the others are made of.
_STATES: dict[str, Callable[[Any], Any]] = {
    "Numbering": lambda numbering: {"names": numbering.names},
    "PathJoiner": lambda joiner: {name: value for name, value in vars(joiner).items() if name != "_slots"},
    "Subwords": lambda subwords: {name: getattr(subwords, name) for name in ("matrix", "minn", "maxn")},
    "Tables": vars,
    "Tokens": lambda tokens: {name: getattr(tokens, name) for name in ("vocabulary", "codes", "offsets", "steps")},
    "WordVectors": lambda vectors: {
        name: getattr(vectors, name) for name in ("words", "vectors", "counts", "unknown", "subwords")
    },
    "WordWeights": lambda weights: {"weights": dict(weights), "unseen": weights.unseen},
    "Words": lambda words: {"words": words.sorted},
}


def dump(value: Any, place: str) -> tuple[str, Any] | None:
    """Return the name of the class of an object and its state, or None if the tables do not have the class.

    Raises
    ------
    TypeError
        If the class is derived from one in them, or an estimator has attributes that it did not learn.
    """
    name = _NAMES_IN_FILES.get(type(value).__name__, type(value).__name__)
    if _home(name) != type(value).__module__:
        ours = [base.__name__ for base in type(value).__mro__ if base.__module__.startswith("textvec.")]
        if ours:
            raise TypeError(
                f"{place} is a {type(value).__module__}.{type(value).__name__}, which builds on textvec's {ours[0]}. "
                "textvec.save writes textvec's own estimators, and none that are derived from them."
            )
        return None
    if name in _STATES:
        return name, _STATES[name](value)
    state = value.__getstate__()
    if name not in _LEARNT:
        return name, state
    known = _known(type(value))
    strange = [attribute for attribute in state if attribute not in known and not attribute.startswith("_")]
    if strange:
        raise TypeError(
            f"{place} has an attribute {strange[0]!r} that {name} does not make, and that would be lost. Delete it, or "
            "keep it elsewhere."
        )
    return name, {attribute: content for attribute, content in state.items() if attribute in known}


def make(name: str, state: Any) -> Any:
    """Make an object of a class in the tables.

    Raises
    ------
    ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError
        If there is no such class in them, or the state is not one.
    """
    home = _home(name)
    if home is None:
        raise ValueError("textvec.load makes no objects of such a class")
    cls = getattr(import_module(home), _CLASS_NAMES.get(name, name))
    if name in checks.MAKERS:
        return checks.MAKERS[name](cls, state)
    if not isinstance(state, dict):
        raise TypeError(f"its state is a {type(state).__name__}, not a dict of attributes")
    known = _known(cls) if name in _LEARNT else None
    for attribute in state:
        if not _may_be(attribute, cls, known):
            raise ValueError(f"it has an attribute {attribute!r:.80}, which objects of the class do not have")
    made = _with_defaults(cls, state)
    if name in checks.CHECKS:
        checks.CHECKS[name](made)
    return made


def _home(name: str) -> str | None:
    return _OURS.get(name) or _OTHERS.get(name)


def _known(cls: Any) -> set[str]:
    """Return the attributes that an estimator of ours may have."""
    return {*cls._get_param_names(), *_LEARNT[cls.__name__], *_ANY}


def _may_be(attribute: Any, cls: type, known: set[str] | None) -> bool:
    """Tell whether a name is that of an attribute of objects, and hides nothing that the class defines."""
    return (
        isinstance(attribute, str)
        and not attribute.startswith("__")
        and inspect.getattr_static(cls, attribute, None) is None
        and (known is None or attribute in known)
    )


def _with_defaults(cls: Any, state: dict[str, Any]) -> Any:
    """Make an object; parameters that are newer than the file have their defaults."""
    if not hasattr(cls, "_get_param_names"):
        made = cls.__new__(cls)
        vars(made).update(state)
        return made
    made = cls(**{parameter: state[parameter] for parameter in cls._get_param_names() if parameter in state})
    made.__setstate__(state)
    return made
