"""The page of a matrix: a real table with the numbers of the matrix, in which texts are text."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from textvec._common.html_page import asset
from textvec.similarity import SimilarityMatrix, similarity_matrix

HOSTILE = '<img src=x onerror="alert(1)">'


class Tables(HTMLParser):
    """Collects the cells of the tables of a page, row by row."""

    def __init__(self, text):
        super().__init__()
        self.rows, self.tags, self._cell = [], [], None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self._cell = ""

    def handle_data(self, data):
        if self._cell is not None:
            self._cell += data

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.rows[-1].append(self._cell)
            self._cell = None


def test_the_table_has_the_numbers_and_a_header_for_each_row_and_column():
    matrix = similarity_matrix(["Bees make honey.", "Bears eat honey.", "?"])
    tables = Tables(matrix.to_html(title="My <title>"))
    head, *rows = tables.rows[:4]
    assert head == ["Text", "1", "2", "3"]
    assert [row[0] for row in rows] == ["1 Bees make honey.", "2 Bears eat honey.", "3 ?"]
    assert [list(map(int, row[1:])) for row in rows] == np.rint(100 * matrix.scores).tolist()
    scopes = [attributes["scope"] for tag, attributes in tables.tags if tag == "th"]
    assert scopes == ["col"] * 4 + ["row"] * 3 + ["col"] * 3
    assert tables.rows[4:] == [["Percent", "Text", "is like"], ["22", "1 Bees make honey.", "2 Bears eat honey."]]
    assert "<h1>My &lt;title&gt;</h1>" in matrix.to_html(title="My <title>")
    assert "1 text has no known word, and is like nothing: 3." in matrix.to_html()


def test_texts_are_no_markup():
    page = similarity_matrix([f"a word {HOSTILE}", "a word \x1b[31m", " "]).to_html()
    assert HOSTILE not in page
    assert "\x1b" not in page
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;" in page
    assert "(no text)" in page


def test_colours_follow_the_scores():
    scores = np.array([[1, 0.449, -0.5], [0.449, 1, -0.001], [-0.5, -0.001, 1]])
    page = SimilarityMatrix(["a", "b", "c"], scores).to_html()
    cells = re.findall(r'<td class="(\w+)">(-?\d+)</td>', page)
    assert cells[:9] == [
        *[("l10", "100"), ("l4", "45"), ("m5", "-50")],
        *[("l4", "45"), ("l10", "100"), ("l0", "0")],
        *[("m5", "-50"), ("l0", "0"), ("l10", "100")],
    ]


def test_the_first_of_many_texts():
    page = SimilarityMatrix([f"t{i}" for i in range(201)], np.eye(201)).to_html()
    assert "The first 200 of 201 texts, each with each" in page
    assert len(Tables(page).rows) == 201  # with the head
    assert "No two texts have anything in common." in page


@pytest.mark.parametrize("kind", "lm")
def test_the_ink_of_every_colour_can_be_read(kind):
    """Contrast of 4.5 and more, WCAG's AA, in the light colours and the dark ones."""

    def luminance(color):
        parts = [int(color[i : i + 2], 16) / 255 for i in (0, 2, 4)]
        parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    rule = rf"\.{kind}(\d+) {{ background: #(\w+); color: #(\w+); }}"
    rules = re.findall(rule, asset("textvec.similarity", "matrix_page.css"))
    assert [int(level) for level, *_ in rules] == [*range(1, 11)] * 2
    for _, *colors in rules:
        dark, light = sorted(map(luminance, colors))
        assert (light + 0.05) / (dark + 0.05) >= 4.5
