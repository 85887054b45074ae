import unicodedata

import numpy as np
import pyarrow as pa
import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textvec.text import word_breaks
from textvec.text.encoding import encode_words
from textvec.text.word_breaks import class_of, class_table, words

# One sentence or more in a script each, with apostrophes, digits, and marks that `\w` cuts at.
TEXTS = {
    "Latin": "I don’t say 'hello' to l·legats, e.g. 3.14 or 1,000 at example.com; cafe\u0301s in Zu\u0308rich: 50%.",
    "Cyrillic": "Об'єднання не йде, а й\u0306 \u2014 нет; 12:30.",
    "Greek": "Ὁ ἄνθρωπος φύσει πολιτικὸν ζῷον ἐστίν· τ\u0301ι;",
    "Hindi": "नमस्ते दुनिया! हिन्दी में लिखें, ज़रूर १२३ बार।",
    "Tamil": "தமிழ்நாடு வணக்கம், எப்படி இருக்கிறீர்கள்?",
    "Bengali": "আমি বাংলায় গান গাই, ১২ টি।",
    "Arabic": "السَّلامُ عليكم، العدد ٣٫٥ و١٬٠٠٠؟",
    "Hebrew": "צה\"ל וג'ורג' ושָׁלוֹם ה־5",
    "Armenian": "Բարև՛ Ձեզ, ինչպե՞ս եք։",
    "Korean": "안녕하세요 세계! \u1112\u1161\u11ab\u1100\u1173\u11af",
    "Japanese": "私はカタカナとひらがなを書く。",
    "Thai": "สวัสดีครับ ๑๒",
    "Amharic": "ሰላም ለዓለም።",
    "Sinhala": "ශ්\u200dරී ලංකාව",
}
LETTERS = "aZé_1٣ß'’.:,;·״\"אבカー゛あ字กิ\u0301\u200d\u0903²①Ⓐ\n \u00adｦﾞ"


def segments(text):
    """The segments of the annex that hold a letter or a digit, by the package regex."""
    text = text.replace("\u202f", " ")  # ours to be a space, see Tokenizer
    found = regex.split(r"(?V1w)\b", text)
    assert "".join(found) == text
    return [each for each in found if regex.search(r"[\p{L}\p{N}\p{WB=ALetter}\p{WB=Katakana}\p{WB=Numeric}]", each)]


def encoded(texts):
    found = encode_words(pa.array(texts, pa.large_string()))
    flat = [found.words[code] for code in found.codes.tolist()]
    return [flat[a:b] for a, b in zip(found.offsets[:-1].tolist(), found.offsets[1:].tolist(), strict=True)]


@pytest.mark.parametrize("script", TEXTS)
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_of_many_scripts(script, form):
    text = unicodedata.normalize(form, TEXTS[script])
    assert words(text) == segments(text)
    assert encoded([text]) == [words(text)]


def test_words_stay_whole():
    assert words("नमस्ते हिन्दी") == ["नमस्ते", "हिन्दी"]
    assert words("தமிழ்நாடு") == ["தமிழ்நாடு"]
    assert words("cafe\u0301 3.14, l·l don’t (U.S.A.) _x_ ___ 'a'") == [
        "cafe\u0301", "3.14", "l·l", "don’t", "U.S.A", "_x_", "a"
    ]  # fmt: skip
    assert words("日本 ひら カタカナ ไทย") == ["日", "本", "ひ", "ら", "カタカナ", "ไ", "ท", "ย"]
    assert words("Bonjour\u202f!") == ["Bonjour"]


def unlike_others(text):
    """Whether a text holds what other rules of the annex keep together, or characters that one of the two is new to."""
    return regex.search(r"\u200d\p{Extended_Pictographic}|[\p{Cn}\p{Co}\u202f]", text) or any(
        unicodedata.category(c) == "Cn" for c in text
    )


@given(st.lists(st.text(st.one_of(st.sampled_from(LETTERS), st.characters(exclude_categories=["Cs"]))), max_size=4))
@settings(deadline=None, max_examples=400)
@example(["a\u0301' b", "א'א\"א'", "1.a", "1.1", "a:b_.", "\u0301a", "ab'\u0301c"])
def test_random_texts(texts):
    assert encoded(texts) == list(map(words, texts))
    for text in texts:
        if not unlike_others(text):
            assert words(text) == segments(text)


def test_many_documents_in_threads():
    texts = list(TEXTS.values()) * 3000
    assert encoded(texts) == [words(text) for text in TEXTS.values()] * 3000


def test_classes_are_those_of_the_annex():
    names = {
        word_breaks.EXTEND: "Extend Format ZWJ",
        word_breaks.MID_LETTER: "MidLetter",
        word_breaks.MID_NUMBER: "MidNum",
        word_breaks.MID: "MidNumLet",
        word_breaks.QUOTE: "Single_Quote",
        word_breaks.DOUBLE_QUOTE: "Double_Quote",
        word_breaks.CONNECTOR: "ExtendNumLet",
        word_breaks.KATAKANA: "Katakana",
        word_breaks.NUMERIC: "Numeric",
        word_breaks.LETTER: "ALetter",
        word_breaks.HEBREW: "Hebrew_Letter",
    }
    known = [
        c for c in map(chr, range(0x110000)) if unicodedata.category(c) not in ("Cn", "Cs", "Co") and c != "\u202f"
    ]
    text = "".join(known)
    expected = np.zeros(0x110000, np.uint8)
    for kind, name in names.items():
        for found in regex.finditer("|".join(rf"\p{{WB={each}}}" for each in name.split()), text):
            expected[ord(found[0])] = kind
    table = class_table()
    differing = [c for c in known if table[ord(c)] != expected[ord(c)] and table[ord(c)] != word_breaks.ALONE]
    assert differing == []
    alone = {c for c in known if table[ord(c)] == word_breaks.ALONE}
    assert alone == {c for c in known if expected[ord(c)] == word_breaks.OTHER and regex.match(r"[\p{L}\p{N}]", c)}
    assert all(class_of(c) == table[ord(c)] for c in known)
    assert table.max() < word_breaks.N_CLASSES
