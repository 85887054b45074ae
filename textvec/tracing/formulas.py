"""The formulas of weights with their numbers filled in, such as "0.42 = 2 × ln(4/2) / 3.3".

Each function takes a fitted step and the counts of the terms of one text, by column, and returns for each column the
right side of its formula. What stands there is Python but for ×, − and the logarithms; tests compute it, and
compare it with the weight.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from textvec.weightings._bm25 import VARIANTS
from textvec.weightings._document_counts import DocumentCounts
from textvec.weightings._smart import inverse_document_frequencies as smart_idf

Counts = Mapping[int, float]
Filled = dict[int, str]


def shown(value: float) -> str:
    """Return a number with at least four digits that count, and without an exponent unless it is very small."""
    value = float(value)
    if value.is_integer() and abs(value) < 1e15:
        text = str(int(value))
    else:
        text = f"{value:.1f}" if 1000 <= abs(value) < 1e15 else f"{value:.4g}"
    return text.replace("-", "−")


def tfidf(step: Any, counts: Counts) -> Filled:
    """Return the formulas of a `TfidfVectorizer` or `TfidfTransformer`, of this package or scikit-learn."""
    weigher = getattr(step, "_tfidf", step)  # both vectorizers keep a transformer of that name
    idf = weigher.idf_ if weigher.use_idf else None
    n, frequencies = getattr(step, "n_documents_", None), getattr(step, "document_frequencies_", None)
    extra = int(weigher.smooth_idf)
    parts, raw = {}, {}
    for column, count in counts.items():
        tf, tf_text = (
            (1 + math.log(count), f"(1 + ln {shown(count)})") if weigher.sublinear_tf else (count, shown(count))
        )
        raw[column], parts[column] = tf, tf_text
        if idf is None:
            continue
        raw[column] *= float(idf[column])
        if n is None or frequencies is None:
            parts[column] += f" × {shown(idf[column])}"
        else:
            df = int(frequencies[column])
            parts[column] += f" × (ln({n + extra}/{df + extra}) + 1)"
    return _divided(parts, {"l1": _l1, "l2": _l2, None: None}[weigher.norm], raw)


def about_tfidf(step: Any) -> list[str]:
    """Return sentences about the formula of a `TfidfVectorizer` or `TfidfTransformer`."""
    weigher = getattr(step, "_tfidf", step)
    tf = "(1 + ln tf)" if weigher.sublinear_tf else "tf"
    idf = ("ln((1 + N)/(1 + df)) + 1" if weigher.smooth_idf else "ln(N/df) + 1") if weigher.use_idf else None
    formula = tf + (" × idf" if idf else "") + (" / norm" if weigher.norm else "")
    says = [f"weight = {formula}", "tf: how often the term is in the text"]
    if idf:
        n = getattr(step, "n_documents_", None)
        of = f", N = {n:,} texts of fit" if n else ", N: texts of fit"
        says.append(f"idf = {idf}{of}, df: how many of them have the term")
    if weigher.norm:
        what = {"l2": "the square root of the sum of the squares", "l1": "the sum of the sizes"}[weigher.norm]
        says.append(f"norm: {what} of all weights of the text")
    return says


def smart(step: Any, counts: Counts) -> Filled:
    """Return the formulas of a `TfidfWeighting`."""
    log = _log_name(step.log_base)
    values = np.array(list(counts.values()), np.float64)
    columns = np.array(list(counts), np.int64)
    rows = DocumentCounts(values, columns, np.array([0, len(values)]))
    tf = _SMART_TF[step.tf](values, log)
    idf = [_smart_idf(step, column, log) for column in columns.tolist()]
    parts = {column: a if b == "1" else f"{a} × {b}" for column, a, b in zip(columns.tolist(), tf, idf, strict=True)}
    if step.norm == "none" or not len(values):
        return parts
    formula = step._formula
    length = float(formula.lengths(rows, formula.tfidf(rows))[0])
    if step.pivot_ is None:
        divisor = shown(length)
    else:
        divisor = f"({shown(1 - step.slope)} × {shown(step.pivot_)} + {shown(step.slope)} × {shown(length)})"
        length = (1 - step.slope) * step.pivot_ + step.slope * length
    return {column: f"{part} / {divisor}" if length else part for column, part in parts.items()}


def about_smart(step: Any) -> list[str]:
    """Return sentences about the formula of a `TfidfWeighting`."""
    log = _log_name(step.log_base)
    n = getattr(step, "n_documents_", None)
    says = [f"weight = tf ({step.tf}) × idf ({step.idf})" + ("" if step.norm == "none" else f" / length ({step.norm})")]
    if step.idf != "none":
        formula = _SMART_IDF[step.idf]("N", "df", log)
        says.append(f"idf = {formula}" + (f", N = {n:,} texts" if n else ""))
    return says


def _smart_idf(step: Any, column: int, log: str) -> str:
    if step.idf == "none":
        return "1"
    n, idf = getattr(step, "n_documents_", None), float(step.idf_[column])
    df = _frequency(idf, n, lambda df: smart_idf(df, n or 1, step.idf, step.log_base))
    if df is None:
        return shown(idf)
    formula = _SMART_IDF[step.idf](str(n), str(df), log)
    return f"({formula})" if formula.endswith(" + 1") else formula


_SMART_TF: dict[str, Callable[[Any, str], list[str]]] = {
    "raw": lambda c, log: [shown(x) for x in c],
    "relative": lambda c, log: [f"{shown(x)}/{shown(c.sum())}" for x in c],
    "binary": lambda c, log: ["1" for x in c],
    "log": lambda c, log: [f"(1 + {log} {shown(x)})" for x in c],
    "double_log": lambda c, log: [f"(1 + {log}(1 + {log} {shown(x)}))" for x in c],
    "log_average": lambda c, log: [f"((1 + {log} {shown(x)})/(1 + {log} {shown(c.mean())}))" for x in c],
    "augmented": lambda c, log: [f"(0.5 + 0.5 × {shown(x)}/{shown(c.max())})" for x in c],
}
_SMART_IDF: dict[str, Callable[[str, str, str], str]] = {
    "smooth": lambda n, df, log: f"{log}((1 + {n})/(1 + {df})) + 1",
    "plus_one": lambda n, df, log: f"{log}({n}/{df}) + 1",
    "standard": lambda n, df, log: f"{log}({n}/{df})",
    "zero_corrected": lambda n, df, log: f"{log}(({n} + 1)/{df})",
    "probabilistic": lambda n, df, log: f"max({log}(({n} − {df})/{df}), 0)",
}


def bm25(step: Any, counts: Counts) -> Filled:
    """Return the formulas of a `BM25Weighting`."""
    total, average = sum(counts.values()), step.average_length_ or 1
    n = getattr(step, "n_documents_", None)
    variant = VARIANTS[step.method]
    filled = {}
    for column, count in counts.items():
        idf = float(step.idf_[column])
        df = _frequency(idf, n, lambda df: variant.idf(df, n or 1))
        filled[column] = _bm25_filled(step, count, total, average, n, df, idf)
    return filled


def _bm25_filled(
    step: Any, count: float, length: float, average: float, n: int | None, df: int | None, idf: float
) -> str:
    """Return the formula of BM25 of one term.

    Parameters
    ----------
    step : object
        With the parameters `method`, `k1`, `b` and `delta`.
    count, length, average : float
        How often the term is in the text, how many terms the text has, and how many texts have on average.
    n, df : int or None
        Number of texts, and of those with the term; None where they are not known.
    idf : float
        The number for them.
    """
    k1, b, delta, c = shown(step.k1), shown(step.b), shown(step.delta), shown(count)
    inverse = shown(idf) if n is None or df is None else _BM25_IDF[step.method](n, df)
    ratio = f"({shown(1 - step.b)} + {b} × {shown(length)}/{shown(average)})"
    over = f"({k1} × {ratio} + {c})"
    if step.method in ("robertson", "lucene"):
        return f"{inverse} × {c} / {over}"
    more = shown(step.k1 + 1)
    if step.method == "bm25l":
        share = f"{c}/{ratio}"
        absent = f"{more} × {delta} / ({k1} + {delta})"
        tf = f"({more} × ({share} + {delta}) / ({k1} + {share} + {delta}) − {absent})"
        return f"{inverse} × {tf}" if step.k1 + step.delta else f"{inverse} × {more} × ({share}) / ({share})"
    return f"{inverse} × {more} × {c} / {over}"


_BM25_IDF: dict[str, Callable[[int, int], str]] = {
    "robertson": lambda n, df: f"max(ln(({n} − {df} + 0.5)/({df} + 0.5)), 0)",
    "lucene": lambda n, df: f"ln(1 + ({n} − {df} + 0.5)/({df} + 0.5))",
    "atire": lambda n, df: f"ln({n}/{df})",
    "bm25l": lambda n, df: f"ln(({n} + 1)/({df} + 0.5))",
    "bm25+": lambda n, df: f"ln(({n} + 1)/{df})",
}


def about_bm25(step: Any) -> list[str]:
    """Return sentences about the formula of a `BM25Weighting`."""
    n = getattr(step, "n_documents_", None)
    of = f"N = {n:,} texts, " if n else ""
    return [
        f"BM25, variant {step.method}, k1 = {shown(step.k1)}, b = {shown(step.b)}"
        + (f", delta = {shown(step.delta)}" if step.method in ("bm25l", "bm25+") else ""),
        f"weight = idf × tf; {of}texts have {shown(step.average_length_)} terms on average",
    ]


def naive_bayes(step: Any, counts: Counts) -> Filled:
    """Return the formulas of an `NBWeighting`: count times log-count ratio; columns are those of its matrix."""
    ratios = step.log_count_ratio_.ravel()
    return {column: f"{shown(count)} × {shown(ratios[column])}" for column, count in counts.items()}


def about_naive_bayes(step: Any) -> list[str]:
    """Return sentences about the formula of an `NBWeighting`."""
    classes = list(map(str, step.classes_))
    which = f"{classes[1]} against {classes[0]}" if len(classes) == 2 else "each class against the others"
    return [
        "weight = count × r",
        f"r = ln((p + alpha) / sum(p + alpha)) − ln((q + alpha) / sum(q + alpha)), p of {which} (q), "
        f"alpha = {shown(step.alpha)}",
    ]


def _frequency(idf: float, n: int | None, formula: Callable[[Any], Any]) -> int | None:
    """Return in how many documents a term is that has an idf; None if several numbers give the same, or none does.

    No formula of idf rises with the number of documents, so that half of those which are left can be ruled out at once.
    """
    if not n:
        return None

    def at(df: int) -> float:
        with np.errstate(divide="ignore", invalid="ignore"):
            return float(formula(np.array([df], np.float64))[0])

    tolerance = 1e-12 * max(abs(idf), 1e-12)
    df = 1 + bisect_left(range(1, n + 1), -(idf + tolerance), key=lambda df: -at(df))
    if df > n or at(df) < idf - tolerance or (df < n and at(df + 1) >= idf - tolerance):
        return None
    return df


def _l1(values: Any) -> float:
    return float(sum(abs(v) for v in values))


def _l2(values: Any) -> float:
    return math.sqrt(sum(v * v for v in values))


def _divided(parts: Filled, norm: Callable[[Any], float] | None, raw: Mapping[int, float]) -> Filled:
    length = norm(raw.values()) if norm else 0
    return {column: f"{part} / {shown(length)}" for column, part in parts.items()} if length else parts


def _log_name(base: float) -> str:
    named = {math.e: "ln", 2: "log2", 10: "log10"}
    return named.get(base) or f"1/ln {shown(base)} × ln"
