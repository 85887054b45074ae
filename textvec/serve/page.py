"""The page of a server: a search box and a text box, whose scripts ask the routes that other programs ask.

It is the same for every server. What it shows comes as JSON, and becomes text nodes, never markup. `page.js` begins;
each `page_*.js` is what its first line says.

Tested in tests/serve/test_page.py, tests/browser/test_serve_page.py and tests/browser/test_serve_page_safety.py.
"""

from __future__ import annotations

from textvec._common.html_page import BASE_STYLE, asset

_SCRIPTS = ("", "_classify", "_filters", "_hit", "_reasons", "_search", "_server", "_state", "_text")


def page_html() -> bytes:
    """Return the page, which asks for the files of `page_files`."""
    return asset(__package__, "page.html").encode()


def page_files() -> dict[str, tuple[str, bytes]]:
    """Return what the page asks for under `static/`, by name, each with its media type."""
    files = {"page.css": ("text/css; charset=utf-8", (BASE_STYLE + asset(__package__, "page.css")).encode())}
    for name in _SCRIPTS:
        script = asset(__package__, f"page{name}.js")
        files[f"page{name}.js"] = ("text/javascript; charset=utf-8", script.encode())
    return files
