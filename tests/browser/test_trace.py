"""The page of a trace in a real browser: a word is followed through every step and back, by mouse and by keyboard."""

import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from support.browser import wait_until
from textvec import BM25Index, CountVectorizer, StopWords, TfidfVectorizer, Tokenizer, trace
from textvec.tracing import Item, Trace, TraceStep, Word

SPAM = ["free prize call now", "win a free prize", "free entry call", "win a prize now"]
HAM = ["running late for the bus", "the bus is late", "see you at the bus", "late for lunch"]
TEXTS = ["Running for the free bus, FREE!", "<b>win</b> <img src=x onerror=alert(1)> unhappily" + "long" * 40]
PHONE = {"width": 390, "height": 800}


@pytest.fixture(scope="module")
def spam_page(tmp_path_factory):
    """The page of TEXTS through a spam filter with stop words and bigrams."""
    steps = [Tokenizer(), StopWords(), TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression()]
    model = make_pipeline(*steps).fit(SPAM + HAM, ["spam"] * 4 + ["ham"] * 4)
    path = tmp_path_factory.mktemp("trace") / "page.html"
    trace(model, TEXTS).to_html(path)
    return path


@pytest.fixture
def write(tmp_path):
    """Return a function that writes the page of a trace, and gives its path."""

    def write_page(traced):
        traced.to_html(tmp_path / "page.html")
        return tmp_path / "page.html"

    return write_page


def word(page, text):
    return page.locator(".text:visible .word").get_by_text(text, exact=True)


def item(page, step, text):
    section = page.locator(".step").nth(step)
    return section.locator(".of-text:visible [role=button]").filter(has=page.get_by_text(text, exact=True)).first


def marked(page):
    """Return what is highlighted: of the text, and of each step."""
    places = [page.locator(".texts"), *page.locator(".step").all()]
    return [[each.text_content() for each in place.locator(MARKED).all()] for place in places]


MARKED = "[aria-current][role=button], [aria-current] [role=button]"
# What comes from the first word: in the text, words, stop words, n-grams, counts, weights, decision.
OF_RUNNING = [
    ["Running"],
    ["Running → running"],
    ["running"],
    ["running", "running free"],
    ["running", "running free"],
    ["running"],
    ["running"],
]


def test_a_word_is_followed_through_every_step(spam_page, open_page):
    page = open_page(spam_page)
    assert marked(page) == [[]] * 7
    word(page, "Running").click()
    assert word(page, "Running").get_attribute("aria-pressed") == "true"
    assert marked(page) == OF_RUNNING
    life = page.inner_text("[role=status]")
    assert life.startswith("“Running” → running → column ")
    assert " → count 1 → weight 0." in life
    assert life.endswith(" against spam")
    word(page, "Running").click()
    assert marked(page) == [[]] * 7


def test_the_keyboard_does_the_same(spam_page, open_page):
    page = open_page(spam_page)
    page.focus("#picker")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert marked(page) == OF_RUNNING
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.textContent") == "for"
    assert word(page, "for").get_attribute("aria-pressed") == "true"
    page.keyboard.press("End")
    assert page.inner_text("[role=status]").startswith("“FREE” → free → column")
    page.keyboard.press("Home")
    assert marked(page) == OF_RUNNING
    page.keyboard.press("Space")
    assert marked(page) == [[]] * 7
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    assert marked(page) == [[]] * 7
    page.keyboard.press("Tab")  # to the items of the first step
    page.keyboard.press("Enter")
    assert marked(page) == OF_RUNNING


def test_the_life_of_a_dropped_word_gives_the_reason(spam_page, open_page):
    page = open_page(spam_page)
    word(page, "the").click()
    assert page.inner_text("[role=status]") == "“the” → dropped at Stop words: stop word (list 'english')"
    assert marked(page)[:3] == [["the"], ["the"], ["the"]]
    assert "dropped (stop word (list 'english'))" in page.locator(".step").nth(1).inner_text()


def test_an_item_marks_the_words_it_comes_from(spam_page, open_page):
    page = open_page(spam_page)
    item(page, 2, "free bus").click()
    assert marked(page)[:4] == [["free", "bus"], ["free", "bus"], ["free", "bus"], ["free", "bus", "free bus"]]
    assert page.inner_text("[role=status]").startswith("“free bus” from “free” “bus” → dropped at Counts: unknown")
    item(page, 3, "free").click()  # a term that is there twice
    assert marked(page)[0] == ["free", "FREE"]
    assert " → weight 0." in page.inner_text("[role=status]")


def test_what_is_chosen_is_in_the_address(spam_page, open_page):
    page = open_page(spam_page)
    item(page, 3, "free").click()
    said, address = page.inner_text("[role=status]"), page.evaluate("location.href")
    assert "#text=1&step=4&item=" in address
    page.keyboard.press("Escape")
    assert "#" not in page.evaluate("location.href")
    page.evaluate("address => { location.href = address; }", address)
    wait_until(page, lambda: page.inner_text("[role=status]") == said)
    assert page.locator("[aria-pressed=true]").count() == 1


def test_another_text_is_picked_and_markup_stays_text(spam_page, open_page):
    page = open_page(spam_page)
    page.select_option("#picker", "1")
    assert page.locator(".text:visible").text_content() == TEXTS[1]
    assert page.locator(".text").first.is_hidden()
    assert page.locator("main img, main .texts b").count() == 0
    word(page, "win").click()
    assert marked(page)[:3] == [["win"], ["win"], ["win"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_serious_fault_on_a_phone_or_a_screen(scheme, spam_page, open_page, serious_faults):
    page = open_page(spam_page, color_scheme=scheme, viewport=PHONE)
    assert serious_faults(page) == []
    item(page, 2, "free bus").click()
    assert serious_faults(page) == []
    page.set_viewport_size({"width": 1200, "height": 800})
    assert serious_faults(page) == []


@pytest.mark.parametrize("text", [0, 1])
def test_the_page_is_no_wider_than_a_phone(text, spam_page, open_page):
    page = open_page(spam_page, viewport=PHONE)
    page.select_option("#picker", str(text))
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_printed_are_all_texts_and_steps(spam_page, open_page):
    page = open_page(spam_page)
    page.emulate_media(media="print")
    wait_until(page, lambda: page.locator(".step .of-text:empty").count() == 0)
    assert page.locator(".text:visible").count() == 2
    for step in page.locator(".step").all():
        assert step.locator("h3").all_inner_texts() == ["Text 1", "Text 2"]
    assert page.locator("nav, .controls, .skip").filter(visible=True).count() == 0


def test_a_long_table_is_folded_but_for_what_is_chosen(write, open_page):
    texts = [" ".join(f"word{i}" for i in range(40))]
    page = open_page(write(trace(CountVectorizer().fit(texts), texts)))
    counts = page.locator(".step").nth(1)
    assert counts.locator("tbody tr:visible").count() == 15
    word(page, "word30").click()
    assert counts.locator("tbody tr:visible").count() == 16
    item(page, 1, "word30").click()
    page.keyboard.press("Escape")
    assert counts.locator("tbody tr:visible").count() == 40  # what has the focus is not folded again
    page.reload()
    counts.get_by_role("button", name="Show all 40").click()
    assert counts.locator("tbody tr:visible").count() == 40
    assert page.locator("#picker").count() == 0  # there is one text only


def test_a_text_from_right_to_left(write, open_page):
    texts = ["الكتاب جميل 2024", "الكتاب"]
    step = TraceStep("stems", "Stems", "Stems", [], [[Item("كتب", (0,), was="الكتاب"), Item("جميل", (1,))], []])
    words = [[Word("الكتاب", 0, 6), Word("جميل", 7, 11), Word("2024", 12, 16)], [Word("الكتاب", 0, 6)]]
    page = open_page(write(Trace("model", texts, words, [step], 2)))
    assert item(page, 0, "كتب").text_content() == "الكتاب ← كتب"
    word(page, "الكتاب").click()
    page.keyboard.press("ArrowLeft")
    assert marked(page) == [["جميل"], ["جميل"]]
    word(page, "2024").click()
    assert page.inner_text("[role=status]").endswith("nothing here is known to come from it")


@pytest.mark.parametrize(
    ("ngrams", "said"),
    [((2, 2), "“wine” → in 2 terms: “red wine”, “wine and”"), ((1, 2), "“wine” → column 3 → count 1")],
    ids=["bigrams", "words and bigrams"],
)
def test_an_ngram_is_not_the_word(ngrams, said, write, open_page):
    texts = ["red wine and"]
    page = open_page(write(trace(CountVectorizer(ngram_range=ngrams).fit(texts), texts)))
    word(page, "wine").click()
    assert page.inner_text("[role=status]") == said


def test_a_search_says_what_a_word_gave_to_each_hit(write, open_page, serious_faults):
    index = BM25Index().fit(["red wine and bread", "white wine", "green tea"])
    page = open_page(write(trace(index, ["white wine"])))
    word(page, "wine").click()
    assert "in hit 1: 1, " in page.inner_text("[role=status]")
    assert page.locator(".step").last.locator("tr[aria-current]").count() == 2
    assert serious_faults(page) == []
