import warnings

import pytest

from textvec.plots._fonts import missing_characters, warn_of_missing

matplotlib = pytest.importorskip("matplotlib")


def test_what_the_fonts_have_and_lack():
    assert missing_characters("f", ["Käse, naïve", "Привет", "Ωμέγα", "two\nlines\tand more"]) == ""
    assert missing_characters("f", ["日本語", "a 本"]) == "日本語"


def test_each_font_of_the_list_is_asked():
    """The second font has what the first lacks; one that is not installed is passed over."""
    with matplotlib.rc_context({"font.family": ["cmr10"]}):
        assert missing_characters("f", ["a Привет"]) == "Пвеирт"
    with matplotlib.rc_context({"font.family": ["cmr10", "No Such Font", "DejaVu Sans"]}):
        assert missing_characters("f", ["a Привет"]) == ""


def test_missing_fonts_alone_leave_the_default():
    with matplotlib.rc_context({"font.family": ["No Such Font"]}):
        assert missing_characters("f", ["abc 日"]) == "日"


def drawn(*labels):
    """Stand for a function that draws: warnings are shown at the line that calls it."""
    warn_of_missing("f", labels)


def test_one_warning_names_the_characters():
    with pytest.warns(
        UserWarning, match=r"^f: the font of the picture \(sans-serif\) has no 日 \(U\+65E5\), 本 \("
    ) as w:
        drawn("日本", "日")
    assert len(w) == 1
    assert "matplotlib.rcParams['font.family'] = ['sans-serif', 'Noto Sans CJK JP']" in str(w[0].message)
    assert w[0].filename == __file__
    with pytest.warns(UserWarning, match=" and 2 more: "):
        drawn("一二三四五六七八九十")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn("only Latin")
