"""scikit-learn's base classes, and what type checkers take them for.

scikit-learn has no annotations. To mypy its classes are `Any`, and so would be every attribute of a class that derives
from one: no misspelt method of an estimator would be found. mypy is given the signatures below instead. pyright reads
scikit-learn's sources, and is left to it, so that an estimator stays a `sklearn.base.BaseEstimator` to it.

Tested in tests/typing/test_user_programs.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

MYPY = False  # mypy takes a variable of this name for true

if 0:  # never run; pyright passes over a condition of 0, mypy reads the classes

    class BaseEstimator:
        """`sklearn.base.BaseEstimator`."""

        def get_params(self, deep: bool = True) -> dict[str, Any]: ...
        def set_params(self, **params: Any) -> Self: ...
        def get_metadata_routing(self) -> Any: ...
        def _validate_params(self) -> None: ...
        def __getstate__(self) -> dict[str, Any]: ...
        def __setstate__(self, state: dict[str, Any]) -> None: ...
        def __sklearn_tags__(self) -> Any: ...
        def _repr_html_(self) -> str: ...

    class ClassifierMixin:
        """`sklearn.base.ClassifierMixin`."""

        def score(self, X: Any, y: Any, sample_weight: Any = None) -> float: ...

    class TransformerMixin:
        """`sklearn.base.TransformerMixin`; each class says itself what its `fit_transform` returns."""

        def __init_subclass__(cls, auto_wrap_output_keys: Any = ("transform",), **kwargs: Any) -> None: ...
        def set_output(self, *, transform: str | None = None) -> Self: ...

    class OneToOneFeatureMixin:
        """`sklearn.base.OneToOneFeatureMixin`."""

        def get_feature_names_out(self, input_features: Iterable[str] | None = None) -> NDArray[np.object_]: ...

    class ClassNamePrefixFeaturesOutMixin:
        """`sklearn.base.ClassNamePrefixFeaturesOutMixin`."""

        def get_feature_names_out(self, input_features: Iterable[str] | None = None) -> NDArray[np.object_]: ...

    class _VectorizerMixin(BaseEstimator):
        """What scikit-learn's vectorizers of text share."""

        _parameter_constraints: dict[str, Any]
        input: str
        encoding: str
        decode_error: str
        strip_accents: Any
        lowercase: bool
        preprocessor: Any
        tokenizer: Any
        stop_words: Any
        token_pattern: str | None
        ngram_range: tuple[int, int]
        analyzer: Any
        binary: bool
        dtype: Any

        def decode(self, doc: bytes | str) -> str: ...
        def build_preprocessor(self) -> Callable[[Any], str]: ...
        def build_tokenizer(self) -> Callable[[str], list[str]]: ...
        def build_analyzer(self) -> Callable[[Any], list[Any]]: ...
        def get_stop_words(self) -> Any: ...
        def _validate_ngram_range(self) -> None: ...
        def _warn_for_unused_params(self) -> None: ...

    class SklearnCountVectorizer(_VectorizerMixin):
        """`sklearn.feature_extraction.text.CountVectorizer`."""

        max_df: float
        min_df: float
        max_features: int | None
        vocabulary: Any
        fixed_vocabulary_: bool

        def __init__(self, **params: Any) -> None: ...
        def _validate_vocabulary(self) -> None: ...

    class SklearnTfidfVectorizer(SklearnCountVectorizer):
        """`sklearn.feature_extraction.text.TfidfVectorizer`."""

        norm: str | None
        use_idf: bool
        smooth_idf: bool
        sublinear_tf: bool
        idf_: Any

        def _check_params(self) -> None: ...

    class SklearnHashingVectorizer(TransformerMixin, _VectorizerMixin):
        """`sklearn.feature_extraction.text.HashingVectorizer`."""

        n_features: int
        norm: str | None
        alternate_sign: bool

        def __init__(self, **params: Any) -> None: ...
        def fit(self, X: Any, y: Any = None) -> Self: ...
        def partial_fit(self, X: Any, y: Any = None) -> Self: ...

elif not MYPY:
    from sklearn.base import (
        BaseEstimator,
        ClassifierMixin,
        ClassNamePrefixFeaturesOutMixin,
        OneToOneFeatureMixin,
        TransformerMixin,
    )
    from sklearn.feature_extraction.text import CountVectorizer as SklearnCountVectorizer
    from sklearn.feature_extraction.text import HashingVectorizer as SklearnHashingVectorizer
    from sklearn.feature_extraction.text import TfidfVectorizer as SklearnTfidfVectorizer

__all__ = [
    "BaseEstimator",
    "ClassNamePrefixFeaturesOutMixin",
    "ClassifierMixin",
    "OneToOneFeatureMixin",
    "SklearnCountVectorizer",
    "SklearnHashingVectorizer",
    "SklearnTfidfVectorizer",
    "TransformerMixin",
]
