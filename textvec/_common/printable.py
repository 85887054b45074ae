"""Text that comes from anywhere, as it may be shown: nothing in it steers a terminal or hides.

Everything that is shown to a person passes through `printable`: tables, messages, progress bars, `repr` of results, and
explanations. What is data for a program, in a file or a pipe, does not: it stays as it is.
"""

from __future__ import annotations

import re

# Controls of terminals (C0, DEL, C1); lines and directions of text (Unicode's bidirectional controls and separators);
# what has no width (zero-width space, byte order mark, word joiner, tags, annotations), but not the joiners U+200C and
# U+200D, which Persian, Hindi and emoji are written with; and what XML does not allow (surrogates, noncharacters).
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f"
    "\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
    "\U0001d173-\U0001d17a\U000e0000-\U000e007f]"
)


def printable(text: str, keep: str = "") -> str:
    r"""Return a text without what must not be shown: a space instead of white space, otherwise U+FFFD.

    Parameters
    ----------
    text : str
        Any text. The result has the same length, so that what lies where stays true.
    keep : str, default=""
        Characters that stay although they would be replaced, such as "\n".

    Examples
    --------
    >>> from textvec._common.printable import printable
    >>> printable("red\x1b[31m apple\n")
    'red\ufffd[31m apple '
    """
    return _UNSAFE.sub(lambda found: _shown(found[0], keep), text)


def escaped(text: str) -> str:
    r"""Return a text of JSON with each character that must not be shown as JSON writes it, `\u202e`: the same data.

    Examples
    --------
    >>> from textvec._common.printable import escaped
    >>> escaped('{"text": "\u202e"}')
    '{"text": "\\u202e"}'
    """
    return _UNSAFE.sub(lambda found: found[0] if found[0] == "\n" else _as_json(found[0]), text)


def _shown(character: str, keep: str) -> str:
    if character in keep:
        return character
    return " " if character.isspace() else "\ufffd"


def _as_json(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
