"""gensim reads what we write, we read what it writes, and its tables are ours and back."""

import sys

import numpy as np
import pytest
from gensim.models import Doc2Vec, FastText, KeyedVectors, Word2Vec
from gensim.models.fasttext import FastTextKeyedVectors
from gensim.test.utils import common_texts, datapath

from textvec.embeddings import WordVectors
from textvec.embeddings.formats import _format

FILES = {
    "EN.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt": {},
    "IT.1-10.cbow1_wind5_hs0_neg10_size300_smpl1e-05.txt": {},
    "crime-and-punishment.vec": {},
    "lee_fasttext.vec": {},
    "toy-model.vec": {},
    "high_precision.kv.txt": {},
    "word2vec_pre_kv_c": {},
    "test_glove.txt": {"no_header": True},
    "euclidean_vectors.bin": {"binary": True},
    "poincare_vectors.bin": {"binary": True},
    "high_precision.kv.bin": {"binary": True},
}


def equal(ours, theirs):
    assert ours.words.tolist() == theirs.index_to_key
    assert ours.vectors.dtype == theirs.vectors.dtype
    np.testing.assert_array_equal(ours.vectors, theirs.vectors)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.float64])
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # gensim leaves files open
def test_files_of_gensims_tests(name, dtype):
    equal(
        WordVectors.read(datapath(name), dtype=dtype),
        KeyedVectors.load_word2vec_format(datapath(name), datatype=dtype, **FILES[name]),
    )


def test_files_of_gensims_tests_that_are_broken():
    with pytest.raises(ValueError, match=r"pretrained\.vec, line 3 \(byte 54\): expected 3 words, as its header says"):
        WordVectors.read(datapath("pretrained.vec"))
    with pytest.raises(ValueError, match=r"modeldata, line 2 \(byte 4\): the word .* is not UTF-8, its byte 15"):
        WordVectors.read(datapath("w2v_keyedvectors_load_test.modeldata"))
    for errors in ("ignore", "replace"):
        equal(
            WordVectors.read(datapath("w2v_keyedvectors_load_test.modeldata"), encoding_errors=errors),
            KeyedVectors.load_word2vec_format(datapath("w2v_keyedvectors_load_test.modeldata"), unicode_errors=errors),
        )
    for name in ("word2vec_pre_kv_py3", "ft_kv_3.6.0.model.gz", "ft_model_2.3.0"):
        with pytest.raises(ValueError, match="is a pickle, as gensim's save"):
            WordVectors.read(datapath(name))


@pytest.mark.parametrize("binary", [False, True])
@pytest.mark.parametrize("suffix", ["", ".gz", ".bz2"])
def test_both_directions(binary, suffix, tmp_path):
    model = Word2Vec(common_texts, vector_size=7, min_count=1, epochs=1)
    theirs = tmp_path / f"theirs{suffix}"
    model.wv.save_word2vec_format(str(theirs), binary=binary)
    ours = WordVectors.read(theirs)
    equal(ours, model.wv)
    path = tmp_path / f"ours{suffix}"
    ours.write(path, "word2vec-binary" if binary else "word2vec")
    equal(ours, KeyedVectors.load_word2vec_format(str(path), binary=binary))


def test_keyed_vectors():
    model = Word2Vec(common_texts, vector_size=7, min_count=1, epochs=1)
    for given in (model, model.wv):
        table = WordVectors.from_gensim(given)
        equal(table, model.wv)
        assert table.counts.tolist() == [model.wv.get_vecattr(word, "count") for word in table.words]
        assert (table.unknown, table.subwords) == ("error", None)
        assert np.shares_memory(table.vectors, model.wv.vectors)
    back = table.to_gensim()
    assert type(back) is KeyedVectors
    assert back.most_similar("human") == model.wv.most_similar("human")
    assert back.get_vecattr("human", "count") == model.wv.get_vecattr("human", "count")
    back.add_vectors(["new"], np.ones((1, 7), np.float32))
    assert back["new"].tolist() == [1] * 7
    assert len(table) == len(model.wv)


def test_tables_without_counts(tmp_path):
    table = WordVectors(["a", "b"], np.eye(2, dtype=np.float16))
    back = table.to_gensim()
    assert back.similarity("a", "b") == 0
    assert WordVectors.from_gensim(back).counts is None
    assert WordVectors.from_gensim(back).vectors.dtype == np.float16
    back.save(str(tmp_path / "table.kv"))
    assert KeyedVectors.load(str(tmp_path / "table.kv")).index_to_key == ["a", "b"]


def test_room_that_gensim_keeps_for_more_words():
    theirs = KeyedVectors(2, count=5)
    theirs.add_vectors(["a", "b"], np.ones((2, 2), np.float32))
    table = WordVectors.from_gensim(theirs)
    assert table.vectors.shape == (2, 2)


@pytest.mark.parametrize("block", [1 << 20, 20])
def test_fasttext(block, tmp_path, monkeypatch):
    monkeypatch.setattr(_format, "_NUMBERS_PER_BLOCK", block)
    model = FastText(common_texts, vector_size=7, min_count=1, epochs=1, bucket=100)
    table = WordVectors.from_gensim(model)
    equal(table, model.wv)
    assert table.unknown == "subword"
    unknown = ["humane", "Привет"]
    np.testing.assert_array_equal(table[unknown], [model.wv[word] for word in unknown])
    back = table.to_gensim()
    assert type(back) is FastTextKeyedVectors
    np.testing.assert_array_equal(back["humane"], model.wv["humane"])
    np.testing.assert_array_equal(back["human"], model.wv["human"])
    np.testing.assert_allclose(back.vectors_vocab, model.wv.vectors_vocab, atol=1e-5)
    back.save(str(tmp_path / "table.kv"))  # which works the words' vectors out anew
    again = FastTextKeyedVectors.load(str(tmp_path / "table.kv"))
    np.testing.assert_allclose(again.vectors, model.wv.vectors, atol=1e-5)
    bare = WordVectors.from_gensim(FastText(common_texts, vector_size=7, min_count=1, epochs=1, max_n=0))
    assert (bare.unknown, bare.subwords) == ("error", None)


def test_what_is_no_table_of_words():
    with pytest.raises(TypeError, match=r"Expected gensim's KeyedVectors, or a model with \.wv, but this is a dict"):
        WordVectors.from_gensim({})
    theirs = Doc2Vec(vector_size=2).dv
    theirs.add_vectors([0, 1], np.ones((2, 2), np.float32))
    with pytest.raises(TypeError, match=r"The keys of word vectors must be words, but these hold 0 \(int\)"):
        WordVectors.from_gensim(theirs)


def test_without_gensim(monkeypatch):
    monkeypatch.setitem(sys.modules, "gensim.models", None)
    with pytest.raises(ImportError, match=r'pip install "textvec-kit\[gensim\]"'):
        WordVectors(["a"], [[1.0]]).to_gensim()
