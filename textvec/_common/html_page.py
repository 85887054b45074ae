"""Pages of HTML that are one file: opened from a disk or a mail, they load nothing and send nothing.

A Content-Security-Policy forbids every request, and every script but the page's own, which it names by its hash. So
what a text contains can neither run nor call home, even if it were written into the page unescaped.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from textvec._common.atomic_files import replacing

# Colours by their role. The contrast of text with its ground is at least 4.5 (WCAG 2.2, AA), in light and in dark.
BASE_STYLE = """
:root {
  color-scheme: light dark;
  --ground: #ffffff; --raised: #f4f6f8; --ink: #1d2733; --quiet: #566270; --line: #cfd6dd;
  --accent: #0b5cad; --accent-ink: #ffffff; --chosen: #ffe08a; --chosen-ink: #2b2100;
  --for: #0b5cad; --against: #a8460b;
}
@media (prefers-color-scheme: dark) { :root {
  --ground: #14181d; --raised: #1e242b; --ink: #e6ebf0; --quiet: #a3afbb; --line: #3a444f;
  --accent: #7cb7f2; --accent-ink: #10161c; --chosen: #6a5200; --chosen-ink: #fff3cf;
  --for: #7cb7f2; --against: #f0a06c;
} }
@media print { :root {
  --ground: #ffffff; --raised: #ffffff; --ink: #000000; --quiet: #333333; --line: #999999;
  --accent: #000000; --accent-ink: #ffffff; --chosen: #ffe08a; --chosen-ink: #000000;
  --for: #0b5cad; --against: #a8460b;
} }
*, *::before, *::after { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
@media (prefers-reduced-motion: reduce) { * { animation: none !important; transition: none !important; } }
"""

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'"

_PAGE = """<!DOCTYPE html>
<html lang="{lang}">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{policy}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
{data}{script}</body>
</html>
"""


def page(title: str, body: str, *, style: str = "", script: str = "", data: Any = None, lang: str = "en") -> str:
    """Return a whole document of HTML that needs nothing but itself.

    Parameters
    ----------
    title : str
        The title, which is escaped here.
    body : str
        HTML. Whoever makes it escapes what it holds.
    style, script : str, default=""
        CSS after the base style, and JavaScript, as `asset` reads them.
    data : object, default=None
        What the script works on, as JSON: it reads `JSON.parse(document.getElementById("data").textContent)`. Whatever
        strings it holds, they end neither the element nor the script.
    lang : str, default="en"
        Language of what the page itself says.

    Returns
    -------
    page : str
        The document.

    Raises
    ------
    ValueError
        If the data hold NaN or an infinite number, which JSON has not.

    Examples
    --------
    >>> from textvec._common.html_page import page
    >>> "<title>R &amp; D</title>" in page("R & D", "<main></main>")
    True
    >>> page("", "", data=["</script>"]).count("</script>")  # the end of the data, and nothing else
    1
    """
    # Browsers hash what stands between the tags after they made every end of a line a line feed.
    script = script.replace("\r\n", "\n").replace("\r", "\n")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return _PAGE.format(
        lang=escape(lang),
        policy=_POLICY + (f"; script-src 'sha256-{digest}'" if script else ""),
        title=escape(title),
        style=BASE_STYLE + style,
        body=body,
        data="" if data is None else f'<script type="application/json" id="data">{_as_json(data)}</script>\n',
        script=f"<script>{script}</script>\n" if script else "",
    )


def page_or_file(page: str, path: str | os.PathLike[str] | None) -> str | None:
    """Return a page; or, if there is a path, write it there, whole or not at all, and return nothing, as pandas does.

    Parameters
    ----------
    page : str
    path : str, path-like or None

    Returns
    -------
    page : str or None

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    if path is None:
        return page
    with replacing(Path(path)) as [file]:
        file.write(page.encode())
    return None


def asset(package: str, name: str) -> str:
    """Return the text of a style or a script that lies beside the modules of a package.

    Parameters
    ----------
    package : str
        Such as "textvec.tracing": `__package__` of the caller.
    name : str
        Such as "page.js".

    Returns
    -------
    text : str
        What the file holds.
    """
    return files(package).joinpath(name).read_text(encoding="utf-8")


def _as_json(data: Any) -> str:
    """Return JSON in which no markup can begin; a lone surrogate, which no file of UTF-8 holds, is escaped, too."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return "".join(f"\\u{ord(c):04x}" if "\ud800" <= c <= "\udfff" else c for c in text)
