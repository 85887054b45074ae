"""Names of a user's columns where they stand beside fields that have names already."""

from __future__ import annotations

from collections.abc import Collection, Iterable


def names_beside(own: Collection[str], names: Iterable[str]) -> list[str]:
    """Return a name for each of some columns that neither a field nor another column has.

    Examples
    --------
    >>> names_beside({"label", "text"}, ["id", "label", "metadata.label"])
    ['id', 'metadata.label', 'metadata.metadata.label']
    """
    found: list[str] = []
    for name in names:
        field = name
        while field in own or field in found:
            field = f"metadata.{field}"
        found.append(field)
    return found
