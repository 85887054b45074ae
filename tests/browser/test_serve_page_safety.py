"""The page of a server in a real browser: what texts cannot do to it, long texts, errors, tokens, late answers."""

import json

import pandas as pd
import pytest

from support.browser import wait_until
from support.serve_page import serving
from textvec import BM25Index
from textvec._common.printable import printable

MARKUP = '<img src=x onerror=alert(1)></script><script>alert(2)</script><b>free</b> "quoted" \'&amp;'
CONTROLS = "free \u202eevil\u202c \x1b[31mred \x00nul\u200b \U000e0041tag \ufeffbom"
EMOJI = "😀😀 free 😀 𝒻ree prize"
LABEL = "</style><i onclick=alert(3)>\u202e"
LONG = " ".join(f"filler{i}" for i in range(12_000)) + " free " + "x" * 900_000


@pytest.fixture(scope="module")
def url():
    """A server with an index of texts, ids and metadata that look like markup, or steer and hide."""
    ids = ["<script>alert(4)</script>/?#", "a\u202eb", "emoji %2f", ""]
    metadata = pd.DataFrame({"<u>kind</u>": [LABEL, "plain", None, ""]})
    index = BM25Index().fit([MARKUP, CONTROLS, EMOJI, "no"], ids=ids, metadata=metadata)
    with serving(index) as address:
        yield address


def wait_for_hits(page, n):
    wait_until(page, lambda: page.locator("#hits > li").count() == n)


def answer(status, content):
    """Return what a route does that answers with an error, or with a hit of its own."""
    return lambda route: route.fulfill(status=status, body=json.dumps(content), content_type="application/json")


def error(status, code, message):
    return answer(status, {"error": {"code": code, "message": message}})


def made_up(**changed):
    """Return the answer to a search with one hit."""
    hit = {"id": 1, "score": 1.0, "text": "free", "passage": None, "metadata": {}, "reasons": None, "marks": None}
    told = {"query": "free", "took_ms": 1.0, "hits": [hit | changed], "unknown": [], "facets": None, "counted": None}
    return answer(200, told)


def test_markup_and_control_characters_stay_text(url, open_url):
    page = open_url(f"{url}?q=free+prize")
    wait_for_hits(page, 3)
    page.get_by_role("button", name="Why?").first.click()
    page.locator(".why table").first.wait_for()
    for tag in ("img", "main script", "main b", "i[onclick]", "main u"):
        assert page.locator(tag).count() == 0, tag
    found = page.locator("article .text:not(.why *)").all_text_contents()
    assert {MARKUP, printable(CONTROLS), EMOJI} == set(found)
    emoji = page.locator("article").filter(has=page.get_by_role("heading", name="emoji"))
    assert emoji.locator(".text:not(.why *) mark").all_inner_texts() == [
        "free",
        "prize",
    ]  # counted in code points, not in UTF-16
    assert "free \ufffdevil\ufffd \ufffd[31mred \ufffdnul\ufffd \ufffdtag \ufffdbom" in found
    assert set(page.locator("h3").all_text_contents()) == {"<script>alert(4)</script>/?#", "a\ufffdb", "emoji %2f"}
    assert page.locator("legend").text_content() == "<u>kind</u>"
    values = page.locator("fieldset .value").all_text_contents()
    assert set(values) == {printable(LABEL), "plain", "none"}
    page.get_by_label("</style>").check()
    wait_for_hits(page, 1)
    page.get_by_role("button", name="More like this").click()
    page.locator("#like b").wait_for()
    assert page.inner_text("#like b") == "<script>alert(4)</script>/?#"
    assert page.title().startswith("Like <script>")
    page.goto(f"{url}?q=%3Cblink%3E&where=%7Bno+json")
    wait_until(page, lambda: page.inner_text("#meant").startswith("No document has “blink”"))


def test_what_is_shown_is_what_the_package_shows_everywhere(url, open_url):
    page = open_url(url)
    # A lone surrogate, which the protocol of the browser does not carry, is compared in the page.
    shown = page.evaluate("""async () => {
      const { printable } = await import("/static/page_text.js");
      const differs = [];
      for (let point = 0; point < 0x110000; point++) {
        const character = String.fromCodePoint(point), drawn = printable(character);
        if (drawn !== character) differs.push([point, drawn.codePointAt(0), drawn.length]);
      }
      return { differs, kept: printable("a\\n\\t\\0", "\\t\\n") };
    }""")
    expected = map(ord, printable("".join(map(chr, range(0x110000)))))
    assert shown["differs"] == [[point, drawn, 1] for point, drawn in enumerate(expected) if point != drawn]
    assert shown["kept"] == "a\n\t\ufffd"


def test_lone_surrogates_and_negative_contributions(url, open_url):
    marks = [{"start": 2, "end": 6, "contribution": 0.5}, {"start": 8, "end": 11, "contribution": -0.1}]
    changed = {
        "text": "\ud800\U000e0041free, not",
        "id": "\udfff",
        "marks": marks,
        "metadata": {"\ud800": ["\udfff", 2**60]},
    }
    reasons = [{"term": " free", "contribution": 0.5}, {"term": "not\u202e", "contribution": -0.1}]
    page = open_url(f"{url}?q=free", failing={404}, routes=[("**/search?*", made_up(**changed, reasons=reasons))])
    wait_for_hits(page, 1)
    assert page.locator(".text").text_content() == "\ufffd\ufffdfree, not"
    assert page.locator("mark.plus.m5").all_inner_texts() == ["free"]
    assert page.locator("mark.minus.m1").all_inner_texts() == ["not"]
    assert page.locator(".chips li").all_text_contents() == ["␣free +0.5000", "not\ufffd −0.1000"]
    assert page.locator(".chips .against").count() == 1
    assert page.locator(".metadata dd").text_content() == '["\\udfff","1152921504606846976"]'
    page.get_by_role("button", name="More like this").click()
    wait_until(page, lambda: page.inner_text("#problem").startswith("No document has the id '�'"))


def test_a_number_that_scripts_would_round_is_asked_for_as_it_is(url, open_url):
    asked = []
    values = [{"value": 2**63 - 1, "count": 1}]
    whole = json.dumps({"query": "", "took_ms": 1, "unknown": [], "counted": None, "hits": [],
                        "facets": [{"column": "n", "values": values, "more": 0}]})  # fmt: skip

    def note(route):
        asked.append(route.request.url)
        route.fulfill(body=whole, content_type="application/json")

    page = open_url(f"{url}?q=free", routes=[("**/search?*", note)])
    page.get_by_label("9223372036854775807").check()
    wait_until(page, lambda: any("9223372036854775807" in each for each in asked))
    wait_until(page, lambda: page.inner_text("#n-chosen") == "(1 chosen)")
    assert page.get_by_label("9223372036854775807").is_checked()


def test_a_megabyte_is_shown_in_short_first(url, open_url):
    start = LONG.index("free")
    long = made_up(text=LONG, marks=[{"start": start, "end": start + 4, "contribution": 1.0}])
    page = open_url(f"{url}?q=free", routes=[("**/search?*", long)])
    wait_for_hits(page, 1)
    hit = page.locator("article")
    text = hit.locator(".text")
    short = text.text_content()
    assert len(short) < 700
    assert short.startswith("… filler")
    assert short.endswith("x …")
    assert text.locator("mark").all_inner_texts() == ["free"]
    hit.get_by_role("button", name="Show more").click()
    shown = text.text_content()
    assert 19_000 < len(shown) <= 20_020
    assert LONG.startswith(shown)
    hit.get_by_role("button", name="Show more").click()
    assert LONG.startswith(text.text_content())
    assert len(text.text_content()) > len(shown)


def test_an_error_is_said_and_tried_again(url, open_url):
    refused = error(422, "query_too_long", "A query has 2,000 characters at the most.\u202e")
    address = f'{url}?q=free&where={{"<u>kind</u>":["gone"]}}'
    page = open_url(address, failing={422, 502}, routes=[("**/search?*", refused)])
    alert = page.locator("#problem [role=alert]")
    alert.wait_for()
    assert alert.locator("span").text_content() == "A query has 2,000 characters at the most.\ufffd"
    page.unroute("**/search?*")
    page.get_by_role("button", name="Try again").click()
    wait_until(page, lambda: page.inner_text("#said").startswith("No hits with these filters"))
    assert page.inner_text("fieldset label:last-of-type").split() == ["gone", "0"]
    page.route("**/search?*", refused)
    page.reload()
    alert.wait_for()
    page.unroute("**/search?*")
    page.get_by_role("button", name="Clear all").click()  # of filters that the server may have refused
    wait_for_hits(page, 3)
    assert alert.count() == 0
    page.route("**/explain?*", lambda route: route.fulfill(status=502, body="<h1>Bad gateway</h1>"))
    page.get_by_role("button", name="Why?").first.click()
    page.locator(".why [role=alert]").wait_for()
    assert "something else than JSON (status 502)" in page.inner_text(".why >> nth=0")
    page.evaluate("void (window.fetch = () => Promise.reject(new TypeError('refused')))")
    page.press("#query", "Enter")
    wait_until(page, lambda: "The server does not answer." in page.inner_text("#problem"))
    assert page.locator("#hits > li").count() == 0


def test_a_token_is_asked_for_and_not_kept(url, open_url):
    def guarded(route):
        if route.request.headers.get("authorization") == "Bearer right":
            return route.continue_()
        return error(401, "token_needed", "no")(route)

    page = open_url(f"{url}?q=free", failing={401}, routes=[("**/info", guarded), ("**/search?*", guarded)])
    assert page.inner_text("#token-said") == "The server answers only with a token."
    page.get_by_label("Token").fill("wrong")
    page.keyboard.press("Enter")
    wait_until(page, lambda: page.inner_text("#token-said") == "The server did not accept the token.")
    page.keyboard.type("right")
    page.keyboard.press("Enter")
    wait_for_hits(page, 3)
    assert page.locator("#token-form").is_hidden()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    page.reload()
    page.locator("#token-form").wait_for()


def test_a_late_answer_to_an_older_question_is_dropped(url, open_url):
    page = open_url(url)
    held = []
    page.route("**/search?q=tag*", lambda route: held.append(route))
    page.fill("#query", "tag")
    page.keyboard.press("Enter")
    wait_until(page, lambda: held and page.inner_text("#said") == "Searching…")
    page.fill("#query", "free")
    page.keyboard.press("Enter")
    wait_for_hits(page, 3)
    made_up(text="late")(held[0])
    page.wait_for_timeout(50)
    assert page.locator("#hits > li").count() == 3
    assert page.inner_text("#said").startswith("3 hits in ")


def test_only_what_the_server_has_is_there(url, open_url):
    page = open_url(url)
    assert page.locator("#views, #classify").filter(visible=True).count() == 0
    told = {"index": None, "model": {"name": "m", "classes": ["a"], "scores": "score"}, "limits": {}}
    page = open_url(url, routes=[("**/info", answer(200, told))])
    assert page.locator("#views, #search").filter(visible=True).count() == 0
    scores = [{"label": LABEL, "score": -1.5}, *({"label": f"c{i}", "score": -2.0 - i} for i in range(20))]
    result = {"label": LABEL, "scores": scores, "explanation": None}
    page.route("**/classify", answer(200, {"took_ms": 1.0, "results": [result]}))
    page.fill("#text", "anything")
    page.click("#classify-form button")
    page.locator("#decided table").wait_for()
    assert page.inner_text("#decided-said") == f"Class {printable(LABEL)} in 1.0 ms"
    assert page.locator("#decided tbody tr:visible").count() == 10
    assert page.locator("#decided tbody tr").first.inner_text().split()[-1] == "−1.5000"
    page.get_by_role("button", name="Show all 21").click()
    assert page.locator("#decided tbody tr:visible").count() == 21


def test_parts_of_a_hybrid_score_are_a_table(url, open_url):
    parts = [
        {"part": "lexical", "contribution": 0.016, "rank": 2, "score": 7.1},
        {"part": "dense", "contribution": 0.0, "rank": None, "score": None},
    ]
    told = {"id": 1, "score": 0.016, "query": "free", "query_marks": [], "text": "free", "marks": [], "reasons": []}
    routes = [("**/search?*", made_up()), ("**/explain?*", answer(200, told | {"parts": parts}))]
    page = open_url(f"{url}?q=free", routes=routes)
    page.get_by_role("button", name="Why?").click()
    page.locator(".why table").wait_for()
    rows = [row.split("\t") for row in page.locator(".why tbody tr").all_inner_texts()]
    assert [row[:4] for row in rows] == [["lexical", "+0.0160", "2", "7.1000"], ["dense", "+0.0000", "not found", ""]]
