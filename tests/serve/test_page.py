"""The page without a browser: its files are there, and nothing in it is forbidden by the policy of the server."""

import re

from textvec.serve.page import page_files, page_html


def test_every_file_that_is_asked_for_is_there():
    files = page_files()
    asked = set(re.findall(r'(?:href|src)="static/([^"]+)"', page_html().decode()))
    for _, content in files.values():
        asked |= set(re.findall(r'^import .* from "\./([^"]+)";$', content.decode(), re.MULTILINE))
    assert asked == files.keys()
    assert {name.rpartition(".")[2]: kind for name, (kind, _) in files.items()} == {
        "css": "text/css; charset=utf-8",
        "js": "text/javascript; charset=utf-8",
    }


def test_nothing_is_inline_and_nothing_is_put_in_as_markup():
    page = page_html().decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\b(?:style|on\w+)=|//", page) == []
    scripts = b"".join(content for _, content in page_files().values()).decode()
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|setHTML|https?://"
    assert re.findall(forbidden, scripts) == []
