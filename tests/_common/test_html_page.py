"""Pages of HTML that are one file. In a browser: tests/browser/test_pages.py."""

import json
import re

import pytest

from textvec._common.html_page import asset, page

HOSTILE = ["</script>", "<!--<script>", "a\u2028b", "]]>", "&lt;", "\ud800", "\x00", "κόσμε 🙂"]


def test_data_come_back():
    text = page("t", "<main></main>", data=HOSTILE)
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1]
    assert json.loads(found) == HOSTILE
    assert "<" not in found
    assert text.encode()  # a file of UTF-8 can hold it


def test_the_title_is_escaped():
    assert "<title>&lt;b&gt; &amp; &quot;</title>" in page('<b> & "', "")


def test_data_that_json_has_not():
    with pytest.raises(ValueError, match="not JSON compliant"):
        page("t", "", data=[float("nan")])


def test_the_policy_names_the_script():
    """Another script has another hash, and line ends do not change it."""
    policies = [re.search(r"sha256-[^']+", page("t", "", script=s))[0] for s in ("a\r\nb", "a\nb", "c")]
    assert policies[0] == policies[1] != policies[2]


def test_the_policy_forbids_the_rest():
    """What a browser is not asked for in tests/browser, such as a form that is sent elsewhere, is forbidden, too."""
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', page("t", ""))[1]
    assert set(policy.split("; ")) == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data: blob:",
        "base-uri 'none'",
        "form-action 'none'",
    }


def test_an_asset():
    assert asset("textvec", "py.typed") == ""
