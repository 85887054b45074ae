"""Word pairs, analogies and sentence pairs arrive whole and checked, or not at all, and are what they are elsewhere."""

import csv
import hashlib
import io
import os
import re
import tarfile
import zipfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from support.downloads import files, serving
from textvec import TfidfVectorizer, WordVectors
from textvec.datasets import (
    _tables,
    fetch_google_analogies,
    fetch_simlex999,
    fetch_sts_benchmark,
    fetch_wordsim353,
    google_analogies,
    simlex999,
    sts_benchmark,
    wordsim353,
)
from textvec.evaluation import analogies, sentence_pairs, word_pairs

FOLDER = os.environ.get("TEXTVEC_DATA") or "nowhere"


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def tarred(**members):
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name.replace("__", "/"))
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))
    return file.getvalue()


# Small ones, in the form in which their publishers give them.
STS = {
    "stsbenchmark__readme.txt": "read me",
    "stsbenchmark__sts-test.csv": "main-news\tnews\t2014\t1\t0\tOne   space\tTwo\n",
    "stsbenchmark__sts-dev.csv": 'main-forums\tforum\t2015\t7\t1.80\t"Café\u2028 he said.\tHe said so.\n',
    "stsbenchmark__sts-train.csv": "main-captions\tMSRvid\t2012\t1\t5.000\tA plane.\tAn air plane.\thttp://a\tCC\n"
    "main-news\theadlines\t2013\t2\t0.5\tRain falls.\tA man eats. \n",
}
ORIGINALS = {
    "sts-benchmark": tarred(**STS),
    "google-analogies": b": family\nboy girl he she\nking queen he she\n: gram1-adverb\ncalm calmly rare rarely\n",
    "wordsim353": zipped(**{"combined.csv": "Word 1,Word 2,Human (mean)\r\ntiger,cat,7.35\r\nmoney,cash,9.00\r\n"}),
    "wordsim353-sim": tarred(
        wordsim353_sim_rel__wordsim_relatedness_goldstandard="cup\tdrink\t7.0\n",
        **{
            "wordsim353_sim_rel__wordsim_similarity_goldstandard.txt": "tiger\tcat\t7.35\n",
            "wordsim353_sim_rel__wordsim_relatedness_goldstandard.txt": "cup\tdrink\t7.25\nmoon\tcup\t0.50\n",
        },
    ),
    "simlex999": zipped(
        **{
            "SimLex-999__README.txt": "read me",
            "SimLex-999__SimLex-999.txt": "word1\tword2\tPOS\tSimLex999\tSD(SimLex)\nold\tnew\tA\t1.58\t0.41\n"
            'smart\t"wise\tA\t9.2\t0.67\n',
        }
    ),
}
ROWS = {
    "sts-benchmark": [("A plane.", "An air plane.", 5.0), ("Rain falls.", "A man eats.", 0.5)],
    "google-analogies": [
        ("family", "boy", "girl", "he", "she"),
        ("family", "king", "queen", "he", "she"),
        ("gram1-adverb", "calm", "calmly", "rare", "rarely"),
    ],
    "wordsim353": [("tiger", "cat", 7.35), ("money", "cash", 9.0)],
    "wordsim353-sim": [("tiger", "cat", 7.35)],
    "simlex999": [("old", "new", 1.58), ("smart", '"wise', 9.2)],
}
# The function, the module, the name of the address there, and the tables that are made at once.
FETCHERS = {
    "sts-benchmark": (fetch_sts_benchmark, sts_benchmark, "_URL", ["_TRAIN_DEV", "_TEST"]),
    "google-analogies": (fetch_google_analogies, google_analogies, "_URL", ["_TABLE"]),
    "wordsim353": (fetch_wordsim353, wordsim353, "_URL", ["_ALL"]),
    "wordsim353-sim": (
        lambda *given, **options: fetch_wordsim353(*given, subset="similarity", **options),
        wordsim353,
        "_HALVES_URL",
        ["_SIMILARITY", "_RELATEDNESS"],
    ),
    "simlex999": (fetch_simlex999, simlex999, "_URL", ["_TABLE"]),
}
REAL = {name: [getattr(module, table) for table in tables] for name, (_, module, _, tables) in FETCHERS.items()}


class Case:
    """A data set whose small form is the published one, and that is downloaded from this machine."""

    def __init__(self, name, monkeypatch, servers):
        self.name, self._monkeypatch, self._servers = name, monkeypatch, servers
        self.fetch, self.module, self._url, tables = FETCHERS[name]
        self.original, self.rows = ORIGINALS[name], ROWS[name]
        self.source = self.module._HALVES if self._url == "_HALVES_URL" else self.module._SOURCE
        monkeypatch.setattr(self.module, self._url, "http://127.0.0.1:9/closed")
        if name == "sts-benchmark":
            monkeypatch.setattr(sts_benchmark, "_MD5", hashlib.md5(self.original).hexdigest())
        parse = "_parse_halves" if self._url == "_HALVES_URL" else "_parse"
        parsed = {id(table): rows for table, rows in getattr(self.module, parse)(self.original).items()}
        self.tables = []
        for attribute in tables:
            table = getattr(self.module, attribute)
            rows = table.typed(parsed[id(table)])
            keys = [row[0] if "" not in table.sizes else "" for row in rows]
            sha256 = table.checksum(rows) if table.sha256 else ""
            self.tables.append(replace(table, sizes={key: keys.count(key) for key in keys}, sha256=sha256))
            monkeypatch.setattr(self.module, attribute, self.tables[-1])
        if name == "sts-benchmark":
            train_dev, test = self.tables
            subsets = {"train": [train_dev], "dev": [train_dev], "test": [test], "all": [train_dev, test]}
            monkeypatch.setattr(sts_benchmark, "_SUBSETS", subsets)

    @property
    def url(self):
        return getattr(self.module, self._url)

    @property
    def made(self):
        return sorted(table.file for table in self.tables)

    def limited(self, max_bytes):
        """Take no more than some number of bytes for the publisher's file; return what is to be served."""
        name = "_HALVES" if self._url == "_HALVES_URL" else "_SOURCE"
        self._monkeypatch.setattr(self.module, name, replace(self.source, max_bytes=max_bytes))
        return {"body": self.original}

    def serve(self, body=None, status=200, length=None):
        """Start a server with one answer, and give the list of what it is asked for."""
        asked, body = [], self.original if body is None else body

        def answer(path):
            asked.append(path)
            return status, body, len(body) if length is None else length

        address = self._servers.enter_context(serving(answer))
        self._monkeypatch.setattr(self.module, self._url, f"{address}/file")
        return asked


@pytest.fixture(params=FETCHERS)
def case(request, monkeypatch):
    monkeypatch.delenv("TEXTVEC_DATA", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    with ExitStack() as servers:
        yield Case(request.param, monkeypatch, servers)


def test_download_is_kept_as_a_table_and_used_again(case, tmp_path):
    asked = case.serve()
    found = case.fetch(tmp_path)
    assert found.data == case.rows
    assert len(found.columns) == len(found.data[0])
    assert "http" in found.DESCR
    assert files(tmp_path) == case.made
    assert Path(found.filename) == tmp_path / case.tables[0].file
    assert case.fetch(str(tmp_path)).data == case.fetch(tmp_path, download=False).data == case.rows
    assert asked == ["/file"]
    with Path(found.filename).open(encoding="utf-8", newline="") as file:
        kept = [row for row in csv.DictReader(file) if row.get("split") != "dev"]
    assert [tuple(str(row[name]) for name in found.columns) for row in kept] == [
        tuple(map(str, row)) for row in case.rows
    ]


def test_the_file_of_the_publisher_in_the_data_folder_is_used_and_kept(case, tmp_path, monkeypatch):
    monkeypatch.setenv("TEXTVEC_DATA", str(tmp_path))
    path = tmp_path / case.source.file
    path.parent.mkdir()
    path.write_bytes(case.original)
    assert case.fetch(download=False).data == case.rows
    assert files(tmp_path) == sorted([*case.made, case.source.file])


FAILURES = {
    "offline": (None, ConnectionError, "there is no connection to the server"),
    "not found": (lambda case: {"status": 404}, ConnectionError, "the server answered 404 Not Found"),
    "broken off": (
        lambda case: {"body": case.original[:-9], "length": len(case.original)},
        ConnectionError,
        "the connection broke off",
    ),
    "truncated": (
        lambda case: {"body": case.original[: len(case.original) // 2]},
        (ConnectionError, ValueError),
        "not a whole (zip|tar.gz) file with|its MD5 checksum differs|fields, not 5|it has [12] rows, not 3",
    ),
    "something else": (
        lambda case: {"body": b"<html>Log in to the Wi-Fi"},
        (ConnectionError, ValueError),
        "not a whole (zip|tar.gz) file with|its MD5 checksum differs|fields, not 5",
    ),
    "too much": (lambda case: case.limited(20), ValueError, "it is longer than 20 bytes. Nothing was kept"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_download_says_what_to_do_and_leaves_nothing(name, case, tmp_path):
    answer, error, message = FAILURES[name]
    if answer:
        case.serve(**answer(case))
    with pytest.raises(error, match=message) as raised:
        case.fetch(tmp_path)
    text = str(raised.value)
    assert case.url in text
    path, file = tmp_path / case.source.file, case.source.file
    assert f"Get {path.name} from {case.source.page} and put it at {path}, or set TEXTVEC_DATA to a folder with" in text
    assert text.endswith(f"{file}.")
    assert "\n" not in text
    assert files(tmp_path) == []


# One word, one number, one row.
OTHERS = {
    "google-analogies": ("the SHA-256 checksum of its rows differs", lambda text: text.replace(b"queen", b"queer")),
    "simlex999": ("the SHA-256 checksum of its rows differs", lambda text: text.replace(b"1.58", b"1.59")),
    "wordsim353": ("it has 1 rows, not 2", lambda text: text.replace(b"money,cash,9.00\r\n", b"")),
    "wordsim353-sim": (
        "a row has no number where one is expected: cup, drink, high",
        lambda t: t.replace(b"7.25", b"high"),
    ),
}


@pytest.mark.parametrize("case", OTHERS, indirect=True)
def test_other_rows_are_told_from_the_published_ones(case, tmp_path):
    message, change = OTHERS[case.name]
    if case.original.startswith(b":"):
        body = change(case.original)
    elif case.original.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(case.original)) as members:
            body = zipped(**{name.replace("/", "__"): change(members.read(name)) for name in members.namelist()})
    else:
        with tarfile.open(fileobj=io.BytesIO(case.original)) as members:
            names = members.getnames()
            body = tarred(
                **{name.replace("/", "__"): change(members.extractfile(name).read()).decode() for name in names}
            )
    case.serve(body)
    with pytest.raises(
        ValueError, match=rf"What {case.url} sent is not .* as it was published: {message}. Nothing was"
    ):
        case.fetch(tmp_path)
    path = tmp_path / case.source.file
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(body)
    with pytest.raises(ValueError, match=rf"{path} is not .* as it was published: {message}. Move it away"):
        case.fetch(tmp_path)
    assert files(tmp_path) == [case.source.file]


def test_without_download(case, tmp_path):
    asked = case.serve()
    with pytest.raises(FileNotFoundError, match=r"put it at .*, or set TEXTVEC_DATA .* download=True"):
        case.fetch(tmp_path, download=False)
    assert files(tmp_path) == asked == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: "<html>Log in to the Wi-Fi", "it lacks some of the columns"),
        (lambda text: "\n".join(text.splitlines()[:-1]), r"it has \d rows, not \d|unexpected end"),
        (lambda text: re.sub(r"(\d)\.", r"\1x", text, count=1) if "." in text else text.replace("girl", "gril"), "row"),
        (lambda text: text + '"', "it cannot be read as CSV|it has"),
    ],
)
def test_another_file_in_place_of_the_table_is_neither_used_nor_lost(change, message, case, tmp_path):
    asked = case.serve()
    path = Path(case.fetch(tmp_path).filename)
    changed = change(path.read_text(encoding="utf-8"))
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(ValueError, match=rf"{path} is not .* as it was published: .*({message}).*Move it away"):
        case.fetch(tmp_path)
    assert path.read_text(encoding="utf-8") == changed
    assert asked == ["/file"]


def test_a_table_of_another_hand(case, tmp_path):
    """With a column of numbers, rows in another order, numbers and white space written otherwise, and an empty row."""
    case.serve()
    path = Path(case.fetch(tmp_path).filename)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["", *reversed(rows[0])])
        for i, row in enumerate(reversed(rows)):
            fields = {k: f"{float(v):.4f}" if k in _tables.NUMBERS else v.replace(" ", "  ") for k, v in row.items()}
            writer.writerow([i, *reversed(fields.values())])
        writer.writerow([""] * (len(rows[0]) + 1))
    found = [tuple(f.replace("  ", " ") if isinstance(f, str) else f for f in row) for row in case.fetch(tmp_path).data]
    assert found == case.rows[::-1]


def test_bytes_that_are_no_text(case, tmp_path):
    path = tmp_path / case.tables[0].file
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ValueError, match=r"as it was published: it is not UTF-8 text. Move it away"):
        case.fetch(tmp_path)


def test_a_table_that_is_there_is_not_written_again(case, tmp_path):
    """If two are made at once, and one was deleted."""
    case.serve()
    case.fetch(tmp_path)
    (tmp_path / case.tables[0].file).unlink()
    for table in case.tables[1:]:
        (tmp_path / table.file).write_text("mine")
    assert case.fetch(tmp_path).data == case.rows
    assert all((tmp_path / table.file).read_text() == "mine" for table in case.tables[1:])


def test_stopped_while_the_tables_are_written(case, tmp_path, monkeypatch):
    case.serve()

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", stop)
        with pytest.raises(KeyboardInterrupt):
            case.fetch(tmp_path)
    assert files(tmp_path) == []


def test_a_data_home_that_cannot_be_written_to(case, tmp_path):
    case.serve()
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match=r"cannot be written to .*\. Pass a data_home that can be written to"):
        case.fetch(tmp_path / "file")


@pytest.mark.parametrize("case", ["sts-benchmark"], indirect=True)
def test_subsets_of_sentence_pairs(case, tmp_path):
    case.serve()
    found = {subset: fetch_sts_benchmark(tmp_path, subset=subset) for subset in ("train", "dev", "test", "all")}
    assert found["dev"].data == [('"Café\u2028 he said.', "He said so.", 1.8)]
    assert found["test"].data == [("One   space", "Two", 0.0)]
    assert found["all"].data == [pair for subset in ("train", "dev", "test") for pair in found[subset].data]
    assert found["all"].split.tolist() == ["train", "train", "dev", "test"]
    assert found["train"].genre.tolist() == ["main-captions", "main-news"]
    assert found["test"].filename.endswith("sts_test.csv")
    with pytest.raises(ValueError, match=r"subset must be one of \['all', 'dev', 'test', 'train'\].* 'tset'"):
        fetch_sts_benchmark(tmp_path, subset="tset")
    (tmp_path / "stsb" / "sts_test.csv").write_text("split,genre,score,sentence1,sentence2\ntrain,a,1,b,c\n")
    with pytest.raises(ValueError, match=r"sts_test\.csv is not .*: its rows are not 1 test\. Move it away"):
        fetch_sts_benchmark(tmp_path, subset="test")


@pytest.mark.parametrize("case", ["wordsim353-sim"], indirect=True)
def test_subsets_of_word_pairs(case, tmp_path):
    case.serve()
    assert fetch_wordsim353(tmp_path, subset="relatedness").data == [("cup", "drink", 7.25), ("moon", "cup", 0.5)]
    with pytest.raises(ValueError, match=r"subset must be one of \['all', 'relatedness', 'similarity'\].* 'sim'"):
        fetch_wordsim353(tmp_path, subset="sim")


# --- the real ones


@pytest.mark.parametrize(
    ("fetch", "subset", "n_rows", "first"),
    [
        (fetch_sts_benchmark, "train", 5749, ("A plane is taking off.", "An air plane is taking off.", 5.0)),
        (
            fetch_sts_benchmark,
            "dev",
            1500,
            ("A man with a hard hat is dancing.", "A man wearing a hard hat is dancing.", 5),
        ),
        (fetch_wordsim353, "similarity", 203, ("tiger", "cat", 7.35)),
        (fetch_wordsim353, "relatedness", 252, ("computer", "keyboard", 7.62)),
        (fetch_google_analogies, None, 19_544, ("capital-common-countries", "Athens", "Greece", "Baghdad", "Iraq")),
        (fetch_simlex999, None, 999, ("old", "new", 1.58)),
    ],
)
def test_the_real_rows(fetch, subset, n_rows, first, data):
    data("words"), data("stsb")
    found = fetch(FOLDER, download=False, **({"subset": subset} if subset else {}))
    assert len(found.data) == n_rows
    assert found.data[0] == first


def test_real_rows_go_straight_into_the_evaluation(data):
    data("stsb", "sts_train_dev.csv")
    table = WordVectors(["old", "new", "smart", "he", "she"], [[1, 0], [1, 1], [0, 1], [2, 1], [2, 3]])
    pairs = fetch_simlex999(FOLDER, download=False)
    ours = word_pairs(table, pairs.data, dummy4unknown=True)
    assert ours.spearman == word_pairs(table, pairs.filename, dummy4unknown=True).spearman
    assert ours.n_pairs == 999
    questions = fetch_google_analogies(FOLDER, download=False)
    assert analogies(table, questions.data, dummy4unknown=True).total.n_questions == 19_544
    dev = fetch_sts_benchmark(FOLDER, subset="dev", download=False).data
    assert sentence_pairs(TfidfVectorizer().fit([text for pair in dev for text in pair[:2]]), dev).spearman > 0.7


def test_the_checksums_are_those_of_the_files_that_gensim_carries(tmp_path):
    """They are the publishers': the analogies byte by byte, by the SHA-1 checksum that GluonNLP publishes."""
    pytest.importorskip("gensim")
    from gensim.test.utils import datapath

    original = Path(datapath("questions-words.txt")).read_bytes()
    assert hashlib.sha1(original).hexdigest() == "fa92df4bbe788f2d51827c762c63bd8e470edf31"
    (tmp_path / "words").mkdir()
    (tmp_path / "words/questions-words.txt").write_bytes(original)
    assert fetch_google_analogies(tmp_path, download=False).data[-1][-1] == "works"

    for name, (table,), file in (
        ("wordsim353", REAL["wordsim353"], "wordsim353.tsv"),
        ("simlex999", REAL["simlex999"], "simlex999.txt"),
    ):
        lines = [line for line in Path(datapath(file)).read_text().splitlines() if not line.startswith("#")]
        rows = "".join(f"{','.join(line.split())}\n" for line in lines if line)
        (tmp_path / table.file).write_text(f"word1,word2,similarity\n{rows}")
        found = FETCHERS[name][0](tmp_path, download=False)
        assert len(found.data) == sum(table.sizes.values())
