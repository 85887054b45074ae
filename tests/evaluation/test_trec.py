"""Files of TREC and BEIR are read to what they say, or not at all; what is written is read again, by others too."""

import pytest

from textvec.evaluation import read_qrels, read_run, write_qrels, write_run
from textvec.readers.errors import ReadError


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "file.txt"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.mark.parametrize(
    "text",
    [
        "q1 0 d1 2\nq1 0 d,7 -1\nq2 Q0 #d 0\n",
        "\ufeffq1\t0\td1\t2\r\n\r\nq2  0 #d\t0\r\nq1 0 d,7 -1",
        "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td,7\t-1\n\nq2\t#d\t0\n",
    ],
)
def test_qrels(file, text):
    assert read_qrels(file(text)) == {"q1": {"d1": 2, "d,7": -1}, "q2": {"#d": 0}}


def test_ids_of_beir_may_have_spaces(file):
    assert read_qrels(file("query-id\tcorpus-id\tscore\nq 1\ta b\t1\n")) == {"q 1": {"a b": 1}}


def test_run(file):
    run = read_run(file("q1 Q0 d1 1 2.5 tag\nq2 Q0 d1 9 -1e-3 tag\nq1 Q0 d0 1 inf tag\n"))
    assert run == {"q1": {"d1": 2.5, "d0": float("inf")}, "q2": {"d1": -0.001}}


@pytest.mark.parametrize(
    ("read", "text", "said"),
    [
        (read_qrels, "q1 0 d1 1\nq1 0 d2\n", r"Line 2 of .*file\.txt has 3 fields where 4 were expected, query, iter"),
        (read_qrels, "q1 0 d1 1.5\n", r"Line 1 of .* has '1\.5' where a whole number was expected, the grade"),
        (read_qrels, "q1 0 d1 1\n\nq1 0 d1 0\n", "Line 3 of .* has the document 'd1' of the query 'q1' for the sec"),
        (read_qrels, "\n \n", "holds no judgements"),
        (read_qrels, "query-id\tcorpus-id\tscore\n", "holds no judgements"),
        (
            read_qrels,
            "query-id\tcorpus-id\tscore\nq1\t\t1\n",
            "Line 2 of .* has 2 fields where 3 were expected, query-",
        ),
        (read_qrels, b"q1 0 d\xff 1\n", "is not UTF-8 text"),
        (read_run, "q1 Q0 d1 1 0.5\n", "Line 1 of .* has 5 fields where 6 were expected, query, Q0, document, rank"),
        (read_run, "q1 Q0 d1 1 nan t\n", "Line 1 of .* has 'nan' where a number was expected, the score"),
        (read_run, "q1 Q0 d1 1 x t\n", "has 'x' where a number was expected"),
        (read_run, "q1 Q0 d1 1 2 t\nq1 Q0 d1 2 1 t\n", "Line 2 of .* for the second time"),
        (read_run, "", "holds no hits"),
    ],
)
def test_what_cannot_be_read(file, read, text, said):
    with pytest.raises(ReadError, match=said):
        read(file(text))


def test_a_run_that_is_no_mapping(tmp_path):
    with pytest.raises(TypeError, match=r"A run must be a dict of \{query: hits\}, but it is of type list"):
        write_run([["d"]], tmp_path / "file.txt")


def test_written_and_read_again(tmp_path):
    qrels = {"q1": {"d1": 2, "日本": 0}, "2": {"7": -1}}
    run = {"q1": {"b": 0.1, "a": 0.1, "c": 1 / 3}, "2": {"7": -5.0}, "none": {}}
    write_qrels(qrels, tmp_path / "qrels.txt")
    write_run(run, tmp_path / "run.txt", name="ours")
    assert read_qrels(tmp_path / "qrels.txt") == qrels
    assert read_run(tmp_path / "run.txt") == {query: hits for query, hits in run.items() if hits}
    lines = (tmp_path / "run.txt").read_text(encoding="utf-8").splitlines()
    assert lines[:3] == [f"q1 Q0 c 1 {1 / 3} ours", "q1 Q0 b 2 0.1 ours", "q1 Q0 a 3 0.1 ours"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["qrels.txt", "run.txt"]


def test_others_read_what_is_written(tmp_path):
    pytrec_eval = pytest.importorskip("pytrec_eval")
    write_qrels({1: {2: 1, 3: 0}}, tmp_path / "qrels.txt")
    write_run({1: [3, 2]}, tmp_path / "run.txt")
    with (tmp_path / "qrels.txt").open() as lines:
        assert pytrec_eval.parse_qrel(lines) == {"1": {"2": 1, "3": 0}}
    with (tmp_path / "run.txt").open() as lines:
        assert pytrec_eval.parse_run(lines) == {"1": {"3": 2.0, "2": 1.0}}


@pytest.mark.parametrize("bad", ["d 1", "", "d\u00a01", "d\n"])
def test_white_space_ends_a_field(bad, tmp_path):
    for write in (
        lambda path: write_qrels({"q": {bad: 1}}, path),
        lambda path: write_run({bad: ["d"]}, path),
        lambda path: write_run({"q": ["d"]}, path, name=bad),
    ):
        with pytest.raises(ValueError, match="white space between its fields, so that"):
            write(tmp_path / "file.txt")
    assert list(tmp_path.iterdir()) == []
