"""Ray as an engine: the same as one machine, and what fails is told once. `make test-ray` runs it."""

import sys

import pyarrow as pa
import pytest

from support.spread import DiesAlways, DiesOnce, DocumentCounts, fails_on_bees, joined, table_of, texts_of
from textvec.engines import Files, engine_for, fit_spread, is_spread

pytestmark = pytest.mark.ray


@pytest.fixture(scope="module")
def ray(ray_cluster):
    return ray_cluster


@pytest.mark.parametrize("n", [1, 2, 7])
def test_a_fit_is_that_of_one_machine(ray, table, n):
    documents = ray.data.from_arrow(pa.table(table)).repartition(n)
    assert is_spread(documents)
    expected = vars(DocumentCounts().fit(table["text"], pa.array(table["y"]).to_numpy()))
    assert vars(fit_spread(DocumentCounts(), documents, "y", column="text")) == expected


def test_blocks_without_rows_and_no_blocks(ray, table):
    from ray.data.expressions import col

    documents = ray.data.from_arrow(pa.table(table)).repartition(6)
    kept = [text for id_, text in zip(table["id"], table["text"], strict=True) if id_ in ("d3", "d29")]
    some = documents.filter(expr=(col("id") == "d3") | (col("id") == "d29"))
    assert vars(fit_spread(DocumentCounts(), some, column="text")) == vars(DocumentCounts().fit(kept))
    none = documents.filter(expr=col("y") > 1)
    assert fit_spread(DocumentCounts(), none, column="text").n_documents_ == 0


def test_a_map_gives_each_block_in_order_and_columns_by_name(ray, table):
    documents = ray.data.from_arrow([pa.table(table).slice(10 * i, 10) for i in range(3)])
    told = []
    with engine_for(documents) as engine:
        found = dict(
            engine.map(
                table_of,
                documents,
                column="text",
                columns=["id", "y"],
                skip=[1],
                progress=lambda *each: told.append(each),
            )
        )
    assert sorted(found) == [0, 2]
    assert told[-1] == (3, 3)
    for number, (same, texts, columns) in found.items():
        assert same == number
        assert texts == columns["text"]
        assert columns == {name: table[name][10 * number : 10 * number + 10] for name in ("text", "id", "y")}


def test_files(ray, tmp_path, table):
    (tmp_path / "a.txt").write_text("\n".join(table["text"]), encoding="utf-8")
    files = Files(tmp_path, bytes_per_piece=50)
    with engine_for(files, "ray") as engine:
        assert sorted(engine.fold(texts_of, joined, files)) == sorted(table["text"])
    assert vars(fit_spread(DocumentCounts(), files, engine="ray")) == vars(DocumentCounts().fit(table["text"]))
    with engine_for(files) as engine:
        assert type(engine).__name__ == "RayEngine"


def test_items_are_texts(ray):
    assert fit_spread(DocumentCounts(), ray.data.from_items(["red sea", "sea"])).counts_ == {"red": 1, "sea": 2}


def test_columns_that_are_not_there(ray, table):
    documents = ray.data.from_arrow(pa.table(table))
    with pytest.raises(ValueError, match=r"Column 'body' is not in the Dataset\. Its columns are: 'id', 'text', 'y'"):
        fit_spread(DocumentCounts(), documents, column="body")
    with pytest.raises(ValueError, match="Column 'label' is not in the Dataset"):
        fit_spread(DocumentCounts(), documents, "label", column="text")
    with pytest.raises(ValueError, match="A Ray Dataset is worked on by Ray, not by the engine 'local-dask'"):
        fit_spread(DocumentCounts(), documents, engine="local-dask")


def test_what_a_function_raises_is_raised_once(ray, tmp_path):
    (tmp_path / "a.txt").write_text("bee\nbee\nbee\n")
    files = Files(tmp_path, bytes_per_piece=4)
    with engine_for(files, "ray") as engine, pytest.raises(ValueError, match="Document 1 is about bees") as caught:
        engine.fold(fails_on_bees, joined, files)
    assert str(caught.value) == "Document 1 is about bees."


def test_a_worker_that_dies_is_replaced(ray, tmp_path):
    (tmp_path / "a.txt").write_text("one\ntwo\nthree\n")
    files = Files(tmp_path / "a.txt", bytes_per_piece=4)
    with engine_for(files, "ray") as engine:
        assert sorted(engine.fold(DiesOnce(tmp_path, 1), joined, files)) == ["one", "three", "two"]
    assert (tmp_path / "died").exists()


def test_a_piece_that_kills_every_worker_is_given_up(ray, tmp_path):
    (tmp_path / "a.txt").write_text("one\n")
    files = Files(tmp_path)
    with engine_for(files, "ray") as engine, pytest.raises(RuntimeError, match="given up because several workers died"):
        engine.fold(DiesAlways(), joined, files)


def test_another_version_on_a_node(ray, tmp_path, monkeypatch):
    monkeypatch.setattr("textvec.engines.versions.__version__", "9.9")
    (tmp_path / "a.txt").write_text("one\n")
    with pytest.raises(RuntimeError, match=r"Ray's node [\d.]+ has textvec \S+, and this process has 9\.9\. Install"):
        fit_spread(DocumentCounts(), Files(tmp_path), engine="ray")


def test_without_ray(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(ImportError, match=r"'ray' needs Ray. Install it with: pip install \"textvec-kit\[ray"):
        engine_for(Files("x"), "ray").__enter__()
