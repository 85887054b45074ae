"""The page of a matrix of similarities in a real browser: light and dark, wide and narrow."""

import pytest

from support.browser import wait_until
from textvec.datasets import load_reviews
from textvec.similarity import similarity_matrix

TEXTS = [*load_reviews().data[:14], "<img src=x onerror=alert(1)>", "?"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "matrix.html"
    path.write_text(similarity_matrix(TEXTS).to_html(), encoding="utf-8")
    return path


@pytest.mark.parametrize(("scheme", "width"), [("light", 1200), ("dark", 390)])
def test_nothing_is_wrong(scheme, width, file, open_page, serious_faults):
    opened = open_page(file, color_scheme=scheme, viewport={"width": width, "height": 800})
    assert serious_faults(opened) == []
    assert opened.locator(".matrix tbody tr").count() == len(TEXTS)
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert opened.locator(".matrix tbody tr").nth(14).locator("th").inner_text().endswith(TEXTS[14])


def test_the_keyboard_reaches_and_scrolls_the_table(file, open_page):
    opened = open_page(file, viewport={"width": 390, "height": 800})
    opened.keyboard.press("Tab")
    assert opened.evaluate("document.activeElement.className") == "scroll"
    opened.keyboard.press("ArrowRight")
    wait_until(opened, lambda: opened.evaluate("document.querySelector('.scroll').scrollLeft") > 0)
    first = opened.locator(".matrix tbody th").first.bounding_box()
    assert first["x"] >= 0  # the texts stay where they can be read
