import pickle

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from support.strategies import HOSTILE_DOCUMENTS, texts
from textvec import Chunker, CountVectorizer, Tokens
from textvec.preprocessing import Passage
from textvec.preprocessing._sentences import sentences

marked = st.text(st.sampled_from("ab. .!?\"') \n\n\t…。！」UI.S3\r\u2028\u00a0\x1c"), max_size=60)
broken = st.lists(st.sampled_from(["<br />", "<BR>", "<br/>", "<br", ". ", "a", "b!", "\n"]), max_size=8).map("".join)
any_text = st.one_of(texts, marked, broken)
units = st.sampled_from(["sentence", "paragraph", "words"])


@st.composite
def chunkers(draw):
    size = draw(st.integers(1, 6))
    return Chunker(draw(units), size, draw(st.integers(0, size - 1)))


def cut(text):
    return [text[start:end] for start, end in sentences(text)]


def pieces(chunker, text):
    return [passage.text for passage in chunker.split(text)]


ONE_SENTENCE = [
    "Dr. Smith and Mrs. Jones met Prof. Li at Mt. Etna.",
    "He paid 3.50 dollars, i.e. all he had, to J. R. R. Tolkien.",
    "See e.g. The Times, vs. Others, approx. 5 of them.",
    "The U.S. Army moved at 5 p.m. on Jan. 5 to St. John's.",
    "Read example.com or write to a.b@example.org now.",
    "No. 5 and Fig. 3 of Vol. 2 are on p. 7 of it.",
    '"Really?!" she said.',
    "'Why?' he asked (who knows?) and left.",
    "It was . . . well ... nothing… at all.",
    "(MR. BIG et al. came to Acme Inc. today)",
    "1. First item of a list",
    "a line\nthat is\nwrapped.",
    "Wow ! ! !",
    "no end",
    "...",
    "?",
]
SEVERAL = {
    "He left. She stayed.": ["He left.", "She stayed."],
    "it was great. loved it": ["it was great.", "loved it"],
    "It is no. I said no. No. Never.": ["It is no.", "I said no.", "No.", "Never."],
    "He lives in the U.S. He works.": ["He lives in the U.S.", "He works."],
    "Bring tea, milk, etc. Then we eat.": ["Bring tea, milk, etc.", "Then we eat."],
    "so did I. Later he came.": ["so did I.", "Later he came."],
    "What?! No!! Maybe... Perhaps… Yes": ["What?!", "No!!", "Maybe...", "Perhaps…", "Yes"],
    'He said "no." Then (at last.) He left.': ['He said "no."', "Then (at last.)", "He left."],
    "“Stop!” «Non.» Oui": ["“Stop!”", "«Non.»", "Oui"],
    "今日は。元気？はい！」そう": ["今日は。", "元気？", "はい！」", "そう"],
    "क्या? हाँ। ठीक है।": ["क्या?", "हाँ।", "ठीक है।"],
    "ما هذا؟ كتاب.": ["ما هذا؟", "كتاب."],
    "Heading\n\nText here.\n \t\nMore by Mr.\r\n\r\nX": ["Heading", "Text here.", "More by Mr.", "X"],
    'He left ("so.") Then he came.': ['He left ("so.")', "Then he came."],
    'It was 5 p.m. "The end" came.': ["It was 5 p.m.", '"The end" came.'],
    "2024. A good year.": ["2024.", "A good year."],
    "1. Tea. 2. Milk.": ["1. Tea.", "2. Milk."],
}


@pytest.mark.parametrize("text", ONE_SENTENCE)
def test_what_does_not_end_a_sentence(text):
    assert cut(text) == [text]


@pytest.mark.parametrize(("text", "expected"), SEVERAL.items(), ids=range(len(SEVERAL)))
def test_what_ends_a_sentence(text, expected):
    assert cut(text) == expected


@pytest.mark.parametrize(
    "text",
    ["." * 10**6, " ." * 500_000, "!)" * 500_000, ". \n" * 200_000, " " * 10**6 + "x", "\n" * 10**6 + "x",
     ("\n" + " " * 50) * 10**4 + "x", "x" + " \n" * 300_000, "U.S. " * 200_000, "<br />" * 10**5, "a" * 10**6],
    ids=range(11),
)  # fmt: skip
@pytest.mark.parametrize("by", ["sentence", "paragraph", "words"])
def test_hostile_texts_take_no_longer(by, text):
    """A quadratic rule would take hours for these."""
    _, spans = Chunker(by).spans([text])
    assert 0 <= spans.min() <= spans.max() <= len(text)


def test_paragraphs():
    text = "  one\ntwo \n\n three\n\t\n\n\nfour\n"
    assert pieces(Chunker("paragraph", 1), text) == ["one\ntwo", "three", "four"]
    assert pieces(Chunker("paragraph", 2, 1), text) == ["one\ntwo \n\n three", "three\n\t\n\n\nfour"]


def test_line_breaks_of_html():
    text = "<br />Good.<br /><br />The <b>end</b>.<br>Is it?<BR/> no<br<"
    assert pieces(Chunker(size=1), text) == ["Good.", "The <b>end</b>.", "Is it?", "no<br<"]
    assert pieces(Chunker("paragraph", 1), text) == ["Good.", "The <b>end</b>.<br>Is it?<BR/> no<br<"]
    assert pieces(Chunker("words", 2), text) == ["Good.<br /><br />The", "<b>end</b>.<br>Is", "it?<BR/> no<br<"]


@pytest.mark.parametrize(
    ("size", "overlap", "expected"),
    [(1, 0, ["a", "b", "c", "d", "e"]), (2, 0, ["a b", "c d", "e"]), (3, 1, ["a b c", "c d e"]), (9, 8, ["a b c d e"]),
     (3, 2, ["a b c", "b c d", "c d e"]), (4, 2, ["a b c d", "c d e"]), (5, 4, ["a b c d e"]),
     (10**30, 10**29, ["a b c d e"])],
)  # fmt: skip
def test_windows(size, overlap, expected):
    assert pieces(Chunker("words", size, overlap), "a b c d e") == expected


def plainly(text, chunker):
    """Passages by a loop over units, as spans of their own."""
    if chunker.by == "words":
        parts, start = [], 0
        for word in text.split():
            start = text.index(word, start)
            parts.append((start, start + len(word)))
            start += len(word)
    else:
        parts = Chunker(chunker.by, 1).spans([text])[1].tolist()
    parts = parts or [(0, len(text))]
    found, first = [], 0
    while True:
        window = parts[first : first + chunker.size]
        found.append([window[0][0], window[-1][1]])
        if first + chunker.size >= len(parts):
            return found
        first += chunker.size - chunker.overlap


@given(st.lists(any_text.filter(lambda text: "<" not in text), max_size=5), chunkers())
def test_passages_are_windows_of_units(documents, chunker):
    offsets, spans = chunker.spans(documents)
    assert offsets.dtype == spans.dtype == np.int64
    assert spans.shape == (offsets[-1], 2)
    for text, first, last in zip(documents, offsets[:-1], offsets[1:], strict=True):
        assert spans[first:last].tolist() == plainly(text, chunker)


@given(any_text, chunkers())
def test_passages_cover_the_text(text, chunker):
    covered = np.zeros(len(text), bool)
    passages = chunker.split(text)
    assert passages
    before = Passage(-1, -1, "")
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.start > before.start
        assert passage.end > before.end or not text
        assert chunker.overlap or passage.start >= before.end
        assert passage.text == passage.text.strip() or not _without_breaks(text)  # a text of breaks alone stays whole
        covered[passage.start : passage.end] = True
        before = passage
    left = "".join(" " if seen else character for character, seen in zip(text, covered, strict=True))
    assert not _without_breaks(left)


def _without_breaks(text):
    return text.lower().replace("<br />", "").replace("<br/>", "").replace("<br>", "").strip()


@given(any_text, units)
def test_a_unit_is_one_passage(text, by):
    """A passage of one unit, cut again, stays whole: words of course, and whatever stands between blank lines."""
    if by != "sentence":  # which may end otherwise with other sentences around it
        for passage in Chunker(by, 1).split(text):
            assert pieces(Chunker(by, 1), passage.text) == [passage.text]
    assert len(Chunker(by, 10**6).split(text)) == 1


def test_one_sentence_stays_one():
    for text in ONE_SENTENCE:
        assert Chunker(size=1).split(text) == [Passage(0, len(text), text)]


@pytest.mark.parametrize("text", ["", " ", "\n\n \t", "\u3000", "<br /><br />"])
@pytest.mark.parametrize("by", ["sentence", "paragraph", "words"])
def test_blank_documents_have_a_passage(text, by):
    assert Chunker(by).split(text) == [(0, len(text), text)]
    offsets, spans = Chunker(by, 1).spans([text, "a", text, text])
    assert offsets.tolist() == [0, 1, 2, 3, 4]
    assert spans.tolist() == [[0, len(text)], [0, 1], [0, len(text)], [0, len(text)]]


@pytest.mark.parametrize("by", ["sentence", "paragraph", "words"])
def test_no_documents(by):
    offsets, spans = Chunker(by).spans([])
    assert offsets.tolist() == [0]
    assert spans.shape == (0, 2)
    assert Chunker(by).transform([]) == []


@pytest.mark.parametrize("by", ["sentence", "paragraph", "words"])
def test_documents_are_cut_one_by_one(by, imdb):
    """In more pieces than one, and with blank ones among them."""
    documents = ["", *imdb[:1100], " ", "long words " * 200_000, "", *imdb[1100:], *HOSTILE_DOCUMENTS[:20], ""]
    chunker = Chunker(by, 5, 2)
    offsets, spans = chunker.spans(documents)
    arrow = chunker.spans(pa.array(documents, pa.large_string()))
    assert all(map(np.array_equal, (offsets, spans), arrow))
    for i in [*range(0, len(documents), 50), 1101, 1102, 1103, 1104, len(documents) - 1]:
        assert np.array_equal(chunker.spans([documents[i]])[1], spans[offsets[i] : offsets[i + 1]])


def test_reviews_are_cut_like_nltk_s_where_nothing_is_doubtful(imdb):
    """Punkt, with the abbreviations it is told of, on lines of plain prose."""
    from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

    known = PunktParameters()
    known.abbrev_types = {"mr", "mrs", "dr", "vs", "st", "jr", "etc", "u.s", "e.g", "i.e", "d"}
    punkt = PunktSentenceTokenizer(known)
    lines = [line for review in imdb[:300] for line in review.split("<br /><br />") if line.strip()]
    same = sum(cut(line) == list(punkt.tokenize(line.strip())) for line in lines)
    assert same > 0.9 * len(lines)


COLUMNS = {
    "generator": lambda texts: (text for text in texts),
    "numpy": lambda texts: np.array(texts, dtype=object),
    "pandas": pd.Series,
    "polars": pl.Series,
    "arrow": pa.array,
    "chunked": lambda texts: pa.chunked_array([texts[:1], texts[1:]]),
    "table": lambda texts: pd.DataFrame({"text": texts}),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_any_column(kind):
    documents = ["One. Two.", "", "é。日本"]
    expected = [[(0, 4, "One."), (5, 9, "Two.")], [(0, 0, "")], [(0, 2, "é。"), (2, 4, "日本")]]
    assert Chunker(size=1).transform(COLUMNS[kind](documents)) == expected


@pytest.mark.parametrize(
    "words", [Tokens.from_lists([["a"]]), [["a", "b"]], pa.array([["a"]])], ids=["Tokens", "lists", "Arrow"]
)
def test_words_are_refused(words):
    with pytest.raises(TypeError, match=r"words already.*Chunker before Tokenizer"):
        Chunker().transform(words)


@pytest.mark.parametrize(
    ("documents", "error", "message"),
    [
        ("one text", ValueError, "single document"),
        ([1], TypeError, "of type int"),
        (["a", None], ValueError, "missing"),
    ],
)
def test_what_is_no_text_is_refused(documents, error, message):
    with pytest.raises(error, match=message):
        Chunker().transform(documents)


def test_split_takes_one_text():
    with pytest.raises(TypeError, match="split takes one document"):
        Chunker().split(["a"])


@pytest.mark.parametrize(
    ("params", "error", "message"),
    [
        ({"by": "word"}, ValueError, "by must be one of 'sentence', 'paragraph', 'words', but it is 'word'"),
        ({"by": None}, ValueError, "by must be one of"),
        ({"size": 0}, ValueError, "size must be 1 or more, but it is 0"),
        ({"size": 2.0}, TypeError, r"size must be a whole number, but it is 2\.0 of type float"),
        ({"size": True}, TypeError, "size must be a whole number"),
        ({"overlap": -1}, ValueError, "overlap must be 0 or more"),
        ({"overlap": "1"}, TypeError, "overlap must be a whole number"),
        ({"overlap": 3}, ValueError, "overlap must be less than size, 3, or passages would get nowhere, but it is 3"),
    ],
)
def test_parameters(params, error, message):
    chunker = Chunker(**params)
    for work in (lambda: chunker.fit(["a"]), lambda: chunker.transform(["a"]), lambda: chunker.spans(["a"])):
        with pytest.raises(error, match=message):
            work()
    assert Chunker(size=np.int64(2)).split("a")


def test_it_is_a_transformer(messages):
    chunker = Chunker("words", 4, 1)
    expected = chunker.transform(messages)
    for again in (clone(chunker), pickle.loads(pickle.dumps(chunker)), make_pipeline(chunker)):
        assert again.fit_transform(messages) == expected
    assert len(expected) == len(messages)
    assert chunker.get_feature_names_out().tolist() == ["passages"]
    assert chunker.set_output(transform="pandas").transform(messages) == expected


def test_a_vectorizer_does_not_take_passages_for_words():
    with pytest.raises(TypeError, match="must be strings, but Passage"):
        make_pipeline(Chunker(), CountVectorizer()).fit(["One. Two."])
