"""What objects from a file must be like, so that kernels, which check nothing, can work with them."""

from __future__ import annotations

from collections.abc import Callable
from operator import lt
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FLOATS = (np.float64, np.float32)


def _require(condition: Any, what: str) -> None:
    if not condition:
        raise ValueError(what)


def _check_array(name: str, array: Any, dtypes: tuple[Any, ...], *shape: int | None) -> NDArray[Any]:
    """Return an array if it is of one of the types and of the shape, in which None stands for any number."""
    fits = (
        isinstance(array, np.ndarray)
        and array.dtype in dtypes
        and array.ndim == len(shape)
        and array.flags.c_contiguous
        and all(wanted in (None, n) for wanted, n in zip(shape, array.shape, strict=True))
    )
    found = f"{array.dtype} of shape {array.shape}" if isinstance(array, np.ndarray) else type(array).__name__
    expected = " or ".join(np.dtype(dtype).name for dtype in dtypes)
    _require(fits, f"{name} must be an array of {expected} of shape {shape}, but it is {found}")
    return array  # type: ignore[no-any-return]


def _check_words(name: str, words: Any) -> list[str]:
    _require(isinstance(words, list) and set(map(type, words)) <= {str}, f"{name} must be a list of strings")
    _require(len(set(words)) == len(words), f"{name} holds a string more than once")
    return words  # type: ignore[no-any-return]


def _make_words(cls: Any, state: Any) -> Any:
    words = state["words"]
    _require(isinstance(words, list), "words must be a list")
    if set(map(type, words)) <= {str}:
        _require(all(map(lt, words, words[1:])), "words are not sorted, or one stands there twice")
    return cls(words)


def _make_ngrams(cls: Any, state: Any) -> Any:
    from textvec.vectorizers._words import Words

    words, rows, columns, separator = state
    _require(isinstance(words, Words), "words must be Words")
    _require(separator in ("", " "), f"separator must be '' or ' ', but it is {separator!r:.80}")
    rows = _check_array("rows", rows, (np.int8, np.int16, np.int32), None, None)
    n, width = rows.shape
    _require(width, "rows must have a column")
    _require(
        rows.min(initial=0) >= -1 and rows.max(initial=-1) < len(words), "rows has codes of words that are not there"
    )
    increasing = np.zeros(max(n - 1, 0), bool)
    for m in reversed(range(width)):
        before, after = rows[:-1, m], rows[1:, m]
        increasing = (before < after) | ((before == after) & increasing)
        _require(m == 0 or not ((rows[:, m - 1] < 0) & (rows[:, m] >= 0)).any(), "rows has words after its ends")
    _require(increasing.all(), "rows are not sorted, or one stands there twice")
    if columns is not None:
        _check_array("columns", columns, (np.int32,), n)
        each = np.bincount(columns, minlength=n) if columns.min(initial=0) >= 0 else np.zeros(0)
        _require(len(each) == n and (each == 1).all(), "columns must have every number once")
    made = cls.__new__(cls)
    made.__setstate__(tuple(state))
    return made


def _make_numbering(cls: Any, state: Any) -> Any:
    return cls(_check_words("names", state["names"]))


def _make_path_joiner(cls: Any, state: Any) -> Any:
    from textvec.preprocessing._paths import _slots

    made = cls.__new__(cls)
    made._code_of, made._names = dict(state["_code_of"]), _check_words("_names", state["_names"])
    made._keys = _check_array("_keys", state["_keys"], (np.int64,), None)
    n = len(made._keys)
    made._joined = _check_array("_joined", state["_joined"], (np.int32,), n)
    codes = made._code_of
    _require(set(map(type, codes)) <= {str} and list(codes.values()) == list(range(len(codes))), "_code_of has gaps")
    _require(
        made._joined.min(initial=0) >= -1 and made._joined.max(initial=-1) < len(made._names), "_joined has no name"
    )
    _require(len(np.unique(made._keys)) == n, "_keys has one twice")
    made._slots = _slots(made._keys, n, n)
    return made


def _make_tables(cls: Any, state: Any) -> Any:
    words, rare = _check_words("words", state["words"]), state["rare"]
    n = len(words)
    counts = _check_array("counts", state["counts"], (np.int64,), n)
    inputs = _check_array("inputs", state["inputs"], (np.float32,), n, None)
    outputs = _check_array("outputs", state["outputs"], (np.float32,), *inputs.shape)
    _require(counts.min(initial=0) >= 0, "counts must not be negative")
    _require(isinstance(rare, dict) and set(map(type, rare)) <= {str}, "rare must be a dict of words")
    _require(set(map(type, rare.values())) <= {int}, "rare must be a dict to counts")
    return cls(words, counts, inputs, outputs, rare)


def _make_tokens(cls: Any, state: Any) -> Any:
    for name, dtype in (("codes", np.int32), ("offsets", np.int64)):
        _check_array(name, state[name], (dtype,), None)
    _require(isinstance(state["steps"], tuple), "steps must be a tuple")
    return cls(state["vocabulary"], state["codes"], state["offsets"], steps=state["steps"])


def _make_word_vectors(cls: Any, state: Any) -> Any:
    from textvec.embeddings.subwords import Subwords

    _require(isinstance(state["subwords"], Subwords | None), "subwords must be Subwords")
    return cls(state["words"], **{name: state[name] for name in ("vectors", "counts", "unknown", "subwords")})


def _make_word_weights(cls: Any, state: Any) -> Any:
    weights, unseen = state["weights"], state["unseen"]
    _require(isinstance(weights, dict) and set(map(type, weights)) <= {str}, "weights must be a dict of words")
    _require({type(unseen), *map(type, weights.values())} <= {float}, "weights must be floats")
    return cls(weights, unseen)


MAKERS: dict[str, Callable[[Any, Any], Any]] = {
    "NGrams": _make_ngrams,
    "Numbering": _make_numbering,
    "PathJoiner": _make_path_joiner,
    "Subwords": lambda cls, state: cls(state["matrix"], minn=state["minn"], maxn=state["maxn"]),
    "Tables": _make_tables,
    "Tokens": _make_tokens,
    "WordVectors": _make_word_vectors,
    "WordWeights": _make_word_weights,
    "Words": _make_words,
}
"""Functions from a class and the state in the file to an object."""


def _check_counter(counter: Any) -> None:
    from textvec.vectorizers._ngrams import NGrams

    if hasattr(counter, "ngrams_"):
        _require(isinstance(counter.ngrams_, NGrams), "ngrams_ must be NGrams")
        _require(type(getattr(counter, "fixed_vocabulary_", None)) is bool, "fixed_vocabulary_ must be a bool")


def _check_tfidf(vectorizer: Any) -> None:
    from sklearn.feature_extraction.text import TfidfTransformer

    _check_counter(vectorizer)
    if "_tfidf" not in vars(vectorizer):
        return
    n = len(vectorizer.ngrams_)
    _require(isinstance(vectorizer._tfidf, TfidfTransformer), "_tfidf must be a TfidfTransformer")
    if hasattr(vectorizer._tfidf, "idf_"):
        _check_array("idf_", vectorizer._tfidf.idf_, _FLOATS, n)
    if "document_frequencies_" in vars(vectorizer):
        _check_array("document_frequencies_", vectorizer.document_frequencies_, (np.int32,), n)
        _require(type(vectorizer.n_documents_) is int, "n_documents_ must be an int")


def _check_embedding(vectorizer: Any) -> None:
    from textvec.embeddings._pooling import WordWeights, names
    from textvec.embeddings.word_vectors import WordVectors

    if not hasattr(vectorizer, "vectors_"):
        return
    _require(isinstance(vectorizer.vectors_, WordVectors), "vectors_ must be WordVectors")
    _require(isinstance(vectorizer.word_weights_, WordWeights), "word_weights_ must be WordWeights")
    _require(isinstance(vectorizer._pooling, str), "_pooling must be a string")
    n = len(names(vectorizer._pooling, 1)) * vectorizer.vectors_.vector_size
    components = _check_array("components_", vectorizer.components_, (np.float64,), None, n)
    _check_array("component_weights_", vectorizer.component_weights_, (np.float64,), len(components))


def _check_one_hot(vectorizer: Any) -> None:
    from textvec.vectorizers.count import CountVectorizer

    if hasattr(vectorizer, "_counter"):
        _require(isinstance(vectorizer._counter, CountVectorizer), "_counter must be a CountVectorizer")


def _check_sequence(encoder: Any) -> None:
    from textvec.vectorizers._numbering import Numbering

    if hasattr(encoder, "_words"):
        _require(isinstance(encoder._words, Numbering), "_words must be a Numbering")
        _require(isinstance(encoder.max_length_, int) and encoder.max_length_ > 0, "max_length_ must be above 0")


def _check_phrases(phrases: Any) -> None:
    from textvec.preprocessing._paths import PathJoiner

    if hasattr(phrases, "phrases_"):
        _require(isinstance(phrases._joiner, PathJoiner), "_joiner must be a PathJoiner")


def _check_stop_words(step: Any) -> None:
    words: Any = getattr(step, "stop_words_", frozenset())
    _require(isinstance(words, frozenset) and set(map(type, words)) <= {str}, "stop_words_ must be a set of strings")


def _check_word2vec(model: Any) -> None:
    from textvec.embeddings._training_state import TrainingState
    from textvec.embeddings.word_vectors import WordVectors

    if hasattr(model, "vectors_"):
        _require(isinstance(model.vectors_, WordVectors), "vectors_ must be WordVectors")
        _require(isinstance(model._tables, TrainingState), "_tables must be a TrainingState")


def _check_weighting(weighting: Any) -> None:
    if hasattr(weighting, "idf_"):
        _check_array("idf_", weighting.idf_, (np.float64,), weighting.n_features_in_)


def _check_nb(weighting: Any) -> None:
    if hasattr(weighting, "log_count_ratio_"):
        n = weighting.n_features_in_
        ratios = _check_array("log_count_ratio_", weighting.log_count_ratio_, (np.float64,), None, n)
        _require(len(ratios), "log_count_ratio_ must have a row")


CHECKS: dict[str, Callable[[Any], None]] = {
    "BM25Weighting": _check_weighting,
    "CountVectorizer": _check_counter,
    "EmbeddingVectorizer": _check_embedding,
    "NBWeighting": _check_nb,
    "OneHotVectorizer": _check_one_hot,
    "Phrases": _check_phrases,
    "SequenceEncoder": _check_sequence,
    "StopWords": _check_stop_words,
    "TfidfVectorizer": _check_tfidf,
    "TfidfWeighting": _check_weighting,
    "Word2Vec": _check_word2vec,
}
"""Functions that raise an error if an estimator is not one that can have been saved."""
