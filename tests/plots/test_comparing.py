import pytest
from matplotlib.colors import to_rgba

from support.compared import comparison_of, four_pairs, pair_scores
from textvec.plots import comparison_scores


def test_a_point_and_its_spread_for_each_pair():
    found = four_pairs()
    ax = comparison_scores(found)
    names = [f"{pair.features} + {pair.classifier}" for pair in found]
    assert [label.get_text() for label in ax.get_yticklabels()] == names
    points = ax.collections[-1]
    assert points.get_offsets().tolist() == [[pair.mean(), row] for row, pair in enumerate(found)]
    spans = ax.containers[0].lines[2][0].get_segments()
    for pair, span in zip(found, spans, strict=True):
        assert span[:, 0].tolist() == pytest.approx([pair.mean() - pair.std(), pair.mean() + pair.std()])
    colors = [tuple(color) for color in points.get_facecolors()]
    assert (colors[0] == colors[1]) == (found[0].features == found[1].features)
    assert len(set(colors)) == 3
    assert ax.get_xlabel() == "accuracy, mean and standard deviation of 3 folds"
    assert ax.yaxis_inverted()


def test_another_score_and_the_order_of_the_comparison():
    found = four_pairs().sorted_by("fit_time")
    ax = comparison_scores(found, "loss")
    assert ax.get_xlabel().startswith("loss, ")
    assert ax.collections[-1].get_offsets()[:, 0].tolist() == [0, -1, -2, -3]


@pytest.mark.parametrize("by", ["fit_time", "predict_time", "size"])
def test_bars_of_other_figures(by):
    ax = comparison_scores(four_pairs(), by)
    assert [bar.get_width() for bar in ax.patches] == [getattr(pair, by) for pair in four_pairs()]
    assert tuple(ax.patches[0].get_facecolor()) == to_rgba("#0072B2")


def test_one_fold_has_no_spread():
    found = comparison_of([pair_scores("a", "b", {"s": [0.9]}), pair_scores("c", "d", {"s": [0.8]})])
    ax = comparison_scores(found)
    assert not ax.containers
    assert ax.get_xlabel() == "s"


@pytest.mark.parametrize(("longest", "scale"), [(2.0, "linear"), (100.0, "log")])
def test_times_on_an_axis_that_can_be_read(longest, scale, apart):
    ax = comparison_scores(
        comparison_of([pair_scores("a", "b", {"s": [0.9]}, time) for time in (0.0, longest - 1)]), "fit_time"
    )
    assert ax.get_xscale() == scale
    apart(ax.get_xticklabels(which="both"))


def test_sizes_that_are_not_known():
    ax = comparison_scores(comparison_of([pair_scores("a", "b", {"s": [0.9]}, size=None)]), "size")
    assert len(ax.get_yticklabels()) == 1
    ax.figure.draw_without_rendering()


def test_names_are_no_formulas():
    pairs = [pair_scores("_$\\frac$", "$x^{$", {"$s$": [0.9]}), pair_scores("b", "a\x1b", {"$s$": [0.8]})]
    ax = comparison_scores(comparison_of(pairs))
    ax.figure.draw_without_rendering()  # as a formula, none of it could be written
    assert [label.get_text() for label in ax.get_yticklabels()] == [r"_$\frac$ + $x^{$", "b + a\ufffd"]


def test_two_plots_that_share_their_rows():
    import matplotlib.pyplot as plt

    _, (scores, times) = plt.subplots(1, 2, sharey=True)
    comparison_scores(four_pairs(), ax=scores)
    comparison_scores(four_pairs(), "fit_time", ax=times)
    assert scores.yaxis_inverted()
    assert scores.get_ylim() == times.get_ylim() == (3.5, -0.5)


def test_what_cannot_be_drawn():
    with pytest.raises(ValueError, match=r"by must be one of accuracy, loss, fit_time, .* but it is 'f1'"):
        comparison_scores(four_pairs(), "f1")
    with pytest.raises(TypeError, match="comparison_scores: a Comparison was expected, but a list was given"):
        comparison_scores([])
