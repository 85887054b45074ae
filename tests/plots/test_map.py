"""Map: what it says of itself, tables, files, the projector."""

import numpy as np
import pandas as pd
import pytest
import scipy.sparse as sp

from textvec import TfidfVectorizer
from textvec.plots import Map, map_documents
from textvec.plots._projection import reduced

POINTS = [[0, 1], [2, 0], [2, 1], [1, 1]]
TEXTS = ["tea", "moon", "sun", "cup"]


def small(**options):
    return Map(POINTS, TEXTS, **options)


def test_repr():
    assert repr(small()) == "Map(4 documents, projection 'svd')"
    both = small(kind="words", projection=("a\x1b", "b"), labels=["x", "x", "y", None], clusters=[0, 0, 0, 0])
    assert repr(both) == "Map(4 words, projection ('a\\x1b', 'b'), 3 labels, 1 cluster)"
    assert repr(Map([[0, 0]], ["tea"])) == "Map(1 document, projection 'svd')"


def test_as_a_table():
    made = small(labels=[1, None, 1, 2], clusters=[1, 0, 0, 1], cluster_names=["sky", "drinks"])
    expected = pd.DataFrame({
        "x": [0.0, 2, 2, 1], "y": [1.0, 0, 1, 1], "text": TEXTS, "label": [1, None, 1, 2], "cluster": [1, 0, 0, 1],
        "cluster_name": ["drinks", "sky", "sky", "drinks"],
    })  # fmt: skip
    pd.testing.assert_frame_equal(made.to_pandas(), expected)
    assert list(small().to_pandas()) == ["x", "y", "text"]


def test_groups_are_the_most_frequent_first():
    label, cluster = small(labels=["b", "a\0", "a\0", None], clusters=[1, 0, 0, 1])._groups()
    assert (label.title, label.names, label.codes.tolist()) == ("label", ["a\ufffd", "b", "no label"], [1, 0, 0, 2])
    assert (cluster.title, cluster.names) == ("cluster", ["cluster 0", "cluster 1"])


@pytest.mark.parametrize("name", ["map.html", "MAP.HTM", "map.png", "map.svg", "map.pdf"])
def test_files_by_their_names(name, tmp_path):
    small(labels=list("aabb")).save(tmp_path / name)
    begin = (tmp_path / name).read_bytes()[:15].lower()
    assert begin.startswith(
        {"l": b"<!doctype html>", "m": b"<!doctype html>", "g": b"", "f": b"%pdf"}[name[-1].lower()]
    )
    assert begin.startswith(b"\x89png") == name.endswith("png")
    assert begin.startswith(b"<?xml") == name.endswith("svg")
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["map", "map.txt", "map.html.gz", "map.jpg"])
def test_a_name_that_tells_no_kind_is_refused(name, tmp_path):
    with pytest.raises(ValueError, match=r"ends with .html, .png, .svg or .pdf, which tells its kind"):
        small().save(tmp_path / name)
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"points": [[0, 1]]}, "there are 1 and 4"),
        ({"points": [], "texts": []}, "there are 0 and 0"),
        ({"points": [[0, 1], [2, 0], [2, 1], [1, np.nan]]}, "finite"),
        ({"labels": ["a"]}, "there are 4 texts, but labels for 1"),
        ({"clusters": [0] * 5}, "clusters for 5"),
    ],
    ids=["points", "none", "nan", "labels", "clusters"],
)
def test_what_makes_no_map(options, message):
    with pytest.raises(ValueError, match=message):
        Map(**{"points": POINTS, "texts": TEXTS, **options})


def test_notebooks_show_a_picture():
    shown = small(labels=["<b>", "y", "y", "y"])._repr_html_()
    assert shown.startswith('<img src="data:image/png;base64,')
    assert 'alt="Map(4 documents, projection &#x27;svd&#x27;, 2 labels)"/>' in shown


def test_notebooks_without_matplotlib_show_what_it_is(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    assert small()._repr_html_() == "<pre>Map(4 documents, projection &#x27;svd&#x27;)</pre>"


def test_projector(tmp_path):
    vectors = np.arange(12.0).reshape(4, 3) / 7
    made = Map(POINTS, ["tea\tcup", "a\nb", "", "é"], labels=["x", None, "y", "y"], vectors=vectors)
    made.to_projector(tmp_path / "logs/map")
    folder = tmp_path / "logs/map"
    np.testing.assert_allclose(np.loadtxt(folder / "tensors.tsv", delimiter="\t"), vectors, rtol=1e-5)
    lines = (folder / "metadata.tsv").read_text(encoding="utf-8").split("\n")
    assert lines == ["text\tlabel", "tea cup\tx", "a b\tno label", "\ty", "é\ty", ""]
    config = (folder / "projector_config.pbtxt").read_text()
    assert 'tensor_path: "tensors.tsv"' in config
    assert 'metadata_path: "metadata.tsv"' in config
    assert len(list(folder.iterdir())) == 3


def test_projector_of_one_column_has_no_header_and_sparse_vectors_are_reduced(tmp_path):
    texts = [f"word{i} sea" for i in range(60)]
    map_documents(texts, n_neighbors=0).to_projector(tmp_path)
    assert (tmp_path / "metadata.tsv").read_text().splitlines() == texts
    X = TfidfVectorizer().fit_transform(texts)
    expected = reduced(sp.csr_matrix(X), 50, 0)
    np.testing.assert_allclose(np.loadtxt(tmp_path / "tensors.tsv"), expected, atol=1e-5)


def test_no_vectors_for_the_projector(tmp_path):
    with pytest.raises(ValueError, match="made without vectors"):
        small().to_projector(tmp_path / "x")
    assert not (tmp_path / "x").exists()
