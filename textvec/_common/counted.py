"""Counts of things as sentences have them: one document, two documents."""

from __future__ import annotations


def counted(n: int, one: str, many: str | None = None) -> str:
    """Return a number of things, in words that agree with it.

    Parameters
    ----------
    n : int
        How many there are.
    one : str
        What follows a one, such as ``"document"`` or ``"document was"``.
    many : str, optional
        What follows any other number; `one` with an s unless given.

    Examples
    --------
    >>> from textvec._common.counted import counted
    >>> counted(1, "document"), counted(25000, "document"), counted(0, "query", "queries")
    ('1 document', '25,000 documents', '0 queries')
    """
    return f"{n:,} {one if n == 1 else many or one + 's'}"
