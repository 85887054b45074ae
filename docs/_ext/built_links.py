"""Check a built site: `python docs/_ext/built_links.py FOLDER` fails if a link leads nowhere, or a part is elsewhere.

Links to other sites are allowed, and not followed. What a page is made of, its scripts, styles, pictures and fonts, has
to be in the folder.
"""

import re
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# Attributes that make a browser load something, by tag; of <link>, those relations do.
LOADED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
}
LOADED_RELATIONS = {"stylesheet", "icon", "preload", "modulepreload", "manifest", "shortcut"}
IN_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?(?:https?:)?//[^)"'\s]+""")


class Page(HTMLParser):
    """What a page links to, what it loads, the anchors it has, and which of its links nobody can see or hear."""

    def __init__(self, path):
        super().__init__()
        self.links, self.loaded, self.anchors, self.unnamed = set(), set(), {"", "top"}, set()
        self.open = None  # The link that is being read, until something in it has a name.
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        """Note one element."""
        found = dict(attributes)
        self.anchors |= {found[name] for name in ("id", "name") if found.get(name)}
        if tag == "a" and found.get("href"):
            self.links.add(found["href"])
            self.open = found["href"]
        if self.open is not None and (found.get("aria-label") or found.get("title") or found.get("alt")):
            self.open = None
        loads = LOADED.get(tag) or (LOADED_RELATIONS & set((found.get("rel") or "").split()) and "href")
        if loads and found.get(loads):
            self.loaded.add(found[loads])

    def handle_data(self, data):
        """Note that the link has a text."""
        if data.strip():
            self.open = None

    def handle_endtag(self, tag):
        """Note a link that ends without a name."""
        if tag == "a" and self.open is not None:
            self.unnamed.add(self.open)
            self.open = None


def faults(folder):
    """Return a message for each link of the pages of a folder that leads nowhere, and each thing from elsewhere."""
    pages = {path.resolve(): Page(path) for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts}
    messages = []
    for path, page in pages.items():
        name = path.relative_to(folder.resolve()).as_posix()
        messages += [f"{name} has a link without a text, to {link}" for link in sorted(page.unnamed)]
        for link in sorted(page.links | page.loaded):
            parts = urlsplit(link)
            if parts.scheme == "data":
                continue
            if parts.scheme or parts.netloc:
                if link in page.loaded:
                    messages.append(f"{name} loads {link}")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file():
                messages.append(f"{name} links to {link}, which is not there")
            elif target in pages and unquote(parts.fragment) not in pages[target].anchors:
                messages.append(f"{name} links to {link}, which has no such anchor")
    for path in sorted(folder.rglob("*.css")):
        found = IN_STYLES.findall(path.read_text(encoding="utf-8"))
        messages += [f"{path.relative_to(folder).as_posix()} loads {each}" for each in found]
    return messages


if __name__ == "__main__":
    found = faults(Path(sys.argv[1]))
    print("\n".join(found), file=sys.stderr)
    sys.exit(bool(found))
