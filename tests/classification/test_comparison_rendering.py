from xml.etree import ElementTree

import pytest

from support.compared import SKIPPED, comparison_of, four_pairs, pair_scores
from textvec.classification.comparison_rendering import size

TABLE = """\
Comparison(4 pairs, 3 folds, 300 documents, 12.3 s)
features  classifier         accuracy     loss  fit s  test s   size       p
tfidf     nb          0.9433 ± 0.0208  -1.0000  2.000   2.000   99 B   best
char      svm         0.9433 ± 0.0208  -3.0000  4.000   0.000   97 B  1.000~
tfidf     svm         0.9400 ± 0.0100  -2.0000  3.000   1.000   98 B  0.916~
counts    nb          0.9100 ± 0.0100   0.0000  1.000   3.000  100 B  0.222~
~ 3 pairs within the noise of the best (p of the corrected t-test >= 0.05)
Skipped nb + nb: the classifier does not take negative values"""


def test_the_table():
    assert repr(four_pairs()) == TABLE
    assert str(four_pairs()) == TABLE


@pytest.mark.parametrize("length", [5, 30, 300])
def test_eighty_columns(length):
    more = {f"score_{i}": [0.5, 0.5, 0.5] for i in range(length // 10)}
    pairs = [
        pair_scores("passive-aggressive" + "f" * length, "c" * length, {"accuracy": [0.1, 0.2, 0.4], **more}, n)
        for n in range(2)
    ]
    lines = repr(comparison_of(pairs, SKIPPED * 20)).splitlines()
    assert max(map(len, lines)) <= 80
    assert "passive-" in lines[2] or "passi..." in lines[2]
    if length > 5:
        assert f"score_{length // 10 - 1}" in lines[-1]
        assert "to_dicts() has them" in " ".join(lines)


def test_differences_that_are_no_noise():
    far = comparison_of(
        [pair_scores("a", "nb", {"s": [0.5, 0.51, 0.5]}), pair_scores("b", "nb", {"s": [0.9, 0.9, 0.91]})]
    )
    assert repr(far).endswith("No other pair is within the noise of the best (p of the corrected t-test < 0.05)")
    assert "~" not in repr(far)
    one_pair = comparison_of([pair_scores("a", "nb", {"s": [0.5, 0.6]})])
    assert "noise" not in repr(one_pair)


def test_one_fold():
    shown = repr(comparison_of([pair_scores("a", "nb", {"s": [0.9]}), pair_scores("b", "nb", {"s": [0.8]})]))
    assert "One fold does not tell what is chance" in shown
    assert "nan" not in shown
    assert "±" not in shown


def test_names_do_nothing():
    comparison = comparison_of([pair_scores("a\x1b[31m\nb", "<b>", {"s": [0.9, 0.8]})], SKIPPED)
    assert "\x1b" not in repr(comparison) + comparison._repr_html_()
    assert "<b>" not in comparison._repr_html_()
    assert len(repr(comparison).splitlines()) == 4


def test_in_a_notebook():
    page = four_pairs()._repr_html_()
    rows = ElementTree.fromstring(page).findall(".//tr")
    assert len(rows) == 1 + 4 + 1
    assert [cell.text for cell in rows[1]][:3] == ["tfidf", "nb", "0.9433 ± 0.0208"]
    assert rows[-1][2].text == "skipped: the classifier does not take negative values"


def test_sizes():
    shown = [size(n) for n in (0, 999, 1000, 9_994, 9_995, 99_949, 99_950, 999_499, 999_500, 5 * 10**15)]
    assert shown == [
        "0 B", "999 B", "1.00 kB", "9.99 kB", "10.0 kB", "99.9 kB", "100 kB", "999 kB", "1.00 MB", "5000 TB",
    ]  # fmt: skip
