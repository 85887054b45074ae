"""Vectors of spaCy's pipelines, both ways."""

import numpy as np
import pytest
import spacy
from spacy.vectors import Vectors

from textvec.embeddings import WordVectors

VECTORS = np.arange(6, dtype=np.float32).reshape(3, 2)


@pytest.fixture
def nlp():
    nlp = spacy.blank("en")
    nlp.vocab.set_vector("good", VECTORS[0])
    nlp.vocab.set_vector("new york", VECTORS[1])
    nlp.vocab.set_vector("日本", VECTORS[2])
    return nlp


def test_from_spacy(nlp):
    found = WordVectors.from_spacy(nlp)
    assert sorted(found.words) == ["good", "new york", "日本"]
    for word in found.words:
        np.testing.assert_array_equal(found[word], nlp.vocab[word].vector)


def test_words_that_share_a_vector(nlp):
    nlp.vocab.vectors.add(nlp.vocab.strings.add("fine"), row=nlp.vocab.vectors.find(key="good"))
    found = WordVectors.from_spacy(nlp)
    assert len(found) == 4
    np.testing.assert_array_equal(found["fine"], found["good"])


def test_by_name(nlp, tmp_path):
    nlp.to_disk(tmp_path / "pipeline")
    assert len(WordVectors.from_spacy(str(tmp_path / "pipeline"))) == 3
    with pytest.raises(ValueError, match="neither a language nor a trained pipeline 'en_nonsense'"):
        WordVectors.from_spacy("en_nonsense")


def test_to_spacy():
    nlp = spacy.blank("en")
    table = WordVectors(["good", "new york", "日本"], VECTORS)
    table.to_spacy(nlp)
    assert nlp("good food")[0].vector.tolist() == [0, 1]
    assert not nlp("good food")[1].has_vector
    np.testing.assert_array_equal(nlp("good 日本").vector, VECTORS[[0, 2]].mean(axis=0))
    again = WordVectors.from_spacy(nlp)
    assert again.words.tolist() == table.words.tolist()
    np.testing.assert_array_equal(again.vectors, table.vectors)
    nlp.vocab.set_vector("good", np.ones(2))
    assert table["good"].tolist() == [0, 1], "a copy"


def test_half_floats_become_whole():
    nlp = spacy.blank("en")
    WordVectors(["good"], np.ones((1, 2), np.float16)).to_spacy(nlp)
    assert nlp.vocab["good"].vector.dtype == np.float32


def test_pipelines_without_vectors():
    nlp = spacy.blank("en")
    with pytest.raises(ValueError, match="The spaCy pipeline 'pipeline' has no word vectors"):
        WordVectors.from_spacy(nlp)
    nlp.vocab.vectors = Vectors(
        strings=nlp.vocab.strings, mode="floret", data=VECTORS, hash_count=1, minn=1, maxn=2, bow="<", eow=">"
    )
    with pytest.raises(ValueError, match="'pipeline' are floret's: buckets of n-grams, and no words"):
        WordVectors.from_spacy(nlp)
