"""Tables in which several words share a row: one vector, one neighbour, one place in memory and in files."""

import copy
import pickle

import numpy as np
import pytest
import spacy

import textvec
from textvec import CosineIndex, EmbeddingVectorizer
from textvec.embeddings import WordVectors
from textvec.evaluation import analogies, word_pairs

WORDS = ["king", "queen", "kings", "man", "woman", "men", "apple"]
ROWS = [0, 1, 0, 2, 3, 2, 4]
VECTORS = np.array([[4, 1, 3], [1, 4, 3], [4, 1, 0], [1, 4, 0], [1, 1, -3]], np.float32)


@pytest.fixture
def shared():
    return WordVectors(WORDS, VECTORS, word_rows=ROWS, counts=[9, 8, 7, 6, 5, 4, 3])


@pytest.fixture
def expanded(shared):
    return WordVectors(WORDS, VECTORS[ROWS], counts=shared.counts)


def same(found, wanted):
    assert found.words.tolist() == wanted.words.tolist()
    np.testing.assert_array_equal(found[wanted.words.tolist()], wanted[wanted.words.tolist()])


def test_the_vectors_of_words(shared, expanded):
    same(shared, expanded)
    assert shared.rows(["men", "moon", "king"]).tolist() == [2, -1, 0]
    assert shared.row_of["kings"] == 0
    assert len(shared) == 7
    assert len(shared.vectors) == 5
    assert [shared.name_of_row(row) for row in range(5)] == ["king", "queen", "man", "woman", "apple"]
    assert repr(shared).startswith("WordVectors(7 words in 5 rows, 3 dimensions, float32, 60 bytes)")
    assert ">men</th>" not in shared._repr_html_()
    assert ">kings</th><td>4</td><td>1</td><td>3</td>" in shared._repr_html_()


def test_a_row_is_one_neighbour(shared):
    found = shared.most_similar("king", topn=10)
    assert sorted(near.word for near in found) == ["apple", "man", "queen", "woman"]
    assert [near.word for near in shared.most_similar("kings", topn=10)] == [near.word for near in found]
    assert [near.word for near in shared.nearest(VECTORS[2], topn=2)] == ["man", "king"]
    for method in ("3cosadd", "3cosmul"):
        for words in (("man", "king", "woman"), ("men", "kings", "woman")):
            assert shared.analogy(*words, topn=1, method=method)[0].word == "queen"


def test_the_first_words_are_those_of_the_table_and_not_of_its_rows(shared):
    assert {near.word for near in shared.nearest(VECTORS[2], restrict=3)} == {"king", "queen"}
    assert {near.word for near in shared.most_similar(VECTORS[2], restrict=4, method="3cosmul")} == {
        "king", "queen", "man",
    }  # fmt: skip


def test_rows_without_a_word_are_nobodys_neighbours():
    wv = WordVectors(["a", "b"], [[1, 0], [1, 0.1], [0, 1]], word_rows=[0, 2])
    assert [near.word for near in wv.nearest([1, 0.1])] == ["a", "b"]
    assert [near.word for near in wv.most_similar(np.array([1, 0.1]), method="3cosmul")] == ["a", "b"]
    assert wv.name_of_row(1) == ""


def test_many_queries_at_once_find_what_each_finds_alone():
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((400, 8)).astype(np.float32)
    rows = np.concatenate([np.arange(400), rng.integers(0, 400, 1600)])
    wv = WordVectors([f"w{i}" for i in range(2000)], vectors, word_rows=rows)
    own = WordVectors([f"w{i}" for i in range(400)], vectors)
    queries = rng.standard_normal((30, 8))
    assert wv.nearest(queries, topn=5) == own.nearest(queries, topn=5)
    assert wv.nearest(queries, topn=5, restrict=100) == own.nearest(queries, topn=5, restrict=100)


def test_other_comparisons(shared, expanded):
    assert shared.similarity("king", "kings") == pytest.approx(1)
    assert shared.n_similarity(["men", "queen"], ["apple"]) == expanded.n_similarity(["men", "queen"], ["apple"])
    assert shared.odd_one_out(["men", "kings", "apple"]) == "apple"


def test_select(shared, expanded):
    some = shared.select(["men", "man", "queen", "unknown"])
    assert some.words.tolist() == ["queen", "man", "men"]
    assert some.word_rows.tolist() == [0, 1, 1]
    assert some.vectors.shape == (2, 3)
    assert some.counts.tolist() == [8, 6, 4]
    same(some, expanded.select(["men", "man", "queen"]))
    assert len(shared.select([])) == 0


@pytest.mark.parametrize("round_trip", ["save", "pickle", "copy"])
def test_saved_and_copied(shared, tmp_path, round_trip):
    shared.most_similar("king")
    if round_trip == "save":
        textvec.save(shared, tmp_path / "table")
        found = textvec.load(tmp_path / "table")
    else:
        found = pickle.loads(pickle.dumps(shared)) if round_trip == "pickle" else copy.deepcopy(shared)
    same(found, shared)
    assert found.word_rows.tolist() == ROWS
    assert found.vectors.shape == (5, 3)
    assert found.counts.tolist() == shared.counts.tolist()


@pytest.mark.parametrize("name", ["word2vec", "word2vec-binary", "glove"])
def test_formats_with_a_row_for_each_word(shared, expanded, tmp_path, name):
    shared.write(tmp_path / "shared", name)
    expanded.write(tmp_path / "expanded", name)
    assert (tmp_path / "shared").read_bytes() == (tmp_path / "expanded").read_bytes()
    same(WordVectors.read(tmp_path / "shared", name), expanded)


def test_numpys_format_keeps_rows_shared(shared, tmp_path):
    shared.write(tmp_path / "table.npy")
    assert np.load(tmp_path / "table.npy").shape == (5, 3)
    for mmap in (False, True):
        found = WordVectors.read(tmp_path / "table.npy", mmap=mmap)
        same(found, shared)
        assert found.word_rows.tolist() == ROWS
        assert found.counts.tolist() == shared.counts.tolist()
        first = WordVectors.read(tmp_path / "table.npy", mmap=mmap, limit=3)
        assert first.words.tolist() == WORDS[:3]
        np.testing.assert_array_equal(first[WORDS[:3]], shared[WORDS[:3]])
    some = WordVectors.read(tmp_path / "table.npy", words=["men", "man", "queen"], dtype="float64")
    assert some.words.tolist() == ["queen", "man", "men"]
    assert some.vectors.shape == (2, 3)
    assert some.vectors.dtype == np.float64


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("[0, 1, 0, 2, 3, 2]", "must be 7 whole numbers"),
        ("[0, 1, 0, 2, 3, 2, 5]", "rows of the 5 vectors"),
        ("[0, 1, 0, 2, 3, 2, -1]", "rows of the 5 vectors"),
        ("[0, 1, 0, 2, 3, 2, 1.5]", "expected the number of a row for each of the 7 words"),
        ("7", "expected the number of a row for each of the 7 words"),
    ],
)
def test_files_whose_rows_do_not_fit(shared, tmp_path, rows, message):
    shared.write(tmp_path / "table.npy")
    vocabulary = tmp_path / "table.vocabulary.json"
    vocabulary.write_text(vocabulary.read_text().replace("[0, 1, 0, 2, 3, 2, 4]", rows))
    with pytest.raises(ValueError, match=message):
        WordVectors.read(tmp_path / "table.npy")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([0, 1], "word_rows must be 3 whole numbers"),
        ([0.0, 1.0, 1.0], "word_rows must be 3 whole numbers"),
        ([0, 1, 2], "rows of the 2 vectors, from 0, but go from 0 to 2"),
        ([0, 1, -1], "rows of the 2 vectors, from 0, but go from -1 to 1"),
    ],
)
def test_rows_that_do_not_fit(rows, message):
    with pytest.raises(ValueError, match=message):
        WordVectors(["a", "b", "c"], np.eye(2), word_rows=rows)


def test_a_vector_that_is_not_finite_is_named_by_its_word():
    with pytest.raises(ValueError, match="the vector of 'c', row 1, holds NaN"):
        WordVectors(["a", "b", "c"], [[1, 0], [np.nan, 0]], word_rows=[0, 0, 1])


def test_gensim_gets_a_row_for_each_word(shared, expanded):
    theirs = shared.to_gensim()
    np.testing.assert_array_equal(theirs.vectors, expanded.vectors)
    assert theirs.get_vecattr("men", "count") == 4
    same(WordVectors.from_gensim(theirs), expanded)


def test_spacy_shares_rows(shared, tmp_path):
    nlp = spacy.blank("en")
    shared.to_spacy(nlp)
    assert nlp.vocab.vectors.shape == (5, 3)
    assert nlp("men")[0].vector.tolist() == [4, 1, 0]
    nlp.to_disk(tmp_path / "pipeline")
    for given in (nlp, str(tmp_path / "pipeline")):
        found = WordVectors.from_spacy(given)
        assert found.words.tolist() == ["king", "kings", "queen", "man", "men", "woman", "apple"]
        assert found.word_rows.tolist() == [0, 0, 1, 2, 2, 3, 4]
        np.testing.assert_array_equal(found.vectors, VECTORS)


def test_a_pruned_pipeline():
    nlp = spacy.blank("en")
    rng = np.random.default_rng(0)
    words = [f"word{i}" for i in range(300)]
    for word in words:
        nlp.vocab.set_vector(word, rng.standard_normal(20).astype(np.float32))
    remapped = nlp.vocab.prune_vectors(40)
    found = WordVectors.from_spacy(nlp)
    assert found.vectors.shape == (40, 20)
    assert sorted(found.words) == sorted(words)
    for word in words:
        np.testing.assert_array_equal(found[word], nlp.vocab[word].vector)
    for row in range(40):
        assert found.name_of_row(row) not in remapped, "the word whose own vector it is"
    near = found.most_similar(words[0], topn=39)
    assert len({each.word for each in near}) == 39
    assert max(each.score for each in near) < 0.999


def test_pooling_and_queries_of_a_saved_index(shared, expanded, tmp_path):
    texts = ["kings and men", "the queen", "apple men woman"]
    for pooling in ("mean", "usif"):
        ours, theirs = (EmbeddingVectorizer(wv, pooling=pooling).fit(texts) for wv in (shared, expanded))
        np.testing.assert_array_equal(ours.transform(texts), theirs.transform(texts))
    index = CosineIndex(EmbeddingVectorizer(shared, pooling="mean")).fit(texts)
    index.save(tmp_path / "index")
    opened = CosineIndex.open(tmp_path / "index")
    query = ["woman and kings"]
    assert "encoder_" not in vars(opened)
    assert opened.search(query).to_dicts() == index.search(query).to_dicts()
    found = {hit.id: hit.score for hit in index.search(query)[0]}
    assert opened.explain(query[0], 2).score == pytest.approx(found[2], rel=1e-5)
    assert {pair.query_word for pair in index.explain(query[0], 0)} == {"woman", "kings"}


def test_word_pairs_use_all_words_of_a_table_without_an_order(shared, expanded):
    pairs = [("king", "men", 6), ("queen", "woman", 7), ("apple", "men", 1), ("king", "kings", 9)]
    found = word_pairs(shared, pairs, restrict_vocab=3)
    np.testing.assert_array_equal(found.similarities, word_pairs(expanded, pairs, restrict_vocab=None).similarities)
    assert found.coverage == 1
    assert found.similarities[3] == pytest.approx(1)


def test_analogies_take_words_that_share_a_row_as_one_answer(shared):
    asked = [("man", "king", "woman", "queen"), ("woman", "queen", "men", "kings"), ("men", "man", "apple", "queen")]
    found = analogies(shared, asked, restrict_vocab=2)
    answers = found.total.answers
    assert [answer.answer for answer in answers[:2]] == ["queen", "king"]
    assert [answer.is_correct for answer in answers[:2]] == [True, True]
    assert found.coverage == 1
    wordless = WordVectors(WORDS, np.vstack([VECTORS, VECTORS[1] + 0.001]), word_rows=ROWS)
    assert analogies(wordless, asked[:1]).total.answers[0].answer == "queen"
