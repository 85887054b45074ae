"""Formulas with their numbers filled in: what stands there is computed, and is the weight that the pipeline gives."""

import math
import re

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.pipeline import make_pipeline

from textvec import BM25Weighting, CountVectorizer, NBWeighting, TfidfVectorizer, TfidfWeighting, trace
from textvec.tracing.formulas import _frequency, shown
from textvec.weightings._bm25 import VARIANTS
from textvec.weightings._smart import IDF, LENGTH, TF, inverse_document_frequencies

TEXTS = ["good food good food good", "the food is not good", "pizza is great", "great pizza, great wine", "not a pizza"]
NAMES = {"ln": math.log, "log2": math.log2, "log10": math.log10, "max": max}


def computed(formula):
    """Return the value of a formula as it is written."""
    python = formula.replace("×", "*").replace("−", "-")
    python = re.sub(r"\b(ln|log2|log10) ([\d.]+)", r"\1(\2)", python)
    assert re.fullmatch(r"[-+*/()., \de]*", re.sub(r"ln|log2|log10|max", "", python)), formula
    return eval(python, {"__builtins__": {}}, NAMES)


def check(weighting, counter=None, least=0):
    """Check all weights of the texts: the formula gives them, up to the digits that are shown of what is in it."""
    pipeline = make_pipeline(*([weighting] if counter is None else [counter, weighting]))
    pipeline.fit(TEXTS, [1, 0, 1, 1, 0])
    traced = trace(pipeline, TEXTS)
    matrix = pipeline.transform(TEXTS)
    step = traced["Weights"]
    assert sum(map(len, step.items)) >= matrix.nnz > 0
    for doc, items in enumerate(step.items):
        for item in items:
            assert item.value == matrix[doc, item.column]
            assert computed(item.why) == pytest.approx(item.value, rel=2e-3, abs=1e-9), item
    return step


@pytest.mark.parametrize("norm", ["l2", "l1", None])
@pytest.mark.parametrize(
    ("smooth_idf", "sublinear_tf", "use_idf"), [(True, False, True), (False, True, True), (1, 0, 0)]
)
def test_tfidf(norm, smooth_idf, sublinear_tf, use_idf):
    params = {
        "norm": norm,
        "smooth_idf": bool(smooth_idf),
        "sublinear_tf": bool(sublinear_tf),
        "use_idf": bool(use_idf),
    }
    ours = check(TfidfVectorizer(**params))
    theirs = check(TfidfTransformer(**params), CountVectorizer())
    assert np.allclose(ours.output.toarray(), theirs.output.toarray())


def test_the_formula_of_the_text_book():
    step = check(TfidfWeighting(idf="standard", norm="none"), CountVectorizer())
    assert (step.items[0][0].text, step.items[0][0].why) == ("good", "3 × ln(5/2)")
    assert step.about == ["weight = tf (raw) × idf (standard)", "idf = ln(N/df), N = 5 texts"]


@pytest.mark.parametrize("idf", IDF)
@pytest.mark.parametrize("tf", TF)
def test_smart_without_norm(tf, idf):
    check(TfidfWeighting(tf=tf, idf=idf, norm="none", log_base=2), CountVectorizer())


@pytest.mark.parametrize("base", [math.e, 2, 10, 3])
@pytest.mark.parametrize("norm", LENGTH)
def test_smart_norms(norm, base):
    lengths = range(2, 10) if norm == "pivoted_characters" else None
    check(TfidfWeighting(tf="log", norm=norm, term_lengths=lengths, log_base=base), CountVectorizer())


def test_smart_frequencies_are_in_the_formula():
    """All of tf, df and N can be read off it."""
    step = check(TfidfWeighting.smart("atn"), CountVectorizer())
    assert step.items[0][0].why == "(0.5 + 0.5 × 3/3) × ln(5/2)"


@pytest.mark.parametrize("params", [{}, {"k1": 0.0}, {"b": 0.0}, {"b": 1.0}, {"delta": 1.0}], ids=str)
@pytest.mark.parametrize("method", VARIANTS)
def test_bm25(method, params):
    check(BM25Weighting(method, **params), CountVectorizer())


@pytest.mark.parametrize("binary", [True, False])
def test_naive_bayes(binary):
    check(NBWeighting(binary=binary), CountVectorizer())


def test_naive_bayes_of_several_classes():
    pipeline = make_pipeline(CountVectorizer(), NBWeighting()).fit(TEXTS, ["a", "b", "c", "a", "b"])
    step = trace(pipeline, TEXTS)["Weights"]
    assert [item.text for item in step.items[2]] == [f"{c}__{w}" for c in "abc" for w in ("pizza", "is", "great")]
    assert all(computed(item.why) == pytest.approx(item.value, rel=1e-3) for items in step.items for item in items)


@pytest.mark.parametrize("n", [1, 2, 1000])
@pytest.mark.parametrize("variant", [*VARIANTS, *IDF])
def test_document_frequencies_are_found_by_their_idf(variant, n):
    """Each number that alone has its idf is found, and of others none."""

    def formula(df):
        return VARIANTS[variant].idf(df, n) if variant in VARIANTS else inverse_document_frequencies(df, n, variant, 2)

    with np.errstate(divide="ignore"):
        table = formula(np.arange(1.0, n + 1))
    found = [_frequency(idf, n, formula) for idf in table.tolist()]
    assert found == [df if (table == idf).sum() == 1 else None for df, idf in enumerate(table.tolist(), 1)]
    assert _frequency(table[0] + 1, n, formula) is _frequency(table[-1] - 1, n, formula) is None


def test_weightings_of_earlier_files_show_idf_as_a_number():
    pipeline = make_pipeline(CountVectorizer(), TfidfWeighting(idf="standard", norm="none")).fit(TEXTS)
    del pipeline[-1].n_documents_
    assert trace(pipeline, ["good"])["Weights"].items[0][0].why == "1 × 0.9163"


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2.0, "2"),
        (0, "0"),
        (-0.0, "0"),
        (0.123456, "0.1235"),
        (-1.5, "−1.5"),
        (12345.678, "12345.7"),
        (1e-7, "1e−07"),
        (float("nan"), "nan"),
        (-float("inf"), "−inf"),
        (1e300, "1e+300"),
    ],
)
def test_numbers(number, text):
    assert shown(number) == text
