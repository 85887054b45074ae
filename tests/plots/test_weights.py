import pytest

from textvec.explanation import TermWeight, TopTerms
from textvec.plots import class_terms

TERMS = TopTerms({"ham": [TermWeight("noon", 0.5), TermWeight("$x^{$", 0.25)], 7: [], "spam": [TermWeight("free", 1)]})


def test_a_bar_for_each_term_under_its_class():
    ax = class_terms(TERMS)
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert names == ["ham", "noon", "$x^{$", "7", "spam", "free"]
    assert [label.get_fontweight() == "bold" for label in ax.get_yticklabels()] == [
        True,
        False,
        False,
        True,
        True,
        False,
    ]
    bars = {round(bar.get_y() + bar.get_height() / 2): bar for bar in ax.patches}
    assert {names[row]: bar.get_width() for row, bar in bars.items()} == {"noon": 0.5, "$x^{$": 0.25, "free": 1}
    assert bars[1].get_facecolor() == bars[2].get_facecolor() != bars[5].get_facecolor()
    assert ax.yaxis_inverted()
    ax.figure.draw_without_rendering()


def test_many_terms_do_not_run_into_each_other(apart):
    many = {f"class {i}": [TermWeight(f"a rather long term {j}", j + 1) for j in range(8)] for i in range(5)}
    apart(class_terms(TopTerms(many)).get_yticklabels())


def test_what_cannot_be_drawn():
    with pytest.raises(TypeError, match="class_terms: TopTerms were expected, but a dict was given"):
        class_terms({})
    with pytest.raises(ValueError, match="nothing to draw, as no class has a term"):
        class_terms(TopTerms({"a": [], "b": []}))
