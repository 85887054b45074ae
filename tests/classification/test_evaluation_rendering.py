"""What an evaluation looks like in a terminal and in a notebook."""

from xml.etree import ElementTree

import numpy as np

from textvec.classification import Evaluation


def test_a_table_of_classes_and_the_matrix():
    lines = repr(Evaluation(["ham", "spam"], [[2000, 0], [1, 3]])).splitlines()
    assert lines[0] == "Evaluation(2,004 texts, 2 classes, accuracy 0.9995)"
    assert lines[3].split() == ["spam", "1.0000", "0.7500", "0.8571", "4"]
    assert [line.split()[0] for line in lines[4:6]] == ["macro", "weighted"]
    assert [line.split() for line in lines[-2:]] == [["ham", "2,000", "0"], ["spam", "1", "3"]]


def test_many_classes_are_confusions_and_fit_80_columns():
    counts = np.full((40, 40), 5)
    counts[7, 3] = 12
    lines = repr(Evaluation([f"a class with a long name, number {i}" for i in range(40)], counts)).splitlines()
    assert max(map(len, lines)) <= 80
    assert "Not shown: 10 more classes." in lines
    at = lines.index("") + 1
    assert lines[at].split() == ["most", "confused:", "true", "predicted", "texts"]
    assert lines[at + 1].split()[-1] == "12"
    assert len(lines) - at == 11


def test_labels_are_shown_and_steer_nothing():
    found = Evaluation(["<b>&", "\x1b[1m"], [[1, 0], [0, 1]])
    assert "\x1b" not in repr(found)
    page = found._repr_html_()
    tables = ElementTree.fromstring(f"<div>{page}</div>")
    assert [table.findtext("caption") for table in tables] == ["2 texts, 2 classes, accuracy 1.0000", None]
    assert "<b>&" in [cell.text for cell in tables.iter("th")]


def test_one_class_and_none():
    assert repr(Evaluation([0], [[3]])).startswith("Evaluation(3 texts, 1 class, accuracy 1.0000)")
    assert repr(Evaluation([], np.zeros((0, 0)))).startswith("Evaluation(0 texts, 0 classes, accuracy 0.0000)")
