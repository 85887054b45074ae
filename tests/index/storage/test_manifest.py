"""The schema of the manifest: what it says is checked before anything in it is believed."""

import json
import os
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from support.saved_indexes import rewrite_manifest
from textvec import Chunker, CosineIndex
from textvec.index.storage import manifest
from textvec.similarity import DamagedIndexError

WRONG = [None, True, -1, 1.5, float("nan"), 2**70, "x", "", [], {}, [[]], {"": {}}, "../x", "/etc/passwd", [None]]


def paths_of(value, path=()):
    """Yield the path of each value in a tree."""
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from paths_of(each, (*path, key))


def put(content, path, value):
    *way, last = path
    for key in way:
        content = content[key]
    content[last] = value


@pytest.fixture
def rich(folder):
    """An index with all that a manifest can have."""
    CosineIndex(chunker=Chunker(size=1)).fit(["red apple pie", "green apple"]).save(folder, overwrite=True)
    CosineIndex.open(folder).add(["blue sea"]).delete(0)
    return folder


def test_a_field_of_another_type_or_value_is_told(rich):
    text = (rich / "manifest.json").read_text()
    survived = []
    for path in paths_of(json.loads(text)["content"]):
        for wrong in WRONG:
            (rich / "manifest.json").write_text(text)
            rewrite_manifest(rich, lambda content, path=path, wrong=wrong: put(content, path, wrong))
            with suppress(DamagedIndexError):
                CosineIndex.open(rich)
                survived.append((path[-1], wrong))
    free = {"textvec", "identity", "name", "query_reason"}  # texts, of which any will do
    others = {"chunker", "query_file", "next_id", "by", "deleted", "bm25", "frequencies", "dense_encoder"}
    assert {name for name, _ in survived} <= free | others
    assert {repr(wrong) for name, wrong in survived if name not in free} <= {
        "None",
        "'x'",
        "''",
        "'../x'",
        "'/etc/passwd'",
    }


def test_a_field_that_is_missing_or_too_many(rich):
    text = (rich / "manifest.json").read_text()
    for path in paths_of(json.loads(text)["content"]):
        (rich / "manifest.json").write_text(text)

        def remove(content, path=path):
            *way, last = path
            for key in way:
                content = content[key]
            del content[last]

        rewrite_manifest(rich, remove)
        with pytest.raises(DamagedIndexError):
            CosineIndex.open(rich)
    (rich / "manifest.json").write_text(text)
    rewrite_manifest(rich, lambda content: content.update(more=1))
    assert len(CosineIndex.open(rich)) == 2


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: content.update(files=[]), "its 'files' must be an object, but it is []"),
        (lambda content: content.update(segments=[]), "its 'segments' must not be empty"),
        (lambda content: content["segments"].append(content["segments"][0]), "it names 'segment-1-0' twice"),
        (lambda content: content["encoder"].update(file=None), "its 'file' is None"),
        (lambda content: content["files"].pop("encoder-1.textvec"), "its 'files' lack 'encoder-1.textvec'"),
        (lambda content: content["files"].pop("segment-1-0/row_starts.npy"), "row_starts"),
        (
            lambda content: content["files"].update({"segment-7-0/steps.npy": content["files"]["encoder-1.textvec"]}),
            "'segment-7-0/steps.npy', which belongs to nothing",
        ),
        (lambda content: content["segments"][0].update(n_documents=True), "must be a whole number from 0 to"),
        (lambda content: content["files"]["encoder-1.textvec"].update(size=-1), "must be a whole number from 1 to"),
        (lambda content: content["segments"][0].update(name="segment-1-0\n"), "must be the name of a segment"),
        (lambda content: content["segments"][0].update(name="segment-١-0"), "must be the name of a segment"),
        (lambda content: content.update(chunker=5), "its 'chunker' must be an object, but it is 5"),
        (lambda content: content.update(next_id="x"), "its 'next_id' must be a whole number"),
        (lambda content: content["encoder"].pop("kind"), "it has no 'encoder.kind'"),
    ],
)
def test_what_is_said(folder, change, message):
    rewrite_manifest(folder, change)
    with pytest.raises(DamagedIndexError) as caught:
        CosineIndex.open(folder)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"by": "nonsense"}, "its 'chunker.by' must be one of sentence, paragraph, words"),
        ({"overlap": 1}, "its 'chunker' has an 'overlap' of 1, which its 'size' does not exceed"),
    ],
)
def test_a_chunker_that_cannot_be(rich, wrong, message):
    rewrite_manifest(rich, lambda content: content["chunker"].update(wrong))
    with pytest.raises(DamagedIndexError, match=message):
        CosineIndex.open(rich)


def test_a_chunker_is_allowed_what_the_class_allows(tmp_path):
    with pytest.raises(ValueError, match="'sentence', 'paragraph', 'words'") as caught:
        Chunker(by="nonsense").split("red sea")
    assert caught.value.args[0].count("'") == 8  # of these three, and of what was given
    for by in ("sentence", "paragraph", "words"):
        CosineIndex(chunker=Chunker(by=by)).fit(["red apple pie", "green apple"]).save(tmp_path / by)
        assert CosineIndex.open(tmp_path / by).chunker.by == by


def test_the_next_id_is_larger_than_all(tmp_path):
    CosineIndex().fit(["red", "sea"]).save(tmp_path / "index")
    rewrite_manifest(tmp_path / "index", lambda content: content.update(next_id=1))
    with pytest.raises(DamagedIndexError, match="'next_id' is 1, but there is an id 1"):
        CosineIndex.open(tmp_path / "index")


def test_old_manifests_have_a_schema_too(tmp_path):
    saved = Path(__file__).parents[2] / "saved" / "0.1.0" / "index-sparse"
    text = (saved / "manifest.json").read_text()
    folder = shutil.copytree(saved, tmp_path / "index")
    for field, wrong in {"parts": [], "files": [], "approximate": None, "encoder": {}, "chunker": 5}.items():
        (folder / "manifest.json").write_text(text)
        rewrite_manifest(folder, lambda content, field=field, wrong=wrong: content.update({field: wrong}))
        with pytest.raises(DamagedIndexError, match=r"manifest\.json: it"):
            CosineIndex.open(folder)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"format": "textvec index", "version": ' + b"9" * 5000 + b"}",
        b'{"format": "textvec index", "version": true}',
        b'{"format": "textvec index", "version": NaN}',
        b"\xff\xfe\x00",
        b"\x00" * 1000,
    ],
)
def test_json_that_parsers_refuse(folder, content):
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(DamagedIndexError, match=r"manifest\.json"):
        CosineIndex.open(folder)


def test_a_manifest_that_is_no_file(folder):
    path = folder / "manifest.json"
    path.unlink()
    path.mkdir()
    with pytest.raises(DamagedIndexError, match=r"manifest\.json: it is no file"):
        CosineIndex.open(folder)
    path.rmdir()
    os.mkfifo(path)
    with pytest.raises(DamagedIndexError, match=r"manifest\.json: it is no regular file"):
        CosineIndex.open(folder)
    path.unlink()
    path.symlink_to(folder / "nowhere")
    with pytest.raises(FileNotFoundError, match="symbolic link to a file that does not exist"):
        CosineIndex.open(folder)


def test_what_is_written_is_what_the_schema_says(folder):
    manifest.check_content(json.loads((folder / "manifest.json").read_text())["content"])
    with pytest.raises(ValueError, match="'content' must be an object"):
        manifest.check_content([])
