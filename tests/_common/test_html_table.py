"""Tables of HTML: escaped, with heads that a screen reader can tell, without colours of their own."""

from xml.etree import ElementTree

from textvec._common.html_table import Cell, html_table


def test_everything_is_escaped_and_nothing_steers():
    hostile = "<script>x</script>&\"'\x1b[31m\u202e"
    page = html_table(
        [hostile], [[hostile], [Cell(hostile, "color:inherit", hostile)]], caption=hostile, texts={0}, rest=hostile
    )
    assert "<script" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    tree = ElementTree.fromstring(page)
    assert {each.tag for each in tree.iter()} == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert tree.find(".//td[@title]").attrib == {
        "dir": "auto", "style": "text-align:left;color:inherit", "title": "<script>x</script>&\"'\ufffd[31m\ufffd",
    }  # fmt: skip


def test_heads_say_what_they_are_heads_of():
    tree = ElementTree.fromstring(html_table(["word", "n"], [["tea", "1"]], row_heads=True))
    assert [(th.text, th.get("scope")) for th in tree.iter("th")] == [("word", "col"), ("n", "col"), ("tea", "row")]
    assert [td.text for td in tree.iter("td")] == ["1"]


def test_what_is_not_there_is_not_shown():
    assert html_table((), [], rest="") == "<table><tbody></tbody></table>"
    tree = ElementTree.fromstring(html_table((), [["a", "b"]], rest="and 2 more rows"))
    assert [td.get("colspan") for td in tree.iter("td")] == [None, None, "2"]


def test_there_are_no_colours():
    page = html_table(["a"], [["b"]], caption="c", texts={0}, row_heads=True, rest="d")
    assert "color" not in page
    assert "background" not in page
