"""`textvec vectorize --engine`: matrices in parts, and what does not go together with an engine."""

import json
from pathlib import Path

import pytest
import scipy.sparse as sp

import textvec
from support.shell import run
from textvec import TfidfVectorizer
from textvec.distributed import read_parts, transforming

ROWS = [("ham", "red apple"), ("spam", "green apple pie"), ("ham", ""), ("spam", "the blue sea"), ("ham", "a red sea")]
TEXTS = [text for _, text in ROWS]
PARTS = ("--engine", "here", "-o", "out")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """The texts in three files, and in one."""
    monkeypatch.chdir(tmp_path)
    lines = [json.dumps({"label": label, "text": text}) + "\n" for label, text in ROWS]
    Path("in").mkdir()
    for name, some in {"in/a.jsonl": lines[:2], "in/b.jsonl": lines[2:4], "in/c.jsonl": lines[4:]}.items():
        Path(name).write_text("".join(some))
    Path("all.jsonl").write_text("".join(lines))


def vectorize(*arguments):
    """Run `textvec vectorize`, which has to succeed and print no data; return what it said."""
    code, printed, said = run("vectorize", *arguments)
    assert (code, printed) == (0, ""), said
    return said


def stop_at(number, monkeypatch):
    """Let Ctrl-C be pressed when a part is to be written; return the numbers of those that were written."""
    write, written = transforming.write_part, []

    def write_part(folder, part, *rest):
        if part == number:
            raise KeyboardInterrupt
        written.append(part)
        return write(folder, part, *rest)

    monkeypatch.setattr(transforming, "write_part", write_part)
    return written


@pytest.mark.parametrize(
    "options",
    [
        "",
        "--features counts --min-df 2",
        "--features bm25 --ngrams 1-2 --stop-words english --stem porter --max-features 5",
        "--features nb --label-column label",
        "--features words+char",
        "--features hashing",
    ],
)
def test_parts_are_the_matrix_of_one_process(options):
    said = vectorize("in", *PARTS, *options.split(), "--text-column", "text")
    vectorize("all.jsonl", "-o", "X.npz", *options.split(), "--text-column", "text")
    parts, expected = read_parts("out"), sp.load_npz("X.npz")
    assert (parts.to_matrix() != expected).nnz == 0
    names = Path("X.npz.columns.json")
    assert parts.feature_names == (json.loads(names.read_text()) if names.exists() else None)
    where = "names in out/feature_names.json" if names.exists() else "its columns have no names"
    sizes = f"5 rows, {expected.shape[1]:,} columns, {expected.nnz} values in 3 parts"
    assert said == f"textvec: out holds {sizes}; {where}, 0.0 MB.\n"
    assert parts.keep == (("label",) if "label" in options else ())


def test_labels_are_kept_beside_the_rows():
    vectorize("in", *PARTS, "--label-column", "label")
    assert [label for part in read_parts("out") for label in part.columns["label"].to_pylist()] == [
        label for label, _ in ROWS
    ]


def test_a_model_is_saved_and_loaded_and_learns_from_other_files():
    vectorize("in", *PARTS, "--save", "m.textvec")
    vectorize("in/a.jsonl", "--engine", "here", "-o", "again", "--load", "m.textvec")
    vectorize("in/a.jsonl", "--engine", "here", "-o", "other", "--fit-on", "in", "--text-column", "text")
    expected = TfidfVectorizer().fit(TEXTS).transform(TEXTS[:2])
    for matrix in (
        textvec.load("m.textvec").transform(TEXTS[:2]),
        *(read_parts(f).to_matrix() for f in ("again", "other")),
    ):
        assert (matrix != expected).nnz == 0
    # What nb learns from need not be in what is made vectors of.
    Path("new.jsonl").write_text('{"text": "red pie"}\n')
    nb = ("--features", "nb", "--label-column", "label", "--fit-on", "in")
    vectorize("new.jsonl", "--engine", "here", "-o", "nb", "--text-column", "text", *nb)
    assert read_parts("nb").keep == ()


def test_ctrl_c_leaves_parts_that_the_same_command_goes_on_with(monkeypatch):
    with monkeypatch.context() as stopping:
        assert stop_at(1, stopping) == []
        code, printed, said = run("vectorize", "in", *PARTS)
    assert (code, printed) == (130, "")
    assert said.strip() == (
        "textvec: interrupted: 1 part in out is finished. The same command goes on with the others; with --load "
        "out/estimator.textvec instead of options about features and terms, nothing is learnt again."
    )
    with monkeypatch.context() as stopping:
        written = stop_at(2, stopping)
        code, _, said = run("vectorize", "in", *PARTS)
        assert (code, written) == (130, [1])
        assert "2 parts in out are finished" in said
    written = stop_at(None, monkeypatch)
    vectorize("in", *PARTS, "--load", "out/estimator.textvec")
    assert written == [2]
    vectorize("in", *PARTS)  # all is there
    assert written == [2]
    assert (read_parts("out").to_matrix() != TfidfVectorizer().fit_transform(TEXTS)).nnz == 0


def test_ctrl_c_while_it_learns_leaves_nothing(monkeypatch):
    def press(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(TfidfVectorizer, "_partial", press)
    code, printed, said = run("vectorize", "in", *PARTS)
    assert (code, printed, said.strip()) == (130, "", "textvec: interrupted: nothing was written.")
    assert not Path("out").exists()


def test_a_folder_in_use_is_told_before_anything_is_read(monkeypatch):
    vectorize("in", *PARTS)

    def read(*_):
        raise AssertionError

    with monkeypatch.context() as learning:
        learning.setattr(TfidfVectorizer, "_partial", read)
        for arguments, message in (
            (
                ["in/a.jsonl", *PARTS],
                "out belongs to another run, of other documents. Name another folder, or overwrite",
            ),
            (["in", *PARTS, "--label-column", "label"], "out belongs to another run, with other columns kept."),
            (["all.jsonl", "--engine", "here", "-o", "in"], "in holds no parts, but 'a.jsonl'. Name a folder"),
            (["all.jsonl", "--engine", "here", "-o", "all.jsonl"], "A folder is needed where there is something else"),
            (["in", *PARTS, "--save", "all.jsonl"], "all.jsonl is there already. Add --overwrite to replace it."),
            (["nope*", "--engine", "dask://127.0.0.1:9", "-o", "new"], "The pattern matches no file: 'nope*'."),
            (["in", "--engine", "here", "-o", "new", "--fit-on", "nope"], "There is no file or folder: 'nope'."),
            (["in", "--engine", "here", "-o", "new", "--text-column", "x"], "Column 'x' is not in in/a.jsonl."),
        ):
            code, printed, said = run("vectorize", *arguments)
            assert (code, printed) == (1, ""), said
            assert message in said
            assert len(said.splitlines()) == 1
    assert not Path("new").exists()
    assert sorted(path.name for path in Path("in").iterdir()) == ["a.jsonl", "b.jsonl", "c.jsonl"]
    assert "with another estimator" in run("vectorize", "in", *PARTS, "--features", "counts")[2]
    assert "out holds 2 rows" in vectorize("in/a.jsonl", *PARTS, "--overwrite")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["in", "-o", "out", "--engine", "local-dusk"], "there is no 'local-dusk'. Known are here, local-dask, dask://"),
        (["in", "-o", "out", "--engine", "local-dusk"], "Did you mean 'local-dask'?"),
        (["in", "-o", "out", "--engine", "dask://nowhere"], "'dask://nowhere' has no host and port, as in dask://"),
        (["in", "--engine", "here", "-o", "X.npz"], "-o is a folder of parts with --engine, but 'X.npz' ends"),
        (["in", "--engine", "here", "-o", "s3://a/b"], "-o is a folder that all workers share, and no URL, 's3://a/b'"),
        (["-", *PARTS], "Standard input is not read in pieces: name files, which --engine needs."),
        (["in", *PARTS, "--fit-on", "-"], "Standard input is not read in pieces"),
        (["in", *PARTS, "-v"], "--verbose does not go with --engine, which reads Parquet, JSON lines"),
        (["in", *PARTS, "--format", "csv"], "--format does not go with --engine"),
        (["in", *PARTS, "--encoding", "latin-1"], "--encoding does not go with --engine"),
        (["in", *PARTS, "--delimiter", ";"], "--delimiter does not go with --engine"),
        (["in", *PARTS, "--quote", "'"], "--quote does not go with --engine"),
        (["in", *PARTS, "--null", "NA"], "--null does not go with --engine"),
        (["in", *PARTS, "--strict"], "--strict does not go with --engine"),
        (["in", *PARTS, "--text-column", "a", "--text-column", "b"], "--text-column names one column only"),
        (["in", *PARTS, "--save", "out"], "-o and --save name the same file."),
        (["in", *PARTS, "--load", "m", "--min-df", "2"], "--min-df was settled when the model of --load was fitted."),
    ],
)  # fmt: skip
def test_a_command_that_makes_no_sense(arguments, message):
    code, printed, said = run("vectorize", *arguments)
    assert (code, printed) == (2, "")
    assert message in said
    assert not Path("out").exists()


def test_an_engine_that_is_not_there(monkeypatch):
    from textvec.engines import dask_engine

    pytest.importorskip("distributed", reason="needs Dask: pip install 'textvec-kit[dask]'")
    monkeypatch.setattr(dask_engine, "_SECONDS_TO_CONNECT", 0.1)
    code, _, said = run("vectorize", "in", "-o", "out", "--engine", "dask://127.0.0.1:9")
    assert code == 1
    assert said.startswith("textvec: error: There is no scheduler of Dask's at 127.0.0.1:9 ")
    assert len(said.splitlines()) == 1
    assert not Path("out").exists()


def test_a_cluster_and_a_url(dask_client):
    address = dask_client.scheduler.address.removeprefix("tcp://")
    files = (Path.cwd() / "in").as_uri() + "/*.jsonl"
    said = vectorize(files, "--engine", f"dask://{address}", "-o", "out")
    assert "out holds 5 rows, 7 columns, 10 values in 3 parts" in said
    assert (read_parts("out").to_matrix() != TfidfVectorizer().fit_transform(TEXTS)).nnz == 0
