"""Text: every number is what NumPy makes of it, and every mistake is told with its line."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from textvec.embeddings import WordVectors
from textvec.embeddings.formats import _window

in_one_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)


def saved(folder, content, name="v.txt"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def check_numbers(folder, texts, dtype):
    with np.errstate(over="ignore"):
        expected = np.array([np.dtype(dtype).type(text) for text in texts])
    finite = np.isfinite(expected)
    texts, expected = np.array(texts, object)[finite], expected[finite]
    lines = "".join(f"w{i} {text}\n" for i, text in enumerate(texts))
    found = WordVectors.read(saved(folder, f"{len(texts)} 1\n{lines}"), "word2vec", dtype=dtype).vectors[:, 0]
    assert found.dtype == dtype
    assert found.tobytes() == expected.tobytes(), [
        (text, a, b) for text, a, b in zip(texts, found, expected, strict=True) if a.tobytes() != b.tobytes()
    ][:5]


_TEXTS = """
0 -0 +0 1 -1 +1 007 1. .5 -.5 +.5 0.0 -0.0 1e0 1E5 1e+5 1e-05 -1.5e-7 00.100e01 1e22 1e23 123e22 123e-22
9007199254740992 9007199254740993 9007199254740991e-10 18446744073709551615 18446744073709551616
1e-45 1e-46 7e-46 1.17549435e-38 1.1754942e-38 3.4028235e38 3.4028236e38 6e-8 5.9e-8 65504 65519 65520
1e-400 -1e-400 5e-324 1e-323 2.2250738585072011e-308 0e999 0e-999 0.1e-99999 1e00001 1e-00001
"""
NUMBERS = [
    *_TEXTS.split(),
    "0." + "0" * 50 + "1",
    "1" + "0" * 30,
    "0." + "1234567890" * 10,
    "1234567890" * 3 + "." + "1234567890" * 3,
    "0" * 30 + "1.5",
    "16777217.0000000000000000000000001",
    "1.00000005960464477539062500000000000000001",
]


def neighbours(kind, number):
    """Return decimals on, just below and just above the middle between two floats, to many digits or few."""
    a = np.dtype(kind).type(number)
    b = np.nextafter(a, np.dtype(kind).type(np.inf))
    middle = (float(a) + float(b)) / 2  # exact in 64 bits
    exact = f"{middle:.60f}".rstrip("0")
    shorter = [f"{middle:.{digits}e}" for digits in (5, 8, 12, 15, 16, 17, 18, 19, 20, 25)]
    return [exact, exact + "0000001", exact[:-1] + "49999999999999999999", *shorter]


@pytest.mark.parametrize("dtype", [np.float32, np.float16, np.float64])
def test_numbers(dtype, tmp_path):
    rng = np.random.default_rng(0)
    plain = rng.normal(0, 0.4, 500).astype(np.float32)
    wide = np.exp(rng.uniform(-80, 80, 500)) * rng.choice([-1, 1], 500)
    texts = [
        *NUMBERS,
        *map(str, plain),
        *map(repr, plain.astype(float).tolist()),
        *map(repr, wide.tolist()),
        *(f"{x:.{digits}f}" for x, digits in zip(plain, rng.integers(1, 30, 500), strict=True)),
        *(f"{x:.{digits}e}" for x, digits in zip(wide, rng.integers(1, 30, 500), strict=True)),
        *(text for x in plain[:100] for text in neighbours(np.float32, x)),
        *(text for x in plain[:100] for text in neighbours(np.float16, x)),
        *(text for x in plain[:100] for text in neighbours(np.float32, x * 1e-39)),  # less than the smallest normal one
        *(text for x in plain[:100] for text in neighbours(np.float16, x * 1e-5)),
    ]
    check_numbers(tmp_path, texts, dtype)


decimals = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(width=32, allow_nan=False, allow_infinity=False).map(lambda x: str(np.float32(x))),
    st.from_regex(r"\A[-+]?([0-9]{1,25}\.?[0-9]{0,25}|\.[0-9]{1,25})([eE][-+]?[0-9]{1,3})?\Z"),
    st.tuples(st.floats(2**-14, 1e4, width=32), st.integers(0, 12)).map(lambda x: neighbours(np.float32, x[0])[x[1]]),
)


@in_one_file
@given(st.lists(decimals, min_size=1, max_size=20), st.sampled_from([np.float32, np.float16, np.float64]))
def test_any_number(tmp_path, texts, dtype):
    check_numbers(tmp_path, texts, dtype)


LINES = {
    "spaces between": b"2 2\na  1   2\nb 3\t4\n",
    "tabs": b"2 2\na\t1\t2\nb\t3\t4\n",
    "spaces at the end": b"2 2\na 1 2 \nb 3 4 \t \n",
    "carriage returns": b"2 2\r\na 1 2\r\nb 3 4\r\n",
    "no last newline": b"2 2\na 1 2\nb 3 4",
    "blank lines at the end": b"2 2\na 1 2\nb 3 4\n\n \r\n\t\n",
    "a byte order mark": b"\xef\xbb\xbf2 2\r\na 1 2\r\nb 3 4\r\n",
    "a header with spaces": b" 2\t2 \na 1 2\nb 3 4\n",
}


@pytest.mark.parametrize("content", LINES.values(), ids=LINES)
def test_lines(content, tmp_path):
    found = WordVectors.read(saved(tmp_path, content))
    assert found.words.tolist() == ["a", "b"]
    assert found.vectors.tolist() == [[1, 2], [3, 4]]
    bare = content.partition(b"\n")[2]
    found = WordVectors.read(saved(tmp_path, bare))
    assert found.words.tolist() == ["a", "b"]
    assert found.vectors.tolist() == [[1, 2], [3, 4]]


@pytest.mark.parametrize("kind", [None, "glove"])
def test_a_byte_order_mark_is_no_part_of_the_first_word(kind, tmp_path):
    assert WordVectors.read(saved(tmp_path, "\ufeffa 1 2\nb 3 4\n"), kind).words.tolist() == ["a", "b"]
    word = "\ufeff"  # alone, it is a word
    assert WordVectors.read(saved(tmp_path, f"{word} 1 2\nb 3 4\n"), kind).words.tolist() == [word, "b"]
    assert WordVectors.read(saved(tmp_path, "a 1 2\n\ufeffb 3 4\n"), kind).words.tolist() == ["a", "\ufeffb"]
    with pytest.raises(ValueError, match=r"v\.txt, line 2 \(byte 9\): expected a word and 2 numbers, but it has 1"):
        WordVectors.read(saved(tmp_path, "\ufeffa 1 2\nb 3\n"), kind)


def test_words_of_glove(tmp_path):
    """As in the file of 840 billion tokens, some words have spaces, and some are numbers."""
    words = [". . .", "at", "at name@domain.com", "1", "-1e5", "", "a  b", "•", "3.5 x", "nan", "\u00a0", "a\rb", "\r"]
    lines = "".join(f"{word} {i} -0.5 1e-05\n" for i, word in enumerate(words))
    found = WordVectors.read(saved(tmp_path, lines))
    assert found.words.tolist() == words
    np.testing.assert_array_equal(found.vectors, [[i, -0.5, np.float32(1e-05)] for i in range(len(words))])
    found = WordVectors.read(saved(tmp_path, lines), words=["at name@domain.com", "", "a  b", "x"])
    assert found.words.tolist() == ["at name@domain.com", "", "a  b"]
    assert found.vectors[:, 0].tolist() == [2, 5, 6]


HEADER = ", as its header says"
TWO = "expected a word and 2 numbers, but"
MALFORMED = {
    "no header": (b"a 1 2\n", "line 1 (byte 0): expected a header with the numbers of words and dimensions, such as"),
    "a header of one": (b"7\na 1\n", "line 1 (byte 0): expected a header"),
    "a header of three": (b"1 2 3\na 1 2\n", "it is b'1 2 3'"),
    "no dimensions": (b"1 0\na\n", "line 1 (byte 0): expected a header"),
    "negative": (b"-1 2\na 1 2\n", "expected a header"),
    "too few words": (
        b"3 2\na 1 2\nb 3 4\n",
        f"line 4 (byte 16): expected 3 words{HEADER}, but the file ends after 2 of them.",
    ),
    "too few, blank lines": (b"3 2\na 1 2\n\n", "line 3 (byte 10): expected 3 words"),
    "too many words": (
        b"1 2\na 1 2\nb 3 4\n",
        f"line 3 (byte 10): expected the end of the file after 1 words{HEADER}, but there are more lines.",
    ),
    "absurdly many words": (b"999999999999999 2\na 1 2\n", "line 3 (byte 24): expected 999999999999999 words"),
    "absurdly many dimensions": (
        b"1 999999999999999\na 1 2\n",
        "line 2 (byte 18): expected a word and 999999999999999 numbers, but it has 2: b'a 1 2'.",
    ),
    "too few numbers": (b"2 2\na 1 2\nb 3\n", f"line 3 (byte 10): {TWO} it has 1: b'b 3'."),
    "no numbers": (b"1 2\nword\n", f"line 2 (byte 4): {TWO} it has 0: b'word'."),
    "cut off": (b"1 2\na 1 2\n"[:-3], f"line 2 (byte 4): {TWO} it has 1: b'a 1'."),
    "too many numbers": (b"2 2\na 1 2\nb 3 4 5\n", f"line 3 (byte 10): {TWO} it has more"),
    "too many after no word": (b"1 2\n 3 4 5\n", "but it has more numbers: b' 3 4 5'."),
    "one number": (b"1 1\na b 5 6\n", "line 2 (byte 4): expected a word and 1 number, but it has more numbers"),
    "no number": (b"1 2\na 1 2x\n", f"line 2 (byte 4): {TWO} b'2x' is no number, at byte 8."),
    "underscores": (b"1 2\na 1 1_0\n", "b'1_0' is no number"),
    "hexadecimal": (b"1 2\na 1 0x10\n", "b'0x10' is no number"),
    "two points": (b"1 2\na 1 1.2.3\n", "b'1.2.3' is no number"),
    "no digits": (b"1 2\na 1 .\n", "b'.' is no number"),
    "no exponent": (b"1 2\na 1 1e\n", "b'1e' is no number"),
    "a sign": (b"1 2\na 1 -\n", "b'-' is no number"),
    "digits of another script": ("1 2\na 1 ٣\n".encode(), "is no number"),
    "nan": (b"1 2\na nan 2\n", f"line 2 (byte 4): {TWO} its number nan is not finite."),
    "infinity": (b"1 2\na 1 -Inf\n", "its number -Inf is not finite"),
    "too large": (
        b"1 2\na 1 1e39\n",
        "line 2 (byte 4): expected finite numbers of type float32, but number 2 of the word's 2 is 1e+39.",
    ),
    "a blank line": (b"2 2\n\na 1 2\nb 3 4\n", f"line 2 (byte 4): {TWO} it is blank, and o"),
    "a blank line between": (b"2 2\na 1 2\n \t\r\nb 3 4\n", f"line 3 (byte 10): {TWO} it is"),
    "a word with a space": (
        b"1 2\nnew york 1 2\n",
        f"line 2 (byte 4): {TWO} b'new york' is a word with a space, or holds a number that is none. Words may have",
    ),
    "Latin-1": (
        b"2 2\na 1 2\ncaf\xe9 3 4\n",
        "line 3 (byte 10): the word b'caf\\xe9' is not UTF-8, its byte 3 (0xe9) does not fit. Pass encoding",
    ),
    "half a character": (b"1 2\n\xe3\x81 1 2\n", "line 2 (byte 4): the word b'\\xe3\\x81' is not UTF-8"),
}


@pytest.mark.parametrize("block", [5, 1 << 23])
@pytest.mark.parametrize(("content", "message"), MALFORMED.values(), ids=MALFORMED)
def test_malformed(content, message, block, tmp_path, monkeypatch):
    """However the file is cut into blocks, the mistake is found at the same place."""
    monkeypatch.setattr(_window, "BYTES_PER_READ", block)
    path = saved(tmp_path, content)
    with pytest.raises(ValueError) as raised:  # noqa: PT011  (what it says comes next)
        WordVectors.read(path, "word2vec")
    assert message in str(raised.value)
    assert str(path) in str(raised.value)


def test_malformed_glove(tmp_path):
    for content, message in [
        (
            b"once upon a time\n",
            "line 1 (byte 0): expected a word and the numbers of its vector, but it is b'once upon a t",
        ),
        (b"\na 1 2\n", "line 1 (byte 0): expected a word and the numbers of its vector, but it is b''"),
        (b"a 1 2\nb 1\n", "line 2 (byte 6): expected a word and 2 numbers, but it has 1"),
        (b"a 1 2\nb 1 2 3\n", "line 2 (byte 6): expected a word and 2 numbers, but it has more numbers"),
        (b"a 1 2\nb 1 c\n", "line 2 (byte 6): expected a word and 2 numbers, but b'c' is no number, at byte 10"),
        (b"a 1 nan\n", "its number nan is not finite"),
    ]:
        with pytest.raises(ValueError) as raised:  # noqa: PT011
            WordVectors.read(saved(tmp_path, content))
        assert message in str(raised.value)


def test_a_line_without_an_end_is_read_in_time(tmp_path, monkeypatch):
    sizes, read_more = [], _window.Window._read
    monkeypatch.setattr(_window, "BYTES_PER_READ", 10)
    monkeypatch.setattr(_window.Window, "_read", lambda self, size: sizes.append(size) or read_more(self, size))
    with pytest.raises(ValueError, match="it has 0"):
        WordVectors.read(saved(tmp_path, b"2 3\n" + b"x" * 50_000), "word2vec")
    assert len(sizes) < 50


def test_encoding_errors(tmp_path):
    path = saved(tmp_path, b"2 2\ncaf\xe9 1 2\n\xe3\x81 3 4\n")
    assert WordVectors.read(path, encoding_errors="replace").words.tolist() == ["caf\ufffd", "\ufffd"]
    assert WordVectors.read(path, encoding_errors="ignore").words.tolist() == ["caf", ""]
    assert WordVectors.read(path, encoding_errors="backslashreplace", words=["caf\\xe9"]).vectors.tolist() == [[1, 2]]


def test_blocks_and_threads_make_no_difference(tmp_path, monkeypatch, small_work):
    rng = np.random.default_rng(0)
    table = WordVectors([f"wörd{i}" for i in range(300)], rng.normal(size=(300, 5)).astype(np.float32))
    path = tmp_path / "v.vec"
    table.write(path)
    for block in (3, 7, 100, 5000, 1 << 20):
        monkeypatch.setattr(_window, "BYTES_PER_READ", block)
        found = WordVectors.read(path)
        assert found.words.tolist() == table.words.tolist()
        np.testing.assert_array_equal(found.vectors, table.vectors)
        assert WordVectors.read(path, limit=17).words.tolist() == table.words[:17].tolist()
