"""From values to JSON: what an estimator holds, with arrays and long lists of words as members of the archive.

Scalars and lists are JSON's own. All else is an object of one key that says what it is: `{"tuple": [1, 2]}`,
`{"array": "3.npy"}`.

Tested in tests/persistence/test_save_load.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import PurePath
from typing import Any

import numpy as np
import pyarrow as pa

from textvec.persistence.archive import Writer
from textvec.persistence.reading import DEEPEST, FUNCTIONS, TYPES
from textvec.vectorizers._vocabulary import FixedVocabulary, Vocabulary

MAX_INLINE_ITEMS = 32
"""Lists of up to 32 strings or numbers are written into the JSON; longer ones become a member of the archive."""

Dump = Callable[[Any, str], tuple[str, Any] | None]
"""Takes an object and where it is, and returns the name of its class and its state; or None if it knows no such class.
"""
Foreign = Callable[[Any, str], bytes]
"""Takes any other object and where it is, and returns it as bytes that its reader understands."""


class TreeWriter:
    """Turns values into JSON and members of an archive.

    Parameters
    ----------
    writer : Writer
    dump, foreign : callable
        What to do with objects.
    """

    def __init__(self, writer: Writer, dump: Dump, foreign: Foreign) -> None:
        self._writer, self._dump, self._foreign = writer, dump, foreign
        self._known: dict[int, int] = {}  # by id: an object that is referenced twice is written once
        self._depth = 0
        self._kept: list[Any] = []  # so that no other object gets the id of one

    def write(self, value: Any, place: str) -> Any:
        """Return the JSON of a value, where `place` is what errors call it."""
        kind = type(value)
        if value is None or kind in (bool, int, str):
            return value
        if kind is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if self._depth == DEEPEST:
            raise ValueError(f"{place:.200} is nested too deep to be saved, or holds itself.")
        self._depth += 1
        if kind is list:
            written = self._list(value, place)
        elif kind in (dict, Vocabulary, FixedVocabulary):
            written = self._dict(value, place)
        else:
            plain = self._plain(value, place)
            written = self._object(value, place) if plain is None else plain
        self._depth -= 1
        return written

    def _list(self, values: list[Any], place: str) -> Any:
        kinds = set(map(type, values)) if len(values) > MAX_INLINE_ITEMS else set()
        if kinds == {str}:
            try:
                return {"strings": self._strings(values)}
            except UnicodeEncodeError:  # lone surrogates, which JSON can write
                pass
        elif kinds == {float} or (kinds == {int} and min(values) >= -(2**63) and max(values) < 2**63):
            return {"numbers": self._writer.add_array(np.array(values))}
        return [self.write(value, f"{place}[{i}]") for i, value in enumerate(values)]

    def _strings(self, values: list[str]) -> list[str]:
        """Write strings as Arrow lays them out: where each begins, and their bytes."""
        column = pa.array(values, pa.large_string())
        _, offsets, text = column.buffers()
        arrays = np.frombuffer(offsets, np.int64, len(values) + 1), np.frombuffer(text or b"", np.uint8)
        return [self._writer.add_array(arrays[0]), self._writer.add_array(arrays[1][: arrays[0][-1]])]

    def _dict(self, values: dict[Any, Any], place: str) -> Any:
        if len(values) <= MAX_INLINE_ITEMS and all(type(key) is str for key in values):
            return {"dict": {key: self.write(value, f"{place}[{key!r}]") for key, value in values.items()}}
        keys = self.write(list(values), f"the keys of {place}")
        return {"pairs": [keys, self.write(list(values.values()), f"the values of {place}")]}

    def _plain(self, value: Any, place: str) -> dict[str, Any] | None:
        """Return the JSON of a value of Python's or NumPy's that is no array, or None if it is not one."""
        kind = type(value)
        if kind is tuple:
            return {"tuple": [self.write(item, f"{place}[{i}]") for i, item in enumerate(value)]}
        if kind in (set, frozenset):
            items = sorted(value) if set(map(type, value)) <= {str} else list(value)
            return {kind.__name__: self.write(items, f"the items of {place}")}
        if kind in (slice, range):
            return {kind.__name__: [self.write(n, place) for n in (value.start, value.stop, value.step)]}
        if isinstance(value, PurePath):
            return {"path": str(value)}
        if isinstance(value, np.generic) and type(value) in (*TYPES.values(), np.str_):
            return {"scalar": [value.dtype.str, self.write(value.item(), place)]}
        if isinstance(value, np.dtype) and value.kind in "biufU":
            return {"dtype": value.str}
        for tag, table in (("type", TYPES), ("function", FUNCTIONS)):
            for name, known in table.items():
                if value is known:
                    return {tag: name}
        return None

    def _object(self, value: Any, place: str) -> Any:
        if id(value) in self._known:
            return {"same": self._known[id(value)]}
        written = self._array(value, place) if type(value) in (np.ndarray, np.memmap) else self._instance(value, place)
        self._known[id(value)] = len(self._known)
        self._kept.append(value)
        return written

    def _array(self, array: Any, place: str) -> Any:
        if array.dtype.kind == "O":
            return {"objects": [list(array.shape), self.write(array.ravel().tolist(), place)]}
        if array.dtype.kind not in "biufcUSmM":
            raise TypeError(f"{place} is an array of {array.dtype}, which cannot be saved.")
        return {"array": self._writer.add_array(array.astype(array.dtype.newbyteorder("="), copy=False))}

    def _instance(self, value: Any, place: str) -> Any:
        dumped = self._dump(value, place)
        if dumped is None:
            return {"foreign": self._writer.add_bytes(self._foreign(value, place), ".skops")}
        name, state = dumped
        return {"object": [name, self.write(state, place)]}
