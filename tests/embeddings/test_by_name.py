"""Word vectors by a path or a name: which is meant, and what is said where neither is there."""

import pytest

from textvec.embeddings import WordVectors, catalog
from textvec.embeddings.by_name import is_name, open_vectors
from textvec.embeddings.formats import _gensim


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    WordVectors(["tea", "moon"], [[4, 1], [-1, 4]]).write("v.vec")
    return tmp_path


def test_files_and_names(here):
    assert open_vectors("v.vec").words.tolist() == ["tea", "moon"]
    assert open_vectors("v.vec", "word2vec", limit=1, dtype="float16").vectors.dtype == "float16"
    assert len(open_vectors("words", limit=100)) == 100


def test_a_name_of_the_collection_is_downloaded_unless_a_file_has_it(here, monkeypatch):
    asked = []
    monkeypatch.setattr(catalog, "downloaded", lambda name: asked.append(name) or here / "v.vec")
    assert is_name("glove-twitter-25")
    assert len(open_vectors("glove-twitter-25", limit=1)) == 1
    (here / "glove-twitter-25").write_bytes((here / "v.vec").read_bytes())
    assert not is_name("glove-twitter-25")
    assert len(open_vectors("glove-twitter-25")) == 2
    (here / "words").write_bytes((here / "v.vec").read_bytes())
    assert len(open_vectors("words", limit=3)) == 3  # as an EmbeddingVectorizer takes it
    assert asked == ["glove-twitter-25"]


def test_errors():
    with pytest.raises(
        FileNotFoundError, match=r"no pretrained vectors of that name\. Did you mean 'glove-twitter-25'"
    ):
        open_vectors("glove-twiter-25")
    with pytest.raises(
        FileNotFoundError, match=r"There is no file 'no\.vec'\. .*takes the path of a file of word vectors, "
    ):
        open_vectors("no.vec")
    with pytest.raises(ValueError, match="'words' is the name of pretrained vectors, which have no other format"):
        open_vectors("words", "glove")


@pytest.mark.parametrize(("terminal", "shown"), [(True, "12%"), (False, "")])
def test_the_bar_of_a_download_is_shown_on_a_terminal_only(monkeypatch, capsys, terminal, shown):
    monkeypatch.setattr(_gensim, "is_seen", lambda: terminal)
    with _gensim._quietly(_gensim.logging.getLogger("test")):
        print("12%", end="")
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", shown)
