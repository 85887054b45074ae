"""A question at the end of an error about a name that there is not."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# The share of characters that a suggestion has in common with the name, as difflib measures it: "sms" and "sms-spam"
# have 0.55. With a share that is much lower, names are suggested that nobody has meant.
_MIN_ALIKE = 0.5


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a sentence that asks for the known name most like this one, with a space before it; or nothing.

    Upper and lower case are the same.

    Examples
    --------
    >>> did_you_mean("LogReg2", ["svm", "logreg"]), did_you_mean("xyz", ["svm", "logreg"])
    (" Did you mean 'logreg'?", '')
    """
    by_folded = {each.lower(): each for each in known}
    close = difflib.get_close_matches(name.lower(), by_folded, n=1, cutoff=_MIN_ALIKE)
    return f" Did you mean {by_folded[close[0]]!r}?" if close else ""
