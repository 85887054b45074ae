"""Analogies: gensim's answers on gensim's file, question by question."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

pytest.importorskip("gensim")

from gensim.models import KeyedVectors
from gensim.test.utils import datapath

from support.vectors import analogous, both, questions_of
from textvec.embeddings import WordVectors
from textvec.evaluation import _completion, analogies

FILE = Path(datapath("questions-words.txt"))
QUESTIONS = questions_of(FILE)
FAMILY = ("family", "man", "woman", "king", "queen")
TABLE = WordVectors(
    ["man", "woman", "king", "queen", "apple"],
    [[1, 0, 0.1], [1, 1, 0.1], [1, 0, 2], [1, 1, 2], [-1, 0.2, 0.3]],
)


def written(questions, path):
    """Write questions as questions-words.txt has them."""
    sections = dict.fromkeys(section for section, *_ in questions)
    lines = [
        line
        for section in sections
        for line in (f": {section}", *(" ".join(words) for name, *words in questions if name == section))
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def assert_same_answers(tables, path, *, case_insensitive=True, **options):
    ours, theirs = tables
    accuracy, sections = theirs.evaluate_word_analogies(str(path), case_insensitive=case_insensitive, **options)
    result = analogies(ours, path, case_insensitive=case_insensitive, **options)
    assert result.accuracy == accuracy
    assert list(result.sections) == [section["section"] for section in sections[:-1]]
    fold = str.upper if case_insensitive else str
    for found, expected in zip(result.sections.values(), sections, strict=False):
        for kind, is_correct in (("correct", True), ("incorrect", False)):
            answers = [answer for answer in found.answers if answer.is_correct == is_correct]
            assert [tuple(map(fold, answer[:4])) for answer in answers] == expected[kind]
    return result


@pytest.fixture(scope="module")
def tables():
    return analogous(QUESTIONS)


def test_gensims_answers_to_the_whole_file(tables):
    result = assert_same_answers(tables, FILE)
    assert result.total.n_questions == 19_544
    assert 0.1 < result.accuracy < 0.9
    assert 0.1 < result.coverage < 0.9
    assert len(result.sections) == 14
    assert all(section.n_correct for section in result.sections.values())


@pytest.mark.parametrize(
    "options",
    [
        {"case_insensitive": False},
        {"dummy4unknown": True},
        {"restrict_vocab": 900, "dummy4unknown": True},
        {"restrict_vocab": None},
    ],
    ids=str,
)
def test_gensims_answers_with_other_options(tables, options, tmp_path):
    result = assert_same_answers(tables, written(QUESTIONS[::12], tmp_path / "questions.txt"), **options)
    assert 0.05 < result.accuracy < 0.95


@pytest.mark.parametrize("seed", range(4))
def test_gensims_answers_where_letter_cases_crowd_out_the_rest(seed, tmp_path):
    """Up to seven spellings of each word, close together: the answer may be behind all those of the question."""
    rng = np.random.default_rng(seed)
    words, vectors = [], []
    for word in ("abc", "bcd", "cde", "def", "efg", "fgh"):
        centre = rng.normal(size=4)
        spellings = {"".join(c.upper() if rng.random() < 0.5 else c for c in word) for _ in range(rng.integers(1, 12))}
        words += sorted(spellings)
        vectors += [centre + 0.1 * rng.normal(size=4) for _ in spellings]
    order = rng.permutation(len(words))
    tables = both([words[i] for i in order], np.array(vectors)[order])
    names = ["abc", "bcd", "cde", "def", "efg", "fgh"]
    questions = [("all", *rng.choice(names, 4)) for _ in range(150)]  # some ask for a word of the question
    assert_same_answers(tables, written(questions, tmp_path / "questions.txt"))


def test_gensims_answers_by_vectors_of_text():
    theirs = KeyedVectors.load_word2vec_format(datapath("lee_fasttext.vec"))
    ours = WordVectors(theirs.index_to_key, theirs.vectors)
    assert assert_same_answers((ours, theirs), FILE).total.n_known > 90


@pytest.mark.filterwarnings("ignore:Call to deprecated `init_sims`:DeprecationWarning")
def test_3cosmul_is_gensims_most_similar_cosmul(tables):
    ours, theirs = tables
    known = [question for question in QUESTIONS[::40] if all(word in theirs for word in question[1:])]
    result = analogies(ours, known, method="3cosmul", case_insensitive=False)
    expected = [theirs.most_similar_cosmul([b, c], [a], topn=1)[0][0] for _, a, b, c, _ in known]
    assert [answer.answer for answer in result.total.answers] == expected
    added = analogies(ours, known, case_insensitive=False)
    assert [answer.answer for answer in added.total.answers] != expected


@pytest.mark.parametrize("method", ["3cosadd", "3cosmul"])
@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_blocks_of_the_table(tables, method, dtype, monkeypatch):
    """As by the definition, for each question over the whole table at once."""
    monkeypatch.setattr(_completion, "_MAX_SIMILARITIES", 1)
    monkeypatch.setattr(_completion, "_QUESTIONS_PER_BATCH", 7)
    table = WordVectors(tables[0].words, tables[0].vectors.astype(dtype))
    assert len(table) > 4 * 256
    questions = [q for q in QUESTIONS[::50] if all(word in table for word in q[1:])]
    units = table.vectors.astype(np.float64)
    units /= np.linalg.norm(units, axis=1, keepdims=True)
    expected = []
    for _, *words in questions:
        rows = table.rows(words[:3])
        a, b, c = units[rows] @ units.T
        scores = b + c - a if method == "3cosadd" else (1 + b) * (1 + c) / (1 + a + 2e-6) / 2
        scores[rows] = -np.inf
        expected.append(table.words[scores.argmax()])
    result = analogies(table, questions, method=method, case_insensitive=False)
    assert [answer.answer for answer in result.total.answers] == expected


def test_of_equal_words_the_first():
    for twin in ("zzz", "Queen"):
        words = [*TABLE.words, twin]
        table = WordVectors(words, [*TABLE.vectors, TABLE.vectors[3]])
        assert analogies(table, [FAMILY]).total.answers[0].answer == "queen"
        turned = WordVectors(words[::-1], table.vectors[::-1])
        assert analogies(turned, [FAMILY]).total.answers[0].answer == twin
    assert analogies(turned, [FAMILY]).accuracy == 1
    assert analogies(turned, [FAMILY], case_insensitive=False).accuracy == 0


def test_words_without_a_vector_are_no_answer():
    """A zero vector scores 0, which would be more than all others have."""
    table = WordVectors(["a", "b", "c", "zero", "d"], [[1, 0.0], [1, 0.1], [1, 0.2], [0, 0], [-1, 0]])
    assert [answer.answer for answer in analogies(table, [("a", "b", "c", "d")]).total.answers] == ["d"]


def test_no_word_is_left():
    table = WordVectors(["a", "b", "c", "A"], np.eye(4)[:, :3] + 0.1)
    (answer,) = analogies(table, [("a", "b", "c", "b")], case_insensitive=False, restrict_vocab=3).total.answers
    assert (answer.answer, answer.is_correct) == (None, False)


def test_what_it_tells():
    table = WordVectors([*TABLE.words, "Paris"], [*TABLE.vectors, [0, 1, 0]])
    questions = [
        FAMILY,
        ("family", "king", "queen", "man", "apple"),
        ("family", "man", "woman", "he", "she"),
        ("gram1", "MAN", "king", "woman", "Queen"),
        ("capital", "Oslo", "Norway", "he", "Paris"),
    ]
    result = analogies(table, questions)
    assert list(result.sections) == ["family", "gram1", "capital"]
    family = result.sections["family"]
    assert (family.n_questions, family.n_known, family.n_correct) == (3, 2, 1)
    assert (family.accuracy, family.coverage) == (0.5, 2 / 3)
    assert family.wrong == [("king", "queen", "man", "apple", "woman", False)]
    assert result.sections["gram1"].answers == [("MAN", "king", "woman", "Queen", "queen", True)]
    assert np.isnan(result.sections["capital"].accuracy)
    assert result.unknown_words == ["he", "she", "Oslo", "Norway"]
    assert (result.semantic.n_questions, result.semantic.accuracy, result.syntactic.accuracy) == (4, 0.5, 1)
    assert result.to_dict() == {
        "accuracy": 2 / 3,
        "semantic": 0.5,
        "syntactic": 1.0,
        "n_questions": 5,
        "n_known": 3,
        "coverage": 0.6,
    }
    counted = analogies(table, questions, dummy4unknown=True)
    assert (counted.accuracy, counted.coverage) == (0.4, 0.6)
    assert counted.sections["capital"].wrong == [("Oslo", "Norway", "he", "Paris", None, False)]


def test_shapes_of_questions(tmp_path):
    import pandas as pd

    columns = ["type", "word1", "word2", "word3", "target"]
    frame = pd.DataFrame([FAMILY], columns=columns)
    frame.to_csv(tmp_path / "questions.csv")
    (tmp_path / "plain.txt").write_text("man woman king queen\n")
    written([FAMILY], tmp_path / "questions.txt")
    for source in (frame, [FAMILY], tmp_path / "questions.csv", tmp_path / "questions.txt"):
        assert list(analogies(TABLE, source).sections) == ["family"]
    for source in ([FAMILY[1:]], frame[columns[1:]], str(tmp_path / "plain.txt")):
        assert list(analogies(TABLE, source).sections) == ["all"]


def test_the_same_questions_as_a_table(tables, data):
    result, plain = (analogies(tables[0], file) for file in (data("words") / "google-analogies.csv", FILE))
    assert repr(result) == repr(plain)


def test_prints():
    result = analogies(TABLE, [FAMILY, ("gram<b>", *FAMILY[1:]), ("none", "x", "y", "z", "w")])
    lines = [line.split() for line in repr(result).splitlines()]
    assert repr(result).splitlines()[0] == "AnalogiesResult(2 of 3 questions)"
    assert lines[2:] == [
        ["1.0000", "1", "1", "family"],
        ["1.0000", "1", "1", "gram<b>"],
        ["-", "0", "0", "none"],
        ["1.0000", "1", "1", "semantic"],
        ["1.0000", "1", "1", "syntactic"],
        ["1.0000", "2", "2", "total"],
        ["4", "unknown", "words:", "x,", "y,", "z,", "w"],
    ]
    assert repr(result.total) == "AnalogySection('total', 2 of 2 correct)"
    assert "semantic" not in repr(analogies(TABLE, [FAMILY]))
    assert ">gram&lt;b&gt;</td>" in result._repr_html_()
    assert "<b>" not in result._repr_html_()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (": one\na b c d\na b c\n", "Line 3 of .* has 3 words where 4 were expected: a b c"),
        (": one\n\n# c\na b c d e\n", "Line 4 of .* has 5 words"),
        ("a b c d\n: one\na b c d\n", "Line 2 of .* has 2 fields where 4"),
        ("word1,word2,word3,target\na,b,,d\n", "Line 2 of .* has '' where text"),
        ("", "is empty"),
        (": one\n", "holds no questions"),
    ],
)
def test_malformed_files(text, message, tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        analogies(TABLE, path)


@pytest.mark.parametrize(
    ("questions", "options", "message"),
    [
        ([FAMILY], {"method": "most_similar"}, "method must be '3cosadd' or '3cosmul', but it is 'most_similar'"),
        ([FAMILY], {"restrict_vocab": -1}, "restrict_vocab must be a positive integer or None"),
        ([FAMILY], {"restrict_vocab": 3}, r"None of the 1 questions has all its words in the table of 3, such as \['m"),
        ([("a", "b", "c")], {}, "The list must have columns that are named type, word1"),
    ],
)
def test_errors(questions, options, message):
    with pytest.raises(ValueError, match=message):
        analogies(TABLE, questions, **options)


def test_nothing_known_counts_as_wrong_where_that_is_wanted():
    result = analogies(TABLE, [("a", "b", "c", "d")], dummy4unknown=True)
    assert (result.accuracy, result.coverage) == (0, 0)


@pytest.mark.parametrize("row", [0, 4])
def test_vectors_that_are_not_finite(row):
    vectors = TABLE.vectors.copy()
    vectors[row, 1] = np.nan
    with pytest.raises(ValueError, match=f"The vector of '{TABLE.words[row]}', in row {row}, holds NaN"):
        analogies(SimpleNamespace(words=TABLE.words, vectors=vectors), [FAMILY])


def test_the_table_stays_as_it_was():
    vectors = np.array([[3.0, 4.0, 0.0], [1.0, 2.0, 0.0], [0.0, 2.0, 2.0], [5.0, 1.0, 1.0], [0.0, 9.0, 0.1]])
    before = vectors.copy()
    analogies(SimpleNamespace(words=TABLE.words, vectors=vectors), [FAMILY])
    np.testing.assert_array_equal(vectors, before)
