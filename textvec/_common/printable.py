"""Text that comes from anywhere, as it may be shown: nothing in it steers a terminal or hides.

Everything that is shown to a person passes through `printable`: tables, messages, progress bars, `repr` of results, and
explanations; a message that may name a file, through `message`. What is data for a program, in a file or a pipe, does
not: it stays as it is.
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

# A byte of a file name that is no UTF-8, as `repr` writes it.
_BYTE_IN_REPR = re.compile(r"\\udc([89a-f][0-9a-f])")


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


def encodable(text: str) -> str:
    r"""Return a text as it can be written: the bytes of a file name that are no UTF-8 are escaped.

    Examples
    --------
    >>> from textvec._common.printable import encodable
    >>> print(encodable("caf\udce9.txt"))
    caf\xe9.txt
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return "".join(
            f"\\x{ord(c) - 0xDC00:02x}" if "\udc80" <= c <= "\udcff" else "\ufffd" if "\ud800" <= c <= "\udfff" else c
            for c in text
        )
    return text


def message(text: str, keep: str = "") -> str:
    r"""Return a message as it may be shown: `printable`, with file names as `encodable` writes them.

    That is one spelling for a byte of a name that is no UTF-8, whether the name stands in the message as it is or as
    `repr` writes it.

    Parameters
    ----------
    text : str
        Any message; the result may be longer.
    keep : str, default=""
        As `printable` takes it.

    Examples
    --------
    >>> from textvec._common.printable import message
    >>> name = "caf\udce9"
    >>> print(message(f"{name} is not {name!r}\x1b"))
    caf\xe9 is not 'caf\xe9'\ufffd
    """
    return printable(_BYTE_IN_REPR.sub(r"\\x\1", encodable(text)), keep)


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
