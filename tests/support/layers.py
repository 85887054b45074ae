"""Which module of the package imports which, read from the sources, and how that agrees with the list of rooms.

A room is a folder of `textvec/`, or `cli/`. An import is an arrow from one module to another, wherever it stands: at
the top of a file, in a function, under `if TYPE_CHECKING`, or as a string that names a module or something in one, as
in the lists of families and of names that are imported lazily. A name that is put together when the program runs cannot
be read from the sources.
"""

import ast
import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

# They offer every public name, so they may use every room, and only the command line may use them.
FRONT_DOOR = {"textvec", "textvec.chunks", "textvec.tokens"}
# It uses nothing, so that every room may name the version.
FREE = {"textvec._version"}
# The largest part of all lines that one room may have.
MAX_SHARE = 1 / 6


@dataclass(frozen=True, order=True)
class Arrow:
    """One import: the file and line it stands in, the module that imports, and the module that is imported."""

    file: str
    line: int
    source: str
    target: str

    def __str__(self):
        return f"{self.file}:{self.line}: {self.source} imports {self.target}"


def modules(root):
    """Return the file of every module under `textvec/` and `cli/` by the name that the module has when installed."""
    found = {}
    for folder, package in (("textvec", "textvec"), ("cli", "textvec.cli")):
        for path in sorted((root / folder).rglob("*.py")):
            parts = path.relative_to(root / folder).with_suffix("").parts
            found[".".join([package, *(part for part in parts if part != "__init__")])] = path
    return found


def arrows(root):
    """Return every import of a module of the package by another one."""
    files = modules(root)
    found = set()
    for source, path in files.items():
        for name, line in _imported(ast.parse(path.read_text(encoding="utf-8")), source, path, files):
            # A module, or a name that a module defines.
            target = name if name in files else name.rpartition(".")[0]
            if target in files and target != source:
                found.add(Arrow(path.relative_to(root).as_posix(), line, source, target))
    return sorted(found)


def _imported(tree, source, path, files):
    """Yield the dotted name and the line of each thing that a file imports."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = source.split(".") if path.name == "__init__.py" else source.split(".")[:-1]
            base = package[: len(package) - node.level + 1] if node.level else []
            base += node.module.split(".") if node.module else []
            yield from ((".".join([*base, alias.name]), alias.lineno) for alias in node.names)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # The name of a module, or of something in one after a colon or a dot.
            name = node.value.partition(":")[0]
            module = name if name in files else name.rpartition(".")[0]
            if module in files and module not in FRONT_DOOR:
                yield module, node.lineno


def room_of(module):
    """Return the room of a module: a folder's name, or the module's own where it lies in no folder."""
    if module == "textvec.__main__":  # `python -m textvec` is the command
        return "cli"
    return module.split(".")[1]


def listed_rooms(text):
    """Return the rooms in the table under "## The house" of CONTRIBUTING.md, in their order."""
    section = re.search(r"^## The house$(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return re.findall(r"^\| `(?:textvec/)?(\w+)/` \|", section[1], re.MULTILINE)


def rooms_not_as_listed(root, rooms):
    """Return a message for every room that is only in the list or only among the files, or is listed twice."""
    present = {room_of(module) for module in modules(root) if module not in FRONT_DOOR | FREE}
    return [
        *(f"{room} is in the list, but has no files" for room in rooms if room not in present),
        *(f"{room} has files, but is not in the list" for room in sorted(present - set(rooms))),
        *(f"{one} is in the list twice" for one, other in pairwise(sorted(rooms)) if one == other),
    ]


def arrows_up(found, rooms):
    """Return a message for every import of a room by one that stands before it in the list.

    As the list is one order, rooms without an arrow up have no circle either.
    """
    rank = {room: position for position, room in enumerate(rooms)}
    messages = []
    for arrow in found:
        if arrow.source in FRONT_DOOR or arrow.target in FREE:
            continue
        if arrow.target in FRONT_DOOR:
            if not arrow.source.startswith("textvec.cli"):
                messages.append(f"{arrow}, which is for users: import from the module that defines the name")
        else:
            source, target = room_of(arrow.source), room_of(arrow.target)
            if rank.get(target, -1) > rank.get(source, len(rank)):
                messages.append(f"{arrow}, but {source}/ stands before {target}/ in the list")
    return messages


def circles(found):
    """Return a message for every set of modules each of which imports all the others, by way of each other."""
    names = sorted({name for arrow in found for name in (arrow.source, arrow.target)})
    number = {name: i for i, name in enumerate(names)}
    edges = np.array([(number[arrow.source], number[arrow.target]) for arrow in found], dtype=int).reshape(-1, 2)
    graph = coo_array((np.ones(len(edges)), edges.T), shape=(len(names), len(names)))
    n_components, component = connected_components(graph, directed=True, connection="strong")
    messages = []
    for circle in np.flatnonzero(np.bincount(component, minlength=n_components) > 1):
        inside = [a for a in found if component[number[a.source]] == circle == component[number[a.target]]]
        messages.append("a circle of imports:\n  " + "\n  ".join(map(str, inside)))
    return messages


def lines_by_room(root):
    """Return the number of lines of every room; those in no room count as the front door's."""
    lines = {}
    for module, path in modules(root).items():
        room = "front door" if module in FRONT_DOOR | FREE else room_of(module)
        lines[room] = lines.get(room, 0) + len(path.read_text(encoding="utf-8").splitlines())
    return lines


def rooms_too_large(lines):
    """Return a message for every room with more than `MAX_SHARE` of all lines."""
    total = sum(lines.values())
    return [
        f"{room}/ has {n:,} of {total:,} lines, {n / total:.1%}, where at most {MAX_SHARE:.1%} are allowed: split it"
        for room, n in lines.items()
        if n > MAX_SHARE * total
    ]
