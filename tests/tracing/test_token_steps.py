"""From text to words, and from words to words: what was changed and dropped, and why."""

import pytest
from sklearn.pipeline import make_pipeline

from textvec import Lemmatizer, Phrases, Stemmer, StopWords, Tokenizer, trace
from textvec.tracing import Item
from textvec.tracing.token_steps import cut


def told(step, *texts):
    """Return the last step of a trace through one step, or a pipeline."""
    return trace(step, list(texts)).steps[-1]


def shown(items):
    return [(item.was, item.text, item.why) for item in items]


def test_tokens_and_what_was_passed_over():
    step = told(Tokenizer(strip_accents="unicode"), "I saw Café 7, naïve.")
    assert shown(step.items[0]) == [
        (None, "I", "one letter: a word has two or more"),
        (None, "saw", ""),
        ("Café", "cafe", "lower case, without accents"),
        (None, "7", "one digit: a word has two or more"),
        ("naïve", "naive", "without accents"),
    ]
    assert [item.kept for item in step.items[0]] == [False, True, True, False, True]
    assert step.about == [
        r"Words are matches of (?u)\b\w\w+\b.", "Letters are lower-cased.", "Accents are taken off."
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "about", "dropped"),
    [
        ("unicode", "Words are words after Unicode's rules (UAX #29).", []),
        ("whitespace", "Words are what lies between white space.", []),
        ("tweet", "Words are NLTK's TweetTokenizer.", []),
        (r"[a-z]{3,}", "Words are matches of [a-z]{3,}.", ["I", "t", "7"]),
        (str.split, "Words are the function str.split.", []),
    ],
    ids=["unicode", "whitespace", "tweet", "pattern", "function"],
)
def test_every_kind_of_tokenizer(pattern, about, dropped):
    step = told(Tokenizer(pattern), "I don't see 7 cats")
    assert step.about[0] == about
    assert [item.text for item in step.dropped[0]] == dropped


def test_stop_words_name_their_list():
    own, named = (
        told(make_pipeline(Tokenizer(), step).fit([]), "The food, don't")
        for step in (StopWords(["the", "don't"]), StopWords())
    )
    assert [(item.text, item.why) for item in own.dropped[0]] == [
        ("the", "stop word (list of your own)"), ("don", "stop word (list of your own)")
    ]  # fmt: skip
    assert named.dropped[0] == [Item("the", (0,), kept=False, why="stop word (list 'english')")]
    assert "318 words" in named.about[0]


def test_stop_words_after_a_stemmer():
    """The list goes through the steps before it, here as in the pipeline."""
    pipeline = make_pipeline(Tokenizer(), Stemmer(), StopWords(["because"]))
    step = told(pipeline, "Because of food")
    assert [item.text for item in step.dropped[0]] == ["becaus"]
    assert pipeline.transform(["Because of food"])[0] == [item.text for item in step.items[0] if item.kept]


def test_words_that_become_one():
    step = told(Stemmer("porter"), "Running runs, the run")
    assert ("running", "run", "stem") in shown(step.items[0])
    assert step.about[1] == "Words that became one: run, running, runs became run."
    assert [s.title for s in trace(Stemmer("porter"), ["run"])] == ["Words", "Stems"]


def test_lemmas():
    step = told(make_pipeline(Tokenizer(), Lemmatizer()), "mice were running")
    assert shown(step.items[0])[0] == ("mice", "mouse", "lemma")
    assert step.about[0] == "Words become their form in a dictionary (simplemma, en)."


def test_phrases_come_from_all_their_words():
    documents = [["new", "york", "times"]] * 9 + [["a", "b"]]
    step = told(Phrases(2, 0.01).fit(documents), ["the", "new", "york", "times", "new"])
    joined = next(item for item in step.items[0] if "_" in item.text)
    assert joined.text == "new_york"
    assert (joined.words, joined.was, joined.why) == ((1, 2), "new york", "2 words in a row became one")
    assert [item.text for item in step.items[0]] == ["the", "new_york", "times", "new"]


def test_a_text_that_loses_every_word():
    step = told(make_pipeline(Tokenizer(), StopWords()), "the", "", "food")
    assert [[item.kept for item in items] for items in step.items] == [[False], [], [True]]


def test_words_that_were_passed_over_stand_between_the_tokens():
    """Also after tokens that have no place, and of many words in a moment."""
    tokens = [["b", "nowhere", "c"], ["great"] * 20_000]
    items, words = cut(["a b d c e", "a great " * 20_000], tokens, str, None)
    assert [item.text for item in items[0]] == ["a", "b", "nowhere", "d", "c", "e"]
    assert [word.start for word in words[0]] == [0, 2, None, 4, 6, 8]
    assert [item.text for item in items[1]] == ["a", "great"] * 20_000
