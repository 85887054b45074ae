"""fastText's models: the vectors that gensim reads, and those that fastText itself wrote beside them."""

import gzip
import struct
from pathlib import Path

import numpy as np
import pytest
from gensim.models import FastText
from gensim.models.fasttext import load_facebook_vectors, save_facebook_model
from gensim.test.utils import common_texts, datapath

from textvec.embeddings import WordVectors
from textvec.embeddings.formats import _window

# With and without the signature of later versions; some words are not UTF-8.
MODELS = [
    "crime-and-punishment.bin", "lee_fasttext.bin", "lee_fasttext_new.bin", "non_ascii_fasttext.bin", "toy-model.bin",
    "toy-model-pretrained.bin",
]  # fmt: skip
UNKNOWN = ["landlord", "Привет", "日本語", "", "xyz" * 50, "\u00a0", "steamtrain's"]


@pytest.mark.parametrize("name", MODELS)
def test_gensims_vectors(name):
    ours, theirs = WordVectors.read(datapath(name)), load_facebook_vectors(datapath(name))
    assert ours.words.tolist() == theirs.index_to_key
    np.testing.assert_array_equal(ours.vectors, theirs.vectors)
    assert ours.counts.tolist() == [theirs.get_vecattr(word, "count") for word in theirs.index_to_key]
    assert ours.unknown == "subword"
    unknown = [word for word in UNKNOWN if word not in ours]
    np.testing.assert_array_equal(ours.subwords.vectors_of(unknown), [theirs[word] for word in unknown])
    np.testing.assert_array_equal(ours[unknown], [theirs[word] for word in unknown])


@pytest.mark.parametrize("name", ["crime-and-punishment", "lee_fasttext", "toy-model", "pang_lee_polarity_fasttext"])
def test_fasttexts_own_vectors(name):
    """The last is of a classifier, which gensim does not read; its labels are no words."""
    model = WordVectors.read(datapath(name + ".bin"), encoding_errors="backslashreplace")
    text = WordVectors.read(datapath(name + ".vec"), encoding_errors="backslashreplace")
    assert set(model.words) == set(text.words)
    words = [word for word in text.words if word != "</s>"]  # for which programs differ
    np.testing.assert_allclose(model[words], text[words], atol=1e-4)


def test_words_that_are_not_utf8():
    with pytest.raises(
        ValueError, match=r"word 2 \(byte 88\): the word b'kter\\xec' is not UTF-8, its byte 4 \(0xec\)"
    ):
        WordVectors.read(datapath("cp852_fasttext.bin"))
    ours = WordVectors.read(datapath("cp852_fasttext.bin"), encoding_errors="backslashreplace")
    theirs = load_facebook_vectors(datapath("cp852_fasttext.bin"))
    assert ours.words.tolist() == theirs.index_to_key
    whole = [word for word in ours.words if "\\x" not in word]
    np.testing.assert_array_equal(ours[whole], [theirs[word] for word in whole])
    # fastText cuts the bytes that it was given into n-grams, and so do we.
    right = load_facebook_vectors(datapath("cp852_fasttext.bin"), encoding="cp852")
    assert len(right) == len(ours)


def test_part_of_a_model():
    path = datapath("crime-and-punishment.bin")
    whole = WordVectors.read(path)
    part = WordVectors.read(path, limit=10)
    assert part.words.tolist() == whole.words[:10].tolist()
    np.testing.assert_array_equal(part.vectors, whole.vectors[:10])
    np.testing.assert_array_equal(part.counts, whole.counts[:10])
    words = [whole.words[200], whole.words[3], "unheard of"]
    part = WordVectors.read(path, words=words, unknown="error")
    assert part.words.tolist() == [words[1], words[0]]
    np.testing.assert_array_equal(part.vectors, whole.vectors[[3, 200]])
    np.testing.assert_array_equal(part.counts, whole.counts[[3, 200]])
    np.testing.assert_array_equal(part.subwords.vectors_of(words), whole.subwords.vectors_of(words))
    half = WordVectors.read(path, dtype="float16")
    np.testing.assert_array_equal(half.vectors, whole.vectors.astype(np.float16))
    assert WordVectors.read(path, words=[]).vectors.shape == (0, 5)


@pytest.mark.parametrize("block", [1, 100, 1000])
def test_blocks_make_no_difference(block, monkeypatch, tmp_path):
    path = datapath("crime-and-punishment.bin")
    whole = WordVectors.read(path)
    (tmp_path / "model.bin.gz").write_bytes(gzip.compress(Path(path).read_bytes()))
    monkeypatch.setattr(_window, "BYTES_PER_READ", block)
    for found in (WordVectors.read(path), WordVectors.read(tmp_path / "model.bin.gz")):
        assert found.words.tolist() == whole.words.tolist()
        np.testing.assert_array_equal(found.vectors, whole.vectors)
        np.testing.assert_array_equal(found.subwords.matrix, whole.subwords.matrix)


@pytest.mark.parametrize("max_n", [0, 4])
def test_model_that_gensim_wrote(max_n, tmp_path):
    model = FastText(common_texts, vector_size=6, min_count=1, min_n=2, max_n=max_n, bucket=50 * bool(max_n), epochs=1)
    save_facebook_model(model, str(tmp_path / "model.bin"))
    found = WordVectors.read(tmp_path / "model.bin")
    assert found.words.tolist() == model.wv.index_to_key
    np.testing.assert_array_equal(found.vectors, model.wv.vectors)
    assert (found.subwords is None) == (max_n == 0)
    assert found.unknown == ("subword" if max_n else "error")


MODEL = Path(datapath("crime-and-punishment.bin")).read_bytes()
DICTIONARY = 8 + 56  # after the signature and the parameters
WORDS = DICTIONARY + 20 + 8
MATRIX = MODEL.index(struct.pack("<?2q", False, 391, 5))


def changed(at, what):
    return MODEL[:at] + what + MODEL[at + len(what) :]


MALFORMED = {
    "newer": (
        changed(4, struct.pack("<i", 13)),
        "byte 4: expected fastText's version 12 or an older one, but it is 13.",
    ),
    "no dimensions": (changed(8, struct.pack("<i", 0)), "byte 8: expected a fastText model, but it says 0 dimensions"),
    "negative": (changed(40, struct.pack("<i", -5)), "5 dimensions, -5 buckets, n-grams of 3 to 6 characters"),
    "no sum": (
        changed(DICTIONARY, struct.pack("<i", 9)),
        "expected the numbers of entries, words and labels, but they are",
    ),
    "absurdly many": (
        changed(DICTIONARY, struct.pack("<2i", 2**31 - 1, 2**31 - 1)),
        "word 292 (byte 5945): expected a word or a label, but its kind is",
    ),
    "a negative count": (
        changed(WORDS + 3, struct.pack("<q", -8)),
        f"word 1 (byte {WORDS}): expected how often the word occurred, but it is -8.",
    ),
    "labels for words": (
        changed(WORDS + 11, b"\1"),
        f"byte {MATRIX}: expected 291 words in the dict",
    ),
    "quantized": (changed(MATRIX, b"\1"), "is a quantized fastText model (.ftz)"),
    "pruned": (changed(DICTIONARY + 20, struct.pack("<q", 7)), "is a quantized fastText model (.ftz)"),
    "another shape": (
        changed(MATRIX + 1, struct.pack("<2q", 10**12, 5)),
        "expected a matrix of 291 words and 100 buckets by 5 dimensions, but it is 1000000000000 by 5.",
    ),
    "absurdly many buckets": (
        changed(40, struct.pack("<i", 2**31 - 1))[: MATRIX + 1]
        + struct.pack("<q", 291 + 2**31 - 1)
        + MODEL[MATRIX + 9 : MATRIX + 17 + 391 * 20],
        "more rows of 5 numbers",
    ),
    "nan": (
        changed(MATRIX + 17, struct.pack("<f", np.nan)),
        "word 1: expected finite numbers of type float32, but number 1 of the word's 5 is nan.",
    ),
    "nan of n-grams": (
        changed(MATRIX + 17 + 293 * 20 + 4, struct.pack("<f", np.nan)),
        f"a vector of n-grams (byte {MATRIX + 17 + 293 * 20}): expected finite numbers, but one of it is not.",
    ),
}


@pytest.mark.parametrize(("content", "message"), MALFORMED.values(), ids=MALFORMED)
def test_malformed(content, message, tmp_path):
    path = tmp_path / "model.bin"
    path.write_bytes(content)
    with pytest.raises(ValueError) as raised:  # noqa: PT011  (what it says comes next)
        WordVectors.read(path)
    assert message in str(raised.value)
    assert str(path) in str(raised.value)


def test_cut_off(tmp_path):
    """Anywhere, also in the last matrix, which is for further training and not read with a limit."""
    path = tmp_path / "model.bin"
    end = MATRIX + 17 + 391 * 5 * 4
    for size in [*range(0, MATRIX + 30, 7), *range(MATRIX + 30, len(MODEL), 500), end - 1, end, len(MODEL) - 1]:
        path.write_bytes(MODEL[:size])
        with pytest.raises(ValueError, match=r"model\.bin"):
            WordVectors.read(path, "fasttext")
    path.write_bytes(MODEL[:end])
    assert len(WordVectors.read(path, limit=291)) == 291
    path.write_bytes(MODEL)
    assert len(WordVectors.read(path)) == 291
