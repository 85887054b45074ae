"""What the values of a manifest may be: a schema in plain Python, and the check that a value is what it says.

Tested in tests/index/storage/test_manifest.py.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from math import inf
from typing import Any, NamedTuple


class Kind(NamedTuple):
    """What a value of the manifest may be.

    Attributes
    ----------
    words : str
        What errors call it.
    holds : callable
        Tells whether a value is one.
    """

    words: str
    holds: Callable[[Any], bool]


class Mapped(NamedTuple):
    """An object whose keys are not fixed: of which kind they are, and what the schema of its values is."""

    keys: Kind
    values: Any


class Either(NamedTuple):
    """null, or what a schema says."""

    schema: Any


def whole(low: int, high: int = 2**63 - 1) -> Kind:
    """Return the kind of integers within bounds; true and false are none, which Python takes for 1 and 0."""
    return Kind(f"a whole number from {low} to {high}", lambda value: type(value) is int and low <= value <= high)


def one_of(names: Iterable[str]) -> Kind:
    """Return the kind of strings that are one of some names."""
    names = tuple(names)
    return Kind(f"one of {', '.join(names)}", lambda value: isinstance(value, str) and value in names)


def name_of(what: str, pattern: re.Pattern[str]) -> Kind:
    """Return the kind of names that a pattern describes, so that none leads out of the folder."""
    return Kind(f"the name of {what}", lambda value: isinstance(value, str) and bool(pattern.fullmatch(value)))


def real(high: float) -> Kind:
    """Return the kind of numbers from 0 to a bound."""
    return Kind(
        f"a number from 0 to {high:g}", lambda value: type(value) in (int, float) and 0 <= value <= high and value < inf
    )


TEXT = Kind("a string", lambda value: isinstance(value, str))
SHA256 = Kind("a SHA-256", lambda value: isinstance(value, str) and bool(re.fullmatch("[0-9a-f]{64}", value)))


def check(value: Any, schema: Any, field: str) -> None:
    """Raise ValueError unless a value is what a schema says."""
    if isinstance(schema, Either):
        if value is not None:
            check(value, schema.schema, field)
        return
    if isinstance(schema, Kind):
        if not schema.holds(value):
            raise ValueError(f"its {field!r} must be {schema.words}, but it is {value!r:.60}")
        return
    if not isinstance(value, list if isinstance(schema, list) else dict):
        raise ValueError(
            f"its {field or 'content'!r} must be a{' list' if isinstance(schema, list) else 'n object'}, but it is "
            f"{value!r:.60}"
        )
    if isinstance(schema, list):
        if not value:
            raise ValueError(f"its {field!r} must not be empty")
        for i, each in enumerate(value):
            check(each, schema[0], f"{field}[{i}]")
    elif isinstance(schema, Mapped):
        for name, each in dict(value).items():
            if not schema.keys.holds(name):
                raise ValueError(f"its {field!r} names {name!r:.60}, which is not {schema.keys.words}")
            check(each, schema.values, f"{field}[{name}]")
    else:
        for name, of_field in schema.items():
            if name not in value:
                where = f"{field}.{name}" if field else name
                raise ValueError(f"it does not say all that it must: it has no {where!r}")
            check(value[name], of_field, f"{field}.{name}" if field else name)


_HEAD = {
    "format": TEXT,
    "version": whole(1),
    "content": Kind("an object", lambda value: isinstance(value, dict)),
    "sha256": SHA256,
}


def with_head(format: str, version: int, content: Mapping[str, Any]) -> bytes:  # noqa: A002
    """Return the bytes of a manifest: its format and version, its content, and the checksum of that."""
    head = {"format": format, "version": version, "sha256": checksum(content), "content": content}
    return json.dumps(head, indent=1).encode()


def checked_head(head: Any, format: str, version: int, newer: Callable[[int], Exception]) -> dict[str, Any]:  # noqa: A002
    """Return the head of a manifest, whose content is what was written.

    Parameters
    ----------
    head : object
        As it was read.
    format : str
    version : int
        The newest one that is read.
    newer : callable
        Makes the error for a manifest of a newer one.

    Raises
    ------
    ValueError
        If it is the manifest of something else, or not what was written.
    """
    if not isinstance(head, dict) or head.get("format") != format:
        raise ValueError("it is that of something else")
    found = head.get("version")
    if type(found) is int and found > version:
        raise newer(found)
    check(head, _HEAD, "")
    if head["sha256"] != checksum(head["content"]):
        raise ValueError("its content is not what was written")
    return head


def checksum(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the content of a manifest, however it is laid out."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
