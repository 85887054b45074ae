import itertools
import sys

import pytest

from support.compared import comparison_of, four_pairs, pair_scores


@pytest.fixture(autouse=True)
def _drawing():
    pytest.importorskip("matplotlib")


def test_a_row_for_each_pair(tmp_path):
    figure = four_pairs().plot(tmp_path / "comparison.png")
    assert (tmp_path / "comparison.png").read_bytes().startswith(b"\x89PNG")
    scores, times = figure.axes
    names = [f"{pair.features} + {pair.classifier}" for pair in four_pairs()]
    assert [label.get_text() for label in scores.get_yticklabels()] == names
    points = scores.collections[-1]
    assert points.get_offsets().tolist() == [[pair.mean(), row] for row, pair in enumerate(four_pairs())]
    (spans,) = scores.collections[:-1]
    for pair, span in zip(four_pairs(), spans.get_segments(), strict=True):
        assert span[:, 0].tolist() == [pair.mean() - pair.std(), pair.mean() + pair.std()]
    assert [bar.get_width() for bar in times.patches] == [pair.fit_time for pair in four_pairs()]
    colors = dict(zip(names, map(tuple, points.get_facecolors()), strict=True))
    assert (colors[names[0]] == colors[names[1]]) == (four_pairs()[0].features == four_pairs()[1].features)
    assert len(set(colors.values())) == 3
    assert (scores.get_xlabel(), times.get_xlabel()) == ("accuracy", "seconds to fit")
    assert scores.yaxis_inverted()


def test_other_scores_and_formats(tmp_path):
    figure = four_pairs().plot(str(tmp_path / "loss.svg"), "loss")
    assert figure.axes[0].get_xlabel() == "loss"
    assert "<svg" in (tmp_path / "loss.svg").read_text()
    assert four_pairs().plot().axes
    with pytest.raises(ValueError, match="There is no scoring 'f1'"):
        four_pairs().plot(scoring="f1")


@pytest.mark.parametrize(("longest", "scale"), [(2.0, "linear"), (100.0, "log")])
def test_times_on_an_axis_that_can_be_read(longest, scale):
    pairs = [pair_scores("a", "b", {"s": [0.9]}, time) for time in (0.0, longest - 1)]
    figure = comparison_of(pairs).plot()
    figure.draw_without_rendering()
    times = figure.axes[1]
    assert times.get_xscale() == scale
    boxes = [label.get_window_extent() for label in times.get_xticklabels(which="both") if label.get_text()]
    shown = sorted((box.x0, box.x1) for box in boxes)
    assert all(end < start for (_, end), (start, _) in itertools.pairwise(shown))


def test_names_are_no_formulas(tmp_path):
    pairs = [pair_scores("_$\\frac$", "$x^{$", {"$s$": [0.9]}), pair_scores("b", "a\x1b", {"$s$": [0.8]})]
    figure = comparison_of(pairs).plot(tmp_path / "names.png")
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels[0] == r"_$\frac$ + $x^{$"  # as a formula, none of it could be written
    assert "\x1b" not in "".join(labels)


def test_without_matplotlib(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError) as error:
        four_pairs().plot()
    assert str(error.value) == 'Comparison.plot needs Matplotlib. Install it with: pip install "textvec-kit[plot]"'
