"""The bundled samples are what they say they are; the SMS Spam Collection arrives whole and checked, or not at all."""

import csv
import hashlib
import io
import json
import os
import re
import socket
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pooch
import pytest

import textvec
from support.downloads import files, starter
from support.paths import ROOT
from textvec import datasets
from textvec.datasets import fetch_sms_spam, load_messages, load_paragraphs, load_passages, load_reviews, sms_spam
from textvec.similarity import find_duplicates

# --- the bundled samples


def test_exports():
    assert datasets.__all__ == sorted(datasets._HOMES)
    assert all(callable(getattr(datasets, name)) for name in datasets.__all__)


@pytest.mark.parametrize(
    ("load", "file", "names"),
    [(load_messages, "messages.csv", ["ham", "spam"]), (load_reviews, "reviews.csv", ["negative", "positive"])],
)
def test_labelled_samples(load, file, names):
    sample = load()
    with (ROOT / "corpora" / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert sample.data == [row["text"] for row in rows]
    assert sample.target.tolist() == [row["label"] for row in rows]
    assert sample.target_names == names
    assert isinstance(sample.target, np.ndarray)
    assert "not a benchmark" in sample.DESCR

    assert len(sample.data) >= 300
    counts = Counter(sample.target.tolist())
    assert sorted(counts) == names
    assert min(counts.values()) >= 100
    check_texts(sample.data)


def test_reviews():
    sample = load_reviews()
    assert len(sample.data) >= 1020
    assert 0.45 < (sample.target == "positive").mean() < 0.55
    ends = [len(re.findall(r"""[.!?]+["')]*(?=\s|$)""", text)) for text in sample.data]
    assert 2 <= min(ends) <= max(ends) <= 6
    assert not find_duplicates(sample.data, threshold=0.7)


def test_paragraphs():
    sample = load_paragraphs()
    lines = (ROOT / "corpora" / "paragraphs.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert sample.data == [row["text"] for row in rows]
    assert sample.ids.tolist() == [row["id"] for row in rows] == list(range(1, len(rows) + 1))
    assert sample.subject.tolist() == [row["subject"] for row in rows]
    assert sample.paraphrase_of == [row["paraphrase_of"] for row in rows]
    assert "not a benchmark" in sample.DESCR

    assert len(sample.data) >= 60
    assert len(set(sample.subject)) == 12
    assert min(Counter(sample.subject.tolist()).values()) >= 5
    check_texts(sample.data)

    pairs = [(number, of) for number, of in enumerate(sample.paraphrase_of, start=1) if of is not None]
    assert len(pairs) >= 12
    for number, of in pairs:
        assert 1 <= of < number
        assert sample.subject[number - 1] == sample.subject[of - 1]
    assert f"{len(pairs)} of them paraphrases" in sample.DESCR


def test_passages():
    sample = load_passages()
    rows = [json.loads(line) for line in (ROOT / "corpora" / "passages.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sample.data == [row["text"] for row in rows]
    assert sample.ids.tolist() == [f"p{number:03}" for number in range(1, 201)]
    assert Counter(Counter(sample.subject.tolist()).values()) == {8: 25}
    assert "not a benchmark" in sample.DESCR
    check_texts(sample.data)
    assert not find_duplicates(sample.data, threshold=0.5)

    assert list(sample.queries) == list(sample.kinds) == list(sample.qrels) == [f"q{n:02}" for n in range(1, 61)]
    assert Counter(sample.kinds.values()) == {"meaning": 20, "exact": 15, "question": 15, "variant": 10}
    check_texts(list(sample.queries.values()))
    known = set(sample.ids.tolist())
    for grades in sample.qrels.values():
        assert grades.keys() <= known
        assert max(grades.values()) == 2
        assert set(grades.values()) <= {0, 1, 2}


def test_queries_of_meaning_share_no_word_with_what_answers_them():
    sample = load_passages()
    texts = dict(zip(sample.ids.tolist(), sample.data, strict=True))
    words = textvec.CountVectorizer().build_analyzer()
    shared = {
        (query, passage): set(words(sample.queries[query])) & set(words(texts[passage]))
        for query, grades in sample.qrels.items()
        for passage, grade in grades.items()
        if grade > 0
    }
    meaning = {pair: common for pair, common in shared.items() if sample.kinds[pair[0]] == "meaning"}
    assert len(meaning) >= 20
    assert {pair: common for pair, common in meaning.items() if common} == {}
    exact = [common for (query, _), common in shared.items() if sample.kinds[query] == "exact"]
    assert all(exact)


def check_texts(texts):
    assert all(isinstance(text, str) and text.strip() == text != "" for text in texts)
    # However they are written: with other capitals, other punctuation, other white space.
    plain = Counter("".join(c for c in text.casefold() if c.isalnum()) for text in texts)
    assert plain.most_common(1)[0][1] == 1, plain.most_common(3)


def test_samples_are_new_each_time():
    load_messages().data.clear()
    assert load_messages().data


def test_samples_are_read_from_a_zip_file(tmp_path):
    package = Path(textvec.__file__).parent
    with zipfile.ZipFile(tmp_path / "textvec.zip", "w") as file:
        for path in [package / "__init__.py", *sorted(package.glob("datasets/*.py")), *package.glob("evaluation/*.py")]:
            file.write(path, f"textvec/{path.relative_to(package)}")
        for path in sorted((ROOT / "corpora").glob("*.*")):
            file.write(path, f"textvec/corpora/{path.name}")
    code = (
        "import textvec; from textvec.datasets import *;"
        "print(textvec.__file__);"
        "print(*(len(load().data) for load in (load_messages, load_reviews, load_paragraphs, load_passages)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "textvec.zip")}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    file, sizes = done.stdout.splitlines()
    assert "textvec.zip" in file
    assert [int(size) for size in sizes.split()] == [
        len(load().data) for load in (load_messages, load_reviews, load_paragraphs, load_passages)
    ]


# --- the SMS Spam Collection: a small one, from a server on this machine

# U+0085 and U+2028 end a line for `str.splitlines`, and only for it.
SMALL = 'ham\tSee you at 8\nspam\tWIN £100 "now"\tCall\u2028087\nham\tCafé?\u0085\'ok\n'.encode()


def zipped(**members):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def flipped(content):
    """Return a zip file of it whose compressed data makes no sense from its first bytes on."""
    file = zipped(SMSSpamCollection=content)
    start = 30 + len("SMSSpamCollection")
    return file[:start] + b"\xff" * 4 + file[start + 4 :]


@pytest.fixture(autouse=True)
def no_network(monkeypatch):
    """Whatever a test forgets to set, it does not reach beyond this machine, where nobody listens on this port."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(sms_spam, "_URL", "http://127.0.0.1:9/closed")


@pytest.fixture
def small(monkeypatch):
    """Make the small collection the one whose checksum is known."""
    monkeypatch.delenv("TEXTVEC_DATA", raising=False)
    monkeypatch.setattr(sms_spam, "_SHA256", hashlib.sha256(SMALL).hexdigest())


@pytest.fixture
def serve(monkeypatch, small):
    """Return a function that starts a server with one answer, and gives the list of what it is asked for."""
    with starter(lambda url: monkeypatch.setattr(sms_spam, "_URL", url), "sms.zip") as start:
        yield start


def put(folder, content=SMALL):
    path = folder / "sms_spam" / "SMSSpamCollection"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    return path


def test_download_is_kept_and_used_again(serve, tmp_path):
    asked = serve(zipped(SMSSpamCollection=SMALL, readme="read me"))
    messages = fetch_sms_spam(tmp_path)
    assert messages.data == ["See you at 8", 'WIN £100 "now"\tCall\u2028087', "Café?\u0085'ok"]
    assert messages.target.tolist() == ["ham", "spam", "ham"]
    assert messages.target_names == ["ham", "spam"]
    assert "CC BY 4.0" in messages.DESCR
    assert files(tmp_path) == ["sms_spam/SMSSpamCollection"]
    assert Path(messages.filename) == tmp_path / "sms_spam" / "SMSSpamCollection"
    assert Path(messages.filename).read_bytes() == SMALL
    assert fetch_sms_spam(str(tmp_path)).data == messages.data
    assert fetch_sms_spam(tmp_path, download=False).data == messages.data
    assert asked == ["/sms.zip"]


def test_data_home_comes_before_the_environment_and_that_before_the_cache(serve, tmp_path, monkeypatch):
    asked = serve(zipped(SMSSpamCollection=SMALL))
    monkeypatch.setattr(pooch, "os_cache", lambda name: tmp_path / "cache" / name)
    found = [fetch_sms_spam().filename]
    monkeypatch.setenv("TEXTVEC_DATA", "")  # as good as none
    found.append(fetch_sms_spam().filename)
    monkeypatch.setenv("TEXTVEC_DATA", str(put(tmp_path / "environment").parents[1]))
    found.append(fetch_sms_spam().filename)
    found.append(fetch_sms_spam(put(tmp_path / "given").parents[1]).filename)
    folders = [Path(name).relative_to(tmp_path).parts[0] for name in found]
    assert folders == ["cache", "cache", "environment", "given"]
    assert len(asked) == 1


def test_no_progress_bar_unless_on_a_terminal(serve, tmp_path, capsys, monkeypatch):
    serve(zipped(SMSSpamCollection=SMALL))
    fetch_sms_spam(tmp_path / "a")
    assert "%" not in capsys.readouterr().err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    fetch_sms_spam(tmp_path / "b")
    assert "100%" in capsys.readouterr().err


FAILURES = {
    "offline": (lambda serve: None, ConnectionError, "there is no connection to the server"),
    "not found": (lambda serve: serve(status=404), ConnectionError, "the server answered 404 Not Found"),
    "broken server": (lambda serve: serve(status=503), ConnectionError, "the server answered 503 Service Unavailable"),
    "broken off": (
        lambda serve: serve(zipped(SMSSpamCollection=SMALL)[:-9], length=len(zipped(SMSSpamCollection=SMALL))),
        ConnectionError,
        "the connection broke off",
    ),
    "truncated zip": (
        lambda serve: serve(zipped(SMSSpamCollection=SMALL)[:-9]),
        ConnectionError,
        "not a whole zip file with SMSSpamCollection in it",
    ),
    "no zip": (lambda serve: serve(b"<html>Log in to the Wi-Fi"), ConnectionError, "not a whole zip file"),
    "nothing": (lambda serve: serve(b""), ConnectionError, "not a whole zip file"),
    "bits that flipped": (lambda serve: serve(flipped(SMALL)), ConnectionError, "not a whole zip file"),
    "other files": (lambda serve: serve(zipped(readme=SMALL)), ConnectionError, "not a whole zip file with SMSSpam"),
    "wrong checksum": (
        lambda serve: serve(zipped(SMSSpamCollection=SMALL + b"spam\tOne more\n")),
        ValueError,
        "its SHA-256 checksum differs",
    ),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_failed_download_says_what_to_do_and_leaves_nothing(name, serve, tmp_path):
    fail, error, message = FAILURES[name]
    fail(serve)
    with pytest.raises(error) as raised:
        fetch_sms_spam(tmp_path)
    text = str(raised.value)
    assert message in text
    assert sms_spam._URL in text
    assert str(tmp_path / "sms_spam" / "SMSSpamCollection") in text
    assert "set TEXTVEC_DATA to a folder with sms_spam/SMSSpamCollection" in text
    assert "\n" not in text
    assert files(tmp_path) == []


def test_a_download_that_does_not_end(serve, tmp_path, monkeypatch):
    monkeypatch.setattr(sms_spam, "_SOURCE", replace(sms_spam._SOURCE, max_bytes=20))
    serve(zipped(SMSSpamCollection=SMALL))
    with pytest.raises(ValueError, match=r"What .* sent is not .*: it is longer than 20 bytes\. Nothing was kept\."):
        fetch_sms_spam(tmp_path)
    assert files(tmp_path) == []


def test_a_slow_server(small, tmp_path, monkeypatch):
    downloader = pooch.HTTPDownloader
    monkeypatch.setattr(pooch, "HTTPDownloader", lambda **options: downloader(timeout=0.1, **options))
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        monkeypatch.setattr(sms_spam, "_URL", f"http://127.0.0.1:{silent.getsockname()[1]}/sms.zip")
        with pytest.raises(ConnectionError, match="the server did not answer in time"):
            fetch_sms_spam(tmp_path)


def test_without_download(serve, tmp_path):
    asked = serve(zipped(SMSSpamCollection=SMALL))
    with pytest.raises(FileNotFoundError, match=r"put it at .*, or set TEXTVEC_DATA .* download=True") as raised:
        fetch_sms_spam(tmp_path, download=False)
    assert str(tmp_path / "sms_spam" / "SMSSpamCollection") in str(raised.value)
    assert asked == []


@pytest.mark.parametrize("download", [True, False])
def test_another_file_in_its_place_is_neither_used_nor_lost(download, serve, tmp_path):
    asked = serve(zipped(SMSSpamCollection=SMALL))
    path = put(tmp_path, SMALL.replace(b"\n", b"\r\n"))
    with pytest.raises(ValueError, match=r"checksum differs\. Move it away"):
        fetch_sms_spam(tmp_path, download=download)
    assert path.read_bytes() == SMALL.replace(b"\n", b"\r\n")
    assert asked == []


def test_a_data_home_that_cannot_be_written_to(serve, tmp_path):
    serve(zipped(SMSSpamCollection=SMALL))
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(OSError, match=r"cannot be written to .*\. Pass a data_home that can be written to"):
        fetch_sms_spam(tmp_path / "file")


def test_the_real_collection():
    if not Path(os.environ.get("TEXTVEC_DATA") or "nowhere", "sms_spam", "SMSSpamCollection").exists():
        pytest.skip("needs real data: set TEXTVEC_DATA to its folder")
    messages = fetch_sms_spam(download=False)
    assert len(messages.data) == len(messages.target) == 5574
    assert Counter(messages.target.tolist()) == {"ham": 4827, "spam": 747}
    assert messages.data[0].startswith("Go until jurong point, crazy..")
    assert all(messages.data)
