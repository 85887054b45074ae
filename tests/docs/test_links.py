"""Every relative link of the pages, as GitHub shows them, leads to a file that is there, and to a heading in it."""

import posixpath
import re
import string

import pytest

from support.paths import PAGES, ROOT

FILES = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "RESULTS.md"]
# Made by `make docs`; on GitHub they are not there.
BUILT = ("docs/api/", "docs/gallery/")


def without_code(text):
    """Return the text without its blocks of code and code within lines."""
    return re.sub(r"`[^`\n]*`", "`", re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE))


def anchors(text):
    """Return the anchors that GitHub gives the headings of a page."""
    found = set()
    text = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#{1,6} (.*)$", text, re.MULTILINE):
        kept = [c for c in heading.lower() if c in "-_ " or c not in string.punctuation]
        anchor = "".join(kept).replace(" ", "-")
        found.add(anchor if anchor not in found else f"{anchor}-1")
    return found


def broken(page):
    """Return the links of a page that lead nowhere."""
    text = page.read_text(encoding="utf-8")
    messages = []
    for link in re.findall(r"\]\(([^)\s]+)\)", without_code(text)):
        path, _, anchor = link.partition("#")
        target = posixpath.normpath(posixpath.join(page.parent.relative_to(ROOT).as_posix(), path)) if path else None
        if re.match(r"[a-z]+:", link) or (target and target.startswith(BUILT)):
            continue
        file = ROOT / target if target else page
        if not file.exists():
            messages.append(f"{link}: there is no {target}")
        elif anchor and anchor not in anchors(file.read_text(encoding="utf-8")):
            messages.append(f"{link}: no heading has this anchor")
    return messages


@pytest.mark.parametrize("page", FILES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links(page):
    assert broken(page) == []


def test_a_broken_link_is_found(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.ROOT", tmp_path)
    (tmp_path / "b.md").write_text("# One, two (3)\n\n## `code`: and more\n")
    page = tmp_path / "a.md"
    page.write_text(
        "[a](b.md) [b](b.md#one-two-3) [c](b.md#code-and-more) [d](https://x.org/y) [e](c.md) [f](b.md#one)\n"
        "[g](#none) `[h](gone.md)` [i](docs/api/index.rst)\n```text\n[j](gone.md)\n```\n"
    )
    assert broken(page) == [
        "c.md: there is no c.md",
        "b.md#one: no heading has this anchor",
        "#none: no heading has this anchor",
    ]
