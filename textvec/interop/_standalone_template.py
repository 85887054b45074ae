"""The code of the modules that `standalone` writes: a model of texts in NumPy and the standard library alone.

Tested in tests/interop/test_standalone.py.
"""

from __future__ import annotations

import base64
import json
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from itertools import pairwise
from math import log
from typing import Any

import numpy as np


class Model:
    """What a fitted pipeline does with texts: words, their counts or vectors, weights, and the classes of texts.

    Parameters
    ----------
    packed : str
        All that it knows, as `write_standalone` packs it: JSON and arrays of numbers, nothing that could run.
    """

    def __init__(self, packed: str) -> None:
        data = zlib.decompress(base64.b64decode(packed))
        header, _, numbers = data.partition(b"\n")
        self.known: dict[str, Any] = json.loads(header)
        for name, dtype, shape, begin in self.known.pop("arrays"):
            size = int(np.prod(shape, dtype=np.int64))
            self.known[name] = np.frombuffer(numbers, dtype, size, begin).reshape(shape)
        self._find_words = re.compile(self.known["pattern"]).findall
        self._stop_words = frozenset(self.known["stop_words"])
        self._position = {name: i for i, name in enumerate(self.known["names"])}
        self._weight_of = dict(zip(self.known.get("weighed", ()), self.known.get("weights", ()), strict=True))

    def feature_names(self) -> list[str]:
        """Return the names of the columns."""
        if "blocks" in self.known:
            return [f"{block}__{name}" for block in self.known["blocks"] for name in self.known["names"]]
        return list(self.known.get("columns", self.known["names"]))

    def transform(self, texts: Iterable[str]) -> Any:
        """Return the vectors of texts, a dense array of shape (n_texts, n_columns)."""
        if self.known["kind"] == "means":
            rows = [self._mean(self._words(text)) for text in _checked(texts)]
            return np.array(rows, np.float32).reshape(len(rows), self.known["vectors"].shape[1])
        indptr, indices, data = self.transform_csr(texts)
        dense = np.zeros((len(indptr) - 1, self.known["n_columns"]), self.known["dtype"])
        dense[np.repeat(np.arange(len(dense)), np.diff(indptr)), indices] = data
        return dense

    def transform_csr(self, texts: Iterable[str]) -> tuple[Any, Any, Any]:
        """Return the vectors of texts as the arrays of a CSR matrix: indptr, indices, data."""
        if self.known["kind"] == "means":
            raise ValueError("The vectors are dense: use transform.")
        rows = [self._row(self._words(text)) for text in _checked(texts)]
        indptr = np.cumsum([0, *(len(columns) for columns, _ in rows)])
        indices = np.concatenate([np.empty(0, np.int64), *(columns for columns, _ in rows)])
        data = np.concatenate([np.empty(0), *(values for _, values in rows)])
        return indptr, indices, data.astype(self.known["dtype"])

    def decision_function(self, texts: Iterable[str]) -> Any:
        """Return what the classifier decides by: shape (n_texts,) for two classes, else (n_texts, n_classes)."""
        if "coef" not in self.known:
            raise ValueError("The model has no classifier: use transform.")
        coef, dense = self.known["coef"].T, self.known["kind"] == "means"
        if dense:
            scores = self.transform(texts) @ coef
        else:
            indptr, indices, data = self.transform_csr(texts)
            data = np.ones(len(data)) if self.known["decides_by_presence"] else data
            sums = [data[begin:end] @ coef[indices[begin:end]] for begin, end in pairwise(indptr)]
            scores = np.array(sums).reshape(len(sums), coef.shape[1])
        scores = scores + self.known["intercept"]
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict(self, texts: Iterable[str]) -> Any:
        """Return the class of each text."""
        scores = self.decision_function(texts)
        codes = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return np.array(self.known["classes"], self.known["classes_dtype"])[codes]

    def _words(self, text: str) -> list[str]:
        """Return the words of a text but stop words."""
        if self.known["normalize"]:
            text = unicodedata.normalize(self.known["normalize"], text)
        words = self._find_words(text.lower() if self.known["lowercase"] else text)
        return [word for word in words if word not in self._stop_words]

    def _row(self, words: list[str]) -> tuple[Any, Any]:
        """Return the columns of the terms of a text, and their weights."""
        known, (low, high) = self.known, self.known["ngram_range"]
        terms = [" ".join(words[i : i + n]) for n in range(low, high + 1) for i in range(len(words) - n + 1)]
        found = Counter(self._position[term] for term in terms if term in self._position)
        columns = np.array(sorted(found), np.int64)
        counts = np.array([1 if known["binary"] else found[column] for column in columns.tolist()], float)
        if len(columns) and "formula" in known:
            counts = _FORMULAS[known["formula"]](counts, columns, known)
        counts = counts.astype(np.float32).astype(float) if known["single"] else counts
        columns, counts = columns[counts != 0], counts[counts != 0]
        if "ratios" not in known:
            return columns, counts
        counts = np.ones(len(counts)) if known["weighs_presence"] else counts
        ratios = known["ratios"]
        blocks = [columns + k * ratios.shape[1] for k in range(len(ratios))]
        return np.concatenate(blocks), np.concatenate([counts * ratio[columns] for ratio in ratios])

    def _mean(self, words: list[str]) -> Any:
        """Return the weighted mean of the vectors of words."""
        known, vectors = self.known, self.known["vectors"]
        if known["skip"]:
            words = [word for word in words if word in self._position]
        weights = np.array([self._weight_of.get(word, known["unseen"]) for word in words])
        rows = [known["rows"][self._position[word]] if word in self._position else -1 for word in words]
        total = np.zeros(vectors.shape[1])
        for weight, row in zip(weights, rows, strict=True):
            if row >= 0:
                total += weight * vectors[row].astype(np.float32)
        mass = weights.sum() if known["by_weight"] else len(words)
        mean = (total / mass if mass > 0 else total).astype(np.float32).astype(float)
        before = mean @ mean
        for component, share in zip(known["components"], known["shares"], strict=True):
            mean = mean - share * (component @ mean) * component
        if len(known["components"]) and mean @ mean <= 1e-12 * before:  # what is left is rounding
            mean = np.zeros_like(mean)
        mean = mean.astype(np.float32).astype(float)
        squares = mean @ mean
        return mean / np.sqrt(squares) if known["normalize_rows"] and squares > 0 else mean


def _checked(texts: Iterable[str]) -> list[str]:
    """Return texts as a list of strings."""
    if isinstance(texts, str | bytes):
        raise TypeError("Several texts were expected, but one was given: put it into a list.")
    texts = list(texts)
    for i, text in enumerate(texts):
        if not isinstance(text, str):
            raise TypeError(f"Texts must be strings, but number {i} is of type {type(text).__name__}.")
        text.encode()  # raises an error for half of a character
    return texts


def _tfidf(counts: Any, columns: Any, known: dict[str, Any]) -> Any:
    """Return counts times inverse document frequencies, divided by their norm."""
    weights = (np.log(counts) + 1 if known["sublinear_tf"] else counts) * known["idf"][columns]
    norm = {"l1": np.abs(weights).sum(), "l2": np.sqrt(weights @ weights), None: 1.0}[known["norm"]]
    return weights / (norm or 1)


def _bm25(counts: Any, columns: Any, known: dict[str, Any]) -> Any:
    """Return by how much each term of a text adds to a score of BM25, of the variant that is known."""
    k1, delta = known["k1"], known["delta"]
    length = counts.sum() / (known["average_length"] or 1)
    B = 1 - known["b"] + known["b"] * length
    if known["method"] == "bm25l":
        scaled = counts / B
        without = (k1 + 1) * delta / ((k1 + delta) or 1)
        return known["idf"][columns] * ((k1 + 1) * (scaled + delta) / (k1 + scaled + delta) - without)
    limit = k1 + 1 if known["method"] in ("atire", "bm25+") else 1
    return known["idf"][columns] * (limit * counts / (k1 * B + counts))


def _smart(counts: Any, columns: Any, known: dict[str, Any]) -> Any:
    """Return weights by a formula of the SMART notation."""
    base, n = log(known["log_base"]), len(counts)
    logs = np.log(counts) / base
    tf: dict[str, Callable[[], Any]] = {
        "raw": lambda: counts,
        "relative": lambda: counts / counts.sum(),
        "binary": lambda: np.ones(n),
        "log": lambda: 1 + logs,
        "double_log": lambda: 1 + np.log(1 + logs) / base,
        "log_average": lambda: (1 + logs) / (1 + np.log(counts.sum() / n) / base),
        "augmented": lambda: 0.5 + 0.5 * counts / counts.max(),
    }
    weights = tf[known["tf"]]() * known["idf"][columns]
    lengths: dict[str, Callable[[], Any]] = {
        "none": lambda: 1.0,
        "l1": lambda: np.abs(weights).sum(),
        "l2": lambda: np.sqrt(weights @ weights),
        "pivoted": lambda: np.sqrt(weights @ weights),
        "pivoted_unique": lambda: float(n),
        "pivoted_characters": lambda: counts @ known["term_lengths"][columns],
    }
    length = lengths[known["norm"]]()
    if known["pivot"] is not None:
        length = (1 - known["slope"]) * known["pivot"] + known["slope"] * length
    return weights / (length or 1)


_FORMULAS = {"tfidf": _tfidf, "bm25": _bm25, "smart": _smart}
