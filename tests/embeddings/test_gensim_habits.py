"""gensim's names are missing here, and the errors say what there is instead."""

import copy
import inspect
import pickle

import numpy as np
import pytest
from gensim.models import KeyedVectors
from gensim.models import Word2Vec as Gensim
from sklearn.base import clone

from textvec import EmbeddingVectorizer, Phrases, Tokens, Word2Vec, WordVectors

WV = WordVectors(["tea", "coffee", "moon"], [[4, 1], [3, 1], [-1, 4]])
TEXTS = [["a", "b", "c"]] * 9


@pytest.mark.parametrize("form", [list, tuple, iter, Tokens.from_lists, lambda x: (" ".join(words) for words in x)])
def test_documents_for_the_first_parameter(form):
    with pytest.raises(TypeError, match=r"Word2Vec\(vector_size=100\)\.fit\(documents\)\. A \w+ was given"):
        Word2Vec(form(TEXTS), min_count=1)
    with pytest.raises(TypeError, match=r"has no parameter 'sentences': documents are given to fit"):
        Word2Vec(sentences=form(TEXTS))


@pytest.mark.parametrize("value", [-1, 3.0, "hello", b"x", np.array([1.0]), [1], {}, {"a": 1}, [], None])
def test_any_other_value_is_refused_by_fit_alone(value):
    with pytest.raises(ValueError, match="vector_size"):
        Word2Vec(value).fit(TEXTS)


def test_parameters_of_gensim_have_names_here():
    ours, theirs = (list(inspect.signature(each).parameters) for each in (Word2Vec, Gensim))
    for name in {*theirs, "size", "iter"} - set(ours):
        with pytest.raises(TypeError, match=rf"^Word2Vec has no parameter '{name}': "):
            Word2Vec(**{name: 3})
    with pytest.raises(TypeError, match="unexpected keyword argument 'windows'"):
        Word2Vec(windows=3)
    assert ours[:3] == ["vector_size", "window", "min_count"]
    assert set(Word2Vec().get_params()) == set(ours)


def test_names_of_gensims_table():
    assert {"key_to_index", "get_vector", "doesnt_match"} <= {*dir(KeyedVectors(3))} & {*WordVectors._gensim_names}
    for obj, names in ((WV, WordVectors._gensim_names), (Word2Vec(), Word2Vec._gensim_names)):
        for name, instead in names.items():
            assert not hasattr(obj, name)
            with pytest.raises(AttributeError) as raised:
                getattr(obj, name)
            assert str(raised.value).endswith(f"has no attribute {name!r}. It is gensim's name: {instead}")
            assert (raised.value.name, raised.value.obj) == (name, obj)
    with pytest.raises(AttributeError, match=r"^type object 'WordVectors' .* WordVectors\.read\(path\)"):
        WordVectors.load_word2vec_format("v.bin", binary=True)
    with pytest.raises(AttributeError, match=r"'Word2Vec' .* textvec\.load\(path\)"):
        Word2Vec.load("model")
    with pytest.raises(AttributeError, match=r"'wv'.* after fit, vectors_ is the table"):
        Word2Vec().wv  # noqa: B018
    with pytest.raises(AttributeError, match=r"'Word2Vec' .* vectors_\.most_similar, after fit"):
        Word2Vec().most_similar("tea")


def test_other_names_are_missing_as_ever():
    for obj in (WV, Word2Vec(), WordVectors, Word2Vec):
        with pytest.raises(AttributeError, match=r"has no attribute 'nonsense'$"):
            obj.nonsense  # noqa: B018
        assert not hasattr(obj, "__len_hint__")


def test_copies_pickles_and_clones():
    model = Word2Vec(4, min_count=1, random_state=0).fit(TEXTS)
    for other in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        assert np.array_equal(other.vectors_.vectors, model.vectors_.vectors)
        assert other.get_params() == model.get_params()
    assert clone(model).get_params() == model.get_params()
    assert not hasattr(clone(model), "vectors_")
    for other in (copy.copy(WV), copy.deepcopy(WV), pickle.loads(pickle.dumps(WV))):
        assert other.words.tolist() == WV.words.tolist()


def test_a_dict_of_words():
    wv = WordVectors({"king": [1, 2.5], "queen": np.array([3, 4])}, counts=[3, 2])
    assert wv.words.tolist() == ["king", "queen"]
    assert wv.vectors.tolist() == [[1, 2.5], [3, 4]]
    assert wv.counts.tolist() == [3, 2]
    assert len(WordVectors({})) == 0


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (({"king": [1, 2], "queen": [3]},), ValueError, r"that of 'king' has shape \(2,\) and that of 'queen' \(1,\)"),
        (({1: [1, 2]},), TypeError, "words must be strings"),
        (({"king": "vector"},), TypeError, "vectors must be numbers"),
        (({"king": 1},), ValueError, "must have a row for each"),
        ((["king"],), TypeError, "one list was given: give the vectors as well"),
        (("v.txt",), TypeError, r"one str was given: WordVectors\.read"),
        ((KeyedVectors(3),), TypeError, r"one KeyedVectors was given: WordVectors\.from_gensim"),
    ],
)
def test_words_without_their_vectors(given, error, message):
    with pytest.raises(error, match=message):
        WordVectors(*given)


def test_names_of_the_collection_are_no_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("glove-wiki-gigaword-50", "word2vec-google-news-300"):
        with pytest.raises(FileNotFoundError, match=rf"^There is no file .*textvec\.embeddings\.download\('{name}'\)"):
            WordVectors.read(name)
    WV.write("glove-wiki-gigaword-50", "word2vec")
    assert len(WordVectors.read("glove-wiki-gigaword-50")) == 3


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        (
            "glove.6B.50d",
            r"nlp\.stanford\.edu.*textvec\.embeddings\.download\('glove-wiki-gigaword-50'\) fetches and reads",
        ),
        ("glove.6B.300d.txt.gz", r"download\('glove-wiki-gigaword-300'\)"),
        ("glove.twitter.27B.25d.txt", r"download\('glove-twitter-25'\)"),
        ("glove.840B.300d.txt", r"nlp\.stanford\.edu/projects/glove/\.$"),
        ("glove.6B.zip", r"nlp\.stanford\.edu/projects/glove/\.$"),
        ("GoogleNews-vectors-negative300.bin.gz", r"download\('word2vec-google-news-300'\)"),
        ("cc.en.300.bin", r"fasttext\.cc"),
        ("wiki-news-300d-1M.vec", r"fasttext\.cc"),
        ("en_core_web_md", r"WordVectors\.from_spacy\('en_core_web_md'\)"),
        (
            "model.vec",
            r"takes the path of a file of word vectors, .* 'sentences' .*, are .* WordVectors\.pretrained\.$",
        ),
        ("a[1]*.vec", r"takes the path of a file of word vectors, .*\.$"),
    ],
)
def test_files_that_are_not_there(tmp_path, name, hint):
    with pytest.raises(FileNotFoundError, match=rf"^There is no file .*{hint}"):
        WordVectors.read(tmp_path / "none" / name)


def test_a_suffix_that_was_left_out(tmp_path):
    WV.write(tmp_path / "glove.6B.50d.txt")
    with pytest.raises(FileNotFoundError, match=r"There is no file .*, but there is 'glove\.6B\.50d\.txt' beside it\."):
        WordVectors.read(tmp_path / "glove.6B.50d")


def test_folders_are_no_files(tmp_path):
    with pytest.raises(
        IsADirectoryError, match=r"is a folder\. WordVectors\.read takes one file, or .* a tokenizer\.json\.$"
    ):
        WordVectors.read(tmp_path)
    WV.write(tmp_path / "wv.npy")
    with pytest.raises(IsADirectoryError, match=r"takes one file, such as 'wv\.npy' in it\.$"):
        WordVectors.read(str(tmp_path), "numpy", mmap=True)
    for name in ("meta.json", "config.cfg"):
        (tmp_path / name).touch()
    with pytest.raises(IsADirectoryError, match=r"WordVectors\.from_spacy\('.*'\) has its vectors"):
        WordVectors.read(tmp_path)


def test_the_other_file_of_two_is_named_as_ever(tmp_path):
    WV.write(tmp_path / "wv.npy")
    (tmp_path / "wv.vocabulary.json").unlink()
    with pytest.raises(FileNotFoundError, match=r"wv\.vocabulary\.json"):
        WordVectors.read(tmp_path / "wv.npy")


@pytest.mark.parametrize(
    ("estimator", "hint"),
    [
        (Word2Vec(), r"vectors_\[word\]"),
        (EmbeddingVectorizer(WV), r"vectors_\[word\]"),
        (Phrases(), r"transform\(documents\)"),
    ],
    ids=["Word2Vec", "EmbeddingVectorizer", "Phrases"],
)
def test_estimators_have_no_items(estimator, hint):
    message = f"'{type(estimator).__name__}' object is not subscriptable: after fit, .*{hint}"
    with pytest.raises(TypeError, match=message):
        estimator["king"]
    with pytest.raises(TypeError, match=message):
        "king" in estimator  # noqa: B015
    with pytest.raises(TypeError, match=message):
        list(estimator)
    assert np.array([estimator, None])[0] is estimator
    assert clone(estimator) is not estimator
