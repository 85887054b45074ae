"""`textvec vectorize`: matrices of files, and what makes them."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
import scipy.io
import scipy.sparse as sp
from sklearn.datasets import load_svmlight_file
from sklearn.decomposition import TruncatedSVD
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

import textvec
from support.shell import ROOT, interrupt, run
from textvec import CountVectorizer, TfidfVectorizer, Tokenizer
from textvec._common.printable import printable
from textvec.classification import by_name, features
from textvec.persistence import matrix_files

MESSAGES = ROOT / "corpora/messages.csv"
FRUIT = "label,text\nham,red apple\nspam,green apple pie\nham,\nspam,the blue sea\n"
TEXTS = ["red apple", "green apple pie", "", "the blue sea"]
VECTORS = "apple 1 0.2 0\nsea 0 0 1\nred 0.5 0.5 0\n"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("f.csv").write_text(FRUIT)
    return tmp_path


def vectorize(*arguments, **options):
    """Run `textvec vectorize`, which has to succeed and print no data; return what it said."""
    code, printed, said = run("vectorize", *arguments, **options)
    assert (code, printed) == (0, ""), said
    return said


def refused(*arguments, **options):
    """Run `textvec vectorize`, which has to fail; return its exit code and what it said."""
    code, printed, said = run("vectorize", *arguments, **options)
    assert printed == ""
    assert "Traceback" not in said
    assert "mistake in textvec" not in said
    return code, said


def names_of(file):
    return json.loads(Path(f"{file}.columns.json").read_text(encoding="utf-8"))


def files_here():
    return sorted(path.name for path in Path().iterdir())


def assert_equal(X, expected):
    np.testing.assert_array_equal(X.toarray(), expected.toarray())


def test_every_format_holds_what_the_library_makes():
    vectorizer = TfidfVectorizer().fit(TEXTS)
    expected = vectorizer.transform(TEXTS)
    for ending, load in {
        ".npz": sp.load_npz,
        ".mtx": scipy.io.mmread,
        ".npy": lambda path: sp.csr_array(np.load(path, allow_pickle=False)),
        ".svmlight": lambda path: load_svmlight_file(path, n_features=expected.shape[1], zero_based=False)[0],
    }.items():
        said = vectorize("f.csv", "-o", f"X{ending}")
        more = ", columns numbered from 1" if ending == ".svmlight" else ""
        assert said == (
            f"textvec: X{ending} holds 4 rows, 7 columns, 8 values; names in X{ending}.columns.json{more}, 0.0 MB.\n"
        )
        assert_equal(load(f"X{ending}"), expected)
        assert names_of(f"X{ending}") == vectorizer.get_feature_names_out().tolist()
    assert vectorize("f.csv", "-o", "X.parquet").startswith(
        "textvec: X.parquet holds 4 rows, 7 columns, 8 values; names in it"
    )
    assert "X.parquet.columns.json" not in files_here()


def test_terms_are_those_of_the_options():
    Path("stop.txt").write_text("the\n")
    vectorize("f.csv", "-o", "X.npz", "--stop-words", "stop.txt", "--stem", "snowball", "--ngrams", "1-2")
    assert names_of("X.npz") == [
        "appl", "appl pie", "blue", "blue sea", "green", "green appl", "pie", "red", "red appl", "sea",
    ]  # fmt: skip
    vectorize("f.csv", "-o", "Y.npz", "--min-df", "2", "--features", "counts")
    assert (names_of("Y.npz"), sp.load_npz("Y.npz").toarray().tolist()) == (["apple"], [[1], [1], [0], [0]])
    vectorize("f.csv", "-o", "Y.npz", "--overwrite", "--min-df", "0.5", "--max-features", 1)
    assert names_of("Y.npz") == ["apple"]


@pytest.mark.parametrize("name", [name for name in by_name.FEATURES if name not in ("nb", "embedding")])
def test_features_have_the_names_of_the_library(name):
    said = vectorize("f.csv", "-o", "X.npz", "--features", name)
    assert_equal(sp.load_npz("X.npz"), sp.csr_array(features(name).fit_transform(TEXTS)))
    if name == "hashing":
        assert "262,144 columns, 8 values; its columns have no names, 0.0 MB" in said
        assert files_here() == ["X.npz", "f.csv"]
    else:
        assert len(names_of("X.npz")) == sp.load_npz("X.npz").shape[1]


def test_ngrams_of_characters_and_of_words():
    vectorize("f.csv", "-o", "X.npz", "--features", "char", "--ngrams", "3")
    assert {len(name) for name in names_of("X.npz")} == {3}
    vectorize("f.csv", "-o", "Y.npz", "--features", "words+char", "--ngrams", "2")
    assert "words__red apple" in names_of("Y.npz")
    assert "words__red" not in names_of("Y.npz")
    assert "char__ red " in names_of("Y.npz")


def test_averages_of_word_vectors():
    Path("v.txt").write_text(VECTORS)
    with pytest.warns(UserWarning, match="1 of 4 documents hold no word that has a vector"):
        vectorize("f.csv", "-o", "X.npy", "--features", "embedding", "--vectors", "v.txt")
    X = np.load("X.npy", allow_pickle=False)
    np.testing.assert_allclose(X, [[0.75, 0.35, 0], [1, 0.2, 0], [0, 0, 0], [0, 0, 1]], atol=1e-6)


def test_labels():
    said = vectorize("f.csv", "-o", "X.svmlight", "--label-column", "label")
    assert said.splitlines()[1] == "textvec: labels are numbers: 0 is ham, 1 is spam."
    assert load_svmlight_file("X.svmlight")[1].tolist() == [0, 1, 0, 1]
    vectorize("f.csv", "-o", "X.npz", "--features", "nb", "--label-column", "label")
    assert_equal(sp.load_npz("X.npz"), sp.csr_array(features("nb").fit_transform(TEXTS, ["ham", "spam"] * 2)))
    vectorize("-", "-o", "Y.npz", "--features", "nb", "--label-column", "label", "--fit-on", "f.csv", stdin="apple\n\n")
    assert sp.load_npz("Y.npz").shape == (2, 7)
    Path("g.csv").write_text("stars,text\n4.5,red\n,blue\n")
    code, said = refused("g.csv", "-o", "Y.svmlight", "--label-column", "stars", "--text-column", "text")
    assert (code, said.splitlines()[-1]) == (
        1,
        "textvec: error: Column 'stars' of g.csv has no label in row 2, but every document needs one. (--label-column)",
    )
    assert "Y.svmlight" not in files_here()
    Path("many.csv").write_text("label,text\n" + "".join(f"c{i:02},red\n" for i in range(12)))
    said = vectorize("many.csv", "-o", "m.svmlight", "--label-column", "label", "--text-column", "text")
    assert said.endswith("9 is c09, and so on in the order of the 12 names.\n")


def test_learning_from_one_file_and_using_it_on_others():
    Path("new.txt").write_text("apple juice\n\nred\n")
    fitted = TfidfVectorizer().fit(TEXTS)
    expected = fitted.transform(["apple juice", "", "red"])
    vectorize("new.txt", "-o", "a.npz", "--fit-on", "f.csv", "--save", "tfidf.textvec")
    vectorize("new.txt", "-o", "b.npz", "--load", "tfidf.textvec")
    textvec.save(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(TEXTS, [0, 1, 0, 1]), "spam.textvec")
    vectorize("new.txt", "-o", "c.npz", "--load", "spam.textvec", "--save", "again.textvec")
    for file in ("a.npz", "b.npz", "c.npz"):
        assert_equal(sp.load_npz(file), expected)
        assert names_of(file) == fitted.get_feature_names_out().tolist()
    assert_equal(textvec.load("again.textvec").transform(["red"]), fitted.transform(["red"]))
    svd = make_pipeline(Tokenizer(), CountVectorizer(), TruncatedSVD(2, random_state=0)).fit(TEXTS)
    textvec.save(svd, "svd.textvec")
    vectorize("new.txt", "-o", "d.npy", "--load", "svd.textvec")
    np.testing.assert_array_equal(np.load("d.npy"), svd.transform(["apple juice", "", "red"]))


def test_rows_are_those_of_the_sources_blank_ones_included():
    Path("g.txt").write_text("\n\nred\n \n")
    vectorize("f.csv", "g.txt", "-o", "X.npz", "--features", "counts", "--text-column", "text")
    assert np.diff(sp.load_npz("X.npz").indptr).tolist() == [2, 3, 0, 3, 0, 0, 1, 0]


def test_the_sample_messages():
    said = vectorize(MESSAGES, "-o", "X.npz", "--text-column", "text")
    figures = r"2,410 rows, \d,\d+ columns, \d+,\d+ values"
    assert re.fullmatch(rf"textvec: X\.npz holds {figures}; names in X\.npz\.columns\.json, 0\.\d MB\.\n", said)


def test_files_that_are_there_are_replaced_only_with_overwrite():
    vectorize("f.csv", "-o", "X.npz", "--save", "m.textvec")
    before = {name: Path(name).read_bytes() for name in files_here()}
    for options, there in ((["-o", "X.npz"], "X.npz"), (["-o", "Y.npz", "--save", "m.textvec"], "m.textvec")):
        said = f"textvec: error: {there} is there already. Add --overwrite to replace it.\n"
        assert refused("nope.csv", *options) == (1, said)  # before anything is read
    Path("Z.npz.columns.json").write_text("mine")
    assert "Z.npz.columns.json is there already" in refused("f.csv", "-o", "Z.npz")[1]
    Path("Z.npz.columns.json").unlink()
    assert {name: Path(name).read_bytes() for name in files_here()} == before
    vectorize("f.csv", "-o", "X.npz", "--save", "m.textvec", "--overwrite", "--features", "counts")
    assert sp.load_npz("X.npz").dtype == np.int64


def test_a_dense_array_that_is_too_large_is_refused(monkeypatch):
    monkeypatch.setattr(matrix_files, "installed_memory", lambda: 100)
    code, said = refused("f.csv", "-o", "X.npy", "--save", "m.textvec")
    assert code == 1
    assert "X.npy would be a dense array of 4 x 7 numbers, 0.0 GB: more than half of the memory" in said
    assert files_here() == ["f.csv"]


@pytest.mark.parametrize(
    ("arguments", "code", "expected"),
    [
        ([], 2, "Missing option '-o'"),
        (["-o", "X.csv"], 1, "ends with .npz, .mtx, .npy, .parquet, .svmlight, which tells its format, but it is"),
        (["-o", "no/X.npz"], 1, "no/X.npz: No such file or directory"),
        (["-o", "X.npz", "--save", "no/m.textvec"], 1, "no/m.textvec: No such file or directory"),
        (["-o", "X.npz", "--save", "m.gz"], 1, "'m.gz' is the name of a .gz file"),
        (["-o", "X.npz", "--save", "X.npz"], 2, "-o and --save name the same file."),
        (["-o", "X.npz", "--features", "tfid"], 1, "There are no features 'tfid'. Did you mean 'tfidf'?"),
        (["-o", "X.npz", "--features", "nb"], 2, "give --label-column NAME."),
        (["-o", "X.npz", "--label-column", "label"], 2, "goes with .svmlight files, --features nb and --engine only."),
        (["-o", "X.svmlight", "--label-column", "nope"], 1, "Column 'nope' is not in f.csv."),
        (["-o", "X.npz", "--features", "embedding"], 2, "--features embedding and --vectors FILE go together."),
        (["-o", "X.npz", "--vectors", "v.txt"], 2, "--features embedding and --vectors FILE go together."),
        (
            ["-o", "X.npz", "--features", "embedding", "--vectors", "v.txt", "--ngrams", "2"],
            2,
            "--ngrams does not go with --features embedding",
        ),
        (["-o", "X.npz", "--features", "hashing", "--min-df", "2"], 2, "--min-df does not go with --features hashing"),
        (["-o", "X.npz", "--features", "char", "--stem", "snowball"], 1, "are made of characters"),
        (["-o", "X.npz", "--min-df", "0"], 2, "'0' is neither a number of documents, such as 2, nor a share"),
        (["-o", "X.npz", "--min-df", "nan"], 2, "'nan' is neither"),
        (["-o", "X.npz", "--min-df", "4"], 1, "no terms remain"),
        (["-o", "X.npz", "--max-features", "0"], 2, "--max-features"),
        (
            ["-o", "X.npz", "--load", "m.textvec", "--fit-on", "f.csv"],
            2,
            "--fit-on was settled when the model of --load",
        ),
        (["-o", "X.npz", "--load", "m.textvec", "--stem", "porter"], 2, "--stem was settled when the model of --load"),
        (["-o", "X.npz", "--load", "m.textvec", "--features", "tfidf"], 2, "--features was settled when"),
        (["-o", "X.npz", "--load", "nope.textvec"], 1, "nope.textvec"),
        (["-o", "X.npz", "--load", "f.csv"], 1, "f.csv"),
        (
            ["-o", "X.npz", "--load", "logreg.textvec"],
            1,
            "logreg.textvec: a LogisticRegression makes no vectors of texts",
        ),
        (["-o", "X.npz", "--load", "tokenizer.textvec"], 1, "returned Tokens"),
        (["-o", "X.npz", "--load", "unfitted.textvec"], 1, "unfitted.textvec: the CountVectorizer is not fitted"),
        (["-o", "X.npz", "--fit-on", "blank.txt"], 1, "blank.txt holds no text."),
        (["blank.txt", "-o", "X.npz"], 1, "blank.txt holds no text."),
        (["empty.txt", "-o", "X.npz"], 1, "empty.txt is empty."),
        (["-", "-o", "X.npz", "--fit-on", "-"], 2, "Standard input cannot be both a SOURCE and that of --fit-on."),
    ],
)
def test_bad_input(arguments, code, expected):
    Path("v.txt").write_text(VECTORS)
    Path("empty.txt").touch()
    Path("blank.txt").write_text("\n \n")
    textvec.save(LogisticRegression().fit([[0], [1]], [0, 1]), "logreg.textvec")
    textvec.save(Tokenizer(), "tokenizer.textvec")
    textvec.save(CountVectorizer(), "unfitted.textvec")
    before = files_here()
    came, said = refused("f.csv", *arguments)
    assert (came, expected in said) == (code, True), said
    assert files_here() == before


def test_hostile_names_of_files_and_labels():
    bad = "\x1b]0;owned\x07\u202e"
    Path("g.csv").write_text(f'label,text\n"{bad}",red\nham,blue\n')
    said = vectorize("g.csv", "-o", f"{bad}.svmlight", "--label-column", "label", "--text-column", "text")
    assert "owned" in said
    assert printable(said, keep="\n") == said


def test_ctrl_c_leaves_nothing(here):
    assert interrupt("vectorize", "-", "-o", "X.npz", cwd=here) == (130, "")
    assert files_here() == ["f.csv"]


def test_examples_come_first_in_the_help():
    shown = run("vectorize", "--help")[1]
    assert 0 < shown.index("Examples:") < shown.index("Options:")
    assert all(len(line) <= 80 for line in shown.splitlines())
