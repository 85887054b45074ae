"""Tokenizer("pieces:FILE"): what the package tokenizers finds, in every way that a Tokenizer works."""

import json
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.base import clone
from tokenizers import Tokenizer as Theirs
from tokenizers import models, pre_tokenizers, trainers

import textvec
from support.pieces import PIECES, TEXTS, word_pieces
from textvec import CountVectorizer, StopWords, Tokenizer, Tokens
from textvec.preprocessing import _pieces
from textvec.preprocessing._pieces import Pieces

CUT = [["the", "bee", "##s", "make", "hon", "##ey", "."], [], ["bee", "bee", "[UNK]"], ["[SEP]", "hon", "##ey"]]


@pytest.fixture
def file(tmp_path):
    word_pieces().save(str(tmp_path / "tokenizer.json"))
    return tmp_path / "tokenizer.json"


def test_nothing_is_added_padded_or_cut_short(file):
    tokenizer = Tokenizer(f"pieces:{file}")
    assert tokenizer.fit_transform(TEXTS).to_lists() == CUT
    assert tokenizer.tokenize(TEXTS[0]) == CUT[0] == Pieces.read(file)(TEXTS[0])
    assert Tokenizer(f"pieces:{file.parent}").transform(iter(TEXTS)) == tokenizer.transform(np.array(TEXTS, object))
    assert tokenizer.transform([]).to_lists() == []
    assert tokenizer.transform(CUT).to_lists() == CUT  # what was cut passes
    tokens = Tokens.from_lists(CUT)
    assert tokenizer.transform(tokens) is tokens


@pytest.mark.parametrize("lowercase", [True, False])
def test_the_file_says_what_becomes_of_capitals(file, lowercase):
    tokenizer = word_pieces()
    tokenizer.normalizer = None
    tokenizer.save(str(file))
    assert Tokenizer(f"pieces:{file}", lowercase=lowercase).tokenize("The bees") == ["[UNK]", "bee", "##s"]


def test_what_is_done_to_text_before(file):
    tokenizer = word_pieces()
    tokenizer.normalizer = None
    tokenizer.save(str(file))
    assert Tokenizer(f"pieces:{file}", strip_accents="unicode").tokenize("béé thé") == ["bee", "the"]
    assert Tokenizer(f"pieces:{file}", normalize="NFKC").tokenize("ｂｅｅ") == ["bee"]
    assert Tokenizer(f"pieces:{file}", missing="empty").transform(["bee", None]).to_lists() == [["bee"], []]


@pytest.mark.parametrize("kind", ["BPE", "Unigram", "WordLevel"])
def test_other_kinds_of_pieces(kind, tmp_path):
    theirs = Theirs(getattr(models, kind)(**({} if kind == "Unigram" else {"unk_token": "?"})))
    theirs.pre_tokenizer = pre_tokenizers.Metaspace()
    more = {"unk_token": "?"} if kind == "Unigram" else {}
    trainer = getattr(trainers, f"{kind}Trainer".replace("BPE", "Bpe"))(
        vocab_size=60, special_tokens=["?"], show_progress=False, **more
    )
    theirs.train_from_iterator(["the bees make honey of nectar"] * 9, trainer)
    theirs.save(str(tmp_path / "t.json"))
    ours = Pieces.read(tmp_path / "t.json")
    texts = ["the bees of nectar", "make that 東京"]
    tokens = Tokenizer(ours).transform(texts)
    assert tokens.to_lists() == [[theirs.id_to_token(i) for i in each.ids] for each in theirs.encode_batch(texts)]
    assert tokens.to_lists() == [ours(text) for text in texts]
    assert "?" in tokens[1]
    assert ours.unknown == "?"
    assert ours.ids == theirs.get_vocab()
    assert list(ours.ids.values()) == sorted(ours.ids.values())


def test_dropout_is_off(tmp_path):
    theirs = Theirs(models.BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")], dropout=0.9))
    theirs.save(str(tmp_path / "t.json"))
    assert Tokenizer(f"pieces:{tmp_path / 't.json'}").tokenize("ab" * 50) == ["ab"] * 50


def test_many_threads_and_large_batches(file, monkeypatch):
    tokenizer = Tokenizer(f"pieces:{file}")
    expected = tokenizer.transform(TEXTS * 50)
    with ThreadPoolExecutor(4) as pool:
        assert all(each == expected for each in pool.map(tokenizer.transform, [TEXTS * 50] * 8))
    batches = []
    monkeypatch.setattr(_pieces, "n_threads", lambda work: batches.append(work) or 2)
    assert tokenizer.transform(TEXTS * 50) == expected
    assert batches == [50 * sum(map(len, TEXTS))]


def test_copies(file, tmp_path):
    by_name, by_object = Tokenizer(f"pieces:{file}"), Tokenizer(Pieces.read(file))
    for tokenizer in (by_name, by_object):
        textvec.save(tokenizer, tmp_path / "t.textvec")
        for copy in (clone(tokenizer), pickle.loads(pickle.dumps(tokenizer)), textvec.load(tmp_path / "t.textvec")):
            assert copy.transform(TEXTS).to_lists() == CUT
            assert copy.get_params() == tokenizer.get_params()
    assert clone(by_object).pattern is by_object.pattern
    file.unlink()
    assert textvec.load(tmp_path / "t.textvec").transform(TEXTS).to_lists() == CUT  # the object holds the definition
    assert repr(by_object) == "Tokenizer(pattern=Pieces(11 pieces, WordPiece))"


def test_steps_after_it(file):
    tokens = StopWords(["bees"]).fit_transform(Tokenizer(f"pieces:{file}").transform(TEXTS))
    assert tokens[0] == ["the", "make", "hon", "##ey", "."]
    counts = CountVectorizer().fit(Tokenizer(f"pieces:{file}").transform(TEXTS))
    assert set(counts.get_feature_names_out()) < set(PIECES)


def test_a_file_that_changes_is_read_again(file):
    tokenizer = Tokenizer(f"pieces:{file}")
    assert "##s" in tokenizer.tokenize("bees")
    word_pieces(continuing_subword_prefix="").save(str(file))
    assert "##s" not in tokenizer.tokenize("bees")


def test_what_is_no_tokenizer(file, tmp_path):
    good = file.read_text()
    wrong = ["", "[" * 100_000, "{}", good[:-10], good.replace('"WordPiece"', '"Nonsense"'), "\ufeff" + good]
    for text in wrong:
        file.write_text(text)
        with pytest.raises(ValueError, match=r"\.json is no tokenizer\.json that the package tokenizers reads"):
            Tokenizer(f"pieces:{file}").fit(TEXTS)
    file.write_bytes(good.encode("utf-16"))
    with pytest.raises(ValueError, match=r"is no tokenizer\.json"):
        Tokenizer(f"pieces:{file}").transform(TEXTS)
    with pytest.raises(FileNotFoundError, match=r"there is no file 'gone\.json'\. 'pieces:' is followed by"):
        Tokenizer("pieces:gone.json").fit(TEXTS)
    with pytest.raises(FileNotFoundError, match=r"tokenizer\.json'"):
        Tokenizer(f"pieces:{tmp_path.parent}").fit(TEXTS)
    with pytest.raises(TypeError, match="a definition is a str of JSON, not a dict"):
        Pieces({})


def test_a_text_that_the_definition_has_no_piece_for(tmp_path):
    definition = {
        "version": "1.0",
        "added_tokens": [],
        "model": {"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "?"},
    }
    with pytest.raises(ValueError, match=r"tokenizers says: .*Missing \[UNK\] token"):
        Tokenizer(Pieces(json.dumps(definition))).tokenize("b")


def test_panics_are_errors():
    class PanicException(BaseException):
        pass

    def panics():
        raise PanicException("index out of bounds")

    with pytest.raises(ValueError, match="the package tokenizers says: index out of bounds"):
        _pieces._call(panics)


def test_a_saved_file_that_is_wrong():
    with pytest.raises(ValueError, match="must be a string"):
        Pieces._from_saved({"definition": 1})
    with pytest.raises(ValueError, match="tokenizers says"):
        Pieces._from_saved({"definition": "{}"})


def test_without_the_package(file, monkeypatch):
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    _pieces._read.cache_clear()
    with pytest.raises(ImportError, match=r'Word pieces need .* pip install "textvec-kit\[pieces\]"'):
        Tokenizer(f"pieces:{file}").fit(TEXTS)
