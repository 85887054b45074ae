import sys

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure

from textvec.classification import Evaluation
from textvec.plots import confusion_matrix
from textvec.plots._axes import MAX_LABEL, name_of

FOUND = Evaluation(["ham", "spam"], [[8, 0], [1, 3]])


def test_a_new_figure_is_one_of_pyplot():
    ax = confusion_matrix(FOUND)
    assert plt.get_fignums() == [ax.figure.number]


def test_given_axes_are_drawn_on_and_need_no_pyplot(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    axes = Figure().subplots(1, 2)
    assert confusion_matrix(FOUND, ax=axes[1]) is axes[1]
    assert not axes[0].has_data()


@pytest.mark.parametrize("ax", [Figure(), [1], "axes"], ids=["figure", "list", "name"])
def test_what_are_no_axes(ax):
    with pytest.raises(TypeError, match=f"confusion_matrix: ax must be the axes .* but it is a {type(ax).__name__}"):
        confusion_matrix(FOUND, ax=ax)


def test_without_matplotlib(monkeypatch):
    for name in ("matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ImportError) as error:
        confusion_matrix(FOUND)
    assert str(error.value) == 'confusion_matrix needs Matplotlib. Install it with: pip install "textvec-kit[plot]"'


def test_names_are_cut_and_stay_on_their_line():
    assert name_of("a\nb\x1b[31m", MAX_LABEL) == "a b\ufffd[31m"
    assert name_of("x" * 31, MAX_LABEL) == "x" * 29 + "…"
    assert name_of("x" * 30, MAX_LABEL) == "x" * 30


def test_a_warning_of_characters_points_to_who_draws():
    with pytest.warns(UserWarning, match="confusion_matrix: .* has no 猫") as warned:
        confusion_matrix(Evaluation(["猫", "dog"], [[1, 0], [0, 1]]))
    assert [each.filename for each in warned] == [__file__]
