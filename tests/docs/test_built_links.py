"""What `make docs` checks of the site that it has built."""

import importlib.util

from support.paths import ROOT


def extension(name):
    """Import a module of docs/_ext."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "_ext" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_what_is_wrong_is_found(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static/a.css").write_text("@import 'https://fonts.example/a.css'; p {background: url(a.png)}")
    (tmp_path / "_static/macros.html").write_text("<a href='{{ template }}'>")
    (tmp_path / "a b.html").write_text("<h2 id='here'>A</h2><a href='#here'>a</a><a href='#top'>top</a>")
    (tmp_path / "index.html").write_text(
        """
        <link rel="stylesheet" href="_static/a.css?digest=1"> <link rel="canonical" href="https://example.org/">
        <a href="a%20b.html#here">right</a> <a href="https://example.org">elsewhere</a> <img src="data:image/png;,">
        <a href="c.html">gone</a> <a href="a%20b.html#there">no anchor</a> <a href="#nowhere">none here</a>
        <a href="a%20b.html"><span></span></a> <a href="a%20b.html"><img src="data:," alt="A"></a>
        <script src="https://cdn.example/x.js"></script> <img src="//pictures.example/x.png"> <img src="x.png">
        """
    )
    assert extension("built_links").faults(tmp_path) == [
        "index.html has a link without a text, to a%20b.html",
        "index.html links to #nowhere, which has no such anchor",
        "index.html loads //pictures.example/x.png",
        "index.html links to a%20b.html#there, which has no such anchor",
        "index.html links to c.html, which is not there",
        "index.html loads https://cdn.example/x.js",
        "index.html links to x.png, which is not there",
        "_static/a.css loads @import 'https://fonts.example/a.css",
    ]


def test_a_right_site_has_no_faults(tmp_path):
    (tmp_path / "index.html").write_text("<h1 id='a'>A</h1><a href='#a'>a</a><a href='index.html'>b</a>")
    assert extension("built_links").faults(tmp_path) == []


def test_links_of_pages_become_links_of_the_site():
    text = "[a](../guide/bm25.md#words) [b](#here) [c](../../benchmarks/RESULTS.md#x) [d](../../examples/spam.py) [e](http://x)"
    github = "https://github.com/textvec/textvec-kit/blob/main/"
    assert extension("repository_links").for_the_site(text, "docs/commands/cli.md", "docs/commands/cli.md") == (
        f"[a](../guide/bm25.md#words) [b](#here) [c](../benchmarks.md#x) [d]({github}examples/spam.py) [e](http://x)"
    )
    text = "[a](docs/guide/bm25.md) [b](CONTRIBUTING.md) [c](pyproject.toml)"
    assert extension("repository_links").for_the_site(text, "CHANGELOG.md", "docs/changelog.md") == (
        f"[a](guide/bm25.md) [b](contributing.md) [c]({github}pyproject.toml)"
    )


def test_files_that_are_pages_of_the_site_are_linked_by_their_page():
    """The page in docs/ is what readers on GitHub see."""
    for name, file in extension("repository_links").WHOLE.items():
        assert f"](../{file})" in (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8")
