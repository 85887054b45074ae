"""Pages are written for GitHub, too: their links to files outside of docs/ lead to pages of the site, or to GitHub."""

import os
import posixpath
import re
from pathlib import Path

REPOSITORY = "https://github.com/textvec/textvec-kit/blob/main/"
# Files of the project that are pages of the site as they are; on GitHub, docs/PAGE.md is a link to the file.
WHOLE = {"benchmarks": "benchmarks/RESULTS.md", "changelog": "CHANGELOG.md", "contributing": "CONTRIBUTING.md"}
# Examples that run end with an empty line, which is none of what they print.
BLANK_END = re.compile(r"^(```python\n(?:(?!```).*\n)*?)\n+```\n", re.MULTILINE)
LINK = re.compile(r"(?<=\]\()(?!https?:|#|mailto:)([^)\s#]+)")


def for_the_site(text, file, page):
    """Return the text of a file, with its relative links as they have to be on a page of the site.

    Both are named by their paths from the root of the project.
    """
    pages = {path: f"docs/{name}.md" for name, path in WHOLE.items()}

    def replaced(found):
        target = posixpath.normpath(posixpath.join(posixpath.dirname(file), found[1]))
        target = pages.get(target, target)
        if not target.startswith("docs/"):
            return REPOSITORY + target
        return posixpath.relpath(target, posixpath.dirname(page))

    return LINK.sub(replaced, text)


def change_links(app, docname, source):
    """Change the links of a page in Markdown."""
    path = Path(app.env.doc2path(docname))
    if path.suffix != ".md":
        return
    root = Path(app.srcdir).parent
    page = path.relative_to(root).as_posix()
    file = WHOLE.get(docname, page)
    if docname in WHOLE:
        app.env.note_dependency(os.fspath(root / file))
        title = source[0].partition("\n")[0]
        source[0] = title + "\n" + (root / file).read_text(encoding="utf-8").partition("\n")[2]
    source[0] = BLANK_END.sub(r"\1```\n", for_the_site(source[0], file, page))


def setup(app):
    """Change the sources as they are read."""
    app.connect("source-read", change_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
