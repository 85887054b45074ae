"""Pages of the API reference, a page a room and a page a name, from the rooms' own lists of public names.

A name that is added to `__all__` of a room has its page at the next build.
"""

import importlib
import inspect
import pkgutil
import re
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.domains.python import PyXRefRole

import textvec

FOLDER = "api"
OF_ANOTHER = re.compile(r"\b(scikit-learn|gensim|NLTK|spaCy|Keras)'s\s+$")
"""What stands before the name of a class of another library, which is no link to ours of the same name."""


@cache
def rooms():
    """Return the rooms that offer names, each with those of its names that are defined in it."""
    found = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(textvec.__path__) if module.ispkg):
        room = importlib.import_module(f"textvec.{name}")
        public = [each for each in getattr(room, "__all__", ()) if not inspect.ismodule(getattr(room, each))]
        here = [each for each in public if getattr(room, each).__module__.startswith(room.__name__)]
        if here:
            found[room] = here, [each for each in public if each not in here]
    return found


def first_paragraph(room):
    """Return what a room is, in one line."""
    return inspect.getdoc(room).partition("\n\n")[0].replace("\n", " ")


def page_of(room, here, elsewhere):
    """Return the page of a room: what it says of itself, and a table of its names, each of which gets a page."""
    title = room.__name__
    about = re.sub(r"^Tested in .*", "", inspect.getdoc(room), flags=re.MULTILINE | re.DOTALL)
    lines = [title, "=" * len(title), "", *about.splitlines(), ""]
    for heading, wanted in (("Classes", True), ("Functions", False)):
        names = [each for each in here if inspect.isclass(getattr(room, each)) == wanted]
        if names:
            lines += [heading, "-" * len(heading), "", f".. currentmodule:: {room.__name__}", ""]
            lines += [
                ".. autosummary::",
                "   :toctree:",
                "   :nosignatures:",
                "",
                *(f"   {each}" for each in names),
                "",
            ]
    if elsewhere:
        lines += ["From other rooms", "----------------", ""]
        for each in elsewhere:
            home = ".".join(getattr(room, each).__module__.split(".")[:2])
            lines.append(f"* :py:obj:`{each} <{home}.{each}>`")
    return "\n".join(lines) + "\n"


def write_pages(app, config):
    """Write the pages of the rooms and the index of them, and remove those of names that are gone.

    A page that says the same already stays as it is, so that Sphinx does not read it anew.
    """
    folder = Path(app.srcdir, FOLDER)
    folder.mkdir(exist_ok=True)
    pages = {room.__name__: page_of(room, *names) for room, names in rooms().items()}
    template = Path(app.srcdir, "_templates", "api_index.rst").read_text(encoding="utf-8")
    pages["index"] = template.format(
        rooms="\n   ".join(f"* - :doc:`{room.__name__}`\n     - {first_paragraph(room)}" for room in rooms()),
        names="\n".join(f"* :py:obj:`{name} <{home}.{name}>`" for name, home in sorted(textvec._HOMES.items())),
        pages="\n   ".join(room.__name__ for room in rooms()),
    )
    of_names = {f"{room.__name__}.{name}" for room, (here, _) in rooms().items() for name in here}
    for path in folder.glob("*.rst"):
        if path.stem not in {*pages, *of_names}:
            path.unlink()
    for name, text in pages.items():
        path = folder / f"{name}.rst"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def skip_foreign(app, what, name, thing, skip, options):
    """Leave out what classes inherit from other libraries, and the fields of named tuples: the docstring has them."""
    if isinstance(thing, property):
        thing = thing.fget
    thing = inspect.unwrap(getattr(thing, "__func__", thing)) if callable(thing) else thing
    module = getattr(thing, "__module__", None) or ""
    return skip or not module.startswith("textvec") or None


class CodeOrLink(PyXRefRole):
    """Text in single backticks: a link where it is the name of something on these pages, and code in any case."""

    def run(self):
        """Return the nodes for one text in single backticks."""
        if re.fullmatch(r"[A-Za-z_](\w|\.(?=\w))*", self.text):
            self.name = "py:obj"
            return super().run()
        return [nodes.literal(self.rawtext, self.text)], []


def from_other_rooms(app, env, node, content):
    """Return the link of a public name that is written without its room, or as one of `textvec` itself."""
    if node.get("refdomain") != "py":
        return None
    name = node["reftarget"].removeprefix("textvec.")
    owner = name.partition(".")[0]
    homes = [room.__name__ for room, (here, _) in rooms().items() if owner in here]
    if len(homes) != 1 or (name == node["reftarget"] and not owner[0].isupper()):
        return None
    python = env.get_domain("py")
    return python.resolve_xref(env, node["refdoc"], app.builder, node["reftype"], f"{homes[0]}.{name}", node, content)


def of_another(node):
    """Return whether a name is that of another library: "scikit-learn's CountVectorizer"."""
    before = node.previous_sibling()
    return isinstance(before, nodes.Text) and OF_ANOTHER.search(before.astext()) is not None


def link_names(app, doctree):
    """Make links of the names of public classes, and of functions with their room, in a page in Markdown."""
    for link in list(doctree.findall(addnodes.pending_xref)):
        if link.get("reftype") == "obj" and of_another(link):
            link.replace_self(link.children)
    if Path(app.env.doc2path(app.env.docname)).suffix != ".md":
        return
    public = {name for here, _ in rooms().values() for name in here if name[0].isupper()}
    with_room = {f"{room.__name__}.{name}" for room, (here, _) in rooms().items() for name in here}
    for literal in list(doctree.findall(nodes.literal)):
        name = literal.astext()
        whole = f"textvec.{name.removeprefix('textvec.')}"
        in_link = isinstance(literal.parent, nodes.reference | addnodes.pending_xref)
        is_public = whole in with_room or name.removeprefix("textvec.") in public
        if is_public and not in_link and not of_another(literal):
            target = whole if whole in with_room else name
            link = addnodes.pending_xref("", refdomain="py", reftype="obj", reftarget=target, refwarn=False)
            link["refdoc"] = app.env.docname
            literal.replace_self(link)
            link += literal


def setup(app):
    """Write the pages before Sphinx looks which pages there are."""
    app.connect("config-inited", write_pages)
    app.connect("autodoc-skip-member", skip_foreign)
    app.connect("missing-reference", from_other_rooms)
    app.connect("doctree-read", link_names)
    app.add_role("code_or_link", CodeOrLink())
    return {"parallel_read_safe": True, "parallel_write_safe": True}
