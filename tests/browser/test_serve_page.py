"""The page of a server in a real browser: search, filters, reasons, what is like a document, classification, keys."""

import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from support.browser import wait_until
from support.serve_page import serving
from textvec import BM25Index, TfidfVectorizer

SPAM = ["free prize call now", "win a free prize", "free entry call", "win a prize now"]
HAM = ["running late for the bus", "the bus is late", "see you at the bus", "late for lunch, call me"]
TEXTS = SPAM + HAM
PHONE, SCREEN = {"width": 320, "height": 700}, {"width": 1280, "height": 800}
GROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}


@pytest.fixture(scope="module")
def url():
    """A server with an index of messages, which have two columns of metadata, and a model that knows spam."""
    labels = ["spam"] * len(SPAM) + ["ham"] * len(HAM)
    years = pd.array([2010, 2011, 2011, None, 2010, 2011, 2010, 2010], dtype="Int64")
    index = BM25Index().fit(TEXTS, metadata=pd.DataFrame({"label": labels, "year": years}))
    model = make_pipeline(TfidfVectorizer(), LogisticRegression(C=10)).fit(TEXTS, labels)
    with serving(index, model, "spam filter") as address:
        yield address


def search(page, query):
    page.fill("#query", query)
    page.keyboard.press("Enter")
    said = page.locator("#said")
    wait_until(page, lambda: page.get_attribute("#hits", "aria-busy") is None and "hit" in said.inner_text().lower())


def texts(page):
    return page.locator("#hits .text").all_inner_texts()


def counts(page, column):
    labels = page.locator("fieldset").filter(has=page.get_by_text(column, exact=True)).locator("label")
    return {value: int(n) for value, n in (text.split("\n") for text in labels.all_inner_texts())}


def wait_for_hits(page, expected):
    wait_until(page, lambda: sorted(texts(page)) == sorted(expected))


def focused(page):
    return page.evaluate("document.activeElement.id || document.activeElement.textContent")


def test_hits_have_marked_words_reasons_and_metadata(url, open_url):
    page = open_url(url)
    assert page.inner_text("#about") == "BM25Index of 8 documents · model spam filter"
    search(page, "late bus")
    assert page.inner_text("#said").startswith("4 hits in ")
    first = page.locator("article").first
    assert first.locator("h3").inner_text() == "5"
    assert first.locator(".text").inner_text() == "the bus is late"
    assert first.locator("mark").all_inner_texts() == ["bus", "late"]
    assert all(
        name.startswith("plus m") for name in first.locator("mark").evaluate_all("all => all.map(e => e.className)")
    )
    assert first.locator(".metadata").inner_text().split() == ["label", "ham", "year", "2011"]
    reasons = first.get_by_role("list", name="Reasons").locator("li").all_inner_texts()
    score = float(first.locator(".score").inner_text().split()[1])
    assert {reason.split()[0] for reason in reasons} == {"bus", "late"}
    assert sum(float(reason.split()[1]) for reason in reasons) == pytest.approx(score, abs=2e-4)
    search(page, "zebra")
    assert page.inner_text("#said").startswith("No hits, in ")
    assert page.inner_text("#meant") == "No document has “zebra”."


def test_filters_have_counts_and_are_in_the_address(url, open_url):
    page = open_url(url)
    search(page, "call late free bus")
    assert counts(page, "label") == {"spam": 3, "ham": 4}
    assert counts(page, "year") == {"2010": 4, "2011": 3}
    page.get_by_label("2011").check()
    wait_for_hits(page, [TEXTS[1], TEXTS[2], TEXTS[5]])
    assert counts(page, "label") == {"spam": 2, "ham": 1}
    assert counts(page, "year") == {"2010": 4, "2011": 3}  # what another value would give
    assert "2011" in page.evaluate("document.activeElement.dataset.key")  # still the box
    page.get_by_label("ham").check()
    wait_for_hits(page, [TEXTS[5]])
    page.get_by_label("spam").check()
    wait_for_hits(page, [TEXTS[1], TEXTS[2], TEXTS[5]])
    assert page.inner_text("summary") == "Filters (3 chosen)"
    page.reload()
    wait_for_hits(page, [TEXTS[1], TEXTS[2], TEXTS[5]])
    page.go_back()
    wait_for_hits(page, [TEXTS[5]])
    search(page, "prize")  # of which none is chosen
    assert page.inner_text("#said").startswith("No hits with these filters")
    assert counts(page, "label") == {"spam": 1, "ham": 0}
    page.get_by_role("button", name="Clear all").click()
    wait_for_hits(page, [TEXTS[0], TEXTS[1], TEXTS[3]])
    page.get_by_label("none").check()
    wait_for_hits(page, [TEXTS[3]])


def test_more_like_a_hit_and_back(url, open_url):
    page = open_url(url)
    search(page, "entry")
    page.get_by_role("button", name="More like this").click()
    wait_for_hits(page, [TEXTS[0], TEXTS[1], TEXTS[7]])
    assert page.inner_text("#like p:first-child") == "More like 2: “free entry call”"
    assert focused(page) == "results"
    assert page.locator(".why-button").count() == 0
    page.reload()
    wait_for_hits(page, [TEXTS[0], TEXTS[1], TEXTS[7]])
    page.get_by_role("link", name="Back to the search for “entry”").click()
    wait_for_hits(page, [TEXTS[2]])
    assert page.locator("#like").is_hidden()


def test_why_and_did_you_mean(url, open_url):
    page = open_url(url)
    search(page, "call PRIXE")
    assert page.inner_text("#meant") == "No document has “prixe”. Did you mean call prize?"
    page.get_by_role("button", name="call prize").click()
    wait_until(page, lambda: page.input_value("#query") == "call prize" and page.locator("#meant").is_hidden())
    why = page.locator(".why").first
    page.locator(".why-button").first.click()
    why.locator("table").wait_for()
    assert why.locator(".text").all_inner_texts() == ["call prize", "free prize call now"]
    assert why.locator(".text").last.locator("mark").all_inner_texts() == ["prize", "call"]
    assert sorted(why.locator("tbody th").all_inner_texts()) == ["call", "prize"]
    assert why.locator("caption").inner_text().startswith("What the score ")


def test_a_text_is_classified_with_reasons(url, open_url):
    page = open_url(url)
    page.get_by_role("link", name="Classify").click()
    page.get_by_label("Text to classify").fill("Free lunch, blimey 😀 prize!")
    page.keyboard.press("Control+Enter")
    decided = page.locator("#decided")
    decided.locator("table").first.wait_for()
    assert page.inner_text("#decided-said").startswith("Class spam in ")
    scores = dict(row.split() for row in decided.locator("table").first.locator("tbody tr").all_inner_texts())
    assert float(scores["spam"]) > 0.5
    assert float(scores["spam"]) + float(scores["ham"]) == pytest.approx(1, abs=1e-3)
    assert decided.locator("mark.plus").all_inner_texts() == ["Free", "prize"]  # after an emoji, too
    assert decided.locator("mark.minus").all_inner_texts() == ["lunch"]
    reasons = dict(row.split() for row in decided.locator("table").last.locator("tbody tr").all_inner_texts())
    assert reasons["free"].startswith("+")
    assert reasons["lunch"].startswith("−")
    assert decided.get_by_text("Words that the model does not know").inner_text().endswith(": blimey.")
    assert "view=classify" in page.url
    page.go_back()
    assert page.locator("#search").is_visible()


def test_everything_is_reached_by_the_keyboard(url, open_url):
    page = open_url(url)
    assert focused(page) == "query"
    page.keyboard.type("late bus/")
    page.keyboard.press("Enter")
    wait_until(page, lambda: len(texts(page)) == 4)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    assert focused(page).startswith("4")
    page.keyboard.press("Tab")
    assert focused(page) == "Why?"
    page.keyboard.press("Enter")
    page.locator(".why table").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert page.locator(".why").nth(1).is_hidden()
    assert focused(page) == "Why?"
    page.keyboard.press("Tab")
    assert focused(page) == "More like this"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "query"
    page.get_by_label("ham").focus()
    page.keyboard.press("/")
    assert focused(page) == "query"
    assert page.input_value("#query") == "late bus/"
    page.reload()
    wait_until(page, lambda: len(texts(page)) == 4)
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the content"


@pytest.mark.parametrize(("scheme", "size"), [("light", SCREEN), ("dark", PHONE)], ids=["light", "dark"])
def test_no_serious_fault(scheme, size, url, open_url, serious_faults):
    page = open_url(f"{url}?q=late+PRIXE+bus+call", color_scheme=scheme, viewport=size)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == GROUNDS[scheme]
    wait_until(page, lambda: len(texts(page)) == 6)
    page.locator(".why-button").first.click()
    page.locator(".why table").wait_for()
    assert serious_faults(page) == []
    page.get_by_role("button", name="More like this").first.click()
    page.locator("#like").wait_for()
    page.get_by_role("link", name="Classify").click()
    page.fill("#text", "free lunch, blimey")
    page.click("#classify-form button")
    page.locator("#decided table").first.wait_for()
    assert serious_faults(page) == []


def test_a_narrow_phone_shows_all_without_scrolling_sideways(url, open_url):
    page = open_url(f"{url}?q=late+bus+call", viewport=PHONE)
    wait_until(page, lambda: len(texts(page)) == 6)
    assert page.locator("fieldset").first.is_hidden()
    page.click("summary")
    assert page.locator("fieldset").first.is_visible()
    page.locator(".why-button").first.click()
    page.locator(".why table").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.emulate_media(media="print")
    assert page.locator("button, form, nav, #filters").filter(visible=True).count() == 0
    assert page.locator("article .text").first.is_visible()
