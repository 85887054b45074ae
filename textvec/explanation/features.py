"""From a text to the features that a classifier sees, and which terms or words each of them comes from.

The first steps of a pipeline make a matrix whose columns are terms, or a vector that is a sum over words. What follows
may mix them, as TruncatedSVD and StandardScaler do: each term goes through it alone, which is right where a step is
linear. Whoever sums up checks that the sum is what the classifier decides by.

Tested in tests/explanation/test_explaining.py.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from textvec.encoders.column_names import column_names, keeps_columns
from textvec.encoders.pipeline_steps import steps_of, transformed, unlabelled
from textvec.explanation.characters import highlight_characters
from textvec.explanation.highlights import Mark, find_unknown, highlight_columns, highlight_words, runs


class Encoder:
    """The steps that lead to the columns, as the one pipeline that is asked for them."""

    def __init__(self, steps: Sequence[Any]) -> None:
        self.steps = [(str(i), step) for i, step in enumerate(steps)]


class Parts(NamedTuple):
    """What each term or word of a text adds to the features that the classifier sees.

    Attributes
    ----------
    names : list of str
    keys : list
        What marks are found by: columns or words.
    matrix : sparse matrix or ndarray of shape (n_items, n_features)
    rest : ndarray of float64 of shape (1, n_features)
        What a text has that has none of them.
    """

    names: list[str]
    keys: list[Any]
    matrix: Any
    rest: Any


def features_of(steps: Sequence[Any], text: str) -> TextFeatures:
    """Return the features of one text, by the steps before the classifier."""
    for i, step in enumerate(steps):
        parts = getattr(step, "transformer_list", [])
        if any(hasattr(each, "_word_parts") for _, part in parts for each in steps_of(part)):
            return _MixedFeatures(steps, text, i)
    return TextFeatures(steps, text)


class TextFeatures:
    """The features of one text.

    Parameters
    ----------
    steps : list
        The fitted steps before the classifier.
    text : str

    Attributes
    ----------
    matrix : sparse matrix, ndarray or DataFrame of shape (1, n_features)
        What comes to the classifier.
    """

    def __init__(self, steps: Sequence[Any], text: str) -> None:
        self.text = text
        self._steps = steps
        self.matrix: Any = [text]
        self._outputs: list[Any] = [[text]]
        for step in steps:
            self.matrix = step.transform(self.matrix)
            self._outputs.append(unlabelled(self.matrix))

    @cached_property
    def _words_at(self) -> int | None:
        """Which step makes vectors that are sums over words."""
        return next((i for i, step in enumerate(self._steps) if hasattr(step, "_word_parts")), None)

    @cached_property
    def _terms_end(self) -> int:
        """How many steps make a matrix whose columns are terms, and keep them; 0 if none does."""
        end = 0
        for i, step in enumerate(self._steps):
            before, after = self._outputs[i], self._outputs[i + 1]
            if sp.issparse(after) or (
                end and (self._is_copy(i) or (_keeps(step) and not _of_zero(step, before).any()))
            ):
                end = i + 1
            elif end:
                break
        return end

    def _is_copy(self, i: int) -> bool:
        """Tell whether a step only makes a dense matrix of a sparse one."""
        before, after = _dense(self._outputs[i]), _dense(self._outputs[i + 1])
        return before.shape == after.shape and np.array_equal(before, after)

    @cached_property
    def encoder(self) -> Encoder | None:
        """What makes the terms or the words, with nothing after it; None where neither is known."""
        end = self._terms_end if self._words_at is None else self._words_at + 1
        return Encoder(self._steps[:end]) if end else None

    @cached_property
    def _naming(self) -> Encoder:
        """The encoder without steps that only make a dense matrix, which name no columns."""
        return Encoder([step for i, step in enumerate(self._steps[: self._terms_end]) if not self._makes_dense(i)])

    def _makes_dense(self, i: int) -> bool:
        return not sp.issparse(self._outputs[i + 1]) and sp.issparse(self._outputs[i]) and self._is_copy(i)

    @property
    def are_columns(self) -> bool:
        """Whether each feature that the classifier sees is one term."""
        return self._words_at is None and 0 < self._terms_end == len(self._steps)

    def columns(self, matrix: Any) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
        """Return which columns of a row are not zero, and their values."""
        row = sp.csr_matrix(unlabelled(matrix)).astype(np.float64)
        row.sum_duplicates()
        row.eliminate_zeros()
        return row.indices.astype(np.intp), row.data

    def names(self, columns: NDArray[np.intp]) -> list[str]:
        """Return the terms that columns stand for."""
        return column_names(self._naming, columns)

    def parts(self) -> Parts | None:
        """Return what each term or word adds to the features; None where the steps make no sum of them."""
        if self._words_at is not None:
            end = self._words_at + 1
            found = self._word_parts(self._words_at)
            if found is None:
                return None
            names, parts = found
            keys: list[Any] = list(names)
        elif self._terms_end:
            end = self._terms_end
            row = self._outputs[end]
            columns, values = self.columns(row)
            n = len(columns)
            names, keys = self.names(columns), columns.tolist()
            parts = sp.csr_matrix((values, columns, np.arange(n + 1)), shape=(n, row.shape[1]))
            parts = parts if sp.issparse(row) else parts.toarray()
        else:
            return None
        rest: Any = sp.csr_matrix((1, parts.shape[1])) if sp.issparse(parts) else np.zeros((1, parts.shape[1]))
        return self._through_steps(end, Parts(names, keys, parts, rest))

    def _through_steps(self, start: int, parts: Parts) -> Parts:
        names, keys, matrix, rest = parts
        for i in range(start, len(self._steps)):
            matrix, rest = self._linear_step(i, matrix, rest)
        return Parts(names, keys, matrix, _dense(rest))

    def _word_parts(self, at: int) -> tuple[list[str], Any] | None:
        vectorizer = self._steps[at]
        try:
            words, parts = vectorizer._word_parts(transformed([self.text], self._steps[:at])[0])
        except ValueError:  # of poolings that are no sums
            return None
        length = np.linalg.norm(parts.sum(axis=0)) if vectorizer.normalize else 1.0
        return words, parts / (length or 1.0)

    def _linear_step(self, i: int, parts: Any, rest: Any) -> tuple[Any, Any]:
        """Return what a step makes of parts, and of what belongs to none, if it is linear or scales the row."""
        step = self._steps[i]
        if type(step).__name__ == "Normalizer":
            before, after = _dense(self._outputs[i])[0], _dense(self._outputs[i + 1])[0]
            largest = int(np.abs(before).argmax())
            factor = after[largest] / before[largest] if before[largest] else 1.0
            return parts * factor, rest * factor
        of_zero = _of_zero(step, rest)
        moved = unlabelled(step.transform(rest))
        if not parts.shape[0]:
            return np.zeros((0, of_zero.shape[1])), moved
        return _dense(step.transform(parts)) - of_zero, moved

    def marks(self, keys: Sequence[Any], values: Sequence[float]) -> list[Mark]:
        """Find the characters of the text that made terms or words, with what these gave."""
        weights = {key: value for key, value in zip(keys, values, strict=True) if value}
        if self._words_at is not None:
            return highlight_words(self.encoder, self.text, weights)
        others = partial(highlight_columns, self.encoder, self.text)
        return highlight_characters(self._naming, self.text, weights, others)

    def unknown(self) -> list[Mark]:
        """Find the words of the text that make no feature although no step drops them on purpose."""
        if self.encoder is None:
            return []
        if self._words_at is not None:
            tokenize: Callable[[Any], Any] = self._steps[self._words_at]._tokens
            if self._steps[self._words_at].unknown == "subword":
                return []
            words = set(next(iter(tokenize(transformed([self.text], self._steps[: self._words_at])))))
            keys: list[Any] = [word for word in words if word in self._steps[self._words_at].vectors_]
        else:
            keys = self.columns(self._outputs[self._terms_end])[0].tolist()
        return find_unknown(self.encoder, self.text, self.marks(keys, [1.0] * len(keys)))


class _MixedFeatures(TextFeatures):
    """The features of a union of which some are averages of word vectors: those of its parts, side by side."""

    def __init__(self, steps: Sequence[Any], text: str, at: int) -> None:
        super().__init__(steps, text)
        union = steps[at]
        self._end = at + 1
        named = [(name, part) for name, part in union.transformer_list if part not in (None, "drop")]
        self._prefixes = [f"{name}__" if union.verbose_feature_names_out else "" for name, _ in named]
        self._factors = [(union.transformer_weights or {}).get(name, 1.0) for name, _ in named]
        self._sides = [features_of([*steps[:at], *steps_of(part)], text) for _, part in named]

    are_columns = False

    def parts(self) -> Parts | None:
        found = [side.parts() for side in self._sides]
        parts = [each for each in found if each is not None]
        if len(parts) < len(found):
            return None
        names = [prefix + name for prefix, each in zip(self._prefixes, parts, strict=True) for name in each.names]
        keys = [(i, key) for i, each in enumerate(parts) for key in each.keys]
        scaled = zip(self._factors, parts, strict=True)
        matrices, rests = zip(*((each.matrix * factor, each.rest * factor) for factor, each in scaled), strict=True)
        matrix = sp.block_diag(matrices, format="csr")
        return self._through_steps(self._end, Parts(names, keys, matrix, sp.csr_matrix(np.hstack(rests))))

    def marks(self, keys: Sequence[Any], values: Sequence[float]) -> list[Mark]:
        given = np.zeros(len(self.text))
        for i, side in enumerate(self._sides):
            own = [(key, value) for (of, key), value in zip(keys, values, strict=True) if of == i]
            for mark in side.marks([key for key, _ in own], [value for _, value in own]):
                given[mark.start : mark.end] += mark.contribution
        return runs(given)

    def unknown(self) -> list[Mark]:
        first, *others = (side.unknown() for side in self._sides)
        return [mark for mark in first if all(mark in other for other in others)]


def _keeps(step: Any) -> bool:
    return hasattr(step, "get_support") or keeps_columns(step)


def _dense(matrix: Any) -> NDArray[np.float64]:
    matrix = unlabelled(matrix)
    return np.asarray(matrix.toarray() if sp.issparse(matrix) else matrix, np.float64)


def _of_zero(step: Any, like: Any) -> NDArray[np.float64]:
    """Return what a step makes of a row of zeros."""
    n = like.shape[1]
    return _dense(step.transform(sp.csr_matrix((1, n)) if sp.issparse(like) else np.zeros((1, n))))
