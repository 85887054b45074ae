"""Random texts, from plain to hostile, made of a `random.Random`."""

import sys

from support.strategies import HOSTILE_DOCUMENTS

_HOSTILE = [text for text in HOSTILE_DOCUMENTS if len(text) < 200]
_PLAIN = "the not good food is a new york soup cook red sea night train and of I x 42".split()  # noqa: SIM905
_SEPARATORS = [" ", " ", " ", "", "\n", ", ", "\u00a0", "\x1d", "\u0301", "  ", "-", "'"]


def character(rng):
    code = rng.choice([rng.randrange(128), rng.randrange(0x3000), rng.randrange(sys.maxunicode + 1)])
    return chr(code) if not 0xD800 <= code < 0xE000 else "\ufffd"


def word(rng):
    how = rng.random()
    if how < 0.6:
        return rng.choice(_PLAIN)
    if how < 0.8:
        return rng.choice(_HOSTILE)
    return "".join(character(rng) for _ in range(rng.randrange(8))) * rng.choice([1, 1, 1, 2, 30])


def text(rng):
    return "".join(word(rng) + rng.choice(_SEPARATORS) for _ in range(rng.choice([0, 1, 3, 8, 20])))


def texts(rng, most=8):
    return [text(rng) for _ in range(rng.randrange(most + 1))]
