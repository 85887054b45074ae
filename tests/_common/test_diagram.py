"""The diagrams of estimators: what was learnt is in them, also within pipelines."""

import re

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import estimator_html_repr
from sklearn.utils._repr_html import estimator as sklearn_diagram

from textvec import (
    BM25Index,
    BM25Weighting,
    Chunker,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    HybridIndex,
    NBWeighting,
    OneHotVectorizer,
    Phrases,
    SequenceEncoder,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    Word2Vec,
    WordVectors,
)
from textvec.classification import NBSVMClassifier

TEXTS = ["red apple", "green apple", "blue sea"]
LABELS = [0, 0, 1]
WORDS = WordVectors(["red", "apple", "sea"], [[1, 0], [0, 1], [1, 1]])
COUNTS = CountVectorizer().fit_transform(TEXTS)


def captions(estimator):
    return re.findall('<div class="caption">(.*?)</div>', estimator_html_repr(estimator))


@pytest.mark.parametrize(
    ("estimator", "X", "learnt"),
    [
        (CountVectorizer(), TEXTS, "5 terms"),
        (TfidfVectorizer(), TEXTS, "5 terms, 3 documents"),
        (HashingVectorizer(), TEXTS, "1,048,576 columns"),
        (OneHotVectorizer(), TEXTS, "5 words"),
        (SequenceEncoder(), TEXTS, "5 words, sequences of 2"),
        (StopWords(["the"]), TEXTS, "1 stop word"),
        (Phrases(min_count=1, threshold=0.1), TEXTS * 9, "3 phrases"),
        (TfidfWeighting(), COUNTS, "5 terms"),
        (BM25Weighting(), COUNTS, "5 terms, average length 2.0"),
        (NBWeighting(), COUNTS, "5 terms"),
        (Word2Vec(vector_size=2, min_count=1), TEXTS, "5 words, 2 dimensions"),
        (EmbeddingVectorizer(WORDS), TEXTS, "3 words, 2 dimensions"),
        (NBSVMClassifier(), COUNTS, "2 classes, 5 features"),
        (CosineIndex("precomputed"), COUNTS, "3 documents, 5 columns"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_was_learnt_is_shown(estimator, X, learnt):
    assert captions(estimator.fit(X, LABELS)) == [learnt]


@pytest.mark.parametrize("estimator", [TfidfVectorizer(), StopWords(), Word2Vec(), BM25Weighting()], ids=str)
def test_before_fit_nothing_was_learnt(estimator):
    assert captions(estimator) == []


def test_within_a_pipeline():
    pipeline = make_pipeline(Tokenizer(), StopWords(), TfidfVectorizer(), LogisticRegression())
    assert captions(pipeline) == []
    shown = captions(pipeline.fit(TEXTS, LABELS))
    assert shown[1:] == ["5 terms, 3 documents"]
    assert shown[0].endswith(" stop words")


def test_an_index_shows_its_encoder_and_its_documents(tmp_path):
    index = CosineIndex(chunker=Chunker(size=1))
    assert "learnt" not in index._repr_html_()
    page = index.fit(TEXTS)._repr_html_()
    assert "encoder: TfidfVectorizer" in page
    assert "chunker: Chunker" in page
    assert " object at 0x" not in page
    assert "3 documents, 3 passages, 5 columns" in page
    assert "5 terms, 3 documents" in page
    index.save(tmp_path / "index")
    opened = CosineIndex.open(tmp_path / "index")
    assert "3 documents, 3 passages, 5 columns" in opened._repr_html_()
    assert "encoder_" not in vars(opened)
    assert "3 documents, 5 columns" in BM25Index().fit(TEXTS)._repr_html_()


def test_a_hybrid_index_shows_both_encoders():
    index = HybridIndex(BM25Index(), CosineIndex(EmbeddingVectorizer(WORDS)))
    assert "lexical: BM25Index" in index._repr_html_()
    page = index.fit(TEXTS)._repr_html_()
    for shown in ("lexical: ", "dense: EmbeddingVectorizer", "3 documents, 5 columns, 2 dimensions"):
        assert shown in page


def test_without_the_classes_of_scikit_learn_the_diagram_is_the_plain_one(monkeypatch):
    vectorizer = TfidfVectorizer().fit(TEXTS)
    monkeypatch.delattr(sklearn_diagram, "_VisualBlock")
    with pytest.raises(ImportError):
        vectorizer._sk_visual_block_()
