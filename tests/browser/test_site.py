"""The documentation site, if `make docs` has built it, is opened without a server and without the network."""

import pytest

from support.paths import ROOT

SITE = ROOT / "docs" / "_build" / "html"
PAGES = ["index.html", "api/textvec.index.Hit.html", "gallery/index.html"]


@pytest.fixture
def open_site(open_page):
    """Return a function that opens a page of the site."""
    if not (SITE / "index.html").exists():
        pytest.skip("needs the documentation site: make docs")
    return lambda name, **options: open_page(SITE / name, within=SITE, **options)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_pages(open_site, serious_faults, name, scheme):
    page = open_site(name, color_scheme=scheme, viewport={"width": 1200, "height": 900})
    assert page.locator("h1").count() == 1
    assert serious_faults(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_pages_fit_a_phone(open_site, name):
    page = open_site(name, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_search(open_site):
    page = open_site("search.html", query="?q=Word2Vec")
    page.wait_for_selector("#search-results li")
    assert "api/textvec.embeddings.Word2Vec.html" in page.locator("#search-results a").first.get_attribute("href")


def test_cards_lead_to_pages(open_site):
    page = open_site("index.html")
    page.locator("a.sd-stretched-link[href$='guide/index.html']").press("Enter")
    page.wait_for_url("**/guide/index.html")
