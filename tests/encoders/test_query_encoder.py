"""Queries encoded without scikit-learn: the same bits as from the encoder itself, or not at all."""

import pickle
import re
import shutil
import subprocess
import sys
import zipfile
from itertools import chain
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from sklearn.decomposition import TruncatedSVD
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import make_pipeline

import textvec
from support.strategies import HOSTILE_DOCUMENTS, LONG_WORD, texts
from textvec import (
    BM25Weighting,
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    HashingVectorizer,
    Lemmatizer,
    Stemmer,
    StopWords,
    TfidfVectorizer,
    TfidfWeighting,
    Tokenizer,
    WordVectors,
)
from textvec.encoders import query_means
from textvec.encoders.query_description import describe
from textvec.encoders.query_encoder import QueryEncoder
from textvec.encoders.vectors import as_vectors
from textvec.index.storage.query_file import read_query_file, write_query_file
from textvec.kernels import pooling as kernels
from textvec.similarity import DamagedIndexError

SAVED = Path(__file__).parents[1] / "saved"
DOCUMENTS = [*HOSTILE_DOCUMENTS, "Red apple pie", "green apple", "blue sea", "red sea, red sea"] * 2
COMMA = r"[^,]+"  # words with spaces in them

COUNTERS = [
    {},
    {"lowercase": False},
    {"ngram_range": (1, 2)},
    {"ngram_range": (2, 3), "min_df": 2},
    {"ngram_range": (1, 10)},  # too many possible n-grams for keys of 64 bits
    {"stop_words": ["the", "good", "Red"]},
    {"stop_words": ["not"], "ngram_range": (1, 3)},
    {"stop_words": "english"},
    {"token_pattern": r"[^\s\0-\x1f]+", "ngram_range": (1, 2)},
    {"token_pattern": r"\S+"},
    {"token_pattern": r"[^\W\d]{3,}"},
    {"token_pattern": r"(\w)\w*"},
    {"token_pattern": r"\w*"},
    {"token_pattern": COMMA},
    {"token_pattern": r"(?s)."},
    {"binary": True, "max_features": 40},
    {"dtype": np.float32},
    {"dtype": np.dtype("float32"), "ngram_range": (1, 2)},
]
TFIDF = [
    {},
    {"sublinear_tf": True},
    {"use_idf": False},
    {"smooth_idf": False},
    {"norm": None},
    {"norm": "l1", "sublinear_tf": True},
]
SMART = [
    {},
    {"tf": "relative", "idf": "plus_one", "norm": "l1"},
    {"tf": "binary", "idf": "standard", "norm": "none"},
    {"tf": "log", "idf": "zero_corrected", "norm": "pivoted", "slope": 0.3, "log_base": 10},
    {"tf": "double_log", "idf": "probabilistic", "norm": "pivoted_unique", "pivot": 3},
    {"tf": "log_average", "idf": "none"},
    {"tf": "augmented", "idf": "standard", "log_base": 2},
]
BM25 = [{}, *({"method": method, "k1": 2, "b": 0.3} for method in ("robertson", "atire", "bm25l", "bm25+"))]
FIRST = [
    [Tokenizer()],
    [Tokenizer(r"\w+(?:'\w+)?", lowercase=False)],
    [StopWords(["the", "don't", "Red apple"])],
    [Tokenizer(r"(?:red)|\w"), StopWords(["red A"])],
    [Tokenizer(), StopWords(["good food", "istanbul"]), StopWords(["food"])],
    [Stemmer()],
    [Tokenizer(), StopWords(), Stemmer("porter"), StopWords(["because"])],
    [Tokenizer(lowercase=False), Stemmer("lancaster"), Stemmer()],
    [make_pipeline(Tokenizer()), "passthrough"],
    [Tokenizer("unicode", normalize="NFKC"), StopWords(["don't"]), Stemmer()],
    [Tokenizer("unicode", lowercase=False)],
    [Tokenizer(normalize="NFC")],
]
ENCODERS = [
    *(TfidfVectorizer(**how) for how in COUNTERS),
    *(TfidfVectorizer(**how, dtype=kind) for how in TFIDF for kind in (np.float64, np.float32)),
    *(CountVectorizer(**how) for how in COUNTERS),
    *(make_pipeline(CountVectorizer(dtype=kind), BM25Weighting(**how)) for how in BM25 for kind in (int, np.float32)),
    *(make_pipeline(CountVectorizer(dtype=kind), TfidfWeighting(**how)) for how in SMART for kind in (int, np.float32)),
    *(make_pipeline(*steps, TfidfVectorizer(ngram_range=(1, 2), stop_words=["apple"])) for steps in FIRST),
    make_pipeline(*FIRST[4], CountVectorizer(), BM25Weighting()),
    make_pipeline(*FIRST[6], CountVectorizer(stop_words="english"), BM25Weighting()),
    make_pipeline(Tokenizer(), TfidfVectorizer(strip_accents="unicode", lowercase=False, token_pattern="x")),
    FrozenEstimator(make_pipeline(TfidfVectorizer()).fit(DOCUMENTS)),
]


def encoder_of(fitted, folder, documents=DOCUMENTS):
    """What answers queries of an index of the documents: None if that is the encoder itself."""
    steps, reason = describe(fitted, documents)
    assert (steps is None) != (reason is None)
    if steps is None:
        return None
    write_query_file(folder / "query.textvec", steps)
    return read_query_file(folder / "query.textvec")


def assert_same(fitted, light, documents):
    expected, found = as_vectors(fitted.transform(documents)), light.encode(documents)
    assert found.n_columns == expected.n_columns
    for a, b in zip(found[:3], expected[:3], strict=True):
        assert a.dtype == b.dtype
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("encoder", ENCODERS, ids=repr)
def test_bits_are_those_of_the_encoder(encoder, tmp_path, messages):
    fitted = encoder.fit([*DOCUMENTS, *messages[:100]], None)
    light = pickle.loads(pickle.dumps(encoder_of(fitted, tmp_path)))
    documents = [*DOCUMENTS, "red, red sea", "Red apple,a b,b a", LONG_WORD, *messages[50:250]]
    assert_same(fitted, light, documents)
    for document in documents[-20:]:
        assert_same(fitted, light, [document])
    live = QueryEncoder(describe(fitted, []).steps)  # as an index in memory makes it
    assert_same(fitted, live, documents[-100:])


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    how = {"ngram_range": (1, 3), "token_pattern": r"[^,;]+"}
    fitted = TfidfVectorizer(**how).fit(["red,apple;pie,red", "a,b,a,b", "sea"])
    return fitted, encoder_of(fitted, tmp_path_factory.mktemp("plain"))


@settings(deadline=None)
@given(texts)
def test_words_with_spaces_are_the_ngrams_of_their_names(plain, text):
    assert plain[1].encode(["red apple"]).indices.tolist() == [plain[0].vocabulary_["red apple"]]
    assert_same(*plain, [text, "red apple,pie", "red,apple pie", "red apple pie", "a b,a b", f"a,{text},a b"])


@settings(deadline=None)
@given(texts)
def test_any_text(any_text, text):
    assert_same(*any_text, [text])


@pytest.fixture(scope="module")
def any_text(tmp_path_factory):
    fitted = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit(DOCUMENTS)
    return fitted, encoder_of(fitted, tmp_path_factory.mktemp("any"))


def test_reviews(reviews, tmp_path):
    fitted = make_pipeline(Tokenizer(), TfidfVectorizer(ngram_range=(1, 2), min_df=3)).fit(reviews[:2000])
    assert_same(fitted, encoder_of(fitted, tmp_path), reviews[1900:2100])


@pytest.mark.parametrize("method", ["robertson", "atire"])
def test_terms_that_weigh_nothing(method, tmp_path):
    fitted = make_pipeline(CountVectorizer(), BM25Weighting(method)).fit(["the food", "the sea", "the the pie"])
    assert_same(fitted, encoder_of(fitted, tmp_path), ["the", "the pie", "the the"])


def test_columns_in_the_order_of_partial_fit(tmp_path):
    vectorizer = TfidfVectorizer(ngram_range=(1, 2))
    for first in range(0, len(DOCUMENTS), 30):
        vectorizer.partial_fit(DOCUMENTS[first : first + 30])
    assert vectorizer.ngrams_.columns is not None
    assert_same(vectorizer, encoder_of(vectorizer, tmp_path), DOCUMENTS)


def test_lengths_in_characters(tmp_path):
    counter = CountVectorizer().fit(DOCUMENTS)
    lengths = [len(term) for term in counter.get_feature_names_out()]
    fitted = make_pipeline(counter, TfidfWeighting(norm="pivoted_characters", term_lengths=lengths)).fit(DOCUMENTS)
    assert_same(fitted, encoder_of(fitted, tmp_path), DOCUMENTS)


KNOWN = ["apple", "food", "good", "red", "sea", "the", "wine"]
VECTORS = np.random.default_rng(0).normal(size=(len(KNOWN), 30)) * np.geomspace(1e-3, 1e3, 30)
MEANS = [
    {},
    {"normalize": True},
    {"pooling": "tfidf"},
    {"pooling": "sif"},
    {"pooling": "usif", "normalize": True},
    {"pooling": "mean", "n_components": 2, "unknown": "zero"},
    {"pooling": "tfidf", "unknown": "zero"},
]


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer. .* documents hold no word")
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("how", MEANS, ids=repr)
def test_means_of_word_vectors_have_the_same_bits(how, kind, tmp_path):
    vectors = WordVectors(KNOWN[::-1], VECTORS.astype(kind))
    for steps in ([], [Tokenizer(r"\w+"), StopWords(["of"])]):
        fitted = make_pipeline(*steps, EmbeddingVectorizer(vectors, **how)).fit(DOCUMENTS)
        light = encoder_of(fitted, tmp_path)
        documents = [*DOCUMENTS, " ".join(KNOWN), "red wine " * 7, "sea", "zzz", ""]
        found, expected = light.encode(documents), fitted.transform(documents)
        assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
        np.testing.assert_array_equal(found, expected)
        for document in documents[-5:]:
            np.testing.assert_array_equal(light.encode([document]), fitted.transform([document]))


def test_tables_of_vectors_are_mapped_and_warn_alike(tmp_path):
    words = [f"w{i}" for i in range(3000)]
    vectors = np.random.default_rng(0).normal(size=(3000, 100)).astype(np.float32)
    index = CosineIndex(EmbeddingVectorizer(WordVectors(words, vectors))).fit(["w1 w2", "w3 w17", "w5"])
    index.save(tmp_path / "index")
    again = CosineIndex.open(tmp_path / "index", verify=True)
    assert again.search(["w17 w2", "w5"]).to_dicts() == index.search(["w17 w2", "w5"]).to_dicts()
    assert "encoder_" not in vars(again)
    assert isinstance(again._folder.encoder("encoder").query_encoder._vectors._vectors, np.memmap)
    for each in (index, again):
        with pytest.warns(UserWarning, match="1 of 2 documents hold no word that has a vector") as caught:
            assert not each.search(["w5", "nothing"])[1]
    assert caught[0].filename == __file__


@pytest.mark.parametrize(("how", "reason"), [({"pooling": "max"}, "pooling='max'"), ({"unknown": "error"}, "unknown=")])
def test_poolings_that_are_not_described(how, reason, tmp_path):
    fitted = EmbeddingVectorizer(WordVectors(KNOWN, VECTORS), **how).fit(["red wine"])
    assert encoder_of(fitted, tmp_path) is None
    assert reason in describe(fitted, []).reason


def test_numbers_that_stand_in_two_places():
    assert query_means.MIN_SHARE_LEFT == kernels.MIN_SHARE_LEFT


def test_unknown_words_need_the_stemmer_and_known_ones_do_not(tmp_path):
    fitted = make_pipeline(Stemmer(), TfidfVectorizer()).fit(["running quickly", "a red apple"])
    light = encoder_of(fitted, tmp_path, ["running quickly", "a red apple"])
    light._word_steps[0].__dict__["_stemmer"] = None  # calling it would be an error
    assert_same(fitted, light, ["quickly running apple", "red"])
    with pytest.raises(TypeError):
        light.encode(["runs"])
    assert_same(fitted, encoder_of(fitted, tmp_path, []), ["runs", "quickly running apples"])


POSITIVE = WordVectors(["red", "sea"], np.eye(2))
NOT_DESCRIBED = [
    (HashingVectorizer(n_features=64), "HashingVectorizer has no description for queries"),
    (TfidfVectorizer(analyzer="char"), "TfidfVectorizer(analyzer='char')"),
    (TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 3)), "TfidfVectorizer(analyzer='char_wb')"),
    (TfidfVectorizer(analyzer=str.split), "TfidfVectorizer(analyzer=<method"),
    (TfidfVectorizer(tokenizer=str.split, token_pattern=None), "TfidfVectorizer(tokenizer=<method"),
    (TfidfVectorizer(tokenizer=str.split), "TfidfVectorizer(tokenizer=<method"),
    (TfidfVectorizer(preprocessor=str.upper), "TfidfVectorizer(preprocessor=<method"),
    (TfidfVectorizer(strip_accents="unicode"), "TfidfVectorizer strips accents"),
    (TfidfVectorizer(vocabulary=["red apple", "sea"]), "TfidfVectorizer(vocabulary=['red apple', 'sea'])"),
    (TfidfVectorizer(ngram_range=(1, 2), token_pattern=COMMA), "n-grams of words that hold spaces"),
    (CountVectorizer(dtype=np.uint8), "CountVectorizer(dtype=uint8)"),
    (make_pipeline(Tokenizer(), Lemmatizer(), TfidfVectorizer()), "Lemmatizer has no description for queries"),
    (make_pipeline(Tokenizer("treebank"), TfidfVectorizer()), "Tokenizer(pattern='treebank') is no regular expression"),
    (make_pipeline(Tokenizer("whitespace"), TfidfVectorizer()), "Tokenizer(pattern='whitespace') is no regular"),
    (make_pipeline(Tokenizer(strip_accents="ascii"), TfidfVectorizer()), "Tokenizer strips accents"),
    (make_pipeline(TfidfVectorizer(), BM25Weighting()), "in the steps pattern, terms, weights, weights"),
    (make_pipeline(CountVectorizer(), BM25Weighting(), BM25Weighting()), "terms, weights, weights"),
    (make_pipeline(TfidfVectorizer(use_idf=False), BM25Weighting()), "pattern, terms, weights, weights"),
    (make_pipeline(TfidfVectorizer(use_idf=False), TfidfWeighting()), "pattern, terms, weights, weights"),
    (make_pipeline(EmbeddingVectorizer(POSITIVE), BM25Weighting()), "in the steps pattern, means, weights"),
    (TfidfVectorizer(stop_words=["the", 3]), "stop words that are no strings"),
    (make_pipeline(TfidfVectorizer(), TfidfWeighting()), "pattern, terms, weights, weights"),
    (make_pipeline(CountVectorizer(), BM25Weighting()).set_output(transform="default"), "set_output was called on"),
    (make_pipeline(CountVectorizer(), TruncatedSVD(2, random_state=0)), "TruncatedSVD has no description for queries"),
]


@pytest.mark.filterwarnings("ignore:The parameter 'token_pattern' will not be used")
@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer. .* documents hold no word")
@pytest.mark.parametrize(("encoder", "reason"), NOT_DESCRIBED, ids=repr)
def test_others_are_left_to_themselves_and_say_why(encoder, reason, tmp_path):
    fitted = encoder.fit(DOCUMENTS)
    assert encoder_of(fitted, tmp_path) is None
    assert reason in describe(fitted, DOCUMENTS).reason
    index = CosineIndex(FrozenEstimator(fitted)).fit(DOCUMENTS)
    if "TruncatedSVD" not in reason and "<method" not in reason:
        index.save(tmp_path / "index")
        assert reason in CosineIndex.open(tmp_path / "index").info()["queries"]


def test_an_idf_that_was_set_or_is_not_finite(tmp_path):
    vectorizer = TfidfVectorizer().fit(DOCUMENTS)
    vectorizer.idf_ = vectorizer.idf_ + 1
    assert_same(vectorizer, encoder_of(vectorizer, tmp_path), DOCUMENTS)
    vectorizer = TfidfVectorizer(smooth_idf=False).fit(DOCUMENTS)
    vectorizer._tfidf.idf_ = np.where(np.arange(len(vectorizer.idf_)), vectorizer.idf_, np.inf)
    assert encoder_of(vectorizer, tmp_path) is None
    vectorizer._tfidf.idf_ = np.full(len(vectorizer.idf_), 1e200)
    assert encoder_of(vectorizer, tmp_path) is None


STRANGE = (
    "strange", "(a)(b)", "(", "a{99999999999999}", -1, None, [1], {}, (1,), (10**8, 10**8), range(10**12), list, object,
    float("nan"), np.zeros((2, 2)), np.zeros(3, np.int8), np.full(3, np.inf),
)  # fmt: skip


@pytest.mark.filterwarnings("ignore:EmbeddingVectorizer. .* documents hold no word")
@pytest.mark.parametrize("encoder", [
    make_pipeline(StopWords(["the"]), Stemmer(), CountVectorizer(), BM25Weighting()),
    TfidfVectorizer(stop_words=["a"]),
    make_pipeline(CountVectorizer(), TfidfWeighting(norm="pivoted")),
    make_pipeline(EmbeddingVectorizer(WordVectors(["red", "sea"], np.eye(2)), pooling="sif")),
], ids=["bm25", "tfidf", "smart", "means"])  # fmt: skip
def test_descriptions_that_no_encoder_gives_are_refused(encoder):
    """Files can be written by anybody: whatever a description holds, it works or raises an error of these kinds."""
    steps, _ = describe(encoder.fit(DOCUMENTS, None), DOCUMENTS)
    QueryEncoder(steps).encode(["red sea"])
    refused = set()
    for i, step in enumerate(steps):
        for name in step:
            for strange in STRANGE:
                changed = [*steps[:i], {**step, name: strange}, *steps[i + 1 :]]
                try:
                    QueryEncoder(changed).encode(["red sea", "the blue wine"])
                except (ValueError, TypeError, KeyError, AttributeError, IndexError, re.error):
                    refused.add(name)
        for changed in ([*steps[:i], *steps[i + 1 :]], [*steps[: i + 1], *steps[i:]], steps[:i]):
            try:
                QueryEncoder(changed).encode(["red sea"])
            except (ValueError, TypeError, KeyError, IndexError):
                refused.add("steps")
    assert refused >= {"step", "pattern", "steps"}
    assert not {"ngrams", "ngram_range", "idf", "words", "stems", "rows", "vectors"} & {*chain(*steps)} - refused


def test_files_that_hold_other_objects_are_refused(tmp_path):
    textvec.save(TfidfVectorizer().fit(DOCUMENTS), tmp_path / "query.textvec")
    with pytest.raises(DamagedIndexError, match=r"query\.textvec.*holds no objects of such a class"):
        read_query_file(tmp_path / "query.textvec")
    with pytest.raises(ValueError, match="plain data only"):
        write_query_file(tmp_path / "other.textvec", [{"step": object()}])


def test_a_lone_surrogate_is_the_same_error(tmp_path):
    fitted = TfidfVectorizer().fit(DOCUMENTS)
    light = encoder_of(fitted, tmp_path)
    for encode in (fitted.transform, light.encode):
        with pytest.raises(ValueError, match=r"Document 1 holds the lone surrogate '\\ud800'"):
            encode(["red", "a \ud800"])


def test_an_index_on_disk_uses_it_for_few_texts_only(tmp_path):
    index = CosineIndex().fit(DOCUMENTS)
    index.save(tmp_path / "index")
    queries = ["red apple", "sea of good food", "nothing?"]
    again = CosineIndex.open(tmp_path / "index")
    assert again.search(queries).to_dicts() == index.search(queries).to_dicts()
    assert [again.knows(query) for query in queries] == [True, True, False]
    assert "encoder_" not in vars(again)
    assert pickle.loads(pickle.dumps(again._folder.encoder("encoder").query_encoder)).encode(queries).n_vectors == 3
    again.add(["another sea"])
    assert "encoder_" in vars(again)
    again._folder.encoder("encoder").query_encoder = "not used any more"
    assert again.knows("apple")


def test_an_index_that_was_written_anew_or_is_damaged(tmp_path):
    path = tmp_path / "index"
    CosineIndex().fit(DOCUMENTS).save(path)
    index = CosineIndex.open(path)
    CosineIndex().fit([*DOCUMENTS, "other things"]).save(path, overwrite=True)
    with pytest.raises(DamagedIndexError, match="was written anew: open it again"):
        index.search(["red"])
    (file,) = path.glob("query-*")
    content = bytearray(file.read_bytes())
    with zipfile.ZipFile(file) as archive:
        content[archive.getinfo("0.npy").header_offset + 200] ^= 1
    file.write_bytes(content)
    with pytest.raises(DamagedIndexError, match=re.escape(str(file))):
        CosineIndex.open(path).search(["red"])
    file.unlink()
    with pytest.raises(DamagedIndexError, match="is missing"):
        CosineIndex.open(path).search(["red"])


def test_an_index_of_the_version_before_is_searched_with_the_encoder(tmp_path):
    shutil.copytree(SAVED / "0.1.0" / "index-sparse", tmp_path / "index")
    index = CosineIndex.open(tmp_path / "index")
    assert "did not describe it" in index.info()["queries"]
    index.search(["food"])
    assert "encoder_" in vars(index)
    index.save(tmp_path / "new")
    again = CosineIndex.open(tmp_path / "new")
    assert again.info()["queries"] == "compiled"
    assert again.search(["food"]).to_dicts() == index.search(["food"]).to_dicts()
    assert "encoder_" not in vars(again)


def test_a_query_in_a_fresh_process_imports_little(tmp_path):
    bm25 = make_pipeline(Tokenizer(), StopWords(), Stemmer(), CountVectorizer(ngram_range=(1, 2)), BM25Weighting())
    for encoder in (None, bm25):
        path = tmp_path / ("index" if encoder is None else "bm25")
        index = CosineIndex(encoder).fit(DOCUMENTS)
        index.save(path)
        code = (
            "import sys; from textvec import CosineIndex; index = CosineIndex.open(sys.argv[1]);"
            "print(index.search(['red apple pie', 'sea'][:1]).to_dicts(), index.knows('sea'), index.knows('unseen'));"
            "print(*"
            "{name.partition('.')[0] for name in sys.modules} & {'sklearn', 'scipy', 'nltk', 'pandas', 'numba'})"
        )
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
        assert done.stdout == f"{index.search(['red apple pie']).to_dicts()} True False\n\n"
