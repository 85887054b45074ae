"""Maps as pictures of Matplotlib."""

import warnings

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from textvec.plots import Map
from textvec.plots._palette import COLORS, OTHERS

RANDOM = np.random.default_rng(0).normal(size=(300, 2))


def texts_of(axes):
    return [text.get_text() for text in axes.texts]


def test_it_draws_on_the_axes_that_are_given():
    axes = Figure().subplots()
    assert Map(RANDOM, ["x"] * 300).plot(axes) is axes
    (points,) = axes.collections
    assert sorted(map(tuple, points.get_offsets())) == sorted(map(tuple, RANDOM))
    assert texts_of(axes) == []
    assert axes.get_legend() is None


def test_colours_are_those_of_the_groups_and_of_others():
    labels = [f"label {min(i // 10, 20)}" for i in range(300)]
    axes = Map(RANDOM, ["x"] * 300, labels=labels).plot()
    (points,) = axes.collections
    found = {
        tuple(point): to_hex(color) for point, color in zip(points.get_offsets(), points.get_facecolors(), strict=True)
    }
    colors = [found[tuple(point)] for point in RANDOM]
    assert colors[250] == colors[299] == COLORS[0]  # the most frequent label
    assert colors[0] == COLORS[1]
    assert colors[195] == OTHERS
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend[0] == "label 20"
    assert legend[-1] == "and 9 others"


def test_labels_do_not_overlap():
    axes = Map(RANDOM, [f"word number {i}" for i in range(300)], kind="words").plot(max_labels=80)
    axes.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in axes.texts]
    assert 20 < len(boxes) <= 80
    overlaps = [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if a.padded(-1).overlaps(b.padded(-1))]
    assert overlaps == []


def test_groups_of_documents_have_their_name_where_they_are():
    axes = Map(RANDOM, ["x"] * 300, clusters=(RANDOM[:, 0] > 0).astype(int), cluster_names=["left", "right"]).plot()
    assert texts_of(axes) == ["left", "right"]
    assert axes.texts[0].get_position()[0] < axes.texts[1].get_position()[0]


def test_a_group_that_no_document_is_in_has_no_name_on_the_map():
    clusters = np.where(RANDOM[:, 0] > 0, 2, 0)
    axes = Map(RANDOM, ["x"] * 300, clusters=clusters, cluster_names=["left", "nobody", "right"]).plot()
    assert texts_of(axes) == ["left", "right"]


def test_what_to_colour_by_can_be_chosen():
    both = Map(RANDOM, ["x"] * 300, labels=["a"] * 300, clusters=[0] * 300, cluster_names=["tea"])
    assert both.plot().get_legend().get_title().get_text() == "label"
    assert both.plot(color_by="cluster").get_legend().get_title().get_text() == "cluster"
    with pytest.raises(ValueError, match="color_by is 'size', but the map has labels and clusters"):
        both.plot(color_by="size")
    with pytest.raises(ValueError, match="the map has nothing to colour by"):
        Map(RANDOM, ["x"] * 300).plot(color_by="label")


def test_axes_of_two_words_are_named():
    axes = Map(RANDOM, ["$x_"] * 300, kind="words", projection=("a$b$", "c")).plot(max_labels=1)
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("cosine with 'a$b$'", "cosine with 'c'")
    assert len(axes.get_xticks()) > 2
    axes.figure.canvas.draw()  # no formula is looked for in them
    assert len(Map(RANDOM, ["x"] * 300).plot().get_xticks()) == 0


def test_long_labels_and_controls():
    axes = Map([[0, 0], [1, 1]], ["w" * 100, "a\x1b[31m\nb"], kind="words").plot()
    assert texts_of(axes) == ["w" * 39 + "…", "a\ufffd[31m b"]


def test_points_in_one_place(tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = Map(np.zeros((3, 2)), ["a", "b", "c"], kind="words")
        made.save(tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 1000


def test_characters_without_a_font_are_told_once(tmp_path):
    with pytest.warns(UserWarning, match="the font of the picture") as told:
        Map([[0, 0], [1, 1]], ["tea", "\u0378"], kind="words").save(tmp_path / "map.svg")
    assert [str(each.message)[:46] for each in told] == ["Map.plot: the font of the picture (sans-serif)"]


def test_without_textalloc_the_error_names_the_extra(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "textalloc", None)
    with pytest.raises(ImportError, match=r"Map.plot needs textalloc.*textvec-kit\[plot\]"):
        Map(RANDOM, ["x"] * 300).plot()
