"""Why a term is not in the vocabulary."""

import pytest

from textvec import CountVectorizer, TfidfVectorizer, trace

TEXTS = ["the food", "the food", "the pizza", "the wine wine wine", "the the bill"]


def reasons(fitted_on=None, **params):
    step = trace(CountVectorizer(**params).fit(TEXTS), ["the food pizza wine bill tea"], fitted_on=fitted_on)["Counts"]
    return {item.text: item.why for item in step.dropped[0]}


def test_without_pruning_no_text_had_it():
    assert reasons() == {"tea": "unknown: no text of fit has it"}


@pytest.mark.parametrize("cls", [CountVectorizer, TfidfVectorizer])
def test_without_the_documents_both_are_possible(cls):
    step = trace(cls(min_df=2).fit(TEXTS), ["pizza tea"])["Counts"]
    why = "unknown: no text of fit has it, or min_df=2 left it out"
    assert [item.why for item in step.dropped[0]] == [why, why]


def test_with_the_documents_the_parameter_is_named():
    assert reasons(TEXTS, min_df=2, max_df=0.9) == {
        "the": "left out by max_df=0.9: in 5 of 5 texts of fit",
        "pizza": "left out by min_df=2: in 1 of 5 texts of fit",
        "wine": "left out by min_df=2: in 1 of 5 texts of fit",
        "bill": "left out by min_df=2: in 1 of 5 texts of fit",
        "tea": "unknown: no text of fit has it",
    }
    found = reasons(TEXTS, max_features=3)
    assert found["pizza"] == "left out by max_features=3: in 1 of 5 texts of fit, and others occur more often"
    assert "wine" not in found


def test_documents_go_through_the_steps_before():
    from sklearn.pipeline import make_pipeline

    from textvec import Stemmer, Tokenizer

    pipeline = make_pipeline(Tokenizer(), Stemmer(), CountVectorizer(min_df=2)).fit(["foods", "food", "wines"])
    step = trace(pipeline, ["wines"], fitted_on=["foods", "food", "wines"])["Counts"]
    assert step.dropped[0][0].why == "left out by min_df=2: in 1 of 3 texts of fit"


def test_a_given_vocabulary():
    step = trace(CountVectorizer(vocabulary=["food"]).fit(TEXTS), ["food tea"])["Counts"]
    assert step.dropped[0][0].why == "not in the vocabulary that was given"
