"""The function from words to stems of each algorithm and language: for `Stemmer`, and for queries without scikit-learn.

Tested in tests/preprocessing/test_stemmer.py.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from functools import cache, lru_cache
from threading import Lock

ALGORITHMS = ("snowball", "porter", "lancaster")

# Words whose stems are remembered for each algorithm and language, in some 20 MB. More words are stemmed again.
_MAX_REMEMBERED_WORDS = 1 << 17
# How an apostrophe may be written that Snowball's English stemmer expects as U+0027; so its description asks for.
_APOSTROPHES = str.maketrans("\u2018\u2019\u201b", "'''")


@cache
def languages() -> list[str]:
    """Return the languages that the installed Snowball has stemmers for."""
    import snowballstemmer

    modules = (module.name for module in pkgutil.iter_modules(snowballstemmer.__path__))
    found = {name.removesuffix("_stemmer") for name in modules if name.endswith("_stemmer")}
    return sorted(found - {"porter"})  # an algorithm for English, not a language


@cache  # as many as there are algorithms and languages
def stem_function(algorithm: str, language: str) -> Callable[[str], str]:
    """Return a function from words to stems, which remembers them: cross-validation asks for the same in each fold."""
    if algorithm == "snowball":
        stem = _snowball(language)
    else:
        from nltk.stem import LancasterStemmer, PorterStemmer

        stem = PorterStemmer().stem if algorithm == "porter" else LancasterStemmer().stem
    return lru_cache(maxsize=_MAX_REMEMBERED_WORDS)(stem)


def _snowball(language: str) -> Callable[[str], str]:
    """Return Snowball's function from words to stems of a language, for words in any case."""
    import snowballstemmer  # which is compiled where PyStemmer is installed: the same stems, many times faster

    stem_word, lock = snowballstemmer.stemmer(language).stemWord, Lock()
    apostrophes = _APOSTROPHES if language == "english" else {}

    def stem(word: str) -> str:
        with lock:  # a stemmer keeps the word that it works on in itself
            return str(stem_word(word.lower().translate(apostrophes)))

    return stem
