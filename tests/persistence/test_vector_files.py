"""Word vectors from every file there is, those of textvec.save included, and to files of every name."""

import zipfile

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from textvec import EmbeddingVectorizer, TfidfVectorizer, Tokenizer, Word2Vec, WordVectors, load, save
from textvec.persistence.vector_files import check_vectors_file, format_of, read_vectors, write_vectors

TEXTS = ["tea with milk and sugar", "coffee with milk", "tea or coffee with sugar"] * 40


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def model():
    return Word2Vec(4, sample=0, epochs=40, random_state=0, threads=1).fit(TEXTS)


@pytest.mark.parametrize("name", ["v.vec", "v.bin", "v.npy", "v.txt.gz", "v.textvec"])
def test_a_model_and_its_vectors_in_files_of_every_name(model, name):
    for written in (model, model.vectors_):
        write_vectors(written, name)
        vectors = read_vectors(name)
        assert vectors.words.tolist() == model.vectors_.words.tolist()
        np.testing.assert_array_equal(vectors.vectors, model.vectors_.vectors)
    expected = {"v.vec": "word2vec", "v.bin": "word2vec-binary", "v.npy": "numpy", "v.txt.gz": "word2vec"}
    assert format_of(name) == expected.get(name, "textvec")


def test_a_saved_model_goes_on_learning(model):
    write_vectors(model, "m.textvec")
    assert len(load("m.textvec").partial_fit(["new words here"] * 5).vectors_) == len(model.vectors_) + 3


def test_what_has_vectors_within(model):
    save(make_pipeline(Tokenizer(), model), "p")
    save(make_pipeline(Tokenizer(), EmbeddingVectorizer(model.vectors_)).fit(TEXTS), "e")
    for name in ("p", "e"):
        assert read_vectors(name).words.tolist() == model.vectors_.words.tolist()
    save(TfidfVectorizer().fit(TEXTS), "t")
    with pytest.raises(ValueError, match="t was saved by textvec, but holds no word vectors"):
        read_vectors("t")


def test_limit_and_dtype_of_a_saved_table(model):
    write_vectors(model, "m.textvec")
    vectors = read_vectors("m.textvec", limit=2, dtype="float16")
    assert vectors.words.tolist() == model.vectors_.words[:2].tolist()
    assert vectors.vectors.dtype == np.float16
    assert vectors.counts.tolist() == model.vectors_.counts[:2].tolist()


def test_names_and_formats():
    assert len(read_vectors("words", limit=5)) == 5
    assert format_of("words") == "pretrained"
    write_vectors(WordVectors(["tea"], [[1, 2]]), "v.dat", "glove")
    assert read_vectors("v.dat", "glove").words.tolist() == ["tea"]


def test_other_archives_are_what_they_were():
    with zipfile.ZipFile("glove.zip", "w") as archive:
        archive.writestr("glove.txt", "tea 1 2\n")
    with pytest.raises(ValueError, match="Take the file of vectors out of it"):
        read_vectors("glove.zip")


@pytest.mark.parametrize(
    ("name", "form", "error", "message"),
    [
        ("v.xyz", None, ValueError, r"'v\.xyz' does not tell the format"),
        ("v", None, ValueError, "does not tell the format"),
        ("v.npz", "numpy", ValueError, r"ends in \.npy"),
        ("v.bin", "fasttext", ValueError, "no format 'fasttext' of word vectors to write"),
        ("no/v.vec", None, FileNotFoundError, "No such file"),
        ("no/v.textvec", None, FileNotFoundError, "No such file"),
    ],
)
def test_what_cannot_be_written_is_said_before(here, name, form, error, message):
    with pytest.raises(error, match=message):
        check_vectors_file(name, form)
    with pytest.raises(error):
        write_vectors(WordVectors(["tea"], [[1, 2]]), name, form)
    assert list(here.iterdir()) == []


def test_what_can_be_written_leaves_nothing(here):
    for name in ("v.vec", "v.npy", "v.textvec", "v.bin.zst"):
        check_vectors_file(name)
    assert list(here.iterdir()) == []
