import json
import unicodedata

import pytest

import textvec
from textvec._common.printable import encodable, escaped, message, printable
from textvec.similarity import find_duplicates, similarity_matrix

STEERING = ["\x1b", "\x07", "\x7f", "\x9b", "\x9d", "\u202e", "\u2066", "\u200e", "\u061c", "\u200b", "\ufeff"]


@pytest.mark.parametrize("character", [*STEERING, "\U000e0041", "\ud800", "\ufffe", "\ufff9", "\u2060"])
def test_what_steers_or_hides_is_replaced_one_by_one(character):
    assert printable(f"a{character}b") == "a\ufffdb"
    assert printable(f"a{character}b", keep=character) == f"a{character}b"


@pytest.mark.parametrize("character", ["\n", "\t", "\r", "\v", "\x85", "\u2028", "\u2029"])
def test_white_space_that_breaks_lines_is_a_space(character):
    assert printable(f"a{character}b") == "a b"
    assert printable(f"a{character}b", keep="\n\t") == (f"a{character}b" if character in "\n\t" else "a b")


def test_every_control_and_direction_of_unicode_is_known():
    directions = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    for code in range(0x110000):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") or (
            unicodedata.bidirectional(character) in directions
        ):
            assert printable(character) != character, hex(code)


def test_texts_of_all_scripts_stay():
    text = (
        "na\u00efve \u0939\u093f\u0928\u094d\u200d\u0926\u0940 \u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 "
        "\U0001f468\u200d\U0001f469\ufe0f \u05d0\u05d1 \u4e2d"
    )
    assert printable(text) == text


def test_json_that_is_shown_is_the_same_data():
    data = {"text": "".join(STEERING) + "\U000e0041\u00e9", "\u202e": ["\n\x9b"]}
    for indent in (None, 2):
        shown = escaped(json.dumps(data, ensure_ascii=False, indent=indent))
        assert json.loads(shown) == data
        assert printable(shown, keep="\n") == shown
        assert "\u00e9" in shown


BAD = "red\x1b[2J\u202e apple"


@pytest.mark.parametrize(
    "make",
    [
        lambda: textvec.CosineIndex().fit([BAD, "pie"], ids=[BAD, "b"]).search(["apple"]),
        lambda: textvec.Tokenizer(str.split).fit_transform([BAD]),
        lambda: textvec.WordVectors([BAD], [[1.0, 0.0]]),
        lambda: textvec.WordVectors([BAD, "b"], [[1.0, 0.0], [1.0, 0.1]]).most_similar("b"),
        lambda: similarity_matrix([BAD, "apple"]),
        lambda: find_duplicates([BAD, BAD]),
    ],
    ids=["results", "tokens", "vectors", "neighbours", "matrix", "duplicates"],
)
def test_what_a_console_shows_of_results_cannot_steer_it(make):
    shown = repr(make())
    assert "apple" in shown
    assert printable(shown, keep="\n") == shown


def test_bytes_of_file_names_have_one_spelling():
    name = "caf\udce9\udcff\x1b"
    assert encodable(name) == "caf\\xe9\\xff\x1b"
    assert message(f"{name} {name!r}\n", keep="\n") == "caf\\xe9\\xff\ufffd 'caf\\xe9\\xff\\x1b'\n"
    assert message("\ud800 \\udc7f caf\u00e9") == "\ufffd \\udc7f caf\u00e9"
