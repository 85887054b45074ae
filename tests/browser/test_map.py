"""The page of a map in a real browser."""

import re

import numpy as np
import pytest

from support.browser import wait_until
from textvec.plots import Map

EVIL = '<img src="https://example.org/x.png" onerror="alert(1)">'
FRUIT = [f"{color} {fruit}" for color in ("red", "green", "sour") for fruit in ("apple", "pear", "plum")]
CARS = [f"{age} {car}" for age in ("fast", "old", "new") for car in ("car", "truck", "bus")]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "map.html"
    groups = {"labels": ["fruit"] * 9 + ["cars"] * 9 + [EVIL], "clusters": [0] * 9 + [1] * 10}
    points = [(i % 4, i // 4) for i in range(19)]
    neighbors = [[(i + step) % 18 for step in (1, 2, 3)] for i in range(19)]
    made = Map(points, [*FRUIT, *CARS, EVIL], **groups, cluster_names=["food", "street"], neighbors=neighbors)
    made.to_html(path)
    return path


def wait_for_drawing(page):
    """Wait until the points are drawn, and drawn again in the second frame, for the size that the first one found."""
    page.wait_for_selector("html[data-ready]")
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@pytest.fixture
def opened(open_page, small):
    page = open_page(small)
    wait_for_drawing(page)
    return page


def said(page):
    return page.inner_text("#said")


def ink(page):
    """The number of pixels that points have."""
    return page.evaluate(
        "() => { const own = document.getElementById('points'), c = new OffscreenCanvas(own.width, own.height);"
        "const copy = c.getContext('2d'); let k = 0; copy.drawImage(own, 0, 0);"
        "const d = copy.getImageData(0, 0, c.width, c.height).data;"
        "for (let i = 3; i < d.length; i += 4) k += d[i] > 0; return k; }"
    )


def at(page, text):
    """Where the point of a text is, in pixels of the page."""
    return page.evaluate(
        "text => { const i = texts.indexOf(text), b = marks.getBoundingClientRect();"
        "return [b.left + screenX(i), b.top + screenY(i)]; }",
        text,
    )


def test_points_are_drawn(opened):
    assert said(opened) == "19 documents."
    assert ink(opened) > 19 * 20
    assert float(opened.get_attribute("html", "data-drawn")) >= 0
    assert opened.inner_text("#legend") == "3 labels"


def test_hovering_shows_the_text_and_its_groups(opened):
    opened.mouse.move(*at(opened, "old truck"))
    opened.wait_for_selector("#tip:not([hidden])")
    assert opened.inner_text("#tip") == "cars · street\nold truck"


def test_markup_is_shown_as_text(opened):
    opened.fill("#query", "onerror")
    assert said(opened) == "1 document with “onerror”."
    assert EVIL in opened.inner_text("#list")
    assert opened.locator("img").count() == 0


def test_a_click_marks_neighbours_and_the_list_goes_on_from_one_to_the_next(opened):
    opened.mouse.click(*at(opened, "sour plum"))
    assert said(opened) == "“sour plum” and 3 neighbours."
    listed = opened.locator("#list button")
    assert listed.count() == 4
    assert listed.all_inner_texts()[:2] == ["fruit · food\nsour plum", "cars · street\nfast car"]
    listed.nth(1).focus()
    opened.keyboard.press("Enter")
    assert said(opened) == "“fast car” and 3 neighbours."
    assert opened.locator("#list button").count() == 4


def test_search_counts_hits_whatever_their_case(opened):
    opened.fill("#query", "APPLE")
    assert said(opened) == "3 documents with “APPLE”."
    opened.fill("#query", "xyzzy")
    assert said(opened) == "0 documents with “xyzzy”."
    assert not opened.is_visible("#txt")
    opened.fill("#query", "")
    assert said(opened) == "19 documents."


def test_a_lasso_saves_its_texts(opened, tmp_path):
    opened.click("#lasso")
    box = opened.locator("#marks").bounding_box()
    left, top, right, bottom = box["x"] + 1, box["y"] + 1, box["x"] + box["width"] - 1, box["y"] + box["height"] - 1
    opened.mouse.move(left, top)
    opened.mouse.down()
    for point in ((right, top), (right, bottom), (left, bottom)):
        opened.mouse.move(*point)
    opened.mouse.up()
    assert said(opened) == "19 documents in the lasso."
    assert opened.get_attribute("#lasso", "aria-pressed") == "false"
    for kind in ("txt", "csv"):
        with opened.expect_download() as download:
            opened.click(f"#{kind}")
        download.value.save_as(tmp_path / f"texts.{kind}")
    assert (tmp_path / "texts.txt").read_text().splitlines() == [*FRUIT, *CARS, EVIL]
    rows = (tmp_path / "texts.csv").read_text().splitlines()
    assert rows[0] == "number,label,cluster,text"
    assert re.fullmatch(r'1,"fruit",".*","red apple"', rows[1])
    assert rows[19].endswith(',"' + EVIL.replace('"', '""') + '"')


def test_groups_can_be_hidden(opened):
    before = ink(opened)
    opened.locator("#names input").first.uncheck()
    wait_until(opened, lambda: 0 < ink(opened) < before)
    opened.select_option("#coloring", "cluster")
    assert opened.inner_text("#legend") == "2 clusters"
    wait_until(opened, lambda: ink(opened) >= before * 0.9)


def test_keys_move_zoom_and_choose(opened):
    opened.focus("#marks")
    start = at(opened, "red apple")
    opened.keyboard.press("ArrowRight")
    assert at(opened, "red apple")[0] == pytest.approx(start[0] - 60, abs=0.01)
    opened.keyboard.press("+")
    assert opened.evaluate("zoom") == pytest.approx(1.5)
    opened.keyboard.press("-")
    opened.keyboard.press("0")
    assert at(opened, "red apple") == pytest.approx(start, abs=0.01)
    opened.keyboard.press("Enter")
    assert said(opened).endswith("and 3 neighbours.")
    opened.keyboard.press("s")
    assert said(opened) == "19 documents in sight."
    opened.keyboard.press("Escape")
    assert said(opened) == "19 documents."


def test_wheel_and_drag(opened):
    x, y = at(opened, "red apple")
    opened.mouse.move(x, y)
    opened.mouse.wheel(0, -300)
    wait_until(opened, lambda: opened.evaluate("zoom") > 1.3)
    assert at(opened, "red apple") == pytest.approx([x, y], abs=0.5)  # what is pointed at stays
    opened.mouse.down()
    opened.mouse.move(x + 30, y + 20, steps=4)
    opened.mouse.up()
    assert at(opened, "red apple") == pytest.approx([x + 30, y + 20], abs=6)


@pytest.mark.parametrize(
    "options",
    [{"color_scheme": "light"}, {"color_scheme": "dark"}, {"viewport": {"width": 390, "height": 844}}],
    ids=["light", "dark", "phone"],
)
def test_nothing_keeps_anybody_out(open_page, small, serious_faults, options):
    page = open_page(small, **options)
    wait_for_drawing(page)
    page.fill("#query", "red")
    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_one_point_and_points_in_one_place(open_page, tmp_path):
    for n in (1, 3):
        Map([[5, 5]] * n, ["tea"] * n, kind="words", projection=("a", "b")).to_html(tmp_path / f"{n}.html")
        page = open_page(tmp_path / f"{n}.html")
        wait_for_drawing(page)
        assert ink(page) > 20
        page.focus("#marks")
        page.keyboard.press("Enter")
        assert said(page) == f"“tea” and {n - 1} neighbour{'' if n == 2 else 's'}."


def test_fifty_thousand_documents(open_page, tmp_path):
    """Texts of 160 characters, as varied as words of ten letters can be, make a page of less than 6 MB."""
    random = np.random.default_rng(0)
    words = np.array(["".join(random.choice(list("etaoinshrdlu"), 6)) for _ in range(20_000)])
    ranks = np.minimum(random.zipf(1.3, size=(50_000, 23)), 20_000) - 1
    texts = [" ".join(row)[:160] for row in words[ranks]]
    assert np.mean(list(map(len, texts))) > 155
    neighbors = random.integers(0, 50_000, size=(50_000, 6))
    path = tmp_path / "map.html"
    Map(random.normal(size=(50_000, 2)), texts, clusters=random.integers(0, 8, 50_000), neighbors=neighbors).to_html(
        path
    )
    assert path.stat().st_size < 6e6
    page = open_page(path)
    wait_for_drawing(page)
    assert said(page) == "50,000 documents."
    assert ink(page) > 10_000
    assert float(page.get_attribute("html", "data-drawn")) > 0
    page.fill("#query", texts[-1][:20])
    assert re.fullmatch(r"[\d,]+ documents? with “.*”\.", said(page))
    assert page.locator("#list li").count() >= 1


def test_a_long_word_does_not_make_the_page_wider(open_page, tmp_path):
    path = tmp_path / "map.html"
    Map([(0, 0), (1, 1)], ["w" * 200, "b"]).to_html(path)
    page = open_page(path)
    page.set_viewport_size({"width": 390, "height": 800})
    wait_for_drawing(page)
    page.mouse.click(*at(page, "w" * 200))
    assert page.inner_text("#heading").startswith("“www")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
