"""Vectorizers with random parameters, random texts: scikit-learn's matrices, names, vocabularies, errors and warnings.

Work must not grow with a parameter either: ranges of n-grams that are much longer than any text end in the time of a
case. What people do to `vocabulary_` counts as well: the next `transform` follows it, as scikit-learn's does.
"""

import pickle

import numpy as np
from sklearn.feature_extraction import text as peers

import textvec
from fuzz.harness import Finding, Kind, Refused, require
from fuzz.texts import texts, word
from support.compare import assert_same_matrix, outcome
from support.oracle import PATTERNS

WIDTHS = [(1, 1), (1, 2), (2, 2), (1, 3), (2, 5), (3, 3), (0, 1), (1, 40), (1, 255), (1, 300), (250, 257), (2, 10**6)]
ANALYSIS = {
    "analyzer": ["word", "word", "char", "char_wb", str.split],
    "ngram_range": WIDTHS,
    "lowercase": [True, True, False],
    "strip_accents": [None, None, "unicode", "ascii"],
    "stop_words": [None, None, "english", ["the", "not"]],
    "token_pattern": [r"(?u)\b\w\w+\b", *PATTERNS],
    "binary": [False, False, True],
    "dtype": [None, np.float32, np.float64, np.int32],
}
LEARNING = {
    "min_df": [1, 1, 2, 0.3, 0.0],
    "max_df": [1.0, 1.0, 0.7, 2],
    "max_features": [None, None, 1, 5, 10**6],
    "vocabulary": [None, None, None, ["the", "good", "not good", "é", "q"]],
}
WEIGHTING = {
    "norm": ["l2", "l1", None],
    "use_idf": [True, False],
    "smooth_idf": [True, False],
    "sublinear_tf": [True, False],
}
PARAMS = {
    "CountVectorizer": {**ANALYSIS, **LEARNING},
    "TfidfVectorizer": {**ANALYSIS, **LEARNING, **WEIGHTING},
    "HashingVectorizer": {**ANALYSIS, "n_features": [1, 2, 7, 2**10, 2**20], "norm": ["l2", "l1", None],
                          "alternate_sign": [True, False]},
}  # fmt: skip
FLOATS = {"TfidfVectorizer", "HashingVectorizer"}
RTOL = {np.float32: 1e-5}  # of what is computed in single precision


def prepare(folder):
    for name in PARAMS:
        getattr(textvec, name)(ngram_range=(1, 2)).fit_transform(["the good food", "food"])


def attempt(rng, prepared, scratch):
    name, params = draw(rng)
    try:
        compare(rng, name, params)
    except (AssertionError, ValueError) as error:
        raise Finding(f"{name}({params}): {type(error).__name__} {' '.join(str(error).split())}") from error


def draw(rng):
    name = rng.choice([*PARAMS, "CountVectorizer"])
    params = {key: rng.choice(values) for key, values in PARAMS[name].items() if rng.random() < 0.4}
    if params.get("dtype", 0) is None or (name in FLOATS and params.get("dtype") is np.int32):
        del params["dtype"]
    return name, params


def compare(rng, name, params):
    ours, theirs = (getattr(module, name)(**params) for module in (textvec, peers))
    first, second = texts(rng), texts(rng)
    rtol = RTOL.get(params.get("dtype"), 1e-12)
    X = same(ours.fit_transform, theirs.fit_transform, first, rtol)
    if isinstance(X, Exception):
        raise Refused(str(X))
    if not first:
        return  # scikit-learn has learnt nothing
    same(ours.transform, theirs.transform, second, rtol)
    if name == "HashingVectorizer":
        return
    require(ours.get_feature_names_out().tolist() == theirs.get_feature_names_out().tolist(), "names of columns")
    require(ours.vocabulary_ == theirs.vocabulary_, "vocabulary_")
    if hasattr(theirs, "idf_"):
        np.testing.assert_allclose(ours.idf_, theirs.idf_, rtol=rtol)
    if name == "CountVectorizer" and rng.random() < 0.4:
        change_vocabulary(rng, ours, theirs)
        if rng.random() < 0.3:
            ours = pickle.loads(pickle.dumps(ours))
        same(ours.transform, theirs.transform, second, rtol)
    elif not {"min_df", "max_df", "max_features"} & set(params) and first:
        check_parts(rng, getattr(textvec, name), params, first, rtol)


def same(ours, theirs, documents, rtol):
    """Compare matrices or the kinds of errors; return ours."""
    (X, _), (Y, _) = outcome(ours, list(documents)), outcome(theirs, list(documents))
    if isinstance(Y, Exception) and not documents:
        # scikit-learn refuses no documents here and there, by StopIteration once: then it is no rows, or an error.
        require(isinstance(X, ValueError) or X.shape[0] == 0, f"no documents give {X!r}")
    elif isinstance(Y, Exception):
        require(isinstance(X, type(Y)), f"scikit-learn refuses ({Y!r}), and it comes {X!r}")
    elif isinstance(X, Exception):
        raise X
    else:
        require(X.shape == Y.shape, f"{X.shape} and not {Y.shape}")
        assert_same_matrix(X, Y, rtol)
    return X


def change_vocabulary(rng, *vectorizers):
    """Do to the vocabularies what people's subclasses do."""
    words = sorted(vectorizers[0].vocabulary_)
    last, new = words[-1], word(rng)
    how = rng.randrange(4)
    for vectorizer in vectorizers:
        vocabulary = vectorizer.vocabulary_
        if how == 0:
            vocabulary.setdefault(new, len(vocabulary))
        elif how == 1:
            vocabulary.update({new: len(vocabulary)} if new not in vocabulary else {})
        elif how == 2:
            vocabulary[last], vocabulary[words[0]] = vocabulary[words[0]], vocabulary[last]
        else:
            column = vocabulary.pop(last)
            moved = next((each for each, at in vocabulary.items() if at == len(vocabulary)), None)
            if moved is not None:
                vocabulary[moved] = column


def check_parts(rng, cls, params, documents, rtol):
    """Learn in two parts: the same words, and by their names the same numbers."""
    cut = rng.randrange(len(documents) + 1)
    whole, parts = cls(**params), cls(**params)
    whole.fit(documents)
    learnt, _ = outcome(lambda: parts.partial_fit(documents[:cut]).partial_fit(documents[cut:]))
    if isinstance(learnt, Exception):
        require("vocabulary" in str(learnt), f"partial_fit raises {learnt!r}")  # a part without a word is none
        return
    names, order = whole.get_feature_names_out(), parts.vocabulary_
    require(set(names) == set(order), "other words in parts")
    columns = [order[name] for name in names]
    ours = parts.transform(documents).toarray()[:, columns]
    np.testing.assert_allclose(ours, whole.transform(documents).toarray(), rtol=max(rtol, 1e-9))


KIND = Kind(prepare, attempt, short=150, seconds=30)
