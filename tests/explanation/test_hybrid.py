"""Explanations of two searches together as people and programs read them."""

import numpy as np

from textvec import BM25Index, CosineIndex, EmbeddingVectorizer, HybridIndex, WordVectors

VECTORS = WordVectors(["car", "automobile", "apple"], np.array([[1, 0], [0.9, 0.1], [0, 1]]))
INDEX = HybridIndex(BM25Index(), CosineIndex(EmbeddingVectorizer(VECTORS))).fit(
    ["a red <car>", "an old automobile", "a red apple"]
)


def test_what_is_shown():
    explanation = INDEX.explain("car", 0)
    assert repr(explanation).splitlines() == [
        "HybridExplanation(score 0.0328)",
        "  0.0164  lexical  rank 1, score 0.4193",
        "  0.0164  dense    rank 1, score 1.0000",
    ]
    text = explanation.to_text(color=False)
    assert "document  a red <[car]>" in text
    assert "1.0000  car ~ car" in text
    assert "\x1b" in explanation.to_text()
    html = explanation._repr_html_()
    assert "&lt;" in html
    assert html.count("lexical") == html.count("dense") == 1


def test_what_one_search_did_not_find():
    explanation = INDEX.explain("car", 1)
    assert explanation.to_dicts()[0] == {"part": "lexical", "contribution": 0.0, "rank": None, "score": 0.0}
    assert explanation.to_pandas().fillna(-1).to_dict("list") == {
        "part": ["lexical", "dense"],
        "contribution": [0.0, explanation[1].contribution],
        "rank": [-1, 2],
        "score": [0.0, explanation[1].score],
    }
    assert (explanation.lexical, explanation.dense.score > 0.9, explanation[1].rank) == (None, True, 2)
    assert "lexical  not found" in repr(explanation)
    assert [each.part for each in explanation[:]] == ["lexical", "dense"]
