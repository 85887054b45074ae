"""An index on disk: what is there after saving, after changes, and after those that failed."""

import json
import os
import shutil
import subprocess
import sys

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

import textvec
from support.saved_indexes import DOCUMENTS, every_file, files
from textvec import BM25Index, Chunker, CosineIndex, Stemmer, TfidfVectorizer, Tokenizer
from textvec.index.storage import commit
from textvec.index.storage.folder import Folder
from textvec.similarity import DamagedIndexError

QUERIES = ["red apple", "sea", "nothing", "pie and sea"]


def test_what_is_opened_is_what_was_saved(index, folder):
    again = CosineIndex.open(folder, verify=True)
    assert again.search(QUERIES).to_dicts() == index.search(QUERIES).to_dicts()
    assert again.search_by_id("a").to_dicts() == index.search_by_id("a").to_dicts()
    assert [*again.explain("red apple", "a")] == [*index.explain("red apple", "a")]
    assert again.search(["red"], where="year > 2000")[0] == index.search(["red"], where="year > 2000")[0]
    assert list(again) == list(index)
    assert again["c"] == index["c"]
    assert again.encoder_.vocabulary_ == index.encoder_.vocabulary_
    assert repr(again) == f"CosineIndex(4 documents, 1 segment, sparse, at {str(folder)!r})"
    assert (
        again.info()["bytes"]
        == sum((folder / name).stat().st_size for name in files(folder) if "." in name)
        - (folder / "manifest.json").stat().st_size
    )


def test_a_pipeline_and_passages_and_a_fresh_process(messages, tmp_path):
    encoder = make_pipeline(Tokenizer(), Stemmer(), TfidfVectorizer(ngram_range=(1, 2)))
    documents = [" ".join(messages[i : i + 10]) for i in range(0, 300, 10)]
    index = CosineIndex(encoder, chunker=Chunker(by="words", size=20, overlap=5)).fit(documents)
    index.save(tmp_path / "index")
    index.add(documents[:2])
    code = (
        "import sys, json; from textvec import CosineIndex; index = CosineIndex.open(sys.argv[1]); "
        "index.add(json.loads(sys.argv[2])); print(json.dumps(index.search(json.loads(sys.argv[3])).to_dicts()))"
    )
    arguments = [str(tmp_path / "index"), json.dumps(documents[:2]), json.dumps(messages[:20])]
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == index.search(messages[:20]).to_dicts()


def test_changes_are_written(folder):
    writer, reader = CosineIndex.open(folder), CosineIndex.open(folder)
    writer.add(["red wine"], ids=["e"], metadata={"kind": ["drink"]}).delete("a")
    writer.update(["green sea"], ids=["b"])
    assert list(writer) == list(CosineIndex.open(folder, verify=True)) == ["b", "c", "d", "e"]
    assert list(reader) == ["a", "b", "c", "d"]
    assert [hit.id for hit in reader.search(["apple"])[0]] == ["b", "a"]
    writer.compact()
    assert len([name for name in files(folder) if name.endswith("documents.arrow")]) == 1
    assert not [name for name in files(folder) if name.startswith("deleted")]
    assert [hit.id for hit in reader.search(["apple"])[0]] == ["b", "a"]
    reader.add(["red brick"], ids=["f"])  # goes on from what is there now
    assert list(reader) == list(CosineIndex.open(folder)) == ["b", "c", "d", "e", "f"]


def test_files_that_no_manifest_names_are_removed_by_the_next_change(folder):
    (folder / "segment-9-0").mkdir()
    (folder / "segment-9-0" / "vectors.npy").write_bytes(b"half of it")
    (folder / "deleted-9-0.npy").write_bytes(b"")
    (folder / ".manifest.json.ab12ab12.tmp").write_bytes(b"{")
    (folder / "notes.txt").write_text("mine")
    assert len(CosineIndex.open(folder)) == 4
    CosineIndex.open(folder).delete("a")
    left = files(folder)
    assert "notes.txt" in left
    assert not [name for name in left if "9-0" in name or name.endswith(".tmp")]


def test_saving_refuses_what_is_there(index, folder, tmp_path):
    with pytest.raises(FileExistsError, match=r"There is an index at .* already"):
        index.save(folder)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear")
    for path in (tmp_path / "mine", tmp_path / "mine" / "letter.txt"):
        with pytest.raises(FileExistsError, match="and is no index"):
            index.save(path, overwrite=True)
    assert files(tmp_path / "mine") == ["letter.txt"]
    (tmp_path / "empty").mkdir()
    index.save(tmp_path / "empty")
    index.save(tmp_path / "new" / "deep" / "index")
    assert len(CosineIndex.open(tmp_path / "empty")) == len(CosineIndex.open(tmp_path / "new/deep/index")) == 4


def test_overwriting(folder):
    reader = CosineIndex.open(folder)
    CosineIndex().fit(["other things"]).save(folder, overwrite=True)
    again = CosineIndex.open(folder, verify=True)
    assert [hit.document for hit in again.search(["things"])[0]] == ["other things"]
    assert len(reader) == 4
    with pytest.raises(DamagedIndexError, match="was written anew: open it again"):
        reader.add(["red"], ids=["x"])
    assert list(again) == [0]
    assert len([name for name in files(folder) if name.startswith("encoder")]) == 1


def test_an_index_that_was_built_anew_at_the_same_path(folder):
    old = CosineIndex.open(folder)
    shutil.rmtree(folder)
    CosineIndex().fit(["apple walk", "long walk"], ids=["a", "b"]).save(folder)
    for use in (lambda: old.add(["apple pie"], ids=["x"]), lambda: old.search(["apple"])):
        with pytest.raises(DamagedIndexError, match="was written anew: open it again"):
            use()
    assert list(CosineIndex.open(folder, verify=True)) == ["a", "b"]


def test_a_folder_that_was_put_back(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "copy")
    index = CosineIndex.open(folder).add(["red wine"], ids=["e"])
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)
    CosineIndex.open(folder).add(["blue bottle of wine"], ids=["e"])  # in files that have the same names
    assert index["e"].document == "red wine"
    index.add(["water"], ids=["f"])
    assert index["e"].document == CosineIndex.open(folder)["e"].document == "blue bottle of wine"


def test_words_of_a_folder_that_was_put_back(tmp_path):
    folder = tmp_path / "index"
    BM25Index().fit(["red apple", "blue sea"]).save(folder)
    shutil.copytree(folder, tmp_path / "copy")
    index = BM25Index.open(folder).add(["red wine"])
    before = Folder(folder)
    assert before.encoder("encoder").query_encoder is not None
    shutil.rmtree(folder)
    shutil.copytree(tmp_path / "copy", folder)
    other = BM25Index.open(folder).add(["green bottle"])  # its words are in a file that has the same name
    assert before.content["encoder"] == Folder(folder).content["encoder"]
    newest = BM25Index._of_folder(before.newest(), None)
    assert newest.search(["bottle"]).to_dicts() == other.search(["bottle"]).to_dicts()
    assert newest.search(["bottle"])[0][0].document == "green bottle"
    assert index.search(["wine"])[0][0].document == "red wine"


def test_the_newest_state_shares_what_has_not_changed(folder):
    before = Folder(folder)
    encoder = before.encoder("encoder").load()
    CosineIndex.open(folder).add(["red wine"], ids=["e"]).delete("a")
    after = before.newest()
    assert list(CosineIndex._of_folder(before, None)) == ["a", "b", "c", "d"]
    assert list(CosineIndex._of_folder(after, None)) == ["b", "c", "d", "e"]
    [(old, _)], [(shared, deleted), (new, _)] = before.collection.segments, after.collection.segments
    assert shared is old
    assert deleted.tolist() == [0]
    assert len(new) == 1
    assert after.encoder("encoder") is before.encoder("encoder")
    assert after.newest().collection is after.collection
    CosineIndex().fit(["apple walk", "long walk"], ids=["a", "b"]).save(folder, overwrite=True)
    other = after.newest()
    assert list(CosineIndex._of_folder(other, None)) == ["a", "b"]
    assert other.encoder("encoder").load().vocabulary_ != encoder.vocabulary_
    assert CosineIndex._of_folder(other, None).search(["walk"])[0][0].id == "a"


def test_an_index_may_be_saved_over_itself(folder):
    index = CosineIndex.open(folder)
    index.delete("a").save(folder, overwrite=True)
    assert list(index.add(["red wine"], ids=["e"])) == list(CosineIndex.open(folder)) == ["b", "c", "d", "e"]


def test_a_function_is_not_saved(tmp_path):
    def letters(texts):
        return np.array([[text.count(c) for c in "aeiou"] for text in texts], float)

    CosineIndex(letters).fit(DOCUMENTS).save(tmp_path / "index")
    index = CosineIndex.open(tmp_path / "index")
    assert index.search_by_id(0, 1)[0]
    with pytest.raises(ValueError, match=r"is a function, which is not saved\. Pass it: open\("):
        index.search(["red"])
    index = CosineIndex.open(tmp_path / "index", encoder=letters)
    assert index.search(["red apple pie"])[0][0].id == 0
    CosineIndex("precomputed").fit(np.eye(3)).save(tmp_path / "vectors")
    assert CosineIndex.open(tmp_path / "vectors").search(np.eye(3), 1).scores.tolist() == [[1]] * 3


def test_nothing_is_written_when_saving_fails(tmp_path, index, monkeypatch):
    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(commit, "write_segment", fail)
    with pytest.raises(KeyboardInterrupt):
        index.save(tmp_path / "index")
    assert not list(tmp_path.iterdir())


def test_a_failed_change_leaves_the_folder_and_the_index(folder, monkeypatch):
    index, before = CosineIndex.open(folder), files(folder)
    with monkeypatch.context() as patch:
        patch.setattr(commit, "write_draft", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.add(["red wine"], ids=["e"])
    assert list(index) == list(CosineIndex.open(folder)) == ["a", "b", "c", "d"]
    index.delete("a")
    assert {name.partition("-")[0] for name in set(files(folder)) - set(before)} == {"deleted"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_ctrl_c_when_the_new_manifest_is_put_in_its_place(folder, monkeypatch, when):
    def replace(draft, target):
        if when == "after":
            put(draft, target)
        raise KeyboardInterrupt

    put, index = os.replace, CosineIndex.open(folder)
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            index.delete("a")
    kept = ["a", "b", "c", "d"] if when == "before" else ["b", "c", "d"]
    assert list(CosineIndex.open(folder, verify=True)) == kept
    assert list(index.delete("b")) == [each for each in kept if each != "b"]


def test_ctrl_c_when_a_new_folder_is_put_in_its_place(index, tmp_path, monkeypatch):
    def replace(draft, target):
        put(draft, target)
        if target == tmp_path / "new":
            raise KeyboardInterrupt

    put = os.replace
    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", replace)
        with pytest.raises(KeyboardInterrupt):
            index.save(tmp_path / "new")
    assert len(CosineIndex.open(tmp_path / "new", verify=True)) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_a_folder_that_may_only_be_read(folder):
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    assert [hit.id for hit in CosineIndex.open(folder, verify=True).search(["apple"])[0]] == ["b", "a"]
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_opening_imports_neither_scikit_learn_nor_numba(folder):
    code = (
        "import sys; from textvec import CosineIndex; index = CosineIndex.open(sys.argv[1]); print(index['a']); "
        "print(*{name.partition('.')[0] for name in sys.modules} & {'sklearn', 'scipy', 'numba', 'nltk', 'pandas'})"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1] == ""


def test_what_is_written_says_who_wrote_it(folder):
    content = json.loads((folder / "manifest.json").read_text())["content"]
    assert content["textvec"] == textvec.__version__
    assert set(content["files"]) == set(every_file(folder)) - {"manifest.json"}
    assert os.path.basename(folder) == "index"  # noqa: PTH119
