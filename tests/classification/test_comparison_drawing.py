import sys

import pytest

from support.compared import comparison_of, four_pairs, pair_scores


@pytest.fixture(autouse=True)
def _drawing():
    pytest.importorskip("matplotlib")


def test_a_point_for_each_pair(tmp_path):
    figure = four_pairs().draw(tmp_path / "comparison.png")
    assert (tmp_path / "comparison.png").read_bytes().startswith(b"\x89PNG")
    (axes,) = figure.axes
    assert sorted(note.get_text() for note in axes.texts) == ["nb", "nb", "svm", "svm"]
    points = sorted(tuple(map(float, xy)) for bars in axes.containers for xy in bars[0].get_xydata())
    assert points == sorted((pair.fit_time, pair.mean()) for pair in four_pairs())
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["tfidf", "char", "counts"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("seconds to fit", "accuracy")


def test_other_scores_and_formats(tmp_path):
    figure = four_pairs().draw(str(tmp_path / "loss.svg"), "loss")
    assert figure.axes[0].get_ylabel() == "loss"
    assert "<svg" in (tmp_path / "loss.svg").read_text()
    assert four_pairs().draw().axes
    with pytest.raises(ValueError, match="There is no scoring 'f1'"):
        four_pairs().draw(scoring="f1")


def test_names_are_no_formulas(tmp_path):
    pairs = [pair_scores("_$\\frac$", "$x^{$", {"$s$": [0.9]}), pair_scores("b", "a\x1b", {"$s$": [0.8]})]
    figure = comparison_of(pairs).draw(tmp_path / "names.png")
    assert len(figure.legends[0].get_texts()) == 2
    assert "\x1b" not in "".join(note.get_text() for note in figure.axes[0].texts)


@pytest.mark.parametrize("name", ["comparison", "comparison.txt", "png"])
def test_a_file_of_no_format_is_refused(name, tmp_path):
    with pytest.raises(ValueError, match=r"names no format of pictures\. There are .*\.png, .*\.svg"):
        four_pairs().draw(tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError) as error:
        four_pairs().draw()
    assert str(error.value) == 'Comparison.draw needs Matplotlib. Install it with: pip install "textvec-kit[plot]"'
