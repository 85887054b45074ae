"""From JSON to values: what `TreeWriter` writes is read again.

Needs NumPy and Arrow only. The objects of classes are made by whoever reads, from their names and states.

Tested in tests/persistence/test_errors.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa

from textvec._common.parsing import parsing
from textvec.persistence.archive import Archive

DEEPEST = 100  # lists in lists, dicts in objects: both ways go down by recursion

# Functions that parameters may be, such as CountVectorizer(analyzer=list).
FUNCTIONS: dict[str, Any] = {
    "list": list, "tuple": tuple, "set": set, "frozenset": frozenset, "sorted": sorted, "str": str,
    "str.casefold": str.casefold, "str.lower": str.lower, "str.split": str.split, "str.splitlines": str.splitlines,
    "str.strip": str.strip, "str.title": str.title, "str.upper": str.upper,
}  # fmt: skip
TYPES: dict[str, type] = {
    "bool": bool,
    "int": int,
    "float": float,
    **{f"numpy.{kind}": np.dtype(kind).type for kind in ("bool", "float16", "float32", "float64")},
    **{f"numpy.{sign}int{bits}": np.dtype(f"{sign}int{bits}").type for sign in ("", "u") for bits in (8, 16, 32, 64)},
}


def read(archive: Archive, make: Callable[[str, Any], Any], foreign: Callable[[bytes], Any]) -> Any:
    """Return the object in an archive.

    Parameters
    ----------
    archive : Archive
    make : callable
        Takes the name of a class and the state, and returns the object.
    foreign : callable
        Takes the bytes of another object, and returns it.

    Raises
    ------
    ValueError
        If the archive is not what `Writer` and `TreeWriter` write, or one of the two raises an error.
    """

    def make_checked(name: str, state: Any) -> Any:
        with parsing(lambda what: archive.error(f"it holds no proper {name!r:.80}: {what}")):
            return make(name, state)

    def make_foreign(data: bytes) -> Any:
        with parsing(archive.error):
            return foreign(data)

    with parsing(archive.error):
        return TreeReader(archive, make_checked, make_foreign).read(archive.tree)


class TreeReader:
    """Turns JSON and members of an archive into values again.

    Parameters
    ----------
    archive : Archive
    make : callable
        Takes the name of a class and the state, and returns the object. What it raises should be `archive.error(...)`.
    foreign : callable
        Takes the bytes of another object, and returns it.
    """

    def __init__(self, archive: Archive, make: Callable[[str, Any], Any], foreign: Callable[[bytes], Any]) -> None:
        self._archive, self._make, self._foreign = archive, make, foreign
        self._known: list[Any] = []
        self._depth = 0

    def read(self, tree: Any) -> Any:
        """Return the value of some JSON.

        Raises
        ------
        ValueError
            If it is not what `TreeWriter` writes.
        """
        if not isinstance(tree, list | dict):
            return tree
        if self._depth == DEEPEST:
            raise self._archive.error("its manifest is nested too deep")
        self._depth += 1
        value = [self.read(item) for item in tree] if isinstance(tree, list) else self._tagged(tree)
        self._depth -= 1
        return value

    def _tagged(self, tree: dict[str, Any]) -> Any:
        tag = next(iter(tree), None)
        if len(tree) != 1 or tag not in self._METHODS:
            raise self._error(tree)
        return self._METHODS[tag](self, tree[tag])

    def _error(self, found: Any) -> ValueError:
        return self._archive.error(f"its manifest says {str(found)[:80]!r}, which means nothing")

    def _items(self, content: Any, n: int | None = None) -> list[Any]:
        if not isinstance(content, list) or (n is not None and len(content) != n):
            raise self._error(content)
        return content

    def _named(self, table: dict[str, Any], name: Any) -> Any:
        if not isinstance(name, str) or name not in table:
            raise self._archive.error(f"it names {name!r:.80}, which is not one of {', '.join(table)}")
        return table[name]

    def _float(self, content: Any) -> float:
        return float(self._named({"inf": "inf", "-inf": "-inf", "nan": "nan"}, content))

    def _numbers(self, content: Any) -> list[Any]:
        array = self._archive.array(content)
        if array.ndim != 1 or array.dtype not in (np.int64, np.float64):
            raise self._error({"numbers": content})
        return array.tolist()  # type: ignore[no-any-return]

    def _strings(self, content: Any) -> list[str]:
        offsets, text = (self._archive.array(name) for name in self._items(content, 2))
        if (
            offsets.ndim != 1
            or text.ndim != 1
            or offsets.dtype != np.int64
            or text.dtype != np.uint8
            or not len(offsets)
        ):
            raise self._error({"strings": content})
        with parsing(lambda what: self._archive.error(f"the words in {content!r} are damaged: {what}")):
            column = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(text))
            column.validate(full=True)
        return column.to_pylist()  # type: ignore[no-any-return]

    def _dict(self, content: Any) -> dict[str, Any]:
        if not isinstance(content, dict):
            raise self._error(content)
        return {key: self.read(value) for key, value in content.items()}

    def _pairs(self, content: Any) -> dict[Any, Any]:
        keys, values = (self._items(self.read(part)) for part in self._items(content, 2))
        if len(keys) != len(values):
            raise self._error({"pairs": content})
        try:
            return dict(zip(keys, values, strict=True))
        except TypeError:  # not hashable
            raise self._error({"pairs": content}) from None

    def _tuple(self, content: Any) -> tuple[Any, ...]:
        return tuple(self.read(item) for item in self._items(content))

    def _set(self, content: Any) -> set[Any]:
        try:
            return set(self._items(self.read(content)))
        except TypeError:  # not hashable
            raise self._error({"set": content}) from None

    def _bounds(self, content: Any) -> list[Any]:
        bounds = [self.read(n) for n in self._items(content, 3)]
        if any(type(n) not in (int, str, type(None)) for n in bounds):  # labels of a table may be sliced
            raise self._error(content)
        return bounds

    def _range(self, content: Any) -> range:
        bounds = self._bounds(content)
        if any(type(n) is not int for n in bounds) or not bounds[2]:
            raise self._error({"range": content})
        return range(*bounds)

    def _path(self, content: Any) -> Path:
        if not isinstance(content, str):
            raise self._error({"path": content})
        return Path(content)

    def _dtype(self, content: Any) -> np.dtype[Any]:
        try:
            dtype = np.dtype(content) if isinstance(content, str) else np.dtype(object)
        except TypeError:
            raise self._error({"dtype": content}) from None
        if dtype.kind not in "biufU":
            raise self._error({"dtype": content})
        return dtype

    def _scalar(self, content: Any) -> Any:
        dtype, value = self._items(content, 2)
        value = self.read(value)
        if not isinstance(value, bool | int | float | str):
            raise self._error({"scalar": content})
        try:
            return self._dtype(dtype).type(value)
        except (TypeError, ValueError, OverflowError):
            raise self._error({"scalar": content}) from None

    def _objects(self, content: Any) -> Any:
        shape, items = self._items(content, 2)
        items = self._items(self.read(items))
        if not isinstance(shape, list) or any(type(n) is not int or n < 0 for n in shape):
            raise self._error(shape)
        if math.prod(shape) != len(items) or len(shape) > 32:
            raise self._error(shape)
        return self._remember(np.fromiter(items, dtype=object, count=len(items)).reshape(shape))

    def _same(self, content: Any) -> Any:
        if type(content) is not int or not 0 <= content < len(self._known):
            raise self._error({"same": content})
        return self._known[content]

    def _remember(self, value: Any) -> Any:
        self._known.append(value)
        return value

    def _object(self, content: Any) -> Any:
        name, state = self._items(content, 2)
        if not isinstance(name, str):
            raise self._error({"object": content})
        return self._remember(self._make(name, self.read(state)))

    _METHODS: ClassVar[dict[str, Callable[[TreeReader, Any], Any]]] = {
        "float": _float,
        "numbers": _numbers,
        "strings": _strings,
        "dict": _dict,
        "pairs": _pairs,
        "tuple": _tuple,
        "set": _set,
        "frozenset": lambda self, content: frozenset(self._set(content)),
        "slice": lambda self, content: slice(*self._bounds(content)),
        "range": _range,
        "path": _path,
        "dtype": _dtype,
        "scalar": _scalar,
        "type": lambda self, content: self._named(TYPES, content),
        "function": lambda self, content: self._named(FUNCTIONS, content),
        "array": lambda self, content: self._remember(self._archive.array(content)),
        "objects": _objects,
        "same": _same,
        "object": _object,
        "foreign": lambda self, content: self._remember(self._foreign(self._archive.bytes(content, ".skops"))),
    }
