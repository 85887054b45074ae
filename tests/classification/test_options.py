"""Parameters from the texts of a command line, and which of features and classifier they go to."""

import warnings

import pytest

from textvec.classification import classifier, features, text_classifier
from textvec.classification.options import classifier_of_options, parsed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("-1", -1),
        ("1e-3", 0.001),
        ("None", None),
        ("null", None),
        ("true", True),
        ("False", False),
        ("1-3", (1, 3)),
        ("(1, 3)", (1, 3)),
        ('{"spam": 2}', {"spam": 2}),
        ("'5'", "5"),
        (r"\w+", r"\w+"),
        ("a-b", "a-b"),
        ("", ""),
        ("__import__('os')", "__import__('os')"),
        ("(" * 1000, "(" * 1000),
        ("\u0663-\u0664", "\u0663-\u0664"),
    ],
)
def test_values(text, value):
    assert parsed(text) == value
    assert type(parsed(text)) is type(value)


@pytest.mark.parametrize(
    ("given", "options", "expected"),
    [
        (("tfidf", "logreg", {}), {}, text_classifier("tfidf", "logreg")),
        (
            ("tfidf", "logreg", {"C": 2.0, "min_df": 3}),
            {"ngrams": (1, 2), "random_state": 7, "class_weight": "balanced"},
            text_classifier(
                features("tfidf", min_df=3, ngram_range=(1, 2)),
                classifier("logreg", C=2.0, random_state=7, class_weight="balanced"),
            ),
        ),
        (
            ("counts", "forest", {"features__max_features": 5, "classifier__max_features": "log2"}),
            {},
            text_classifier(features("counts", max_features=5), classifier("forest", max_features="log2")),
        ),
        (
            ("words+char", "svm", {"char__min_df": 2}),
            {"ngrams": (1, 2)},
            text_classifier(features("words+char", char__min_df=2, words__ngram_range=(1, 2)), "svm"),
        ),
        (
            ("counts", "nb", {}),
            {"stem": "snowball", "random_state": 1},
            text_classifier("counts", "nb", stem="snowball"),
        ),
    ],
)
def test_where_parameters_go(given, options, expected):
    assert repr(classifier_of_options(*given, **options)) == repr(expected)


@pytest.mark.parametrize(
    ("given", "options", "message"),
    [
        (
            ("tfidf", "logreg", {"x": 1}),
            {},
            "Neither the features 'tfidf' nor .* a parameter 'x'.* have .*min_df.* has .*C",
        ),
        (("counts", "forest", {"max_features": 5}), {}, "say features__max_features or classifier__max_features"),
        (("tfidf", "logreg", {"C": 1, "classifier__C": 2}), {}, "'C' is given twice"),
        (("tfidf", "logreg", {"ngram_range": (1, 1)}), {"ngrams": (1, 2)}, "n-grams are given twice"),
        (("tfidf", "nb", {}), {"class_weight": "balanced"}, "'nb' has no class_weight. These have: logreg, svm, nbsvm"),
        (("embedding", "svm", {}), {"ngrams": (1, 2), "vectors": object()}, "'embedding' have no n-grams"),
        (("tfid", "svm", {}), {}, "Did you mean 'tfidf'"),
        (("tfidf", "svn", {}), {}, "Did you mean 'svm'"),
        (("nb", "nb", {}), {}, "cannot learn from the features"),
    ],
)
def test_what_makes_no_sense(given, options, message):
    with pytest.raises(ValueError, match=message):
        classifier_of_options(*given, **options)


def test_a_pattern_in_quotes_is_read_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert parsed(r"'\w+'") == r"\w+"
