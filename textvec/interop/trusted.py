"""The types that skops has to trust to make textvec's pipelines, from the package and not from a file."""

from __future__ import annotations

from textvec.persistence.classes import HOMES
from textvec.persistence.foreign import HARMLESS

# Data alone, and no part of an estimator.
_NO_PARTS = {"textvec.text.tokens.Tokens"}


def trusted_types() -> list[str]:
    """Return the types that `skops.io.load` has to trust, besides those that it knows, to load pipelines of textvec.

    They are those that `textvec.load` makes: textvec's estimators and what they are made of, and functions and classes
    of scikit-learn that hold numbers and names. Whatever state a file gives for one of textvec's, it is checked as
    `textvec.load` does before the object works with it. The list is the same for every file. Do not take one from a
    file, neither by `skops.io.get_untrusted_types` nor from what lies beside it: it would name what its writer wants.

    Returns
    -------
    list of str
        Names of classes and functions, with their modules, sorted.

    See Also
    --------
    textvec.load : Loads files of `textvec.save`, which need no such list.

    Examples
    --------
    >>> import skops.io
    >>> from textvec import TfidfVectorizer
    >>> from textvec.interop import trusted_types
    >>> data = skops.io.dumps(TfidfVectorizer().fit(["The food is good", "Pizza is great"]))
    >>> skops.io.loads(data, trusted=trusted_types()).get_feature_names_out()
    array(['food', 'good', 'great', 'is', 'pizza', 'the'], dtype=object)
    """
    return sorted({*HOMES, *HARMLESS, "builtins.frozenset"} - _NO_PARTS)
