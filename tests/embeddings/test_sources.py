"""Where an EmbeddingVectorizer has its vectors from: pieces travel with them, into pipelines, indexes and files."""

import pickle
import subprocess
import sys

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import textvec
from support.pieces import TEXTS, write_model
from textvec import CosineIndex, EmbeddingVectorizer, Tokenizer, Word2Vec, WordVectors
from textvec.explanation import explain
from textvec.preprocessing._pieces import Pieces
from textvec.similarity import soft_cosine, word_movers_distance

DOCUMENTS = ["The bees make honey.", "BEE bee the", "honey"]
POOLINGS = ("mean", "tfidf", "sif", "usif", "max", "pmeans")


@pytest.fixture
def folder(tmp_path):
    return write_model(tmp_path / "model")


@pytest.mark.parametrize("pooling", POOLINGS)
def test_pieces_are_pooled_as_words_are(pooling, folder):
    vectors = WordVectors.read(folder)
    cut = [vectors.pieces(text) for text in DOCUMENTS]
    expected = EmbeddingVectorizer(WordVectors(vectors.words, vectors.vectors), pooling=pooling).fit_transform(cut)
    for source in (vectors, str(folder), folder / "model.safetensors"):
        encoder = EmbeddingVectorizer(source, pooling=pooling)
        np.testing.assert_array_equal(encoder.fit_transform(DOCUMENTS), expected)
        np.testing.assert_array_equal(encoder.transform(iter(DOCUMENTS)), expected)
        np.testing.assert_array_equal(encoder.transform(cut), expected)
    piped = make_pipeline(Tokenizer(f"pieces:{folder}"), EmbeddingVectorizer(vectors, pooling=pooling))
    np.testing.assert_array_equal(piped.fit_transform(DOCUMENTS), expected)


def test_documents_that_were_cut_into_something_else(folder, tmp_path):
    vectors = WordVectors.read(folder)
    encoder = EmbeddingVectorizer(vectors).fit(DOCUMENTS)
    for tokenizer in (Tokenizer(), Tokenizer("unicode")):
        with pytest.raises(ValueError, match=r"word pieces, but Tokenizer\(.*\) cut the documents into others\. Leave"):
            encoder.transform(tokenizer.transform(DOCUMENTS))
    with pytest.raises(ValueError, match="word pieces"):
        make_pipeline(Tokenizer(), encoder).fit(DOCUMENTS)
    other = Pieces(vectors.pieces.definition.replace('"lowercase": true', '"lowercase": false'))
    assert other != vectors.pieces
    with pytest.raises(ValueError, match="word pieces"):
        encoder.transform(Tokenizer(other).transform(DOCUMENTS))
    learnt = Word2Vec(min_count=1, vector_size=3).fit(Tokenizer(vectors.pieces).transform(DOCUMENTS))
    words = EmbeddingVectorizer(learnt.vectors_).fit(Tokenizer(vectors.pieces).transform(DOCUMENTS))
    assert words.vectors_.pieces is None


def test_what_is_saved_needs_no_other_file(folder, tmp_path):
    encoder = EmbeddingVectorizer(str(folder), pooling="sif")
    index = CosineIndex(encoder).fit(DOCUMENTS)
    index.save(tmp_path / "index")
    textvec.save(make_pipeline(encoder).fit(DOCUMENTS), tmp_path / "pipeline.textvec")
    for file in folder.iterdir():
        file.unlink()
    expected = index.encoder_.transform(DOCUMENTS)
    np.testing.assert_array_equal(textvec.load(tmp_path / "pipeline.textvec").transform(DOCUMENTS), expected)
    opened = CosineIndex.open(tmp_path / "index")
    for query in ("a BEE", "honeys"):
        ours, theirs = opened.search([query])[0], index.search([query])[0]
        assert [(hit.id, hit.score) for hit in ours] == [(hit.id, hit.score) for hit in theirs]
    assert {pair.query_word for pair in opened.explain("bees", 0)} == {"bee", "##s"}
    opened.add(["bees bees"])
    assert opened.search(["bees"], k=1)[0][0].id == 3


def test_a_query_from_the_shell_imports_no_scikit_learn(folder, tmp_path):
    CosineIndex(EmbeddingVectorizer(folder)).fit(DOCUMENTS).save(tmp_path / "index")
    program = (
        "import sys; from textvec import CosineIndex\n"
        f"print(CosineIndex.open({str(tmp_path / 'index')!r}).search(['bees'], k=1)[0][0].id, 'sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "1 False\n"


def test_by_name():
    encoder = EmbeddingVectorizer("sentences").fit(TEXTS[:1])
    assert (encoder.vectors_.vector_size, encoder.vectors) == (256, "sentences")
    hits = CosineIndex(EmbeddingVectorizer("sentences")).fit(["A cat sat on a mat", "Trains leave at noon"])
    assert hits.search(["feline animal"], k=1)[0][0].id == 0
    with pytest.raises(FileNotFoundError, match="There is no file 'sentence'"):
        EmbeddingVectorizer("sentence").fit(TEXTS)
    with pytest.raises(FileNotFoundError, match=r"There is no file '\./words'"):
        EmbeddingVectorizer("./words").fit(TEXTS)


def test_tables_made_by_hand(folder):
    vectors = WordVectors.read(folder)
    made = WordVectors(vectors.words, vectors.vectors, pieces=vectors.pieces)
    rows = [EmbeddingVectorizer(each).fit_transform(DOCUMENTS) for each in (made, vectors)]
    np.testing.assert_array_equal(*rows)
    assert pickle.loads(pickle.dumps(made)).pieces == vectors.pieces
    with pytest.raises(TypeError, match="pieces must be those of another WordVectors, or None, but they are of"):
        WordVectors(["a"], [[1]], pieces="tokenizer.json")


def test_measures_of_words_cut_texts_into_pieces(folder):
    vectors = WordVectors.read(folder)
    a, b = ("The bees make", "bee honey")
    for measure in (soft_cosine, word_movers_distance):
        assert measure(a, b, vectors) == measure(vectors.pieces(a), vectors.pieces(b), vectors)


def test_decisions_are_explained_by_pieces(folder):
    texts, labels = ["the bees", "honey", "bees make", "make honey"], [0, 1, 0, 1]
    model = make_pipeline(EmbeddingVectorizer(str(folder)), LogisticRegression()).fit(texts, labels)
    decision = explain(model, "The bees make honey")
    assert {each.term for each in decision[0].contributions} == {"the", "bee", "##s", "make", "hon", "##ey"}
    html = CosineIndex(EmbeddingVectorizer(folder)).fit(texts).explain("the bees", 0)._repr_html_()
    assert "<mark" in html
