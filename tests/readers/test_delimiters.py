"""What separates the fields of a table, guessed, said by its first line, or given."""

import gzip
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from textvec.readers import ReadError, delimiters, read_documents
from textvec.readers.delimiters import guessed

GUESSES = {
    "commas": ("id,text\n1,red; ripe\n", ","),
    "semicolons": ("id;text\n1;red, ripe\n", ";"),
    "a comma in the header": ("id;text, if any\n1;red\n", ";"),
    "a comma in the header and the rows": ("id;text, if any\n1;red, ripe\n", ";"),
    "tabs, a comma in the header": ("id\ttext,raw\n1\tred\n2\tgreen, ripe\n", "\t"),
    "bars": ("id|text\n1|red, ripe\n", "|"),
    "decimal commas": ("id;price;text\n1;2,5;red\n2;3,5;green\n", ";"),
    "delimiters in quotes": ('id,text\n1,"a;b;c"\n2,"d\n;e"\n', ","),
    "one column": ("text\nred; ripe\ngreen\n", ","),
    "ragged": ("id,text\n1,red\n2,green,3\n", ","),
    "long": ("id;text, raw\n" + "1;red apple\n" * 10_000, ";"),
}


@pytest.mark.parametrize(("text", "delimiter"), GUESSES.values(), ids=GUESSES)
def test_guesses(text, delimiter):
    assert guessed(text, None) == delimiter


def test_said_by_the_first_line():
    for end in ("\n", "\r\n"):
        Path("f.csv").write_text(f"sep=|{end}id|text{end}1|red{end}", newline="", encoding="utf-8-sig")
        assert read_documents("f.csv").texts == ["red"]
    Path("f.csv").write_text("sep=;\nid;text\n1;red;3\n")
    with pytest.raises(ReadError, match="line 3 has 3 fields for 2 columns"):
        read_documents("f.csv")


SAYS = {
    "sep=;": ";",
    '"sep=;"': ";",
    "'SEP=;'": ";",
    "\ufeffsep=^": "^",
    "sep=;;;": ";",
    '"sep=;";;': ";",
    "sep=\\t": "\t",
    "sep=\t": "\t",
    "sep== ": "=",
}


@pytest.mark.parametrize(("line", "delimiter"), SAYS.items())
@pytest.mark.parametrize("name", ["f.csv", "f.tsv", "f.txt", "f"])
def test_said_in_any_table(name, line, delimiter):
    data = f"{line}\r\nid{delimiter}text\r\n1{delimiter}red, or so\r\n".encode("utf-16")
    Path(name).write_bytes(data)
    Path(f"{name}.gz").write_bytes(gzip.compress(data))
    for each in (name, f"{name}.gz"):
        assert read_documents(each, id_column="id").texts == ["red, or so"]
        assert read_documents(each, format="csv", id_column="id").ids == [1]
    assert len(read_documents(name, format="txt").texts) == 3


def test_said_otherwise_than_given():
    Path("f.csv").write_text('"sep=;"\nid,text\n1,red;x\n')
    corpus = read_documents("f.csv", delimiter=",")
    assert corpus.texts == ["red;x"]
    assert corpus.notes[0] == (
        "f.csv: the first line says that semicolons separate the fields, and is passed over: the delimiter that was "
        "given is ','."
    )
    Path("f.csv").write_text("sep=;\nid;text\n1;red\n")
    assert read_documents("f.csv", delimiter=";").notes == ["f.csv: the text is taken from column 'text'."]
    Path("f.csv").write_text("sep=;\nred=x\n")
    assert read_documents("f.csv", delimiter="=", text_column="sep").texts == ["red"]


@pytest.mark.parametrize("line", ["sep=", "sep=ab", "sep=a", "sep=;x", "sep;", "a sep=;"])
def test_said_by_no_line(line):
    Path("f.txt").write_text(f"{line}\nred\n")
    assert read_documents("f.txt").texts == [line, "red"]


def test_given():
    Path("f.csv").write_text("id^text\n1^red, ripe\n")
    assert read_documents("f.csv", delimiter="^").texts == ["red, ripe"]
    Path("f.tsv").write_text("id;text\n1;red\tripe\n")
    assert read_documents("f.tsv", delimiter=";").texts == ["red\tripe"]
    Path("f").write_text("a b\n1 red\n")
    assert read_documents("f", delimiter="space").texts == ["red"]
    Path("f").write_text("id\ttext\n1\tred\n")
    for tab in ("\t", "\\t", "tab"):
        assert read_documents("f", delimiter=tab, format="csv").texts == ["red"]
    for wrong in ("", ";;", "\n"):
        with pytest.raises(ReadError, match="A delimiter is one character") as caught:
            read_documents("f", delimiter=wrong)
        assert caught.value.parameter == "delimiter"


def test_quotes():
    Path("f.tsv").write_text("id\ttext\n1\t\"red\n2\tit's\n")
    assert read_documents("f.tsv", quote="none").texts == read_documents("f.tsv", quote="").texts == ['"red', "it's"]
    with pytest.raises(ReadError, match="never closed") as caught:
        read_documents("f.tsv")
    assert caught.value.parameter == "quote"
    Path("f.csv").write_text("id,text\n1,'red, ripe'\n")
    assert read_documents("f.csv", quote="'").texts == ["red, ripe"]
    for wrong in (";", "ab"):
        with pytest.raises(ReadError, match="A quote is one character"):
            read_documents("f.csv", quote=wrong, delimiter=";")


TABLES = {
    "a usual name": ("n\ttext\na\tred\n", {}, ["red"]),
    "numbers": ("n\twords\n1\tred\n2\tgreen\n", {}, ["red", "green"]),
    "the column that is wanted": ("a\twords\nb\tred\n", {"text_column": "words"}, ["red"]),
    "semicolons": ("id;text\n1;red, ripe\n", {}, ["red, ripe"]),
}
LINES = {
    "no names": "ham\tGo on, there is a text here\nspam\tWIN a text\n",
    "numbers at first": "1\ttext\n2\tgreen\n",
    "one line": "id\ttext\n",
    "ragged": "id\ttext\n1\tred\tripe\n",
    "translations": "hello\tbonjour\nbye\tau revoir\n",
    "commas": "id,text\n1,red\n",
}


@pytest.mark.parametrize(("text", "options", "texts"), TABLES.values(), ids=TABLES)
def test_a_file_that_looks_like_a_table(text, options, texts):
    for name in ("f", "f.txt"):
        Path(name).write_text(text)
        corpus = read_documents(name, **options)
        assert corpus.texts == texts
        assert "it looks like a table of fields separated by" in corpus.notes[0]
        assert read_documents(name, format="txt").texts == text.splitlines()


@pytest.mark.parametrize("text", LINES.values(), ids=LINES)
def test_a_file_that_does_not(text):
    Path("f.txt").write_text(text)
    assert read_documents("f.txt").texts == text.splitlines()


def test_formats():
    Path("odd.name").write_text("id,text\n1,red\n")
    assert read_documents("odd.name", format="csv").texts == ["red"]
    Path("odd.name").write_text('[{"text": "red"}]')
    for form in ("json", "jsonl"):
        assert read_documents("odd.name", format=form).texts == ["red"]
    Path("f.csv").write_text("a,b\n")
    assert read_documents("f.csv", format="txt").texts == ["a,b"]
    with pytest.raises(ReadError, match="There is no format 'xml', only csv, tsv, jsonl, json, parquet, txt"):
        read_documents("f.csv", format="xml")


def test_null():
    Path("f.csv").write_text("text,n,s\n\\N,\\N,NA\nNA,8,x\nred,NA,\\N\n")
    corpus = read_documents("f.csv", null="\\N", text_column="text", metadata_columns=["n", "s"])
    assert (corpus.texts, corpus.columns) == (["", "NA", "red"], {"n": [None, "8", "NA"], "s": ["NA", "x", None]})
    assert corpus.warnings == ["f.csv: 1 of 3 texts are missing, and taken as empty."]
    corpus = read_documents("f.csv", null=["\\N", "NA"], text_column="text", metadata_columns=["n", "s"])
    assert (corpus.texts, corpus.columns) == (["", "", "red"], {"n": [None, 8, None], "s": [None, "x", None]})
    corpus = read_documents("f.csv", text_column="text", metadata_columns=["s"])
    assert (corpus.texts[1], corpus.columns["s"][0]) == ("NA", "NA")


def test_a_column_of_numbers_with_missing_ones_is_no_text():
    Path("f.csv").write_text("rating,words\nNA,red\n7,green\n")
    assert read_documents("f.csv").texts == ["red", "green"]


def test_several_files_have_one_type():
    Path("a.csv").write_text("text,n\nred,1\n")
    Path("b.csv").write_text("text,n\ngreen,NA\n")
    Path("c.csv").write_text("text,n\nblue,2.5\n")
    for order in ("abc", "cba", "bca"):
        corpus = read_documents([f"{each}.csv" for each in order], metadata_columns=["n"])
        assert sorted(corpus.columns["n"], key=str) == [1.0, 2.5, None]
        assert str(corpus.to_metadata()["n"].type) == "double"


def test_unnamed_columns_are_not_taken_for_each_other():
    Path("f.csv").write_text(",text,\n1,red,2\n")
    with pytest.raises(ReadError, match="several columns without a name"):
        read_documents("f.csv", metadata_columns=[""])
    Path("f.csv").write_text(",text\n1,red\n")
    assert read_documents("f.csv", metadata_columns=[""]).columns == {"": [1]}


@given(text=st.text(st.sampled_from(",;\t|\"' \r\nab1"), max_size=60), cut=st.integers(0, 60))
@example(text='"a;b"\n1,2\n', cut=6)
@example(text="a\tb\n1\t2\n3\n", cut=9)
@settings(deadline=None, max_examples=300)
def test_what_the_beginning_tells_is_what_the_whole_does(text, cut):
    for quote in (None, "'", ""):
        told = delimiters.told_by_header(text[:cut], quote)
        assert told in (None, delimiters.guessed(text, quote))
    if "\n" in text[:cut].lstrip() and not delimiters.may_be_table(text[:cut], set(), None):
        assert delimiters.of_table(text, set(), None) is None


def test_a_beginning_tells_of_most_tables():
    told = delimiters.told_by_header
    assert [told(f"a{delimiter}b\n", None) for delimiter in ",;\t"] == [*",;\t"]
    assert [told(text, None) for text in ("text\n", '"id","text"\r\n', "a;b,c\n", "a|b\n", '"a,b\n', "a,b")] == [
        *(",", ",", None, None, None, None)
    ]
    may = delimiters.may_be_table
    assert [may(text, set(), None) for text in ("text\tid\n", "text\tid\n1\t2\n3\t4\n", "well; yes\n")] == [True] * 3
    assert [may(text, set(), None) for text in ("1\t2\n", "well; yes\nno\n", "a;a\n", "a b\n")] == [False] * 4
