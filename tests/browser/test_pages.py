"""The frame of all pages, in a real browser: nothing leaves, nothing that a text contains runs, and faults are seen."""

from pathlib import Path

import pytest

from support.browser import wait_until
from textvec._common.html_page import page

HOSTILE = ["</script><script>document.title='broken'</script>", "<!--", "a\u2028b", "<img src=x onerror=alert(1)>"]
SCRIPT = """
const texts = JSON.parse(document.getElementById("data").textContent);
document.querySelector("main").textContent = texts.join("|");
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a page, and gives its path."""

    def write_page(body="<main></main>", **parts):
        path = tmp_path / "page.html"
        path.write_text(page("A & B", body, **parts), encoding="utf-8")
        return path

    return write_page


def test_data_arrive_as_they_are(write, open_page, serious_faults):
    opened = open_page(write(script=SCRIPT, data=HOSTILE))
    assert opened.inner_text("main") == "|".join(HOSTILE)
    assert opened.title() == "A & B"
    assert serious_faults(opened) == []


@pytest.mark.parametrize(
    "body",
    [
        "<script>document.title = 'broken'</script>",
        "<img src=x: onerror=\"document.title = 'broken'\">",
        "<img src='https://example.org/a.png'>",
        "<link rel=stylesheet href='https://example.org/a.css'>",
    ],
    ids=["script", "handler", "image", "style"],
)
def test_nothing_else_runs_or_is_loaded(body, write, chromium):
    opened = chromium.new_page(offline=True)
    loaded = []
    opened.on("requestfinished", lambda request: loaded.append(request.url))
    opened.goto(write(f"<main>{body}</main>").as_uri())
    assert opened.title() == "A & B"
    assert [url for url in loaded if not url.startswith("file:")] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_colours_of_the_frame(scheme, write, open_page, serious_faults):
    names = ("ink", "quiet", "accent", "for", "against")
    lines = "".join(f'<p style="color: var(--{name})">{name}</p>' for name in names)
    lines += "".join(f'<p style="background: var(--raised); color: var(--{name})">{name}</p>' for name in names)
    lines += '<p style="background: var(--accent); color: var(--accent-ink)">accent</p>'
    lines += '<p style="background: var(--chosen); color: var(--chosen-ink)">chosen</p>'
    opened = open_page(write(f"<main><h1>Colours</h1>{lines}</main>"), color_scheme=scheme)
    assert serious_faults(opened) == []


def test_faults_of_a_page_are_seen(write, open_page, serious_faults):
    opened = open_page(write('<main><p style="color: #999; background: #aaa">pale</p><button></button></main>'))
    assert {rule for rule, *_ in serious_faults(opened)} == {"color-contrast", "button-name"}


def test_what_comes_late_is_waited_for(write, open_page):
    opened = open_page(write(script="setTimeout(() => { document.title = 'late'; }, 200);"))
    wait_until(opened, lambda: opened.evaluate("document.title") == "late")
    with pytest.raises(AssertionError, match="still not so"):
        wait_until(opened, lambda: False, seconds=0.01)


def test_nobody_waits_by_eval():
    """It works by chance, where what is waited for is there at once: the pages forbid eval."""
    tests = {path.name: path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py")}
    assert len(tests) > 3
    assert [name for name, text in tests.items() if ".wait_for_" + "function(" in text] == []
