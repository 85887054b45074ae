"""What SequenceEncoder refuses, and that it stays as it was then."""

from copy import deepcopy

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from support.compare import outcome
from textvec import SequenceEncoder

DOCUMENTS = ["The food is good", "Good pizza", "", "Good pizza is good food indeed"]

BAD_FITS = {
    "max_length 0": ({"max_length": 0}, DOCUMENTS, "'max_length' parameter of SequenceEncoder"),
    "max_length 2.5": ({"max_length": 2.5}, DOCUMENTS, "'max_length' parameter of SequenceEncoder"),
    "padding": ({"padding": "left"}, DOCUMENTS, "'padding' parameter of SequenceEncoder must be a str among"),
    "truncating": ({"truncating": None}, DOCUMENTS, "'truncating' parameter of SequenceEncoder"),
    "min_df": ({"min_df": -1}, DOCUMENTS, "'min_df' parameter of SequenceEncoder"),
    "max_features": ({"max_features": 0}, DOCUMENTS, "'max_features' parameter of SequenceEncoder"),
    "strip_accents": ({"strip_accents": "utf"}, DOCUMENTS, "'strip_accents' parameter of SequenceEncoder"),
    "token_pattern": ({"token_pattern": None}, DOCUMENTS, "'token_pattern' parameter of SequenceEncoder"),
    "one string": ({}, "good food", "Put a single document in a list"),
    "several columns": ({}, pd.DataFrame({"a": ["x"], "b": ["y"]}), "ColumnTransformer"),
    "missing": ({}, ["good", None], "missing"),
    "number": ({}, ["good", 3], "document 1 is of type int"),
    "no documents": ({}, [], "empty vocabulary"),
    "no words": ({"max_length": 3}, ["", "?"], "empty vocabulary"),
    "only stop words": ({"stop_words": "english"}, ["the", "and"], "stop words"),
    "all pruned": ({"min_df": 4}, DOCUMENTS, "no words remain. Try a lower min_df"),
    "no longest document": ({"vocabulary": ["good"]}, ["", "?"], "Give it max_length"),
    "empty vocabulary": ({"vocabulary": []}, DOCUMENTS, "is empty"),
    "word twice": ({"vocabulary": ["a", "b", "a"]}, DOCUMENTS, "'a' more than once"),
    "numbers from 0": ({"vocabulary": {"a": 0, "b": 1}}, DOCUMENTS, "from 2 on without gaps"),
    "a gap": ({"vocabulary": {"a": 2, "b": 4}}, DOCUMENTS, "from 2 on without gaps"),
    "a number twice": ({"vocabulary": {"a": 2, "b": 2}}, DOCUMENTS, "from 2 on without gaps"),
    "string for a vocabulary": ({"vocabulary": "abc"}, DOCUMENTS, "'vocabulary' parameter of SequenceEncoder"),
    "number in vocabulary": ({"vocabulary": ["a", 3]}, DOCUMENTS, "holds 3"),
}


@pytest.mark.parametrize("method", ["fit", "fit_transform"])
@pytest.mark.parametrize(("params", "documents", "message"), BAD_FITS.values(), ids=BAD_FITS)
def test_a_failed_fit_changes_nothing(params, documents, message, method):
    encoder = SequenceEncoder()
    with pytest.raises((ValueError, TypeError), match=message):
        getattr(clone(encoder).set_params(**params), method)(documents)
    before = encoder.fit_transform(DOCUMENTS)
    state = deepcopy(encoder.vocabulary_), encoder.max_length_
    with pytest.raises((ValueError, TypeError), match=message):
        getattr(encoder.set_params(**params), method)(documents)
    encoder.set_params(**SequenceEncoder().get_params())
    assert (encoder.vocabulary_, encoder.max_length_) == state
    np.testing.assert_array_equal(encoder.transform(DOCUMENTS), before)


def test_a_fit_that_has_no_memory_for_its_rows_changes_nothing():
    """The rows of fit_transform are made before anything is remembered."""
    encoder = SequenceEncoder().fit(DOCUMENTS)
    with pytest.raises((MemoryError, ValueError)):  # NumPy says that it is more than there is, or than can be
        encoder.set_params(max_length=2**60).fit_transform(["other words"])
    assert encoder.max_length_ == 6
    assert "pizza" in encoder.vocabulary_


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ([[0, 8]], "integers from 0 to 7, but row 0 has 8 at position 1"),
        ([[0], [-1]], "but row 1 has -1 at position 0"),
        ([[1.5]], "has 1.5"),
        ([[2**40]], f"has {2**40}"),
        ([["a"]], "'a'|numeric"),
        ([[np.nan]], "NaN"),
        ([1, 2], "Expected 2D array"),
        ([[[1]]], "dim 3"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("method", ["inverse_transform", "one_hot"])
def test_numbers_that_stand_for_nothing(method, numbers, message):
    encoder = SequenceEncoder().fit(DOCUMENTS)
    with pytest.raises(ValueError, match=message):
        getattr(encoder, method)(numbers)


@pytest.mark.parametrize(("method", "argument"), [("transform", DOCUMENTS), ("inverse_transform", [[1]]),
                                                  ("one_hot", [[1]]), ("get_feature_names_out", None)])  # fmt: skip
def test_not_fitted(method, argument):
    with pytest.raises(NotFittedError):
        getattr(SequenceEncoder(vocabulary=["a"]), method)(argument)
    assert not hasattr(SequenceEncoder(), "vocabulary_")
    assert not hasattr(SequenceEncoder(), "max_length_")


def test_bad_documents_to_transform(messages):
    encoder = SequenceEncoder().fit(messages)
    for documents in ("good", ["good", np.nan], [3], 7, [["a"], "b"], {"a": "b"}):
        result, _ = outcome(encoder.transform, documents)
        assert isinstance(result, ValueError | TypeError), documents


@pytest.mark.parametrize("max_length", [10**15, 10**30])
def test_rows_that_no_memory_holds(max_length):
    with pytest.raises(MemoryError, match="The longest of these documents has 2 words: use a smaller max_length"):
        SequenceEncoder(max_length=max_length).fit_transform(["good food", "food"])
