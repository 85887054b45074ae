"""Public docstrings as numpydoc reads them: every parameter is there, with its type and a description."""

import importlib
import inspect
import pkgutil

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import textvec

# Problems of parameters (PR), of sections and blank lines (GL), of the summary (SS), and of what is yielded (YD). Not
# asked for are sections in every docstring, and a summary of one line.
CODES = ("GL01", "GL02", "GL03", "GL05", "GL06", "GL07", "GL08", "PR", "SS01", "SS03", "SS04", "SS06", "YD")
# What only the package makes: its attributes are documented, and its parameters concern nobody else.
RESULTS = {"Decision", "Duplicates", "Explanation", "Overlap", "SearchResults", "Trace"}


def is_ours(thing):
    return (getattr(thing, "__module__", None) or "").startswith("textvec")


def public_objects():
    """Return by their paths what `textvec` and its rooms offer, and the public methods and properties of classes."""
    rooms = [m.name for m in pkgutil.iter_modules(textvec.__path__) if m.ispkg and m.name != "cli"]
    modules = [textvec, *(importlib.import_module(f"textvec.{room}") for room in rooms if not room.startswith("_"))]
    offered = [getattr(module, name) for module in modules for name in getattr(module, "__all__", [])]
    found = [thing for thing in offered if is_ours(thing) and callable(thing)]
    for cls in [thing for thing in found if isinstance(thing, type)]:
        members = [member for name, member in inspect.getmembers_static(cls) if not name.startswith("_")]
        functions = [getattr(member, "__func__", getattr(member, "fget", member)) for member in members]
        found += [function for function in functions if inspect.isfunction(function) and is_ours(function)]
    return {f"{thing.__module__}.{thing.__qualname__}": thing for thing in found}


OBJECTS = public_objects()


def not_described(cls):
    """Return the parameters of a class, or fields, that are described neither as such nor as attributes."""
    fields = getattr(cls, "_fields", getattr(cls, "__dataclass_fields__", None))
    if fields is None:
        fields = inspect.signature(cls.__init__).parameters if is_ours(cls.__init__) else {}
    doc = NumpyDocString(inspect.getdoc(cls))
    listed = [*doc["Parameters"], *doc["Attributes"]]
    described = {name for entry in listed if "".join(entry.desc).strip() for name in entry.name.split(", ")}
    return set(fields) - described - {"self"}


@pytest.mark.parametrize("path", sorted(OBJECTS))
def test_docstring(path):
    thing = OBJECTS[path]
    is_class = isinstance(thing, type)
    codes = [code for code in CODES if not (is_class and code == "PR")] + [f"PR{n:02}" for n in range(2, 11)]
    errors = [error for error in validate(path)["errors"] if error[0].startswith(tuple(codes))]
    assert errors == []
    if is_class and thing.__name__ not in RESULTS:
        assert not_described(thing) == set()


def test_what_is_found():
    assert len(OBJECTS) > 150
    assert {
        "textvec.vectorizers.count.CountVectorizer.fit",
        "textvec.embeddings._interchange.Interchange.read",
        "textvec.text.tokens.Tokens.n_tokens",
        "textvec.index.results.Hit",
        "textvec.persistence.save_load.load",
    } <= set(OBJECTS)
    assert {path.rpartition(".")[2] for path in OBJECTS} >= RESULTS


class Broken:
    r"""Take two things, in a list that a backslash continues, which numpydoc does not know.

    Parameters
    ----------
    first, \
    second
        See elsewhere.
    """

    def __init__(self, first, second):
        self.first, self.second = first, second


def test_a_broken_list_is_seen(monkeypatch):
    monkeypatch.setattr(Broken.__init__, "__module__", "textvec")
    assert not_described(Broken) == {"first"}
    monkeypatch.setattr(Broken, "__doc__", Broken.__doc__.replace("\\\n    second", "second"))
    assert not_described(Broken) == set()
