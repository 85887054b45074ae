"""Hostile names, texts, ids, metadata and arguments, shown on a terminal and in HTML: they are shown, and do nothing.

On a terminal nothing but colours of our own steers it: no escape sequence, no C1 control, no character that changes the
direction of what stands beside it. In HTML nothing of the user's opens a tag or an attribute.
"""

import contextlib
import csv
import io
import json
import os
import pty
import re
import select
from html.parser import HTMLParser
from inspect import signature

from sklearn.pipeline import make_pipeline

from fuzz.harness import Kind, require
from fuzz.texts import word
from textvec import (
    CosineIndex,
    CountVectorizer,
    EmbeddingVectorizer,
    StopWords,
    TfidfVectorizer,
    Tokenizer,
    Tokens,
    WordVectors,
    trace,
)
from textvec.plots import map_documents
from textvec.similarity import find_duplicates, similarity_matrix

PAYLOADS = [
    "\x1b]0;title\x07", "\x1b[31m", "\x1b[2J", "\x9b2J", "\x9d0;t\x9c", "\x07", "\x08\x08", "\r", "\x1b", "\x7f",
    "\x00", "\x85",
    "\u202e", "\u2066", "\u200f", "\u2028", "<script>x</script>", "<img src=x onerror=y>", '"><xss a="',
    "' onload='x",
    "--><xss>", "]]><xss/>", "&lt;xss&gt;", "</style><xss>", "</title><xss>", "<!--", "[bold]x[/bold]", "[link=x]",
    "{x}", "%s",
    "=1+1", "@x", "-x", "\ufeff", "\ud800",
]  # fmt: skip
STEERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
COLOUR = re.compile(r"\x1b\[[\d;]*m")
PROGRESS = re.compile(r"\x1b\[(?:\d*[ABCDGJK]|\?25[hl])")  # the cursor, as a progress bar moves it
PLAIN_TAGS = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "div",
    "p",
    "b",
    "mark",
    "table",
    "thead",
    "tbody",
    "tr",
    "td",
    "th",
]
SECONDS = 30


def prepare(folder):
    (folder / "plain.txt").write_text("good food\nbad food\n")
    on_a_terminal(["similar", "food", folder / "plain.txt"], folder)
    return {name: shown() for name, shown in SHOWN(["good food", "bad food"], ["a", "b"]).items()}


def attempt(rng, tags, scratch):
    rng.choice([terminal, terminal, html])(rng, tags, scratch)


def hostile(rng):
    """Return a text with words, so that something is found, and what may do harm."""
    return " ".join(rng.choice([rng.choice(PAYLOADS), "food", word(rng)]) for _ in range(rng.randrange(1, 6)))


# Terminals.


def terminal(rng, tags, scratch):
    """Run a command on files with hostile names and contents, on a terminal."""
    name = re.sub(r"[/\x00]", "", hostile(rng))[:30].encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    source = scratch / (name.strip(".") + rng.choice([".txt", ".csv", ".jsonl", ".tsv", "", ".parquet", ".gz"]))
    column, folder = hostile(rng), scratch / (hostile(rng).replace("/", "").replace("\0", "")[:20] + ".index")
    with contextlib.suppress(OSError, UnicodeEncodeError):
        source.write_bytes(content(rng, source.suffix, column).encode("utf-8", "replace"))
    build = ["index", "build", source, "-o", folder]
    look = ["-v"] * rng.randrange(2) + rng.choice([["--table"], ["--csv"], ["--tsv"], ["--jsonl"], ["--json"], []])
    commands = [
        [["similar", rng.choice(["food", hostile(rng)]), source, *look, *rng.choice([[], ["--explain"]])]],
        [["similar", "food", source, "--text-column", rng.choice([column, hostile(rng)]), *look]],
        [["similar", "food", scratch / "nowhere" / name]],
        [["similar", "food", scratch, *look]],
        [["similar", "food", source, rng.choice(["--stop-words", "--language", "--where", "--ngrams"]), hostile(rng)]],
        [build + rng.choice([[], ["--metadata-columns", column], ["--id-column", column]]), ["index", "info", folder]],
        [build, ["similar", "food", "--index", folder, *look], ["index", "delete", folder, hostile(rng)]],
        [build, ["similar", "food", "--index", folder, "--where", hostile(rng)], ["index", "add", folder, source]],
        [["index", "info", scratch / name], [hostile(rng)], ["similar", "--" + hostile(rng)]],
    ]
    for arguments in rng.choice(commands):
        shown = on_a_terminal([encodable(each) for each in arguments], scratch)
        at_work = PROGRESS.sub("", COLOUR.sub("", shown))
        steers = STEERS.search(at_work.replace("\r\n", "\n"))
        require(not steers, f"{arguments[:3]} shows {steers and steers[0]!r}: {at_work[-200:]!r}")
        require("Traceback" not in shown, f"{arguments[:3]} shows a traceback: {shown[-500:]}")
        require("a mistake in textvec" not in shown, f"{arguments}: {at_work[-300:]!r}")


def encodable(argument):
    """Return an argument as a program can be given it: without zero bytes, and bytes that are no UTF-8 as they are."""
    text = str(argument).replace("\0", "")
    return text.encode("utf-8", "surrogateescape" if is_escaped(text) else "replace").decode("utf-8", "surrogateescape")


def is_escaped(text):
    return not any(0xD800 <= ord(c) < 0xDC80 or 0xDD00 <= ord(c) < 0xE000 for c in text)


def content(rng, suffix, column):
    rows = [{"text": hostile(rng), "id": hostile(rng), column: hostile(rng)} for _ in range(4)]
    if suffix == ".jsonl":
        return "\n".join(json.dumps(row, ensure_ascii=rng.random() < 0.5) for row in rows)
    if suffix in (".csv", ".tsv"):
        file = io.StringIO()
        writer = csv.DictWriter(file, list(rows[0]), delimiter="," if suffix == ".csv" else "\t")
        writer.writeheader()
        writer.writerows(rows)
        return file.getvalue()
    return "\n".join(row["text"] for row in rows)


def on_a_terminal(arguments, folder):
    """Run the command in a copy of this process, on a terminal of its own; return what the terminal is told."""
    pid, told = pty.fork()
    if pid == 0:
        try:
            os.environ |= {"COLUMNS": "80", "TERM": "xterm-256color"}
            os.chdir(folder)
            from textvec.cli.main import main

            main([str(each) for each in arguments])
        except SystemExit:
            pass
        finally:
            os._exit(0)
    shown = b""
    while select.select([told], [], [], SECONDS)[0]:
        try:
            piece = os.read(told, 1 << 16)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        shown += piece
    os.close(told)
    os.waitpid(pid, 0)
    return shown.decode("utf-8", "replace")


# HTML.


class Page(HTMLParser):
    """The tags and attributes of a page."""

    def __init__(self, html):
        super().__init__()
        self.opened = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.opened |= {tag, *(f"{tag} {name}" for name, _ in attrs)}


def SHOWN(texts, ids):  # noqa: N802
    """Return, by their names, functions that make the tags and attributes of what is shown as HTML."""
    vectors = WordVectors(list(dict.fromkeys([*texts, "food"])), [[1.0, n + 1.0] for n in range(len({*texts, "food"}))])
    index = CosineIndex().fit(texts, ids=ids, metadata={"m": texts})
    things = {
        "estimator": lambda: make_pipeline(Tokenizer(), StopWords(texts), CountVectorizer(vocabulary=["a"])),
        "index": lambda: index,
        "hits": lambda: index.search(texts[:1]),
        "explanation": lambda: index.explain(texts[0], ids[0]),
        "tokens": lambda: Tokens.from_lists([texts]),
        "vectors": lambda: vectors,
        "neighbours": lambda: vectors.most_similar("food"),
        "matrix": lambda: similarity_matrix(texts),
        "duplicates": lambda: find_duplicates(texts),
        "of words": lambda: CosineIndex(EmbeddingVectorizer(vectors)).fit(texts, ids=ids).explain("food", ids[0]),
        "trace": lambda: trace(CosineIndex().fit(texts, ids=ids), texts),
        "map": lambda: map_documents(texts, labels=texts, clusters=2),
        "characters": lambda: CosineIndex(TfidfVectorizer(analyzer="char")).fit(texts).explain(texts[0], 0),
    }
    return {name: lambda make=make: opened(make()) for name, make in things.items()}


def opened(thing):
    """Return the tags and attributes of all the HTML that a thing is shown as."""
    found = set()
    for method, options in (("_repr_html_", {}), ("to_html", {}), ("to_html", {"full": True})):
        function = getattr(thing, method, None)
        if function is not None and {*options} <= {*signature(function).parameters}:
            found |= Page(function(**options) or "").opened
    return found


def html(rng, tags, scratch):
    """Show hostile texts: no tag and no attribute is there that plain texts do not have, but for highlights."""
    texts = [*dict.fromkeys(f"{hostile(rng)} food".replace("\ud800", "") for _ in range(3)), "food one"]
    for name, shown in SHOWN(texts, [f"{number} {text}" for number, text in enumerate(texts)]).items():
        new = {each for each in shown() - tags[name] if each.split()[0] not in PLAIN_TAGS}
        new |= {each for each in shown() if re.search(r" on\w+$| src$| href$|script$|^xss|^img", each)} - tags[name]
        require(not new, f"{name} opens {sorted(new)}")


KIND = Kind(prepare, attempt, short=12, megabytes=2048)
