"""The lists of features and classifiers by short name. Nothing is imported until one of them is made.

A line here is all that a name needs: `classifier`, `features`, the command line and its help read these lists.

Tested in tests/classification/test_by_name.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple


class Part(NamedTuple):
    """An estimator: the module and name of its class, and the parameters that are not as its class has them."""

    home: str
    params: Mapping[str, Any]

    @property
    def cls(self) -> Any:
        """The class, which is imported now."""
        module, _, name = self.home.partition(":")
        return getattr(import_module(module), name)


# The weights of logistic regression and of an SVM are for rows of length 1, as TF-IDF makes them: with C=1, C=10 has
# 95.4 % of the sample messages right where C=1 has 93.5 %.
CLASSIFIERS = {
    "nb": Part("sklearn.naive_bayes:MultinomialNB", {}),
    "complement-nb": Part("sklearn.naive_bayes:ComplementNB", {}),
    "bernoulli-nb": Part("sklearn.naive_bayes:BernoulliNB", {}),
    "logreg": Part("sklearn.linear_model:LogisticRegression", {"C": 10.0, "max_iter": 1000}),
    "svm": Part("sklearn.svm:LinearSVC", {}),
    "nbsvm": Part("textvec.classification.nbsvm:NBSVMClassifier", {}),
    "sgd": Part("sklearn.linear_model:SGDClassifier", {}),
    "perceptron": Part("sklearn.linear_model:Perceptron", {}),
    # PassiveAggressiveClassifier under the name that it has from scikit-learn 1.8 on
    "passive-aggressive": Part(
        "sklearn.linear_model:SGDClassifier", {"learning_rate": "pa1", "eta0": 1.0, "penalty": None}
    ),
    "ridge": Part("sklearn.linear_model:RidgeClassifier", {}),
    "knn": Part(
        "sklearn.neighbors:KNeighborsClassifier", {"metric": "cosine", "n_neighbors": 10, "weights": "distance"}
    ),
    "centroid": Part("sklearn.neighbors:NearestCentroid", {}),
    "forest": Part("sklearn.ensemble:RandomForestClassifier", {"n_estimators": 200}),
    # Each tree looks at some of the columns, of which text has many; HistGradientBoostingClassifier takes dense ones
    "boosting": Part(
        "sklearn.ensemble:GradientBoostingClassifier", {"n_estimators": 200, "max_depth": 5, "max_features": "sqrt"}
    ),
    # It ends when the loss hardly gets less: with early_stopping, scikit-learn 1.8 fails on labels that are strings
    "mlp": Part(
        "sklearn.neural_network:MLPClassifier",
        {"hidden_layer_sizes": (32,), "learning_rate_init": 0.01, "n_iter_no_change": 2, "tol": 1e-3},
    ),
    "dummy": Part("sklearn.dummy:DummyClassifier", {}),
}

_TFIDF = "textvec.vectorizers:TfidfVectorizer"
_COUNTS = "textvec.vectorizers:CountVectorizer"
_CHAR = {"analyzer": "char_wb", "ngram_range": (2, 5), "sublinear_tf": True}
FEATURES = {
    "counts": {"counts": Part(_COUNTS, {})},
    "binary": {"counts": Part(_COUNTS, {"binary": True})},
    "tfidf": {"tfidf": Part(_TFIDF, {})},
    "bm25": {"counts": Part(_COUNTS, {}), "weighting": Part("textvec.weightings:BM25Weighting", {})},
    "nb": {"counts": Part(_COUNTS, {"binary": True}), "weighting": Part("textvec.weightings:NBWeighting", {})},
    "char": {"char": Part(_TFIDF, _CHAR)},
    "words+char": {"words": Part(_TFIDF, {}), "char": Part(_TFIDF, _CHAR)},
    "hashing": {
        "hashing": Part("textvec.vectorizers:HashingVectorizer", {"n_features": 2**18, "alternate_sign": False})
    },
    "embedding": {"embedding": Part("textvec.embeddings:EmbeddingVectorizer", {})},
}
