"""Files that older versions saved, see support/make_saved_files.py, are loaded, and give what they gave."""

import json
from functools import cache
from pathlib import Path

import pytest

import textvec
from support.make_saved_files import agree, ask, describe

SAVED = Path(__file__).parents[1] / "saved"
FILES = sorted(SAVED.glob("*/*.textvec"))
VERSIONS = sorted(path for path in SAVED.iterdir() if path.is_dir())


def named(paths):
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.relative_to(SAVED).as_posix())


@cache
def expected(folder):
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))["files"]


def check(loaded, path):
    about = expected(path.parent)[path.name]
    assert type(loaded).__name__ == about["class"]
    for answer in about["answers"]:
        found, gave = describe(ask(loaded, answer["ask"], answer["given"])), answer["gives"]
        rtol = 1e-6 if gave.get("dtype") in ("float16", "float32") else 1e-12
        assert agree(found, gave, rtol), f"{answer['ask']} of {path.name} gives {found}, but gave {gave}"


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.InconsistentVersionWarning")
@named(FILES)
def test_an_old_file_gives_what_it_gave(path):
    check(textvec.load(path), path)


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.InconsistentVersionWarning")
@named(FILES)
def test_an_old_file_is_saved_anew(path, tmp_path):
    textvec.save(textvec.load(path), tmp_path / "new.textvec")
    check(textvec.load(tmp_path / "new.textvec"), path)


@named([SAVED / "0.1.0" / "word2vec.textvec"])
def test_an_old_cbow_goes_on_with_the_rate_that_it_was_trained_with(path):
    model = textvec.load(path)
    assert (model.sg, model.alpha, model._settings([["a"]], 0).alpha) == (0, 0.025, 0.025)


@named(VERSIONS)
def test_no_old_file_is_missing(path):
    assert {file.name for file in path.glob("*.textvec")} == expected(path).keys()
