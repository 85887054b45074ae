"""Make a virtual environment with pip in it, also where Python came without `ensurepip`.

Debian parts `ensurepip` from Python into a package of its own (python3-venv). Where that is missing, pip's wheel is
taken from the package index, checked against the hash that the index gives, and installed by itself.
"""

import hashlib
import html.parser
import os
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
import venv
from pathlib import Path


class _Links(html.parser.HTMLParser):
    """The addresses of wheels that an index page links to, oldest first; those withdrawn ("yanked") left out."""

    def __init__(self, page, address):
        super().__init__()
        self.found = []
        self.address = address
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        link = urllib.parse.urlparse(urllib.parse.urljoin(self.address, attrs.get("href") or ""))
        stable = link.path.endswith("-py3-none-any.whl") and link.path.split("-")[-4].replace(".", "").isdigit()
        if tag == "a" and stable and "data-yanked" not in attrs:
            self.found.append(link)


def newest_pip(index):
    """Download pip's newest wheel from a package index: its name and bytes."""
    address = f"{index.rstrip('/')}/pip/"
    with urllib.request.urlopen(address, timeout=60) as page:  # noqa: S310  (the index is the user's own setting)
        links = _Links(page.read().decode(), address).found
    link = max(links, key=lambda link: [int(part) for part in link.path.split("-")[-4].split(".")])
    with urllib.request.urlopen(link._replace(fragment="").geturl(), timeout=60) as file:  # noqa: S310
        wheel = file.read()
    algorithm, _, expected = link.fragment.partition("=")
    if hashlib.new(algorithm, wheel).hexdigest() != expected:
        raise SystemExit(f"pip's wheel from {address} does not have the hash that the index gives: {link.fragment}")
    return Path(link.path).name, wheel


def main(folder):
    """Make the environment."""
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        venv.create(folder, with_pip=False, symlinks=True)
        with tempfile.TemporaryDirectory() as temporary:
            name, content = newest_pip(os.environ.get("PIP_INDEX_URL", "https://pypi.org/simple"))
            wheel = Path(temporary, name)
            wheel.write_bytes(content)
            command = [Path(folder, "bin", "python"), wheel / "pip", "install", "--quiet", "--no-index", wheel]
            subprocess.run(command, check=True)  # noqa: S603
    else:
        venv.create(folder, with_pip=True, symlinks=True)


if __name__ == "__main__":
    main(sys.argv[1])
